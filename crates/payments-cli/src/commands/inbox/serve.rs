//! `payments inbox serve`.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use clap::Args;
use http::{Method, Response, StatusCode};
use http_body_util::Full;
use payments_facade::Gateways;
use payments_server::{Limits, Received};
use payments_store::Store;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::forward::{Forward, destination};
use crate::access::Access;
use crate::commands::input::socket_address;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::runtime::{runtime, stop_signal};

const HELP: &str = "\
Example:
  payments inbox serve --database sqlite:payments.db \\
      --forward http://127.0.0.1:3000/events
      receive webhooks for cpay/main at
      http://127.0.0.1:8440/webhooks/cpay/main, store and acknowledge them, and
      post each event to your program until it replies with a status of success

Each event is posted as JSON, with its effect key in the header Idempotency-Key.
It can be posted again after a crash: book it under a unique index on that key.
Webhooks that are only hints, as those of CCPayment v2, are followed: what the
gateway answers to a query is stored and posted.
Without --forward, events are stored only. /healthz replies while the server
runs, /readyz while the database can be used.

`payments db migrate` makes the tables. Several of these servers can share one
database.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    /// The address to listen on; port 0 picks a free port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8440", value_parser = socket_address)]
    listen: SocketAddr,
    /// Post each event to this URL
    #[arg(long, value_name = "URL", value_parser = destination)]
    forward: Option<Url>,
    #[command(flatten)]
    pub(crate) access: Access,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let forward = options.forward.as_ref().map(Forward::to).transpose()?;
    let mut gateways = Gateways::new();
    for id in session.selected().iter().map(|gateway| gateway.id()) {
        if let Some(gateway) = session.gateways.get_shared(id) {
            let added = gateways.add_shared(gateway);
            added.map_err(|error| Failure::bad(error.to_string()))?;
        }
    }
    runtime()?.block_on(serve(gateways, forward, options, session.json))
}

async fn serve(
    gateways: Gateways,
    forward: Option<Forward>,
    options: &Options,
    json: bool,
) -> Result<(), Failure> {
    let store = options.database.named()?.store().await?;
    let address = options.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| Failure::failed(&format!("cannot listen on {address}"), error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::failed("cannot read the address of the listener", error))?;
    announce(&format!("http://{address}"), &gateways, json)?;

    let (stop, stopped) = watch::channel(false);
    let inbox = Arc::new(Inbox {
        store: store.clone(),
        gateways,
    });
    let handler = move |received| answer(Arc::clone(&inbox), received);
    let limits = Limits::webhooks();
    let server = tokio::spawn(payments_server::serve(
        listener,
        limits,
        stopped.clone(),
        handler,
    ));
    let mut ended = stopped;
    let workers = tokio::spawn(async move {
        let shutdown = async move {
            let _ = ended.wait_for(|it| *it).await;
        };
        match forward {
            Some(forward) => store.run_detached(forward, shutdown).await,
            None => shutdown.await,
        }
    });
    let stopping = stop_signal().await;
    stop.send_replace(true);
    // Events that are being forwarded have ten seconds to end.
    let failed = |error| Failure::failed("the server failed", error);
    server.await.map_err(failed)?;
    workers.await.map_err(failed)?;
    stopping
}

/// `{"url":"http://127.0.0.1:8440","webhooks":[{"gateway","url"}]}`
#[derive(Serialize)]
struct Started<'a> {
    url: &'a str,
    webhooks: Vec<Address<'a>>,
}

#[derive(Serialize)]
struct Address<'a> {
    gateway: &'a str,
    url: String,
}

fn announce(url: &str, gateways: &Gateways, json: bool) -> Result<(), Failure> {
    let addresses = gateways.iter().map(|gateway| Address {
        gateway: gateway.id().as_str(),
        url: format!("{url}/webhooks/{}", gateway.id()),
    });
    let webhooks: Vec<Address<'_>> = addresses.collect();
    if json {
        return Ok(output::json(&Started { url, webhooks })?);
    }
    for Address { gateway, url } in &webhooks {
        say!("webhooks of {gateway}: {url}")?;
    }
    Ok(())
}

struct Inbox {
    store: Store,
    gateways: Gateways,
}

/// A delivery that has begun is completed even if the sender hangs up: it has a task that does not end with the connection.
async fn answer(inbox: Arc<Inbox>, received: Received) -> Response<Full<Bytes>> {
    let work = tokio::spawn(async move { inbox.answer(received).await });
    let failed = |_| empty(StatusCode::INTERNAL_SERVER_ERROR);
    work.await.unwrap_or_else(failed).map(Full::new)
}

impl Inbox {
    async fn answer(&self, received: Received) -> Response<Bytes> {
        let Received { parts, body, .. } = received;
        let path = parts.uri.path();
        match path {
            "/healthz" => return empty(StatusCode::OK),
            "/readyz" => {
                return empty(match self.store.deliveries(1).await {
                    Ok(_) => StatusCode::OK,
                    Err(_) => StatusCode::SERVICE_UNAVAILABLE,
                });
            }
            _ => {}
        }
        let id = path
            .strip_prefix("/webhooks/")
            .map(|id| id.trim_end_matches('/'));
        let id = id.and_then(|id| id.parse().ok());
        let Some(gateway) = id.and_then(|id| self.gateways.get(&id)) else {
            return empty(StatusCode::NOT_FOUND);
        };
        if parts.method != Method::POST {
            return empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        match body {
            Ok(body) => self.store.receive(gateway, &parts.headers, &body).await,
            Err(problem) => empty(problem.status()),
        }
    }
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status;
    reply
}
