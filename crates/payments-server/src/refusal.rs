//! The response to a connection beyond the limit.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Refusals under way at one time.
pub(crate) const AT_ONCE: usize = 64;

const RESPONSE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// How long a sender may take to read the response. Closing at once would reset a connection whose request was not read.
const TIME: Duration = Duration::from_millis(250);

pub(crate) async fn send(mut stream: TcpStream) {
    let _ = tokio::time::timeout(TIME, async {
        stream.write_all(RESPONSE).await?;
        stream.shutdown().await?;
        let mut discarded = [0; 4096];
        while stream.read(&mut discarded).await? > 0 {}
        Ok::<_, std::io::Error>(())
    })
    .await;
}
