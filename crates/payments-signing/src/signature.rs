//! The text form of a 256-bit digest.

use core::fmt;

/// A signature as it goes over the wire: 64 lower-case hexadecimal digits, leading zeros kept.
///
/// Stored on the stack. It has no `PartialEq`: the `verify` methods compare signatures, in constant time.
#[derive(Clone, Copy)]
pub struct Signature([u8; 64]);

impl Signature {
    pub(crate) fn from_digest(digest: &[u8; 32]) -> Self {
        let mut text = [0; 64];
        // Cannot fail: the text has room for all digits.
        let _ = base16ct::lower::encode(digest, &mut text);
        Self(text)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII, so the default is never used.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_leading_zeros() {
        let mut digest = [0; 32];
        digest[31] = 0xa1;
        let signature = Signature::from_digest(&digest);
        assert_eq!(signature.as_str().len(), 64);
        assert!(signature.as_str().ends_with("00a1"));
        assert_eq!(format!("{signature}"), signature.as_str());
    }
}
