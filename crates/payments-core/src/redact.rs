//! Keeps secrets and personal data out of logs.
//!
//! [`Masked`], [`uri`](fn@uri) and [`one_line`] are helpers for `Debug` and `Display`. [`without`], [`without_all`] and
//! [`without_numbers`] mask parts of a provider's message; [`Confidential`] masks the values of a request in it. [`SensitiveString`](crate::SensitiveString) is text that is
//! never printed, and [`debug_masked!`](crate::debug_masked) implements `Debug` for a struct that has sensitive fields.

mod confidential;
mod debug;
mod json_values;
mod mask;
mod spelling;
mod words;

pub use confidential::Confidential;
pub(crate) use json_values::named as json_values;
pub use words::{without, without_all, without_numbers};

use std::fmt::{self, Write as _};

/// Prints as `***`, in place of a field that must not be shown.
///
/// ```
/// assert_eq!(format!("{:?}", payments_core::redact::Masked), "***");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Masked;

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A URI without user name, password and query, which may contain signatures and secrets.
///
/// ```
/// let uri: http::Uri = "https://me:pw@api.example:8443/pay?sign=5e1f".parse()?;
/// let shown = payments_core::redact::uri(&uri).to_string();
/// assert_eq!(shown, "https://api.example:8443/pay");
/// # Ok::<(), http::uri::InvalidUri>(())
/// ```
pub fn uri(uri: &http::Uri) -> impl fmt::Display + '_ {
    Address(uri)
}

struct Address<'a>(&'a http::Uri);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = self.0.scheme_str() {
            write!(f, "{scheme}://")?;
        }
        f.write_str(self.0.host().unwrap_or_default())?;
        if let Some(port) = self.0.port_u16() {
            write!(f, ":{port}")?;
        }
        f.write_str(self.0.path())
    }
}

/// At most `max_chars` characters of untrusted text on one line. Characters that could break the line, move the cursor
/// or change the reading direction are escaped.
///
/// ```
/// use payments_core::redact::one_line;
///
/// assert_eq!(one_line("no\nway", 20).to_string(), "no\\nway");
/// assert_eq!(one_line("abcdef", 3).to_string(), "abc…");
/// ```
pub fn one_line(text: &str, max_chars: usize) -> impl fmt::Display + '_ {
    OneLine { text, max_chars }
}

struct OneLine<'a> {
    text: &'a str,
    max_chars: usize,
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chars = self.text.chars();
        for c in chars.by_ref().take(self.max_chars) {
            // A quotation mark would end the quotation early.
            if is_unfit(c) || c == '"' {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        match chars.next() {
            Some(_) => f.write_char('…'),
            None => Ok(()),
        }
    }
}

/// Control characters, and the invisible ones that separate lines or turn the direction of text.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_characters_that_could_forge_a_line() {
        let shown = one_line("a\r\nb\u{1b}[2J\u{202e}c\u{2028}d", 99).to_string();
        assert_eq!(shown, r"a\r\nb\u{1b}[2J\u{202e}c\u{2028}d");
    }

    #[test]
    fn other_alphabets_stay_readable() {
        assert_eq!(one_line("订单不存在 é", 99).to_string(), "订单不存在 é");
    }

    #[test]
    fn a_relative_uri_keeps_only_its_path() {
        let relative = http::Uri::from_static("/pay?sign=secret");
        assert_eq!(uri(&relative).to_string(), "/pay");
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_bounded_line(text in ".*|\\PC*|[\\x00-\\x1f]*", max in 0_usize..40) {
            let shown = one_line(&text, max).to_string();
            prop_assert!(!shown.chars().any(is_unfit));
            // The longest escape is `\u{10ffff}`.
            prop_assert!(shown.chars().count() <= max * 10 + 1);
        }
    }
}
