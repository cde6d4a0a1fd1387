//! Percent-encoding of single words.

use std::fmt::Write as _;

/// Encodes all that is not a letter, a digit or one of `._~/-`: what is left needs no quotes in a shell and no escapes in
/// JSON.
pub(crate) fn escape(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._~/-".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

/// Reads what [`escape`] writes; none where a `%` has no two digits after it, or the bytes are no text.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            let mut safe = String::new();
            escape(&mut safe, &text);
            prop_assert!(safe.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\:&=+".contains(&byte)));
            prop_assert_eq!(unescape(&safe), Some(text));
        }
    }

    #[test]
    fn what_breaks_off_is_refused() {
        for text in ["%", "%4", "%4g", "%+1", "a%", "%ff"] {
            assert_eq!(unescape(text), None, "{text}");
        }
    }
}
