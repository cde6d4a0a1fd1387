//! A merchant's webhook endpoint: verify, hand over, acknowledge.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::HeaderMap;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const PATH: &str = "/webhooks";

/// How one provider's webhooks are verified and answered.
pub(crate) trait Endpoint: Send + Sync + 'static {
    /// A verified event.
    type Event: Send + 'static;

    /// The event, and the reply after it was kept, if the request is genuine.
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Option<(Self::Event, http::Response<Bytes>)>;

    /// The reply to everything else.
    fn nack(&self) -> http::Response<Bytes>;
}

/// A real HTTP endpoint on a free loopback port.
pub(crate) struct Receiver<E> {
    address: SocketAddr,
    events: mpsc::Receiver<E>,
    server: tokio::task::JoinHandle<()>,
}

struct Shop<P: Endpoint> {
    endpoint: P,
    verified: mpsc::Sender<P::Event>,
}

impl<E: Send + 'static> Receiver<E> {
    pub(crate) async fn start(endpoint: impl Endpoint<Event = E>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (verified, events) = mpsc::channel(16);
        let router = Router::new()
            .route(PATH, post(receive))
            .with_state(Arc::new(Shop { endpoint, verified }));
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
    pub(crate) async fn event(&mut self) -> Result<E, String> {
        let event = self.events.recv().await;
        event.ok_or_else(|| "the receiver stopped".to_owned())
    }
}

impl<E> Drop for Receiver<E> {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What a shop does: nothing in the body counts until it is verified, and it is acknowledged after it is kept.
async fn receive<P: Endpoint>(
    State(shop): State<Arc<Shop<P>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let received = shop.endpoint.receive(&headers, &body);
    let kept = match received {
        Some((event, ack)) => shop.verified.send(event).await.ok().map(|()| ack),
        None => None,
    };
    let reply = kept.unwrap_or_else(|| shop.endpoint.nack());
    reply.map(axum::body::Body::from).into_response()
}
