//! What a signature was made of, and whether a public key belongs to it.

use std::sync::Arc;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

/// Modulus and exponent of a public key. Comparing them is fine: they are public.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicNumbers {
    modulus: Arc<[u8]>,
    exponent: Arc<[u8]>,
}

/// The digest inside a signature, and its algorithm.
pub(crate) struct Signed {
    pub(crate) algorithm: Algorithm,
    pub(crate) digest: Vec<u8>,
}

/// The algorithm that a signature names for its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    /// A text was signed without the name of an algorithm.
    Unnamed,
}

/// `DigestInfo` up to its digest (RFC 8017, section 9.2, note 1).
const DIGEST_INFOS: [(Algorithm, &[u8], usize); 5] = [
    (
        Algorithm::Md5,
        b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10",
        16,
    ),
    (
        Algorithm::Sha1,
        b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        20,
    ),
    (
        Algorithm::Sha256,
        b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        32,
    ),
    (
        Algorithm::Sha384,
        b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
        48,
    ),
    (
        Algorithm::Sha512,
        b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        64,
    ),
];

impl PublicNumbers {
    pub(crate) fn new(modulus: &[u8], exponent: &[u8]) -> Self {
        Self {
            modulus: modulus.into(),
            exponent: exponent.into(),
        }
    }

    /// The content of a signature that was made with the private key of this public key; `None` for every other text.
    ///
    /// A wrong key gives the padding by chance once in 2^64 or less. The numbers are public, so time does not matter.
    pub(crate) fn recover(&self, signature: &[u8]) -> Option<Signed> {
        let modulus = BoxedUint::from_be_slice_vartime(&self.modulus);
        let bits = modulus.bits_precision();
        let modulus = Odd::new(modulus).into_option()?;
        let params = BoxedMontyParams::new_vartime(modulus.clone());
        if signature.len() != self.modulus.len() {
            return None;
        }
        let signature = BoxedUint::from_be_slice(signature, bits).ok()?;
        if signature >= *modulus.as_ref() {
            return None;
        }
        let exponent = BoxedUint::from_be_slice_vartime(&self.exponent);
        let opened = BoxedMontyForm::new(signature, &params)
            .pow(&exponent)
            .retrieve();
        let opened = opened.to_be_bytes();
        let padded = opened.get(opened.len().checked_sub(self.modulus.len())?..)?;
        let rest = padded.strip_prefix(b"\x00\x01")?;
        let padding = rest.iter().take_while(|byte| **byte == 0xff).count();
        let content = rest.get(padding..)?.strip_prefix(b"\x00")?;
        (padding >= 8).then(|| Signed::read(content))
    }
}

impl Signed {
    fn read(content: &[u8]) -> Self {
        let named = DIGEST_INFOS.iter().find_map(|(algorithm, start, len)| {
            let digest = content.strip_prefix(*start)?;
            (digest.len() == *len).then(|| Self {
                algorithm: *algorithm,
                digest: digest.to_vec(),
            })
        });
        named.unwrap_or_else(|| Self {
            algorithm: Algorithm::Unnamed,
            digest: content.to_vec(),
        })
    }
}
