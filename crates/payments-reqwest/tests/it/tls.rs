//! TLS needs no process-wide crypto provider, and trusts the configured roots.

use bytes::Bytes;
use payments_core::{Reach, Transport, TransportErrorKind};
use payments_reqwest::ReqwestTransport;

use crate::support::TlsServer;

const YEARS: (i32, i32) = (2000, 2126);

fn request(server: &TlsServer) -> http::Request<Bytes> {
    http::Request::get(format!("{}/", server.origin()))
        .body(Bytes::new())
        .unwrap()
}

#[tokio::test]
async fn connects_to_a_trusted_server_without_a_default_crypto_provider() {
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    let server = TlsServer::start("localhost", YEARS).await;
    let transport = ReqwestTransport::builder()
        .root_certificates_pem(server.root.clone())
        .build()
        .unwrap();
    assert_eq!(
        transport
            .send(request(&server))
            .await
            .unwrap()
            .body()
            .as_ref(),
        b"ok"
    );
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[tokio::test]
async fn an_unknown_certificate_sends_nothing() {
    let server = TlsServer::start("localhost", YEARS).await;
    let transport = ReqwestTransport::builder().build().unwrap();
    let error = transport.send(request(&server)).await.unwrap_err();
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::NotSent, TransportErrorKind::Connect)
    );
    assert_eq!(server.handshakes(), 0);
}
