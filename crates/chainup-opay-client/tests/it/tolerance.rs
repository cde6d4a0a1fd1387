//! Every recorded answer, bent in every way: what is read, what is refused, and that nothing panics.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a failed unwrap is a failed test

mod support;

use chainup_opay_client::{Call, DailyStatement, Date};
use payments_core::{Fault, Kind};
use serde_json::{Value, json};
use support::{answer, client, order, query};

fn parse<C: Call>(call: &C, body: impl Into<bytes::Bytes>) -> Result<C::Output, Fault> {
    client().parse(call, &answer(body), support::now())
}

fn statement() -> DailyStatement {
    DailyStatement::new(Date::new(2099, 1, 1).unwrap())
}

/// A recorded text, how to read it, and the fields that no answer does without.
struct Case {
    inside: Value,
    read: fn(&Value) -> Result<String, Kind>,
    required: &'static [&'static str],
    /// What makes an answer unreadable when it is there and cannot be read.
    strict: &'static [&'static str],
}

fn inside(name: &str) -> Value {
    support::json(&format!("wire/chainup_opay/{name}.inside.json"))
}

fn read<C: Call>(call: &C, text: &Value) -> Result<String, Kind>
where
    C::Output: std::fmt::Debug,
{
    parse(call, support::sealed(&text.to_string()))
        .map(|got| format!("{got:?}"))
        .map_err(|fault| fault.kind())
}

fn cases() -> [Case; 4] {
    let detail = |text: &Value| read(&query(), text);
    let detail_strict = &[
        "orderNum",
        "orderStatus",
        "appOrderId",
        "orderAmount",
        "payCoinSymbol",
    ];
    [
        Case {
            inside: inside("create-order"),
            read: |text| read(&order(), text),
            required: &["orderNum"],
            strict: &["orderNum"],
        },
        Case {
            inside: inside("order-detail"),
            read: detail,
            required: &["orderNum", "orderStatus"],
            strict: detail_strict,
        },
        Case {
            inside: inside("order-detail-live"),
            read: detail,
            required: &["orderNum", "orderStatus"],
            strict: detail_strict,
        },
        Case {
            // One row by itself, put into a statement to be read.
            inside: inside("statement")["list"][0].clone(),
            read: |row| read(&statement(), &json!({"count": 1, "list": [row]})),
            required: &["appOrderId", "orderType", "orderAmount", "payCoinSymbol"],
            strict: &["appOrderId", "orderType", "orderAmount", "payCoinSymbol"],
        },
    ]
}

fn each_field(mut check: impl FnMut(&Case, &str, Value)) {
    let mut fields = 0;
    for case in cases() {
        (case.read)(&case.inside).unwrap();
        for name in case.inside.as_object().unwrap().keys() {
            check(&case, name, case.inside.clone());
            fields += 1;
        }
    }
    assert!(fields > 30, "{fields}");
}

#[test]
fn a_field_that_is_null_or_missing_is_none_unless_it_is_required() {
    each_field(|case, name, mut text| {
        let required = case.required.contains(&name);
        text[name] = Value::Null;
        let null = (case.read)(&text);
        text.as_object_mut().unwrap().remove(name);
        for got in [null, (case.read)(&text)] {
            match got {
                Ok(_) => assert!(!required, "{name} was read"),
                Err(kind) => assert!(required && kind == Kind::Undecodable, "{name}: {kind}"),
            }
        }
        text[name] = json!("");
        if let Err(kind) = (case.read)(&text) {
            assert!(
                required && kind == Kind::Undecodable,
                "{name} empty: {kind}"
            );
        }
    });
}

#[test]
fn a_number_may_be_a_text_and_a_text_a_number() {
    each_field(|case, name, mut text| {
        text[name] = match &text[name] {
            Value::Number(number) => json!(number.to_string()),
            Value::String(text) => text.parse().map_or(json!(7), Value::Number),
            // The array of accounts is text that holds it in live answers.
            other => json!(other.to_string()),
        };
        match (case.read)(&text) {
            Ok(_) => {}
            // The one text that cannot be a number: another order's number.
            Err(kind) => assert_eq!((kind, name), (Kind::Integrity, "orderNum")),
        }
    });
}

