//! Result codes, caused by requests and by injected faults.

use std::time::Duration;

use chainup_opay_client::{
    CancelOrder, Config, ConfigError, CreateOrder, OrderQuery, OrderStatus, Payer, codes,
};
use payments_core::{Error, Kind, NextStep, Operation as _, Outcome, ProviderRef, Refusal};
use payments_sandbox::ChainupOpayFault;

use crate::sandbox::shop::{COIN, PAYER, Shop, client, config, refused};

fn unknown_number() -> ProviderRef {
    ProviderRef::new("0".repeat(32)).unwrap()
}

/// A key that neither side of the sandbox has.
fn foreign_key(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/signatures/chainup_opay/"
    );
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

#[tokio::test]
async fn refuses_unknown_apps_and_wrong_keys() {
    let shop = Shop::open().await;
    let test = &shop.sandbox.credentials().chainup_opay;
    let keys = |private: &str, public: &str| {
        Config::new(shop.sandbox.base_url(), &*test.app_id, private, public)
    };
    let signed_by_another = keys(&foreign_key("merchant.pri.pem"), &test.platform_public_key);
    let sealed_to_another = keys(&test.merchant_private_key, &foreign_key("platform.pub.pem"));
    for (config, code) in [
        // A malformed app id, and an unknown one.
        (config(&shop.sandbox, "no!app"), "50001"),
        (config(&shop.sandbox, "another_app"), "50004"),
        (signed_by_another.unwrap(), "50005"),
        (sealed_to_another.unwrap(), "50005"),
    ] {
        let client = client(&config);
        let order = shop.order("order-1", "5");
        let error = client.create_order(order).await.unwrap_err();
        refused(&error, code, Refusal::Authentication);
        assert_eq!(error.next_step(), NextStep::FixConfiguration);
        let error = client.order_detail(OrderQuery::new(unknown_number())).await;
        refused(&error.unwrap_err(), code, Refusal::Authentication);
    }
    assert!(shop.sandbox.orders().is_empty());
    // The same key in both places is refused before anything is sent.
    let own = keys(&test.merchant_private_key, &test.merchant_public_key);
    assert_eq!(own.unwrap_err(), ConfigError::OwnPublicKey);
}

#[tokio::test]
async fn refuses_a_request_time_outside_the_window() {
    let shop = Shop::open().await;
    shop.sandbox.clock().advance(Duration::from_secs(310));
    let error = shop.client.create_order(shop.order("order-1", "5")).await;
    refused(&error.unwrap_err(), "50010", Refusal::Authentication);
    let tolerant = Shop::with(
        |builder| builder.chainup_opay_time_window(Duration::from_secs(3_600)),
        |config| config,
    )
    .await;
    tolerant.sandbox.clock().advance(Duration::from_secs(310));
    tolerant.made("order-1", "5").await;
}

#[tokio::test]
async fn refuses_orders_with_bad_values() {
    let shop = Shop::open().await;
    let unknown_payer = "9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f";
    let order_for = |payer, digits, coin| shop.order_for(payer, "order-1", digits, coin);
    let payer = || Payer::by_user_id(PAYER);
    for (order, code) in [
        (order_for(Payer::by_user_id("1"), "5", COIN), "70004"),
        (
            order_for(Payer::by_open_id(unknown_payer), "5", COIN),
            "70004",
        ),
        (order_for(payer(), "5", "DOGE"), "70007"),
        (order_for(payer(), "5", "usdt1742"), "70007"),
        (order_for(payer(), "0.0000001", COIN), "70008"),
        (shop.order("order-1", "5").scene_type(7), "70009"),
    ] {
        let error = shop.client.create_order(order).await.unwrap_err();
        refused(&error, code, Refusal::Request);
        assert_eq!(error.next_step(), NextStep::FixRequest);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(unknown_payer), "{shown}");
    }
    let zero = shop.client.create_order(shop.order("order-1", "0")).await;
    assert_eq!(zero.unwrap_err().kind(), Kind::Invalid, "not even sent");
    assert!(shop.sandbox.orders().is_empty());
    let scenes = Shop::with(
        |builder| builder.chainup_opay_scene_types(["7"]),
        |config| config,
    )
    .await;
    let order = scenes.order("order-1", "5").scene_type(7);
    scenes.client.create_order(order).await.unwrap();
}

