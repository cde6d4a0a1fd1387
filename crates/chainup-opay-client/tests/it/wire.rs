//! Answers as typed values: the recorded ones field by field, and the forms of an envelope.
use chainup_opay_client::{OrderStatus, OrderType};
use payments_core::{Fault, Kind, Refusal, Timestamp};
use serde_json::json;

use crate::support::{
    self, NUMBER, OPEN_ID, cancel, order, parse, query, recorded, reference, statement,
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn reads_a_created_order() {
    let created = recorded(&order(), "create-order");
    assert_eq!(created.order_num.as_str(), NUMBER);
    assert!(created.is_verified());
    let inside = support::fixture("wire/chainup_opay/create-order.inside.json");
    assert_eq!(
        created.plaintext().unwrap().as_bytes(),
        inside.trim_ascii_end()
    );
    let body = support::fixture("wire/chainup_opay/create-order.answer.json");
    assert_eq!(created.raw().unwrap().body(), &body);
}

#[test]
fn reads_an_order_detail_with_the_documented_types() {
    let got = recorded(&query(), "order-detail");
    assert_eq!(got.order_num.as_str(), NUMBER);
    assert_eq!(got.status, OrderStatus::Paid);
    assert_eq!(got.app_order_id, some("11321"));
    assert_eq!(got.amount, Some("10".parse().unwrap()));
    assert_eq!(got.coin, some("btc"));
    assert!(got.is_in("BTC") && !got.is_in("BTC1"));
    assert_eq!((&got.coin_name, got.show_precision), (&None, Some(8)));
    assert_eq!(
        got.create_time,
        Some(Timestamp::from_millis(1_715_310_032_123))
    );
    assert_eq!(
        (got.app_key.as_deref(), got.user_id.as_deref()),
        (Some("xxx_xxx"), Some("22033390"))
    );
    assert_eq!(
        (got.has_google_codes, got.has_sms_codes),
        (Some(true), Some(false))
    );
    let accounts = got.accounts.as_deref().unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!(accounts[0].name, some("Exchange account"));
    assert_eq!(accounts[0].account_type, some("201"));
    // The exact digits of the number: it never was a float.
    assert_eq!(accounts[0].balance.unwrap().to_string(), "1234.50000000");
    assert_eq!(accounts[1].balance.unwrap().to_string(), "0.00000000");
    assert!(got.is_verified());
}

#[test]
fn reads_an_order_detail_as_seen_live() {
    let got = recorded(&query(), "order-detail-live");
    assert_eq!(got.status, OrderStatus::Pending);
    assert_eq!(
        (got.coin.as_deref(), got.coin_name.as_deref()),
        (Some("USDT1742"), Some("USDT"))
    );
    assert!(
        got.is_in("usdt1742") && !got.is_in("USDT"),
        "symbols are not taken apart"
    );
    assert_eq!(
        (got.has_google_codes, got.has_sms_codes),
        (Some(true), Some(true))
    );
    let accounts = got.accounts.as_deref().unwrap();
    assert_eq!(accounts[0].name, some("币币账户"));
    assert_eq!(accounts[0].balance.unwrap().to_string(), "0.00000001");
}

#[test]
fn reads_a_statement() {
    let got = recorded(&statement(), "statement");
    assert_eq!((got.count, got.rows.len()), (Some(3), 3));
    let row = &got.rows[0];
    assert_eq!(
        (row.app_order_id.as_str(), &row.order_type),
        ("11321", &OrderType::Payment)
    );
    assert_eq!(
        (row.amount.to_string().as_str(), row.coin.as_str()),
        ("0.10", "btc")
    );
    assert!(row.is_in("BTC"));
    assert_eq!(
        row.create_time,
        Some(Timestamp::from_millis(1_715_310_032_123))
    );
    assert_eq!(
        row.pay_time,
        Some(Timestamp::from_millis(1_715_310_099_000))
    );
    assert_eq!(row.merchant_user_id, some("10001"));
    assert_eq!(
        (row.user_id.as_deref(), row.open_id.as_deref()),
        (Some("22033390"), Some(OPEN_ID))
    );
    assert_eq!(got.rows[1].amount.to_string(), "0.00000001");
    assert_eq!((&got.rows[1].open_id, got.rows[1].pay_time), (&None, None));
    assert_eq!(
        got.rows[2].amount.to_string(),
        "123456789012345678.000000001"
    );

    // A payment and a transfer with the same id are two orders.
    let id = reference("11321");
    assert_eq!(got.find(&id, &OrderType::Payment), Some(&got.rows[0]));
    assert_eq!(got.find(&id, &OrderType::Transfer), Some(&got.rows[1]));
    assert_eq!(got.find(&id, &OrderType::from("12")), None);
    let empty = recorded(&statement(), "statement-without-rows");
    assert_eq!((empty.count, empty.rows.len()), (Some(0), 0));
}

#[test]
fn reads_documented_refusals() {
    let exists = |body: Vec<u8>| parse(&order(), body).unwrap_err();
    let unknown = |body: Vec<u8>| parse(&query(), body).unwrap_err();
    for (name, code, kind, read) in [
        (
            "order-exists",
            "70002",
            Kind::Duplicate,
            &exists as &dyn Fn(Vec<u8>) -> Fault,
        ),
        (
            "order-unknown",
            "70001",
            Kind::Refused(Refusal::State),
            &unknown,
        ),
    ] {
        let fault = read(support::fixture(&format!(
            "wire/chainup_opay/{name}.answer.json"
        )));
        assert_eq!(
            (fault.kind(), fault.provider_code()),
            (kind, Some(code)),
            "{name}"
        );
        assert!(fault.provider_message().unwrap().starts_with("Order "));
    }
}

#[test]
fn empty_data_has_five_forms() {
    for data in [
        r#""data":null,"#,
        r#""data":"","#,
        r#""data":{ },"#,
        r#""data":[],"#,
        "",
    ] {
        for code in ["0", "\"0\""] {
            let body = format!(r#"{{{data}"sign":null,"code":{code},"msg":["odd"]}}"#);
            assert!(
                !parse(&cancel(), body.clone()).unwrap().is_verified(),
                "{body}"
            );
            let fault = parse(&order(), body.clone()).unwrap_err();
            assert_eq!(fault.kind(), Kind::Undecodable, "{body}");
        }
    }
}

#[test]
fn refuses_data_without_a_valid_signature() {
    let signed = support::json("wire/chainup_opay/create-order.answer.json");
    let (data, sign) = (&signed["data"], &signed["sign"]);
    let other = &support::json("wire/chainup_opay/statement.answer.json")["sign"];
    let own = support::merchant().sign(br#"{"orderNum":"x"}"#).unwrap();
    for (what, body) in [
        ("no sign", json!({"code": 0, "data": data})),
        ("null sign", json!({"code": 0, "data": data, "sign": null})),
        ("empty sign", json!({"code": 0, "data": data, "sign": ""})),
        (
            "a number for a sign",
            json!({"code": 0, "data": data, "sign": 7}),
        ),
        (
            "the sign of another answer",
            json!({"code": 0, "data": data, "sign": other}),
        ),
        (
            "the merchant's own sign",
            json!({"code": 0, "data": data, "sign": own}),
        ),
        (
            "data that is no base64",
            json!({"code": 0, "data": "success", "sign": sign}),
        ),
        (
            "plain data",
            json!({"code": 0, "data": {"orderNum": "1"}, "sign": sign}),
        ),
        (
            "a plain list",
            json!({"code": 0, "data": [1], "sign": sign}),
        ),
        ("a number", json!({"code": 0, "data": 1, "sign": sign})),
    ] {
        let body = body.to_string();
        assert_eq!(
            parse(&order(), body.clone()).unwrap_err().kind(),
            Kind::Unverified,
            "{what}"
        );
        assert_eq!(
            parse(&cancel(), body.clone()).unwrap_err().kind(),
            Kind::Unverified,
            "{what}"
        );
        assert_eq!(
            parse(&query(), body).unwrap_err().kind(),
            Kind::Unverified,
            "{what}"
        );
    }
}

#[test]
fn refuses_an_answer_about_another_order() {
    let mut inside = support::json("wire/chainup_opay/order-detail-live.inside.json");
    inside["orderNum"] = json!("somebody-elses");
    let fault = parse(&query(), support::sealed(&inside.to_string())).unwrap_err();
    assert_eq!(fault.kind(), Kind::Integrity);
}
