//! RSA keys and the four operations of the ChainUp envelope.
//!
//! Only `rsa/aws_lc.rs` and `rsa/portable.rs` use a crate that implements RSA.

#[cfg(feature = "rsa")]
mod aws_lc;
mod base64;
pub(crate) mod blocks;
mod der;
mod keys;
mod operations;
mod pem;
#[cfg(feature = "rsa-portable")]
mod portable;
#[cfg(feature = "explain")]
pub(crate) mod recover;

pub(crate) use base64::{decode, encode};
pub use keys::{Backend, PrivateKey, PublicKey};
pub(crate) use operations::PADDING;
