//! Exact amounts: the text that was received, and its value in units of 10⁻⁸.

use std::fmt;

/// C-Pay supports eight decimals.
const DECIMALS: usize = 8;

/// A positive decimal of at most eight decimals. Keeps the text it came as: `1.50` stays `1.50`.
#[derive(Clone, Debug)]
pub(crate) struct Amount {
    text: String,
    units: u128,
}

/// Why a text is not an amount; the sentence is for the sandbox's own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadAmount {
    Grammar,
    Decimals,
    Zero,
    Range,
}

impl Amount {
    pub(crate) fn parse(text: &str) -> Result<Self, BadAmount> {
        let (whole, fraction) = match text.split_once('.') {
            None => (text, ""),
            // A point wants digits on both sides.
            Some((_, "")) => return Err(BadAmount::Grammar),
            Some(parts) => parts,
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || leading_zero || !digits(whole) || !digits(fraction) {
            return Err(BadAmount::Grammar);
        }
        if fraction.len() > DECIMALS {
            return Err(BadAmount::Decimals);
        }
        let padding = std::iter::repeat_n(b'0', DECIMALS - fraction.len());
        let units = whole
            .bytes()
            .chain(fraction.bytes())
            .chain(padding)
            .try_fold(0_u128, |sum, digit| {
                sum.checked_mul(10)?.checked_add(u128::from(digit - b'0'))
            })
            .ok_or(BadAmount::Range)?;
        if units == 0 {
            return Err(BadAmount::Zero);
        }
        Ok(Self {
            text: text.to_owned(),
            units,
        })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How this amount stands to another, by value: `1.50` equals `1.5`.
    pub(crate) fn against(&self, other: &Self) -> std::cmp::Ordering {
        self.units.cmp(&other.units)
    }
}

impl fmt::Display for BadAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grammar => {
                "is not a plain decimal: digits, no leading zero, a point only with digits on both sides; no sign, exponent, space or comma"
            }
            Self::Decimals => "has more than 8 decimals",
            Self::Zero => "is zero",
            Self::Range => "is larger than the sandbox can count (assumed limit: about 3.4e30)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn keeps_its_text_and_compares_by_value() {
        let (long, short) = (
            Amount::parse("1.50").unwrap(),
            Amount::parse("1.5").unwrap(),
        );
        assert_eq!((long.text(), short.text()), ("1.50", "1.5"));
        assert_eq!(long.against(&short), Ordering::Equal);
        let dust = Amount::parse("0.00000001").unwrap();
        assert_eq!(dust.against(&long), Ordering::Less);
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in [
            "", ".", "1.", ".5", "01", "-1", "+1", "1e5", "1,5", " 1", "1 ", "1_000", "١", "NaN",
            "1.2.3", "0x1",
        ] {
            assert_eq!(
                Amount::parse(text).unwrap_err(),
                BadAmount::Grammar,
                "{text:?}"
            );
        }
        assert_eq!(
            Amount::parse("0.123456789").unwrap_err(),
            BadAmount::Decimals
        );
        for text in ["0", "0.0", "0.00000000"] {
            assert_eq!(
                Amount::parse(text).unwrap_err(),
                BadAmount::Zero,
                "{text:?}"
            );
        }
        assert_eq!(
            Amount::parse(&"9".repeat(40)).unwrap_err(),
            BadAmount::Range
        );
        assert!(Amount::parse(&"9".repeat(30)).is_ok());
    }
}
