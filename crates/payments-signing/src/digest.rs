//! The text form of a 256-bit digest.

use core::fmt;

/// A signature as it goes over the wire: 64 lower-case hexadecimal digits, leading zeros kept.
///
/// It lives on the stack. It has no `PartialEq`: signatures are compared by the `verify` methods, in constant time.
#[derive(Clone, Copy)]
pub struct Signature([u8; 64]);

impl Signature {
    #[inline]
    pub(crate) fn from_digest(digest: &[u8; 32]) -> Self {
        let mut text = [0; 64];
        encode(digest, &mut text);
        Self(text)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII, so the default is never taken; the check costs less than the `unsafe` it saves.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl AsRef<str> for Signature {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", self.as_str())
    }
}

/// Writes two lower-case hexadecimal digits per byte; digits beyond the room of `text` are dropped.
///
/// Arithmetic instead of a table: it vectorises, and no memory address depends on a value not yet compared.
#[inline]
pub(crate) fn encode(bytes: &[u8], text: &mut [u8]) {
    for (byte, pair) in bytes.iter().zip(text.as_chunks_mut::<2>().0) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
}

/// `0..=9` lie at `'0'`, `10..=15` another 39 further at `'a'`.
#[inline]
const fn digit(nibble: u8) -> u8 {
    let above_nine = (9_u8.wrapping_sub(nibble) >> 7) & 1;
    b'0' + nibble + above_nine * (b'a' - b'9' - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_becomes_its_two_digits() {
        for byte in 0..=u8::MAX {
            let mut text = [0; 2];
            encode(&[byte], &mut text);
            assert_eq!(core::str::from_utf8(&text).unwrap(), format!("{byte:02x}"));
        }
    }

    #[test]
    fn leading_zeros_stay() {
        let mut digest = [0; 32];
        digest[31] = 0xa1;
        let signature = Signature::from_digest(&digest);
        assert_eq!(signature.as_str().len(), 64);
        assert!(signature.as_str().ends_with("00a1"));
        assert_eq!(format!("{signature}"), signature.as_str());
    }
}
