//! A shop's callback endpoint on a real socket. It verifies callbacks and replies with `ack` or `nack`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use chainup_opay_client::{Event, Verified, WebhookError, Webhooks, nack};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One delivery attempt of the platform.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) event: Result<Verified<Event>, WebhookError>,
    pub(crate) body: Vec<u8>,
}

/// The received callbacks, and replies to use for the next ones.
#[derive(Default)]
struct Kept {
    received: Vec<Received>,
    replies: Vec<http::Response<Bytes>>,
}

pub(crate) struct Receiver {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

impl Receiver {
    pub(crate) async fn start(webhooks: Webhooks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let shelf = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let body = read_body(&mut stream).await;
                let event = webhooks.receive(&body);
                let usual = if event.is_ok() {
                    webhooks.ack()
                } else {
                    nack()
                };
                let reply = {
                    let mut kept = shelf.lock().unwrap();
                    kept.received.push(Received { event, body });
                    let other = !kept.replies.is_empty();
                    if other { kept.replies.remove(0) } else { usual }
                };
                write(&mut stream, &reply).await;
            }
        });
        Self { address, kept }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/callbacks/opay?shop=1", self.address)
    }

    /// Replies to the next callback with this.
    pub(crate) fn reply_next(&self, reply: http::Response<Bytes>) {
        self.kept.lock().unwrap().replies.push(reply);
    }

    /// All attempts so far, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.kept.lock().unwrap().received.clone()
    }

    /// All events. Panics if a callback was refused.
    pub(crate) fn events(&self) -> Vec<Verified<Event>> {
        let received = self.received().into_iter();
        received.map(|one| one.event.unwrap()).collect()
    }
}

async fn read_body(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        let end = read.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&read[..end]).to_lowercase();
            let length = head.split("content-length:").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
            if read.len() >= end + 4 + length {
                return read.split_off(end + 4);
            }
        }
        let more = stream.read_buf(&mut read).await.unwrap();
        assert!(more > 0, "the request broke off");
    }
}

async fn write(stream: &mut TcpStream, reply: &http::Response<Bytes>) {
    let (status, length) = (reply.status().as_u16(), reply.body().len());
    let head = format!(
        "HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(reply.body()).await.unwrap();
}
