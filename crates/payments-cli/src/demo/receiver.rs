//! A merchant's webhook endpoint: verify, keep, acknowledge.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, Response};
use tokio::sync::mpsc;

use super::story::Result;

/// Everything runs on this machine, so a webhook that takes longer does not come.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A real HTTP endpoint on a free loopback port. It serves until the demo ends.
pub(crate) struct Receiver<E> {
    address: SocketAddr,
    events: mpsc::UnboundedReceiver<E>,
}

impl<E: Send + 'static> Receiver<E> {
    /// `verify` returns the event and its acknowledgement. Other requests get `nack`.
    pub(crate) fn start(
        nack: Response<Bytes>,
        verify: impl Fn(&HeaderMap, &Bytes) -> Option<(E, Response<Bytes>)> + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (sender, events) = mpsc::unbounded_channel();
        let verify = Arc::new(verify);
        let receive = async move |headers: HeaderMap, body: Bytes| {
            let reply = verify(&headers, &body).map(|(event, ack)| {
                // The event is kept before it is acknowledged. The send fails only when the demo is over.
                let _ = sender.send(event);
                ack
            });
            reply.unwrap_or(nack).map(Body::from)
        };
        let router = Router::new().route("/webhooks", post(receive));
        // A failure shows as a webhook that does not arrive.
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, events })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    /// The next verified event.
    pub(crate) async fn event(&mut self) -> Result<E> {
        let event = tokio::time::timeout(TIMEOUT, self.events.recv()).await;
        let event = event.map_err(|_| "no genuine webhook arrived in 10 seconds")?;
        Ok(event.ok_or("the webhook endpoint has stopped")?)
    }
}
