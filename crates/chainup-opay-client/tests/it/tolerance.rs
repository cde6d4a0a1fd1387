//! Recorded answers with every field changed: which are accepted and which are refused, without a panic.
use chainup_opay_client::Call;
use payments_core::Kind;
use serde_json::{Value, json};

use crate::support::{self, order, parse, query, statement};

/// A recorded text and how to read it.
struct Case {
    inside: Value,
    read: fn(&Value) -> Result<String, Kind>,
    /// The fields that must be present.
    required: &'static [&'static str],
    /// The fields that make the answer undecodable if they are malformed.
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
            // A single row, read as a part of a statement.
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
fn missing_and_null_fields_are_none_unless_required() {
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
fn accepts_numbers_as_text_and_text_as_numbers() {
    each_field(|case, name, mut text| {
        text[name] = match &text[name] {
            Value::Number(number) => json!(number.to_string()),
            Value::String(text) => text.parse().map_or(json!(7), Value::Number),
            // In live answers the array of accounts is JSON text.
            other => json!(other.to_string()),
        };
        match (case.read)(&text) {
            Ok(_) => {}
            // It is compared with the requested number.
            Err(kind) => assert_eq!((kind, name), (Kind::Integrity, "orderNum")),
        }
    });
}

#[test]
fn malformed_fields_are_none_unless_strict() {
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
fn accepts_new_fields_and_statuses() {
    for case in cases() {
        let mut text = case.inside.clone();
        text["newField"] = json!([{"a": 1e300}, null]);
        let sized = |shown: String| shown.split("origin").next().unwrap().to_owned();
        let (changed, plain) = (
            (case.read)(&text).unwrap(),
            (case.read)(&case.inside).unwrap(),
        );
        assert_eq!(sized(changed), sized(plain));
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
fn a_malformed_amount_is_an_error() {
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
fn a_list_of_rows_is_an_array_or_blank() {
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

/// Otherwise every signed object would be a day without rows.
#[test]
fn a_statement_needs_a_list() {
    for text in [
        r#"{"orderNum":"1cbdc77d81874fadabe42ea485863d91"}"#,
        r#"{"count":null}"#,
        r#"{"count":0}"#,
        "{}",
    ] {
        let fault = parse(&statement(), support::sealed(text)).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{text}");
    }
    // A count without rows: correct after the last page, an error on the first.
    let no_rows = || support::sealed(r#"{"count":5,"list":null}"#);
    let fault = parse(&statement(), no_rows()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
    let later = parse(&statement().page(2), no_rows()).unwrap();
    assert_eq!((later.count, later.rows.len()), (Some(5), 0));
}
