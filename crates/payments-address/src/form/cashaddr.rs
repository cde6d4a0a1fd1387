//! CashAddr. Source: the specification "Address format for Bitcoin Cash", and CHIP-2022-02 for addresses of tokens.

use bech32::Fe32;

use super::base58::{self, BITCOIN};
use super::{Flaw, Verdict, on_chain};
use crate::network::Chain;

const MAIN: &str = "bitcoincash";
const TEST: [&str; 2] = ["bchtest", "bchreg"];

/// The characters of the data part of an address with a hash of 20 bytes, and with one of 32.
const LENGTHS: [usize; 2] = [42, 61];

pub(super) fn check(text: &str, chain: Chain) -> Verdict {
    let is_mixed = text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_lowercase());
    let lower = text.to_ascii_lowercase();
    let (prefix, data) = match lower.split_once(':') {
        Some((prefix, data)) => (Some(prefix), data),
        None => (None, lower.as_str()),
    };
    let values: Option<Vec<u8>> = data
        .chars()
        .map(|c| Fe32::from_char(c).ok().map(Fe32::to_u8))
        .collect();
    let looks_like_one = prefix.is_some() || LENGTHS.contains(&data.len());
    let Some(values) = values.filter(|_| looks_like_one) else {
        return older(text, chain);
    };
    if is_mixed {
        return Err(Flaw::Form);
    }
    let is_of = |prefix: &str| polymod(prefix, &values) == 0;
    let (is_main, is_test) = match prefix {
        Some(prefix) => (
            prefix == MAIN && is_of(prefix),
            TEST.contains(&prefix) && is_of(prefix),
        ),
        None => (is_of(MAIN), TEST.into_iter().any(is_of)),
    };
    let known_prefix = prefix.is_none_or(|prefix| prefix == MAIN || TEST.contains(&prefix));
    if !known_prefix {
        return Err(Flaw::Form);
    }
    if !is_main && !is_test {
        return Err(Flaw::Checksum);
    }
    if !is_payload(&values) {
        return Err(Flaw::Form);
    }
    on_chain(is_main, is_test, chain)
}

/// Bitcoin's form, which Bitcoin Cash had before 2018.
fn older(text: &str, chain: Chain) -> Verdict {
    // SegWit does not exist on Bitcoin Cash.
    if super::bech32::prefix(text).is_some_and(|prefix| prefix == "bc" || prefix == "tb") {
        return Err(Flaw::Form);
    }
    let checked = base58::bitcoin(&BITCOIN, text, chain)?;
    Ok(checked.with_note(
        "this older form is the same as Bitcoin's: make sure that the payee means Bitcoin Cash",
    ))
}

/// Whether type and length are in use: the hash of a key or of a script, also of one that receives tokens.
fn is_payload(values: &[u8]) -> bool {
    let [high, low, ..] = values else {
        return false;
    };
    let version = (high << 3) | (low >> 2);
    let kind = version >> 3;
    let size = match (version & 7, values.len()) {
        (0, length) => length == 42,
        (3, length) => length == 61,
        _ => false,
    };
    kind <= 3 && size && has_zero_padding(values)
}

/// Whether the bits that fill up the last character before the checksum are zero.
fn has_zero_padding(values: &[u8]) -> bool {
    let Some((data, _)) = values.split_last_chunk::<8>() else {
        return false;
    };
    let spare = (data.len() * 5) % 8;
    data.last()
        .is_some_and(|last| last & ((1 << spare) - 1) == 0)
}

/// The BCH code of the specification. Zero for a valid address.
fn polymod(prefix: &str, values: &[u8]) -> u64 {
    const GENERATOR: [u64; 5] = [
        0x98_f2bc_8e61,
        0x79_b76d_99e2,
        0xf3_3e5f_b3c4,
        0xae_2eab_e2a8,
        0x1e_4f43_e470,
    ];
    let letters = prefix.bytes().map(|byte| byte & 31);
    let all = letters.chain([0]).chain(values.iter().copied());
    let residue = all.fold(1_u64, |residue, value| {
        let top = residue >> 35;
        let shifted = ((residue & 0x07_ffff_ffff) << 5) ^ u64::from(value);
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| top >> bit & 1 == 1)
            .fold(shifted, |residue, (_, generator)| residue ^ generator)
    });
    residue ^ 1
}
