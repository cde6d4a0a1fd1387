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
use tokio::sync::{Semaphore, mpsc, watch};

use crate::{Limits, Received, Verbatim, body, verbatim};

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
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // Answers are small: waiting to fill a packet only costs time.
    let _ = stream.set_nodelay(true);
    let left = Arc::new(AtomicUsize::new(limits.requests_per_connection));
    let (verbatim, mut taken) = mpsc::channel(1);
    let service = service_fn(move |request: Request<Incoming>| {
        let (memory, handler) = (Arc::clone(&memory), handler.clone());
        let verbatim = verbatim.clone();
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
            if let Some(end) = response.extensions().get::<Verbatim>().copied() {
                // The loop below takes the connection away from hyper.
                let _ = verbatim.send((response.into_body(), end)).await;
                return std::future::pending().await;
            }
            if closes {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes)
        .max_headers(limits.headers)
        // A client that hangs up behind a complete request has sent it: it is handled whether the end of the connection
        // arrives before or after the handler starts.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    // A broken connection needs no report: the client has gone.
    tokio::select! {
        _ = &mut connection => return,
        Some((body, end)) = taken.recv() => {
            let stream = connection.into_parts().io.into_inner();
            let written = verbatim::write(stream, body, end, limits.body_time, stop);
            let _ = tokio::time::timeout(limits.connection_time, written).await;
            return;
        }
        () = tokio::time::sleep(limits.connection_time) => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            // Whoever does not read the response by then keeps nothing.
            let _ = tokio::time::timeout(limits.body_time, connection).await;
            return;
        }
        _ = stop.changed() => std::pin::Pin::new(&mut connection).graceful_shutdown(),
    }
    let _ = connection.await;
}
