//! RSA keys and the four operations of the ChainUp envelope.
//!
//! Only `backend.rs` and `backend_portable.rs` name a crate that does RSA.

#[cfg(feature = "rsa")]
mod backend;
#[cfg(feature = "rsa-portable")]
mod backend_portable;
pub(crate) mod blocks;
mod der;
mod keys;
mod text;

pub use keys::{Backend, PrivateKey, PublicKey};
pub(crate) use text::{decode, encode};

use crate::error::SignError;

/// The bytes that PKCS#1 v1.5 padding takes from each block.
pub(crate) const PADDING: usize = 11;

/// What a private key does.
trait PrivateOperations: Send + Sync {
    /// Decrypts one block of modulus length and appends what it holds to `plaintext`.
    ///
    /// A block with bad padding appends random bytes instead, as many as a block has room for (*implicit rejection*):
    /// whoever sent it gets no answer before the signature check, which then fails. `plaintext` must have capacity for
    /// a full block more.
    fn decrypt(&self, block: &[u8], plaintext: &mut Vec<u8>);

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256; `signature` has modulus length.
    fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<(), SignError>;
}

/// What a public key does.
trait PublicOperations: Send + Sync {
    /// Encrypts up to modulus length minus [`PADDING`] bytes to one block of modulus length.
    fn encrypt(&self, chunk: &[u8], block: &mut [u8]) -> Result<(), SignError>;

    /// Whether `signature` is the RSASSA-PKCS1-v1_5 SHA-256 signature of `message`.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool;
}
