//! Serves the sandbox's routes, within limits for connections, headers, bodies and memory.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::request::Parts;
use payments_server::Limits;
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
pub(crate) async fn serve(listener: TcpListener, site: Site, stop: watch::Receiver<bool>) {
    let site = Arc::new(site);
    payments_server::serve(listener, LIMITS, stop, move |request| {
        Completed::new(Arc::clone(&site).answer(request))
    })
    .await;
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
