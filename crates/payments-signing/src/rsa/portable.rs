//! RSA by the pure-Rust `rsa` crate. Its risk is described at `Backend::Portable`.

use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts as _;
use rsa::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::error::{KeyError, SignError};
use crate::rsa::operations::{PADDING, PrivateOperations, PublicOperations};

pub(super) struct Private(PrivateKey);

impl Private {
    pub(super) fn new(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = PrivateKey::from_pkcs8_der(pkcs8).map_err(|_| KeyError::Inconsistent)?;
        key.validate().map_err(|_| KeyError::Inconsistent)?;
        Ok(Self(key))
    }
}

impl PrivateOperations for Private {
    fn decrypt(&self, block: &[u8], plaintext: &mut Vec<u8>) {
        // Bad padding gives arbitrary bytes and no error. An error means a number beyond the modulus: its sender knows.
        match self.0.pkcs1v15_decrypt(block).map(Zeroizing::new) {
            Ok(decrypted) => plaintext.extend_from_slice(&decrypted),
            Err(_) => plaintext.resize(plaintext.len() + self.0.size() - PADDING, 0),
        }
    }

    fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<(), SignError> {
        let bytes = self.0.pkcs1v15_sign::<Sha256>(message);
        fill(signature, &bytes.map_err(|_| SignError::Rsa)?)
    }
}

pub(super) struct Public(PublicKey);

impl Public {
    pub(super) fn new(spki: &[u8]) -> Result<Self, KeyError> {
        PublicKey::from_public_key_der(spki)
            .map(Self)
            .map_err(|_| KeyError::Inconsistent)
    }
}

impl PublicOperations for Public {
    fn encrypt(&self, chunk: &[u8], block: &mut [u8]) -> Result<(), SignError> {
        let bytes = self.0.pkcs1v15_encrypt(chunk);
        fill(block, &bytes.map_err(|_| SignError::Rsa)?)
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.pkcs1v15_verify::<Sha256>(message, signature).is_ok()
    }
}

/// Copies a result of modulus length.
fn fill(room: &mut [u8], bytes: &[u8]) -> Result<(), SignError> {
    if room.len() != bytes.len() {
        return Err(SignError::Rsa);
    }
    room.copy_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::rsa::{Backend, PrivateKey};

    /// It takes as long to hash as the longest text.
    #[test]
    fn a_number_beyond_the_modulus_becomes_a_full_piece_of_text() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fixtures/signatures/chainup_opay/merchant.pri.pem"
        );
        let pem = std::fs::read_to_string(file).unwrap();
        let key = PrivateKey::parse_with(&pem, Backend::Portable).unwrap();
        let mut text = b"before".to_vec();
        key.decrypt(&[0xff; 256], &mut text);
        assert_eq!(text.len(), "before".len() + 245);
        assert!(text.starts_with(b"before"));
    }
}
