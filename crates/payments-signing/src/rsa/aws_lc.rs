//! RSA by AWS-LC, with private-key operations in constant time.

use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::{
    KeyPair, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use zeroize::Zeroizing;

use crate::error::{KeyError, SignError};
use crate::rsa::operations::{PADDING, PrivateOperations, PublicOperations};

pub(super) struct Private {
    decrypting: Pkcs1PrivateDecryptingKey,
    signing: KeyPair,
}

impl Private {
    pub(super) fn new(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let decrypting =
            PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| KeyError::Inconsistent)?;
        Ok(Self {
            decrypting: Pkcs1PrivateDecryptingKey::new(decrypting)
                .map_err(|_| KeyError::Inconsistent)?,
            signing: KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Inconsistent)?,
        })
    }
}

impl PrivateOperations for Private {
    fn decrypt(&self, block: &[u8], plaintext: &mut Vec<u8>) {
        let room = self.decrypting.key_size_bytes() - PADDING;
        let mut decrypted = Zeroizing::new(vec![0; self.decrypting.min_output_size()]);
        // Generated for good blocks as well, so that a bad one does not take longer.
        let mut instead = vec![0; room];
        // Without randomness the zeros remain, and the signature check fails as well.
        let _ = rand::fill(&mut instead);
        let len = self
            .decrypting
            .decrypt(block, &mut decrypted)
            .map(|text| text.len());
        let (text, len) = match len {
            Ok(len) => (&**decrypted, len),
            Err(_) => (&*instead, room),
        };
        // Copies the full room, however short the text is.
        let end = plaintext.len() + len;
        plaintext.extend_from_slice(text.get(..room).unwrap_or_default());
        plaintext.truncate(end);
    }

    fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<(), SignError> {
        self.signing
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, signature)
            .map_err(|_| SignError::Rsa)
    }
}

pub(super) struct Public {
    encrypting: Pkcs1PublicEncryptingKey,
    verifying: ParsedPublicKey,
}

impl Public {
    pub(super) fn new(spki: &[u8]) -> Result<Self, KeyError> {
        let encrypting = PublicEncryptingKey::from_der(spki).map_err(|_| KeyError::Inconsistent)?;
        Ok(Self {
            encrypting: Pkcs1PublicEncryptingKey::new(encrypting)
                .map_err(|_| KeyError::Inconsistent)?,
            verifying: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki)
                .map_err(|_| KeyError::Inconsistent)?,
        })
    }
}

impl PublicOperations for Public {
    fn encrypt(&self, chunk: &[u8], block: &mut [u8]) -> Result<(), SignError> {
        self.encrypting
            .encrypt(chunk, block)
            .map(|_| ())
            .map_err(|_| SignError::Rsa)
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifying.verify_sig(message, signature).is_ok()
    }
}
