//! Every field of every kind altered: null, empty, missing, number as text, another type.

use ccpayment_client::v1::{Event, WebhookError};
use serde_json::{Value, json};

use super::{case, read};
use crate::support::text;

/// The fields whose value must be readable, by kind. Other fields become `None` if it is not.
fn is_strict(kind: &str, field: &str) -> bool {
    let by_kind: &[&str] = match kind {
        "api deposit" => &[
            "order_id",
            "extend",
            "paid_amount",
            "product_price",
            "denominated_currency",
            "order_amount",
        ],
        "direct deposit" => &["user_id", "paid_amount", "credit_amount"],
        "invoice" => &[
            "order_id",
            "extend",
            "paid_amount",
            "credit_amount",
            "product_price",
            "denominated_currency",
            "order_amount",
        ],
        "api withdrawal" => &[
            "order_id",
            "merchant_order_id",
            "withdraw_amount",
            "net_receivable",
        ],
        _ => &["merchant_order_id", "amount", "net_receivable"],
    };
    is_required(kind, field) || field == "crypto" || by_kind.contains(&field)
}

/// Every webhook has the first three, and every credit the others. Of the recorded five, the two deposits are credits.
fn is_required(kind: &str, field: &str) -> bool {
    let of_all = ["pay_status", "order_type", "record_id"];
    let of_credits = ["paid_amount", "crypto"];
    of_all.contains(&field) || kind.ends_with("deposit") && of_credits.contains(&field)
}

fn each_field(mut check: impl FnMut(&str, &str, Value)) {
    let mut fields = 0;
    for kind in [
        "api deposit",
        "direct deposit",
        "invoice",
        "api withdrawal",
        "refund",
    ] {
        let body: Value = serde_json::from_str(text(&case(kind), "body")).unwrap();
        for field in body.as_object().unwrap().keys() {
            check(kind, field, body.clone());
            fields += 1;
        }
    }
    assert!(fields > 65, "{fields}");
}

fn unreadable(got: &Result<Event, WebhookError>, field: &str) -> bool {
    matches!(got, Err(WebhookError::Unreadable { field: named }) if *named == field)
}

#[test]
fn null_empty_and_missing_fields_are_none_unless_required() {
    each_field(|kind, field, body| {
        let mut bodies = [body.clone(), body.clone(), body];
        bodies[0][field] = Value::Null;
        bodies[1][field] = json!("");
        bodies[2].as_object_mut().unwrap().remove(field);
        for body in bodies {
            let got = read(&body);
            if is_required(kind, field) {
                assert!(unreadable(&got, field), "{kind} {field}: {got:?}");
            } else {
                assert!(got.is_ok(), "{kind} {field}: {got:?}");
            }
        }
    });
}

#[test]
fn reads_numbers_as_text_and_text_as_numbers() {
    each_field(|kind, field, mut body| {
        body[field] = match &body[field] {
            Value::Bool(flag) => json!(flag.to_string()),
            Value::String(text) => text.parse().map_or(json!(7), Value::Number),
            Value::Object(_) => return,
            other => panic!("{field}: {other}"),
        };
        let got = read(&body);
        assert!(got.is_ok(), "{kind} {field}: {got:?}");
    });
}

#[test]
fn values_of_another_type_are_none_unless_strict() {
    each_field(|kind, field, mut body| {
        for other in [json!([]), json!([[1]]), json!({"a": []}), json!({})] {
            if field == "extend" && other.is_object() {
                continue; // an object like any other
            }
            body[field] = other;
            let got = read(&body);
            if is_strict(kind, field) {
                assert!(unreadable(&got, field), "{kind} {field}: {got:?}");
            } else {
                assert!(got.is_ok(), "{kind} {field}: {got:?}");
            }
        }
    });
}

#[test]
fn refuses_a_credit_without_amount_or_coin() {
    let incoming = ["api deposit", "direct deposit", "invoice"];
    for kind in [
        "api deposit",
        "direct deposit",
        "invoice",
        "api withdrawal",
        "refund",
    ] {
        for status in ["pending", "processing", "success", "failed", "Success"] {
            for field in ["paid_amount", "withdraw_amount", "amount", "crypto"] {
                let mut body: Value = serde_json::from_str(text(&case(kind), "body")).unwrap();
                body["pay_status"] = json!(status);
                if body.as_object_mut().unwrap().remove(field).is_none() {
                    continue;
                }
                let got = read(&body);
                if incoming.contains(&kind) && status.eq_ignore_ascii_case("success") {
                    assert!(unreadable(&got, field), "{kind} {status} {field}: {got:?}");
                } else {
                    assert!(!got.unwrap().is_credit(), "{kind} {status} {field}");
                }
            }
        }
    }
}
