//! RSA keys, parsed once from the text forms in which they are handed out.

use core::fmt;
use std::sync::Arc;

#[cfg(feature = "rsa")]
use crate::rsa::aws_lc;
#[cfg(feature = "rsa-portable")]
use crate::rsa::portable;

use crate::error::{KeyError, SignError};
use crate::rsa::der::{Content, Half, RsaKey, content};
use crate::rsa::operations::{PrivateOperations, PublicOperations};
use crate::rsa::pem;
#[cfg(feature = "explain")]
use crate::rsa::recover::PublicNumbers;
use crate::secret::{is_assignment, is_placeholder};

/// The longest modulus that both backends accept, in bits.
const MAX_BITS: usize = 8192;

/// The implementation of the arithmetic. Both features can be on; then `AwsLc` is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// AWS-LC: private-key operations in constant time. Feature `rsa`.
    #[cfg(feature = "rsa")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa")))]
    AwsLc,
    /// The pure-Rust `rsa` crate, for targets without a C compiler. Feature `rsa-portable`.
    ///
    /// Risk: its versions before 0.10 leaked the private key through the time of decryptions (RUSTSEC-2023-0071,
    /// "Marvin"). Version 0.10, used here, computes in constant time and hides bad padding, but its authors still warn
    /// against PKCS#1 v1.5, and the new code has not been audited. A callback URL is public: prefer `AwsLc` in services
    /// that receive callbacks over a network.
    #[cfg(feature = "rsa-portable")]
    #[cfg_attr(docsrs, doc(cfg(feature = "rsa-portable")))]
    Portable,
}

impl Default for Backend {
    fn default() -> Self {
        #[cfg(feature = "rsa")]
        return Self::AwsLc;
        #[cfg(not(feature = "rsa"))]
        return Self::Portable;
    }
}

/// The own RSA key: decrypts received messages and signs sent ones.
///
/// Cheap to clone. `Debug` prints its length only.
#[derive(Clone)]
pub struct PrivateKey {
    operations: Arc<dyn PrivateOperations>,
    modulus_len: usize,
    #[cfg(feature = "explain")]
    numbers: PublicNumbers,
}

