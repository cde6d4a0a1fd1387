//! Bech32 and Bech32m: SegWit, Cosmos, Zcash's newer forms.

use bech32::primitives::decode::{CheckedHrpstring, SegwitHrpstring, UncheckedHrpstring};
use bech32::{Bech32, Bech32m};

use super::{Flaw, Verdict, on_chain};
use crate::checked::Checked;
use crate::network::Chain;

/// The prefix of a text that has the form of Bech32, in lower case. Nothing else of it is checked.
pub(super) fn prefix(text: &str) -> Option<String> {
    let (prefix, _) = text.rsplit_once('1')?;
    let is_prefix = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_graphic());
    is_prefix.then(|| prefix.to_ascii_lowercase())
}

/// A SegWit address. `None` if the text has another prefix.
pub(super) fn segwit(text: &str, main: &str, test: &[&str], chain: Chain) -> Option<Verdict> {
    let prefix = prefix(text)?;
    let (is_main, is_test) = (prefix == main, test.contains(&prefix.as_str()));
    if !is_main && !is_test {
        return None;
    }
    let Ok(address) = SegwitHrpstring::new(text) else {
        // Without a valid structure and checksum nothing in it can be trusted.
        return Some(Err(Flaw::Checksum));
    };
    let verdict = on_chain(is_main, is_test, chain);
    let is_used = match address.witness_version().to_u8() {
        0 => true,
        1 => address.byte_iter().len() == 32,
        _ => false,
    };
    Some(match verdict {
        Ok(_) if !is_used => Err(Flaw::Unusable(
            "has a witness version without rules on the network: anyone could take the coins",
        )),
        verdict => verdict,
    })
}

/// The bytes of an account of a Cosmos chain. Source: Cosmos SDK, ADR 28.
pub(super) fn cosmos(wanted: &str, text: &str) -> Verdict {
    if prefix(text).as_deref() != Some(wanted) {
        return Err(Flaw::Form);
    }
    let decoded = CheckedHrpstring::new::<Bech32>(text).map_err(|_| Flaw::Checksum)?;
    match decoded.byte_iter().len() {
        20 | 32 => Ok(Checked::CHECKSUM),
        _ => Err(Flaw::Form),
    }
}

/// Bytes with the checksum of Bech32.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, Flaw> {
    let decoded = CheckedHrpstring::new::<Bech32>(text).map_err(|_| Flaw::Checksum)?;
    Ok(decoded.byte_iter().collect())
}

/// A shielded, unified or TEX address of Zcash: ZIP 173, ZIP 316 and ZIP 320. `None` if the text has another prefix. What
/// is inside a unified address is not read.
pub(super) fn zcash(text: &str, chain: Chain) -> Option<Verdict> {
    let prefix = prefix(text)?;
    let (is_main, has_old_checksum, length) = match prefix.as_str() {
        "zs" => (true, true, Some(43)),
        "ztestsapling" => (false, true, Some(43)),
        "u" => (true, false, None),
        "utest" => (false, false, None),
        "tex" => (true, false, Some(20)),
        "textest" => (false, false, Some(20)),
        _ => return None,
    };
    let unchecked = UncheckedHrpstring::new(text).ok()?;
    let is_valid = if has_old_checksum {
        unchecked.has_valid_checksum::<Bech32>()
    } else {
        unchecked.has_valid_checksum::<Bech32m>()
    };
    if !is_valid {
        return Some(Err(Flaw::Checksum));
    }
    let found = unchecked.remove_checksum::<Bech32>().byte_iter().len();
    if length.is_some_and(|length| length != found) {
        return Some(Err(Flaw::Form));
    }
    Some(on_chain(is_main, !is_main, chain))
}
