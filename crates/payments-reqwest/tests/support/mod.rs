//! A server of raw bytes: it answers each connection with exactly what a test wants to see on the wire.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) struct RawServer {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

/// What the server does once a whole request head has come.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// Writes these bytes, then closes.
    Answer(&'static [u8]),
    /// Writes these bytes, then keeps the connection open and silent.
    AnswerAndHang(&'static [u8]),
    /// Closes without a word.
    Close,
}

impl RawServer {
    pub(crate) async fn start(then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    let mut read = Vec::new();
                    while !read.windows(4).any(|window| window == b"\r\n\r\n") {
                        match stream.read_buf(&mut read).await {
                            Ok(0) | Err(_) => return,
                            Ok(_) => {}
                        }
                    }
                    counted.fetch_add(1, Ordering::SeqCst);
                    match then {
                        Then::Close => {}
                        Then::Answer(bytes) => drop(stream.write_all(bytes).await),
                        Then::AnswerAndHang(bytes) => {
                            drop(stream.write_all(bytes).await);
                            std::future::pending::<()>().await;
                        }
                    }
                });
            }
        });
        Self { address, requests }
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

pub(crate) fn post(url: &str) -> http::Request<Bytes> {
    http::Request::post(url)
        .body(Bytes::from_static(b"amount=1"))
        .unwrap()
}
