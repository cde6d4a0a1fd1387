use std::time::Duration;

use serde_json::{Value, json};

use super::merchant::{OPEN_ID, Opay};
use crate::support::shop::START_MS;

/// 2022-11-16 16:00 UTC, when the 17th begins in UTC+8.
const NEXT_DAY_MS: u64 = 1_668_614_400_000;

async fn paid(opay: &Opay, number: &str, amount: &str) {
    opay.order(&json!({"appOrderId": number, "orderAmount": amount}))
        .await;
    opay.shop.sandbox.pay(number, None).await.unwrap();
}

async fn day(opay: &Opay, inside: &Value) -> Value {
    opay.good("merchantBillingDay", inside).await
}

fn numbers(statement: &Value) -> Vec<String> {
    let list = statement["list"].as_array().unwrap().iter();
    list.map(|row| row["appOrderId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_row_has_the_documented_types_and_all_digits() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let amount = "123456789.12345670";
    opay.order(&json!({"orderAmount": amount})).await;
    let empty = day(&opay, &json!({})).await;
    assert_eq!(empty, json!({"count": 0, "list": []}));
    sandbox.clock().advance(Duration::from_secs(1));
    let error = sandbox.pay("order-1", None).await.unwrap_err();
    assert!(error.to_string().contains("too low"));
    opay.order(&json!({"appOrderId": "2", "orderAmount": "0.12345670"}))
        .await;
    sandbox.clock().advance(Duration::from_secs(1));
    sandbox.pay("2", None).await.unwrap();
    let text = opay.good_text("merchantBillingDay", &json!({})).await;
    assert_eq!(
        text,
        format!(
            r#"{{"count":1,"list":[{{"merchantUserId":10001,"appOrderId":"2","payCoinSymbol":"btc","orderAmount":0.12345670,"orderType":1,"userId":22033390,"openId":"{OPEN_ID}","createTime":"{}","payTime":"{}"}}]}}"#,
            START_MS + 1_000,
            START_MS + 2_000
        )
    );
}

#[tokio::test]
async fn the_day_is_that_of_the_payment_in_utc_plus_8() {
    let opay = Opay::open().await;
    paid(&opay, "a", "1").await;
    opay.order(&json!({"appOrderId": "c"})).await;
    let to_the_seam = Duration::from_millis(NEXT_DAY_MS - START_MS - 1);
    opay.shop.sandbox.clock().advance(to_the_seam);
    paid(&opay, "b", "1").await;
    opay.shop.sandbox.clock().advance(Duration::from_millis(1));
    opay.shop.sandbox.pay("c", None).await.unwrap();
    for failed in ["failed", "closed", "open"] {
        opay.order(&json!({"appOrderId": failed})).await;
    }
    opay.shop.sandbox.fail("failed").await.unwrap();
    opay.shop.sandbox.expire("closed").await.unwrap();
    let first = day(&opay, &json!({"day": "2022-11-16"})).await;
    assert_eq!(numbers(&first), ["a", "b"]);
    for inside in [json!({}), json!({"day": "2022-11-17"}), json!({"day": ""})] {
        assert_eq!(numbers(&day(&opay, &inside).await), ["c"], "{inside}");
    }
    let other = day(&opay, &json!({"day": "2099-01-01"})).await;
    assert_eq!(other["count"], 0);
    let record = opay.record();
    assert!(record.notes[0].contains("UTC+8"), "{:?}", record.notes);
    for bad in [
        "2022-11-31",
        "2022-1-1",
        "20221116",
        "today",
        "2022-11-16 00:00:00",
    ] {
        let code = opay.code("merchantBillingDay", &json!({"day": bad})).await;
        assert_eq!(code, "10020", "{bad}");
    }
}

#[tokio::test]
async fn pages_have_part_of_the_rows_and_the_count_of_the_day() {
    let opay = Opay::open().await;
    for number in 0..7 {
        paid(&opay, &number.to_string(), "0.1").await;
        opay.shop.sandbox.clock().advance(Duration::from_secs(1));
    }
    for (page, size, want) in [
        ("1", "3", &["0", "1", "2"][..]),
        ("2", "3", &["3", "4", "5"]),
        ("3", "3", &["6"]),
        ("4", "3", &[]),
        ("1", "2000", &["0", "1", "2", "3", "4", "5", "6"]),
        ("4611686018427387904", "2000", &[]),
    ] {
        let inside = json!({"pageNum": page, "pageSize": size, "orderType": "1"});
        let statement = day(&opay, &inside).await;
        assert_eq!(numbers(&statement), want, "{inside}");
        assert_eq!(statement["count"], 7);
    }
    // "Do not pass to check all."
    assert_eq!(
        numbers(&day(&opay, &json!({"pageSize": "2"})).await),
        ["0", "1", "2", "3", "4", "5", "6"]
    );
    assert_eq!(
        numbers(&day(&opay, &json!({"pageNum": "2"})).await),
        [""; 0]
    );
    let transfers = day(&opay, &json!({"orderType": "11"})).await;
    assert_eq!(transfers, json!({"count": 0, "list": []}));
    for bad in [
        json!({"pageSize": "2001"}),
        json!({"pageSize": "0"}),
        json!({"pageNum": "0"}),
        json!({"pageNum": "-1"}),
        json!({"pageNum": "1.0"}),
        json!({"pageNum": "+1"}),
        json!({"pageNum": 1}),
        json!({"pageNum": "x"}),
        json!({"orderType": "2"}),
        json!({"orderType": "one"}),
    ] {
        assert_eq!(
            opay.code("merchantBillingDay", &bad).await,
            "10020",
            "{bad}"
        );
    }
}

#[tokio::test]
async fn does_not_list_payments_at_other_gateways() {
    let opay = Opay::open().await;
    let id = opay.shop.order_id(&[]).await;
    opay.shop.sandbox.pay(&id, None).await.unwrap();
    assert_eq!(day(&opay, &json!({})).await["count"], 0);
}

#[tokio::test]
async fn a_refund_is_a_row_of_type_11() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    paid(&opay, "a", "5").await;
    opay.order(&json!({"appOrderId": "open"})).await;
    assert!(sandbox.refund("open", "1").await.is_err());
    let refund = sandbox.refund("a", "2").await.unwrap();
    assert_eq!(
        (refund.kind.as_str(), refund.merchant_ref.as_str()),
        ("refund", "a-refund-1")
    );
    assert!(
        sandbox.refund("a", "3.1").await.is_err(),
        "more than was paid"
    );
    assert!(sandbox.refund("a-refund-1", "1").await.is_err());
    sandbox.refund("a", "3").await.unwrap();
    for (kind, want) in [
        ("", &["a", "a-refund-1", "a-refund-2"][..]),
        ("1", &["a"]),
        ("11", &["a-refund-1", "a-refund-2"]),
    ] {
        let statement = day(&opay, &json!({"orderType": kind})).await;
        assert_eq!(numbers(&statement), want, "{kind}");
        assert_eq!(statement["count"], want.len());
        for row in statement["list"].as_array().unwrap() {
            let is_payment = row["appOrderId"] == "a";
            assert_eq!(row["orderType"], if is_payment { 1 } else { 11 });
        }
    }
    let rows = sandbox.balances_at(payments_sandbox::Gateway::CHAINUP_OPAY);
    assert_eq!(rows[0].available, "0");
    assert_eq!(sandbox.deliveries().len(), 1, "of the payment only");
}
