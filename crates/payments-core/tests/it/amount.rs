//! Amounts, against long arithmetic on the digits of their texts.

use payments_core::{Amount, AmountError};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

#[test]
fn text_is_kept() {
    let longest = "9".repeat(38);
    let finest = format!("0.{}", "1".repeat(37));
    for text in [
        "0",
        "0.0",
        "0.00",
        "1",
        "1.50",
        "1.500",
        "10",
        "0.00000001",
        "100.10",
        &longest,
        &finest,
    ] {
        assert_eq!(amount(text).to_string(), text);
        assert_eq!(&*amount(text).to_text(), text);
    }
}

#[test]
fn only_the_strict_grammar_is_read() {
    for text in [
        "", " ", ".", "1.", ".5", "00", "01", "00.1", "-1", "+1", "-0", "1e3", "1E-8", "1_000",
        "1,5", "1 000", " 1", "1 ", "1\n", "1.2.3", "1..2", "0x10", "NaN", "inf", "١", "1.٢", "½",
        "1\0",
    ] {
        assert_eq!(
            text.parse::<Amount>(),
            Err(AmountError::Malformed),
            "{text:?}"
        );
    }
}

#[test]
fn accepts_at_most_38_digits() {
    let too_long = [
        "1".repeat(39),
        format!("0.{}", "0".repeat(38)),
        format!("{}.5", "1".repeat(38)),
    ];
    for text in too_long {
        assert_eq!(text.parse::<Amount>(), Err(AmountError::TooLong), "{text}");
    }
    assert_eq!(
        "1".repeat(1_000_000).parse::<Amount>(),
        Err(AmountError::TooLong)
    );
    assert_eq!(
        Amount::from_parts(10_u128.pow(38), 0),
        Err(AmountError::TooLong)
    );
    assert_eq!(Amount::from_parts(1, 38), Err(AmountError::TooLong));
    assert_eq!(Amount::from_parts(1, 37).unwrap().to_text().len(), 39);
}

#[test]
fn equal_by_value_and_so_in_sets() {
    let set: HashSet<Amount> = ["1.5", "1.50", "1.500000000000000000000000000000000"]
        .map(amount)
        .into();
    assert_eq!(set.len(), 1);
    assert_eq!(amount("0.000"), Amount::ZERO);
    assert_eq!(Amount::default(), Amount::ZERO);
    assert_eq!(Amount::from(150), amount("150.0"));
    assert_ne!(hash(amount("1.5")), hash(amount("15")));
}

#[test]
fn only_zeros_beyond_the_decimals_are_left_out() {
    for (text, decimals, shorter) in [
        ("10.500", 2, "10.50"),
        ("10.500", 0, "10.5"),
        ("10.500", 3, "10.500"),
        ("10.000", 0, "10"),
        ("100", 0, "100"),
    ] {
        let amount = amount(text).without_zeros_beyond(decimals);
        assert_eq!(amount.to_string(), shorter, "{text} to {decimals}");
    }
}

#[test]
fn the_widest_amounts_compare_without_overflow() {
    let (largest, smallest) = (
        amount(&"9".repeat(38)),
        amount(&format!("0.{}1", "0".repeat(36))),
    );
    assert!(largest > smallest);
    assert!(smallest > Amount::ZERO);
    assert!(amount(&format!("9.{}", "9".repeat(37))) < amount("10"));
}

#[test]
fn parts() {
    let amount = amount("1.50");
    assert_eq!((amount.coefficient(), amount.decimals()), (150, 2));
    assert!(!amount.is_zero());
    assert!(self::amount("0.00").is_zero());
    assert_eq!(format!("{amount:?}"), "Amount(1.50)");
    let text = amount.to_text();
    assert_eq!(text.as_ref() as &str, "1.50");
    assert_eq!(format!("{text:?}"), "\"1.50\"");
}

