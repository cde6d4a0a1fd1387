//! Between an amount and its text.

use super::{Amount, AmountError};
use std::fmt;
use std::ops::Deref;

/// The text of an [`Amount`] or a [`Timestamp`](crate::Timestamp), on the stack.
#[derive(Clone, Copy)]
pub struct DecimalText {
    /// Filled from the end.
    bytes: [u8; Self::CAPACITY],
    start: u8,
}

impl DecimalText {
    /// 38 digits and a point.
    const CAPACITY: usize = Amount::MAX_DIGITS as usize + 1;

    pub(crate) fn new(coefficient: u128, scale: u8) -> Self {
        let mut text = Self {
            bytes: [0; Self::CAPACITY],
            start: Self::CAPACITY as u8,
        };
        let mut rest = coefficient;
        let mut written = 0;
        // 128-bit division is many times slower than 64-bit division, and few amounts need it.
        while rest > u128::from(u64::MAX) {
            text.push_digit((rest % 10) as u8, written, scale);
            rest /= 10;
            written += 1;
        }
        let mut rest = rest as u64;
        // There is at least one digit before the point.
        while rest > 0 || written <= scale {
            text.push_digit((rest % 10) as u8, written, scale);
            rest /= 10;
            written += 1;
        }
        text
    }

    /// Writes the next digit from the end, behind the point when that is due.
    fn push_digit(&mut self, digit: u8, written: u8, scale: u8) {
        if written == scale && scale > 0 {
            self.push_front(b'.');
        }
        self.push_front(b'0' + digit);
    }

    fn push_front(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(usize::from(self.start)) {
            *place = byte;
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let written = self.bytes.get(usize::from(self.start)..);
        // Digits and a point are always UTF-8.
        written
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl Deref for DecimalText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for DecimalText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not `pad`: it would cut the text to the format's precision.
        match f.width() {
            None => f.write_str(self),
            Some(width) => {
                let missing = width.saturating_sub(self.len());
                let before = match f.align() {
                    Some(fmt::Alignment::Left) => 0,
                    Some(fmt::Alignment::Center) => missing / 2,
                    Some(fmt::Alignment::Right) | None => missing,
                };
                let fill = f.fill();
                (0..before).try_for_each(|_| fmt::Write::write_char(f, fill))?;
                f.write_str(self)?;
                (before..missing).try_for_each(|_| fmt::Write::write_char(f, fill))
            }
        }
    }
}

impl fmt::Debug for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Reads the strict grammar.
pub(super) fn parse(text: &str) -> Result<Amount, AmountError> {
    let (integer, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(AmountError::Malformed),
        Some(parts) => parts,
        None => (text, ""),
    };
    if integer.is_empty() || (integer.len() > 1 && integer.starts_with('0')) {
        return Err(AmountError::Malformed);
    }
    let mut parts = [integer, fraction].into_iter();
    if !parts.all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(AmountError::Malformed);
    }
    if integer.len() + fraction.len() > usize::from(Amount::MAX_DIGITS) {
        return Err(AmountError::TooLong);
    }
    // At most 38 digits: below 10^38, and so is the scale.
    let coefficient = append(append(0, integer), fraction);
    Amount::from_parts(coefficient, fraction.len() as u8)
}

/// `sum` with the digits behind it.
fn append(sum: u128, digits: &str) -> u128 {
    digits
        .bytes()
        .fold(sum, |sum, digit| sum * 10 + u128::from(digit - b'0'))
}

/// Reads what JSON and the decimal types of other languages write: the strict grammar, with an
/// exponent if they like (`1E-8`, `0E-8`, `1.5e+3`). The exponent moves the point and nothing is
/// rounded: `1.50E1` is `15.0`, `0E-8` is `0.00000000`.
pub(crate) fn parse_scientific(text: &str) -> Option<Amount> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return parse(text).ok();
    };
    let mantissa = parse(mantissa).ok()?;
    // An exponent that does not fit here does not fit an amount either.
    let exponent: i16 = exponent.parse().ok()?;
    let scale = i16::from(mantissa.scale).saturating_sub(exponent);
    match u8::try_from(scale) {
        Ok(scale) => Amount::from_parts(mantissa.coefficient, scale).ok(),
        Err(_) if scale > 0 => None,
        Err(_) if mantissa.is_zero() => Some(Amount::ZERO),
        // The point moved beyond the last digit: fill up with zeros.
        Err(_) => {
            let factor = super::power_of_ten(u8::try_from(scale.unsigned_abs()).ok()?)?;
            Amount::from_parts(mantissa.coefficient.checked_mul(factor)?, 0).ok()
        }
    }
}