#[test]
fn a_field_of_another_shape_is_none_unless_it_matters_and_no_panic() {
    each_field(|case, name, mut text| {
        for odd in [
            json!([]),
            json!({}),
            json!([[["deep"]]]),
            json!("no such thing"),
            json!(-1),
            json!(true),
        ] {
            text[name] = odd;
            let strict = case.strict.contains(&name);
            match (case.read)(&text) {
                Ok(_) => assert!(
                    !strict
                        || text[name].is_string()
                        || !text[name].is_array() && !text[name].is_object(),
                    "{name} was read from {text}"
                ),
                Err(kind) => assert!(
                    strict && matches!(kind, Kind::Undecodable | Kind::Integrity),
                    "{name}: {kind}"
                ),
            }
        }
    });
}

#[test]
fn new_fields_and_new_states_break_nothing() {
    for case in cases() {
        let mut text = case.inside.clone();
        text["newField"] = json!([{"a": 1e300}, null]);
        let sized = |shown: String| shown.split("origin").next().unwrap().to_owned();
        let (bent, plain) = (
            (case.read)(&text).unwrap(),
            (case.read)(&case.inside).unwrap(),
        );
        assert_eq!(sized(bent), sized(plain));
    }
    let mut text = inside("order-detail");
    text["orderStatus"] = json!(99);
    assert!(read(&query(), &text).unwrap().contains(r#"Other("99")"#));
    let mut text = inside("statement");
    text["list"][0]["orderType"] = json!("12");
    assert!(
        read(&statement(), &text)
            .unwrap()
            .contains(r#"Other("12")"#)
    );
}

#[test]
fn an_amount_that_cannot_be_read_is_never_taken_for_none() {
    for bad in ["-1", "1,000", "0.5 BTC"] {
        let mut text = inside("order-detail");
        text["orderAmount"] = json!(bad);
        let fault = parse(&query(), support::sealed(&text.to_string())).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{bad}");
        assert!(!fault.to_string().contains(bad), "{fault}");
        let mut text = inside("statement");
        text["list"][1]["orderAmount"] = json!(bad);
        assert_eq!(
            read(&statement(), &text).unwrap_err(),
            Kind::Undecodable,
            "{bad}"
        );
    }
}

#[test]
fn a_signed_text_of_another_shape_is_undecodable() {
    for text in [
        "[]",
        "null",
        "7",
        "\"success\"",
        "{",
        "{}{}",
        "",
        r#"["1cbdc77d"]"#,
        "\u{feff}x",
        "{\"orderNum\":\"1\",\"orderNum\":\"2\"}",
    ] {
        let fault = parse(&order(), support::sealed(text)).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{text}");
    }
    let broken = support::platform()
        .seal(b"{\"orderNum\":\"\xff\"}")
        .unwrap();
    let body = json!({"code": 0, "data": broken.data, "sign": broken.sign}).to_string();
    assert_eq!(parse(&order(), body).unwrap_err().kind(), Kind::Undecodable);
}

#[test]
fn a_list_of_rows_may_be_nothing_and_nothing_else() {
    for (list, rows) in [
        ("null", Some(0)),
        ("\"\"", Some(0)),
        ("[]", Some(0)),
        ("{}", None),
        ("[[]]", None),
        ("[null]", None),
        ("7", None),
    ] {
        let text = format!(r#"{{"count":"0","list":{list}}}"#);
        let got = parse(&statement(), support::sealed(&text));
        assert_eq!(got.ok().map(|page| page.rows.len()), rows, "{list}");
    }
}

/// Every signed object would otherwise be a day without rows.
#[test]
fn a_text_without_a_list_is_no_statement() {
    for text in [
        r#"{"orderNum":"1cbdc77d81874fadabe42ea485863d91"}"#,
        r#"{"count":null}"#,
        r#"{"count":0}"#,
        "{}",
    ] {
        let fault = parse(&statement(), support::sealed(text)).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{text}");
    }
    // Rows are counted and none is told: behind the last page that is right, and on the first it is not.
    let none = || support::sealed(r#"{"count":5,"list":null}"#);
    let fault = parse(&statement(), none()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    let behind = parse(&statement().page(2), none()).unwrap();
    assert_eq!((behind.count, behind.rows.len()), (Some(5), 0));
}
