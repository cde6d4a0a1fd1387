//! ChainUp OPay V2: JSON inside an RSA envelope.
//!
//! From the provider's development notes and demo:
//!
//! - `data`: the UTF-8 text is split into pieces of modulus length minus 11 bytes, each encrypted with RSAES-PKCS1-v1_5
//!   to the *other side's* public key; the blocks are joined and written as base64url without padding. An empty text
//!   has no blocks.
//! - `sign`: RSASSA-PKCS1-v1_5 with SHA-256, by the *own* private key, over the 32 lower-case hexadecimal digits of
//!   the MD5 of the text. It does not cover app id, time, path or `code`.
//!
//! Received texts may use both base64 alphabets, with or without padding and line breaks.
//!
//! A callback must be decrypted before it can be verified, at a URL that anyone can reach. Every difference that an
//! outsider can see between bad padding and a bad signature would be a decryption oracle. Therefore shape and size are
//! checked before the private key is used, a block with bad padding is replaced by random bytes until the signature
//! check, every failure has the same answer, and the same number of bytes is copied and hashed in both cases. Handle
//! the results of these calls in the same way. What remains is the little that AWS-LC does after its constant-time
//! check of the padding; few blocks per callback keep it from adding up. This makes an oracle expensive but does not
//! rule one out. `rsa-portable` has a higher risk: see `Backend::Portable`.
//!
//! Blocks can be swapped, dropped and repeated without breaking decryption; only the signature detects it. The time of
//! an envelope is not signed: de-duplicate on the order and its status.
//!
//! The scheme has weaknesses that a receiver cannot repair:
//!
//! - The signature covers an MD5, for which collisions take seconds to compute: a person who can choose a text that
//!   the other side signs can prepare a second text for the same signature.
//! - Anyone can add a block with an empty text anywhere. `data` then differs and still opens to the same text, so never
//!   de-duplicate by a hash of the body.
//! - The purpose of a text is not signed: an answer of the platform also opens as a callback. Distinguish them by their
//!   fields.

#[cfg(feature = "explain")]
mod diagnose;
mod envelope;

use core::hint::black_box;
use core::num::NonZeroUsize;

use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use crate::error::SignError;
use crate::rsa::{self, PADDING, PrivateKey, PublicKey};
use crate::verified::Verified;
use crate::verify::{Refused, signed};

pub use crate::rsa::Backend;
pub use envelope::{Envelope, Sealed};

/// The most RSA blocks of one message. Each takes about a third of a millisecond of CPU time with a 2,048-bit key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For callbacks, which anyone can send. A payment callback has one block, or two with long fields; the default is
    /// 4.
    ///
    /// A body is limited to 64 KiB in any case, which is about 190 blocks of 2,048-bit keys.
    pub callback_blocks: usize,
    /// For answers and for sealing. A statement of 2,000 rows has about 1,800 blocks; the default is 2,048.
    pub answer_blocks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            callback_blocks: 4,
            answer_blocks: 2048,
        }
    }
}

/// The two keys of one side: its own private key and the other side's public key.
///
/// ```
/// use payments_signing::chainup_opay::Keys;
/// use payments_signing::rsa::{PrivateKey, PublicKey};
///
/// # let read = |name: &str| {
/// #     let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/signatures/chainup_opay/");
/// #     std::fs::read_to_string(format!("{folder}{name}"))
/// # };
/// let merchant = Keys::new(
///     PrivateKey::parse(&read("merchant.pri.pem")?)?,
///     PublicKey::parse(&read("platform.pub.pem")?)?,
/// );
/// let platform = Keys::new(
///     PrivateKey::parse(&read("platform.pri.pem")?)?,
///     PublicKey::parse(&read("merchant.pub.pem")?)?,
/// );
///
/// let sealed = merchant.seal(br#"{"appOrderId":"11321"}"#)?;
/// assert_eq!(platform.open(&sealed.data, &sealed.sign)?.as_slice(), br#"{"appOrderId":"11321"}"#);
/// assert!(merchant.open(&sealed.data, &sealed.sign).is_err(), "sealed for the platform");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Keys {
    own: PrivateKey,
    peer: PublicKey,
    limits: Limits,
}

