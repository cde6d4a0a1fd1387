//! A shop's webhook endpoint on a real socket: it verifies what comes and replies as the client crate says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use cpay_client::{Event, Verified, WebhookError, Webhooks, ack, nack};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Received = Result<Verified<Event>, WebhookError>;

pub(crate) struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    pub(crate) async fn start(webhooks: Webhooks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let body = read_body(&mut stream).await;
                let event = webhooks.receive(&body);
                let reply = if event.is_ok() { ack() } else { nack() };
                kept.lock().unwrap().push(event);
                write(&mut stream, &reply).await;
            }
        });
        Self { address, received }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/cpay?shop=1", self.address)
    }

    /// Everything received so far, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn read_body(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        let head = read
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .map(|at| at + 4);
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
            let length = text
                .split("content-length:")
                .nth(1)
                .and_then(|rest| rest.lines().next());
            let length: usize = length.unwrap_or_default().trim().parse().unwrap();
            if read.len() >= head + length {
                return read.split_off(head);
            }
        }
        assert!(
            stream.read_buf(&mut read).await.unwrap() > 0,
            "the request broke off"
        );
    }
}

async fn write(stream: &mut TcpStream, reply: &http::Response<Bytes>) {
    let kind = reply.headers()["content-type"].to_str().unwrap();
    let (status, length) = (reply.status().as_u16(), reply.body().len());
    let head = format!(
        "HTTP/1.1 {status} OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(reply.body()).await.unwrap();
}
