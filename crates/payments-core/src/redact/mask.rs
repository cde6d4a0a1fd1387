//! Finds values in a message in every spelling, and masks them.

use std::fmt::Write as _;
use std::ops::Range;

use super::Masked;
use super::spelling::{Folded, Spelling, is_separator};

/// The longest message that is searched, in bytes; the rest is dropped. A gateway's message is a sentence.
const MAX_MESSAGE: usize = 16 * 1024;

/// So many characters at the end of a message are taken for the beginning of a value that was cut off.
const CUT_OFF: usize = 6;

/// A number of so many digits is found however it is divided.
const DIVISIBLE: usize = 7;

/// The message with `***` for every value. Values of fewer characters than `short` count only as complete words.
pub(super) fn mask<'a>(
    message: &str,
    values: impl IntoIterator<Item = &'a str>,
    short: usize,
) -> String {
    let (message, is_cut) = cut(message);
    let spellings: Vec<(Folded, Folded)> = Spelling::all(message)
        .iter()
        .map(|spelling| (spelling.folded(), spelling.digits()))
        .collect();
    let mut found = Vec::new();
    for value in values {
        for spelling in Spelling::all(value) {
            let wanted = spelling.folded().text;
            let wanted = wanted.trim();
            if !wanted.chars().any(char::is_alphanumeric) {
                continue;
            }
            let is_short = wanted.chars().nth(short.saturating_sub(1)).is_none();
            let number = divisible(wanted);
            for (folded, digits) in &spellings {
                find(folded, wanted, is_short, &mut found);
                find_cut_off(folded, wanted, &mut found);
                if let Some(number) = &number {
                    find(digits, number, false, &mut found);
                }
            }
        }
    }
    let mut masked = written(message, found);
    if is_cut {
        masked.push('…');
    }
    masked
}

fn cut(message: &str) -> (&str, bool) {
    if message.len() <= MAX_MESSAGE {
        return (message, false);
    }
    let end = (0..=MAX_MESSAGE)
        .rev()
        .find(|at| message.is_char_boundary(*at));
    (message.get(..end.unwrap_or(0)).unwrap_or_default(), true)
}

/// The digits of a value that is a long number, with or without separators.
fn divisible(value: &str) -> Option<String> {
    let is_number = value.chars().all(|c| c.is_ascii_digit() || is_separator(c));
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    (is_number && digits.len() >= DIVISIBLE).then_some(digits)
}

fn find(folded: &Folded, wanted: &str, is_short: bool, found: &mut Vec<Range<usize>>) {
    let places = folded
        .text
        .match_indices(wanted)
        .map(|(at, text)| at..at + text.len())
        .filter(|part| !is_short || folded.is_word(part));
    found.extend(places.filter_map(|part| folded.source(part)));
}

/// The beginning of the value at the end of the message: gateways cut long messages, and so does this module.
fn find_cut_off(folded: &Folded, wanted: &str, found: &mut Vec<Range<usize>>) {
    const LONGEST: usize = 4 * 1024;
    let is_ellipsis = |c: char| matches!(c, '.' | '…' | '"' | '\'' | ')') || c.is_whitespace();
    for text in [&*folded.text, folded.text.trim_end_matches(is_ellipsis)] {
        let starts = wanted.char_indices().skip(CUT_OFF).map(|(at, _)| at);
        let cut = starts
            .take_while(|length| *length <= LONGEST)
            .filter(|length| {
                wanted
                    .get(..*length)
                    .is_some_and(|start| text.ends_with(start))
            })
            .last();
        let part = cut.map(|length| text.len() - length..text.len());
        found.extend(part.and_then(|part| folded.source(part)));
    }
}

