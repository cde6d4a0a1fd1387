//! Filecoin. Source: the Filecoin specification, "Addresses", and FIP-48 for delegated addresses.

use blake2::digest::consts::U4;
use blake2::{Blake2b, Digest as _};
use data_encoding::BASE32_NOPAD;

use super::{Flaw, Verdict, evm, on_chain};
use crate::checked::Checked;
use crate::network::Chain;

pub(super) fn check(text: &str, chain: Chain) -> Verdict {
    if text.starts_with("0x") {
        // The same account in Ethereum's form, FIP-48.
        return evm::check(text);
    }
    let is_main = match text.bytes().next() {
        Some(b'f') => true,
        Some(b't') => false,
        _ => return Err(Flaw::Form),
    };
    let mut rest = text.chars();
    let protocol = rest.nth(1).ok_or(Flaw::Form)?;
    let body = rest.as_str();
    let known = on_chain(is_main, !is_main, chain);
    match protocol {
        '0' => {
            let is_id = !body.starts_with('0') && body.parse::<u64>().is_ok();
            let is_id = is_id && body.bytes().all(|byte| byte.is_ascii_digit());
            if !is_id {
                return Err(Flaw::Form);
            }
            known.map(|_| Checked::FORM)
        }
        '1' => hashed(&[1], body, Some(20)).and(known),
        '2' => hashed(&[2], body, Some(20)).and(known),
        '3' => hashed(&[3], body, Some(48)).and(known),
        '4' => {
            let (manager, body) = body.split_once('f').ok_or(Flaw::Form)?;
            // Ids of up to 127 are one byte; the manager of Ethereum's addresses is 10.
            let id: u8 = manager.parse().map_err(|_| Flaw::Form)?;
            if id > 127 || manager.starts_with(['0', '+']) {
                return Err(Flaw::Form);
            }
            hashed(&[4, id], body, None).and(known)
        }
        _ => Err(Flaw::Form),
    }
}

/// Payload and four bytes of BLAKE2b.
fn hashed(prefix: &[u8], body: &str, length: Option<usize>) -> Result<(), Flaw> {
    if body.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Flaw::Form);
    }
    let bytes = BASE32_NOPAD.decode(body.to_ascii_uppercase().as_bytes());
    let bytes = bytes.map_err(|_| Flaw::Form)?;
    let (payload, checksum) = bytes.split_last_chunk::<4>().ok_or(Flaw::Form)?;
    if length.is_some_and(|length| length != payload.len()) || payload.len() > 54 {
        return Err(Flaw::Form);
    }
    let right = Blake2b::<U4>::new()
        .chain_update(prefix)
        .chain_update(payload)
        .finalize();
    if right.as_slice() == checksum {
        Ok(())
    } else {
        Err(Flaw::Checksum)
    }
}
