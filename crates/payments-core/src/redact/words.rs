use super::Masked;
use std::fmt::Write as _;

/// A gateway's own words without a value that they may repeat of the request: `***` stands for it.
///
/// An error carries such words into logs; the answer as it came stays in the error's
/// [`raw`](crate::Error::raw). The value is found in capitals or not, for addresses come back in either. An empty one
/// is found nowhere.
///
/// ```
/// use payments_core::redact::without;
///
/// assert_eq!(without("no way to trx9", "TRX9"), "no way to ***");
/// ```
pub fn without(words: &str, value: &str) -> String {
    if value.is_empty() {
        return words.to_owned();
    }
    // In lower case of ASCII alone every byte keeps its place.
    let (seen, value) = (words.to_ascii_lowercase(), value.to_ascii_lowercase());
    let mut kept = String::with_capacity(words.len());
    let mut from = 0;
    for (at, found) in seen.match_indices(&value) {
        kept.push_str(words.get(from..at).unwrap_or_default());
        // Writing to a string cannot fail.
        let _ = write!(kept, "{Masked}");
        from = at + found.len();
    }
    kept.push_str(words.get(from..).unwrap_or_default());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_taken_out_wherever_it_stands() {
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

    proptest! {
        #[test]
        fn nothing_of_the_value_is_left(before in "[a-m ü]*", value in "[n-zN-Z9]{1,8}", after in "[a-m ü]*") {
            let said = format!("{before}{}{after}", value.to_ascii_uppercase());
            prop_assert_eq!(without(&said, &value), format!("{before}***{after}"));
        }
    }
}
