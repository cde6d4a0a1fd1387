//! The only place of the workspace that compares signatures.

use ctutils::CtEq;

/// Unverified input was refused.
///
/// There is one public reason for every cause, because the details of a refusal only help a forger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the message is not authentic")]
pub struct Refused(());

impl Refused {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// Compares two signatures in a time that depends on their lengths only.
pub(crate) fn same(expected: &[u8], given: &[u8]) -> Result<(), Refused> {
    if expected.ct_eq(given).to_bool() {
        Ok(())
    } else {
        Err(Refused::new())
    }
}

/// Checks an RSA signature. The backend does the comparison.
#[cfg(any(feature = "rsa", feature = "rsa-portable"))]
pub(crate) fn signed(
    by: &crate::rsa::PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Refused> {
    if by.verifies(message, signature) {
        Ok(())
    } else {
        Err(Refused::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_equal_bytes_only() {
        assert_eq!(same(b"abc", b"abc"), Ok(()));
        for given in [&b""[..], b"ab", b"abcd", b"Abc", b"abd"] {
            assert_eq!(same(b"abc", given), Err(Refused::new()), "{given:?}");
        }
    }

    #[test]
    fn a_refusal_has_one_message() {
        assert_eq!(Refused::new().to_string(), "the message is not authentic");
    }
}
