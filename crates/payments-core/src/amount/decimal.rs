//! Conversions by mantissa and scale. `Decimal`'s own parser is not used: it rounds silently
//! beyond 28 digits and takes `1_000`.

use super::{Amount, AmountError};
use rust_decimal::Decimal;

/// Exact, the digits after the point included. A negative value is
/// [`Malformed`](AmountError::Malformed).
impl TryFrom<Decimal> for Amount {
    type Error = AmountError;

    fn try_from(decimal: Decimal) -> Result<Self, AmountError> {
        let coefficient = u128::try_from(decimal.mantissa()).map_err(|_| AmountError::Malformed)?;
        let scale = u8::try_from(decimal.scale()).map_err(|_| AmountError::TooLong)?;
        Self::from_parts(coefficient, scale)
    }
}

/// Exact, the digits after the point included. What a `Decimal` cannot hold (more than 96 bits or
/// 28 digits after the point) is [`TooLong`](AmountError::TooLong), never rounded.
impl TryFrom<Amount> for Decimal {
    type Error = AmountError;

    fn try_from(amount: Amount) -> Result<Self, AmountError> {
        let mantissa = i128::try_from(amount.coefficient).map_err(|_| AmountError::TooLong)?;
        Decimal::try_from_i128_with_scale(mantissa, u32::from(amount.scale))
            .map_err(|_| AmountError::TooLong)
    }
}
