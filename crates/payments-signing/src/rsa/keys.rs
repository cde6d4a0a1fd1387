//! Keys from the texts in which they are handed out. A key is parsed once, here.

use core::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::der::{self, Kind};
use super::{PrivateOperations, PublicOperations, text};
use crate::error::{KeyError, SignError};

/// Which implementation does the arithmetic. The features only add to each other; where both are on, `AwsLc` is the
/// default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// AWS-LC: private-key work in constant time. Feature `rsa`.
    #[cfg(feature = "rsa")]
    AwsLc,
    /// The pure-Rust `rsa` crate, for targets without a C compiler. Feature `rsa-portable`.
    ///
    /// Its keys have at most 4,096 bits.
    ///
    /// Risk: its private-key work is blinded but not in constant time (RUSTSEC-2023-0071, "Marvin"). Whoever can time
    /// many decryptions precisely may learn plaintexts and forge signatures, and a callback URL is public. Keep it
    /// away from services that receive callbacks over a network.
    #[cfg(feature = "rsa-portable")]
    Portable,
}

impl Backend {
    /// The longest modulus that the implementation takes, in bits.
    const fn max_bits(self) -> usize {
        match self {
            #[cfg(feature = "rsa")]
            Self::AwsLc => 8192,
            #[cfg(feature = "rsa-portable")]
            Self::Portable => 4096,
        }
    }
}

impl Default for Backend {
    fn default() -> Self {
        #[cfg(feature = "rsa")]
        return Self::AwsLc;
        #[cfg(not(feature = "rsa"))]
        return Self::Portable;
    }
}

/// The own RSA key: decrypts what is sent to us and signs what we send.
///
/// Cheap to clone. `Debug` shows its length only.
#[derive(Clone)]
pub struct PrivateKey {
    operations: Arc<dyn PrivateOperations>,
    modulus_len: usize,
}

impl PrivateKey {
    /// Reads PKCS#8 as PEM, standard base64 or base64url, padded or not, on one line or many.
    ///
    /// # Errors
    ///
    /// [`KeyError`]; a key of less than 2,048 bits, or of more than the [`Backend`] takes (8,192 with AWS-LC, 4,096
    /// with the portable one), is refused with the length found.
    ///
    /// ```
    /// use payments_signing::{KeyError, rsa::PrivateKey};
    ///
    /// assert_eq!(PrivateKey::parse("not a key!").unwrap_err(), KeyError::NotBase64);
    /// ```
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, Backend::default())
    }

    /// Like [`parse`](Self::parse), with a chosen backend.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &str, backend: Backend) -> Result<Self, KeyError> {
        let der = der_of(text)?;
        let kind = der::kind(&der);
        let Kind::Pkcs8 { bits } = kind else {
            return Err(KeyError::WrongFormat {
                expected: "a PKCS#8 private key",
                found: kind.name(),
            });
        };
        check_length(bits, backend.max_bits())?;
        let operations: Arc<dyn PrivateOperations> = match backend {
            #[cfg(feature = "rsa")]
            Backend::AwsLc => Arc::new(super::backend::Private::new(&der)?),
            #[cfg(feature = "rsa-portable")]
            Backend::Portable => Arc::new(super::backend_portable::Private::new(&der)?),
        };
        Ok(Self {
            operations,
            modulus_len: bits / 8,
        })
    }

    /// Length of the modulus in bits.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.modulus_len * 8
    }

    pub(crate) const fn modulus_len(&self) -> usize {
        self.modulus_len
    }

    pub(crate) fn decrypt(&self, block: &[u8], plaintext: &mut Vec<u8>) {
        self.operations.decrypt(block, plaintext);
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signature = vec![0; self.modulus_len];
        self.operations.sign(message, &mut signature)?;
        Ok(signature)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

/// The other side's RSA key: encrypts what we send and verifies what is sent to us.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct PublicKey {
    operations: Arc<dyn PublicOperations>,
    modulus_len: usize,
}

impl PublicKey {
    /// Reads SPKI (X.509 SubjectPublicKeyInfo) as PEM, standard base64 or base64url, padded or not, on one line or
    /// many.
    ///
    /// # Errors
    ///
    /// [`KeyError`]; a key of less than 2,048 bits, or of more than the [`Backend`] takes (8,192 with AWS-LC, 4,096
    /// with the portable one), is refused with the length found.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, Backend::default())
    }

    /// Like [`parse`](Self::parse), with a chosen backend.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &str, backend: Backend) -> Result<Self, KeyError> {
        let der = der_of(text)?;
        let kind = der::kind(&der);
        let Kind::Spki { bits } = kind else {
            return Err(KeyError::WrongFormat {
                expected: "an SPKI public key",
                found: kind.name(),
            });
        };
        check_length(bits, backend.max_bits())?;
        let operations: Arc<dyn PublicOperations> = match backend {
            #[cfg(feature = "rsa")]
            Backend::AwsLc => Arc::new(super::backend::Public::new(&der)?),
            #[cfg(feature = "rsa-portable")]
            Backend::Portable => Arc::new(super::backend_portable::Public::new(&der)?),
        };
        Ok(Self {
            operations,
            modulus_len: bits / 8,
        })
    }

    /// Length of the modulus in bits.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.modulus_len * 8
    }

    pub(crate) const fn modulus_len(&self) -> usize {
        self.modulus_len
    }

    pub(crate) fn encrypt(&self, chunk: &[u8], block: &mut [u8]) -> Result<(), SignError> {
        self.operations.encrypt(chunk, block)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.operations.verifies(message, signature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

fn der_of(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    text::without_armour(text)
        .and_then(text::decode)
        .ok_or(KeyError::NotBase64)
}

/// Blocks are whole bytes.
const fn check_length(bits: usize, limit: usize) -> Result<(), KeyError> {
    if bits < 2048 {
        Err(KeyError::TooShort { bits })
    } else if bits <= limit && bits.is_multiple_of(8) {
        Ok(())
    } else {
        Err(KeyError::UnusableLength { bits, limit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modulus_is_whole_bytes_within_the_limit() {
        for bits in [2048, 2056, 3072, 4096] {
            assert_eq!(check_length(bits, 4096), Ok(()), "{bits}");
        }
        assert_eq!(
            check_length(2040, 4096),
            Err(KeyError::TooShort { bits: 2040 })
        );
        for bits in [2052, 4104, 8192] {
            let refused = KeyError::UnusableLength { bits, limit: 4096 };
            assert_eq!(check_length(bits, 4096), Err(refused), "{bits}");
        }
    }
}
