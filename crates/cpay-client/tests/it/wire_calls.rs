//! The recorded answers of the other calls with one change each, and answers that do not match the request.

use crate::calls;
use crate::calls::{parse, recorded};
use cpay_client::{BalanceQuery, Call, CardRateQuery, RateQuery, WalletAddressQuery};
use payments_core::{Effect, Kind};
use serde_json::{Value, json};

struct Case {
    name: &'static str,
    /// Shows what was read, or the fault's kind.
    read: fn(&Value) -> Result<String, Kind>,
    required: &'static [&'static str],
    /// What is compared with the request.
    compared: &'static [&'static str],
}

impl Case {
    /// What makes an answer unreadable when it cannot be read.
    fn is_strict(&self, name: &str) -> bool {
        const STRICT: [&str; 9] = [
            "orderId",
            "status",
            "orderStatus",
            "amountExchanged",
            "availableBalance",
            "freezeBalance",
            "address",
            "currency",
            "network",
        ];
        let of_rows = !matches!(name, "network" | "currency") || self.name == "wallet-address";
        self.required.contains(&name)
            || self.compared.contains(&name)
            || (of_rows && STRICT.contains(&name))
    }
}

fn shown<C: Call>(call: &C, body: &Value) -> Result<String, Kind>
where
    C::Output: std::fmt::Debug,
{
    parse(call, body.to_string())
        .map(|got| format!("{got:?}"))
        .map_err(|fault| fault.kind())
}

fn cases() -> Vec<Case> {
    let case = |name, read, required, compared| Case {
        name,
        read,
        required,
        compared,
    };
    vec![
        case(
            "wallet-address",
            |body| shown(&WalletAddressQuery::new("u"), body),
            &["address", "currency", "network"],
            &[],
        ),
        case("withdraw", |body| shown(&calls::withdraw(), body), &[], &[]),
        case(
            "withdraw-every-field",
            |body| shown(&calls::withdraw(), body),
            &[],
            &[
                "merchantTradeNo",
                "orderAmount",
                "receivedAmount",
                "cryptoCurrency",
            ],
        ),
        case(
            "fiat-payout",
            |body| shown(&calls::payout(calls::pix()), body),
            &["orderId"],
            &["merchantTradeNo", "receivedAmount", "currency"],
        ),
        case(
            "balance",
            |body| shown(&BalanceQuery::new(), body),
            &["cryptoCurrency"],
            &[],
        ),
        case(
            "exchange-rate",
            |body| shown(&RateQuery::new(calls::spending()), body),
            &["exchangeRate"],
            &[],
        ),
        case(
            "card-exchange-rate",
            |body| shown(&CardRateQuery::new(calls::spending()), body),
            &["exchangeRate"],
            &[],
        ),
        case(
            "exchange",
            |body| shown(&calls::exchange(), body),
            &["targetAmount"],
            &["targetCurrency"],
        ),
        case("kyc", |body| shown(&calls::kyc(10), body), &["count"], &[]),
        case(
            "card-payment",
            |body| shown(&calls::card_payment(), body),
            &["orderId"],
            &[],
        ),
        case(
            "card-order",
            |body| shown(&calls::card_order(), body),
            &["orderId"],
            &["merchantTradeNo", "orderAmount", "orderCurrency"],
        ),
    ]
}

/// The object, or each object of the list, that `data` holds.
fn row(body: &mut Value, place: usize) -> &mut Value {
    match &mut body["data"] {
        Value::Array(rows) => &mut rows[place],
        data => data,
    }
}

/// Every recorded answer, once for every field of every row.
fn each_field(mut bend: impl FnMut(&Case, &str, &dyn Fn(Option<Value>) -> Value, &Value)) {
    let mut fields = 0;
    for case in cases() {
        let whole = recorded(case.name);
        (case.read)(&whole).unwrap();
        for place in 0..whole["data"].as_array().map_or(1, Vec::len) {
            let names: Vec<_> = row(&mut whole.clone(), place)
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            for name in names {
                let with = |value: Option<Value>| {
                    let mut body = whole.clone();
                    let fields = row(&mut body, place).as_object_mut().unwrap();
                    match value {
                        Some(value) => drop(fields.insert(name.clone(), value)),
                        None => drop(fields.remove(&name)),
                    }
                    body
                };
                bend(&case, &name, &with, &row(&mut whole.clone(), place)[&name]);
                fields += 1;
            }
        }
    }
    assert!(fields > 90, "{fields}");
}

