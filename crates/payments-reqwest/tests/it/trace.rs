//! The event of a request.

use crate::support::{RawServer, Then};
use payments_core::Transport;
use payments_reqwest::ReqwestTransport;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::LevelFilter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The events of this crate while one request is answered, with the server's name.
async fn events(then: Then) -> (String, String) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let server = RawServer::start(then).await;
    let request = server.request();
    let name = request.uri().authority().unwrap().to_string();
    let transport = ReqwestTransport::builder().build().unwrap();
    let guard = tracing::subscriber::set_default(subscriber);
    let _ = transport.send(request).await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours = text
        .lines()
        .filter(|line| line.contains("payments_reqwest"));
    (ours.collect::<Vec<_>>().join("\n"), name)
}

#[tokio::test]
async fn an_answer_is_one_event_with_server_status_and_size() {
    let (events, server) = events(Then::Answer(
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>",
    ))
    .await;
    let fields = format!("server=\"{server}\" connection=\"new\" status=502 body_bytes=6");
    assert!(events.ends_with(&fields), "{events}");
    assert_eq!(events.lines().count(), 1, "{events}");
}

#[tokio::test]
async fn a_broken_answer_is_one_event_with_server_and_error() {
    let (events, server) = events(Then::Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
    ))
    .await;
    let fields = format!("server=\"{server}\" connection=\"new\" error=the connection broke");
    assert!(events.contains(&fields), "{events}");
    assert_eq!(events.lines().count(), 1, "{events}");
}
