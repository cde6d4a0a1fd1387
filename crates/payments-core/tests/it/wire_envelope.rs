//! Envelopes of answers, parts that are read later, and what errors show.

use super::wire::{ReadAmount, Text};
use bytes::Bytes;
use payments_core::Kind;
use payments_core::wire::{self, Code, Json, Optional, Scalar};
use serde::Deserialize;
use serde_with::serde_as;

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
    let error = |json: &str| wire::read::<Text>(json.as_bytes()).unwrap_err().to_string();
    assert_eq!(error("{}"), "missing field `f` at line 1 column 2");
    assert_eq!(
        error("{\"f\": 1,\n\"f\": 2}"),
        "duplicate field `f` at line 2 column 3"
    );
    assert_eq!(
        error(r#"{"f": ["hush"]}"#),
        "neither a string nor a number at line 1 column 15"
    );
    assert_eq!(
        error(r#""hush""#),
        "a value of another shape than documented at line 1 column 6"
    );
    assert_eq!(error("hush"), "not JSON at line 1 column 1");
    assert_eq!(
        error(r#"{"f": "hu"#),
        "the JSON breaks off at line 1 column 9"
    );
    assert_eq!(error(""), "the JSON breaks off at line 1 column 0");

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
fn answers_without_an_envelope_are_unavailable_or_undecodable() {
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
