//! Base32 without padding: Stellar (SEP-23) and Algorand.

use crc::{CRC_16_XMODEM, Crc};
use data_encoding::BASE32_NOPAD;
use sha2::{Digest as _, Sha512_256};

use super::{Flaw, Verdict};
use crate::checked::Checked;

static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// Version bytes: the first letter of the text, shifted by three bits.
const ACCOUNT: u8 = 6 << 3;
const MUXED: u8 = 12 << 3;
const CONTRACT: u8 = 2 << 3;
const SEED: u8 = 18 << 3;

/// It is the same on test networks.
pub(super) fn check(text: &str) -> Verdict {
    if !matches!(text.len(), 56 | 69) {
        return Err(Flaw::Form);
    }
    let looks_like_one = text.starts_with(['G', 'M', 'C', 'S']);
    let mistyped = if looks_like_one {
        Flaw::Checksum
    } else {
        Flaw::Form
    };
    let bytes = BASE32_NOPAD.decode(text.as_bytes()).map_err(|_| mistyped)?;
    let (content, crc) = bytes.split_last_chunk::<2>().ok_or(Flaw::Form)?;
    if CRC.checksum(content) != u16::from_le_bytes(*crc) {
        return Err(mistyped);
    }
    match content {
        [ACCOUNT, key @ ..] if key.len() == 32 => Ok(Checked::CHECKSUM),
        [SEED, key @ ..] if key.len() == 32 => Err(Flaw::SecretKey),
        [CONTRACT, hash @ ..] if hash.len() == 32 => Ok(Checked::CHECKSUM
            .with_note("this is a contract: not every sender can pay to contracts of Stellar")),
        [MUXED, rest @ ..] if rest.len() == 40 => {
            let id = rest.last_chunk::<8>().map(|id| u64::from_be_bytes(*id));
            Ok(Checked::CHECKSUM.with_memo(id))
        }
        _ => Err(Flaw::Form),
    }
}

/// Source: Algorand's developer documentation, "Accounts": a public key and the last four bytes of its SHA-512/256. It is
/// the same on test networks.
pub(super) fn algorand(text: &str) -> Verdict {
    if text.len() != 58 {
        return Err(Flaw::Form);
    }
    let bytes = BASE32_NOPAD
        .decode(text.as_bytes())
        .map_err(|_| Flaw::Form)?;
    let (key, checksum) = bytes.split_last_chunk::<4>().ok_or(Flaw::Form)?;
    if Sha512_256::digest(key).ends_with(checksum) {
        Ok(Checked::CHECKSUM)
    } else {
        Err(Flaw::Checksum)
    }
}
