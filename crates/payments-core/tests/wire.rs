//! The lenient readers, on the shapes that gateways send.
#![allow(clippy::unwrap_used)] // a failed unwrap is a failed test

use bytes::Bytes;
use payments_core::wire::{
    self, Code, Json, Lenient, List, Millis, NonEmpty, Optional, ReadError, Scalar, Seconds,
};
use payments_core::{Amount, Kind, ProviderRef, Timestamp};
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
        struct $name {
            #[serde_as(as = $marker)]
            f: $type,
        }

        impl $name {
            fn read(json: &str) -> Result<$type, ReadError> {
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
        let millis = integer.map(Timestamp::from_millis);
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
fn what_is_no_amount_is_an_error_and_not_zero() {
    for json in [
        "-1",
        "-0",
        r#""-1""#,
        "1E38",
        "1E-38",
        "1E99999999999",
        "1E-99999999999",
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

#[test]
fn a_part_can_be_read_later() {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        code: Code,
        #[serde(borrow)]
        data: Option<Json<'a>>,
    }

    let envelope: Envelope<'_> = wire::read(br#"{"code":10000,"data": {"f" : 1.0} }"#).unwrap();
    let data = envelope.data.unwrap();
    assert_eq!(envelope.code.to_string(), "10000");
    assert_eq!(data.as_str(), r#"{"f" : 1.0}"#);
    assert_eq!(format!("{data:?}"), "Json(11 bytes)");
    assert_eq!(data.read::<Text>().unwrap().f, "1.0");
    assert!(!data.is_blank());

    let envelope: Envelope<'_> = wire::read(br#"{"code":1,"data":""}"#).unwrap();
    assert!(envelope.data.unwrap().is_blank());
    let envelope: Envelope<'_> = wire::read(br#"{"code":1,"data":null}"#).unwrap();
    assert!(envelope.data.is_none());
}

#[test]
fn errors_name_fields_and_places_but_never_values() {
    let told = |json: &str| wire::read::<Text>(json.as_bytes()).unwrap_err().to_string();
    assert_eq!(told("{}"), "missing field `f` at line 1 column 2");
    assert_eq!(
        told("{\"f\": 1,\n\"f\": 2}"),
        "duplicate field `f` at line 2 column 3"
    );
    assert_eq!(
        told(r#"{"f": ["hush"]}"#),
        "neither a string nor a number at line 1 column 15"
    );
    assert_eq!(
        told(r#""hush""#),
        "a value of another shape than documented at line 1 column 6"
    );
    assert_eq!(told("hush"), "not JSON at line 1 column 1");
    assert_eq!(
        told(r#"{"f": "hu"#),
        "the JSON breaks off at line 1 column 9"
    );
    assert_eq!(told(""), "the JSON breaks off at line 1 column 0");

    assert_eq!(
        ReadAmount::read("\"hush\"").unwrap_err().to_string(),
        "not an amount at line 1 column 14"
    );

    #[serde_as]
    #[derive(Debug, Deserialize)]
    struct Outer {
        #[serde_as(as = "Optional<_>")]
        #[allow(dead_code)]
        inner: Option<Text>,
    }
    let error = wire::read::<Outer>(br#"{"inner": {}}"#).unwrap_err();
    assert_eq!(error.to_string(), "missing field `f` at line 1 column 13");
}

#[test]
fn a_byte_order_mark_is_passed_over_and_nothing_may_follow() {
    assert_eq!(wire::read::<u8>(b"\xef\xbb\xbf 7 ").unwrap(), 7);
    assert!(wire::read::<u8>(b"7 7").is_err());
    assert!(wire::read::<u8>(b"7,").is_err());
}

#[test]
fn nesting_is_capped() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert!(
        wire::read::<serde::de::IgnoredAny>(deep.as_bytes()).is_ok(),
        "skipped without recursion"
    );

    #[derive(Debug, Deserialize)]
    struct Nest(#[allow(dead_code)] Vec<Nest>);
    assert!(wire::read::<Nest>(deep.as_bytes()).is_err());
    let part: Json<'_> = wire::read(deep.as_bytes()).unwrap();
    assert!(part.read::<Nest>().is_err());
}

fn kind(status: u16, body: &'static str) -> Kind {
    let answer = http::Response::builder()
        .status(status)
        .body(Bytes::from(body))
        .unwrap();
    wire::read_answer::<Text>(&answer).unwrap_err().kind()
}

#[test]
fn what_an_answer_means_that_is_not_the_envelope() {
    for (status, body) in [
        (502, "bad gateway"),
        (500, r#"{"message": "other"}"#),
        (503, ""),
        (200, "<html>maintenance</html>"),
        (403, " \r\n<!DOCTYPE html>"),
        (200, ""),
        (200, r#"{"f": "ab"#),
    ] {
        assert_eq!(kind(status, body), Kind::Unavailable, "{status} {body}");
    }
    for (status, body) in [
        (200, "{}"),
        (200, "ok"),
        (404, "not found"),
        (200, "[]"),
        (201, "{\"f\": 1} x"),
    ] {
        assert_eq!(kind(status, body), Kind::Undecodable, "{status} {body}");
    }
}

#[test]
fn the_envelope_is_read_whatever_the_status() {
    let answer = http::Response::builder()
        .status(500)
        .body(Bytes::from(r#"{"f": 7}"#))
        .unwrap();
    assert_eq!(wire::read_answer::<Text>(&answer).unwrap().f, "7");
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
    assert!(OptionalMillis::read("-1").is_err());
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

#[test]
fn an_array_is_never_taken_for_an_object() {
    #[serde_as]
    #[derive(Debug, serde::Deserialize)]
    struct Order {
        #[serde_as(as = "Scalar")]
        id: payments_core::ProviderRef,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        data: wire::Json<'a>,
    }
    let answer =
        |body: &'static str| http::Response::new(bytes::Bytes::from_static(body.as_bytes()));

    let genuine = answer(r#"{"data": {"id": 71}}"#);
    let envelope: Envelope<'_> = wire::read_answer(&genuine).unwrap();
    assert_eq!(
        envelope.data.read_object::<Order>().unwrap().id.as_str(),
        "71"
    );

    let positional = answer(r#"{"data": ["71"]}"#);
    let envelope: Envelope<'_> = wire::read_answer(&positional).unwrap();
    assert!(
        envelope.data.read::<Order>().is_ok(),
        "what serde would take"
    );
    assert!(envelope.data.read_object::<Order>().is_err());

    for positional in [
        answer(r#" [{"id": "71"}]"#),
        answer("\u{feff}[{\"id\": \"71\"}]"),
    ] {
        let fault = wire::read_answer::<Envelope<'_>>(&positional).unwrap_err();
        assert_eq!(fault.kind(), payments_core::Kind::Undecodable);
    }
}
