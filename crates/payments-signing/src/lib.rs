//! Request signing and webhook verification for C-Pay, CCPayment v1 and ChainUp OPay.
//!
//! Bytes, keys and the time go in, bytes come out: no HTTP, no async, no clock, no logging.
//!
//! | module | provider | signature |
//! |---|---|---|
//! | [`cpay`] | C-Pay, OpenAPI v1 | HMAC-SHA256 over a sorted form, the secret once more at its end |
//! | [`ccpayment`] | CCPayment v1 | SHA-256 over app id, secret, timestamp and body, in headers |
//! | `chainup_opay` (feature `rsa` or `rsa-portable`) | ChainUp OPay V2 | RSA envelope: encrypted blocks and a signature |
//!
//! ```
//! use payments_signing::{Secret, cpay};
//!
//! let key = cpay::Key::new(Secret::new("k3y-of-merchant")?);
//! let sign = key.sign([("merchantId", "20003092"), ("userId", "1001")])?;
//!
//! let body = format!("merchantId=20003092&userId=1001&sign={sign}");
//! let fields = key.verify_webhook(body.as_bytes())?;
//! assert_eq!(fields.get("userId"), Some("1001"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to rely on
//!
//! - Sign and verify the exact bytes that travel; nothing here parses and writes again.
//! - Signatures are compared in constant time, in one place. A refusal is [`Refused`] and says no more: every
//!   difference that the sender of a forged message can see helps the sender.
//! - Secrets, and hashes that have taken them in, are wiped when dropped and appear in no `Debug` text, no error and no
//!   explanation.
//! - What a verification gives is [`Verified`], and holds nothing that was not signed.
//! - Unverified input is capped in size, depth and count, and makes nothing panic.
//! - Signing with [`cpay`] and [`ccpayment`] allocates nothing.
//! - None of the three schemes protects against replay by itself: de-duplicate by the provider's ids.
//!
//! # Features
//!
//! All are off by default. None takes anything away; with both RSA features, AWS-LC is the default backend.
//!
//! - `rsa`: `chainup_opay` by AWS-LC, with private-key work in constant time.
//! - `rsa-portable`: `chainup_opay` by the pure-Rust `rsa` crate; read the risk at `rsa::Backend::Portable` first.
//! - `explain`: the stages of a signature as text with the secret masked, to find the first wrong one.
#![deny(clippy::disallowed_methods)]

mod digest;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
mod envelope;
mod error;
#[cfg(feature = "explain")]
pub mod explain;
mod flat;
mod form;
mod hmac;
mod json_shape;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
pub mod rsa;
mod scheme;
mod secret;
mod verified;
mod verify;

pub use digest::Signature;
pub use error::{KeyError, SignError, TimestampError};
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
pub use scheme::chainup_opay;
pub use scheme::{ccpayment, cpay};
pub use secret::Secret;
pub use verified::Verified;
pub use verify::Refused;
