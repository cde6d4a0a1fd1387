//! Monero. Source: Monero's documentation, "Standard Address": Base58 in blocks, Keccak-256.

use sha3::{Digest as _, Keccak256};

use super::{Flaw, Verdict, on_chain};
use crate::network::Chain;

/// The characters of a full block, which has eight bytes.
const BLOCK: usize = 11;

pub(super) fn check(text: &str, chain: Chain) -> Verdict {
    if !matches!(text.len(), 95 | 106) {
        return Err(Flaw::Form);
    }
    let mut bytes = Vec::with_capacity(text.len());
    for block in text.as_bytes().chunks(BLOCK) {
        bytes.extend(decode(block).ok_or(Flaw::Form)?);
    }
    let (content, checksum) = bytes.split_last_chunk::<4>().ok_or(Flaw::Form)?;
    if !Keccak256::digest(content).starts_with(checksum) {
        return Err(Flaw::Checksum);
    }
    // Standard address and subaddress have two keys; an integrated address has a payment id besides.
    let is_short = content.len() == 65;
    let (is_main, is_test) = match content.first() {
        Some(18 | 42) => (is_short, false),
        Some(19) => (!is_short, false),
        Some(53 | 63 | 24 | 36) => (false, is_short),
        Some(54 | 25) => (false, !is_short),
        _ => (false, false),
    };
    on_chain(is_main, is_test, chain)
}

/// The bytes of a block of 11 characters (8 bytes) or of the last one, of 7 (5 bytes) or 8 (6 bytes, of no address).
fn decode(block: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let length = match block.len() {
        BLOCK => 8,
        7 => 5,
        _ => return None,
    };
    let mut value: u128 = 0;
    for byte in block {
        let digit = ALPHABET.iter().position(|letter| letter == byte)?;
        value = value * 58 + u128::try_from(digit).ok()?;
    }
    let bytes = value.to_be_bytes();
    let (zeros, kept) = bytes.split_at_checked(bytes.len() - length)?;
    zeros.iter().all(|byte| *byte == 0).then(|| kept.to_vec())
}
