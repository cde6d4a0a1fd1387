//! The standard transport of the payments toolkit: [`ReqwestTransport`] on top of reqwest and rustls,
//! with the [`SystemClock`] and [`SystemEntropy`] that go with it on a tokio runtime.
//!
//! It is one small crate of its own so that a new major version of reqwest never breaks a client:
//! nothing of reqwest appears in its public interface.
//!
//! What it guarantees, because an outcome depends on it:
//!
//! - A failure says how far the request got ([`Reach`](payments_core::Reach)). Only a failure to connect
//!   (DNS, refused, TLS handshake) is `NotSent`; everything else is `MaybeSent` or later.
//! - Nothing is sent twice: no redirect is followed, no request is repeated by the HTTP stack after a
//!   byte of it was written. Repeating is the executor's decision alone.
//! - Everything ends: connect 5 s, whole attempt 20 s, answers of at most 8 MiB, unless set otherwise.
//! - Plain `http://` goes to loopback addresses only, unless switched on.
//!
//! ```
//! use payments_reqwest::ReqwestTransport;
//! use std::time::Duration;
//!
//! let transport = ReqwestTransport::builder()
//!     .attempt_timeout(Duration::from_secs(10))
//!     .user_agent("shop/1.4")
//!     .build()?;
//! // Clones share one connection pool.
//! let same_pool = transport.clone();
//! # let _ = same_pool;
//! # Ok::<(), payments_reqwest::BuildError>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod builder;
mod clock;
mod origin;
mod tls;
mod transport;

pub use builder::{BuildError, Builder};
pub use clock::{SystemClock, SystemEntropy};
pub use transport::ReqwestTransport;
