//! TLS to the server.

use std::path::PathBuf;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::error::{misconfigured, unavailable};
use crate::engine::EngineError;

/// A URL for the driver, and the options that the driver does not know.
pub(super) struct ConnectionUrl {
    pub(super) text: String,
    /// The PEM file with the certificates that the server's must be signed by. Without one, the platform's are used.
    pub(super) root_cert: Option<PathBuf>,
}

impl ConnectionUrl {
    /// Of `sslmode` and `sslrootcert`, as PostgreSQL's own programs read them.
    pub(super) fn read(url: &str) -> Result<Self, EngineError> {
        let Some((base, query)) = url.split_once('?') else {
            return Ok(Self {
                text: url.to_owned(),
                root_cert: None,
            });
        };
        let mut root_cert = None;
        let mut names_mode = false;
        let mut options = Vec::new();
        for option in query.split('&') {
            match option.split_once('=') {
                Some(("sslrootcert", path)) => root_cert = Some(decoded(path)?),
                // The driver's `require` verifies the server and its name as well.
                Some(("sslmode", "verify-full")) => {
                    names_mode = true;
                    options.push("sslmode=require");
                }
                other => {
                    names_mode |= other.is_some_and(|(name, _)| name == "sslmode");
                    options.push(option);
                }
            }
        }
        if root_cert.is_some() && !names_mode {
            options.push("sslmode=require");
        }
        Ok(Self {
            text: format!("{base}?{}", options.join("&")),
            root_cert: root_cert.filter(|path| path != "system").map(PathBuf::from),
        })
    }
}

fn decoded(text: &str) -> Result<String, EngineError> {
    let text = percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| misconfigured("sslrootcert is not UTF-8"))?;
    Ok(text.into_owned())
}

pub(super) fn client(root_cert: Option<&std::path::Path>) -> Result<ClientConfig, EngineError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unavailable)?;
    let builder = match root_cert {
        None => builder.with_platform_verifier().map_err(unavailable)?,
        Some(path) => builder.with_root_certificates(roots(path)?),
    };
    Ok(builder.with_no_client_auth())
}

fn roots(path: &std::path::Path) -> Result<RootCertStore, EngineError> {
    let unusable = |why: &dyn std::fmt::Display| {
        misconfigured(format!("sslrootcert={}: {why}", path.display()))
    };
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unusable(&error))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    match roots.is_empty() {
        true => Err(unusable(&"the file contains no certificate")),
        false => Ok(roots),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_options_that_the_driver_does_not_know_out_of_a_url() {
        let cases = [
            ("postgres://h/d", "postgres://h/d", None),
            (
                "postgres://h/d?sslmode=prefer",
                "postgres://h/d?sslmode=prefer",
                None,
            ),
            (
                "postgres://h/d?sslmode=verify-full&connect_timeout=3",
                "postgres://h/d?sslmode=require&connect_timeout=3",
                None,
            ),
            (
                "postgres://h/d?sslrootcert=%2Fetc%2Fca%20one.pem",
                "postgres://h/d?sslmode=require",
                Some("/etc/ca one.pem"),
            ),
            (
                "postgres://h/d?sslmode=disable&sslrootcert=ca.pem",
                "postgres://h/d?sslmode=disable",
                Some("ca.pem"),
            ),
            (
                "postgres://h/d?sslrootcert=system",
                "postgres://h/d?sslmode=require",
                None,
            ),
        ];
        for (url, text, root_cert) in cases {
            let read = ConnectionUrl::read(url).unwrap();
            assert_eq!(read.text, text, "{url}");
            assert_eq!(read.root_cert, root_cert.map(PathBuf::from), "{url}");
        }
    }
}