impl PrivateKey {
    /// Reads an RSA private key, PKCS#8 or PKCS#1, in every text form that `openssl` writes and that consoles show:
    /// PEM with other text and certificates around it, or base64 of DER or of PEM, in both alphabets, with or without
    /// padding. Quotes around the text, a byte order mark and line breaks lost or written as `\n` are accepted.
    ///
    /// # Errors
    ///
    /// [`KeyError`] with the reason: an encrypted key, several keys, a public key, a certificate, another algorithm, a
    /// damaged text, or a length outside 2,048 to 8,192 bits.
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
        let key = read(text, Half::Private)?;
        let der = &key.der;
        let operations: Arc<dyn PrivateOperations> = match backend {
            #[cfg(feature = "rsa")]
            Backend::AwsLc => Arc::new(aws_lc::Private::new(der)?),
            #[cfg(feature = "rsa-portable")]
            Backend::Portable => Arc::new(portable::Private::new(der)?),
        };
        Ok(Self {
            operations,
            modulus_len: key.bits / 8,
            #[cfg(feature = "explain")]
            numbers: key.numbers,
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

    /// The public half.
    #[cfg(feature = "explain")]
    pub(crate) const fn numbers(&self) -> &PublicNumbers {
        &self.numbers
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

/// The other side's RSA key: encrypts sent messages and verifies received ones.
///
/// Cheap to clone.
#[derive(Clone)]
pub struct PublicKey {
    operations: Arc<dyn PublicOperations>,
    modulus_len: usize,
    #[cfg(feature = "explain")]
    numbers: PublicNumbers,
}

impl PublicKey {
    /// Reads an RSA public key, SubjectPublicKeyInfo or PKCS#1, in the same text forms as [`PrivateKey::parse`].
    ///
    /// # Errors
    ///
    /// [`KeyError`] with the reason: several keys, a private key, a certificate, another algorithm, a damaged text, or a
    /// length outside 2,048 to 8,192 bits.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_with(text, Backend::default())
    }

    /// Like [`parse`](Self::parse), with a chosen backend.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_with(text: &str, backend: Backend) -> Result<Self, KeyError> {
        let key = read(text, Half::Public)?;
        let der = &key.der;
        let operations: Arc<dyn PublicOperations> = match backend {
            #[cfg(feature = "rsa")]
            Backend::AwsLc => Arc::new(aws_lc::Public::new(der)?),
            #[cfg(feature = "rsa-portable")]
            Backend::Portable => Arc::new(portable::Public::new(der)?),
        };
        Ok(Self {
            operations,
            modulus_len: key.bits / 8,
            #[cfg(feature = "explain")]
            numbers: key.numbers,
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

    #[cfg(feature = "explain")]
    pub(crate) const fn numbers(&self) -> &PublicNumbers {
        &self.numbers
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

/// Finds the one key of the wanted half. Certificates and keys of the other half beside it are ignored.
fn read(text: &str, half: Half) -> Result<RsaKey, KeyError> {
    let (given, text) = (text, pem::normalise(text));
    let bare = text.trim();
    if bare.is_empty() {
        return Err(KeyError::EmptyKey);
    }
    if is_placeholder(bare) {
        return Err(KeyError::Placeholder);
    }
    found(&text, half).map_err(|error| match error {
        KeyError::NotBase64 | KeyError::Damaged if pem::is_path(&text) || pem::is_path(given) => {
            KeyError::Path
        }
        KeyError::NotBase64 if is_assignment(bare) => KeyError::Assignment,
        KeyError::NotBase64 => match pem::other_format(bare) {
            Some(found) => KeyError::WrongFormat {
                expected: half.name(),
                found,
            },
            None => error,
        },
        error => error,
    })
}

fn found(text: &str, half: Half) -> Result<RsaKey, KeyError> {
    let (mut keys, mut others, mut encrypted) = (Vec::new(), Vec::new(), false);
    for document in pem::documents(text)? {
        let content = match document.der {
            Some(der) => content(document.label, &der)?,
            None => Content::Encrypted,
        };
        match content {
            Content::Key(key) if key.half == half => keys.push(key),
            Content::Key(key) => others.push(key.half.name()),
            Content::Encrypted => encrypted = true,
            Content::Other(name) => others.push(name),
        }
    }
    let (expected, count) = (half.name(), keys.len());
    match keys.pop() {
        Some(key) if count == 1 => check_length(key.bits).map(|()| key),
        Some(_) => Err(KeyError::SeveralKeys { expected, count }),
        None if encrypted && half == Half::Private => Err(KeyError::Encrypted),
        None => {
            // Name a key rather than a certificate beside it.
            let found = others.iter().find(|name| name.contains("key"));
            let found = found.or(others.first()).copied();
            Err(KeyError::WrongFormat {
                expected,
                found: found.unwrap_or("an encrypted private key"),
            })
        }
    }
}

/// Blocks are complete bytes, so the length must be a multiple of 8.
const fn check_length(bits: usize) -> Result<(), KeyError> {
    if bits < 2048 {
        Err(KeyError::TooShort { bits })
    } else if bits <= MAX_BITS && bits.is_multiple_of(8) {
        Ok(())
    } else {
        Err(KeyError::UnusableLength {
            bits,
            limit: MAX_BITS,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_a_modulus_of_complete_bytes_within_the_limits() {
        for bits in [2048, 2056, 3072, 4096, 8192] {
            assert_eq!(check_length(bits), Ok(()), "{bits}");
        }
        assert_eq!(check_length(2040), Err(KeyError::TooShort { bits: 2040 }));
        for bits in [2052, 8200, 16384] {
            let refused = KeyError::UnusableLength { bits, limit: 8192 };
            assert_eq!(check_length(bits), Err(refused), "{bits}");
        }
    }
}
