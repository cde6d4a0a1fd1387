//! A shared secret in memory that is wiped.

use core::fmt;

use zeroize::Zeroizing;

use crate::error::KeyError;

/// A secret shared with a provider.
///
/// Its memory is wiped when it is dropped. `Debug` prints nothing of it, and it cannot be displayed, serialised or
/// compared.
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
    /// Refuses an empty text, a control character, a byte order mark at the beginning, white space at either end, quotes
    /// around the text, `NAME=` before it and a placeholder such as `${SECRET}`. They are signs of a bad copy, most often a
    /// line end read from a file, and would only show as a wrong signature later.
    pub fn new(text: impl Into<String>) -> Result<Self, KeyError> {
        // Owned by `Zeroizing` before the checks, so that a refused text is wiped as well.
        let text = Zeroizing::new(text.into());
        if text.is_empty() {
            Err(KeyError::EmptySecret)
        } else if text.chars().any(char::is_control) {
            Err(KeyError::ControlCharacter)
        } else if text.starts_with('\u{feff}') {
            Err(KeyError::ByteOrderMark)
        } else if text.trim().len() != text.len() {
            Err(KeyError::SurroundingWhitespace)
        } else if is_quoted(&text) {
            Err(KeyError::Quoted)
        } else if is_placeholder(&text) {
            Err(KeyError::Placeholder)
        } else if is_assignment(&text) {
            Err(KeyError::Assignment)
        } else {
            Ok(Self(text))
        }
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Whether there are quotes around a text that looks like a secret. A secret of arbitrary characters may begin and end with
/// a quote.
fn is_quoted(text: &str) -> bool {
    let inside = ['"', '\'', '`'].iter().find_map(|quote| {
        let inside = text.strip_prefix(*quote)?;
        inside.strip_suffix(*quote)
    });
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    inside.is_some_and(|inside| inside.len() >= 8 && inside.bytes().all(is_usual))
}

/// `${NAME}`, `$(command)`, `{{ name }}`, what programs write for no value, and a row of asterisks.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let by = |start: &str, end: &str| text.starts_with(start) && text.ends_with(end);
    let is_nothing = ["null", "undefined", "None", "nil"].contains(&text);
    let is_masked = text.chars().all(|char| matches!(char, '*' | '•'));
    by("${", "}") || by("$(", ")") || by("{{", "}}") || is_nothing || is_masked
}

/// `NAME_OF_VARIABLE=value`. Base64 also has `=`, but only at its end.
pub(crate) fn is_assignment(text: &str) -> bool {
    let text = text.strip_prefix("export ").unwrap_or(text);
    let Some((name, value)) = text.split_once('=') else {
        return false;
    };
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let names_a_secret = ["SECRET", "KEY", "TOKEN", "PASSWORD"]
        .iter()
        .any(|word| name.contains(word));
    name.bytes().all(is_name) && names_a_secret && !value.trim_start_matches('=').is_empty()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_secret_that_was_copied_badly() {
        for (text, expected) in [
            ("", KeyError::EmptySecret),
            ("abc\n", KeyError::ControlCharacter),
            ("a\u{0}c", KeyError::ControlCharacter),
            ("\u{feff}abc", KeyError::ByteOrderMark),
            (" abc", KeyError::SurroundingWhitespace),
            ("abc\u{a0}", KeyError::SurroundingWhitespace),
            ("\"k3y-of-merchant\"", KeyError::Quoted),
            ("'0123456789abcdef'", KeyError::Quoted),
            ("CPAY_SECRET=k3y", KeyError::Assignment),
            ("export SECRET=k3y", KeyError::Assignment),
            ("${CPAY_SECRET}", KeyError::Placeholder),
            ("$(cat secret)", KeyError::Placeholder),
            ("{{ secret }}", KeyError::Placeholder),
            ("undefined", KeyError::Placeholder),
            ("********", KeyError::Placeholder),
        ] {
            assert_eq!(Secret::new(text).unwrap_err(), expected, "{text:?}");
        }
    }

    #[test]
    fn keeps_a_secret_unchanged() {
        for text in [
            "x",
            "*iu6hufsi%^54fyt",
            "with space inside",
            "клюц",
            "\"",
            "a\"b",
            "\"\"",
            "'~!#$%&/()='",
            "_=x",
            "$ecret",
            "ABCDKEY012==",
            "abc=def",
            "{a}",
        ] {
            assert_eq!(Secret::new(text).unwrap().expose(), text.as_bytes());
        }
    }
}
