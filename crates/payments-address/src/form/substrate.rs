//! Polkadot and Kusama. Source: the SS58 address format of Substrate's documentation.

use blake2::{Blake2b512, Digest as _};

use super::{Flaw, Verdict};
use crate::checked::Checked;

/// The prefix of addresses that are not bound to a network.
const GENERIC: u16 = 42;

/// Only accounts of 32 bytes, as Polkadot and Kusama have them, with a checksum of two bytes.
pub(super) fn check(wanted: u16, text: &str) -> Verdict {
    let bytes = bs58::decode(text).into_vec().map_err(|_| Flaw::Form)?;
    let (content, checksum) = bytes.split_last_chunk::<2>().ok_or(Flaw::Form)?;
    let (prefix, account) = match content {
        [first @ 0..=63, account @ ..] => (u16::from(*first), account),
        [first @ 64..=127, second, account @ ..] => {
            let low = ((first & 0x3f) << 2) | (second >> 6);
            let high = u16::from(second & 0x3f);
            (u16::from(low) | (high << 8), account)
        }
        _ => return Err(Flaw::Form),
    };
    if account.len() != 32 {
        return Err(Flaw::Form);
    }
    let hash = Blake2b512::new()
        .chain_update(b"SS58PRE")
        .chain_update(content)
        .finalize();
    if !hash.starts_with(checksum) {
        return Err(Flaw::Checksum);
    }
    if prefix == wanted {
        Ok(Checked::CHECKSUM)
    } else if prefix == GENERIC {
        Ok(Checked::CHECKSUM.with_note(
            "this address is in the form for all Substrate networks: the gateway may want the network's own form",
        ))
    } else {
        Err(Flaw::Unusable("is an address of another Substrate network"))
    }
}
