//! Base64 in the forms that occur: two alphabets, with or without padding, on one or several lines.

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

/// The provider's form: URL-safe, without padding, on one line.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_ENGINE.encode(bytes)
}

/// Accepts both alphabets (not mixed), with or without padding, with white space anywhere.
pub(crate) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // The text may be a private key: copies are wiped, and allocated once, because growing leaves copies behind.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_both_alphabets_with_and_without_padding() {
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
    fn refuses_invalid_base64() {
        for text in ["+_+_AQ", "AQ===", "A", "AR", "AQ=A", "ä"] {
            assert!(decode(text).is_none(), "{text:?}");
        }
    }
}
