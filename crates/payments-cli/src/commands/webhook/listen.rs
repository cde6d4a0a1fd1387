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
use http::{HeaderMap, StatusCode, Uri};
use payments_facade::{Gateway, GatewayId, Gateways, Payment, Received};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::post::{Answered, Post};
use crate::access::{Access, Session, now};
use crate::failure::{Failure, runtime};
use crate::output::{self, printable, say};
use crate::sandbox::stop_asked_for;
use crate::url;
use crate::view::{self, PaymentView};

const HELP: &str = "\
Example:
  payments webhook listen --listen 127.0.0.1:8430 --forward http://127.0.0.1:3000/webhooks
      receives http://127.0.0.1:8430/cpay/main and so on, prints what is genuine, hands it as it
      came to your program at http://127.0.0.1:3000/webhooks/cpay/main and so on, and gives the
      provider your program's answer

Without --forward a genuine webhook is acknowledged, so the provider sends it no more. What is not
genuine is refused and forwarded to nobody. The sandbox sends here what it is told to:
`payments checkout create … --notify-url http://127.0.0.1:8430/cpay/sandbox`. With --json there is one object a line: first the
addresses, then each webhook.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8430")]
    listen: SocketAddr,
    /// Where genuine webhooks are forwarded, with /PROVIDER/ACCOUNT behind it; the answer is shown, and is the provider's
    #[arg(long, value_name = "URL")]
    forward: Option<Uri>,
    /// Stop after so many genuine webhooks; what is refused does not count
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

/// One webhook; `refused` says why nothing else is known of it.
#[derive(Serialize)]
struct Told<'a> {
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
    /// The one that is meant where the URL names none.
    only: Option<GatewayId>,
    /// Where each account's are forwarded.
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
        .map_err(|error| Failure::failed("cannot tell the address", error))?;
    announce(&session, address)?;
    let ids: Vec<GatewayId> = session.meant().iter().map(|one| one.id().clone()).collect();
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
            _ = stop_asked_for() => {}
            () = listener.done.notified() => {}
        }
    };
    axum::serve(listening, router)
        .with_graceful_shutdown(stop)
        .await
        .map_err(|error| Failure::failed("cannot go on listening", error))
}

fn announce(session: &Session, address: SocketAddr) -> Result<(), Failure> {
    let meant = session.meant();
    let place = |gateway: &&dyn Gateway| format!("http://{address}/{}", gateway.id());
    if session.json {
        let places = meant.iter().map(|gateway| Place {
            gateway: gateway.id().as_str(),
            url: place(gateway),
        });
        return output::json(&Listening {
            listening: places.collect(),
        });
    }
    for gateway in &meant {
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
            let reply = listener.genuine(&*gateway, &received, headers, body).await;
            listener.count();
            reply
        }
        Err(why) => {
            let reply = gateway.webhooks().nack();
            listener.tell(
                &Told {
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
    async fn genuine(
        &self,
        gateway: &dyn Gateway,
        received: &Received,
        headers: &HeaderMap,
        body: Bytes,
    ) -> http::Response<Bytes> {
        let (forwarded, reply) = match self.forward.get(gateway.id()) {
            None => (None, received.ack()),
            Some(post) => {
                let url = url::shown(&post.url);
                let (answer, error, reply) = match post.send(headers, body).await {
                    Ok(answer) => (Some(Answered::from(&answer)), None, passed_on(answer)),
                    Err(error) => (None, Some(error.to_string()), gateway.webhooks().nack()),
                };
                (Some(Forwarded { url, answer, error }), reply)
            }
        };
        let event = received.event();
        self.tell(
            &Told {
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

    /// In one piece, as several may come at once. It goes on when nobody reads.
    fn tell(&self, told: &Told<'_>, payment: Option<&Payment>) {
        if self.json {
            let _ = output::json(told);
            return;
        }
        let gateway = told.gateway;
        let head = match (&told.refused, told.effect_key) {
            (Some(why), _) => format!("{gateway}: {why}"),
            (None, key) => format!("{gateway}: genuine, effect {}", key.unwrap_or_default()),
        };
        let mut text = printable(&head).into_owned();
        if let Some(forwarded) = &told.forwarded {
            let answer = forwarded.answer.as_ref().map(Answered::told);
            let answer = answer.or(forwarded.error.clone()).unwrap_or_default();
            text.extend([
                "\n  forwarded to ",
                forwarded.url.as_str(),
                ": ",
                answer.as_str(),
            ]);
        }
        if let Some(payment) = payment {
            text.extend(["\n  ", &printable(&view::row(payment).join("  "))]);
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

/// Status, body and type of the answer: its connection's headers are no business of the provider's.
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
