//! The values that carry their own rules, Pix keys, card data and rates, against oracles that share nothing with them.

use crate::calls;
use std::fmt::Write as _;

use crate::calls::{amount, refusal};
use crate::support::reference;
use cpay_client::{
    BillingAddress, CardExpiry, CardNumber, Contact, Cvv, FiatPayout, FullName, Payer, PixKey,
    Product, Purchase, Rate, WalletAddressQuery,
};
use payments_core::InvalidRequest;
use proptest::prelude::*;

// --- Pix -------------------------------------------------------------------------------------------------------------

#[test]
fn pix_keys_are_checked_by_their_kind() {
    let mut table = String::new();
    let mut refused = |name: &str, key: Result<PixKey, InvalidRequest>| {
        writeln!(table, "{name}: {}", key.expect_err(name)).unwrap();
    };
    for (name, digits) in [
        ("no cpf", ""),
        ("10 digits", "5299822472"),
        ("12 digits", "529982247250"),
        ("points and dash", "529.982.247-25"),
        ("first check digit", "52998224735"),
        ("second check digit", "52998224726"),
        ("one digit repeated", "11111111111"),
        ("other digits", "５２９９８２２４７２５"),
        ("a masked one", "4864330xxx"),
    ] {
        refused(&format!("cpf, {name}"), PixKey::cpf(digits));
    }
    for (name, digits) in [
        ("13 digits", "1122233300018"),
        ("slash and dash", "11.222.333/0001-81"),
        ("first check digit", "11222333000191"),
        ("second check digit", "11222333000182"),
        ("one digit repeated", "00000000000000"),
        ("small letters", "12abc34501de35"),
        ("letters with other check digits", "12ABC34501DE36"),
        ("letters for check digits", "12ABC34501DEAB"),
    ] {
        refused(&format!("cnpj, {name}"), PixKey::cnpj(digits));
    }
    for (name, text) in [
        ("no @", "ana.example"),
        ("no domain", "ana@"),
        ("two", "a@b.c@d.e"),
        ("&", "a&b@c.de"),
    ] {
        refused(&format!("email, {name}"), PixKey::email(text));
    }
    for (name, text) in [
        ("no country", "11912345678"),
        ("another country", "+351912345678"),
        ("spaces", "+55 11 912345678"),
        ("9 digits", "+55119123456"),
        ("13 digits", "+551191234567890"),
    ] {
        refused(&format!("mobile, {name}"), PixKey::mobile(text));
    }
    for (name, text) in [
        ("no dashes", "123e4567e89b12d3a456426614174000"),
        ("a dash elsewhere", "123e456-7e89b-12d3-a456-426614174000"),
        ("no hex", "123e4567-e89b-12d3-a456-42661417400g"),
        (
            "36 bytes of other letters",
            "é23e4567-e89b-12d3-a456-42661417400",
        ),
    ] {
        refused(&format!("random, {name}"), PixKey::random(text));
    }
    insta::assert_snapshot!(table);

    for key in [
        PixKey::cpf("12345678909"),
        PixKey::cnpj("11444777000161"),
        PixKey::cnpj("12ABC34501DE35"), // the register's own example of its new form
        PixKey::mobile("+55000000000000"), // the specification's example
        PixKey::random("123E4567-E89B-12D3-A456-426614174000"),
    ] {
        assert_eq!(
            refusal(&FiatPayout::pix(
                reference("p"),
                "u",
                amount("1"),
                key.unwrap()
            )),
            None
        );
    }
}

/// Check digits by the register's own description, with the weights written out.
fn check_digit(digits: &[u32], weights: &[u32]) -> u32 {
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    if sum % 11 < 2 { 0 } else { 11 - sum % 11 }
}

fn with_check_digits(mut digits: Vec<u32>, first: &[u32], second: &[u32]) -> Vec<u32> {
    digits.push(check_digit(&digits, first));
    digits.push(check_digit(&digits, second));
    digits
}

fn text(digits: &[u32]) -> String {
    digits.iter().map(u32::to_string).collect()
}

/// One digit changed makes a wrong number of a right one.
fn changed(digits: &[u32], place: usize, by: u32) -> String {
    let mut digits = digits.to_vec();
    if let Some(digit) = digits.get_mut(place) {
        *digit = (*digit + by) % 10;
    }
    text(&digits)
}

