mod division;
mod text;

#[cfg(feature = "rust_decimal")]
mod decimal;

pub use division::Rounding;
pub use text::DecimalText;
pub(crate) use text::parse_scientific;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// An amount of money: a non-negative decimal of up to 38 digits.
///
/// It uses no floats and never rounds implicitly. It keeps the text from which it was parsed (`1.50` stays `1.50`, because the text is
/// what was signed), but compares by value (`1.50 == 1.5`). Arithmetic is checked: addition and subtraction,
/// and a division with explicit rounding.
///
/// The grammar is `(0|[1-9][0-9]*)(\.[0-9]+)?`: no sign, no exponent, no leading zeros, no
/// separators, no bare point. With it, coefficient and scale rebuild the text exactly.
///
/// ```
/// use payments_core::Amount;
///
/// let price: Amount = "1.50".parse()?;
/// let fee: Amount = "0.00000001".parse()?;
///
/// assert_eq!(price.to_string(), "1.50");
/// assert_eq!(price, "1.5".parse()?);
/// assert_eq!(price.checked_add(fee).unwrap().to_string(), "1.50000001");
/// assert_eq!(fee.checked_sub(price), None);
/// assert!("1,5".parse::<Amount>().is_err());
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Amount {
    /// Below 10^38.
    coefficient: u128,
    /// At most 37: the integer part has at least one digit.
    scale: u8,
}

/// Why a text or a pair of numbers is no [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmountError {
    /// It is not written as `(0|[1-9][0-9]*)(\.[0-9]+)?`.
    #[error("not a plain decimal such as 0.5 or 12")]
    Malformed,
    /// It has more digits than an amount can hold.
    #[error("more than 38 digits")]
    TooLong,
}

/// `None` above 10^38, the largest power that fits into a `u128`.
fn power_of_ten(exponent: u8) -> Option<u128> {
    10_u128.checked_pow(u32::from(exponent))
}

impl Amount {
    /// Nothing, written `0`.
    pub const ZERO: Self = Self {
        coefficient: 0,
        scale: 0,
    };

    /// The most digits, those after the point and a leading `0` included.
    pub const MAX_DIGITS: u8 = 38;

    /// The amount `coefficient` / 10^`decimals`, with that many digits after the point.
    ///
    /// ```
    /// # use payments_core::Amount;
    /// assert_eq!(Amount::from_parts(150, 2)?.to_string(), "1.50");
    /// # Ok::<(), payments_core::AmountError>(())
    /// ```
    ///
    /// # Errors
    /// [`AmountError::TooLong`] when that takes more than 38 digits.
    pub fn from_parts(coefficient: u128, decimals: u8) -> Result<Self, AmountError> {
        let fits = power_of_ten(Self::MAX_DIGITS).is_some_and(|limit| coefficient < limit);
        if fits && decimals < Self::MAX_DIGITS {
            Ok(Self {
                coefficient,
                scale: decimals,
            })
        } else {
            Err(AmountError::TooLong)
        }
    }

    /// All digits as one integer: 150 for `1.50`.
    pub const fn coefficient(self) -> u128 {
        self.coefficient
    }

    /// The number of digits after the point: 2 for `1.50`.
    pub const fn decimals(self) -> u8 {
        self.scale
    }

    /// The same amount without trailing zeros after this many decimals, for a provider that counts decimals.
    ///
    /// ```
    /// # use payments_core::Amount;
    /// let amount: Amount = "10.500".parse()?;
    /// assert_eq!(amount.without_zeros_beyond(2).to_string(), "10.50");
    /// assert_eq!(amount.without_zeros_beyond(0).to_string(), "10.5");
    /// # Ok::<(), payments_core::AmountError>(())
    /// ```
    #[must_use]
    pub const fn without_zeros_beyond(self, decimals: u8) -> Self {
        let mut shorter = self;
        while shorter.scale > decimals && shorter.coefficient.is_multiple_of(10) {
            shorter.coefficient /= 10;
            shorter.scale -= 1;
        }
        shorter
    }

    /// Whether it is nothing, however written: `0` or `0.00`.
    pub const fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    /// The sum, with the digits after the point of the finer one; `None` when that takes more than
    /// 38 digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.combine(other, u128::checked_add)
    }

    /// The difference, with the digits after the point of the finer one; `None` when it would be
    /// negative or take more than 38 digits.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.combine(other, u128::checked_sub)
    }

    /// Overflow while aligning refuses nothing that would have fitted: a difference below 10^38
    /// has operands below 2·10^38 at its scale, and a `u128` holds more than 3·10^38.
    fn combine(self, other: Self, op: fn(u128, u128) -> Option<u128>) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let coefficient = op(self.at_scale(scale)?, other.at_scale(scale)?)?;
        Self::from_parts(coefficient, scale).ok()
    }

    fn at_scale(self, scale: u8) -> Option<u128> {
        let factor = power_of_ten(scale.checked_sub(self.scale)?)?;
        self.coefficient.checked_mul(factor)
    }

    /// The text, on the stack: for signing without the heap.
    ///
    /// ```
    /// # use payments_core::Amount;
    /// let amount: Amount = "0.10".parse()?;
    /// assert_eq!(&*amount.to_text(), "0.10");
    /// # Ok::<(), payments_core::AmountError>(())
    /// ```
    pub fn to_text(self) -> DecimalText {
        DecimalText::new(self.coefficient, self.scale)
    }

    /// The integer part, if there is nothing after it.
    pub(crate) fn whole(self) -> Option<u128> {
        let (integer, fraction) = self.value();
        (fraction == 0).then_some(integer)
    }

    /// The value itself, whatever its scale: the integer part, and the fraction in units of
    /// 10^-37. Neither can overflow.
    fn value(self) -> (u128, u128) {
        let unit = power_of_ten(self.scale).unwrap_or(1);
        let (integer, fraction) = (self.coefficient / unit, self.coefficient % unit);
        let finest = Self::MAX_DIGITS - 1;
        let refine = power_of_ten(finest.saturating_sub(self.scale)).unwrap_or(1);
        (integer, fraction * refine)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        text::parse(text)
    }
}

/// The text it was read from. Width and alignment of the format are kept to; a precision would
/// round and is ignored.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_text(), f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({self})")
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Amount {}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            self.coefficient.cmp(&other.coefficient)
        } else {
            self.value().cmp(&other.value())
        }
    }
}

impl Hash for Amount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value().hash(state);
    }
}

impl From<u64> for Amount {
    fn from(whole: u64) -> Self {
        Self {
            coefficient: u128::from(whole),
            scale: 0,
        }
    }
}

/// As a string, never as a number: a JSON number would be read as a float on the other side.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

/// From a string of the strict grammar. For what gateways send, see [`wire::Scalar`].
///
/// [`wire::Scalar`]: crate::wire::Scalar
impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl de::Visitor<'_> for Text {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal amount as a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}
