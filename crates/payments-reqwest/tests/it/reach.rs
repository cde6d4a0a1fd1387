//! Every failure says how far the request got, and no failure shows the query.

#[allow(dead_code)]
use std::error::Error as _;
use std::time::Duration;

use crate::support::{RawServer, Then, post};
use bytes::Bytes;
use payments_core::{Effect, Reach, Transport, TransportError, TransportErrorKind};
use payments_reqwest::ReqwestTransport;
use tokio::net::TcpListener;
use tokio::sync::Notify;

fn transport() -> ReqwestTransport {
    ReqwestTransport::builder()
        .max_answer_bytes(1024)
        .build()
        .unwrap()
}

/// For tests that wait for the end of a silence.
fn impatient() -> ReqwestTransport {
    ReqwestTransport::builder()
        .attempt_timeout(Duration::from_millis(400))
        .build()
        .unwrap()
}

async fn failure(then: Then) -> (TransportError, usize) {
    failure_of(&transport(), then).await
}

async fn failure_of(transport: &ReqwestTransport, then: Then) -> (TransportError, usize) {
    let server = RawServer::start(then).await;
    let error = transport.send(server.request()).await.unwrap_err();
    no_secret_in(&error);
    (error, server.requests())
}

fn no_secret_in(error: &TransportError) {
    let mut shown = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        shown.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(!shown.contains("topsecret"), "{shown}");
}

#[tokio::test]
async fn a_refused_connection_sends_nothing() {
    // A port that was free a moment ago, without a listener.
    let address = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = transport()
        .send(post(&format!("http://{address}/")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::NotSent, TransportErrorKind::Connect)
    );
}

#[tokio::test]
async fn an_unresolved_name_sends_nothing() {
    let error = transport()
        .send(post("https://gateway.invalid/pay?sign=topsecret"))
        .await
        .unwrap_err();
    assert_eq!(error.reach(), Reach::NotSent);
    no_secret_in(&error);
}

#[tokio::test]
async fn an_unfinished_tls_handshake_sends_nothing() {
    let server = RawServer::start(Then::Answer(b"HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    // The attempt has much more time than the handshake, so that a busy machine does not end it first.
    let transport = ReqwestTransport::builder()
        .connect_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = transport
        .send(post(&format!("https://{}/", server.address)))
        .await
        .unwrap_err();
    assert_eq!(error.reach(), Reach::NotSent);
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_is_not_retried() {
    let (error, requests) = failure(Then::Close).await;
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::MaybeSent, TransportErrorKind::Io)
    );
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn no_answer_is_a_timeout_after_sending() {
    let (error, requests) = failure_of(&impatient(), Then::AnswerAndHang(b"")).await;
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::MaybeSent, TransportErrorKind::Timeout)
    );
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn an_answer_that_is_not_http_leaves_the_outcome_open() {
    let (error, _) = failure(Then::Answer(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")).await;
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::MaybeSent, TransportErrorKind::Io)
    );
}

#[tokio::test]
async fn a_truncated_answer_is_an_error_that_keeps_the_received_part() {
    let (error, _) = failure(Then::Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"code\":0,",
    ))
    .await;
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::ResponseStarted, TransportErrorKind::Io)
    );
    let partial = error.partial().unwrap();
    assert_eq!(partial.body().as_ref(), b"{\"code\":0,");
    assert!(partial.is_partial());
}

#[tokio::test]
async fn a_stalled_answer_is_a_timeout_that_keeps_the_received_part() {
    let (error, _) = failure_of(
        &impatient(),
        Then::AnswerAndHang(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"code\""),
    )
    .await;
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::ResponseStarted, TransportErrorKind::Timeout)
    );
    assert_eq!(error.partial().unwrap().body().as_ref(), b"{\"code\"");
}

#[tokio::test]
async fn an_oversized_answer_is_an_error_that_keeps_the_received_part() {
    const HUGE: &[u8] = &{
        let head = *b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n";
        let mut whole = [b'x'; 4000 + 41];
        let mut index = 0;
        while index < head.len() {
            whole[index] = head[index];
            index += 1;
        }
        whole
    };
    let (error, _) = failure(Then::Answer(HUGE)).await;
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::ResponseStarted, TransportErrorKind::TooLarge)
    );
    assert!(error.partial().unwrap().body().len() <= 1024);
}

