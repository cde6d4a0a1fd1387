//! What a stranger can use up, and what is answered.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use payments_server::{Limits, Received, serve};
use tokio::sync::watch;

struct Server {
    _runtime: tokio::runtime::Runtime,
    _stop: watch::Sender<bool>,
    address: SocketAddr,
}

/// Answers with the length of the body, or with the problem.
async fn length(request: Received) -> Response<Full<Bytes>> {
    let (status, text) = match request.body {
        Ok(body) => (StatusCode::OK, body.len().to_string()),
        Err(problem) => (problem.status(), problem.to_string()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
}

impl Server {
    fn start(limits: Limits) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
        let listener = listener.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(serve(listener, limits, stopped, length));
        Self {
            _runtime: runtime,
            _stop: stop,
            address,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        // A server that does not answer fails the test instead of stopping it.
        let patience = Duration::from_secs(60);
        stream.set_read_timeout(Some(patience)).unwrap();
        stream
    }

    fn send(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        rest(stream)
    }
}

fn rest(mut stream: TcpStream) -> String {
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: here\r\n{headers}\r\n\r\n{body}").into_bytes()
}

const SHORT: Limits = Limits {
    body_bytes: 1_000,
    body_time: Duration::from_millis(300),
    header_time: Duration::from_millis(300),
    ..Limits::webhooks()
};

#[test]
fn takes_a_body_of_the_limit_and_refuses_one_byte_more() {
    let server = Server::start(SHORT);
    for (size, status) in [(1_000, "200"), (1_001, "413"), (2_000_000, "413")] {
        let body = "x".repeat(size);
        let stated = format!("Connection: close\r\nContent-Length: {size}");
        let chunked = format!("{size:x}\r\n{body}\r\n0\r\n\r\n");
        for request in [
            post(&stated, &body),
            post("Connection: close\r\nTransfer-Encoding: chunked", &chunked),
        ] {
            let response = server.send(&request);
            let expected = format!("HTTP/1.1 {status} ");
            assert!(response.starts_with(&expected), "{size}: {response}");
        }
    }
}

#[test]
fn handles_a_complete_request_whose_sender_ends_the_connection_at_once() {
    let server = Server::start(SHORT);
    for _ in 0..50 {
        let mut stream = server.connect();
        stream.write_all(&post("Content-Length: 3", "abc")).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let response = rest(stream);
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    }
}

#[test]
fn refuses_a_large_body_before_the_sender_sends_it() {
    let server = Server::start(SHORT);
    let headers = "Content-Length: 2000\r\nExpect: 100-continue";
    let response = server.send(&post(headers, ""));
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
}

#[test]
fn gives_up_slow_bodies_slow_headers_and_idle_connections() {
    let server = Server::start(SHORT);
    let response = server.send(&post("Content-Length: 10", "abc"));
    assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
    for start in ["", "POST / HTTP/1.1\r\nHost: h"] {
        server.send(start.as_bytes());
    }
    let response = server.send(&post("Content-Length: 3", "abc"));
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
}

#[test]
fn refuses_long_and_numerous_headers() {
    let server = Server::start(SHORT);
    let long = format!("X: {}", "x".repeat(20_000));
    let many = vec!["X: y"; 70].join("\r\n");
    for headers in [long, many] {
        let response = server.send(&post(&headers, ""));
        assert!(response.starts_with("HTTP/1.1 431 "), "{response}");
    }
}

#[test]
fn answers_503_beyond_the_connections_and_serves_again_when_one_ends() {
    let server = Server::start(Limits {
        connections: 2,
        header_time: Duration::from_secs(600),
        ..SHORT
    });
    let request = post("Connection: close\r\nContent-Length: 3", "abc");
    let mut kept: Vec<TcpStream> = (0..2).map(|_| server.connect()).collect();
    // Both are in use when they have answered.
    for stream in &mut kept {
        stream.write_all(&post("Content-Length: 1", "a")).unwrap();
        let mut status = [0; 12];
        stream.read_exact(&mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
    }
    let response = server.send(&request);
    assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
    drop(kept);
    // The server learns of the end a little later.
    while !server.send(&request).starts_with("HTTP/1.1 200 ") {}
}

#[test]
fn bodies_under_way_share_the_memory() {
    let server = Server::start(Limits {
        memory_bytes: 1_500,
        body_time: Duration::from_secs(600),
        ..SHORT
    });
    let mut first = server.connect();
    first
        .write_all(&post("Content-Length: 1000", &"x".repeat(999)))
        .unwrap();
    let whole = post(
        "Connection: close\r\nContent-Length: 1000",
        &"x".repeat(1_000),
    );
    // The first body may arrive after the second.
    while !server.send(&whole).starts_with("HTTP/1.1 503 ") {}
    first.write_all(b"x").unwrap();
    let mut status = [0; 12];
    first.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    while !server.send(&whole).starts_with("HTTP/1.1 200 ") {}
}

#[test]
fn closes_a_connection_after_its_requests() {
    let server = Server::start(Limits {
        requests_per_connection: 2,
        ..SHORT
    });
    let mut stream = server.connect();
    for _ in 0..2 {
        stream.write_all(&post("Content-Length: 0", "")).unwrap();
    }
    let responses = rest(stream);
    assert_eq!(responses.matches("HTTP/1.1 200 ").count(), 2, "{responses}");
    assert!(responses.contains("connection: close"), "{responses}");
}

#[test]
fn a_request_can_have_a_shorter_limit_than_the_server() {
    let server = Server::start(Limits {
        body_bytes: 100,
        body_bytes_of: Some(|parts| {
            if parts.uri.path() == "/long" {
                1_000
            } else {
                10
            }
        }),
        ..Limits::webhooks()
    });
    for (path, length, status) in [
        ("/short", 10, "200"),
        ("/short", 11, "413"),
        ("/long", 100, "200"),
        ("/long", 101, "413"),
    ] {
        let body = "x".repeat(length);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let response = server.send(request.as_bytes());
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path} {length}: {response}"
        );
    }
}
