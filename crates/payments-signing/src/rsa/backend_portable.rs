//! RSA by the pure-Rust `rsa` crate. Its risk is told at [`Backend::Portable`](super::Backend::Portable).

use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::rand_core::{OsRng, RngCore as _};
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Verifier as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{PADDING, PrivateOperations, PublicOperations};
use crate::error::{KeyError, SignError};

pub(super) struct Private {
    decrypting: RsaPrivateKey,
    signing: SigningKey<Sha256>,
}

impl Private {
    pub(super) fn new(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let decrypting =
            RsaPrivateKey::from_pkcs8_der(pkcs8).map_err(|_| KeyError::Inconsistent)?;
        decrypting.validate().map_err(|_| KeyError::Inconsistent)?;
        Ok(Self {
            signing: SigningKey::new(decrypting.clone()),
            decrypting,
        })
    }
}

impl PrivateOperations for Private {
    fn decrypt(&self, block: &[u8], plaintext: &mut Vec<u8>) {
        let mut instead = vec![0; self.decrypting.size() - PADDING];
        // Where there is no randomness the zeros stay, and the signature check fails on them just as well.
        let _ = OsRng.try_fill_bytes(&mut instead);
        match self
            .decrypting
            .decrypt_blinded(&mut OsRng, Pkcs1v15Encrypt, block)
        {
            Ok(decrypted) => plaintext.extend_from_slice(&Zeroizing::new(decrypted)),
            Err(_) => plaintext.extend_from_slice(&instead),
        }
    }

    fn sign(&self, message: &[u8], signature: &mut [u8]) -> Result<(), SignError> {
        // The randomness blinds; the signature itself is deterministic.
        let made = self
            .signing
            .try_sign_with_rng(&mut OsRng, message)
            .map_err(|_| SignError::Rsa)?
            .to_bytes();
        if made.len() != signature.len() {
            return Err(SignError::Rsa);
        }
        signature.copy_from_slice(&made);
        Ok(())
    }
}

pub(super) struct Public {
    encrypting: RsaPublicKey,
    verifying: VerifyingKey<Sha256>,
}

impl Public {
    pub(super) fn new(spki: &[u8]) -> Result<Self, KeyError> {
        let encrypting =
            RsaPublicKey::from_public_key_der(spki).map_err(|_| KeyError::Inconsistent)?;
        Ok(Self {
            verifying: VerifyingKey::new(encrypting.clone()),
            encrypting,
        })
    }
}

impl PublicOperations for Public {
    fn encrypt(&self, chunk: &[u8], block: &mut [u8]) -> Result<(), SignError> {
        let made = self
            .encrypting
            .encrypt(&mut OsRng, Pkcs1v15Encrypt, chunk)
            .map_err(|_| SignError::Rsa)?;
        if made.len() != block.len() {
            return Err(SignError::Rsa);
        }
        block.copy_from_slice(&made);
        Ok(())
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::try_from(signature)
            .is_ok_and(|signature| self.verifying.verify(message, &signature).is_ok())
    }
}
