//! The gateway's own words without numbers, beside [`payments_core::redact::without`].

/// What stands for what was taken out.
const MASK: &str = "***";

/// `words` without any run of three or more digits, also one that spaces or dashes divide: the number of a card, its
/// security code, the number of a telephone.
pub(crate) fn without_numbers(words: &str) -> String {
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
        kept.push_str(if digits < 3 { number } else { MASK });
        kept.push_str(run.strip_prefix(number).unwrap_or_default());
        rest = after;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_taken_out_however_they_are_divided() {
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
}
