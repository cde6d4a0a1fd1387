//! Hedera. Source: HIP-15 for the checksum.

use super::{Flaw, Verdict, evm};
use crate::checked::Checked;

pub(super) fn check(text: &str) -> Verdict {
    if text.starts_with("0x") {
        // The EVM address of an account, HIP-583.
        return evm::check(text);
    }
    let (id, checksum) = match text.split_once('-') {
        Some((id, checksum)) => (id, Some(checksum)),
        None => (text, None),
    };
    let is_number = |part: &str| {
        let is_canonical = part == "0" || !part.starts_with('0');
        is_canonical
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse::<i64>().is_ok()
    };
    let parts: Vec<&str> = id.split('.').collect();
    match parts.as_slice() {
        ["0", "0", number] if is_number(number) && *number != "0" => {}
        _ => return Err(Flaw::Form),
    }
    match checksum {
        None => Ok(Checked::FORM),
        Some(checksum) if checksum == expected(id) => Ok(Checked::CHECKSUM),
        Some(_) => Err(Flaw::Checksum),
    }
}

/// The five letters for an id on the mainnet, whose ledger id is 0.
fn expected(id: &str) -> String {
    const P3: u64 = 26 * 26 * 26;
    const P5: u64 = P3 * 26 * 26;
    let digits = id.bytes().map(|byte| match byte {
        b'.' => 10,
        digit => u64::from(digit.wrapping_sub(b'0')),
    });
    let (mut even, mut odd, mut weighted, mut length) = (0, 0, 0, 0_u64);
    for (place, digit) in digits.enumerate() {
        weighted = (weighted * 31 + digit) % P3;
        if place % 2 == 0 {
            even = (even + digit) % 11;
        } else {
            odd = (odd + digit) % 11;
        }
        length += 1;
    }
    // The hash of the ledger id is added here, which for the ledger id 0 is 0.
    let sum = ((((length % 5) * 11 + even) * 11 + odd) * P3 + weighted) % P5;
    let mut rest = (sum * 1_000_003) % P5;
    let mut letters = [b'a'; 5];
    for letter in letters.iter_mut().rev() {
        *letter += u8::try_from(rest % 26).unwrap_or_default();
        rest /= 26;
    }
    letters.iter().map(|byte| char::from(*byte)).collect()
}
