//! Faults in the bytes of an answer.

use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, header, response::Parts};
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Frame;
use payments_server::Verbatim;
use tokio::sync::mpsc;

use super::Fault;
use super::kind::FaultKind;
use crate::shared::clock::millis;
use crate::shared::context::Context;

/// A slow answer: bytes of a piece, the pause between pieces, and the most pieces.
const PIECE: usize = 16;
const PAUSE: Duration = Duration::from_millis(100);
const MOST_PIECES: usize = 1_000;

/// Whether this kind needs the bytes of the answer.
pub(super) fn concerns(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::Reset
            | FaultKind::Half
            | FaultKind::LengthTooLong
            | FaultKind::LengthTooShort
            | FaultKind::BrokenChunk
            | FaultKind::NotHttp
            | FaultKind::Trickle
            | FaultKind::Gzip
    )
}

/// The answer as the fault changes its bytes.
pub(super) fn respond(
    context: &Arc<Context>,
    fault: &Fault,
    mut parts: Parts,
    body: Bytes,
) -> Response {
    let half = body.slice(..body.len() / 2);
    let bytes = fault.byte_count();
    match fault.kind {
        FaultKind::Gzip => {
            let gzip = HeaderValue::from_static("gzip");
            parts.headers.insert(header::CONTENT_ENCODING, gzip);
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(gzipped(&body)))
        }
        FaultKind::Reset => {
            let all = message(&parts, body.len(), &body);
            let sent = all.slice(..all.len().min(bytes.unwrap_or_default()));
            verbatim(Body::from(sent), Verbatim::Reset)
        }
        FaultKind::Half => closing(message(&parts, body.len(), &half)),
        FaultKind::LengthTooLong => closing(message(&parts, body.len() + 100, &body)),
        FaultKind::LengthTooShort => closing(message(&parts, half.len(), &body)),
        FaultKind::BrokenChunk => {
            let mut all = head(&parts, "transfer-encoding: chunked\r\n");
            all.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
            all.extend_from_slice(&body);
            all.extend_from_slice(b"\r\n");
            closing(all.into())
        }
        FaultKind::NotHttp => closing(Bytes::from_static(b"220 mail.sandbox.test ESMTP ready\r\n")),
        FaultKind::Trickle => {
            let all = message(&parts, body.len(), &body);
            let size = bytes.unwrap_or(PIECE).max(1);
            let size = size.max(all.len().div_ceil(MOST_PIECES));
            let pause_ms = if fault.delay_ms == 0 {
                millis(PAUSE)
            } else {
                fault.delay_ms
            };
            let pieces = Pieces::start(context, all, size, pause_ms);
            verbatim(Body::new(pieces), Verbatim::Close)
        }
        _ => Response::from_parts(parts, Body::from(body)),
    }
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = gzip.write_all(body);
    gzip.finish().unwrap_or_default()
}

/// Status line and headers, with this one for the body's length.
fn head(parts: &Parts, length: &str) -> Vec<u8> {
    let reason = parts.status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_str()).into_bytes();
    for (name, value) in &parts.headers {
        if name != header::CONTENT_LENGTH {
            head.extend_from_slice(name.as_str().as_bytes());
            head.extend_from_slice(b": ");
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
    }
    head.extend_from_slice(length.as_bytes());
    head.extend_from_slice(b"connection: close\r\n\r\n");
    head
}

fn message(parts: &Parts, length: usize, body: &[u8]) -> Bytes {
    let mut all = head(parts, &format!("content-length: {length}\r\n"));
    all.extend_from_slice(body);
    all.into()
}

fn closing(all: Bytes) -> Response {
    verbatim(Body::from(all), Verbatim::Close)
}

fn verbatim(body: Body, end: Verbatim) -> Response {
    let mut response = Response::new(body);
    response.extensions_mut().insert(end);
    response
}

/// A body that comes in pieces.
struct Pieces(mpsc::Receiver<Bytes>);

impl Pieces {
    /// A task sends the pieces on the sandbox's clock; it ends with the connection or the sandbox.
    fn start(context: &Arc<Context>, all: Bytes, size: usize, pause_ms: u64) -> Self {
        let (sender, receiver) = mpsc::channel(1);
        let context = Arc::clone(context);
        tokio::spawn(async move {
            let mut rest = all;
            while !rest.is_empty() {
                let piece = rest.split_to(size.min(rest.len()));
                if sender.send(piece).await.is_err() {
                    return;
                }
                tokio::select! {
                    () = context.wait(pause_ms) => {}
                    () = sender.closed() => return,
                }
            }
        });
        Self(receiver)
    }
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(task)
            .map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