#[test]
fn a_format_never_cuts_digits() {
    let amount = amount("1.50");
    assert_eq!(
        format!("[{amount:>6}] [{amount:<6}] [{amount:^6}]"),
        "[  1.50] [1.50  ] [ 1.50 ]"
    );
    assert_eq!(
        format!("{amount:.1} {amount:*>7.3} {amount:1}"),
        "1.50 ***1.50 1.50"
    );
}

#[test]
fn in_json_it_is_a_string() {
    let json = serde_json::to_string(&amount("1.50")).unwrap();
    assert_eq!(json, "\"1.50\"");
    assert_eq!(
        serde_json::from_str::<Amount>(&json).unwrap().to_string(),
        "1.50"
    );
    for json in ["1.5", "1", "\"1E3\"", "\"\"", "null", "true"] {
        assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
    }
    let error = serde_json::from_str::<Amount>("1.5").unwrap_err();
    assert!(error.to_string().contains("a decimal amount as a string"));
}

#[test]
fn amounts_do_not_allocate() {
    let counted = allocation_counter::measure(|| {
        let fee: Amount = "0.00000001".parse().unwrap();
        let sum = amount("12345678901234567890.5").checked_add(fee).unwrap();
        assert_eq!(&*sum.to_text(), "12345678901234567890.50000001");
        assert!(sum > fee);
    });
    assert_eq!(counted.count_total, 0);
}

/// An amount's digits as a whole number at 40 digits after the point, most significant first.
fn digits(text: &str) -> Vec<u8> {
    let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{integer:0>40}{fraction:0<40}")
        .bytes()
        .map(|digit| digit - b'0')
        .collect()
}

/// The text of such digits with this many after the point, if 38 digits suffice.
fn text(digits: &[u8], decimals: usize) -> Option<String> {
    let shown: String = digits[..40 + decimals]
        .iter()
        .map(|digit| char::from(digit + b'0'))
        .collect();
    assert!(digits[40 + decimals..].iter().all(|digit| *digit == 0));
    let (integer, fraction) = shown.split_at(40);
    let integer = match integer.trim_start_matches('0') {
        "" => "0",
        integer => integer,
    };
    let text = match fraction {
        "" => integer.to_owned(),
        fraction => format!("{integer}.{fraction}"),
    };
    (integer.len() + fraction.len() <= 38).then_some(text)
}

fn long_add(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut sum = vec![0; a.len()];
    let mut carry = 0;
    for i in (0..a.len()).rev() {
        let digit = a[i] + b[i] + carry;
        (sum[i], carry) = (digit % 10, digit / 10);
    }
    assert_eq!(carry, 0);
    sum
}

fn long_sub(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut difference = vec![0; a.len()];
    let mut borrow = 0;
    for i in (0..a.len()).rev() {
        let take = b[i] + borrow;
        borrow = u8::from(a[i] < take);
        difference[i] = a[i] + 10 * borrow - take;
    }
    (borrow == 0).then_some(difference)
}

fn decimals(text: &str) -> usize {
    text.split_once('.')
        .map_or(0, |(_, fraction)| fraction.len())
}

fn hash(amount: Amount) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(amount)
}

