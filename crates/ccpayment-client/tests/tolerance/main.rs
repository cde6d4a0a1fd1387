//! Every recorded answer bent in every way: unknown fields, null, empty, missing, swapped types, other shapes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod cases;
#[path = "../support/mod.rs"]
mod support;

use cases::{Case, case, cases};
use ccpayment_client::v1::ResendWebhooks;
use payments_core::Kind;
use serde_json::{Value, json};

/// Every recorded answer, once for every field that is no list.
fn each_field(mut check: impl FnMut(&Case, &str, &Value)) {
    let mut fields = 0;
    for case in cases() {
        (case.read)(&case.body()).unwrap_or_else(|kind| panic!("{}: {kind}", case.name));
        let mut body = case.body();
        for (field, value) in case.object(&mut body).clone() {
            if !value.is_array() {
                check(&case, &field, &value);
                fields += 1;
            }
        }
    }
    assert!(fields > 110, "{fields}");
}

#[test]
fn a_field_that_is_null_empty_or_missing_is_none_unless_documented_as_required() {
    each_field(|case, field, _| {
        let required = case.required.contains(&field);
        for (how, value) in [
            ("null", Some(Value::Null)),
            ("empty", Some(json!(""))),
            ("missing", None),
        ] {
            match (case.read)(&case.with(field, value)) {
                Ok(_) => assert!(!required, "{} {field} {how} was read", case.name),
                Err(kind) => assert!(
                    required && kind == Kind::Undecodable,
                    "{} {field} {how}: {kind}",
                    case.name
                ),
            }
        }
    });
}

#[test]
fn a_number_may_be_a_text_and_a_text_a_number() {
    each_field(|case, field, value| {
        let swapped = match value {
            Value::Number(number) => json!(number.to_string()),
            Value::Bool(flag) => json!(flag.to_string()),
            Value::String(text) => text.parse().map_or(json!(7), Value::Number),
            other => panic!("{field}: {other}"),
        };
        let bare = |value: &Value| value.to_string().trim_matches('"').to_owned();
        let same = bare(&swapped) == bare(value);
        let differs = !same && case.compared.contains(&field);
        match (case.read)(&case.with(field, Some(swapped))) {
            Ok(_) => assert!(!differs, "{} {field}: a difference passed", case.name),
            Err(kind) => assert!(
                differs && kind == Kind::Integrity,
                "{} {field}: {kind}",
                case.name
            ),
        }
    });
}

#[test]
fn a_field_of_another_shape_is_none_unless_it_matters() {
    each_field(|case, field, _| {
        for odd in [json!([]), json!({}), json!([[["deep"]]])] {
            let strict = case.is_strict(field);
            match (case.read)(&case.with(field, Some(odd))) {
                Ok(_) => assert!(!strict, "{} {field} was read", case.name),
                Err(kind) => assert!(
                    strict && kind == Kind::Undecodable,
                    "{} {field}: {kind}",
                    case.name
                ),
            }
        }
    });
}

/// Without the size of the body, which is in every `Debug`.
fn without_size(shown: &str) -> String {
    shown.split("body_bytes").next().unwrap().to_owned()
}

#[test]
fn new_fields_break_nothing() {
    for case in cases() {
        let plain = (case.read)(&case.body()).unwrap();
        let mut body = case.with("newField", Some(json!([{"b": 1e300}])));
        body["newField"] = json!({"a": [1, null]});
        let got = (case.read)(&body).unwrap();
        assert_eq!(without_size(&got), without_size(&plain), "{}", case.name);
    }
}

#[test]
fn new_states_are_shown_and_are_none_of_the_known() {
    for case in cases() {
        let mut body = case.body();
        if case.object(&mut body).contains_key("status") && !case.at.contains("_list") {
            let got = (case.read)(&case.with("status", Some(json!("frozen")))).unwrap();
            assert!(got.contains(r#"Other("frozen")"#), "{}: {got}", case.name);
        }
    }
}

#[test]
fn the_envelope_may_lack_everything_but_its_code_and_data() {
    for case in cases() {
        for value in [Value::Null, json!(""), json!(7), json!({"a": 1})] {
            let mut body = case.body();
            body["msg"] = value.clone();
            body["reason"] = value;
            assert!((case.read)(&body).is_ok(), "{}: {body}", case.name);
        }
        let mut body = case.body();
        body.as_object_mut()
            .unwrap()
            .retain(|field, _| field == "code" || field == "data");
        assert!((case.read)(&body).is_ok(), "{}", case.name);
        for value in [Value::Null, json!({}), json!([])] {
            body["code"] = value;
            assert_eq!((case.read)(&body), Err(Kind::Undecodable), "{}", case.name);
        }
        for other in [
            json!(1),
            json!("10001"),
            json!(100_000),
            json!(-10_000),
            json!(""),
        ] {
            body["code"] = other;
            assert_eq!(
                (case.read)(&body),
                Err(Kind::Ambiguous),
                "{}: {body}",
                case.name
            );
        }
    }
}

#[test]
fn an_amount_that_cannot_be_read_is_never_taken_for_none() {
    for (name, at, field) in [
        ("deposits", "/data/0/order_detail", "order_amount"),
        ("deposits", "/data/0/trade_list/0", "amount"),
        (
            "deposits",
            "/data/0/refund_list/0",
            "actual_received_amount",
        ),
        ("withdrawals", "/data/0/trade_list/0", "amount"),
        ("token-rate", "/data", "price"),
        ("network-fee", "/data", "fee"),
    ] {
        let cases = cases();
        let case = cases
            .iter()
            .find(|case| (case.name, case.at) == (name, at))
            .unwrap();
        for bad in ["-1", "1,000", "0.5 USDT", "NaN", "0x10"] {
            let got = (case.read)(&case.with(field, Some(json!(bad))));
            assert_eq!(got, Err(Kind::Undecodable), "{name} {field} {bad}");
        }
    }
}

/// Nothing in `data` that no page of this call shows can make it fail.
#[test]
fn an_answer_without_a_shape_is_taken_in_any() {
    let resend = case(
        "resend-webhooks",
        ResendWebhooks::since(support::now()),
        "",
        [&[], &[], &[]],
    );
    for data in [
        json!(null),
        json!(7),
        json!("ok"),
        json!([1]),
        json!({"resendCount": {}}),
    ] {
        let body = json!({"code": 10000, "data": data});
        assert!((resend.read)(&body).is_ok(), "{body}");
    }
}
