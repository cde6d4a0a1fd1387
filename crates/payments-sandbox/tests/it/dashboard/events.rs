//! Server-sent events.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

#[tokio::test]
async fn events_announce_changes_until_the_sandbox_stops() {
    let shop = Shop::open().await;
    let address = shop.sandbox.local_addr();
    let listen = async || {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = http::request(address, "GET", "/_sandbox/events", &[], "");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        (String::from_utf8_lossy(&head).into_owned(), stream)
    };
    let (head, mut first) = listen().await;
    assert_eq!(head, "HTTP/1.1 200");
    shop.create(&[]).await;
    let mut text = String::new();
    while !text.contains("event: changed") {
        let mut bytes = [0; 1_024];
        let read = first.read(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "{text}");
        text += &String::from_utf8_lossy(&bytes[..read]);
    }
    assert!(text.to_lowercase().contains("text/event-stream"), "{text}");
    // The number of listeners is limited.
    let mut listeners = Vec::new();
    for _ in 1..64 {
        let (head, stream) = listen().await;
        assert_eq!(head, "HTTP/1.1 200");
        listeners.push(stream);
    }
    assert_eq!(listen().await.0, "HTTP/1.1 503");
    // The streams end with the sandbox instead of holding up its shutdown.
    shop.sandbox.shutdown().await;
    let mut rest = Vec::new();
    first.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream ends in order");
}