#[tokio::test]
async fn refuses_unknown_order_numbers() {
    let shop = Shop::open().await;
    let asked = shop
        .client
        .order_detail(OrderQuery::new(unknown_number()))
        .await;
    refused(&asked.unwrap_err(), "70001", Refusal::State);
    let cancelled = shop
        .client
        .cancel_order(CancelOrder::new(unknown_number()))
        .await;
    refused(&cancelled.unwrap_err(), "70001", Refusal::State);
}

/// Each code replaces the answer to a write.
#[tokio::test]
async fn every_listed_code_has_the_outcome_in_the_table() {
    let shop = Shop::open().await;
    for row in codes::CODES {
        let Some(kind) = row.kind else { continue };
        let (kind, outcome, attempts) = match kind {
            _ if !row.belongs_to(CreateOrder::NAME) => (Kind::Ambiguous, Outcome::Unknown, 1),
            Kind::Busy => (kind, row.outcome(), 3),
            _ => (kind, row.outcome(), 1),
        };
        let fault = ChainupOpayFault::instead(row.code.parse().unwrap());
        for _ in 0..attempts {
            shop.sandbox.chainup_opay_fault(fault).unwrap();
        }
        let error = shop.client.create_order(shop.order("order-1", "5")).await;
        let error = error.unwrap_err();
        assert_eq!((error.code(), error.kind()), (Some(row.code), kind));
        assert_eq!(
            (error.outcome(), error.attempts()),
            (outcome, attempts),
            "{error}"
        );
    }
    assert!(shop.sandbox.orders().is_empty(), "no order was created");
    let fault = ChainupOpayFault::instead(10_002);
    shop.sandbox.chainup_opay_fault(fault).unwrap();
    let unlisted = shop.client.create_order(shop.order("order-1", "5")).await;
    assert_eq!(unlisted.unwrap_err().outcome(), Outcome::Unknown);
    shop.made("order-1", "5").await;
}

fn timed_out(error: &Error) {
    assert_eq!(error.code(), Some("50009"), "{error}");
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::Unknown)
    );
    assert_eq!((error.next_step(), error.attempts()), (NextStep::Query, 1));
}

#[tokio::test]
async fn a_repeat_reveals_whether_a_timeout_created_the_order() {
    let shop = Shop::open().await;
    let fault = |fault| shop.sandbox.chainup_opay_fault(fault).unwrap();
    let again = async || shop.client.create_order(shop.order("order-1", "5")).await;
    fault(ChainupOpayFault::instead(50_009));
    timed_out(&again().await.unwrap_err());
    fault(ChainupOpayFault::after(50_009));
    timed_out(&again().await.unwrap_err());
    let error = again().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Duplicate, Some("70002"))
    );
    assert_eq!(shop.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn a_query_reveals_whether_a_timeout_cancelled_the_order() {
    let shop = Shop::open().await;
    let number = shop.made("order-1", "5").await;
    let cancel = async || {
        shop.client
            .cancel_order(CancelOrder::new(number.clone()))
            .await
    };
    let fault = |fault| shop.sandbox.chainup_opay_fault(fault).unwrap();
    fault(ChainupOpayFault::instead(50_009));
    timed_out(&cancel().await.unwrap_err());
    assert_eq!(shop.status(&number).await, OrderStatus::Pending);
    fault(ChainupOpayFault::after(50_009));
    timed_out(&cancel().await.unwrap_err());
    assert_eq!(shop.status(&number).await, OrderStatus::Closed);
    // A query changes nothing.
    fault(ChainupOpayFault::instead(50_009));
    let error = shop
        .client
        .order_detail(OrderQuery::new(number.clone()))
        .await;
    assert_eq!(error.unwrap_err().outcome(), Outcome::NotApplied);
}

#[tokio::test]
async fn an_order_with_a_bad_url_is_not_sent() {
    let shop = Shop::open().await;
    let order = CreateOrder::new(
        crate::sandbox::shop::reference("order-1"),
        Payer::by_user_id(PAYER),
        crate::sandbox::shop::amount("5"),
        COIN,
        "shop.example/return",
        shop.receiver.url(),
    );
    let error = shop.client.create_order(order).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (Kind::Invalid, Some("return_page"))
    );
    assert!(shop.sandbox.requests().is_empty());
}
