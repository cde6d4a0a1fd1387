//! TLS needs no process-wide crypto provider, and trusts the configured roots.

use std::time::Instant;

use bytes::Bytes;
use payments_core::{Effect, Reach, Transport, TransportErrorKind};
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

/// Prints what a connection for each request costs; the server's share is in it. The handshakes prove that there were as many
/// connections.
#[tokio::test]
async fn the_cost_of_a_new_connection() {
    const CALLS: usize = 200;
    let server = TlsServer::start("localhost", YEARS).await;
    let transport = ReqwestTransport::builder()
        .root_certificates_pem(server.root.clone())
        .build()
        .unwrap();
    for (effect, connections) in [(Effect::Read, 1), (Effect::Unkeyed, CALLS)] {
        let (before, started) = (server.handshakes(), Instant::now());
        for _ in 0..CALLS {
            let mut request = request(&server);
            request.extensions_mut().insert(effect);
            transport.send(request).await.unwrap();
        }
        let each = started.elapsed() / CALLS as u32;
        println!("{effect:?} over TLS on loopback: {each:?} each, {connections} handshakes");
        assert_eq!(server.handshakes() - before, connections);
    }
    // Only the first connection had no session.
    println!("{} handshakes resumed a session", server.resumed());
    assert_eq!(server.resumed(), CALLS);
}
