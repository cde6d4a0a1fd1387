//! The standard way to the network.

use std::sync::Arc;

use payments_core::Executor;
use payments_reqwest::{BuildError, ReqwestTransport, SystemClock, SystemEntropy};

/// An executor over the standard transport: rustls, connect 5 s, attempt 20 s, 30 s in total, plain `http://` to loopback
/// only. It needs a tokio runtime when used. Give clones of one to several gateways and they share a connection pool.
///
/// # Errors
/// When the HTTP client cannot be set up; nothing was sent.
pub fn standard_executor() -> Result<Executor, BuildError> {
    let transport = ReqwestTransport::builder()
        .user_agent(concat!("payments-facade/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(Executor::new(
        Arc::new(transport),
        Arc::new(SystemClock::new()),
        Arc::new(SystemEntropy),
    ))
}
