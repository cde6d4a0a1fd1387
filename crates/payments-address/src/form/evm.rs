//! Hexadecimal addresses: Ethereum and its relatives; Aptos and Sui.

use sha3::{Digest as _, Keccak256};

use super::{Flaw, Verdict};
use crate::checked::Checked;

fn digits(text: &str) -> Result<&str, Flaw> {
    let digits = text.strip_prefix("0x").ok_or(Flaw::Form)?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(digits)
    } else {
        Err(Flaw::Form)
    }
}

/// Source: EIP-55. Digits of one case have no checksum.
pub(super) fn check(text: &str) -> Verdict {
    let is_bare = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_bare {
        return Err(Flaw::Unusable("lacks the 0x in front"));
    }
    let digits = digits(text)?;
    match digits.len() {
        40 => {}
        64 => {
            return Err(Flaw::Unusable(
                "has 64 digits: it is a private key, a transaction, or an address of another kind of network",
            ));
        }
        _ => return Err(Flaw::Form),
    }
    let is_one_case = !digits.bytes().any(|byte| byte.is_ascii_lowercase())
        || !digits.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_one_case {
        return Ok(Checked::FORM);
    }
    let hash = Keccak256::digest(digits.to_ascii_lowercase());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let is_right = digits.bytes().zip(nibbles).all(|(digit, nibble)| {
        digit.is_ascii_digit() || digit.is_ascii_uppercase() == (nibble >= 8)
    });
    if is_right {
        Ok(Checked::CHECKSUM)
    } else {
        Err(Flaw::Checksum)
    }
}

/// Source: AIP-40 for Aptos; Sui's documentation, "Sui addresses". The short forms are not accepted: a missing digit would
/// not be noticed.
pub(super) fn hex32(text: &str) -> Verdict {
    match digits(text)?.len() {
        64 => Ok(Checked::FORM),
        _ => Err(Flaw::Form),
    }
}
