//! The merchant's webhook endpoint: keeps what comes exactly as it came, and answers what it is told to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// One webhook, and what was going on when it came.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    pub(crate) about: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Debug)]
struct State {
    about: String,
    reply: http::Response<Bytes>,
    captured: Vec<Captured>,
}

#[derive(Clone, Debug)]
pub(crate) struct Receiver {
    url: String,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    pub(crate) async fn start(reply: http::Response<Bytes>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            about: String::new(),
            reply,
            captured: Vec::new(),
        }));
        let receiver = Self { url, state };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        receiver
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What comes from now on is about this.
    pub(crate) fn expect(&self, about: &str) {
        about.clone_into(&mut self.locked().about);
    }

    /// Answers so from now on, and gives the reply before.
    pub(crate) fn reply(&self, reply: http::Response<Bytes>) -> http::Response<Bytes> {
        std::mem::replace(&mut self.locked().reply, reply)
    }

    pub(crate) fn about(&self, about: &str) -> Vec<Captured> {
        let state = self.locked();
        let captured = state.captured.iter().filter(|one| one.about == about);
        captured.cloned().collect()
    }

    pub(crate) fn forget(&self) {
        self.locked().captured.clear();
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request per connection, with a length: that is how the sandbox sends.
    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, total) = loop {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let headers = headers(&bytes[..end]);
            let length = headers.get("content-length").map_or(0, |length| {
                length.to_str().unwrap().parse::<usize>().unwrap()
            });
            break (headers, (end + 4, end + 4 + length));
        };
        while bytes.len() < total.1 {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let reply = {
            let mut state = self.locked();
            let about = state.about.clone();
            state.captured.push(Captured {
                about,
                headers: head,
                body: Bytes::copy_from_slice(&bytes[total.0..total.1]),
            });
            state.reply.clone()
        };
        let mut text = format!(
            "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            reply.status(),
            reply.body().len()
        );
        for (name, value) in reply.headers() {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        text.push_str("\r\n");
        let _ = stream.write_all(text.as_bytes()).await;
        let _ = stream.write_all(reply.body()).await;
        let _ = stream.shutdown().await;
    }
}

fn headers(head: &[u8]) -> HeaderMap {
    let text = std::str::from_utf8(head).unwrap();
    let lines = text.split("\r\n").skip(1);
    lines
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            let name: HeaderName = name.trim().parse().ok()?;
            Some((name, HeaderValue::from_str(value.trim()).ok()?))
        })
        .collect()
}
