//! Servers of the tests: one of raw bytes, which answers each connection with exactly what a test wants to see on the wire,
//! and one with TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::HandshakeKind;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

pub(crate) struct RawServer {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

/// What the server does once a whole request head has come.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    /// Writes these bytes, then closes.
    Answer(&'static [u8]),
    /// Writes these bytes, then keeps the connection open and silent.
    AnswerAndHang(&'static [u8]),
    /// Writes these bytes to the first request of a connection, and closes on the second one.
    AnswerOnceAndClose(&'static [u8]),
    /// Writes these bytes to every request, and once more when it is asked to.
    AnswerTwice(&'static [u8], &'static Notify),
    /// Closes without a word.
    Close,
    /// Writes these bytes after the first bytes of the client, before a request is complete, then closes.
    Greet(&'static [u8]),
    /// Closes as soon as the connection is there.
    Refuse,
}

impl RawServer {
    pub(crate) async fn start(then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, connections) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counted = (Arc::clone(&requests), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.1.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, then, Arc::clone(&counted.0)));
            }
        });
        Self {
            address,
            requests,
            connections,
        }
    }

    /// How many connections were made in all.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many requests arrived in all.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn request(&self) -> http::Request<Bytes> {
        post(&format!(
            "http://{}/openapi/v1/withdraw?sign=topsecret",
            self.address
        ))
    }
}

async fn serve(mut stream: TcpStream, then: Then, requests: Arc<AtomicUsize>) {
    match then {
        Then::Refuse => return,
        Then::Greet(bytes) => {
            drop(stream.read(&mut [0; 4096]).await);
            drop(stream.write_all(bytes).await);
            return;
        }
        _ => {}
    }
    for earlier in 0.. {
        if !read_request(&mut stream).await {
            return;
        }
        requests.fetch_add(1, Ordering::SeqCst);
        match then {
            Then::AnswerTwice(bytes, again) => {
                drop(stream.write_all(bytes).await);
                again.notified().await;
                drop(stream.write_all(bytes).await);
            }
            Then::AnswerOnceAndClose(bytes) if earlier == 0 => drop(stream.write_all(bytes).await),
            Then::AnswerOnceAndClose(_) | Then::Close | Then::Greet(_) | Then::Refuse => return,
            Then::Answer(bytes) => {
                drop(stream.write_all(bytes).await);
                return;
            }
            Then::AnswerAndHang(bytes) => {
                drop(stream.write_all(bytes).await);
                std::future::pending::<()>().await;
            }
        }
    }
}

/// Reads a head, and the body that every POST of these tests has.
async fn read_request(stream: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    let whole = |read: &[u8]| {
        let head = read.windows(4).position(|window| window == b"\r\n\r\n");
        let body = if read.starts_with(b"POST") {
            BODY.len()
        } else {
            0
        };
        head.is_some_and(|at| read.len() >= at + 4 + body)
    };
    while !whole(&read) {
        match stream.read_buf(&mut read).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
    }
    true
}

const BODY: &[u8] = b"amount=1";

pub(crate) fn post(url: &str) -> http::Request<Bytes> {
    http::Request::post(url)
        .body(Bytes::from_static(BODY))
        .unwrap()
}

/// Answers every request, and keeps its connections.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    /// The certificate, as PEM, that issued the server's.
    pub(crate) root: String,
    handshakes: Arc<AtomicUsize>,
    resumed: Arc<AtomicUsize>,
}

impl TlsServer {
    /// With a certificate for `host` that is valid from the first to the second year.
    pub(crate) async fn start(host: &str, (from, until): (i32, i32)) -> Self {
        let root_key = KeyPair::generate().unwrap();
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root_certificate = root.self_signed(&root_key).unwrap();
        let issuer = Issuer::new(root, root_key);
        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new([host.to_owned()]).unwrap();
        leaf.not_before = date_time_ymd(from, 1, 1);
        leaf.not_after = date_time_ymd(until, 1, 1);
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (handshakes, resumed): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
        tokio::spawn(answer_over_tls(
            listener,
            TlsAcceptor::from(Arc::new(config)),
            (Arc::clone(&handshakes), Arc::clone(&resumed)),
        ));
        Self {
            address,
            root: root_certificate.pem(),
            handshakes,
            resumed,
        }
    }

    pub(crate) fn origin(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// How many handshakes succeeded.
    pub(crate) fn handshakes(&self) -> usize {
        self.handshakes.load(Ordering::SeqCst)
    }

    /// How many of them resumed an earlier session.
    pub(crate) fn resumed(&self) -> usize {
        self.resumed.load(Ordering::SeqCst)
    }
}

async fn answer_over_tls(
    listener: TcpListener,
    tls: TlsAcceptor,
    (handshakes, resumed): (Arc<AtomicUsize>, Arc<AtomicUsize>),
) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, handshakes, resumed) = (tls.clone(), handshakes.clone(), resumed.clone());
        tokio::spawn(async move {
            let mut stream = tls.accept(stream).await.ok()?;
            handshakes.fetch_add(1, Ordering::SeqCst);
            if stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed) {
                resumed.fetch_add(1, Ordering::SeqCst);
            }
            let mut request = [0; 2048];
            while stream.read(&mut request).await.ok()? > 0 {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                stream.write_all(answer).await.ok()?;
            }
            Some(())
        });
    }
}
