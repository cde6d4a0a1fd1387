//! ChainUp OPay, V2: JSON inside an RSA envelope.
//!
//! As the provider's development notes and demo have it:
//!
//! - `data`: the UTF-8 text is cut into pieces of modulus length minus 11 bytes, each encrypted with RSAES-PKCS1-v1_5
//!   to the *other side's* public key; the blocks are joined and written as base64url without padding. The empty text
//!   is no block at all.
//! - `sign`: RSASSA-PKCS1-v1_5 with SHA-256, by the *own* private key, over the 32 lower-case hexadecimal digits of
//!   the MD5 of the text. It covers nothing else: neither app id, time, path nor `code`.
//!
//! Received texts are taken in both base64 alphabets, padded or not, with line breaks.
//!
//! A callback must be decrypted before it can be verified, at an URL that anyone can reach. Every difference that an
//! outsider can see between bad padding and a bad signature would be a decryption oracle. So shape and size are
//! checked before the private key is touched, a block with bad padding stands for random bytes until the signature
//! check, there is one answer for every failure, and as many bytes are copied and hashed for the one as for the
//! other. Keep it that way around these calls. What remains is what AWS-LC itself does with bad padding after its
//! constant-time check, too little to show beside a decryption; few blocks per callback keep it from adding up. This
//! makes an oracle expensive, it does not prove that there is none. `rsa-portable` is worse: see
//! `Backend::Portable`.
//!
//! Blocks can be swapped, dropped and repeated without breaking decryption; the signature alone notices. The time of
//! an envelope is not signed: de-duplicate on the order and its status.
//!
//! What the scheme leaves open, whatever the receiver does:
//!
//! - The signature covers an MD5, whose collisions are made in seconds: whoever may choose a text that the other side
//!   signs can have a second one ready for that signature.
//! - A block that holds the empty text may be added anywhere, and everyone can make one. `data` then differs and still
//!   opens to the same text, so never de-duplicate by a hash of the body.
//! - Nothing says what a text is for: the platform's answer opens as a callback just as well. Tell them apart by
//!   their fields.

use core::fmt;
use core::hint::black_box;
use core::num::NonZeroUsize;

use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

use crate::digest;
use crate::error::SignError;
use crate::rsa::{self, PADDING, PrivateKey, PublicKey};
use crate::verified::Verified;
use crate::verify::{Refused, signed};

pub use crate::envelope::Envelope;
pub use crate::rsa::Backend;

/// How many RSA blocks are worked on, each about a third of a millisecond of CPU with a 2,048-bit key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For callbacks, which anyone can send. A payment callback is one block, of long fields two; the default is 4.
    ///
    /// A body of 64 KiB is the end in any case: about 190 blocks of 2,048-bit keys.
    pub callback_blocks: usize,
    /// For answers, and for what is sealed. A statement of 2,000 rows is about 1,800 blocks; the default is 2,048.
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

/// The two keys of one side: its own private one and the other side's public one, both parsed already.
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
/// assert!(merchant.open(&sealed.data, &sealed.sign).is_err(), "it was not meant for the merchant");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Keys {
    own: PrivateKey,
    peer: PublicKey,
    limits: Limits,
}

impl Keys {
    /// Joins the own private key with the other side's public key.
    #[must_use]
    pub fn new(own: PrivateKey, peer: PublicKey) -> Self {
        Self {
            own,
            peer,
            limits: Limits::default(),
        }
    }

    /// The same keys with other limits.
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
    /// [`SignError::TooManyBlocks`] above [`Limits::answer_blocks`], [`SignError::Rsa`] should the operation fail.
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
    /// [`SignError::Rsa`] should the operation fail.
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

    /// Decrypts what the other side sent and verifies its signature: answers, of up to
    /// [`Limits::answer_blocks`] blocks. Gives the plaintext only if it is authentic.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause, be it text, size, padding or signature.
    pub fn open(&self, data: &str, sign: &str) -> Result<Verified<Zeroizing<Vec<u8>>>, Refused> {
        self.open_with_workers(data, sign, NonZeroUsize::MIN)
    }

    /// As [`open`](Self::open), with up to `workers` threads of which the caller's own is one: for statements, whose
    /// blocks take most of a second. They share whole blocks, and the refusal is the same for every cause.
    ///
    /// It blocks until all is done: an async program calls it on a thread of its own.
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

    /// How many blocks a received text of base64 has, as far as its length tells: what opening it will cost.
    #[must_use]
    pub fn blocks_in(&self, data: &str) -> usize {
        (data.len() / 4 * 3).div_ceil(self.own.modulus_len())
    }

