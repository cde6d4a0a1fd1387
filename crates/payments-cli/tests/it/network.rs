//! Accounts behind a proxy and with a private certificate authority.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{Ran, Stage, ended};

const HOST: &str = "gateway.test";
/// `user:s3cret-of-proxy` in base64.
const LOGIN: &str = "proxy-authorization: basic dxnlcjpzm2nyzxqtb2ytchjvehk=";

/// The sandbox behind TLS, as `gateway.test`, which only the proxy can reach.
struct Network {
    stage: Stage,
    proxy: SocketAddr,
    tunnels: Arc<AtomicUsize>,
}

impl Network {
    fn start() -> Self {
        // The sandbox sees the name `gateway.test`.
        let stage = Stage::with(|builder| builder.allow_remote_listen(true));
        let root = include_bytes!("../../../../fixtures/tls/root.pem");
        std::fs::write(stage.folder.join("root.pem"), root).unwrap();
        let sandbox = stage.sandbox.base_url().strip_prefix("http://");
        let sandbox: SocketAddr = sandbox.unwrap().parse().unwrap();
        let (proxy, tunnels) = stage.block_on(async move {
            let tls = serve_tls(sandbox).await;
            serve_proxy(tls).await
        });
        Self {
            stage,
            proxy,
            tunnels,
        }
    }

    fn run(&self, lines: &str, login: &str, arguments: &[&str]) -> Ran {
        let account = self
            .stage
            .cpay_account_at("main", &format!("https://{HOST}"));
        self.stage.write_config(&format!("{account}{lines}"));
        let mut command = self.stage.command(arguments);
        command.env("THE_PROXY", format!("http://{login}@{}", self.proxy));
        let ran = ended(command.spawn().unwrap());
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!all.contains("s3cret"), "{all}");
        ran
    }

    fn tunnels(&self) -> usize {
        self.tunnels.load(Ordering::SeqCst)
    }
}

async fn serve_tls(sandbox: SocketAddr) -> SocketAddr {
    let certificate = include_bytes!("../../../../fixtures/tls/server.pem");
    let key = include_bytes!("../../../../fixtures/tls/server.key");
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut sandbox = TcpStream::connect(sandbox).await.ok()?;
                copy_bidirectional(&mut stream, &mut sandbox).await.ok()
            });
        }
    });
    address
}

/// A proxy that knows one host and asks for a password.
async fn serve_proxy(gateway: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tunnels = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tunnels);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(tunnel(stream, gateway, Arc::clone(&counted)));
        }
    });
    (address, tunnels)
}

async fn tunnel(
    mut stream: TcpStream,
    gateway: SocketAddr,
    tunnels: Arc<AtomicUsize>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?.to_lowercase();
    if !head.contains(LOGIN) {
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
        return stream.write_all(refusal).await.ok();
    }
    assert!(head.starts_with(&format!("connect {HOST}:443 ")), "{head}");
    tunnels.fetch_add(1, Ordering::SeqCst);
    let mut gateway = TcpStream::connect(gateway).await.ok()?;
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut stream, &mut gateway).await.ok()?;
    Some(())
}

const BOTH: &str = "proxy = { env = \"THE_PROXY\" }\nroot_certificates = \"root.pem\"\n";
const LOGGED_IN: &str = "user:s3cret-of-proxy";

#[test]
fn calls_go_through_the_proxy_and_trust_the_root_certificates() {
    let network = Network::start();
    let ran = network.run(BOTH, LOGGED_IN, &["config", "check"]);
    assert_eq!(ran.stdout, "payments.toml is valid: cpay/main\n");
    assert_eq!(network.tunnels(), 0);
    let ran = network.run(BOTH, LOGGED_IN, &["balances"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let payout = [
        "payout",
        "create",
        "payout-7",
        "4",
        "USDT",
        "--arrives",
        "3",
        "--to",
        "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
        "--network",
        "tron",
        "--customer",
        "customer-7",
        "--yes",
    ];
    let ran = network.run(BOTH, LOGGED_IN, &payout);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(
        (network.tunnels(), network.stage.sandbox.orders().len()),
        (2, 1)
    );
}

#[test]
fn says_what_the_connection_failed_at() {
    let network = Network::start();
    let proxy = network.proxy;
    let without_roots = "proxy = { env = \"THE_PROXY\" }\n";
    for (lines, login, words) in [
        (
            without_roots,
            LOGGED_IN,
            format!("{HOST}:443: TLS: certificate not trusted"),
        ),
        (
            BOTH,
            "user:s3cret-other",
            format!("the proxy {proxy} requires a user name and password to connect to {HOST}:443"),
        ),
        ("", LOGGED_IN, format!("{HOST}: name ")),
    ] {
        let ran = network.run(lines, login, &["balances"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
        let text = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(&words), "{text}");
    }
    assert_eq!(network.stage.sandbox.requests().len(), 0);
}

/// The transports of the two accounts differ in the root certificates only.
#[test]
fn an_account_does_not_trust_the_certificates_of_another_one() {
    let network = Network::start();
    let other = network
        .stage
        .cpay_account_at("other", &format!("https://{HOST}"));
    let proxy = "proxy = { env = \"THE_PROXY\" }\n";
    let lines = format!("{BOTH}\n{other}{proxy}");
    let of = |account: &str| network.run(&lines, LOGGED_IN, &["balances", "--gateway", account]);
    let ran = of("cpay/main");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let ran = of("cpay/other");
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.contains("certificate not trusted"),
        "{}",
        ran.stderr
    );
}
