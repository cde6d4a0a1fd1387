//! Raw calls against the sandbox.

use chainup_opay_client::{OrderStatus, RawCall, StatementRow};
use payments_core::{Kind, Outcome};
use serde_json::{Value, json};

use crate::sandbox::shop::{COIN, PAYER, Shop};

#[tokio::test]
async fn a_raw_read_returns_the_checked_json() {
    let shop = Shop::open().await;
    let number = shop.made("order-1", "5").await;
    let fields = json!({"appKey": shop.config.app_id(), "orderNum": number});
    let response = shop
        .client
        .call_raw(RawCall::read("orderDetail"), &fields)
        .await
        .unwrap();
    let order: Value = response.parse().unwrap();
    assert_eq!(order["orderNum"], json!(number));
    let coin = order["payCoinSymbol"].as_str().unwrap();
    assert!(coin.eq_ignore_ascii_case(COIN), "{coin}");
}

#[tokio::test]
async fn a_known_call_takes_further_fields() {
    let shop = Shop::open().await;
    let mut fields = serde_json::to_value(shop.order("order-1", "5")).unwrap();
    fields["newField"] = json!("value");
    let response = shop
        .client
        .call_raw(RawCall::write("createThirdOrder"), &fields)
        .await
        .unwrap();
    let created: Value = response.parse().unwrap();
    let number = created["orderNum"].as_str().unwrap();
    assert_eq!(shop.sandbox.order("order-1").unwrap().order_id, number);

    let again = shop
        .client
        .call_raw(RawCall::write("createThirdOrder"), &fields)
        .await
        .unwrap_err();
    // 70002 belongs to the typed call, which is keyed.
    assert_eq!(
        (again.code(), again.kind(), again.outcome()),
        (Some("70002"), Kind::Ambiguous, Outcome::Unknown)
    );
    assert_eq!(again.attempts(), 1);
}

#[tokio::test]
async fn an_unsigned_success_leaves_a_raw_write_unknown() {
    let shop = Shop::open().await;
    let number = shop.made("order-1", "5").await;
    let error = shop
        .client
        .call_raw(RawCall::write("cancelOrder"), &json!({"orderNum": number}))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (Kind::Unverified, Outcome::Unknown, 1)
    );
    assert_eq!(shop.status(&number).await, OrderStatus::Closed);
}

/// More than 6 KiB, so that it is decrypted on a separate thread.
#[tokio::test]
async fn a_large_raw_answer_is_decrypted() {
    let shop = Shop::open().await;
    for n in 0..40 {
        let number = shop.made(&format!("order-{n}"), "0.000001").await;
        shop.sandbox.pay(number.as_str(), None).await.unwrap();
    }
    let response = shop
        .client
        .call_raw(RawCall::read("merchantBillingDay"), &json!({}))
        .await
        .unwrap();
    assert!(response.raw().body().len() > 6 * 1024);
    let page: Value = response.parse().unwrap();
    let rows = page["list"].as_array().unwrap();
    let row: StatementRow = serde_json::from_str(&rows[0].to_string()).unwrap();
    assert_eq!((rows.len(), row.user_id.as_deref()), (40, Some(PAYER)));
}
