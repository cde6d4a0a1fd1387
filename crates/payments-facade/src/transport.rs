//! The standard transport.

use payments_core::Executor;
use payments_reqwest::{BuildError, Builder, ReqwestTransport};

/// An executor over the standard transport: rustls, connect 5 s, attempt 20 s, 30 s in total, plain `http://` to loopback
/// only. It needs a tokio runtime when used. Gateways with clones of one executor share a connection pool for reads; every other
/// call has a connection for itself.
///
/// # Errors
/// When the HTTP client cannot be set up; nothing was sent.
pub fn standard_executor() -> Result<Executor, BuildError> {
    builder().build_executor()
}

/// The standard transport with this crate's user agent.
pub(crate) fn builder() -> Builder {
    ReqwestTransport::builder().user_agent(concat!("payments-facade/", env!("CARGO_PKG_VERSION")))
}
