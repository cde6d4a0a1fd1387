use super::{Masked, mask};
use std::fmt::Write as _;

/// The gateway's message with `***` for every occurrence of a value of the request that it may repeat.
///
/// An error carries this message into logs; the unchanged answer stays in the error's [`raw`](crate::Error::raw). The
/// spelling does not matter, as for [`Confidential::mask`](super::Confidential::mask). An empty value is never found.
///
/// ```
/// use payments_core::redact::without;
///
/// assert_eq!(without("no way to trx9", "TRX9"), "no way to ***");
/// ```
#[must_use]
pub fn without(words: &str, value: &str) -> String {
    without_all(words, [value])
}

/// As [`without`] for several values; one may be a part of another.
///
/// ```
/// assert_eq!(payments_core::redact::without_all("memo 77 to TRX9-77", ["77", "TRX9-77"]), "memo *** to ***");
/// ```
#[must_use]
pub fn without_all<'a>(words: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    mask::mask(words, values, 0)
}

/// The text with `***` for every number of three or more digits, including one divided by spaces or dashes: the number
/// of a card, its security code, a telephone number.
///
/// ```
/// assert_eq!(payments_core::redact::without_numbers("card 4111 1111, try 2"), "card ***, try 2");
/// ```
pub fn without_numbers(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        kept.push_str(before);
        let end = run
            .find(|c: char| !c.is_ascii_digit() && c != ' ' && c != '-')
            .unwrap_or(run.len());
        let (run, after) = run.split_at(end);
        let number = run.trim_end_matches([' ', '-']);
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        if digits < 3 {
            kept.push_str(number);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(kept, "{Masked}");
        }
        kept.push_str(run.strip_prefix(number).unwrap_or_default());
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn masks_a_value_wherever_it_occurs() {
        for (words, left) in [
            ("to TRX9 failed", "to *** failed"),
            ("trx9TRX9", "******"),
            ("ünd Trx9ü", "ünd ***ü"),
            ("nothing", "nothing"),
            ("", ""),
        ] {
            assert_eq!(without(words, "TRX9"), left);
        }
        assert_eq!(without("words", ""), "words");
    }

    #[test]
    fn masks_numbers_with_spaces_and_dashes() {
        for (words, left) in [
            ("card 4111111111111111 declined", "card *** declined"),
            ("card 4111 1111-1111  1111, 2 left", "card ***, 2 left"),
            ("cvv 987", "cvv ***"),
            ("1-2-3", "***"),
            ("code 51 - try 2", "code 51 - try 2"),
            ("in 12 days", "in 12 days"),
            ("ü411ü22-", "ü***ü22-"),
            ("٤١١١", "٤١١١"),
            ("", ""),
        ] {
            assert_eq!(without_numbers(words), left);
        }
    }

    proptest! {
        #[test]
        fn no_part_of_the_value_remains(before in "[a-m ü]*", value in "[n-zN-Z9]{1,8}", after in "[a-m ü]*") {
            let said = format!("{before}{}{after}", value.to_ascii_uppercase());
            prop_assert_eq!(without(&said, &value), format!("{before}***{after}"));
        }
    }
}
