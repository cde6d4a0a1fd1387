//! TLS to PostgreSQL, with a private CA.

use std::path::Path;

use payments_store::engine::{Engine as _, EngineErrorKind, Postgres};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::cluster::{self, Cluster};

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    Authority { pem, issuer }
}

/// A server whose certificate is valid for 127.0.0.1 only, signed by this authority.
fn server(authority: &Authority) -> Option<Cluster> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority.issuer).unwrap();
    let settings = [
        "-c",
        "ssl=on",
        "-c",
        "ssl_cert_file={folder}/server.crt",
        "-c",
        "ssl_key_file={folder}/server.key",
    ];
    let files = [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ];
    Cluster::new(&settings, &files)
}

async fn refused(url: &str) -> (EngineErrorKind, String) {
    let error = Postgres::connect(url).await.unwrap_err();
    (error.kind(), error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn connects_over_tls_only_to_a_server_that_the_private_ca_vouches_for() {
    let (own, other) = (authority(), authority());
    let Some(server) = server(&own) else {
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let own = write("own.pem", &own.pem);
    let other = write("other.pem", &other.pem);
    let empty = write("empty.pem", "");
    let with = |url: &str, mode: &str, ca: &Path| {
        format!("{url}?sslmode={mode}&sslrootcert={}", ca.display())
    };

    cluster::connect(&with(&server.url, "verify-full", &own)).await;
    for mode in ["verify-full", "require", "prefer"] {
        let engine = Postgres::connect(&with(&server.url, mode, &own))
            .await
            .unwrap();
        let sql = "SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let rows = engine.begin().await.unwrap().query(sql, &[]).await.unwrap();
        assert_eq!(rows[0].text(0).unwrap(), "true", "{mode}");

        let (kind, text) = refused(&with(&server.url, mode, &other)).await;
        assert_eq!(kind, EngineErrorKind::Unavailable, "{mode}");
        assert!(text.contains("invalid peer certificate"), "{text}");
        assert!(
            text.ends_with("sslrootcert names the file of a private CA"),
            "{text}"
        );
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    let by_name = server.url.replace("127.0.0.1", "localhost");
    let (_, text) = refused(&with(&by_name, "verify-full", &own)).await;
    assert!(text.contains("not valid for name"), "{text}");
    // Neither the roots of the platform nor an attempt without TLS help.
    let (_, text) = refused(&server.url).await;
    assert!(text.contains("invalid peer certificate"), "{text}");

    for (ca, expected) in [
        (empty, "the file contains no certificate"),
        (folder.path().join("missing.pem"), "No such file"),
    ] {
        let (kind, text) = refused(&with(&server.url, "verify-full", &ca)).await;
        assert_eq!(kind, EngineErrorKind::Misconfigured, "{text}");
        assert!(text.contains(expected), "{text}");
    }
    let (kind, text) = refused(&format!("{}?sslmode=verify-ca", server.url)).await;
    assert_eq!(kind, EngineErrorKind::Misconfigured);
    assert!(
        text.contains("invalid value for option `sslmode`"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_refused_if_tls_is_required() {
    let Some(server) = Cluster::new(&[], &[]) else {
        return;
    };
    cluster::connect(&server.url).await;
    for mode in ["require", "verify-full"] {
        let (kind, text) = refused(&format!("{}?sslmode={mode}", server.url)).await;
        assert_eq!(kind, EngineErrorKind::Unavailable);
        assert!(text.contains("TLS"), "{text}");
        assert!(!text.contains("sslrootcert"), "{text}");
    }
}