proptest! {
    #[test]
    fn every_cpf_with_right_check_digits_is_taken(
        base in prop::collection::vec(0..10_u32, 9), place in 9..11_usize, by in 1..10_u32,
    ) {
        prop_assume!(base.windows(2).any(|pair| pair.first() != pair.last()));
        let cpf = with_check_digits(base, &[10, 9, 8, 7, 6, 5, 4, 3, 2], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
        prop_assert!(PixKey::cpf(text(&cpf)).is_ok());
        prop_assert!(PixKey::cpf(changed(&cpf, place, by)).is_err());
    }

    #[test]
    fn every_cnpj_with_right_check_digits_is_taken(
        base in prop::collection::vec(0..10_u32, 12), place in 12..14_usize, by in 1..10_u32,
    ) {
        prop_assume!(base.windows(2).any(|pair| pair.first() != pair.last()));
        let first = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
        let second = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
        let cnpj = with_check_digits(base, &first, &second);
        prop_assert!(PixKey::cnpj(text(&cnpj)).is_ok());
        prop_assert!(PixKey::cnpj(changed(&cnpj, place, by)).is_err());
    }

    #[test]
    fn every_card_number_with_a_right_check_digit_is_taken(
        base in prop::collection::vec(0..10_u32, 11..19), place in 0..18_usize, by in 1..10_u32,
    ) {
        let doubled = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
        let sum: u32 = base.iter().rev().enumerate()
            .map(|(place, digit)| if place % 2 == 0 { doubled(*digit) } else { *digit }).sum();
        let mut number = base.clone();
        number.push((10 - sum % 10) % 10);
        prop_assert!(CardNumber::new(text(&number)).is_ok());
        prop_assert!(CardNumber::new(changed(&number, place % number.len(), by)).is_err());
    }

    #[test]
    fn no_text_makes_a_check_panic(any in any::<String>()) {
        let _ = (PixKey::cpf(&*any), PixKey::cnpj(&*any), PixKey::email(&*any), PixKey::mobile(&*any));
        let _ = (PixKey::random(&*any), CardNumber::new(&*any), Cvv::new(&*any));
        let _ = refusal(&WalletAddressQuery::new(&*any));
        let purchase = Purchase::new(amount("1"), &*any, vec![Product::new(&*any, amount("1"), 1, &*any)]);
        let payer = Payer::new(
            FullName::new(&*any, &*any),
            Contact::new(&*any, &*any, &*any),
            BillingAddress::new(&*any, &*any, &*any, &*any),
        );
        prop_assert!(refusal(&calls::card_payment_of(purchase)).is_some());
        prop_assert!(refusal(&calls::card_payment_by(payer)).is_some());
    }
}

// --- rates -----------------------------------------------------------------------------------------------------------

/// Division as it is done on paper, on texts: the oracle shares nothing with the code but the question.
fn quotient(dividend: &str, divisor: &str, decimals: usize) -> String {
    let (whole, fraction) = dividend.split_once('.').unwrap_or((dividend, ""));
    let (divisor_whole, divisor_fraction) = divisor.split_once('.').unwrap_or((divisor, ""));
    let places = decimals + divisor_fraction.len();
    let mut digits = format!(
        "{whole}{fraction}{}",
        "0".repeat(places.saturating_sub(fraction.len()))
    );
    digits.truncate(digits.len() - fraction.len().saturating_sub(places));
    let divisor: u128 = format!("{divisor_whole}{divisor_fraction}")
        .parse()
        .unwrap();
    let (mut rest, mut quotient) = (0_u128, String::new());
    for digit in digits.bytes() {
        rest = rest * 10 + u128::from(digit - b'0');
        quotient.push(char::from(b'0' + u8::try_from(rest / divisor).unwrap()));
        rest %= divisor;
    }
    let padded = format!("{quotient:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    let whole = whole.trim_start_matches('0');
    format!("{}.{fraction}", if whole.is_empty() { "0" } else { whole })
}

fn decimal(digits: u32, decimals: u8) -> impl Strategy<Value = String> {
    (0..10_u128.pow(digits), 0..=decimals).prop_map(|(coefficient, decimals)| {
        payments_core::Amount::from_parts(coefficient, decimals)
            .unwrap()
            .to_string()
    })
}

#[test]
fn the_oracle_reproduces_the_documented_numbers() {
    assert_eq!(quotient("100", "2999.342", 11), "0.03334064604");
    assert_eq!(quotient("40000", "40000.000000", 11), "1.00000000000");
    assert_eq!(quotient("0.123456789019", "1", 11), "0.12345678901");
}

proptest! {
    #[test]
    fn a_conversion_is_the_division_on_paper(source in decimal(20, 18), rate in decimal(20, 18)) {
        prop_assume!(!amount(&rate).is_zero());
        let expected = quotient(&source, &rate, 11);
        let got = Rate::new(amount(&rate)).target_for(amount(&source));
        match expected.parse::<payments_core::Amount>() {
            Ok(expected) => prop_assert_eq!(got, Some(expected)),
            Err(_) => prop_assert!(got.is_none_or(|got| got == amount(expected.trim_end_matches('0').trim_end_matches('.')))),
        }
    }

    #[test]
    fn a_cost_is_the_exact_product(target in 0..10_u128.pow(18), rate in 0..10_u128.pow(18), d in 0..19_u8, e in 0..19_u8) {
        let amount_of = |coefficient, decimals| payments_core::Amount::from_parts(coefficient, decimals).unwrap();
        let got = Rate::new(amount_of(rate, e)).source_for(amount_of(target, d)).unwrap();
        prop_assert_eq!(got, amount_of(target * rate, d + e));
    }

    #[test]
    fn no_conversion_panics(source in any::<u128>(), rate in any::<u128>(), d in 0..38_u8, e in 0..38_u8) {
        let most = 10_u128.pow(38);
        let side = |coefficient: u128, decimals| payments_core::Amount::from_parts(coefficient % most, decimals).unwrap();
        let rate = Rate::new(side(rate, e));
        let _ = (rate.target_for(side(source, d)), rate.source_for(side(source, d)));
    }
}

// --- cards

#[test]
fn refuses_invalid_card_data() {
    let mut table = String::new();
    for (name, refused) in [
        ("no number", CardNumber::new("").err()),
        ("11 digits", CardNumber::new("41111111111").err()),
        ("20 digits", CardNumber::new("41111111111111111111").err()),
        ("spaces", CardNumber::new("4111 1111 1111 1111").err()),
        ("check digit", CardNumber::new("4111111111111112").err()),
        ("other digits", CardNumber::new("٤١١١١١١١١١١١").err()),
        ("month 0", CardExpiry::new(0, 2027).err()),
        ("month 13", CardExpiry::new(13, 2027).err()),
        ("year of two digits", CardExpiry::new(12, 27).err()),
        ("year 2100", CardExpiry::new(12, 2100).err()),
        ("a code of 2", Cvv::new("12").err()),
        ("a code of 5", Cvv::new("12345").err()),
        ("a code of letters", Cvv::new("12a").err()),
    ] {
        writeln!(table, "{name}: {}", refused.unwrap()).unwrap();
    }
    insta::assert_snapshot!(table);
}
