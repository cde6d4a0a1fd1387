//! Answers as typed values: the recorded ones field by field, then each of them with one change.

mod fields;

use crate::support;
use crate::support::{answer, order, query};
use cpay_client::{CreateOrder, CreatedOrder, OrderDetail, OrderQuery, OrderStatus};
use payments_core::scripted::ScriptedTransport;
use payments_core::{Fault, Kind, ProviderRef, Refusal, Timestamp};
use serde_json::{Value, json};

fn recorded(name: &str) -> Value {
    support::json(&format!("wire/cpay/{name}.answer.json"))
}

fn created(order: &CreateOrder, body: &Value) -> Result<CreatedOrder, Fault> {
    let client = support::scripted(&ScriptedTransport::new());
    client.parse(order, &answer(body.to_string()), support::now())
}

fn detail(query: &OrderQuery, body: &Value) -> Result<OrderDetail, Fault> {
    let client = support::scripted(&ScriptedTransport::new());
    client.parse(query, &answer(body.to_string()), support::now())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn amount(text: &str) -> Option<payments_core::Amount> {
    Some(text.parse().unwrap())
}

#[test]
fn create_order_by_the_specifications_example() {
    let client = support::scripted(&ScriptedTransport::new());
    let bytes = support::fixture("wire/cpay/create-order.answer.json");
    let got = client
        .parse(&order(), &answer(bytes.clone()), support::now())
        .unwrap();
    assert_eq!(got.order_id.as_str(), "221116112637772768014");
    assert_eq!(got.merchant_id, some("20003092"));
    assert_eq!(got.crypto_currency, some("USDT"));
    assert_eq!(got.order_amount, amount("3"));
    assert_eq!(got.received_amount, amount("3"));
    assert_eq!(got.merchant_trade_no, some("test114"));
    assert!(
        got.cashier_url
            .as_deref()
            .unwrap()
            .starts_with("https://cashier.cpay.ltd/payment?orderId=2211")
    );
    assert_eq!(got.success_url, some("https://cashier.cpay.ltd/succed"));
    assert_eq!(got.fail_url, some("https://cashier.cpay.ltd/lose"));
    assert_eq!(
        (&got.return_url, &got.remark, &got.ext_info),
        (&None, &None, &None),
        "an empty text is not set"
    );
    assert_eq!(
        (got.pledge_amount, got.fee, got.create_time),
        (None, None, None)
    );
    assert_eq!(
        (&got.status, &got.network, &got.merchant_user_id),
        (&None, &None, &None)
    );
    let raw = got.raw().unwrap();
    assert_eq!(
        (raw.status().as_u16(), raw.body().as_ref(), raw.is_partial()),
        (200, &bytes[..], false)
    );
}

#[test]
fn create_order_with_every_field_of_the_table_and_the_types_swapped() {
    let client = support::scripted(&ScriptedTransport::new());
    let name = "create-order-every-field";
    // The bytes: `3.000000` and a 21-digit number would not survive a JSON library's number type.
    let bytes = support::fixture(&format!("wire/cpay/{name}.answer.json"));
    let got = client
        .parse(&order(), &answer(bytes), support::now())
        .unwrap();
    assert_eq!(got.order_id.as_str(), "221116112637772768014");
    assert_eq!(got.merchant_id, some("20003092"));
    assert_eq!(got.order_amount.unwrap().to_string(), "3.000000");
    assert_eq!(got.received_amount.unwrap().to_string(), "2.5");
    assert_eq!(got.pledge_amount.unwrap().to_string(), "0.00");
    assert_eq!(got.fee, amount("0.5"));
    assert_eq!(got.status, Some(OrderStatus::Processing));
    assert_eq!(got.network, some("TRON"));
    assert_eq!(got.merchant_user_id, some("1001"));
    assert_eq!(
        got.create_time,
        Some(Timestamp::from_millis(1_668_597_997_000))
    );
    assert_eq!(got.return_url, some("https://shop.example/back"));
    assert_eq!(got.remark, some("充值单补单"));
    assert_eq!(got.ext_info, some(r#"{"reason":"x y"}"#));
}

#[test]
fn order_detail_by_the_specifications_example() {
    let got = detail(&query(), &recorded("order-detail")).unwrap();
    assert_eq!(got.order_id.as_str(), "2209141130105863014");
    assert_eq!(got.status, OrderStatus::Completed);
    assert_eq!(
        got.merchant_trade_no,
        some("7b785240e426694635bb09fb101ae241")
    );
    assert_eq!(got.merchant_user_id, some("test002"));
    assert_eq!(got.merchant_id, some("20003092"));
    assert_eq!(
        got.hash,
        some("c4dbbf5737c52072817dc92fa09c41386f8024fee883270b92bfc1943616f957")
    );
    assert_eq!(got.actual_amount, amount("10"));
    assert_eq!(got.received_amount, amount("10"));
    assert_eq!(got.pledge_amount, amount("0"));
    assert_eq!(got.fee, amount("0"));
    assert_eq!(got.currency, some("USDT"));
    assert_eq!(got.network, some("TRON"));
    assert_eq!(
        got.create_time,
        Some(Timestamp::from_millis(1_663_155_010_000))
    );
    assert_eq!(
        got.ext_info,
        some(r#"{"reason":"Transaction cannot be completed","sceneTag":"EcAcquiring"}"#)
    );
    assert_eq!(got.remark, some("充值单补单"));
    assert!(got.raw().is_some());
}

#[test]
fn documented_codes_have_their_documented_meaning() {
    for (name, code, message, kind) in [
        // "pay fail" is documented for a payment by card, and for no order.
        ("declined", "90751015", "pay fail", Kind::Ambiguous),
        (
            "illegal-ip",
            "90751002",
            "illegal IP",
            Kind::Refused(Refusal::Permission),
        ),
    ] {
        let fault = created(&order(), &recorded(name)).unwrap_err();
        assert_eq!(fault.kind(), kind, "{name}");
        assert_eq!(fault.provider_code(), Some(code));
        assert_eq!(fault.provider_message(), Some(message));
        assert_eq!(fault.provider_request_id(), Some("221117082830X664937"));
    }
}

/// A changed answer becomes a value, or a fault that describes the problem. Nothing panics.
type Bent = Result<Value, Kind>;

#[test]
fn coins_are_compared_ignoring_case() {
    let mut body = recorded("create-order");
    body["data"]["cryptoCurrency"] = json!("usdt");
    let got = created(&order(), &body).unwrap();
    assert_eq!(got.crypto_currency, some("usdt"), "as it came");
}

#[test]
fn the_envelope_requires_only_code_and_data() {
    for name in ["msg", "traceid"] {
        for value in [Value::Null, json!(""), json!(7)] {
            let mut body = recorded("create-order");
            body[name] = value;
            assert!(created(&order(), &body).is_ok(), "{body}");
        }
    }
    let mut body = recorded("create-order");
    body.as_object_mut()
        .unwrap()
        .retain(|name, _| name == "code" || name == "data");
    assert!(created(&order(), &body).is_ok());
    for value in [Value::Null, json!({}), json!([])] {
        body["code"] = value;
        assert_eq!(
            created(&order(), &body).unwrap_err().kind(),
            Kind::Undecodable,
            "{body}"
        );
    }
}

#[test]
fn refuses_the_answer_about_another_order() {
    let mut body = recorded("order-detail");
    body["data"]["merchantTradeNo"] = json!("somebody-elses");
    assert_eq!(detail(&query(), &body).unwrap_err().kind(), Kind::Integrity);

    let by_id = OrderQuery::by_order_id(ProviderRef::new("2209141130105863014").unwrap());
    assert!(detail(&by_id, &body).is_ok());
    body["data"]["orderId"] = json!("2209141130105863015");
    assert_eq!(detail(&by_id, &body).unwrap_err().kind(), Kind::Integrity);
}
