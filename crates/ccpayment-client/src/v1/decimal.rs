//! One exact division: what a price in dollars comes to in a token.

use payments_core::Amount;

/// `dividend / divisor` with up to `most_decimals` digits after the point, rounded **up** where the quotient has more.
/// Zeros at the end are not written.
///
/// By long division: one decimal digit at a time, which needs no number wider than the operands. `None` for a divisor of
/// zero and for a quotient of more than 38 digits.
pub(crate) fn divide_up(dividend: Amount, divisor: Amount, most_decimals: u8) -> Option<Amount> {
    if divisor.is_zero() {
        return None;
    }
    if dividend.is_zero() {
        return Some(Amount::ZERO);
    }
    // quotient · 10^-decimals is the value so far; `decimals` may be below zero at first.
    let most = i16::from(most_decimals);
    let mut decimals = i16::from(dividend.decimals()) - i16::from(divisor.decimals());
    let mut divisor = divisor.coefficient();
    if decimals > most {
        // The digits beyond are cut off by a divisor that much greater. One too great for a u128 is greater than every
        // dividend, and what is left of that is rounded up.
        let Some(greater) =
            power_of_ten(decimals - most).and_then(|power| divisor.checked_mul(power))
        else {
            return Amount::from_parts(1, most_decimals).ok();
        };
        divisor = greater;
        decimals = most;
    }
    let mut quotient = dividend.coefficient() / divisor;
    let mut rest = dividend.coefficient() % divisor;
    while decimals < most && (rest != 0 || decimals < 0) {
        let (digit, left) = next_digit(rest, divisor);
        quotient = quotient.checked_mul(10)?.checked_add(digit)?;
        rest = left;
        decimals += 1;
    }
    if rest != 0 {
        quotient = quotient.checked_add(1)?;
    }
    while decimals > 0 && quotient.is_multiple_of(10) {
        quotient /= 10;
        decimals -= 1;
    }
    Amount::from_parts(quotient, u8::try_from(decimals).ok()?).ok()
}

/// `(rest * 10) / divisor` and what is left, for a `rest` below `divisor`: ten times the rest may need more than
/// 128 bits, ten additions of it that are reduced at once do not.
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

fn power_of_ten(exponent: i16) -> Option<u128> {
    10_u128.checked_pow(u32::try_from(exponent).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn divided(dividend: &str, divisor: &str, decimals: u8) -> Option<String> {
        let quotient = divide_up(
            dividend.parse().unwrap(),
            divisor.parse().unwrap(),
            decimals,
        );
        quotient.map(|quotient| quotient.to_string())
    }

    fn exactly(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// `order_amount` of the provider's webhook samples: product_price / token_rate, 18 decimals.
    #[test]
    fn the_samples_come_out_to_the_last_digit() {
        assert_eq!(
            divided("0.1", "0.3582", 18),
            exactly("0.279173646007816863")
        );
        assert_eq!(
            divided("18", "1867.69", 18),
            exactly("0.009637573687282151")
        );
        assert_eq!(divided("25", "1", 18), exactly("25"));
        // Cut or rounded to the nearest, the first of them would be a unit less.
        assert_eq!(
            divided("0.1", "0.3582", 21),
            exactly("0.279173646007816862089")
        );
    }

    /// `token/rate` rounds to the nearest at 16 decimals; with two more digits the samples can be told from it.
    #[test]
    fn the_rate_pages_quotients_are_the_same_numbers() {
        assert_eq!(
            divided("1000", "16944.3", 18),
            exactly("0.059016896537478681")
        );
        assert_eq!(
            divided("1000", "23980.08", 18),
            exactly("0.041701278728010916")
        );
    }

    #[test]
    fn only_what_is_left_over_is_rounded_up() {
        assert_eq!(divided("1", "4", 2), exactly("0.25"));
        assert_eq!(divided("1", "4", 1), exactly("0.3"));
        assert_eq!(divided("1", "3", 0), exactly("1"));
        assert_eq!(divided("9.99", "1", 1), exactly("10"));
        assert_eq!(divided("1.50", "1", 18), exactly("1.5"));
        assert_eq!(divided("1000", "0.001", 18), exactly("1000000"));
        assert_eq!(divided("0.00", "7", 18), exactly("0"));
    }

    #[test]
    fn what_has_no_quotient_has_none() {
        assert_eq!(divided("1", "0.00", 18), None);
        let most = "9".repeat(38);
        assert_eq!(divided(&most, "0.1", 18), None);
        assert_eq!(divided(&most, &most, 18), exactly("1"));
        assert_eq!(
            divided("0.0000000000000000000000000000000000001", &most, 18),
            exactly("0.000000000000000001")
        );
    }

    proptest! {
        /// Up and never by a whole unit: (q - 1) · d < n <= q · d, in units of the last decimal.
        #[test]
        fn the_quotient_is_the_least_that_covers_the_price(
            n in 1_u64..1_000_000_000, d in 1_u64..1_000_000_000, places in 0_u8..6,
        ) {
            let dividend = Amount::from_parts(u128::from(n), 2).unwrap();
            let divisor = Amount::from_parts(u128::from(d), 4).unwrap();
            let quotient = divide_up(dividend, divisor, places).unwrap();
            let unit = 10_u128.pow(u32::from(places));
            let scaled = quotient.coefficient() * unit / 10_u128.pow(u32::from(quotient.decimals()));
            // n / 100 / (d / 10_000) = n · 100 / d.
            let (n, d) = (u128::from(n) * 100 * unit, u128::from(d));
            prop_assert!(scaled * d >= n);
            prop_assert!((scaled - 1) * d < n);
        }
    }
}