impl Keys {
    /// Combines the own private key with the other side's public key.
    #[must_use]
    pub fn new(own: PrivateKey, peer: PublicKey) -> Self {
        Self {
            own,
            peer,
            limits: Limits::default(),
        }
    }

    /// Returns the same keys with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Encrypts to the other side and signs.
    ///
    /// Serialise once and seal exactly those bytes. The encryption is randomised: `data` differs every time.
    ///
    /// # Errors
    ///
    /// [`SignError::TooManyBlocks`] above [`Limits::answer_blocks`], [`SignError::Rsa`] if the RSA operation fails.
    pub fn seal(&self, plaintext: &[u8]) -> Result<Sealed, SignError> {
        let block_len = self.peer.modulus_len();
        let chunks = plaintext.chunks(block_len - PADDING);
        if chunks.len() > self.limits.answer_blocks {
            return Err(SignError::TooManyBlocks {
                limit: self.limits.answer_blocks,
            });
        }
        let mut blocks = vec![0; chunks.len() * block_len];
        for (chunk, block) in chunks.zip(blocks.chunks_mut(block_len)) {
            self.peer.encrypt(chunk, block)?;
        }
        Ok(Sealed {
            data: rsa::encode(&blocks),
            sign: self.sign(plaintext)?,
        })
    }

    /// Signs a plaintext alone. The signature is deterministic.
    ///
    /// # Errors
    ///
    /// [`SignError::Rsa`] if the RSA operation fails.
    pub fn sign(&self, plaintext: &[u8]) -> Result<String, SignError> {
        Ok(rsa::encode(&self.own.sign(&md5_hex(plaintext))?))
    }

    /// Verifies the other side's signature of a plaintext.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause.
    pub fn verify(&self, plaintext: &[u8], sign: &str) -> Result<(), Refused> {
        let signature = self.signature(sign)?;
        signed(&self.peer, &md5_hex(plaintext), &signature)
    }

    /// Decrypts an answer of the other side, of up to [`Limits::answer_blocks`] blocks, and verifies its signature.
    /// Returns the plaintext only if it is authentic.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause: text, size, padding or signature.
    pub fn open(&self, data: &str, sign: &str) -> Result<Verified<Zeroizing<Vec<u8>>>, Refused> {
        self.open_with_workers(data, sign, NonZeroUsize::MIN)
    }

    /// Like [`open`](Self::open), with up to `workers` threads including the caller's: for statements, whose blocks
    /// take most of a second.
    ///
    /// Blocks until all work is done: async programs call it on a separate thread.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub fn open_with_workers(
        &self,
        data: &str,
        sign: &str,
        workers: NonZeroUsize,
    ) -> Result<Verified<Zeroizing<Vec<u8>>>, Refused> {
        self.open_within(data, sign, self.limits.answer_blocks, workers)
    }

    /// The number of blocks in a received base64 text, estimated from its length: the cost of opening it.
    #[must_use]
    pub fn blocks_in(&self, data: &str) -> usize {
        (data.len() / 4 * 3).div_ceil(self.own.modulus_len())
    }

    /// Opens the body of a callback: an [`Envelope`] of up to [`Limits::callback_blocks`] blocks. The app id is checked
    /// before the private key is used.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause.
    pub fn open_callback(
        &self,
        app_id: &str,
        body: &[u8],
    ) -> Result<Verified<Zeroizing<Vec<u8>>>, Refused> {
        let envelope = Envelope::parse(body)?;
        if envelope.app_id() != app_id {
            return Err(Refused::new());
        }
        self.open_within(
            envelope.data(),
            envelope.sign(),
            self.limits.callback_blocks,
            NonZeroUsize::MIN,
        )
    }

    /// The stages of a signature: plaintext, its MD5, the number of blocks, the signature. The encrypted text is left
    /// out, because it differs every time.
    ///
    /// # Errors
    ///
    /// Those of [`seal`](Self::seal).
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    pub fn explain(&self, plaintext: &[u8]) -> Result<crate::explain::Explanation, SignError> {
        let blocks = plaintext.len().div_ceil(self.peer.modulus_len() - PADDING);
        Ok(crate::explain::Explanation::new()
            .stage("plaintext", String::from_utf8_lossy(plaintext))
            .stage(
                "md5 (the text that is signed)",
                String::from_utf8_lossy(&md5_hex(plaintext)),
            )
            .stage("RSA blocks of data", blocks.to_string())
            .stage("sign", self.sign(plaintext)?))
    }

    fn open_within(
        &self,
        data: &str,
        sign: &str,
        max_blocks: usize,
        workers: NonZeroUsize,
    ) -> Result<Verified<Zeroizing<Vec<u8>>>, Refused> {
        let signature = self.signature(sign)?;
        let block_len = self.own.modulus_len();
        let blocks = decode_blocks(data, block_len, max_blocks).ok_or(Refused::new())?;

        let plaintext = rsa::blocks::decrypt(&self.own, &blocks, workers);
        let md5 = md5_hex(&plaintext);
        // A block with bad padding was replaced by a full one. Hash the difference, so that short texts take as long.
        let filler = blocks.get(..filler_len(blocks.len(), block_len, plaintext.len()));
        black_box(Md5::digest(filler.unwrap_or_default()));
        signed(&self.peer, &md5, &signature)?;
        Ok(Verified::new(plaintext))
    }

    fn signature(&self, sign: &str) -> Result<Zeroizing<Vec<u8>>, Refused> {
        let block = decode_blocks(sign, self.peer.modulus_len(), 1).ok_or(Refused::new())?;
        if block.is_empty() {
            Err(Refused::new())
        } else {
            Ok(block)
        }
    }
}