#[test]
fn missing_null_and_empty_fields_are_none_unless_required() {
    each_field(|case, name, with, _| {
        let required = case.required.contains(&name);
        for value in [Some(Value::Null), Some(json!("")), None] {
            let got = (case.read)(&with(value.clone()));
            match got {
                Ok(_) => assert!(!required, "{} {name}: {value:?} was read", case.name),
                Err(kind) => {
                    assert!(
                        required && kind == Kind::Undecodable,
                        "{} {name} {value:?}: {kind}",
                        case.name
                    );
                }
            }
        }
    });
}

#[test]
fn accepts_numbers_as_text_and_text_as_numbers() {
    each_field(|case, name, with, value| {
        let swapped = match value {
            Value::Number(number) => json!(number.to_string()),
            Value::String(text) => text.parse().map_or(json!(7), Value::Number),
            other => panic!("{name}: {other}"),
        };
        let number = |value: &Value| value.to_string().trim_matches('"').parse::<f64>().ok();
        let same = number(value).is_some() && number(value) == number(&swapped);
        let got = (case.read)(&with(Some(swapped)));
        if case.compared.contains(&name) && !same {
            assert_eq!(got.unwrap_err(), Kind::Integrity, "{} {name}", case.name);
        } else {
            assert!(got.is_ok(), "{} {name}: {got:?}", case.name);
        }
    });
}

#[test]
fn malformed_fields_are_none_unless_they_affect_the_order() {
    each_field(|case, name, with, _| {
        for odd in [json!([]), json!({}), json!([[["deep"]]]), json!({"a": 1})] {
            let got = (case.read)(&with(Some(odd)));
            if case.is_strict(name) {
                assert_eq!(got.unwrap_err(), Kind::Undecodable, "{} {name}", case.name);
            } else {
                assert!(got.is_ok(), "{} {name}: {got:?}", case.name);
            }
        }
    });
}

#[test]
fn currencies_are_compared_ignoring_case() {
    let mut compared = 0;
    each_field(|case, name, with, value| {
        if case.compared.contains(&name) && name.to_ascii_lowercase().ends_with("currency") {
            let small = value.as_str().unwrap().to_ascii_lowercase();
            assert_ne!(json!(small), *value);
            let got = (case.read)(&with(Some(json!(small))));
            assert!(got.is_ok(), "{} {name}: {got:?}", case.name);
            compared += 1;
        }
    });
    assert_eq!(compared, 4);
}

/// An accepted payout must not become an unknown outcome because of an unreadable fee.
#[test]
fn malformed_informative_fields_are_none() {
    let mut body = recorded("withdraw-every-field");
    body["data"]["fee"] = json!("-1");
    body["data"]["createTime"] = json!("soon");
    let got = parse(&calls::withdraw(), body.to_string()).unwrap();
    assert_eq!((got.fee, got.create_time), (None, None));
    assert!(got.order_id.is_some() && got.order_amount.is_some());
    body["data"]["orderAmount"] = json!("-4");
    let fault = parse(&calls::withdraw(), body.to_string()).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable, "it is compared");

    let mut body = recorded("exchange");
    body["data"]["fee"] = json!("-");
    body["data"]["exchangeRate"] = json!("market");
    let got = parse(&calls::exchange(), body.to_string()).unwrap();
    assert_eq!((got.fee, got.rate), (None, None));
    body["data"]["targetAmount"] = json!("-1");
    assert!(parse(&calls::exchange(), body.to_string()).is_err());
}

#[test]
fn an_unreadable_balance_does_not_affect_the_others() {
    let mut body = recorded("balance");
    body["data"][3]["availableBalance"] = json!("-0.5");
    body["data"][4]["freezeBalance"] = json!(-1);
    let got = parse(&BalanceQuery::new(), body.to_string()).unwrap();
    assert_eq!(got.balances.len(), 7);
    let (usd, btc) = (got.of("USD").unwrap(), got.of("BTC").unwrap());
    assert_eq!((usd.available, usd.available_text()), (None, Some("-0.5")));
    assert_eq!(usd.frozen_text(), Some("12.237"));
    assert_eq!(usd.frozen, Some(calls::amount("12.237")));
    assert_eq!((btc.frozen, btc.frozen_text()), (None, Some("-1")));
    assert!(btc.available.is_some());

    let bare = json!({"code": 0, "data": [{"currency": "EUR", "availableBalance": ""}]});
    let got = parse(&BalanceQuery::new(), bare.to_string()).unwrap();
    let eur = got.of("EUR").unwrap();
    assert_eq!((eur.available_text(), eur.frozen_text()), (None, None));
}

