//! The one way a shared secret is held.

use core::fmt;

use zeroize::Zeroizing;

use crate::error::KeyError;

/// A secret shared with a provider.
///
/// Its memory is wiped when it is dropped, `Debug` shows nothing of it, and it can be neither printed,
/// serialised nor compared.
///
/// ```
/// use payments_signing::Secret;
///
/// let secret = Secret::new("k3y-of-merchant")?;
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// # Ok::<(), payments_signing::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the secret exactly as the provider's console shows it.
    ///
    /// # Errors
    ///
    /// An empty text, a control character anywhere, a byte order mark at the beginning, or white space at either end is
    /// refused: each is the mark of a bad copy (a line end read from a file, most often), and would only show as a
    /// wrong signature later.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        // Owned by `Zeroizing` before it is looked at, so that a refused text is wiped as well.
        let text = Zeroizing::new(text.into());
        if text.is_empty() {
            Err(KeyError::EmptySecret)
        } else if text.chars().any(char::is_control) {
            Err(KeyError::ControlCharacter)
        } else if text.starts_with('\u{feff}') {
            Err(KeyError::ByteOrderMark)
        } else if text.trim().len() != text.len() {
            Err(KeyError::SurroundingWhitespace)
        } else {
            Ok(Self(text))
        }
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// Builds a wiped-on-drop byte string of exactly the right size: a growing one would leave copies behind.
pub(crate) fn concat(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let mut joined = Zeroizing::new(Vec::with_capacity(
        parts.iter().map(|part| part.len()).sum(),
    ));
    for part in parts {
        joined.extend_from_slice(part);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_with_the_marks_of_a_bad_copy_is_refused() {
        for (text, expected) in [
            ("", KeyError::EmptySecret),
            ("abc\n", KeyError::ControlCharacter),
            ("a\u{0}c", KeyError::ControlCharacter),
            ("\u{feff}abc", KeyError::ByteOrderMark),
            (" abc", KeyError::SurroundingWhitespace),
            ("abc\u{a0}", KeyError::SurroundingWhitespace),
        ] {
            assert_eq!(Secret::new(text).unwrap_err(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_secret_is_kept_as_given() {
        for text in ["x", "*iu6hufsi%^54fyt", "with space inside", "клюц"] {
            assert_eq!(Secret::new(text).unwrap().expose(), text.as_bytes());
        }
    }
}
