//! Base64 in the ways it is found: two alphabets, padded or not, on one line or many.

use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, decoded_len_estimate};
use zeroize::Zeroizing;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, CONFIG);
const URL_SAFE_ENGINE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);

/// The provider's own form: URL-safe, unpadded, one line.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_ENGINE.encode(bytes)
}

/// Takes both alphabets (not mixed), with or without padding, with white space anywhere.
pub(crate) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // It may be a private key: copies are wiped, and none grows, which would leave pieces behind.
    let mut joined = Zeroizing::new(Vec::new());
    let mut text = text.as_bytes();
    if text.iter().any(u8::is_ascii_whitespace) {
        joined.reserve_exact(text.len());
        joined.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
        text = &joined;
    }
    let engine = if text.iter().any(|byte| matches!(byte, b'-' | b'_')) {
        URL_SAFE_ENGINE
    } else {
        STANDARD_ENGINE
    };
    let mut decoded = Zeroizing::new(vec![0; decoded_len_estimate(text.len())]);
    let len = engine.decode_slice(text, &mut decoded).ok()?;
    decoded.truncate(len);
    Some(decoded)
}

/// The base64 inside PEM armour, or the text itself where there is none.
pub(super) fn without_armour(text: &str) -> Option<&str> {
    let text = text.trim();
    let Some(inside) = text.strip_prefix("-----BEGIN ") else {
        return Some(text);
    };
    let (label, rest) = inside.split_once("-----")?;
    let (body, end) = rest.split_once("-----END ")?;
    (end.strip_suffix("-----")? == label).then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_padded_or_not() {
        let bytes = [0xfb, 0xff, 0xbf, 0x01];
        for text in [
            "-_-_AQ",
            "-_-_AQ==",
            "+/+/AQ",
            "+/+/AQ==",
            " +/+/\r\nAQ==\n",
            "-_-_\nAQ",
        ] {
            assert_eq!(decode(text).unwrap().as_slice(), bytes, "{text:?}");
        }
        assert_eq!(encode(&bytes), "-_-_AQ");
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for text in ["+_+_AQ", "AQ===", "A", "AR", "AQ=A", "ä"] {
            assert!(decode(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn armour_must_match() {
        assert_eq!(without_armour(" AQ \n"), Some("AQ"));
        assert_eq!(
            without_armour("-----BEGIN X-----\nAQ\n-----END X-----\n"),
            Some("\nAQ\n")
        );
        assert_eq!(
            without_armour("-----BEGIN X----- AQ -----END X-----"),
            Some(" AQ ")
        );
        assert_eq!(
            without_armour("-----BEGIN X-----\nAQ\n-----END Y-----"),
            None
        );
        assert_eq!(without_armour("-----BEGIN X-----\nAQ\n"), None);
        assert_eq!(
            without_armour("-----BEGIN X-----\nAQ\n-----END X-----\nmore"),
            None
        );
    }
}
