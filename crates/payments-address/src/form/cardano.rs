//! Cardano. Sources: CIP-19 for Shelley addresses; the Byron address format for older ones.

use crc::{CRC_32_ISO_HDLC, Crc};

use super::{Flaw, Verdict, bech32, on_chain};
use crate::checked::Checked;
use crate::network::Chain;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

pub(super) fn check(text: &str, chain: Chain) -> Verdict {
    match bech32::prefix(text).as_deref() {
        Some("addr") => shelley(text, true, chain),
        Some("addr_test") => shelley(text, false, chain),
        Some("stake" | "stake_test") => {
            bech32::bytes(text)?;
            Err(Flaw::Unusable(
                "is a stake address, which cannot receive payments",
            ))
        }
        _ => byron(text),
    }
}

fn shelley(text: &str, is_main: bool, chain: Chain) -> Verdict {
    let bytes = bech32::bytes(text)?;
    let header = *bytes.first().ok_or(Flaw::Form)?;
    let is_network = (header & 15 == 1) == is_main && header & 15 <= 1;
    let is_length = match header >> 4 {
        0..=3 => bytes.len() == 57,
        4 | 5 => (32..=59).contains(&bytes.len()),
        6 | 7 => bytes.len() == 29,
        _ => false,
    };
    if !is_network || !is_length {
        return Err(Flaw::Form);
    }
    on_chain(is_main, !is_main, chain)
}

/// A CBOR array of two: tagged bytes, and their CRC-32.
fn byron(text: &str) -> Verdict {
    let bytes = bs58::decode(text).into_vec().map_err(|_| Flaw::Form)?;
    let [0x82, 0xd8, 0x18, 0x58, length, rest @ ..] = bytes.as_slice() else {
        return Err(Flaw::Form);
    };
    let (content, rest) = rest
        .split_at_checked(usize::from(*length))
        .ok_or(Flaw::Form)?;
    let stated = match rest {
        [0x1a, a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]),
        // A checksum below 2^16 has a shorter form.
        [0x19, a, b] => u16::from_be_bytes([*a, *b]).into(),
        _ => return Err(Flaw::Form),
    };
    if CRC.checksum(content) == stated {
        Ok(Checked::CHECKSUM)
    } else {
        Err(Flaw::Checksum)
    }
}
