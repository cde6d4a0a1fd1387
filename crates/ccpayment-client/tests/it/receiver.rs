//! A webhook endpoint on a real socket, for both versions: it verifies each webhook and acknowledges those that verify.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use http::HeaderMap;
use http::header::HeaderName;
use payments_core::{Timestamp, WebhookError};
use payments_sandbox::Clock;
use payments_signing::Verified;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One delivery attempt.
#[derive(Clone)]
pub(crate) struct Received<E> {
    pub(crate) event: Result<Verified<E>, WebhookError>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The attempts received, and the replies to the next ones instead of the usual reply.
struct Kept<E> {
    received: Vec<Received<E>>,
    replies: Vec<http::Response<Bytes>>,
}

pub(crate) struct Receiver<E> {
    address: SocketAddr,
    kept: Arc<Mutex<Kept<E>>>,
}

impl<E: Clone + Send + 'static> Receiver<E> {
    /// `receive` verifies a webhook, by the time of `clock`; `reply` is the usual reply to one that is or is not genuine.
    pub(crate) async fn start(
        receive: impl Fn(&HeaderMap, &[u8], Timestamp) -> Result<Verified<E>, WebhookError>
        + Send
        + 'static,
        reply: fn(bool) -> http::Response<Bytes>,
        clock: Clock,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept {
            received: Vec::new(),
            replies: Vec::new(),
        }));
        let shelf = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (headers, body) = read(&mut stream).await;
                let now = Timestamp::from_millis(clock.now_ms());
                let event = receive(&headers, &body, now);
                let usual = reply(event.is_ok());
                let reply = {
                    let mut kept = shelf.lock().unwrap();
                    kept.received.push(Received {
                        event,
                        headers,
                        body,
                    });
                    let other = !kept.replies.is_empty();
                    if other { kept.replies.remove(0) } else { usual }
                };
                write(&mut stream, &reply).await;
            }
        });
        Self { address, kept }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks/ccpayment?shop=1", self.address)
    }

    /// Sets the reply to the next webhook.
    pub(crate) fn reply_next(&self, reply: http::Response<Bytes>) {
        self.kept().replies.push(reply);
    }

    /// Everything received so far, in order.
    pub(crate) fn received(&self) -> Vec<Received<E>> {
        self.kept().received.clone()
    }

    /// All events. Panics if one was refused.
    pub(crate) fn events(&self) -> Vec<Verified<E>> {
        let received = self.received().into_iter();
        received.map(|one| one.event.unwrap()).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept<E>> {
        self.kept.lock().unwrap()
    }
}

async fn read(stream: &mut TcpStream) -> (HeaderMap, Vec<u8>) {
    let mut read = Vec::new();
    loop {
        let end = read.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let headers = headers(&String::from_utf8_lossy(&read[..end]));
            let length = headers["content-length"].to_str().unwrap();
            let length: usize = length.parse().unwrap();
            if read.len() >= end + 4 + length {
                return (headers, read.split_off(end + 4));
            }
        }
        let more = stream.read_buf(&mut read).await.unwrap();
        assert!(more > 0, "the request broke off");
    }
}

fn headers(head: &str) -> HeaderMap {
    let lines = head.lines().skip(1);
    lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            let name: HeaderName = name.parse().unwrap();
            (name, value.trim().parse().unwrap())
        })
        .collect()
}

async fn write(stream: &mut TcpStream, reply: &http::Response<Bytes>) {
    let (status, length) = (reply.status().as_u16(), reply.body().len());
    let head = format!(
        "HTTP/1.1 {status} OK\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(reply.body()).await.unwrap();
}