#[test]
fn the_code_of_a_declined_card_counts_only_for_card_payments() {
    use payments_core::Refusal;

    let body = recorded("declined").to_string();
    let paid = parse(&calls::card_payment(), body.clone())
        .map(drop)
        .unwrap_err();
    assert_eq!(paid.kind(), Kind::Refused(Refusal::Declined));
    for fault in [
        parse(&calls::card_order(), body.clone())
            .map(drop)
            .unwrap_err(),
        parse(&calls::withdraw(), body.clone())
            .map(drop)
            .unwrap_err(),
        parse(&calls::payout(calls::pix()), body.clone())
            .map(drop)
            .unwrap_err(),
        parse(&calls::exchange(), body.clone())
            .map(drop)
            .unwrap_err(),
        parse(&calls::kyc(1), body).map(drop).unwrap_err(),
    ] {
        assert_eq!(fault.kind(), Kind::Ambiguous);
        assert_eq!(fault.provider_code(), Some("90751015"));
    }
}

#[test]
fn refuses_an_answer_that_differs_from_the_request() {
    let mut compared = 0;
    each_field(|case, name, with, value| {
        if case.compared.contains(&name) {
            let other = if name.ends_with("Amount") {
                json!("123.5")
            } else {
                json!("other")
            };
            assert_ne!(&other, value);
            assert_eq!(
                (case.read)(&with(Some(other))).unwrap_err(),
                Kind::Integrity,
                "{} {name}",
                case.name
            );
            compared += 1;
        }
    });
    assert_eq!(
        compared,
        cases()
            .iter()
            .map(|case| case.compared.len())
            .sum::<usize>()
    );
}

#[test]
fn accepts_unknown_fields_and_states() {
    for case in cases() {
        let plain = (case.read)(&recorded(case.name)).unwrap();
        let sized = |shown: &str| shown.split("body_bytes").next().unwrap().to_owned();
        let mut body = recorded(case.name);
        body["newField"] = json!({"a": [1, null]});
        row(&mut body, 0)["newField"] = json!([{"b": 1e300}]);
        assert_eq!(
            sized(&(case.read)(&body).unwrap()),
            sized(&plain),
            "{}",
            case.name
        );
        for name in ["status", "orderStatus"] {
            if !row(&mut body, 0)[name].is_null() {
                row(&mut body, 0)[name] = json!("99");
                let shown = (case.read)(&body).unwrap();
                assert!(shown.contains(r#"Other("99")"#), "{shown}");
            }
        }
    }
}

#[test]
fn rows_are_read_by_name_and_lists_may_be_empty() {
    let addresses = WalletAddressQuery::new("u");
    for data in ["null", "\"\"", "[]"] {
        let body = format!(r#"{{"code":0,"data":{data}}}"#);
        assert_eq!(parse(&addresses, body.clone()).unwrap().addresses, []);
        assert_eq!(parse(&BalanceQuery::new(), body).unwrap().balances, []);
    }
    assert_eq!(parse(&addresses, r#"{"code":0}"#).unwrap().addresses, []);
    for data in [
        r#"[["a","USDT","TRON"]]"#,
        r#"{"address":"a"}"#,
        "[null]",
        "[7]",
        "7",
        "\"x\"",
    ] {
        let body = format!(r#"{{"code":0,"data":{data},"traceid":"t-1"}}"#);
        for kind in [
            parse(&addresses, body.clone()).map(drop).unwrap_err(),
            parse(&BalanceQuery::new(), body).map(drop).unwrap_err(),
        ] {
            assert_eq!(
                (kind.kind(), kind.provider_request_id()),
                (Kind::Undecodable, Some("t-1")),
                "{data}"
            );
        }
    }
}

#[test]
fn every_call_has_its_documented_effect() {
    fn effect<C: Call>(_: &C) -> Effect {
        C::EFFECT
    }
    assert_eq!(effect(&BalanceQuery::new()), Effect::Read);
    assert_eq!(effect(&RateQuery::new(calls::spending())), Effect::Read);
    assert_eq!(effect(&CardRateQuery::new(calls::spending())), Effect::Read);
    assert_eq!(effect(&WalletAddressQuery::new("u")), Effect::Keyed);
    assert_eq!(effect(&calls::withdraw()), Effect::Unkeyed);
    assert_eq!(effect(&calls::payout(calls::pix())), Effect::Unkeyed);
    assert_eq!(effect(&calls::exchange()), Effect::Unkeyed);
    assert_eq!(effect(&calls::kyc(1)), Effect::Unkeyed);
    assert_eq!(effect(&calls::card_payment()), Effect::Unkeyed);
    assert_eq!(effect(&calls::card_order()), Effect::Unkeyed);
}
