//! Exact decimals with 18 decimal places. What does not fit is refused, and rounding is always explicit.

use std::fmt;

use primitive_fixed_point_decimal::{ConstScaleFpdec, Rounding};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::document::by_name;

/// Decimal places: as many as any gateway has.
pub(crate) const PLACES: usize = 18;

type Fixed = ConstScaleFpdec<i128, 18>;

/// A signed exact decimal, up to about 1.7e20.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(Fixed);

impl Decimal {
    /// `number` × 10⁻ᵖˡᵃᶜᵉˢ, for constants.
    pub(crate) const fn constant(number: i128, places: u32) -> Self {
        Self(Fixed::from_mantissa(
            number * 10_i128.pow(PLACES as u32 - places),
        ))
    }

    /// Reads a decimal of at most [`PLACES`] places. `None` if it is larger than can be counted.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub(crate) fn is_positive(self) -> bool {
        self.0.is_pos()
    }

    pub(crate) fn is_negative(self) -> bool {
        self.0.is_neg()
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product, cut after the last place.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        self.0
            .checked_mul_ext(other.0, Rounding::TowardsZero)
            .map(Self)
    }

    /// The product, rounded up at the last place.
    pub(crate) fn times_up(self, other: Self) -> Option<Self> {
        self.0
            .checked_mul_ext(other.0, Rounding::AwayFromZero)
            .map(Self)
    }

    /// The quotient, cut after the last place.
    pub(crate) fn over(self, divisor: Self) -> Option<Self> {
        self.0
            .checked_div_ext(divisor.0, Rounding::TowardsZero)
            .map(Self)
    }

    /// The quotient, rounded up at the last place.
    pub(crate) fn over_up(self, divisor: Self) -> Option<Self> {
        self.0
            .checked_div_ext(divisor.0, Rounding::AwayFromZero)
            .map(Self)
    }

    /// Rounded half up to this many places.
    pub(crate) fn rounded(self, places: i32) -> Self {
        Self(self.0.round_ext(places, Rounding::Round))
    }

    /// Cut after this many places.
    pub(crate) fn cut(self, places: i32) -> Self {
        Self(self.0.round_ext(places, Rounding::TowardsZero))
    }

    /// The text with at least this many places: `40000.000000` for six.
    pub(crate) fn padded(self, least: usize) -> String {
        let text = self.to_string();
        let places = text.split_once('.').map_or(0, |(_, places)| places.len());
        if places < least {
            format!("{:.least$}", self.0)
        } else {
            text
        }
    }
}

/// The shortest text: no trailing zeros, no point without places.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As its text.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        by_name(input, Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn computes_the_documents_numbers() {
        let obtained = dec("100").over(dec("2999.342")).unwrap();
        assert_eq!(obtained.cut(11).to_string(), "0.03334064604");
        let gross = dec("40000").over(dec("40000")).unwrap();
        let fee = gross.times(dec("0.003")).unwrap();
        assert_eq!(fee.to_string(), "0.003");
        assert_eq!(gross.minus(fee).unwrap().to_string(), "0.997");
        assert_eq!(dec("40000").padded(6), "40000.000000");
        assert_eq!(dec("19.011").cut(2).to_string(), "19.01");
        assert_eq!(dec("1.528").cut(2).to_string(), "1.52");
    }

    /// Samples of the documents: rounded up at 18 places, half up at 16.
    #[test]
    fn rounds_as_the_methods_say() {
        let up = dec("0.1").over_up(dec("0.3582")).unwrap();
        assert_eq!(up.to_string(), "0.279173646007816863");
        let up = dec("18").over_up(dec("1867.69")).unwrap();
        assert!(up.to_string().ends_with("282151"), "{up}");
        assert_eq!(dec("25").over_up(dec("0.08")), Some(dec("312.5")));
        let fee = dec("0.279173646007816863").times_up(dec("0.0003")).unwrap();
        assert_eq!(fee.to_string(), "0.000083752093802346");
        assert_eq!(dec("666").times_up(dec("0.0003")), Some(dec("0.1998")));
        let value = |price: &str| {
            dec("1000")
                .over(dec(price))
                .unwrap()
                .rounded(16)
                .to_string()
        };
        assert_eq!(value("16944.3"), "0.0590168965374787");
        assert_eq!(value("23980.08"), "0.0417012787280109");
        assert_eq!(dec("1.125").rounded(2), dec("1.13"));
    }

    #[test]
    fn texts_have_no_trailing_zeros_and_lose_nothing() {
        for text in [
            "0",
            "1",
            "12.237",
            "0.000000000000000001",
            "170000000000000000000",
        ] {
            assert_eq!(dec(text).to_string(), text);
        }
        let debt = Decimal::default().minus(dec("1.5")).unwrap();
        assert!(debt.is_negative() && debt.to_string() == "-1.5");
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert_eq!(Decimal::parse("200000000000000000000"), None);
        assert_eq!(Decimal::parse("0.0000000000000000001"), None);
        let most = dec("170000000000000000000");
        assert_eq!(most.plus(most), None);
        assert_eq!(most.times(dec("10")), None);
        assert_eq!(most.over(dec("0.1")), None);
        assert_eq!(most.over(Decimal::default()), None);
        assert_eq!(most.times(Decimal::default()), Some(Decimal::default()));
    }

    #[test]
    fn products_and_quotients_are_cut() {
        assert_eq!(
            dec("2").over(dec("3")).unwrap().to_string(),
            "0.666666666666666666"
        );
        let least = dec("0.000000000000000001");
        assert_eq!(least.times(dec("0.9")), Some(Decimal::default()));
        assert_eq!(
            dec("0.5").times(dec("30000000000")).unwrap().to_string(),
            "15000000000"
        );
    }
}
