//! HMAC-SHA256 (RFC 2104) over a text that is put together in place.
//!
//! A form is forty slices of a few bytes. Handing them to a hasher one by one, or joining them first and hashing them
//! after, costs a third of the hash again; writing them where the hash reads its blocks costs next to nothing. That
//! is all this file does by itself: the compression function is `sha2`'s, and the tests hold the result against the
//! `hmac` crate and the vectors of RFC 4231.

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroizing, optimization_barrier};

const BLOCK: usize = 64;

/// Whole blocks, enough for the text of a usual call.
const BUFFER: usize = 6 * BLOCK;

/// The state that SHA-256 begins with (FIPS 180-4, section 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A key: the states of the inner and the outer hash after the block that holds it. Wiped when dropped, and boxed, so
/// that a key that moves leaves no copy where it was.
#[derive(Clone)]
pub(crate) struct HmacKey(Box<Zeroizing<[[u32; 8]; 2]>>);

impl HmacKey {
    pub(crate) fn new(secret: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        if let Some(room) = block.get_mut(..secret.len()) {
            room.copy_from_slice(secret);
        } else {
            let mut digest = Zeroizing::new([0; 32]);
            let mut hash = Sha256::new();
            hash.update(secret);
            hash.finalize_into_reset((&mut *digest).into());
            block
                .iter_mut()
                .zip(*digest)
                .for_each(|(to, from)| *to = from);
        }
        let mut states = Box::new(Zeroizing::new([INITIAL; 2]));
        // The two pads of RFC 2104, the second one over the first.
        for (state, pad) in states.iter_mut().zip([0x36, 0x36 ^ 0x5c]) {
            block.iter_mut().for_each(|byte| *byte ^= pad);
            compress256(state, core::slice::from_ref(&block));
        }
        Self(states)
    }

    #[inline(always)]
    fn inner(&self) -> &[u32; 8] {
        let [inner, _] = &**self.0;
        inner
    }

    #[inline(always)]
    fn outer(&self) -> &[u32; 8] {
        let [_, outer] = &**self.0;
        outer
    }
}

/// An HMAC on its way. State and text, which holds the secret, are wiped when it is dropped.
pub(crate) struct Hmac<'k> {
    key: &'k HmacKey,
    /// Taken from the key at the first block and not before: until then this may move without leaving a copy.
    state: [u32; 8],
    /// Bytes that went into `state`, the block of the key among them.
    hashed: u64,
    /// Zero behind `used`, as the padding needs it.
    buffer: [u8; BUFFER],
    used: usize,
}

impl<'k> Hmac<'k> {
    #[inline(always)]
    pub(crate) fn new(key: &'k HmacKey) -> Self {
        Self {
            key,
            state: [0; 8],
            hashed: BLOCK as u64,
            buffer: [0; BUFFER],
            used: 0,
        }
    }

    /// The next `len` bytes of the text, for the caller to fill; `None` where they do not fit into the buffer as it
    /// stands and must be written with [`write`](Self::write).
    #[inline(always)]
    pub(crate) fn room(&mut self, len: usize) -> Option<&mut [u8]> {
        let end = self.used + len;
        let room = self.buffer.get_mut(self.used..end)?;
        self.used = end;
        Some(room)
    }

    /// Appends a text of any length.
    #[inline(never)]
    pub(crate) fn write(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            if self.used == BUFFER {
                self.flush();
            }
            let (now, later) = text.split_at(text.len().min(BUFFER - self.used));
            if let Some(room) = self.room(now.len()) {
                room.copy_from_slice(now);
            }
            text = later;
        }
    }

    #[inline(always)]
    fn begin(&mut self) {
        if self.hashed == BLOCK as u64 {
            self.state = *self.key.inner();
        }
    }

    fn flush(&mut self) {
        self.begin();
        compress256(&mut self.state, self.buffer.as_chunks().0);
        self.hashed += BUFFER as u64;
        self.buffer.fill(0);
        self.used = 0;
    }

    /// Gives the 32 bytes. Once only; in place, because a move would leave a copy of the text.
    #[inline(always)]
    pub(crate) fn finish(&mut self) -> [u8; 32] {
        let bits = 8 * (self.hashed + self.used as u64);
        match self.room(1) {
            Some(mark) => mark.fill(0x80),
            None => self.write(&[0x80]),
        }
        let mut end = (self.used + 8).next_multiple_of(BLOCK);
        if end > BUFFER {
            self.flush();
            end = BLOCK;
        }
        self.begin();
        let blocks = self.buffer.get_mut(..end).unwrap_or_default();
        if let Some(length) = blocks.last_chunk_mut() {
            *length = bits.to_be_bytes();
        }
        compress256(&mut self.state, blocks.as_chunks().0);
        outer(self.key, &self.state)
    }
}

impl Drop for Hmac<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.state.fill(0);
        self.buffer.fill(0);
        // Keeps the compiler from dropping the wipe of memory that is not read again.
        optimization_barrier(&self.state);
        optimization_barrier(&self.buffer);
    }
}

/// The outer hash: one block, the inner digest and its padding.
#[inline(always)]
fn outer(key: &HmacKey, inner: &[u32; 8]) -> [u8; 32] {
    const BITS: u64 = 8 * (BLOCK as u64 + 32);
    let mut block = [0; BLOCK];
    block
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(inner)
        .for_each(|(to, word)| *to = word.to_be_bytes());
    if let Some(mark) = block.get_mut(32) {
        *mark = 0x80;
    }
    if let Some(length) = block.last_chunk_mut() {
        *length = BITS.to_be_bytes();
    }
    let mut state = *key.outer();
    compress256(&mut state, &[block]);
    let mut digest = [0; 32];
    digest
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(state)
        .for_each(|(to, word)| *to = word.to_be_bytes());
    digest
}

#[cfg(test)]
mod tests {
    use hmac::{KeyInit, Mac};

    use super::*;

    fn ours(key: &[u8], pieces: &[&[u8]]) -> [u8; 32] {
        let key = HmacKey::new(key);
        let mut mac = Hmac::new(&key);
        for piece in pieces {
            mac.write(piece);
        }
        mac.finish()
    }

    fn theirs(key: &[u8], text: &[u8]) -> [u8; 32] {
        let mut mac = hmac::Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn rfc_4231() {
        let cases: [(&[u8], &[u8], &str); 5] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. \
                  The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, text, expected) in cases {
            assert_eq!(hex(&ours(key, &[text])), expected);
        }
    }

    #[test]
    fn every_length_around_the_borders_agrees_with_the_hmac_crate() {
        let text: Vec<u8> = (0..4 * BUFFER).map(|at| (at % 251) as u8).collect();
        for len in 0..=text.len() {
            let text = &text[..len];
            assert_eq!(ours(b"key", &[text]), theirs(b"key", text), "{len} bytes");
            // In two pieces, the cut wandering over the buffer.
            let (one, two) = text.split_at(len * 5 % (len + 1));
            assert_eq!(
                ours(b"key", &[one, two]),
                theirs(b"key", text),
                "{len} bytes in two pieces"
            );
        }
        for len in 0..=3 * BLOCK {
            let key = &text[..len];
            assert_eq!(
                ours(key, &[b"text"]),
                theirs(key, b"text"),
                "key of {len} bytes"
            );
        }
    }
}
