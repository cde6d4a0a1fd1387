//! `payments webhook listen`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use clap::Args;
use http::{HeaderMap, StatusCode};
use payments_facade::{Gateway, GatewayId, Gateways, Payment, Received};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use url::Url;

use super::post::{Answered, Post};
use crate::access::{Access, Session, now};
use crate::commands::input::socket_address;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::{runtime, stop_signal};
use crate::url as target;

const HELP: &str = "\
Example:
  payments webhook listen --forward http://127.0.0.1:3000/webhooks
      receive webhooks for cpay/main at http://127.0.0.1:8430/cpay/main, verify
      and print them, forward them to http://127.0.0.1:3000/webhooks/cpay/main,
      and return your program's response; the same for every other account

Webhooks are forwarded unchanged. Without --forward, verified webhooks are
acknowledged. Webhooks that fail verification are refused and not forwarded. To receive webhooks of the
sandbox, create orders with --notify-url http://127.0.0.1:8430/cpay/sandbox.
With --json each line is one object: first the addresses, then each webhook.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The address to listen on; port 0 picks a free port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8430", value_parser = socket_address)]
    listen: SocketAddr,
    /// Forward verified webhooks to this URL with /PROVIDER/ACCOUNT added
    #[arg(long, value_name = "URL", value_parser = target::absolute)]
    forward: Option<Url>,
    /// Stop after this many verified webhooks
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"listening":[{"gateway":"cpay/main","url":"http://127.0.0.1:8430/cpay/main"}]}`
#[derive(Serialize)]
struct Listening<'a> {
    listening: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    gateway: &'a str,
    url: String,
}

/// One webhook. If `refused` has a reason, the webhook was not verified and the other members are null.
#[derive(Serialize)]
struct Event<'a> {
    gateway: &'a str,
    refused: Option<String>,
    effect_key: Option<&'a str>,
    payment: Option<PaymentView>,
    forwarded: Option<Forwarded>,
    replied: Answered,
}

#[derive(Serialize)]
struct Forwarded {
    url: String,
    answer: Option<Answered>,
    error: Option<String>,
}

struct Listener {
    gateways: Gateways,
    /// The account of webhooks to `/`, if there is only one.
    only: Option<GatewayId>,
    /// The forwarding target of each account.
    forward: BTreeMap<GatewayId, Post>,
    json: bool,
    left: Option<AtomicU64>,
    done: Notify,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let forward = options.forward.as_ref().map(Post::to).transpose()?;
    let session = access.open()?;
    runtime()?.block_on(serve(session, options, forward))
}

async fn serve(session: Session, options: &Options, forward: Option<Post>) -> Result<(), Failure> {
    let address = options.listen;
    let listening = TcpListener::bind(address)
        .await
        .map_err(|error| Failure::failed(&format!("cannot listen on {address}"), error))?;
    let address = listening
        .local_addr()
        .map_err(|error| Failure::failed("cannot read the address of the listener", error))?;
    announce(&session, address)?;
    let ids: Vec<GatewayId> = session
        .selected()
        .iter()
        .map(|one| one.id().clone())
        .collect();
    let mut gateways = Gateways::new();
    let mut forwards = BTreeMap::new();
    for id in &ids {
        if let Some(post) = &forward {
            forwards.insert(id.clone(), post.for_account(id)?);
        }
        if let Some(gateway) = session.gateways.get_shared(id) {
            gateways
                .add_shared(gateway)
                .map_err(|error| Failure::Failed(error.to_string()))?;
        }
    }
    let listener = Arc::new(Listener {
        gateways,
        only: ids.first().filter(|_| ids.len() == 1).cloned(),
        forward: forwards,
        json: session.json,
        left: options.count.map(AtomicU64::new),
        done: Notify::new(),
    });
    let router = Router::new()
        .route("/", post(at_root))
        .route("/{provider}/{account}", post(at_account))
        .with_state(Arc::clone(&listener));
    let stop = async move {
        tokio::select! {
            _ = stop_signal() => {}
            () = listener.done.notified() => {}
        }
    };
    axum::serve(listening, router)
        .with_graceful_shutdown(stop)
        .await
        .map_err(|error| Failure::failed("the listener failed", error))
}

fn announce(session: &Session, address: SocketAddr) -> Result<(), Failure> {
    let selected = session.selected();
    let place = |gateway: &&dyn Gateway| format!("http://{address}/{}", gateway.id());
    if session.json {
        let places = selected.iter().map(|gateway| Place {
            gateway: gateway.id().as_str(),
            url: place(gateway),
        });
        return Ok(output::json(&Listening {
            listening: places.collect(),
        })?);
    }
    for gateway in &selected {
        say!("listening for {} at {}", gateway.id(), place(gateway))?;
    }
    Ok(())
}

async fn at_root(
    State(listener): State<Arc<Listener>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id = listener.only.clone();
    answer(&listener, id, &headers, body).await
}

async fn at_account(
    State(listener): State<Arc<Listener>>,
    Path((provider, account)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id = GatewayId::new(&provider, &account).ok();
    answer(&listener, id, &headers, body).await
}

async fn answer(
    listener: &Listener,
    id: Option<GatewayId>,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    let gateway = id.and_then(|id| listener.gateways.get_shared(&id));
    let Some(gateway) = gateway else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let reply = match gateway.webhooks().receive(headers, &body, now()) {
        Ok(received) => {
            let reply = listener.verified(&*gateway, &received, headers, body).await;
            listener.count();
            reply
        }
        Err(why) => {
            let reply = gateway.webhooks().nack();
            listener.print(
                &Event {
                    gateway: gateway.id().as_str(),
                    refused: Some(why.to_string()),
                    effect_key: None,
                    payment: None,
                    forwarded: None,
                    replied: Answered::from(&reply),
                },
                None,
            );
            reply
        }
    };
    reply.map(Body::from).into_response()
}

impl Listener {
    async fn verified(
        &self,
        gateway: &dyn Gateway,
        received: &Received,
        headers: &HeaderMap,
        body: Bytes,
    ) -> http::Response<Bytes> {
        let (forwarded, reply) = match self.forward.get(gateway.id()) {
            None => (None, received.ack()),
            Some(post) => {
                let url = target::shown(&post.url);
                let (answer, error, reply) = match post.send(headers, body).await {
                    Ok(answer) => (Some(Answered::from(&answer)), None, passed_on(answer)),
                    Err(error) => (None, Some(error.to_string()), gateway.webhooks().nack()),
                };
                (Some(Forwarded { url, answer, error }), reply)
            }
        };
        let event = received.event();
        self.print(
            &Event {
                gateway: gateway.id().as_str(),
                refused: None,
                effect_key: Some(event.effect_key().as_str()),
                payment: Some(PaymentView::from(event.payment())),
                forwarded,
                replied: Answered::from(&reply),
            },
            Some(event.payment()),
        );
        reply
    }

    /// In one piece, because several webhooks can arrive at once. A closed output does not stop the listener.
    fn print(&self, event: &Event<'_>, payment: Option<&Payment>) {
        if self.json {
            let _ = output::json(event);
            return;
        }
        let gateway = event.gateway;
        let head = match (&event.refused, event.effect_key) {
            (Some(why), _) => format!("{gateway}: {why}"),
            (None, key) => format!(
                "{gateway}: verified, effect key {}",
                key.unwrap_or_default()
            ),
        };
        let mut text = printable(&head).into_owned();
        if let Some(forwarded) = &event.forwarded {
            let answer = forwarded.answer.as_ref().map(Answered::shown);
            let answer = answer.or(forwarded.error.clone()).unwrap_or_default();
            text.extend([
                "\n  forwarded to ",
                forwarded.url.as_str(),
                ": ",
                answer.as_str(),
            ]);
        }
        if let Some(payment) = payment {
            text.extend(["\n  ", &printable(&payment_view::row(payment).join("  "))]);
        }
        let _ = say!("{text}");
    }

    fn count(&self) {
        let Some(left) = &self.left else { return };
        if left.fetch_sub(1, Ordering::Relaxed) <= 1 {
            self.done.notify_one();
        }
    }
}

/// Status, body and content type of the response; headers of its connection are left out.
fn passed_on(answer: http::Response<Bytes>) -> http::Response<Bytes> {
    let (parts, body) = answer.into_parts();
    let mut reply = http::Response::new(body);
    *reply.status_mut() = parts.status;
    if let Some(kind) = parts.headers.get(http::header::CONTENT_TYPE) {
        reply
            .headers_mut()
            .insert(http::header::CONTENT_TYPE, kind.clone());
    }
    reply
}