/// The message with `***` for the found places; those that overlap are one.
fn written(message: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_unstable_by_key(|place| (place.start, place.end));
    found.dedup();
    let mut masked = String::with_capacity(message.len());
    let (mut from, mut end) = (0, 0);
    for place in found {
        if place.start < end {
            end = end.max(place.end);
        } else {
            masked.push_str(message.get(from.max(end)..place.start).unwrap_or_default());
            // Writing to a string cannot fail.
            let _ = write!(masked, "{Masked}");
            end = place.end;
        }
        from = from.max(end);
    }
    masked.push_str(message.get(from.max(end)..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHORT: usize = 4;

    /// The spellings in which a message may repeat a value.
    pub(in crate::redact) fn spellings(value: &str) -> Vec<String> {
        let percent = |text: &str, all: bool| -> String {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' if !all => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                })
                .collect()
        };
        let json = |text: &str| -> String {
            let units: Vec<u16> = text.encode_utf16().collect();
            units.iter().map(|unit| format!("\\u{unit:04x}")).collect()
        };
        let html = |text: &str| -> String {
            text.chars()
                .map(|c| format!("&#{};", u32::from(c)))
                .collect()
        };
        vec![
            value.to_owned(),
            value.to_uppercase(),
            value.to_lowercase(),
            percent(value, false),
            percent(value, true).to_lowercase(),
            percent(&percent(value, false), false),
            percent(value, false).replace("%20", "+"),
            value.replace(' ', "+"),
            value.replace(' ', "  "),
            json(value),
            serde_json::to_string(value).unwrap(),
            serde_json::to_string(&serde_json::to_string(value).unwrap()).unwrap(),
            json(value).replace('\\', "\\\\"),
            html(value),
            percent(&json(value), false),
        ]
    }

    #[test]
    fn finds_a_value_in_every_spelling() {
        for value in [
            "ana@cliente.example",
            "203.0.113.7",
            "2001:db8::7",
            "José da Silva",
            "Main-Street 1/2, \"B\"",
            "Mozilla/5.0 (X11; Linux) 100%",
            "55 11 91234-5678",
            "a%20b&c=d",
            "日本 太郎 😀",
            r#"{"note":"for Ana's flat"}"#,
            "a\\b\n\tc",
        ] {
            for spelling in spellings(value) {
                let message = format!("no way to pay: {spelling}; sorry");
                let masked = mask(&message, [value], SHORT);
                let quoted = masked.replace(['"', '\\'], "");
                assert_eq!(quoted, "no way to pay: ***; sorry", "{value}: {spelling}");
            }
        }
    }

    #[test]
    fn short_values_are_masked_only_as_words() {
        for (message, masked) in [
            ("option of PT: pt-BR", "option of ***: ***-BR"),
            ("PTA", "PTA"),
            ("country%3DPT", "country%3D***"),
        ] {
            assert_eq!(mask(message, ["PT"], SHORT), masked);
        }
        assert_eq!(mask("a - b", ["-", " ", ""], SHORT), "a - b");
    }

    #[test]
    fn a_long_number_is_found_however_it_is_divided() {
        for message in [
            "4111 1111-1111.1111",
            "(4111)1111/11111111",
            "4111+1111+1111+1111",
        ] {
            assert_eq!(
                mask(message, ["4111111111111111"], SHORT).replace(['(', '+'], ""),
                "***"
            );
        }
        for spelling in spellings("+5511912345678") {
            let masked = mask(&spelling, ["+5511912345678"], SHORT);
            assert!(
                masked.contains("***") && !masked.contains("91234"),
                "{masked}"
            );
        }
        assert_eq!(mask("712 345 67", ["712345678"], SHORT), "712 345 67");
        assert_eq!(mask("712345, 678", ["712345678"], SHORT), "712345, 678");
    }

    #[test]
    fn text_beside_a_value_does_not_hide_it() {
        for (message, value) in [
            ("100%ab@c.de", "ab@c.de"),
            ("x\\u00e9ana@c.de", "ana@c.de"),
            ("&amp;ana@c.de&#x26;", "ana@c.de"),
            ("\\nana", "nana"),
        ] {
            assert!(!mask(message, [value], SHORT).contains(value), "{message}");
        }
    }

    #[test]
    fn a_value_that_is_cut_off_is_masked_too() {
        let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 11_3_1 like Mac OS X)";
        for message in [
            "bad agent Mozilla/5.0 (iPhone; CPU",
            "bad agent Mozilla/5.0 (iPhone; CPU...",
            "bad agent Mozilla/5.0 (iPhone; CPU \u{2026}\"",
            "bad agent MOZILLA%2F5.0%20(iPhone%3B%20CPU",
        ] {
            let masked = mask(message, [agent], SHORT);
            assert!(
                masked.starts_with("bad agent ***") && !masked.contains("CPU"),
                "{masked}"
            );
        }
        assert_eq!(mask("not Mozil", [agent], SHORT), "not Mozil");

        let at_the_cut = format!("{}ana@cliente.example", "x".repeat(MAX_MESSAGE - 8));
        assert!(!mask(&at_the_cut, ["ana@cliente.example"], SHORT).contains("ana@"));
    }

    #[test]
    fn a_long_message_is_cut() {
        let long = format!("{}ana@c.de", "é".repeat(MAX_MESSAGE));
        let masked = mask(&long, ["ana@c.de"], SHORT);
        assert!(masked.len() <= MAX_MESSAGE + 3 && masked.ends_with('…') && !masked.contains('@'));
    }

    proptest! {
        #[test]
        fn any_message_is_masked_without_panic(message in "\\PC*|[%\\\\&#;u0-9a-f+ é😀]*", value in "\\PC{0,9}|[%\\\\&#;u0-9a-f]*") {
            let masked = mask(&message, [&*value], 0);
            if value.len() > 2 && value.chars().all(char::is_alphanumeric) {
                prop_assert!(!masked.contains(&value));
            }
        }

        #[test]
        fn every_spelling_of_any_value_is_found(value in "[a-zA-Zé@.]{4,12}( [a-zA-Z0-9%+ü]{1,6})?", pick in 0_usize..15) {
            let spelling = spellings(&value).swap_remove(pick);
            let masked = mask(&spelling, [&*value], SHORT);
            prop_assert!(masked.contains("***"), "{value} as {spelling}: {masked}");
        }
    }
}
