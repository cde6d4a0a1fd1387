//! The only place of the workspace where it is decided whether a signature holds.

use ctutils::CtEq;

/// Unverified input was refused.
///
/// One public reason for every cause: what was wrong with a forged message is of use to its forger alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the message is not authentic")]
pub struct Refused(());

impl Refused {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// Compares two signatures in time that depends on their lengths alone.
#[inline]
pub(crate) fn same(expected: &[u8], given: &[u8]) -> Result<(), Refused> {
    if expected.ct_eq(given).to_bool() {
        Ok(())
    } else {
        Err(Refused::new())
    }
}

/// Checks an RSA signature; the comparison is the backend's.
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
    fn only_equal_bytes_are_the_same() {
        assert_eq!(same(b"abc", b"abc"), Ok(()));
        for given in [&b""[..], b"ab", b"abcd", b"Abc", b"abd"] {
            assert_eq!(same(b"abc", given), Err(Refused::new()), "{given:?}");
        }
    }

    #[test]
    fn the_refusal_says_one_thing() {
        assert_eq!(Refused::new().to_string(), "the message is not authentic");
    }
}