    /// Opens the body of a callback: an [`Envelope`] of up to [`Limits::callback_blocks`] blocks. The app id is looked
    /// at before the private key is used.
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

    /// The stages of a signature: plaintext, its MD5, the number of blocks, the signature. Encryption is randomised
    /// and left out.
    ///
    /// # Errors
    ///
    /// Those of [`seal`](Self::seal).
    #[cfg(feature = "explain")]
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
        let blocks = whole_blocks(data, block_len, max_blocks).ok_or(Refused::new())?;

        let plaintext = rsa::blocks::decrypt(&self.own, &blocks, workers);
        let md5 = md5_hex(&plaintext);
        // Bad padding stands for a full block: without this the hash would take longer for it than for a short text.
        let capacity = blocks.len() / block_len * (block_len - PADDING);
        let filler = blocks.get(..filler_len(capacity, plaintext.len()));
        black_box(Md5::digest(filler.unwrap_or_default()));
        signed(&self.peer, &md5, &signature)?;
        Ok(Verified::new(plaintext))
    }

    fn signature(&self, sign: &str) -> Result<Zeroizing<Vec<u8>>, Refused> {
        let block = whole_blocks(sign, self.peer.modulus_len(), 1).ok_or(Refused::new())?;
        if block.is_empty() {
            Err(Refused::new())
        } else {
            Ok(block)
        }
    }
}

/// What is sent: encrypted text and signature, both base64url without padding.
#[derive(Clone)]
pub struct Sealed {
    /// The blocks.
    pub data: String,
    /// The signature of the plaintext.
    pub sign: String,
}

impl Sealed {
    /// The JSON body around it, as requests and callbacks have it: `{"app_id":…,"time":…,"data":…,"sign":…}`.
    ///
    /// `time_ms` is Unix milliseconds, written as a number as the provider's demo does (its tables say string). It is
    /// not part of the signature.
    #[must_use]
    pub fn envelope(&self, app_id: &str, time_ms: u64) -> String {
        // Text never fails to serialise.
        let app_id = serde_json::to_string(app_id).unwrap_or_default();
        let Self { data, sign } = self;
        format!(r#"{{"app_id":{app_id},"time":{time_ms},"data":"{data}","sign":"{sign}"}}"#)
    }
}

/// Prints sizes only: whoever holds both texts can replay them.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Sealed {{ data: {} characters, sign: {} characters }}",
            self.data.len(),
            self.sign.len()
        )
    }
}

/// The text that is signed. Lower case matters.
fn md5_hex(plaintext: &[u8]) -> [u8; 32] {
    let mut text = [0; 32];
    digest::encode(&Md5::digest(plaintext), &mut text);
    text
}

/// How much more to hash after a text of `len` bytes, that MD5 takes equally many of its 64-byte blocks for every text
/// of up to `capacity` bytes. Eight bytes of the last block are the length, one at least is the mark before it.
const fn filler_len(capacity: usize, len: usize) -> usize {
    64 * ((capacity + 8) / 64).saturating_sub((len + 8) / 64)
}

/// Decodes base64 to no more than `max_blocks` whole blocks, without decoding much more than those.
fn whole_blocks(text: &str, block_len: usize, max_blocks: usize) -> Option<Zeroizing<Vec<u8>>> {
    let max_len = block_len.saturating_mul(max_blocks);
    // Four characters for three bytes, and room for line breaks.
    if text.len() / 3 > max_len / 2 + 2 {
        return None;
    }
    let bytes = rsa::decode(text)?;
    (bytes.len() <= max_len && bytes.len().is_multiple_of(block_len)).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 64-byte blocks that MD5 takes for a text of so many bytes (RFC 1321, section 3.1).
    fn md5_blocks(len: usize) -> usize {
        (len + 1 + 8).div_ceil(64)
    }

    #[test]
    fn the_hash_takes_as_many_blocks_for_every_text() {
        for capacity in [0, 245, 4 * 245, 373, 1013] {
            for len in 0..=capacity {
                assert_eq!(
                    md5_blocks(len) + md5_blocks(filler_len(capacity, len)),
                    md5_blocks(capacity) + md5_blocks(0),
                    "{len} bytes of {capacity}"
                );
            }
        }
    }

    #[test]
    fn limits_may_be_as_large_as_they_like() {
        let text = rsa::encode(&[7; 512]);
        assert!(whole_blocks(&text, 256, usize::MAX).is_some());
        assert!(whole_blocks(&text, 256, 2).is_some());
        assert!(whole_blocks(&text, 256, 1).is_none());
        assert!(whole_blocks(&text, 256, 0).is_none());
    }
}
