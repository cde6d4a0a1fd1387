//! The lenient readers, on the shapes that gateways send.

use payments_core::wire::{
    self, Code, Json, Lenient, List, Millis, NonEmpty, Optional, ReadError, Scalar, Seconds,
};
use payments_core::{Amount, ProviderRef, Timestamp};
use proptest::prelude::*;
use serde::Deserialize;
use serde_with::serde_as;
use std::collections::BTreeMap;
use std::time::Duration;

/// A struct with one field `f` that is read through a marker.
macro_rules! field {
    ($name:ident, $marker:literal, $type:ty) => {
        #[serde_as]
        #[derive(Debug, Deserialize)]
        pub(crate) struct $name {
            #[serde_as(as = $marker)]
            pub(crate) f: $type,
        }

        impl $name {
            pub(crate) fn read(json: &str) -> Result<$type, ReadError> {
                wire::read::<Self>(format!("{{\"f\": {json} }}").as_bytes()).map(|read| read.f)
            }
        }
    };
}

field!(Text, "Scalar", String);
field!(PresentText, "NonEmpty", String);
field!(OptionalText, "Optional", Option<String>);
field!(ReadAmount, "Scalar", Amount);
field!(OptionalAmount, "Optional", Option<Amount>);
field!(Integer, "Scalar", u64);
field!(OptionalInteger, "Optional", Option<u64>);
field!(Flag, "Scalar", bool);
field!(OptionalMillis, "Optional<Millis>", Option<Timestamp>);
field!(OptionalSeconds, "Optional<Seconds>", Option<Duration>);
field!(Reference, "Scalar", ProviderRef);
field!(OptionalCode, "Optional<_>", Option<Code>);
field!(Codes, "List", Vec<Code>);
field!(Amounts, "List<Scalar>", Vec<Amount>);
field!(AmountsByCoin, "BTreeMap<_, Scalar>", BTreeMap<String, Amount>);
field!(LenientText, "Lenient", Option<String>);
field!(LenientAmount, "Lenient", Option<Amount>);
field!(LenientInteger, "Lenient", Option<u64>);
field!(LenientMillis, "Lenient<Millis>", Option<Timestamp>);
field!(LenientFlag, "Lenient", Option<bool>);

