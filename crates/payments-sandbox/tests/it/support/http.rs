//! A bare HTTP client and a scripted receiver of webhooks, both over plain sockets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::leaks;

pub(crate) const HTML: (&str, &str) = ("Accept", "text/html");
pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Sends exactly these bytes and reads until the other side closes.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let text = String::from_utf8_lossy(&answer);
    // The one answer that has the secrets on purpose, and answers of which the request is a part.
    if !bytes.starts_with(b"GET /_sandbox/credentials ") {
        leaks::check("an answer", &text);
    }
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let request = request(address, method, target, headers, body);
    raw(address, request.as_bytes()).await.expect("an answer")
}

pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> String {
    let mut request = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    if method != "GET" {
        request += &format!("Content-Length: {}\r\n", body.len());
    }
    request += "\r\n";
    request += body;
    request
}

/// A merchant's webhook endpoint that answers from a script, then `OK`.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    got: Arc<Mutex<Vec<(String, String)>>>,
    count: watch::Receiver<usize>,
}

impl Receiver {
    pub(crate) async fn start(script: &[&str]) -> Self {
        Self::with_usual(script, "OK").await
    }

    /// Answers with `usual` once the script is over.
    pub(crate) async fn with_usual(script: &[&str], usual: &'static str) -> Self {
        Self::at("127.0.0.1:0", script, usual).await
    }

    pub(crate) async fn at(address: &str, script: &[&str], usual: &'static str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let got = Arc::new(Mutex::new(Vec::new()));
        let (counted, count) = watch::channel(0);
        let mut script: VecDeque<String> = script.iter().map(|s| (*s).to_owned()).collect();
        tokio::spawn({
            let got = Arc::clone(&got);
            async move {
                while let Ok((mut stream, _)) = listener.accept().await {
                    let request = read_request(&mut stream).await;
                    got.lock().unwrap().push(request);
                    let reply = script.pop_front().unwrap_or_else(|| reply(200, usual));
                    let _ = stream.write_all(reply.as_bytes()).await;
                    let _ = stream.shutdown().await;
                    counted.send_modify(|count| *count += 1);
                }
            }
        });
        Self {
            address,
            got,
            count,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/callback?shop=1", self.address)
    }

    /// Head and body of every request so far.
    pub(crate) fn requests(&self) -> Vec<(String, String)> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until that many requests were answered; one that never comes fails the test instead of hanging it.
    pub(crate) async fn wait_for(&mut self, requests: usize) -> Vec<(String, String)> {
        let answered = self.count.wait_for(|count| *count >= requests);
        let within = std::time::Duration::from_secs(60);
        let _ = tokio::time::timeout(within, answered)
            .await
            .expect("a webhook")
            .unwrap();
        self.requests()
    }
}

pub(crate) fn reply(status: u16, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Any\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn read_request(stream: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse().unwrap());
            if body.len() >= length {
                return (head.to_owned(), body.to_owned());
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return (text_of(&bytes), String::new());
        }
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
