//! What the crate promises, against golden cases and independent implementations.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod ccpayment;
mod ccpayment_v2;
mod ccpayment_v2_forgeries;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
mod chainup_envelope;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
mod chainup_opay;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
mod chainup_workers;
mod cpay;
#[cfg(feature = "explain")]
mod diagnosis;
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
mod keys;
mod properties;
#[cfg(all(feature = "rsa", feature = "rsa-portable"))]
mod rsa_backends;
mod support;
