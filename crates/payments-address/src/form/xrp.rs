//! The XRP Ledger. Sources: xrpl.org, "Base58 Encodings"; XLS-5d for X-addresses.

use bs58::Alphabet;

use super::{Flaw, Verdict, base58, on_chain};
use crate::checked::Checked;
use crate::network::Chain;

/// Version and account.
const CLASSIC: usize = 21;
/// Two bytes of version, account, flags, tag.
const EXTENDED: usize = 31;
/// Version and 16 bytes of a seed.
const SEED: usize = 17;

pub(super) fn check(text: &str, chain: Chain) -> Verdict {
    let payload = base58::decode(text, Alphabet::RIPPLE, &[CLASSIC, EXTENDED])?;
    match payload.as_slice() {
        [0x00, account @ ..] if account.len() == CLASSIC - 1 => Ok(Checked::CHECKSUM),
        [0x21, ..] if payload.len() == SEED => Err(Flaw::SecretKey),
        [0x01, 0xe1, 0x4b, seed @ ..] if seed.len() == SEED - 1 => Err(Flaw::SecretKey),
        [0x05, 0x44, rest @ ..] => extended(rest, on_chain(true, false, chain)?),
        [0x04, 0x93, rest @ ..] => extended(rest, on_chain(false, true, chain)?),
        _ => Err(Flaw::Form),
    }
}

/// Account, flags and tag of an X-address.
fn extended(rest: &[u8], checked: Checked) -> Verdict {
    let (_, rest) = rest.split_first_chunk::<20>().ok_or(Flaw::Form)?;
    match rest {
        [0, 0, 0, 0, 0, 0, 0, 0, 0] => Ok(checked),
        [1, a, b, c, d, 0, 0, 0, 0] => {
            let tag = u32::from_le_bytes([*a, *b, *c, *d]);
            Ok(checked.with_memo(Some(tag.into())))
        }
        _ => Err(Flaw::Form),
    }
}
