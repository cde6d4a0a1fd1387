//! Each field of an order and of a query: missing, of another type, malformed, unknown.

use super::*;

/// One recorded answer, how to read it, and the fields of `data` that no answer does without.
struct Case {
    recorded: Value,
    read: fn(&Value) -> Bent,
    required: &'static [&'static str],
    compared: &'static [&'static str],
    /// What else makes an answer unreadable when it cannot be read.
    strict: &'static [&'static str],
}

impl Case {
    fn is_strict(&self, name: &str) -> bool {
        [self.required, self.compared, self.strict]
            .iter()
            .any(|names| names.contains(&name))
    }
}

fn cases() -> [Case; 3] {
    let create = |body: &Value| {
        created(&order(), body)
            .map(|got| json!(format!("{got:?}")))
            .map_err(|f| f.kind())
    };
    let ask = |body: &Value| {
        detail(&query(), body)
            .map(|got| json!(format!("{got:?}")))
            .map_err(|f| f.kind())
    };
    let compared = &["merchantTradeNo", "orderAmount", "cryptoCurrency"];
    [
        Case {
            recorded: recorded("create-order"),
            read: create,
            required: &["orderId"],
            compared,
            strict: &["status"],
        },
        Case {
            recorded: {
                // A JSON library's number type cannot hold 21 digits; as text they are the same order.
                let mut answer = recorded("create-order-every-field");
                answer["data"]["orderId"] = json!("221116112637772768014");
                answer
            },
            read: create,
            required: &["orderId"],
            compared,
            strict: &["status"],
        },
        Case {
            recorded: recorded("order-detail"),
            read: ask,
            required: &["orderId", "status"],
            compared: &["merchantTradeNo"],
            strict: &["actualAmount", "receivedAmount", "currency"],
        },
    ]
}

/// Every recorded answer, once for every field of its `data`.
fn each_field(mut check: impl FnMut(&Case, &str, Value)) {
    let mut fields = 0;
    for case in cases() {
        (case.read)(&case.recorded).unwrap();
        for name in case.recorded["data"].as_object().unwrap().keys() {
            check(&case, name, case.recorded.clone());
            fields += 1;
        }
    }
    assert!(fields > 40, "{fields}");
}

#[test]
fn missing_null_and_empty_fields_are_none_unless_required() {
    each_field(|case, name, whole| {
        let mut bodies = [whole.clone(), whole.clone(), whole];
        bodies[0]["data"][name] = Value::Null;
        bodies[1]["data"][name] = json!("");
        bodies[2]["data"].as_object_mut().unwrap().remove(name);
        let required = case.required.contains(&name);
        for (body, how) in bodies.iter().zip(["null", "empty", "missing"]) {
            match (case.read)(body) {
                // An empty status is undocumented and not a success.
                Ok(got) if required && name == "status" && how == "empty" => {
                    assert!(got.to_string().contains("Other"), "{got}");
                }
                Ok(_) => assert!(!required, "{name} {how} was read"),
                Err(kind) => assert!(
                    required && kind == Kind::Undecodable,
                    "{name} {how}: {kind}"
                ),
            }
        }
    });
}

#[test]
fn accepts_numbers_as_text_and_text_as_numbers() {
    each_field(|case, name, mut body| {
        let swapped = match &body["data"][name] {
            Value::Number(number) => json!(number.to_string()),
            Value::String(text) => text.parse().map_or(json!(7), Value::Number),
            other => panic!("{name}: {other}"),
        };
        let same_text = swapped.to_string().trim_matches('"')
            == body["data"][name].to_string().trim_matches('"');
        body["data"][name] = swapped;
        match (case.read)(&body) {
            Ok(_) => assert!(
                same_text || !case.compared.contains(&name),
                "{name}: a difference passed"
            ),
            Err(kind) => {
                assert!(
                    !same_text && case.compared.contains(&name),
                    "{name}: {kind} for {body}"
                );
                assert_eq!(kind, Kind::Integrity, "{name}");
            }
        }
    });
}

#[test]
fn malformed_fields_are_none_unless_they_affect_the_order() {
    each_field(|case, name, mut body| {
        for odd in [json!([]), json!({}), json!([[["deep"]]])] {
            body["data"][name] = odd;
            let strict = case.is_strict(name);
            match (case.read)(&body) {
                Ok(_) => assert!(!strict, "{name} was read from {body}"),
                Err(kind) => assert!(strict && kind == Kind::Undecodable, "{name}: {kind}"),
            }
        }
    });
}

#[test]
fn accepts_unknown_fields_and_states() {
    for case in cases() {
        let plain = (case.read)(&case.recorded).unwrap();
        let mut body = case.recorded.clone();
        body["newField"] = json!({"a": [1, null]});
        body["data"]["newField"] = json!([{"b": 1e300}]);
        let sized = |value: &Value| {
            value
                .to_string()
                .split("body_bytes")
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(sized(&(case.read)(&body).unwrap()), sized(&plain));
        body["data"]["status"] = json!("99");
        assert!(
            (case.read)(&body)
                .unwrap()
                .to_string()
                .contains(r#"Other(\"99\")"#)
        );
    }
}

#[test]
fn an_unreadable_received_amount_is_an_error() {
    for (name, bad) in [
        ("actualAmount", "-1"),
        ("receivedAmount", "1,000"),
        ("receivedAmount", "0.5 USDT"),
    ] {
        let mut body = recorded("order-detail");
        body["data"][name] = json!(bad);
        let fault = detail(&query(), &body).unwrap_err();
        assert_eq!(fault.kind(), Kind::Undecodable, "{name} {bad}");
        assert!(!fault.to_string().contains(bad), "{fault}");
    }
}

/// A created order must not become an unknown outcome because of an unreadable fee.
#[test]
fn malformed_informative_fields_are_none() {
    let mut body = recorded("order-detail");
    for (name, bad) in [
        ("fee", json!("-1")),
        ("pledgeAmount", json!("none")),
        ("createTime", json!("soon")),
        ("extInfo", json!({"a": 1})),
        ("remark", json!([1])),
    ] {
        body["data"][name] = bad;
    }
    let got = detail(&query(), &body).unwrap();
    assert_eq!(
        (got.fee, got.pledge_amount, got.create_time),
        (None, None, None)
    );
    assert_eq!((&got.ext_info, &got.remark), (&None, &None));
    assert_eq!(got.status, OrderStatus::Completed);

    let mut body = recorded("create-order-every-field");
    body["data"]["orderId"] = json!("221116112637772768014");
    body["data"]["fee"] = json!("-0.5");
    body["data"]["createTime"] = json!("2022-11-16");
    let got = created(&order(), &body).unwrap();
    assert_eq!((got.fee, got.create_time), (None, None));
    body["data"]["orderAmount"] = json!("-3");
    let kind = created(&order(), &body).unwrap_err().kind();
    assert_eq!(kind, Kind::Undecodable, "it is compared with the request");
}