#[tokio::test]
async fn plain_http_goes_to_loopback_only() {
    for url in [
        "http://gateway.example/",
        "http://192.0.2.1/",
        "http://127.0.0.1.example/",
        "/relative",
    ] {
        let error = transport().send(post(url)).await.unwrap_err();
        assert_eq!(
            (error.reach(), error.kind()),
            (Reach::NotSent, TransportErrorKind::Refused),
            "{url}"
        );
    }
    for host in ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"] {
        let result = transport().send(post(&format!("http://{host}:1/"))).await;
        assert_eq!(
            result.unwrap_err().kind(),
            TransportErrorKind::Connect,
            "{host}"
        );
    }
}

#[tokio::test]
async fn plain_http_elsewhere_can_be_switched_on() {
    let transport = ReqwestTransport::builder()
        .allow_plain_http(true)
        .build()
        .unwrap();
    let error = transport
        .send(post("http://gateway.invalid/"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
}

/// A reused connection is where an HTTP stack is tempted to repeat. Only reads reuse one.
#[tokio::test]
async fn a_read_on_a_closed_kept_connection_is_not_repeated() {
    let server = RawServer::start(Then::AnswerOnceAndClose(KEPT)).await;
    let transport = transport();
    let read = || with_effect(server.request(), Effect::Read);
    assert_eq!(transport.send(read()).await.unwrap().status(), 200);
    let error = transport.send(read()).await.unwrap_err();
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::MaybeSent, TransportErrorKind::Io)
    );
    assert_eq!((server.requests(), server.connections()), (2, 1));
}

#[tokio::test]
async fn a_request_that_may_move_money_has_a_connection_for_itself() {
    let server = RawServer::start(Then::AnswerOnceAndClose(KEPT)).await;
    let transport = transport();
    let effects = [
        Some(Effect::Read),
        Some(Effect::Unkeyed),
        Some(Effect::Keyed),
        None,
        Some(Effect::Unkeyed),
    ];
    for (before, effect) in effects.into_iter().enumerate() {
        let request = match effect {
            Some(effect) => with_effect(server.request(), effect),
            None => server.request(),
        };
        assert_eq!(transport.send(request).await.unwrap().status(), 200);
        assert_eq!(server.connections(), before + 1, "{effect:?}");
    }
}

/// What arrives without a request is no answer to the next one.
#[tokio::test]
async fn an_idle_connection_on_which_an_answer_arrives_is_not_used_again() {
    static AGAIN: Notify = Notify::const_new();
    let late = RawServer::start(Then::AnswerTwice(KEPT, &AGAIN)).await;
    const TWICE: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno";
    let at_once = RawServer::start(Then::AnswerAndHang(TWICE)).await;
    let transport = transport();
    for server in [&late, &at_once] {
        let read = || with_effect(server.request(), Effect::Read);
        let answer = transport.send(read()).await.unwrap();
        assert_eq!(answer.body().as_ref(), b"ok");
        // The late answer is written, and the transport has time to see it.
        AGAIN.notify_one();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let answer = transport.send(read()).await.unwrap();
        assert_eq!(answer.body().as_ref(), b"ok");
        assert_eq!((server.requests(), server.connections()), (2, 2));
    }
}

const KEPT: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn with_effect(mut request: http::Request<Bytes>, effect: Effect) -> http::Request<Bytes> {
    request.extensions_mut().insert(effect);
    request
}

#[tokio::test]
async fn a_refused_proxy_tunnel_sends_nothing() {
    let proxy = RawServer::start(Then::Answer(
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    ))
    .await;
    let transport = ReqwestTransport::builder()
        .proxy(format!("http://{}", proxy.address))
        .build()
        .unwrap();
    let error = transport
        .send(post("https://gateway.example/pay?sign=topsecret"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::NotSent, TransportErrorKind::Connect)
    );
    no_secret_in(&error);
}

#[tokio::test]
async fn requests_to_loopback_bypass_the_proxy() {
    let proxy = RawServer::start(Then::Close).await;
    let server = RawServer::start(Then::Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ))
    .await;
    let transport = ReqwestTransport::builder()
        .proxy(format!("http://{}", proxy.address))
        .build()
        .unwrap();
    assert_eq!(
        transport.send(server.request()).await.unwrap().status(),
        200
    );
    assert_eq!((proxy.requests(), server.requests()), (0, 1));
}
