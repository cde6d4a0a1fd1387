//! Serves the sandbox's routes, within limits for connections, headers, bodies and memory.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use payments_server::{Limits, Received};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::cpay;
use crate::router::Site;

/// Clients keep connections for calls, so these live longer than those of webhooks. Lower limits of single calls apply where their
/// bodies are read.
const LIMITS: Limits = Limits {
    connections: 512,
    requests_per_connection: usize::MAX,
    connection_time: Duration::from_secs(24 * 60 * 60),
    header_time: Duration::from_secs(20),
    header_bytes: 64 * 1024,
    headers: 100,
    body_bytes: 2 * 1024 * 1024,
    body_bytes_of: Some(longest_body),
    body_time: Duration::from_secs(10),
    memory_bytes: 16 * 1024 * 1024,
};

/// The most that other requests than C-Pay's `submitKYC` may have.
const USUAL_BODY_BYTES: usize = 256 * 1024;

/// A signature inside a body cannot be checked before the body is read, so only a form for the one call with long bodies may be long.
fn longest_body(parts: &Parts) -> usize {
    cpay::longest_body(parts).max(USUAL_BODY_BYTES)
}

/// Serves until `stop` changes (or its sender is gone), then lets requests under way end.
pub(crate) async fn serve(listener: TcpListener, site: Arc<Site>, stop: watch::Receiver<bool>) {
    payments_server::serve(listener, LIMITS, stop, move |request| {
        Completed::new(Arc::clone(&site).answer(request))
    })
    .await;
}

/// Answers a request of this process. The body of an answer cannot fail.
pub(crate) async fn answer_locally(site: Arc<Site>, request: Request<Bytes>) -> Response<Bytes> {
    let (parts, body) = request.into_parts();
    let received = Received {
        peer: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        parts,
        body: Ok(body),
    };
    let answered = Completed::new(async move {
        let (parts, body) = site.answer(received).await.into_parts();
        let body = body.collect().await;
        let body = body.map_or_else(|_| Bytes::new(), |body| body.to_bytes());
        Response::from_parts(parts, body)
    });
    answered.await
}

/// A future that continues in a separate task if it is dropped after it has begun: as a real gateway does, the sandbox completes
/// what it has begun also if the client hangs up. A task for every request would cost more than most requests do.
struct Completed<F: Future<Output: Send> + Send + 'static> {
    /// `None` after the end, also after a panic.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future<Output: Send> + Send + 'static> Completed<F> {
    fn new(future: F) -> Self {
        Self {
            future: Some(Box::pin(future)),
        }
    }
}

impl<F: Future<Output: Send> + Send + 'static> Future for Completed<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let Some(mut future) = self.future.take() else {
            return Poll::Pending;
        };
        let polled = future.as_mut().poll(task);
        if polled.is_pending() {
            self.future = Some(future);
        }
        polled
    }
}

impl<F: Future<Output: Send> + Send + 'static> Drop for Completed<F> {
    fn drop(&mut self) {
        if let Some(future) = self.future.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(future);
        }
    }
}
