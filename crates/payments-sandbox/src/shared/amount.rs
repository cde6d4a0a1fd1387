//! Amounts: positive decimals that keep the text they were received as.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::decimal::{Decimal, PLACES};

/// A positive decimal. Keeps its text: `1.50` stays `1.50`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Amount {
    text: String,
    value: Decimal,
}

/// Why a text is not an amount. `Display` continues a sentence that names the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadAmount {
    Grammar,
    Decimals(usize),
    Zero,
    Range,
}

impl Amount {
    /// Reads an amount of at most `decimals` decimals.
    pub(crate) fn parse(text: &str, decimals: usize) -> Result<Self, BadAmount> {
        let value = decimal(text, decimals)?;
        if !value.is_positive() {
            return Err(BadAmount::Zero);
        }
        Ok(Self {
            text: text.to_owned(),
            value,
        })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn value(&self) -> Decimal {
        self.value
    }
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        Self {
            text: value.to_string(),
            value,
        }
    }
}

/// Reads a decimal without a sign, zero included. That a leading zero and a bare point are refused is assumed.
pub(crate) fn decimal(text: &str, decimals: usize) -> Result<Decimal, BadAmount> {
    let (whole, fraction) = match text.split_once('.') {
        None => (text, ""),
        // A point must have digits on both sides.
        Some((_, "")) => return Err(BadAmount::Grammar),
        Some(parts) => parts,
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading_zero || !digits(whole) || !digits(fraction) {
        return Err(BadAmount::Grammar);
    }
    let most = decimals.min(PLACES);
    if fraction.len() > most {
        return Err(BadAmount::Decimals(most));
    }
    Decimal::parse(text).ok_or(BadAmount::Range)
}

impl fmt::Display for BadAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Grammar => {
                "is not a plain decimal: digits, no leading zero, a point only with digits on both sides; no sign, exponent, space or comma"
            }
            Self::Decimals(most) => return write!(f, "has more than {most} decimals"),
            Self::Zero => "is zero",
            Self::Range => "is larger than the sandbox can count (assumed limit: about 1.7e20)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_its_text_and_compares_by_value() {
        let (long, short) = (
            Amount::parse("1.50", 8).unwrap(),
            Amount::parse("1.5", 8).unwrap(),
        );
        assert_eq!((long.text(), short.text()), ("1.50", "1.5"));
        assert_eq!(long.value(), short.value());
        let dust = Amount::parse("0.00000001", 8).unwrap();
        assert!(dust.value() < long.value());
    }

    #[test]
    fn refuses_texts_that_are_not_plain_positive_decimals() {
        for text in [
            "", ".", "1.", ".5", "01", "-1", "+1", "1e5", "1,5", " 1", "1 ", "1_000", "١", "NaN",
            "1.2.3", "0x1",
        ] {
            assert_eq!(
                Amount::parse(text, 8).unwrap_err(),
                BadAmount::Grammar,
                "{text:?}"
            );
        }
        assert_eq!(
            Amount::parse("0.123456789", 8).unwrap_err(),
            BadAmount::Decimals(8)
        );
        for text in ["0", "0.0", "0.00000000"] {
            assert_eq!(
                Amount::parse(text, 8).unwrap_err(),
                BadAmount::Zero,
                "{text:?}"
            );
        }
        assert_eq!(
            Amount::parse(&"9".repeat(22), 8).unwrap_err(),
            BadAmount::Range
        );
        assert!(Amount::parse(&"9".repeat(20), 8).is_ok());
    }
}
