//! Serves the sandbox's routes, within limits for connections, headers, bodies and memory.

use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Frame;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use payments_server::{BodyProblem, Limits, Received};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Clients keep connections for calls, so these live longer than those of webhooks. The longest body is that of `submitKYC`;
/// every other call has a lower limit where it is read.
const LIMITS: Limits = Limits {
    connections: 512,
    requests_per_connection: usize::MAX,
    connection_time: Duration::from_secs(24 * 60 * 60),
    header_time: Duration::from_secs(20),
    header_bytes: 64 * 1024,
    headers: 100,
    body_bytes: 2 * 1024 * 1024,
    body_time: Duration::from_secs(10),
    memory_bytes: 16 * 1024 * 1024,
};

/// Serves until `stop` changes (or its sender is gone), then lets requests under way end.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    let router = TowerToHyperService::new(router);
    payments_server::serve(listener, LIMITS, stop, move |received| {
        answer(router.clone(), received)
    })
    .await;
}

/// The address at the other end of the connection, an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// An API request whose body is refused has a body that fails, so that its provider answers in its own form and records it.
async fn answer(router: TowerToHyperService<Router>, received: Received) -> Response {
    let mut parts = received.parts;
    parts.extensions.insert(Peer(received.peer.ip()));
    let body = match received.body {
        Ok(body) => Body::from(body),
        Err(problem) => {
            parts.extensions.insert(problem);
            Body::new(Broken(Some(problem)))
        }
    };
    match router.call(Request::from_parts(parts, body)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Fails once with this.
struct Broken(Option<BodyProblem>);

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = BodyProblem;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyProblem>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}
