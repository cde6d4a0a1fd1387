//! Raw calls: typed requests with further fields, and paths that the gateway does not know.

use payments_core::{Kind, Outcome, RawCall};
use serde_json::{Value, json};

use super::shop::{Shop, USDT, order, payout};

#[tokio::test]
async fn a_raw_withdrawal_is_made_and_found_by_a_typed_query() {
    let shop = Shop::open().await;
    let mut fields = serde_json::to_value(payout("payout-1", "5")).unwrap();
    fields["memo"] = json!("7");
    let call = RawCall::write("withdraw");
    let response = shop.client.call_raw(call, &fields).await.unwrap();
    let made: Value = response.parse().unwrap();
    let found = shop.payout("payout-1").await.unwrap();
    assert_eq!(found.order_id.unwrap().as_str(), made["order_id"]);
}

#[tokio::test]
async fn a_raw_read_returns_the_data_of_the_answer() {
    let shop = Shop::open().await;
    let call = RawCall::read("token/rate");
    let fields = json!({"amount": "1000", "token_id": USDT});
    let response = shop.client.call_raw(call, &fields).await.unwrap();
    let rate: Value = response.parse().unwrap();
    assert!(rate["price"].is_string() && rate["value"].is_string());
}

#[tokio::test]
async fn a_refused_raw_call_has_an_unknown_outcome() {
    let shop = Shop::open().await;
    let create = || RawCall::write("bill/create");
    let fields = order("order-1", "10");
    shop.client.call_raw(create(), &fields).await.unwrap();
    let error = shop.client.call_raw(create(), &fields).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::Unknown)
    );
    assert!(shop.order("order-1").await.is_some());

    let unknown = RawCall::read("no/such/call");
    let error = shop.client.call_raw(unknown, &json!({})).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotApplied);
}
