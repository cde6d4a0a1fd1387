//! Errors of the builder.

/// An invalid setting of the [`Builder`](crate::Builder). Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A timeout of zero would fail every request.
    #[error(
        "a timeout of zero would fail every request: give connect and attempt at least a millisecond"
    )]
    ZeroTimeout,
    /// The proxy URL is invalid. It is not shown, because it may contain a password.
    #[error("the proxy URL cannot be read: write it as http://host:port")]
    Proxy,
    /// The PEM text contains no certificate.
    #[error("the root certificates hold no PEM certificate")]
    NoRoots,
    /// A root certificate cannot be read.
    #[error("a root certificate cannot be read: {0}")]
    Roots(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built from the user agent or the proxy: see its source")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl BuildError {
    pub(crate) fn tls(error: rustls::Error) -> Self {
        Self::Tls(Box::new(error))
    }

    pub(crate) fn roots(error: rustls::pki_types::pem::Error) -> Self {
        Self::Roots(format!("{error:?}"))
    }
}
