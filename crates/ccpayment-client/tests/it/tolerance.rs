//! Every recorded answer altered: new fields, null, empty, missing, number as text, another type.

mod cases;

use crate::support;
use cases::{Case, case, cases};
use ccpayment_client::v1::ResendWebhooks;
use payments_core::Kind;
use serde_json::{Value, json};

/// Calls `check` for every field of every recorded answer that is not a list.
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
fn null_empty_and_missing_fields_are_none_unless_required() {
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
fn reads_numbers_as_text_and_text_as_numbers() {
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
fn values_of_another_type_are_none_unless_strict() {
    each_field(|case, field, _| {
        for other in [json!([]), json!({}), json!([[["deep"]]])] {
            let strict = case.is_strict(field);
            match (case.read)(&case.with(field, Some(other))) {
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
fn ignores_new_fields() {
    for case in cases() {
        let plain = (case.read)(&case.body()).unwrap();
        let mut body = case.with("newField", Some(json!([{"b": 1e300}])));
        body["newField"] = json!({"a": [1, null]});
        let got = (case.read)(&body).unwrap();
        assert_eq!(without_size(&got), without_size(&plain), "{}", case.name);
    }
}

#[test]
fn reads_new_statuses_as_other() {
    for case in cases() {
        let mut body = case.body();
        if case.object(&mut body).contains_key("status") && !case.at.contains("_list") {
            let got = (case.read)(&case.with("status", Some(json!("frozen")))).unwrap();
            assert!(got.contains(r#"Other("frozen")"#), "{}: {got}", case.name);
        }
    }
}

#[test]
fn the_envelope_needs_only_code_and_data() {
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
fn an_invalid_amount_is_an_error_and_not_none() {
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

#[test]
fn an_undocumented_answer_is_accepted_in_any_shape() {
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
