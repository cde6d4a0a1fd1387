//! How often webhooks are pushed, and `webhook/resend`.

use payments_sandbox::{Delivery, DeliveryState};
use serde_json::json;

use super::merchant::{Merchant, START_S, USDT_TRC20, receiver, webhook};
use crate::support::http::reply;

fn only(merchant: &Merchant) -> Delivery {
    let mut deliveries = merchant.sandbox.deliveries();
    assert_eq!(deliveries.len(), 1);
    deliveries.remove(0)
}

#[tokio::test]
async fn pushes_again_with_a_new_signature_until_acknowledged() {
    let merchant = Merchant::open().await;
    let failures = [
        reply(200, "OK"),
        reply(200, "success!"),
        reply(201, "success"),
        String::new(),
        reply(500, "success"),
        reply(200, ""),
    ];
    let script: Vec<&str> = failures.iter().map(String::as_str).collect();
    let shop = receiver(&script).await;
    merchant
        .create("m1", json!({"notify_url": shop.url()}))
        .await;
    merchant.pay("m1", "").await;
    merchant.sandbox.webhooks_quiet().await;
    for (made, wait) in [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480)] {
        assert_eq!(
            (shop.requests().len(), only(&merchant).state),
            (made, DeliveryState::Waiting)
        );
        merchant.wait(wait - 1).await;
        assert_eq!(shop.requests().len(), made, "not before its time");
        merchant.wait(1).await;
    }
    let given_up = only(&merchant);
    assert_eq!(
        (given_up.state, given_up.attempts.len(), given_up.due_ms),
        (DeliveryState::GivenUp, 6, None)
    );
    let times: Vec<String> = (0..6).map(|at| webhook(&merchant, &shop, at).0).collect();
    let want = [0, 30, 90, 210, 450, 930].map(|later| (START_S + later).to_string());
    assert_eq!(times, want);
    let bodies = shop.requests();
    assert!(bodies.iter().all(|(_, body)| *body == bodies[0].1));
    merchant.sandbox.resend(given_up.id).await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(only(&merchant).state, DeliveryState::Delivered);
}

#[tokio::test]
async fn accepts_only_success_and_limits_the_pushes() {
    for text in ["success", "Success", " SUCCESS\r\n"] {
        let merchant = Merchant::open().await;
        let shop = receiver(&[&reply(200, text)]).await;
        merchant
            .create("m1", json!({"notify_url": shop.url()}))
            .await;
        merchant.pay("m1", "").await;
        merchant.sandbox.webhooks_quiet().await;
        assert_eq!(only(&merchant).state, DeliveryState::Delivered, "{text:?}");
    }
    for (set, made) in [(0, 1), (2, 2), (7, 7), (99, 7)] {
        let merchant = Merchant::with(|builder| builder.ccpayment_webhook_pushes(set)).await;
        let shop = crate::support::http::Receiver::start(&[]).await;
        merchant
            .create("m1", json!({"notify_url": shop.url()}))
            .await;
        merchant.pay("m1", "").await;
        for _ in 0..10 {
            merchant.wait(960).await;
        }
        assert_eq!(shop.requests().len(), made, "{set}");
    }
}

#[tokio::test]
async fn resends_webhooks_within_the_limits() {
    let shop = receiver(&[&reply(500, "")]).await;
    let url = shop.url();
    let merchant =
        Merchant::with(|b| b.ccpayment_webhook_url(url).ccpayment_webhook_pushes(1)).await;
    merchant.create("m1", json!({})).await;
    merchant.pay("m1", "10").await;
    merchant.sandbox.webhooks_quiet().await;
    merchant.pay("m1", "").await;
    let body = json!({"merchant_order_id": "w1", "address": "9558861", "token_id": USDT_TRC20, "value": "5"});
    merchant.ask("withdraw", &body).await;
    merchant.sandbox.complete("w1").await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(shop.requests().len(), 3);

    for body in [
        json!({}),
        json!({"start_timestamp": "1"}),
        json!({"start_timestamp": START_S, "end_timestamp": START_S + 3_601}),
        json!({"start_timestamp": START_S, "end_timestamp": START_S - 1}),
        json!({"start_timestamp": START_S, "webhook_result": "All"}),
        json!({"start_timestamp": START_S, "transaction_type": "ApiDeposit"}),
    ] {
        assert_eq!(
            merchant.refused("webhook/resend", &body).await.1,
            "ArgumentInvalid",
            "{body}"
        );
    }
    // Nothing of the hour before; the one that failed; all of a kind; all.
    for (changes, count) in [
        (json!({"start_timestamp": START_S - 3_601}), 0),
        (json!({"start_timestamp": START_S}), 1),
        (
            json!({"start_timestamp": START_S, "webhook_result": "All Result", "transaction_type": "API Deposit"}),
            2,
        ),
        (
            json!({"start_timestamp": START_S, "webhook_result": "All Result", "transaction_type": "Refund"}),
            0,
        ),
        (
            json!({"start_timestamp": START_S, "webhook_result": "All Result", "transaction_type": "All Type"}),
            3,
        ),
        (
            json!({"start_timestamp": START_S, "webhook_result": "Failed", "end_timestamp": 0}),
            0,
        ),
    ] {
        let data = merchant.ask("webhook/resend", &changes).await;
        assert_eq!(data, json!({"resend_count": count}), "{changes}");
        let often = merchant.refused("webhook/resend", &changes).await;
        assert_eq!(often.1, "TooManyRequests");
        merchant.wait(60).await;
    }
    assert_eq!(shop.requests().len(), 9);
    let body = json!({"start_timestamp": START_S});
    for _ in 0..19 {
        merchant.ask("webhook/resend", &body).await;
        merchant.wait(60).await;
    }
    assert_eq!(
        merchant.refused("webhook/resend", &body).await.1,
        "TooManyRequests"
    );
    assert!(merchant.reason().contains("25 times"));
    merchant.wait(86_400).await;
    merchant.ask("webhook/resend", &body).await;
}

#[tokio::test]
async fn sends_no_webhook_without_a_url_and_prefers_the_orders_url() {
    let account = receiver(&[]).await;
    let own = receiver(&[]).await;
    let url = account.url();
    let merchant = Merchant::with(|builder| builder.ccpayment_webhook_url(url)).await;
    merchant
        .create("m1", json!({"notify_url": own.url()}))
        .await;
    merchant.create("m2", json!({})).await;
    for id in ["m1", "m2"] {
        merchant.pay(id, "").await;
    }
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!((account.requests().len(), own.requests().len()), (1, 1));
    let silent = Merchant::open().await;
    silent.create("m1", json!({})).await;
    silent.pay("m1", "").await;
    assert!(silent.sandbox.deliveries().is_empty());
}
