//! A server of raw bytes: it answers each connection with exactly what a test wants to see on the wire.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct RawServer {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

/// What the server does once a whole request head has come.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// Writes these bytes, then closes.
    Answer(&'static [u8]),
    /// Writes these bytes, then keeps the connection open and silent.
    AnswerAndHang(&'static [u8]),
    /// Writes these bytes to the first request of a connection, and closes on the second one.
    AnswerOnceAndClose(&'static [u8]),
    /// Closes without a word.
    Close,
}

impl RawServer {
    pub(crate) async fn start(then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, connections) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counted = (Arc::clone(&requests), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.1.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, then, Arc::clone(&counted.0)));
            }
        });
        Self {
            address,
            requests,
            connections,
        }
    }

    /// How many connections were made in all.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many requests arrived in all.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn request(&self) -> http::Request<Bytes> {
        post(&format!(
            "http://{}/openapi/v1/withdraw?sign=topsecret",
            self.address
        ))
    }
}

async fn serve(mut stream: TcpStream, then: Then, requests: Arc<AtomicUsize>) {
    for earlier in 0.. {
        if !read_request(&mut stream).await {
            return;
        }
        requests.fetch_add(1, Ordering::SeqCst);
        match then {
            Then::AnswerOnceAndClose(bytes) if earlier == 0 => drop(stream.write_all(bytes).await),
            Then::AnswerOnceAndClose(_) | Then::Close => return,
            Then::Answer(bytes) => {
                drop(stream.write_all(bytes).await);
                return;
            }
            Then::AnswerAndHang(bytes) => {
                drop(stream.write_all(bytes).await);
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Reads a head, and the body that every POST of these tests has.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    let whole = |read: &[u8]| {
        let head = read.windows(4).position(|window| window == b"\r\n\r\n");
        let body = if read.starts_with(b"POST") {
            BODY.len()
        } else {
            0
        };
        head.is_some_and(|at| read.len() >= at + 4 + body)
    };
    while !whole(&read) {
        match stream.read_buf(&mut read).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
    }
    true
}

const BODY: &[u8] = b"amount=1";

pub(crate) fn post(url: &str) -> http::Request<Bytes> {
    http::Request::post(url)
        .body(Bytes::from_static(BODY))
        .unwrap()
}
