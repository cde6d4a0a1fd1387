//! What a backend implements.

use crate::error::SignError;

/// The bytes that PKCS#1 v1.5 padding takes from each block.
pub(crate) const PADDING: usize = 11;

/// The operations of a private key.
pub(crate) trait PrivateOperations: Send + Sync {
    /// Decrypts one block of modulus length and appends its content to `plaintext`, which must have capacity for a
    /// full block.
    ///
    /// For a block with bad padding, appends arbitrary bytes instead (*implicit rejection*): the sender gets no answer
    /// before the signature check, which then fails.
    fn decrypt(&self, block: &[u8], plaintext: &mut Vec<u8>);

    /// Signs with RSASSA-PKCS1-v1_5 and SHA-256; `signature` has modulus length.
    fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<(), SignError>;
}

/// The operations of a public key.
pub(crate) trait PublicOperations: Send + Sync {
    /// Encrypts up to modulus length minus [`PADDING`] bytes to one block of modulus length.
    fn encrypt(&self, chunk: &[u8], block: &mut [u8]) -> Result<(), SignError>;

    /// Whether `signature` is the RSASSA-PKCS1-v1_5 SHA-256 signature of `message`.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool;
}
