//! Mistakes in otherwise right addresses.

use payments_address::{Network, Strength, check, check_payee};
use proptest::prelude::*;

use crate::vectors::cases;

/// Every character of every valid address with a checksum is replaced by every other letter, by every other digit and by
/// some punctuation.
#[test]
fn refuses_every_single_wrong_character_of_an_address_with_a_checksum() {
    let (mut tried, mut accepted) = (0, Vec::new());
    for case in cases() {
        if case.refused.is_some() || case.strength != Strength::Checksum {
            continue;
        }
        for place in 0..case.address.len() {
            for other in "-_/+:."
                .chars()
                .chain('0'..='9')
                .chain('A'..='Z')
                .chain('a'..='z')
            {
                let mut text: Vec<char> = case.address.chars().collect();
                // The two alphabets of TON's form write one value as `-` or `+`, and one as `_` or `/`.
                let same = |c| match c {
                    '+' => '-',
                    '/' => '_',
                    c => c,
                };
                if same(text[place]) == same(other) {
                    continue;
                }
                text[place] = other;
                let text: String = text.into_iter().collect();
                tried += 1;
                if let Ok(checked) = check(&case.network, &text) {
                    accepted.push(format!("{} {text} {checked:?}", case.network));
                }
            }
        }
    }
    println!("tried {tried}, accepted {}", accepted.len());
    assert!(tried > 150_000);
    assert!(accepted.is_empty(), "{accepted:#?}");
}

/// Two characters that stand side by side change places.
#[test]
fn refuses_swapped_neighbours_in_an_address_with_a_checksum() {
    let (mut tried, mut accepted) = (0, Vec::new());
    for case in cases() {
        if case.refused.is_some() || case.strength != Strength::Checksum {
            continue;
        }
        for place in 1..case.address.len() {
            let mut text: Vec<u8> = case.address.clone().into_bytes();
            if text[place].eq_ignore_ascii_case(&text[place - 1]) {
                continue;
            }
            text.swap(place, place - 1);
            let text = String::from_utf8(text).unwrap();
            tried += 1;
            if check(&case.network, &text).is_ok() {
                accepted.push(format!("{} {text}", case.network));
            }
        }
    }
    println!("tried {tried}, accepted {}", accepted.len());
    assert!(tried > 2_000);
    assert!(accepted.is_empty(), "{accepted:#?}");
}

proptest! {
    /// No text makes a check panic, and no error repeats it.
    #[test]
    fn reads_any_text(address in any::<String>(), memo in any::<String>(), network in 0..60_usize) {
        let networks: Vec<_> = Network::all().collect();
        let name = networks.get(network).map_or("Stone", |network| network.name());
        if let Err(error) = check_payee(name, &address, Some(&memo)) {
            let shown = error.to_string();
            prop_assert!(address.chars().count() < 12 || !shown.contains(&address), "{}", shown);
            prop_assert!(!shown.contains('\n'), "{}", shown);
        }
    }

    /// Texts of the characters and lengths that addresses have.
    #[test]
    fn reads_any_text_like_an_address(address in "(0x|T|bc1|EQ|G|r|f4|addr1|0\\.0\\.)?[0-9a-zA-Z:+/_.-]{0,120}") {
        for network in Network::all() {
            let _ = check(network.name(), &address);
        }
    }
}

#[test]
fn looks_at_a_limited_length_only() {
    let long = "1".repeat(1_000_000);
    for network in Network::all() {
        let error = check(network.name(), &long).unwrap_err();
        assert_eq!(error.problem(), "is too long");
    }
}
