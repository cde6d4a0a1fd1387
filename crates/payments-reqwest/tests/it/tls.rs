//! TLS needs no process-wide crypto provider, and trusts the configured roots.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use payments_core::{Reach, Transport, TransportErrorKind};
use payments_reqwest::ReqwestTransport;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A TLS server for `localhost` with a self-made certificate; returns its address, its
/// certificate as PEM and the number of handshakes that succeeded.
async fn tls_server() -> (SocketAddr, String, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let handshakes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&handshakes);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            counted.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 2048];
            if stream.read(&mut request).await.is_ok() {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
                drop(stream.write_all(answer).await);
                drop(stream.shutdown().await);
            }
        }
    });
    (address, made.cert.pem(), handshakes)
}

fn request(address: SocketAddr) -> http::Request<Bytes> {
    http::Request::get(format!("https://localhost:{}/", address.port()))
        .body(Bytes::new())
        .unwrap()
}

#[tokio::test]
async fn connects_to_a_trusted_server_without_a_default_crypto_provider() {
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    let (address, certificate, _) = tls_server().await;
    let transport = ReqwestTransport::builder()
        .root_certificates_pem(certificate)
        .build()
        .unwrap();
    assert_eq!(
        transport
            .send(request(address))
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
    let (address, _, handshakes) = tls_server().await;
    let transport = ReqwestTransport::builder().build().unwrap();
    let error = transport.send(request(address)).await.unwrap_err();
    assert_eq!(
        (error.reach(), error.kind()),
        (Reach::NotSent, TransportErrorKind::Connect)
    );
    assert_eq!(handshakes.load(Ordering::SeqCst), 0);
}
