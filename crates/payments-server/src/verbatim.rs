//! Responses that are written as they are, for servers that imitate broken ones.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Buf as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// An extension of a response whose body is everything that is written, from the status line on; and how the connection ends
/// then. The response's status and headers are not used.
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
/// use http_body_util::Full;
/// use payments_server::Verbatim;
///
/// // Promises ten bytes and sends two.
/// let mut response = Response::new(Full::new(Bytes::from("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}")));
/// response.extensions_mut().insert(Verbatim::Close);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbatim {
    /// The connection closes in order.
    Close,
    /// The connection is reset.
    Reset,
    /// The connection stays open until the client closes it or the server stops.
    Hold,
}

/// The next piece of the data; `None` at its end.
async fn next<B: Body + Unpin>(body: &mut B) -> Option<Bytes> {
    loop {
        let frame = body.frame().await?.ok()?;
        if let Ok(mut piece) = frame.into_data() {
            return Some(piece.copy_to_bytes(piece.remaining()));
        }
    }
}

/// Writes the body's data. A client that does not read one piece within `piece_time` loses the connection.
pub(crate) async fn write<B>(
    mut stream: TcpStream,
    mut body: B,
    end: Verbatim,
    piece_time: Duration,
    mut stop: watch::Receiver<bool>,
) where
    B: Body + Unpin,
{
    let written = async {
        while let Some(piece) = next(&mut body).await {
            let sent = tokio::time::timeout(piece_time, stream.write_all(&piece)).await;
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
        match end {
            Verbatim::Close => {
                let _ = stream.shutdown().await;
            }
            Verbatim::Reset => {
                // Closing a connection that must not linger sends a reset.
                let _ = stream.set_zero_linger();
            }
            Verbatim::Hold => {
                let mut ignored = [0; 1_024];
                while stream.read(&mut ignored).await.is_ok_and(|read| read > 0) {}
            }
        }
    };
    tokio::select! {
        () = written => {}
        _ = stop.changed() => {}
    }
}
