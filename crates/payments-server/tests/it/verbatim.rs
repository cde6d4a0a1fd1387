//! Responses that are written as they are.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use payments_server::{Limits, Received, Verbatim, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Promises ten bytes and sends two; the path says how the connection ends. `/plain` is an ordinary answer.
async fn answer(request: Received) -> Response<Full<Bytes>> {
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}";
    let mut response = Response::new(Full::new(Bytes::from(text)));
    let end = match request.parts.uri.path() {
        "/close" => Verbatim::Close,
        "/reset" => Verbatim::Reset,
        "/hold" => Verbatim::Hold,
        _ => return Response::new(Full::new(Bytes::from("plain"))),
    };
    response.extensions_mut().insert(end);
    response
}

async fn start() -> (SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(serve(listener, Limits::webhooks(), stopped, answer));
    (address, stop)
}

async fn ask(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn a_verbatim_response_is_sent_byte_by_byte_and_ends_the_connection() {
    let (address, _stop) = start().await;
    for (path, is_reset) in [("/close", false), ("/reset", true)] {
        let mut stream = ask(address, path).await;
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes).await;
        assert_eq!(
            bytes, b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{}",
            "{path}"
        );
        assert_eq!(ended.is_err(), is_reset, "{path}: {ended:?}");
    }
}

#[tokio::test]
async fn an_earlier_answer_of_the_connection_is_complete() {
    let (address, _stop) = start().await;
    let mut stream = ask(address, "/plain").await;
    let mut bytes = vec![0; 1_024];
    let mut seen = String::new();
    while !seen.ends_with("plain") {
        let read = stream.read(&mut bytes).await.unwrap();
        assert_ne!(read, 0, "{seen}");
        seen += &String::from_utf8_lossy(&bytes[..read]);
    }
    stream
        .write_all(b"GET /close HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.ends_with("\r\n\r\n{}"), "{rest}");
}

#[tokio::test]
async fn a_held_connection_stays_open_until_the_server_stops() {
    let (address, stop) = start().await;
    let mut stream = ask(address, "/hold").await;
    let mut bytes = [0; 64];
    let mut seen = 0;
    while !bytes[..seen].ends_with(b"{}") {
        seen += stream.read(&mut bytes[seen..]).await.unwrap();
    }
    let more = tokio::time::timeout(Duration::from_millis(30), stream.read(&mut bytes));
    assert!(more.await.is_err(), "the connection is open");
    stop.send_replace(true);
    assert_eq!(stream.read(&mut bytes).await.unwrap(), 0);
}
