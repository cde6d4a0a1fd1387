//! Accounts with names: NEAR and EOS. Names have no checksum.

use super::{Flaw, Verdict};
use crate::checked::Checked;
use crate::network::Chain;

/// Source: NEAR's documentation, "Address (Account ID)": 64 digits, an Ethereum-like account, or a name. Names of the
/// mainnet and of the testnet end differently.
pub(super) fn near(text: &str, chain: Chain) -> Verdict {
    let is_hex = |digits: &str, length| {
        digits.len() == length
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_implicit = is_hex(text, 64)
        || text
            .strip_prefix("0x")
            .is_some_and(|digits| is_hex(digits, 40));
    if is_implicit {
        return Ok(Checked::FORM);
    }
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_letter);
    let is_name = (2..=64).contains(&text.len()) && text.split(['.', '-', '_']).all(is_part);
    if !is_name {
        return Err(Flaw::Form);
    }
    match (text.rsplit_once('.').map(|(_, end)| end), chain) {
        (Some("testnet"), Chain::Main) | (Some("near" | "tg"), Chain::Test) => Err(Flaw::Chain),
        // Accounts without an ending cannot be opened any more.
        (None, _) => Err(Flaw::Form),
        _ => Ok(Checked::FORM),
    }
}

/// Source: the EOSIO documentation, "Account names".
pub(super) fn eos(text: &str) -> Verdict {
    let is_character = |byte: u8| matches!(byte, b'a'..=b'z' | b'1'..=b'5' | b'.');
    let is_name =
        (1..=12).contains(&text.len()) && text.bytes().all(is_character) && !text.ends_with('.');
    if is_name {
        Ok(Checked::FORM)
    } else {
        Err(Flaw::Form)
    }
}
