//! `payments inbox serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use payments_facade::Gateways;
use payments_facade::config::{GatewaysConfig, Problem};
use payments_reqwest::SystemClock;
use payments_server::Limits;
use payments_store::{DetachedHandler, Store};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use super::endpoint::{Endpoint, answer};
use super::exec::{Exec, limit};
use super::forward::{Forward, destination};
use super::log::note;
use super::metrics::{Measured, Metrics};
use crate::access::Access;
use crate::commands::input::socket_address;
use crate::database::DatabaseOption;
use crate::failure::{Failure, both};
use crate::output::{self, say};
use crate::runtime::{runtime, stop_signal};

const HELP: &str = "\
Examples:
  payments inbox serve --database sqlite:payments.db \\
      --forward http://127.0.0.1:3000/events
      receive webhooks for cpay/main at
      http://127.0.0.1:8440/webhooks/cpay/main, store and acknowledge them, and
      post each event to your program until it replies with a status of success
  payments inbox serve --database sqlite:payments.db --exec 'book --live'
      run `book --live` for each event, with the event as JSON on standard input,
      until it ends with the exit status 0

The effect key of an event is in the header Idempotency-Key, or in the variable
PAYMENTS_EFFECT_KEY of the command. An event comes again after a crash or a
failure: book it under a unique index on that key. Up to four events are handed
over at one time, in any order. A command gets the variables of the server, but
for PAYMENTS_DATABASE. No shell reads it; what it prints is logged on standard
error, up to 4 KiB.
Webhooks that are only hints, as those of CCPayment v2, are followed: what the
gateway answers to a query is stored and handed over.
Without --forward and --exec, events are stored only. With them, the events of
all accounts in the database are handed over, so --gateway cannot leave one out:
use an accounts file and a database for this account alone.

/healthz replies while the server runs, /readyz while the database answers and
has the tables, of this release or a later one. /metrics is for Prometheus; pass
only /webhooks on to the internet.

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
    /// Run this command for each event, with the event on standard input
    #[arg(long, value_name = "COMMAND", conflicts_with = "forward")]
    exec: Option<Exec>,
    /// How long the command may take, up to 50s; then it is killed
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = limit, requires = "exec")]
    exec_limit: Duration,
    #[command(flatten)]
    pub(crate) access: Access,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let (session, database) = both(access.open(), options.database.named())?;
    let handler: Option<Box<dyn DetachedHandler>> = match (&options.forward, &options.exec) {
        (Some(url), _) => Some(Box::new(Forward::to(url)?)),
        (None, Some(exec)) => Some(Box::new(exec.limited_to(options.exec_limit))),
        (None, None) => None,
    };
    let gateways = session.selected_gateways()?;
    if handler.is_some() && session.gateways.iter().count() > session.selected().len() {
        return Err(Failure::bad(
            "--gateway selects whose webhooks are received, but --forward and --exec hand over the events of all accounts in \
             the database: leave out --gateway, or use an accounts file and a database for this account alone",
        ));
    }
    for notice in unserved(&session.config, &gateways) {
        note(&notice.to_string());
    }
    runtime()?.block_on(async {
        let store = database.store().await?;
        serve(store, gateways, handler, options.listen, session.json).await
    })
}

/// The accounts whose webhooks about payments are refused, because their policy forbids the query that states the payment.
fn unserved<'a>(
    config: &'a GatewaysConfig,
    gateways: &'a Gateways,
) -> impl Iterator<Item = &'a Problem> {
    config.notices().filter(|notice| {
        let is_served = |id: &str| gateways.iter().any(|it| it.id().as_str() == id);
        notice.field() == Some("webhook_policy") && notice.account().is_some_and(is_served)
    })
}

async fn serve(
    store: Store,
    gateways: Gateways,
    handler: Option<Box<dyn DetachedHandler>>,
    address: SocketAddr,
    json: bool,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let what = format!("cannot listen on {address} (choose a free port with --listen)");
        Failure::failed(&what, error)
    })?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::failed("cannot read the address of the listener", error))?;
    announce(&format!("http://{address}"), &gateways, json)?;
    if handler.is_none() && !json {
        say!("events are only stored: add --forward or --exec to hand them to your program")?;
    }

    let (stop, stopped) = watch::channel(false);
    let metrics = Arc::new(Metrics::new(&gateways, Arc::new(SystemClock::new())));
    let handler = handler.map(|handler| Measured {
        handler,
        metrics: Arc::clone(&metrics),
    });
    let endpoint = Arc::new(Endpoint {
        store: store.clone(),
        gateways,
        metrics,
    });
    let reply = move |received| answer(Arc::clone(&endpoint), received);
    let limits = Limits::webhooks();
    let server = tokio::spawn(payments_server::serve(
        listener,
        limits,
        stopped.clone(),
        reply,
    ));
    let mut ended = stopped;
    let workers = tokio::spawn(async move {
        let shutdown = async move {
            let _ = ended.wait_for(|it| *it).await;
        };
        match handler {
            Some(handler) => store.run_detached(handler, shutdown).await,
            None => shutdown.await,
        }
    });
    let stopping = stop_signal().await;
    stop.send_replace(true);
    // Events that are being handed over have ten seconds to end.
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
