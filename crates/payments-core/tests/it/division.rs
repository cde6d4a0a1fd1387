//! Quotients of amounts, against whole numbers.

use payments_core::{Amount, Rounding};
use proptest::prelude::*;

const ALL: [Rounding; 3] = [Rounding::Down, Rounding::Up, Rounding::HalfUp];

/// Cut, rounded up, rounded to the nearest.
fn quotients(dividend: &str, divisor: &str, decimals: u8) -> [Option<String>; 3] {
    let (dividend, divisor): (Amount, Amount) =
        (dividend.parse().unwrap(), divisor.parse().unwrap());
    ALL.map(|rounding| {
        let quotient = dividend.checked_div(divisor, decimals, rounding);
        quotient.map(|quotient| quotient.to_string())
    })
}

fn all(texts: [&str; 3]) -> [Option<String>; 3] {
    texts.map(|text| Some(text.to_owned()))
}

#[test]
fn only_a_remainder_is_rounded() {
    for (dividend, divisor, decimals, expected) in [
        ("1", "4", 2, ["0.25"; 3]),
        ("1", "4", 1, ["0.2", "0.3", "0.3"]),
        ("1", "3", 0, ["0", "1", "0"]),
        ("2", "3", 3, ["0.666", "0.667", "0.667"]),
        ("9.99", "1", 1, ["9.9", "10", "10"]),
        ("1.25", "1", 1, ["1.2", "1.3", "1.3"]),
        ("1.2499", "1", 1, ["1.2", "1.3", "1.2"]),
        ("1.50", "1", 18, ["1.5"; 3]),
        ("1000", "0.001", 18, ["1000000"; 3]),
        ("0.00", "7", 18, ["0"; 3]),
        ("0", "0.001", 0, ["0"; 3]),
        (
            "0.1",
            "0.3582",
            18,
            [
                "0.279173646007816862",
                "0.279173646007816863",
                "0.279173646007816862",
            ],
        ),
        (
            "1000",
            "23980.08",
            18,
            [
                "0.041701278728010915",
                "0.041701278728010916",
                "0.041701278728010916",
            ],
        ),
    ] {
        let got = quotients(dividend, divisor, decimals);
        assert_eq!(got, all(expected), "{dividend} / {divisor}");
    }
}

#[test]
fn quotients_at_the_ends_of_the_range_are_exact() {
    let most = "9".repeat(38);
    let least = format!("0.{}1", "0".repeat(36));
    let finest = format!("0.{}", "3".repeat(37));
    assert_eq!(quotients(&most, &most, 18), all(["1"; 3]));
    assert_eq!(
        quotients(&least, &most, 18),
        all(["0", "0.000000000000000001", "0"])
    );
    assert_eq!(quotients(&least, "1", 37), all([&least; 3]));
    assert_eq!(quotients("1", "3", 37)[0], Some(finest));
    let [down, _, half_up] = quotients(&most, "2", 0);
    assert_eq!(down.unwrap(), format!("4{}", "9".repeat(37)));
    assert_eq!(half_up.unwrap(), format!("5{}", "0".repeat(37)));
}

#[test]
fn a_quotient_that_does_not_exist_is_none() {
    let most = "9".repeat(38);
    assert_eq!(quotients("1", "0.00", 18), [None, None, None]);
    assert_eq!(quotients(&most, "0.1", 18), [None, None, None]);
    assert_eq!(quotients("1", "3", 38), [None, None, None]);
    assert_eq!(quotients(&most, "0.3", u8::MAX), [None, None, None]);
}

proptest! {
    /// In units of the last decimal, with q for the result: q·d <= n < (q + 1)·d cut, (q - 1)·d < n <= q·d rounded up, and
    /// 2·q·d - d <= 2·n < 2·q·d + d to the nearest.
    #[test]
    fn each_rounding_follows_its_definition(
        n in 0_u64..1_000_000_000, d in 1_u64..1_000_000_000, decimals in 0_u8..6,
    ) {
        let dividend = Amount::from_parts(u128::from(n), 2).unwrap();
        let divisor = Amount::from_parts(u128::from(d), 4).unwrap();
        let unit = 10_u128.pow(u32::from(decimals));
        let [down, up, nearest] = ALL.map(|rounding| {
            let quotient = dividend.checked_div(divisor, decimals, rounding).unwrap();
            quotient.coefficient() * unit / 10_u128.pow(u32::from(quotient.decimals()))
        });
        // n / 100 / (d / 10_000) = n · 100 / d.
        let (n, d) = (u128::from(n) * 100 * unit, u128::from(d));
        prop_assert!(down * d <= n && n < (down + 1) * d);
        prop_assert!(up * d >= n && n + d > up * d);
        prop_assert!(2 * nearest * d <= 2 * n + d && 2 * n < 2 * nearest * d + d);
    }

    #[test]
    fn no_division_panics(
        n in 0..10_u128.pow(38), d in 0..10_u128.pow(38), n_scale in 0_u8..38, d_scale in 0_u8..38, decimals: u8,
    ) {
        let (dividend, divisor) = (Amount::from_parts(n, n_scale).unwrap(), Amount::from_parts(d, d_scale).unwrap());
        let [down, up, nearest] = ALL.map(|rounding| dividend.checked_div(divisor, decimals, rounding));
        prop_assert!(d != 0 || down.is_none());
        if let (Some(down), Some(up), Some(nearest)) = (down, up, nearest) {
            prop_assert!(down <= nearest && nearest <= up);
            prop_assert!([down, up, nearest].iter().all(|one| one.decimals() <= decimals));
        }
    }
}