/// The text that is signed: lower-case digits.
fn md5_hex(plaintext: &[u8]) -> [u8; 32] {
    let mut text = [0; 32];
    // Cannot fail: the text has room for all digits.
    let _ = base16ct::lower::encode(&Md5::digest(plaintext), &mut text);
    text
}

/// How many more bytes to hash after a text of `len` bytes, so that MD5 processes the same number of 64-byte blocks for
/// every text that fits into the RSA blocks. Its padding has at least nine bytes: one marker and eight for the length.
const fn filler_len(blocks_len: usize, block_len: usize, len: usize) -> usize {
    let capacity = blocks_len / block_len * (block_len - PADDING);
    64 * ((capacity + 8) / 64).saturating_sub((len + 8) / 64)
}

/// Decodes base64 to at most `max_blocks` complete blocks; longer texts are refused before they are decoded.
fn decode_blocks(text: &str, block_len: usize, max_blocks: usize) -> Option<Zeroizing<Vec<u8>>> {
    let max_len = block_len.saturating_mul(max_blocks);
    // Four characters per three bytes, with room for line breaks.
    if text.len() / 3 > max_len / 2 + 2 {
        return None;
    }
    let bytes = rsa::decode(text)?;
    (bytes.len() <= max_len && bytes.len().is_multiple_of(block_len)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 64-byte blocks that MD5 processes for a text of `len` bytes (RFC 1321, section 3.1).
    fn md5_blocks(len: usize) -> usize {
        (len + 1 + 8).div_ceil(64)
    }

    #[test]
    fn hashes_the_same_number_of_blocks_for_every_text() {
        for (count, block_len, capacity) in [
            (0, 256, 0),
            (1, 256, 245),
            (4, 256, 980),
            (1, 384, 373),
            (1, 1024, 1013),
        ] {
            for len in 0..=capacity {
                let filler = filler_len(count * block_len, block_len, len);
                assert_eq!(
                    md5_blocks(len) + md5_blocks(filler),
                    md5_blocks(capacity) + md5_blocks(0),
                    "{len} bytes of {capacity}"
                );
            }
        }
    }

    #[test]
    fn accepts_limits_of_any_size() {
        let text = rsa::encode(&[7; 512]);
        assert!(decode_blocks(&text, 256, usize::MAX).is_some());
        assert!(decode_blocks(&text, 256, 2).is_some());
        assert!(decode_blocks(&text, 256, 1).is_none());
        assert!(decode_blocks(&text, 256, 0).is_none());
    }
}
