//! The text of a failure names the host, the port and the cause, and never the path or the query.

use std::time::Duration;

use payments_core::{Reach, Transport, TransportError};
use payments_reqwest::{Builder, ReqwestTransport};
use tokio::net::TcpListener;

use crate::support::{RawServer, Then, TlsServer, post};

const PATH: &str = "/openapi/v1/withdraw?sign=topsecret";

async fn failure(builder: Builder, origin: &str) -> TransportError {
    let transport = builder.build().unwrap();
    let request = post(&format!("{origin}{PATH}"));
    let error = transport.send(request).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    for part in ["topsecret", "openapi"] {
        assert!(!shown.contains(part), "{shown}");
    }
    error
}

async fn text(builder: Builder, origin: &str) -> String {
    failure(builder, origin).await.to_string()
}

fn standard() -> Builder {
    ReqwestTransport::builder()
}

/// A port without a listener.
async fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn names_the_address_that_refuses_connections() {
    let address = closed_port().await;
    assert_eq!(
        text(standard(), &format!("http://{address}")).await,
        format!("no connection: connection refused by {address}, nothing was sent")
    );
}

#[tokio::test]
async fn names_the_host_that_cannot_be_resolved() {
    let text = text(standard(), "https://gateway.invalid").await;
    let start = "no connection: gateway.invalid: name ";
    assert!(
        text.starts_with(start) && text.contains("(DNS)") && text.ends_with(", nothing was sent"),
        "{text}"
    );
}

#[tokio::test]
async fn names_the_proxy_that_cannot_be_reached() {
    let address = closed_port().await;
    let through = standard().proxy(format!("http://user:topsecret@{address}"));
    assert_eq!(
        text(through, "https://gateway.invalid").await,
        format!("no connection: connection refused by the proxy {address}, nothing was sent")
    );
    let through = standard().proxy("http://proxy.invalid:3128");
    let text = text(through, "https://gateway.invalid").await;
    assert!(
        text.starts_with("no connection: the proxy proxy.invalid: name "),
        "{text}"
    );
}

#[tokio::test]
async fn names_the_proxy_that_refuses_the_connection() {
    for (answer, words) in [
        (
            &b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"[..],
            "refused to connect",
        ),
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "requires a user name and password to connect",
        ),
    ] {
        let proxy = RawServer::start(Then::Answer(answer)).await;
        let address = proxy.address;
        let through = standard().proxy(format!("http://{address}"));
        assert_eq!(
            text(through, "https://gateway.invalid").await,
            format!(
                "no connection: the proxy {address} {words} to gateway.invalid:443, nothing was sent"
            )
        );
    }
}

#[tokio::test]
async fn says_why_a_certificate_is_not_accepted() {
    const NOW: i32 = 2026;
    for (host, years, trusted, words) in [
        (
            "localhost",
            (2000, NOW + 100),
            false,
            "certificate not trusted: no trusted root issued it",
        ),
        (
            "localhost",
            (2000, 2001),
            true,
            "certificate expired, or this machine's clock is wrong",
        ),
        (
            "localhost",
            (NOW + 50, NOW + 100),
            true,
            "certificate not valid yet, or this machine's clock is wrong",
        ),
        (
            "other.example",
            (2000, NOW + 100),
            true,
            "wrong host: the certificate is for another name",
        ),
    ] {
        let server = TlsServer::start(host, years).await;
        let mut builder = standard();
        if trusted {
            builder = builder.root_certificates_pem(server.root.clone());
        }
        let error = failure(builder, &server.origin()).await;
        let port = server.address.port();
        assert_eq!(
            error.to_string(),
            format!("no connection: localhost:{port}: TLS: {words}, nothing was sent")
        );
        assert_eq!(server.handshakes(), 0);
    }
}

#[tokio::test]
async fn says_that_a_server_does_not_speak_tls() {
    let server = RawServer::start(Then::Greet(b"HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let address = server.address;
    assert_eq!(
        text(standard(), &format!("https://{address}")).await,
        format!(
            "no connection: {address}: TLS: the server does not answer with TLS, nothing was sent"
        )
    );
    let server = RawServer::start(Then::Greet(b"")).await;
    let address = server.address;
    assert_eq!(
        text(standard(), &format!("https://{address}")).await,
        format!(
            "no connection: {address} closed the connection during the handshake, nothing was sent"
        )
    );
}

#[tokio::test]
async fn says_which_limit_was_reached() {
    // The handshake of TLS counts as connecting.
    let silent = RawServer::start(Then::AnswerAndHang(b"")).await;
    let address = silent.address;
    let impatient = || standard().connect_timeout(Duration::from_millis(100));
    assert_eq!(
        text(impatient(), &format!("https://{address}")).await,
        format!(
            "no answer in time: timed out after 100 ms while connecting to {address}, nothing was sent"
        )
    );
    let impatient = || standard().attempt_timeout(Duration::from_secs(1));
    assert_eq!(
        text(impatient(), &format!("http://{address}")).await,
        format!(
            "no answer in time: timed out after 1 s while waiting for the answer of {address}, the request may have arrived"
        )
    );
    let slow = RawServer::start(Then::AnswerAndHang(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
    ))
    .await;
    let address = slow.address;
    assert_eq!(
        text(impatient(), &format!("http://{address}")).await,
        format!(
            "no answer in time: timed out after 1 s while reading the answer of {address}, part of the answer had come"
        )
    );
}

#[tokio::test]
async fn says_how_a_connection_broke() {
    for (then, words) in [
        (
            Then::Close,
            "ADDRESS closed the connection before it answered, the request may have arrived",
        ),
        (
            Then::Answer(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
            "the answer of ADDRESS is not HTTP/1.1, the request may have arrived",
        ),
        (
            Then::Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            "the answer of ADDRESS breaks off, part of the answer had come",
        ),
    ] {
        let server = RawServer::start(then).await;
        let words = words.replace("ADDRESS", &server.address.to_string());
        assert_eq!(
            text(standard(), &format!("http://{}", server.address)).await,
            format!("the connection broke: {words}")
        );
    }
}

/// The HTTP stack hands the request back if the connection ends before it began to write.
#[tokio::test]
async fn a_request_that_was_never_written_was_not_sent() {
    let transport = standard().build().unwrap();
    let mut not_sent = 0;
    for _ in 0..200 {
        let server = RawServer::start(Then::Refuse).await;
        let error = transport.send(server.request()).await.unwrap_err();
        assert_eq!(server.requests(), 0);
        match error.reach() {
            Reach::NotSent => not_sent += 1,
            // It began to write before it saw the end of the connection.
            reach => assert_eq!(reach, Reach::MaybeSent),
        }
    }
    println!("closed before a request: {not_sent} of 200 proved not sent");
    assert_ne!(not_sent, 0);
}

#[tokio::test]
async fn says_how_large_an_answer_may_be() {
    let server = RawServer::start(Then::Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345",
    ))
    .await;
    assert_eq!(
        text(
            standard().max_answer_bytes(4),
            &format!("http://{}", server.address)
        )
        .await,
        "the answer is too large: it has more than 4 bytes, part of the answer had come"
    );
}
