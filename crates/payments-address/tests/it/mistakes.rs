//! Mistakes in otherwise right addresses.

use payments_address::{Strength, check};

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
