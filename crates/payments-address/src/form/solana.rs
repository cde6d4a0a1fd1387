//! Solana. Source: Solana's documentation, "Accounts": an address is 32 bytes in Base58, without a checksum.

use super::{Flaw, Verdict};
use crate::checked::Checked;

pub(super) fn check(text: &str) -> Verdict {
    let bytes = bs58::decode(text).into_vec().map_err(|_| Flaw::Form)?;
    match bytes.len() {
        32 => Ok(Checked::FORM),
        64 => Err(Flaw::SecretKey),
        _ => Err(Flaw::Form),
    }
}
