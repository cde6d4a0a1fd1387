//! Request signing and webhook verification for C-Pay, CCPayment v1 and v2, and ChainUp OPay.
//!
//! The functions take bytes, keys and the time, and return bytes: no HTTP, no async, no clock, no logging.
//!
//! | module | provider | signature |
//! |---|---|---|
//! | [`cpay`] | C-Pay, OpenAPI v1 | HMAC-SHA256 over a sorted form that ends with the secret |
//! | [`ccpayment`] | CCPayment v1 | SHA-256 over app id, secret, timestamp and body, in headers |
//! | [`ccpayment::v2`] | CCPayment v2 | HMAC-SHA256 over app id, timestamp and body, in headers |
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
//! # Guarantees
//!
//! - The exact bytes that are sent are signed and verified; nothing is parsed and serialised again.
//! - Signatures are compared in constant time, in one place. A refusal is [`Refused`] without details, because every
//!   visible difference helps the sender of a forged message.
//! - Secrets, and hash states that contain them, are wiped when dropped and appear in no `Debug` text, error or
//!   explanation.
//! - A verification returns [`Verified`], which contains nothing that was not signed.
//! - Unverified input is limited in size, depth and count, and never causes a panic.
//! - Signing with [`cpay`] and [`ccpayment`] allocates nothing.
//! - None of the four schemes protects against replay: de-duplicate by the provider's ids.
//!
//! # Features
//!
//! All are off by default and can be combined. With both RSA features, AWS-LC is the default backend.
//!
//! - `rsa`: `chainup_opay` with AWS-LC, whose private-key operations take constant time.
//! - `rsa-portable`: `chainup_opay` with the pure-Rust `rsa` crate; read the risk at `rsa::Backend::Portable` first.
//! - `explain`: for the owner of the keys, why a message failed verification ([`Diagnosis`]), and the stages of a signature
//!   as text with the secret masked.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::disallowed_methods)]

pub mod ccpayment;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
pub mod chainup_opay;
pub mod cpay;
#[cfg(feature = "explain")]
mod diagnosis;
mod error;
#[cfg(feature = "explain")]
#[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
pub mod explain;
mod json_shape;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
#[cfg_attr(docsrs, doc(cfg(any(feature = "rsa", feature = "rsa-portable"))))]
pub mod rsa;
mod secret;
mod signature;
mod verified;
mod verify;

#[cfg(feature = "explain")]
#[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
pub use diagnosis::{Cause, Diagnosis};
pub use error::{KeyError, SignError, TimestampError};
pub use secret::Secret;
pub use signature::Signature;
pub use verified::Verified;
pub use verify::Refused;
