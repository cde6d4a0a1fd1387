//! The TLS configuration: rustls with aws-lc-rs, passed explicitly.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::BuildError;

/// A client configuration that trusts the platform's roots and `extra_roots`.
///
/// The crypto provider is passed, never taken from the process: `rustls::ClientConfig::builder()` panics where no
/// default is installed, and a library must not install one for the process.
pub(crate) fn config(
    extra_roots: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, BuildError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    Ok(with_roots(&provider, extra_roots)?.with_no_client_auth())
}

fn with_roots(
    provider: &Arc<CryptoProvider>,
    extra_roots: Vec<CertificateDer<'static>>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, BuildError> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(BuildError::tls)?;
    let only_platform = extra_roots.is_empty();
    match Verifier::new_with_extra_roots(extra_roots, Arc::clone(provider)) {
        Ok(verifier) => Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))),
        // A container without a CA bundle can still talk to a sandbox on loopback. With no roots every
        // TLS handshake fails closed, before a byte of the request is sent.
        Err(_) if only_platform => Ok(builder.with_root_certificates(RootCertStore::empty())),
        Err(error) => Err(BuildError::tls(error)),
    }
}

/// Reads all certificates of a PEM text; a text without one is an error.
pub(crate) fn parse_pem(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let roots: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(BuildError::roots)?;
    if roots.is_empty() {
        Err(BuildError::NoRoots)
    } else {
        Ok(roots)
    }
}
