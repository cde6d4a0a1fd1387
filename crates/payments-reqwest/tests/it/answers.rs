//! Answers come back as they are: status, headers and bytes.

use crate::support::{RawServer, Then};
#[allow(dead_code)]
use bytes::Bytes;
use payments_core::Transport;
use payments_reqwest::{BuildError, ReqwestTransport};

async fn answer(bytes: &'static [u8]) -> (http::Response<Bytes>, usize) {
    let server = RawServer::start(Then::Answer(bytes)).await;
    let transport = ReqwestTransport::builder().build().unwrap();
    let answer = transport.send(server.request()).await.unwrap();
    (answer, server.requests())
}

#[tokio::test]
async fn status_headers_and_body_are_returned() {
    let (answer, _) =
        answer(b"HTTP/1.1 502 Bad Gateway\r\nAppid: 7\r\nContent-Length: 6\r\n\r\n<html>").await;
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.headers()["appid"], "7");
    assert_eq!(answer.body().as_ref(), b"<html>");
}

#[tokio::test]
async fn chunks_are_joined() {
    let (answer, _) =
        answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n").await;
    assert_eq!(answer.body().as_ref(), b"{\"a\":1}");
}

#[tokio::test]
async fn binary_bodies_are_not_changed() {
    let (answer, _) = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\xff\xfe\x00\x80").await;
    assert_eq!(answer.body().as_ref(), b"\xff\xfe\x00\x80");
}

/// The header is how a reader learns why the body is not text.
#[tokio::test]
async fn a_compressed_answer_is_returned_as_it_came() {
    let (answer, _) = answer(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
    )
    .await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.body().as_ref(), b"\x1f\x8b\x08\x00");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (answer, requests) = answer(
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    )
    .await;
    assert_eq!(answer.status(), 307);
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn many_at_once_share_one_transport() {
    let server = RawServer::start(Then::Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ))
    .await;
    let transport = ReqwestTransport::builder().build().unwrap();
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let (transport, request) = (transport.clone(), server.request());
            tokio::spawn(async move { transport.send(request).await.unwrap().status() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(server.requests(), 16);
}

#[test]
fn refuses_invalid_settings() {
    let builder = ReqwestTransport::builder;
    assert!(matches!(
        builder().connect_timeout(Default::default()).build(),
        Err(BuildError::ZeroTimeout)
    ));
    assert!(matches!(
        builder().proxy("http://user:topsecret@[").build(),
        Err(BuildError::Proxy)
    ));
    assert!(matches!(
        builder().root_certificates_pem("no pem").build(),
        Err(BuildError::NoRoots)
    ));
    assert!(matches!(
        builder().user_agent("line\nbreak").build(),
        Err(BuildError::Client(_))
    ));
    let shown = format!(
        "{:?}",
        builder().proxy("http://user:topsecret@proxy.example")
    );
    assert!(!shown.contains("topsecret"), "{shown}");
}

#[tokio::test]
async fn a_proxy_that_was_asked_for_carries_the_request() {
    let proxy = RawServer::start(Then::Answer(
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy",
    ))
    .await;
    let transport = ReqwestTransport::builder()
        .proxy(format!("http://{}", proxy.address))
        .allow_plain_http(true)
        .build()
        .unwrap();
    let answer = transport
        .send(crate::support::post("http://gateway.invalid/pay"))
        .await
        .unwrap();
    assert_eq!(answer.body().as_ref(), b"proxy");
    assert_eq!(proxy.requests(), 1);
}
