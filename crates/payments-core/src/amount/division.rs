//! Long division, which needs no number wider than the operands.

use super::{Amount, power_of_ten};

/// How the further digits of a quotient are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rounding {
    /// They are cut off: the result is never greater than the quotient.
    Down,
    /// If there is a remainder, the last digit is incremented: the result is never less than the quotient.
    Up,
    /// To the nearest; a tie is rounded up.
    HalfUp,
}

impl Amount {
    /// The quotient with up to `decimals` digits after the point, without trailing zeros. Further digits are rounded
    /// once, by `rounding`.
    ///
    /// `None` if the divisor is zero or the result needs more than 38 digits.
    ///
    /// ```
    /// use payments_core::{Amount, Rounding};
    ///
    /// let (price, rate): (Amount, Amount) = ("2".parse()?, "3.00".parse()?);
    /// let coins = |decimals, rounding| price.checked_div(rate, decimals, rounding).unwrap().to_string();
    /// assert_eq!(coins(4, Rounding::Down), "0.6666");
    /// assert_eq!(coins(4, Rounding::Up), "0.6667");
    /// assert_eq!(coins(0, Rounding::HalfUp), "1");
    /// # Ok::<(), payments_core::AmountError>(())
    /// ```
    #[must_use]
    pub fn checked_div(self, divisor: Self, decimals: u8, rounding: Rounding) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        let most = i16::from(decimals);
        // quotient · 10^-scale is the value so far; `scale` may be below zero at first.
        let mut scale = i16::from(self.scale) - i16::from(divisor.scale);
        let mut divisor = divisor.coefficient;
        if scale > most {
            // The digits beyond are cut off by a divisor that much greater. One too great for a u128 is more than twice
            // every dividend.
            let excess = u8::try_from(scale - most).ok();
            let power = excess.and_then(power_of_ten);
            let Some(greater) = power.and_then(|power| divisor.checked_mul(power)) else {
                let unit = u128::from(rounding == Rounding::Up && !self.is_zero());
                return shortest(unit, most);
            };
            divisor = greater;
            scale = most;
        }
        let mut quotient = self.coefficient / divisor;
        let mut rest = self.coefficient % divisor;
        while scale < most && (rest != 0 || scale < 0) {
            let (digit, left) = next_digit(rest, divisor);
            quotient = quotient.checked_mul(10)?.checked_add(digit)?;
            rest = left;
            scale += 1;
        }
        let goes_up = match rounding {
            Rounding::Down => false,
            Rounding::Up => rest != 0,
            // Twice the rest reaches the divisor, without twice the rest.
            Rounding::HalfUp => rest >= divisor - rest,
        };
        shortest(quotient.checked_add(u128::from(goes_up))?, scale)
    }
}

/// `(rest * 10) / divisor` and its remainder, for a `rest` below `divisor`. Ten times the rest may need more than 128
/// bits; ten additions that are each reduced by the divisor do not.
fn next_digit(rest: u128, divisor: u128) -> (u128, u128) {
    (0..10).fold((0, 0), |(digit, sum), _| {
        // sum + rest >= divisor, without the sum.
        if sum >= divisor - rest {
            (digit + 1, sum - (divisor - rest))
        } else {
            (digit, sum + rest)
        }
    })
}

/// The amount without trailing zeros.
fn shortest(mut coefficient: u128, mut scale: i16) -> Option<Amount> {
    while scale > 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        scale -= 1;
    }
    Amount::from_parts(coefficient, u8::try_from(scale).ok()?).ok()
}
