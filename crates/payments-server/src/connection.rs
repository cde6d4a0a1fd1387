//! One connection: its requests, one after the other.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderValue, Request, Response, header};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};

use crate::{Limits, Received, body};

pub(crate) async fn serve<H, F, B>(
    stream: TcpStream,
    peer: SocketAddr,
    limits: Limits,
    memory: Arc<Semaphore>,
    handler: H,
    mut stop: watch::Receiver<bool>,
) where
    H: Fn(Received) -> F + Clone + Send + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // Answers are small: waiting to fill a packet only costs time.
    let _ = stream.set_nodelay(true);
    let left = Arc::new(AtomicUsize::new(limits.requests_per_connection));
    let service = service_fn(move |request: Request<Incoming>| {
        let (memory, handler) = (Arc::clone(&memory), handler.clone());
        let is_last = left.fetch_sub(1, Ordering::Relaxed) <= 1;
        async move {
            let (parts, incoming) = request.into_parts();
            let limits = limits.of(&parts);
            let read = body::read(&parts.headers, incoming, &limits, &memory).await;
            // The memory is free again when the response is there.
            let (body, _used) = match read {
                Ok((body, used)) => (Ok(body), used),
                Err(problem) => (Err(problem), None),
            };
            let closes = is_last || body.is_err();
            let mut response = handler(Received { peer, parts, body }).await;
            if closes {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, Infallible>(response)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes)
        .max_headers(limits.headers)
        // A client that hangs up behind a complete request has sent it: it is handled whether the end of the connection
        // arrives before or after the handler starts.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // A broken connection needs no report: the client has gone.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = tokio::time::sleep(limits.connection_time) => {
            connection.as_mut().graceful_shutdown();
            // Whoever does not read the response by then keeps nothing.
            let _ = tokio::time::timeout(limits.body_time, connection).await;
            return;
        }
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
