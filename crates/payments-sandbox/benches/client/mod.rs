//! A client that signs orders before the clock starts, and sends them on kept connections.

use std::time::{Duration, Instant};

use form_urlencoded::Serializer;
use payments_sandbox::Credentials;
use payments_signing::{Secret, cpay::Key};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::server::Server;

pub(crate) const IN_FLIGHT: usize = 16;

/// What one request took, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    /// Of the server's processor time.
    pub(crate) processor: f64,
    /// By the clock, with [`IN_FLIGHT`] at a time.
    pub(crate) clock: f64,
}

pub(crate) struct Client {
    key: Key,
    merchant_id: String,
    /// References are not used twice.
    next: usize,
}

impl Client {
    pub(crate) fn new() -> Self {
        let account = Credentials::test().cpay;
        Self {
            key: Key::new(Secret::new(account.secret.as_str()).unwrap()),
            merchant_id: account.merchant_id.clone(),
            next: 0,
        }
    }

    /// Makes new orders.
    pub(crate) async fn create_orders(&mut self, server: &Server, count: usize) -> Took {
        let requests = (0..count).map(|_| self.order()).collect();
        send_all(server, requests).await
    }

    /// Queries orders that were made, evenly spread over all of them.
    pub(crate) async fn query_orders(&self, server: &Server, count: usize) -> Took {
        let numbers = (0..count).map(|at| 1 + at * self.next / count);
        send_all(server, numbers.map(|number| self.query(number)).collect()).await
    }

    fn order(&mut self) -> String {
        self.next += 1;
        let reference = reference(self.next);
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let fields = [
            ("amount", "66.12345678".to_owned()),
            ("callBackURL", String::new()),
            ("createTime", now.as_millis().to_string()),
            ("cryptoCurrency", "USDT".to_owned()),
            ("merchantId", self.merchant_id.clone()),
            ("merchantTradeNo", reference),
            ("userId", "1001".to_owned()),
        ];
        let signed = fields.iter().map(|(name, value)| (*name, value.as_str()));
        let sign = self.key.sign(signed).unwrap();
        let body = Serializer::new(String::new())
            .extend_pairs(&fields)
            .append_pair("sign", sign.as_str())
            .finish();
        format!(
            "POST /openapi/v1/createOrder HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    fn query(&self, number: usize) -> String {
        let fields = [
            ("merchantId", self.merchant_id.clone()),
            ("merchantTradeNo", reference(number)),
        ];
        let signed = fields.iter().map(|(name, value)| (*name, value.as_str()));
        let sign = self.key.sign(signed).unwrap();
        let query = Serializer::new(String::new())
            .extend_pairs(&fields)
            .append_pair("sign", sign.as_str())
            .finish();
        format!("GET /openapi/v1/getOrderDetail?{query} HTTP/1.1\r\nhost: localhost\r\n\r\n")
    }
}

fn reference(number: usize) -> String {
    format!("bench-{number}")
}

/// Sends requests, [`IN_FLIGHT`] at a time, which must all succeed.
async fn send_all(server: &Server, requests: Vec<String>) -> Took {
    let count = requests.len();
    let mut shares: Vec<Vec<String>> = vec![Vec::new(); IN_FLIGHT];
    for (at, request) in requests.into_iter().enumerate() {
        shares[at % IN_FLIGHT].push(request);
    }
    let mut prepared = Vec::new();
    for share in shares {
        let connection = TcpStream::connect(&server.address).await.unwrap();
        connection.set_nodelay(true).unwrap();
        prepared.push((connection, share));
    }
    let (before, start) = (server.used(), Instant::now());
    let mut workers = JoinSet::new();
    for (mut connection, share) in prepared {
        workers.spawn(async move {
            for request in share {
                let answer = exchange(&mut connection, &request).await;
                assert!(answer.contains(r#""code":0"#), "{answer}");
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
    let clock = start.elapsed();
    let each = |time: Duration| time.as_secs_f64() / count as f64;
    Took {
        processor: each(server.used() - before),
        clock: each(clock),
    }
}

pub(crate) async fn get(server: &Server, path: &str) {
    send(server, &format!("GET {path}"), "").await;
}

/// Forgets all orders.
pub(crate) async fn reset(server: &Server) {
    send(server, "POST /_sandbox/reset", "{}").await;
}

async fn send(server: &Server, line: &str, json: &str) {
    let mut connection = TcpStream::connect(&server.address).await.unwrap();
    let (address, length) = (&server.address, json.len());
    let request = format!(
        "{line} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{json}"
    );
    exchange(&mut connection, &request).await;
}

/// Sends a request and reads an answer of known length, which must be a success.
async fn exchange(connection: &mut TcpStream, request: &str) -> String {
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::with_capacity(4096);
    let length = loop {
        assert!(
            connection.read_buf(&mut answer).await.unwrap() > 0,
            "the connection ended"
        );
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = std::str::from_utf8(&answer[..head])
            .unwrap()
            .to_ascii_lowercase();
        assert!(text.starts_with("http/1.1 200"), "{text}");
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        break head + 4 + length.unwrap().trim().parse::<usize>().unwrap();
    };
    while answer.len() < length {
        assert!(
            connection.read_buf(&mut answer).await.unwrap() > 0,
            "the connection ended"
        );
    }
    String::from_utf8(answer).unwrap()
}
