//! Serves the sandbox's routes, within limits for connections, headers, bodies and memory.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use payments_server::{Limits, Received};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::shared::http;

/// Clients keep connections for calls, so these live longer than those of webhooks. The longest body is that of `submitKYC`;
/// every other call has a lower limit where it is read.
const LIMITS: Limits = Limits {
    connections: 512,
    requests_per_connection: usize::MAX,
    connection_time: Duration::from_secs(24 * 60 * 60),
    header_time: Duration::from_secs(60),
    header_bytes: 128 * 1024,
    headers: 100,
    body_bytes: 2 * 1024 * 1024,
    body_time: Duration::from_secs(10),
    memory_bytes: 32 * 1024 * 1024,
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

async fn answer(router: TowerToHyperService<Router>, received: Received) -> Response {
    match received.body {
        Ok(body) => {
            let mut request = Request::from_parts(received.parts, Body::from(body));
            request.extensions_mut().insert(Peer(received.peer.ip()));
            match router.call(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
        Err(problem) => http::problem(problem.status(), &problem.to_string()),
    }
}
