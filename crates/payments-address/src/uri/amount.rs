//! Exact amounts as text.

/// The longest amount, in digits.
const MAX_DIGITS: usize = 38;

/// The digits before and after the point, without zeros that mean nothing. `None` for any text but a plain decimal number
/// of more than zero.
fn parts(text: &str, decimals: u8) -> Option<(&str, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| {
        (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let is_zero = whole.is_empty() && fraction.is_empty();
    let fits = fraction.len() <= usize::from(decimals);
    (fits && !is_zero).then_some((whole, fraction))
}

/// The amount with a point only if it is necessary.
pub(super) fn decimal(text: &str, decimals: u8) -> Option<String> {
    let (whole, fraction) = parts(text, decimals)?;
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    })
}

/// The amount in the smallest units of a coin with these decimals.
pub(super) fn units(text: &str, decimals: u8) -> Option<String> {
    let (whole, fraction) = parts(text, decimals)?;
    // Tokens with more decimals than this do not exist.
    let width = usize::from(decimals).min(MAX_DIGITS);
    let all = format!("{whole}{fraction:0<width$}");
    Some(all.trim_start_matches('0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_amounts_exactly() {
        for (text, decimals, plain, smallest) in [
            ("10.50", 6, "10.5", "10500000"),
            ("0.000001", 6, "0.000001", "1"),
            ("007", 0, "7", "7"),
            ("1", 18, "1", "1000000000000000000"),
            (
                "123456789012345678.123456789012345678",
                18,
                "123456789012345678.123456789012345678",
                "123456789012345678123456789012345678",
            ),
        ] {
            assert_eq!(decimal(text, decimals).as_deref(), Some(plain), "{text}");
            assert_eq!(units(text, decimals).as_deref(), Some(smallest), "{text}");
        }
    }

    #[test]
    fn refuses_everything_but_plain_positive_decimals() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "1_0",
            "0",
            "0.00",
            "0.0000001",
            "1.1.1",
            "٣",
            " 1",
            "NaN",
        ] {
            assert_eq!((decimal(text, 6), units(text, 6)), (None, None), "{text}");
        }
    }
}