#[test]
fn text_from_strings_and_numbers() {
    for (json, text) in [
        (r#""abc""#, "abc"),
        (r#""""#, ""),
        (r#""a\"b\u00e9\n""#, "a\"bé\n"),
        ("20003092", "20003092"),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("0.10", "0.10"),
        ("-1.5E+3", "-1.5E+3"),
        ("true", "true"),
    ] {
        assert_eq!(Text::read(json).unwrap(), text);
    }
    for json in ["null", "[]", "{}", "[1]", r#""\ud800""#] {
        assert!(Text::read(json).is_err(), "{json}");
    }
}

/// JSON of every kind, whole and odd.
const SHAPES: &[&str] = &[
    "null",
    r#""""#,
    "true",
    r#""FALSE""#,
    "0",
    r#""1""#,
    "1.50",
    r#""1E-8""#,
    "1E3",
    "-1",
    r#""+1""#,
    "1E999",
    "123456789012345678901234567890123456789",
    r#""18446744073709551616""#,
    r#"" 1""#,
    r#""\u0031""#,
    r#""\ud800""#,
    r#""soon""#,
    "[]",
    "[1]",
    "{}",
    r#"{"a":1}"#,
];

#[test]
fn lenient_is_none_where_optional_fails() {
    for json in SHAPES {
        let text = OptionalText::read(json).unwrap_or_default();
        assert_eq!(LenientText::read(json).unwrap(), text, "{json}");
        let amount = OptionalAmount::read(json).unwrap_or_default();
        assert_eq!(LenientAmount::read(json).unwrap(), amount, "{json}");
        let integer = OptionalInteger::read(json).unwrap_or_default();
        assert_eq!(LenientInteger::read(json).unwrap(), integer, "{json}");
        let millis = OptionalMillis::read(json).unwrap_or_default();
        assert_eq!(LenientMillis::read(json).unwrap(), millis, "{json}");
        let flag = Flag::read(json).ok();
        assert_eq!(LenientFlag::read(json).unwrap(), flag, "{json}");
    }
    // Some shapes are readable, so the loop compares values too.
    assert_eq!(
        LenientAmount::read(r#""1E-8""#).unwrap(),
        "0.00000001".parse().ok()
    );
    assert_eq!(
        LenientText::read(r#""\u0031""#).unwrap().as_deref(),
        Some("1")
    );
    assert_eq!(LenientFlag::read(r#""FALSE""#).unwrap(), Some(false));
}

#[test]
fn lenient_still_refuses_text_that_is_not_json() {
    for json in ["", "nope", r#""open"#, "[1", "01", "\"a\u{1}\""] {
        assert!(LenientText::read(json).is_err(), "{json}");
        assert!(LenientAmount::read(json).is_err(), "{json}");
        assert!(LenientFlag::read(json).is_err(), "{json}");
    }
}

#[test]
fn missing_null_and_empty_fields_are_none() {
    #[serde_as]
    #[derive(Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct All {
        #[serde_as(as = "Optional")]
        text: Option<String>,
        #[serde_as(as = "Optional")]
        amount: Option<Amount>,
        #[serde_as(as = "Optional")]
        integer: Option<u64>,
        #[serde_as(as = "Optional<_>")]
        object: Option<Part>,
        #[serde_as(as = "List")]
        list: Vec<Part>,
    }

    #[serde_with::apply(Option => #[serde(default)])]
    #[serde_with::serde_as]
    #[derive(Deserialize)]
    struct Part {
        #[serde_as(as = "Optional")]
        text: Option<String>,
    }

    for json in [
        "{}",
        r#"{"text": null, "amount": null, "integer": null, "object": null, "list": null}"#,
        r#"{"text": "", "amount": "", "integer": "", "object": "", "list": ""}"#,
    ] {
        let all: All = wire::read(json.as_bytes()).unwrap();
        assert!(all.text.is_none() && all.amount.is_none() && all.integer.is_none());
        assert!(all.object.is_none() && all.list.is_empty());
    }

    let json = br#"{"text": 1, "amount": "1.50", "integer": "7", "object": {"text": "x"}, "list": [{}, {}]}"#;
    let all: All = wire::read(json).unwrap();
    assert_eq!(all.text.as_deref(), Some("1"));
    assert_eq!(all.amount.unwrap().to_string(), "1.50");
    assert_eq!(all.integer, Some(7));
    assert_eq!(all.object.unwrap().text.as_deref(), Some("x"));
    assert_eq!(all.list.len(), 2);
    assert!(all.list.iter().all(|part| part.text.is_none()));
}

#[test]
fn amounts_keep_every_digit() {
    for (json, text) in [
        ("1.50", "1.50"),
        (r#""1.50""#, "1.50"),
        ("0", "0"),
        // Through an f64 it would end in …789.12346.
        (
            "123456789012345678901234567890.12345678",
            "123456789012345678901234567890.12345678",
        ),
        ("1E-8", "0.00000001"),
        (r#""1e-8""#, "0.00000001"),
        ("0E-8", "0.00000000"),
        ("0.0E5", "0"),
        ("0E300", "0"),
        ("1.50E1", "15.0"),
        ("1.5e+3", "1500"),
        ("12E0", "12"),
        ("1E37", "10000000000000000000000000000000000000"),
    ] {
        assert_eq!(ReadAmount::read(json).unwrap().to_string(), text, "{json}");
        assert_eq!(
            OptionalAmount::read(json).unwrap().unwrap().to_string(),
            text,
            "{json}"
        );
    }
}

#[test]
fn refuses_text_that_is_not_an_amount() {
    for json in [
        "-1",
        "-0",
        r#""-1""#,
        "1E38",
        "1E-38",
        "1E99999999999",
        "1E-99999999999",
        "0E-300",
        r#""1E""#,
        r#""E5""#,
        r#""1E+""#,
        r#""1E5E5""#,
        r#""1E1.5""#,
        r#""1,5""#,
        r#"" 1""#,
        r#""NaN""#,
        "true",
        "[]",
        "{}",
        r#"["1"]"#,
    ] {
        assert!(ReadAmount::read(json).is_err(), "{json}");
        assert!(OptionalAmount::read(json).is_err(), "{json}");
    }
    assert!(ReadAmount::read("null").is_err());
    assert!(ReadAmount::read(r#""""#).is_err());
}

#[test]
fn integers_from_strings_and_numbers() {
    for (json, value) in [
        ("0", 0),
        ("1663155010000", 1_663_155_010_000),
        (r#""1663155010000""#, 1_663_155_010_000),
        ("18446744073709551615", u64::MAX),
        ("10.0", 10),
        ("1.663E12", 1_663_000_000_000),
    ] {
        assert_eq!(Integer::read(json).unwrap(), value, "{json}");
        assert_eq!(OptionalInteger::read(json).unwrap(), Some(value), "{json}");
    }
    for json in ["18446744073709551616", "1.5", "-1", r#""x""#, "false", "[]"] {
        assert!(Integer::read(json).is_err(), "{json}");
        assert!(OptionalInteger::read(json).is_err(), "{json}");
    }
    assert!(Integer::read("null").is_err());
}

#[test]
fn flags() {
    for json in ["true", "1", r#""1""#, r#""true""#, r#""TRUE""#] {
        assert!(Flag::read(json).unwrap(), "{json}");
    }
    for json in ["false", "0", r#""0""#, r#""false""#] {
        assert!(!Flag::read(json).unwrap(), "{json}");
    }
    for json in ["2", r#""yes""#, r#""""#, "null", "[]"] {
        assert!(Flag::read(json).is_err(), "{json}");
    }
}

#[test]
fn optional_values_and_lists() {
    assert_eq!(OptionalCode::read("7").unwrap().unwrap().as_str(), "7");
    assert_eq!(OptionalCode::read(r#""""#).unwrap(), None);
    assert!(OptionalCode::read("[]").is_err());
    assert_eq!(Codes::read(r#"[1, "1"]"#).unwrap().len(), 2);
    assert!(Codes::read("{}").is_err());
    assert_eq!(
        OptionalText::read("{}").unwrap_err(),
        OptionalText::read("[]").unwrap_err()
    );
}

proptest! {
    #[test]
    fn nothing_panics_and_no_error_quotes_a_value(body: Vec<u8>, text in "\\PC*") {
        let _ = wire::read::<ReadAmount>(&body);
        let json = serde_json::json!({ "f": format!("#{text}#") }).to_string();
        let error = wire::read::<ReadAmount>(json.as_bytes()).err().unwrap();
        prop_assert!(error.to_string().starts_with("not an amount at line 1"));
    }

    #[test]
    fn strings_come_back_whatever_is_in_them(text: String) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(Text::read(&json).unwrap(), text);
    }

    #[test]
    fn an_exponent_moves_the_point(coefficient in 0_u64..1_000_000, exponent in -30_i8..=30) {
        let read = ReadAmount::read(&format!("{coefficient}E{exponent}")).unwrap();
        let expected = match u8::try_from(-exponent) {
            Ok(decimals) => Amount::from_parts(coefficient.into(), decimals).unwrap(),
            Err(_) => Amount::from_parts(u128::from(coefficient) * 10_u128.pow(exponent as u32), 0).unwrap(),
        };
        prop_assert_eq!(read.to_string(), expected.to_string());
    }
}

#[test]
fn milliseconds_and_seconds_are_text_or_number() {
    let moment = Timestamp::from_millis(1_663_155_010_000);
    for json in ["1663155010000", r#""1663155010000""#] {
        assert_eq!(OptionalMillis::read(json).unwrap(), Some(moment));
    }
    for json in [r#""""#, "null"] {
        assert_eq!(OptionalMillis::read(json).unwrap(), None);
    }
    // The size of the number decides, not the documented unit.
    for json in ["1663155010", r#""1663155010""#] {
        assert_eq!(OptionalMillis::read(json).unwrap(), Some(moment));
    }
    for json in ["-1", "20220726100218", r#""2022-07-26""#, "10000000000000"] {
        assert!(OptionalMillis::read(json).is_err(), "{json}");
    }
    let day = Duration::from_secs(86_400);
    assert_eq!(OptionalSeconds::read(r#""86400""#).unwrap(), Some(day));

    #[serde_as]
    #[derive(serde::Serialize)]
    struct Written {
        #[serde_as(as = "Millis")]
        at: Timestamp,
        #[serde_as(as = "Option<Seconds>")]
        valid_for: Option<Duration>,
    }
    let written = Written {
        at: moment,
        valid_for: Some(day),
    };
    let json = serde_json::to_string(&written).unwrap();
    assert_eq!(json, r#"{"at":1663155010000,"valid_for":86400}"#);
}

/// A number that went through a float would lose its zero, its last digits or its integer form.
#[test]
fn numbers_inside_lists_and_maps_keep_their_text_too() {
    let long = "12345678901234567890123456789.10";
    let amounts = Amounts::read(&format!("[0.10, {long}, 1E-8]")).unwrap();
    let texts: Vec<String> = amounts.iter().map(Amount::to_string).collect();
    assert_eq!(texts, ["0.10", long, "0.00000001"]);
    assert!(Amounts::read(r#""""#).unwrap().is_empty());

    let by_coin = AmountsByCoin::read(&format!(r#"{{"BTC": 0.10, "USDT": "{long}"}}"#)).unwrap();
    assert_eq!(by_coin["BTC"].to_string(), "0.10");
    assert_eq!(by_coin["USDT"].to_string(), long);

    let id = Reference::read("123456789012345678901234567890").unwrap();
    assert_eq!(id.as_str(), "123456789012345678901234567890");
    assert_eq!(
        Reference::read(r#""""#).unwrap_err().to_string(),
        "not a reference at line 1 column 10"
    );
}

#[test]
fn a_text_that_must_be_present_may_not_be_empty() {
    assert_eq!(PresentText::read("7").unwrap(), "7");
    for json in [r#""""#, "null"] {
        let refused = PresentText::read(json).unwrap_err().to_string();
        assert!(refused.starts_with("empty at line 1"), "{refused}");
    }
    assert!(PresentText::read("{}").is_err());
}

#[test]
fn clients_read_their_own_types_from_text() {
    #[derive(Debug, PartialEq)]
    struct Even(u64);

    impl wire::FromText for Even {
        fn from_text(text: &str) -> Option<Self> {
            let number: u64 = text.parse().ok()?;
            number.is_multiple_of(2).then_some(Self(number))
        }
    }

    let read = |json: &str| {
        wire::read::<Json<'_>>(json.as_bytes())
            .unwrap()
            .read_as::<Scalar, Even>()
    };
    assert_eq!(read(r#""4""#).unwrap(), Even(4));
    let refused = read("4321").unwrap_err().to_string();
    assert_eq!(refused, "not one of the documented values");
}
