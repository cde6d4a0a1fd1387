//! Exact conversion of an amount by a rate.

use std::fmt;

use payments_core::wire::FromText;
use payments_core::{Amount, Rounding};

/// How many units of the source currency one unit of the target currency costs.
///
/// This direction is inferred. The specification's note states the opposite ("source:target = 1:rate"), but its example
/// (40000 for USDT to BTC) and the numbers of its answers agree on this one:
///
/// | call | rate | what it rests on |
/// |---|---|---|
/// | `getExchangeRateForCreditCard` | 2999.342 | the example: 100 of the source at it are 0.03334064604 of the target |
/// | `exchange` | 40000.000000 | `assumed`: 0.997 and a fee of 0.003 make 1.000, so 40000 of the source, computed back |
/// | `getExchangeRate` | 0 | `assumed`: its example shows no usable rate, the direction is that of the others |
///
/// ```
/// use cpay_client::Rate;
///
/// let rate = Rate::new("2999.342".parse()?);
/// assert_eq!(rate.target_for("100".parse()?), Some("0.03334064604".parse()?));
/// assert_eq!(rate.source_for("2".parse()?), Some("5998.684".parse()?));
/// # Ok::<(), payments_core::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Amount);

impl Rate {
    /// The decimals of the gateway's quotients: it cuts and does not round, because 0.033340646048… was answered as
    /// 0.03334064604. That it does so with every quotient is `assumed`.
    pub const TARGET_DECIMALS: u8 = 11;

    /// A rate of `source` units for one unit of the target.
    #[must_use]
    pub const fn new(source: Amount) -> Self {
        Self(source)
    }

    /// Units of the source for one unit of the target.
    #[must_use]
    pub const fn source_per_target(self) -> Amount {
        self.0
    }

    /// What `source` buys: `source / rate`, cut to 11 decimals as in the gateway's example. No fee is deducted.
    ///
    /// `None` for a rate of zero (as in the specification's example of `getExchangeRate`) and for more than 38 digits.
    #[must_use]
    pub fn target_for(self, source: Amount) -> Option<Amount> {
        source.checked_div(self.0, Self::TARGET_DECIMALS, Rounding::Down)
    }

    /// What `target` costs: `target * rate`, with all decimals (`assumed`: no document has an example). How the gateway
    /// rounds it is not documented. No fee is added.
    ///
    /// `None` for more than 38 digits.
    #[must_use]
    pub fn source_for(self, target: Amount) -> Option<Amount> {
        multiply(target, self.0)
    }
}

impl FromText for Rate {
    const PROBLEM: &'static str = Amount::PROBLEM;

    fn from_text(text: &str) -> Option<Self> {
        Amount::from_text(text).map(Self)
    }
}

/// As the gateway wrote it.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The exact product, without trailing zeros.
fn multiply(left: Amount, right: Amount) -> Option<Amount> {
    let (left, right) = (
        shortest(left.coefficient(), left.decimals()),
        shortest(right.coefficient(), right.decimals()),
    );
    let (product, decimals) = shortest(left.0.checked_mul(right.0)?, left.1 + right.1);
    Amount::from_parts(product, decimals).ok()
}

/// The same value without trailing zeros.
fn shortest(mut coefficient: u128, mut decimals: u8) -> (u128, u8) {
    while decimals > 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        decimals -= 1;
    }
    (coefficient, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn a_quotient_is_cut_and_never_rounded() {
        let rate = Rate::new(amount("3"));
        assert_eq!(
            rate.target_for(amount("2")).unwrap().to_string(),
            "0.66666666666"
        );
        assert_eq!(rate.target_for(amount("1.50")).unwrap().to_string(), "0.5");
        assert_eq!(rate.target_for(amount("0")).unwrap(), Amount::ZERO);
        assert_eq!(Rate::new(amount("0.00")).target_for(amount("1")), None);
        // 12 decimals and more are cut from exact quotients too.
        let one = Rate::new(amount("1"));
        assert_eq!(
            one.target_for(amount("0.123456789019"))
                .unwrap()
                .to_string(),
            "0.12345678901"
        );
        assert_eq!(
            one.target_for(amount("0.0000000000000000000000000000000000001")),
            Some(Amount::ZERO)
        );
    }

    #[test]
    fn overflow_is_refused() {
        let most = amount(&"9".repeat(38));
        assert_eq!(Rate::new(amount("0.1")).target_for(most), None);
        assert_eq!(Rate::new(most).target_for(most), Some(amount("1")));
        assert_eq!(Rate::new(amount("2")).source_for(most), None);
        assert_eq!(Rate::new(amount("1.0")).source_for(most), Some(most));
    }

    #[test]
    fn a_product_keeps_every_decimal() {
        let rate = Rate::new(amount("40000.000000"));
        assert_eq!(
            rate.source_for(amount("0.12345678901"))
                .unwrap()
                .to_string(),
            "4938.2715604"
        );
    }
}
