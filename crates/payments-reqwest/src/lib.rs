//! The standard transport of the payments toolkit: [`ReqwestTransport`] on top of reqwest and rustls,
//! with the [`SystemClock`] and [`SystemEntropy`] that go with it on a tokio runtime.
//!
//! It is a separate crate, and no type of reqwest appears in its public API, so that a new major version of reqwest
//! never breaks a client.
//!
//! Its guarantees, on which outcomes depend:
//!
//! - A failure states how far the request got ([`Reach`](payments_core::Reach)). Only a failure to connect (DNS,
//!   refused, TLS handshake), and a request of which the HTTP stack proves that it never began to write it, is `NotSent`;
//!   everything else is `MaybeSent` or later.
//! - Only reads run on kept connections. Every other request has a connection for itself.
//! - Nothing is sent twice: no redirect is followed, and the HTTP stack repeats no request. Only the executor decides
//!   about repeats.
//! - Everything is limited: connect 5 s, attempt 20 s, answers up to 8 MiB by default.
//! - Plain `http://` goes to loopback addresses only, unless enabled.
//!
//! ```
//! use payments_reqwest::ReqwestTransport;
//! use std::time::Duration;
//!
//! let transport = ReqwestTransport::builder()
//!     .attempt_timeout(Duration::from_secs(10))
//!     .user_agent("shop/1.4")
//!     .build()?;
//! // Clones share one connection pool, which only reads use.
//! let same_pool = transport.clone();
//! # let _ = same_pool;
//! # Ok::<(), payments_reqwest::BuildError>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod builder;
mod clock;
mod error;
mod failure;
mod origin;
mod tls;
mod transport;

pub use builder::Builder;
pub use clock::{SystemClock, SystemEntropy};
pub use error::BuildError;
pub use transport::ReqwestTransport;
