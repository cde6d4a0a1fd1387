//! A merchant's webhook endpoint: verify, hand over, acknowledge.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use cpay_client::{Event, Verified, Webhooks, ack, nack};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const PATH: &str = "/webhooks/cpay";

/// A real HTTP endpoint on a free loopback port.
pub(crate) struct Receiver {
    address: SocketAddr,
    events: mpsc::Receiver<Verified<Event>>,
    server: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
struct Shop {
    webhooks: Webhooks,
    verified: mpsc::Sender<Verified<Event>>,
}

impl Receiver {
    pub(crate) async fn start(webhooks: Webhooks) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (verified, events) = mpsc::channel(16);
        let router = Router::new()
            .route(PATH, post(receive))
            .with_state(Shop { webhooks, verified });
        let server = tokio::spawn(async move {
            // It serves until the demo ends; a failure shows as a webhook that never comes.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            events,
            server,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// The next verified event, acknowledged as it came.
    pub(crate) async fn event(&mut self) -> Option<Verified<Event>> {
        self.events.recv().await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What a shop does: nothing in the body counts until it is verified, and `OK` is said after the event is kept.
async fn receive(State(shop): State<Shop>, body: Bytes) -> Response {
    let kept = match shop.webhooks.receive(&body) {
        Ok(event) => shop.verified.send(event).await.is_ok(),
        Err(_) => false,
    };
    let reply = if kept { ack() } else { nack() };
    reply.map(axum::body::Body::from).into_response()
}