/// Texts of up to 38 digits, with many short ones and many long runs of 0 and 9.
fn any_text() -> impl Strategy<Value = String> {
    let integer = "0|[1-9]([0-9]{0,3}|0{1,37}|9{1,37}|[0-9]{0,37})";
    let fraction = "[0-9]{0,3}|0{1,37}|9{1,37}|[0-9]{0,37}";
    (integer, fraction).prop_map(|(integer, fraction): (String, String)| {
        let integer: String = integer.chars().take(38).collect();
        let fraction: String = fraction.chars().take(38 - integer.len()).collect();
        match fraction.as_str() {
            "" => integer,
            fraction => format!("{integer}.{fraction}"),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_text_of_the_grammar_comes_back(text in any_text()) {
        let amount = amount(&text);
        prop_assert_eq!(amount.to_string(), text.as_str());
        prop_assert_eq!(amount.decimals() as usize, decimals(&text));
        let rebuilt = Amount::from_parts(amount.coefficient(), amount.decimals()).unwrap();
        prop_assert_eq!(rebuilt.to_string(), text);
    }

    #[test]
    fn parsed_text_is_written_unchanged(text in "[0-9.]{0,42}|[-+0-9.eE_, ]{0,12}|.*") {
        if let Ok(amount) = text.parse::<Amount>() {
            prop_assert_eq!(amount.to_string(), text);
        }
    }

    #[test]
    fn order_is_that_of_the_digits(a in any_text(), b in any_text()) {
        let expected = digits(&a).cmp(&digits(&b));
        prop_assert_eq!(amount(&a).cmp(&amount(&b)), expected);
        prop_assert_eq!(amount(&a) == amount(&b), expected == Ordering::Equal);
    }

    #[test]
    fn trailing_zeros_change_neither_value_nor_hash(text in any_text(), zeros in 0_usize..38) {
        let point = if text.contains('.') { "" } else { "." };
        let padded = format!("{text}{point}{}", "0".repeat(zeros));
        if let Ok(padded) = padded.parse::<Amount>() {
            prop_assert_eq!(padded, amount(&text));
            prop_assert_eq!(hash(padded), hash(amount(&text)));
        }
    }

    #[test]
    fn sums_are_long_addition(a in any_text(), b in any_text()) {
        let finer = decimals(&a).max(decimals(&b));
        let expected = text(&long_add(&digits(&a), &digits(&b)), finer);
        let sum = amount(&a).checked_add(amount(&b));
        prop_assert_eq!(sum.map(|sum| sum.to_string()), expected);
        prop_assert_eq!(sum, amount(&b).checked_add(amount(&a)));
    }

    #[test]
    fn differences_are_long_subtraction(a in any_text(), b in any_text()) {
        let finer = decimals(&a).max(decimals(&b));
        let expected = long_sub(&digits(&a), &digits(&b)).and_then(|digits| text(&digits, finer));
        let difference = amount(&a).checked_sub(amount(&b));
        prop_assert_eq!(difference.map(|difference| difference.to_string()), expected);
    }

    #[test]
    fn a_difference_added_back_is_the_amount(a in any_text(), b in any_text()) {
        if let Some(difference) = amount(&a).checked_sub(amount(&b)) {
            let sum = difference.checked_add(amount(&b));
            // `10` less `0.…1` and back may need a digit more than it has as `10`.
            prop_assert!(sum.is_none_or(|sum| sum == amount(&a)));
        }
    }
}

#[cfg(feature = "rust_decimal")]
mod decimal {
    use super::*;
    use rust_decimal::Decimal;

    #[test]
    fn scale_and_value_are_kept_both_ways() {
        for text in [
            "0",
            "0.00",
            "1.50",
            "79228162514264337593543950335",
            "0.0000000000000000000000000001",
        ] {
            let decimal = Decimal::try_from(amount(text)).unwrap();
            assert_eq!(decimal.to_string(), text);
            assert_eq!(Amount::try_from(decimal).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_conversions_that_would_round() {
        for text in [
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
        ] {
            assert_eq!(
                Decimal::try_from(amount(text)),
                Err(AmountError::TooLong),
                "{text}"
            );
        }
        assert_eq!(
            Amount::try_from(Decimal::NEGATIVE_ONE),
            Err(AmountError::Malformed)
        );
    }

    proptest! {
        #[test]
        fn conversions_agree_with_the_text(text in any_text()) {
            if let Ok(decimal) = Decimal::try_from(amount(&text)) {
                prop_assert_eq!(decimal.to_string(), text.as_str());
                prop_assert_eq!(Amount::try_from(decimal).unwrap().to_string(), text);
            }
        }
    }
}
