//! An HTTP/1 server with limits for everything that a stranger can send.
//!
//! A receiver of webhooks is open to everyone, and verifies a request only after it has read it. So the limits apply before:
//! [`serve`] reads the complete body within [`Limits`] and then calls the handler once, with the body or the reason why
//! it cannot be read.
//!
//! ```
//! use bytes::Bytes;
//! use http::{Response, StatusCode};
//! use http_body_util::Full;
//! use payments_server::{Limits, Received, serve};
//! use tokio::net::TcpListener;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let (stop, stopped) = tokio::sync::watch::channel(false);
//! let server = tokio::spawn(serve(listener, Limits::webhooks(), stopped, async |request: Received| {
//!     let status = match &request.body {
//!         Ok(_body) => StatusCode::OK, // verify it here
//!         Err(problem) => problem.status(),
//!     };
//!     let mut response = Response::new(Full::new(Bytes::new()));
//!     *response.status_mut() = status;
//!     response
//! }));
//! stop.send_replace(true);
//! server.await.ok();
//! # Ok::<(), std::io::Error>(())
//! # })?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod body;
mod connection;
mod limits;
mod refusal;
mod stop;
mod tower;
mod verbatim;

pub use body::BodyProblem;
pub use limits::Limits;
pub use stop::stop_signal;
pub use tower::serve_tower;
pub use verbatim::Verbatim;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use hyper::body::Body;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How long requests under way may still take when a shutdown begins.
const GRACE: Duration = Duration::from_secs(2);
/// The pause after a failed accept, usually because there are no more file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// One request, complete or refused.
#[derive(Debug)]
pub struct Received {
    /// The address at the other end of the connection.
    pub peer: SocketAddr,
    /// Method, URI and headers.
    pub parts: Parts,
    /// The complete body, or the limit that it exceeded.
    pub body: Result<Bytes, BodyProblem>,
}

/// Serves until `stop` changes (or its sender is gone), then gives requests under way two seconds.
///
/// The handler is called once for every request with readable headers. It runs inside the connection and ends with it: work that
/// must be completed when the sender hangs up belongs in a task of the handler. Its body must be short. A response with the
/// extension [`Verbatim`] is written as it is.
pub async fn serve<H, F, B>(
    listener: TcpListener,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
    handler: H,
) where
    H: Fn(Received) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connections = JoinSet::new();
    let mut refusals = JoinSet::new();
    let memory = Arc::new(Semaphore::new(limits.memory_bytes));
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            Some(_) = refusals.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) if connections.len() < limits.connections => {
                    let memory = Arc::clone(&memory);
                    let served = connection::serve(stream, peer, limits, memory, handler.clone(), stop.clone());
                    connections.spawn(served);
                }
                // Beyond this number the connection is closed without a response.
                Ok((stream, _)) if refusals.len() < refusal::AT_ONCE => {
                    refusals.spawn(refusal::send(stream));
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
    // Aborts what is left after the grace, and waits until no handler runs any more.
    connections.shutdown().await;
}
