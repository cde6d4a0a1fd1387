//! Exact decimals: a count of units of 10⁻¹⁸. Everything that does not fit is refused, nothing is rounded unasked.

use std::fmt;

/// Decimals of the unit. C-Pay's amounts have eight, its printed exchange results eleven.
pub(crate) const PLACES: usize = 18;
/// Units of one.
const ONE: i128 = 10_i128.pow(18);

/// A signed exact decimal, up to about 1.7e20.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal {
    units: i128,
}

impl Decimal {
    /// `number` × 10⁻ᵖˡᵃᶜᵉˢ; for tables in the source, so it is evaluated by the compiler.
    pub(crate) const fn constant(number: i128, places: u32) -> Self {
        Self {
            units: number * 10_i128.pow(PLACES as u32 - places),
        }
    }

    /// Reads digits before and behind the point, the latter at most [`PLACES`]; none when the value is too large.
    pub(crate) fn from_digits(whole: &str, fraction: &str) -> Option<Self> {
        let padding = std::iter::repeat_n(b'0', PLACES.checked_sub(fraction.len())?);
        let digits = whole.bytes().chain(fraction.bytes()).chain(padding);
        digits
            .map(|digit| i128::from(digit.wrapping_sub(b'0')))
            .try_fold(0_i128, |sum, digit| sum.checked_mul(10)?.checked_add(digit))
            .map(|units| Self { units })
    }

    pub(crate) fn is_positive(self) -> bool {
        self.units > 0
    }

    pub(crate) fn is_negative(self) -> bool {
        self.units < 0
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let units = self.units.checked_add(other.units)?;
        Some(Self { units })
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        let units = self.units.checked_sub(other.units)?;
        Some(Self { units })
    }

    /// The product, cut after the eighteenth decimal.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        self.product(other).map(|(product, _)| product)
    }

    /// The product of two positive numbers, rounded up at the eighteenth decimal.
    pub(crate) fn times_up(self, other: Self) -> Option<Self> {
        self.product(other).and_then(Self::up)
    }

    /// The quotient, cut after the eighteenth decimal.
    pub(crate) fn over(self, divisor: Self) -> Option<Self> {
        self.quotient(divisor).map(|(quotient, _)| quotient)
    }

    /// The quotient of two positive numbers, rounded up at the eighteenth decimal.
    pub(crate) fn over_up(self, divisor: Self) -> Option<Self> {
        self.quotient(divisor).and_then(Self::up)
    }

    /// What was cut, rounded up instead.
    fn up((cut, exact): (Self, bool)) -> Option<Self> {
        let units = cut.units.checked_add(i128::from(!exact))?;
        Some(Self { units })
    }

    /// The product as far as it fits the unit, and whether that is all of it.
    fn product(self, other: Self) -> Option<(Self, bool)> {
        let ((left, some), (right, more)) = (trimmed(self.units), trimmed(other.units));
        let product = left.checked_mul(right)?;
        // Both factors count units: one of the two 10⁻¹⁸ must go, and `zeros` of it went already.
        let zeros = some + more;
        let (units, exact) = match zeros.checked_sub(PLACES as u32) {
            Some(back) => (product.checked_mul(10_i128.checked_pow(back)?)?, true),
            None => {
                let dropped = 10_i128.checked_pow(PLACES as u32 - zeros)?;
                (product / dropped, product % dropped == 0)
            }
        };
        Some((Self { units }, exact))
    }

    /// The quotient as far as it fits the unit, and whether that is all of it. Written division: an intermediate product
    /// would not fit.
    fn quotient(self, divisor: Self) -> Option<(Self, bool)> {
        let mut units = self.units.checked_div(divisor.units)?;
        let mut rest = self.units.checked_rem(divisor.units)?;
        for _ in 0..PLACES {
            rest = rest.checked_mul(10)?;
            units = units
                .checked_mul(10)?
                .checked_add(rest.checked_div(divisor.units)?)?;
            rest = rest.checked_rem(divisor.units)?;
        }
        Some((Self { units }, rest == 0))
    }

    /// A number that is not negative, rounded half up to that many decimals.
    pub(crate) fn rounded(self, places: u32) -> Option<Self> {
        let half = 10_i128.pow((PLACES as u32).saturating_sub(places)) / 2;
        let units = self.units.checked_add(half)?;
        Some(Self { units }.cut(places))
    }

    /// Cut (never rounded) after that many decimals.
    pub(crate) fn cut(self, places: u32) -> Self {
        let dropped = 10_i128.pow((PLACES as u32).saturating_sub(places));
        Self {
            units: self.units - self.units % dropped,
        }
    }

    /// The text with at least `least` decimals: `40000.000000` for six.
    pub(crate) fn padded(self, least: usize) -> String {
        let magnitude = self.units.unsigned_abs();
        let one = ONE.unsigned_abs();
        let digits = format!("{:018}", magnitude % one);
        let mut fraction = digits.trim_end_matches('0').to_owned();
        while fraction.len() < least {
            fraction.push('0');
        }
        let sign = if self.is_negative() { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{fraction}", magnitude / one)
    }
}

/// The number without its trailing zeros, and how many there were.
fn trimmed(mut units: i128) -> (i128, u32) {
    let mut zeros = 0;
    while units != 0 && units % 10 == 0 {
        units /= 10;
        zeros += 1;
    }
    (units, zeros)
}

/// The shortest text: no trailing zeros, no point without decimals.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.padded(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        Decimal::from_digits(whole, fraction).unwrap()
    }

    #[test]
    fn the_sheets_numbers() {
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

    /// The samples of CCPayment's pages: rounded up at 18 decimals, half up at 16.
    #[test]
    fn rounding_goes_the_way_that_is_asked_for() {
        let up = dec("0.1").over_up(dec("0.3582")).unwrap();
        assert_eq!(up.to_string(), "0.279173646007816863");
        let up = dec("18").over_up(dec("1867.69")).unwrap();
        assert!(up.to_string().ends_with("282151"), "{up}");
        assert_eq!(dec("25").over_up(dec("0.08")), Some(dec("312.5")));
        let fee = dec("0.279173646007816863").times_up(dec("0.0003")).unwrap();
        assert_eq!(fee.to_string(), "0.000083752093802346");
        assert_eq!(dec("666").times_up(dec("0.0003")), Some(dec("0.1998")));
        let value = |price: &str| dec("1000").over(dec(price)).unwrap().rounded(16);
        assert_eq!(value("16944.3").unwrap().to_string(), "0.0590168965374787");
        assert_eq!(value("23980.08").unwrap().to_string(), "0.0417012787280109");
        assert_eq!(dec("1.125").rounded(2), Some(dec("1.13")));
    }

    #[test]
    fn texts_are_short_and_exact() {
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
    fn what_does_not_fit_is_refused() {
        assert_eq!(Decimal::from_digits("200000000000000000000", ""), None);
        assert_eq!(Decimal::from_digits("0", "0000000000000000001"), None);
        let most = dec("170000000000000000000");
        assert_eq!(most.plus(most), None);
        assert_eq!(most.times(dec("10")), None);
        assert_eq!(most.over(dec("0.1")), None);
        assert_eq!(most.over(Decimal::default()), None);
        assert_eq!(most.times(Decimal::default()), Some(Decimal::default()));
    }

    #[test]
    fn products_and_quotients_are_cut_towards_zero() {
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
