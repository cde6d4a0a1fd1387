//! TON. Source: TEP-2, and TON's documentation, "Internal addresses".

use crc::{CRC_16_XMODEM, Crc};
use data_encoding::{BASE64, BASE64URL};

use super::{Flaw, Verdict, on_chain};
use crate::checked::Checked;
use crate::network::Chain;

static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// The characters of the user-friendly form.
const FRIENDLY: usize = 48;

pub(super) fn check(text: &str, chain: Chain) -> Verdict {
    if let Some((workchain, hash)) = text.split_once(':') {
        return raw(workchain, hash);
    }
    if text.len() != FRIENDLY {
        return Err(Flaw::Form);
    }
    let bytes = BASE64URL
        .decode(text.as_bytes())
        .or_else(|_| BASE64.decode(text.as_bytes()))
        .map_err(|_| Flaw::Form)?;
    let (content, crc) = bytes.split_last_chunk::<2>().ok_or(Flaw::Form)?;
    if CRC.checksum(content) != u16::from_be_bytes(*crc) {
        return Err(Flaw::Checksum);
    }
    let [flags, workchain, ..] = content else {
        return Err(Flaw::Form);
    };
    // 0x11 is bounceable, 0x51 is not; 0x80 marks a test network.
    let is_known = matches!(flags & 0x7f, 0x11 | 0x51) && matches!(workchain, 0 | 0xff);
    if !is_known {
        return Err(Flaw::Form);
    }
    let is_test = flags & 0x80 != 0;
    // An address without the mark may also be used on a test network.
    on_chain(!is_test, is_test || chain == Chain::Test, chain)
}

/// Workchain and hash, as explorers and developers write it.
fn raw(workchain: &str, hash: &str) -> Verdict {
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if matches!(workchain, "0" | "-1") && is_hash {
        Ok(Checked::FORM)
    } else {
        Err(Flaw::Form)
    }
}
