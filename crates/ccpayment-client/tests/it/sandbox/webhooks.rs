//! Deliveries of webhooks: repeated until acknowledged, verified, resent on request.

use std::time::Duration;

use bytes::Bytes;
use ccpayment_client::v1::{
    AssignAddress, Config, DEFAULT_BASE_URL, OrderType, ResendWebhooks, WebhookError, Webhooks,
    nack,
};
use http::StatusCode;
use payments_core::{Kind, Outcome, Timestamp};
use payments_sandbox::{CcpaymentDeposit, DeliveryState};

use super::shop::{START_MS, Shop, USDT, order, payout, proves_nothing, receiver};

fn reply(status: u16, body: &'static str) -> http::Response<Bytes> {
    let mut reply = http::Response::new(Bytes::from_static(body.as_bytes()));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap();
    reply
}

/// An order whose webhook was sent once.
async fn paid(shop: &Shop, id: &str) {
    let made = order(id, "10").notify_url(shop.receiver.url());
    shop.client.create_order(made).await.unwrap();
    shop.sandbox.pay(id, None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_acknowledged() {
    let shop = Shop::open().await;
    for other in [
        nack(),
        reply(200, "ok"),
        reply(201, "success"),
        reply(200, ""),
    ] {
        shop.receiver.reply_next(other);
    }
    paid(&shop, "order-1").await;
    for wait in [30, 60, 120] {
        assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Waiting);
        shop.advance(wait);
        shop.sandbox.webhooks_quiet().await;
    }
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Waiting);
    shop.advance(240);
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Delivered);
    // Every attempt has a new signature and is fresh; all are one event.
    let events = shop.receiver.events();
    assert_eq!(events.len(), 5);
    assert!(
        events
            .iter()
            .all(|event| event.dedup_key() == events[0].dedup_key())
    );
    let received = shop.receiver.received();
    assert_ne!(
        received[0].headers["timestamp"],
        received[4].headers["timestamp"]
    );
    shop.advance(24 * 3_600);
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(shop.receiver.received().len(), 5);
}

#[tokio::test]
async fn a_webhook_given_up_after_the_last_attempt_can_be_resent() {
    let shop = Shop::with(|builder| builder.ccpayment_webhook_pushes(2)).await;
    shop.receiver.reply_next(nack());
    shop.receiver.reply_next(nack());
    paid(&shop, "lost").await;
    shop.advance(30);
    paid(&shop, "delivered").await;
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::GivenUp);

    let outage = Timestamp::from_millis(START_MS);
    let resent = shop
        .client
        .resend_webhooks(ResendWebhooks::since(outage))
        .await;
    assert_eq!(
        resent.unwrap().count,
        Some(1),
        "only what was not delivered"
    );
    let event = shop.last_event().await;
    assert_eq!(event.merchant_order_id(), Some("lost"));
    assert_eq!(event.dedup_key(), shop.receiver.events()[0].dedup_key());

    shop.advance(60);
    let all = ResendWebhooks::since(outage)
        .delivered_too(true)
        .only(OrderType::ApiDeposit);
    assert_eq!(
        shop.client.resend_webhooks(all).await.unwrap().count,
        Some(2)
    );
    shop.advance(60);
    let none = ResendWebhooks::since(outage)
        .delivered_too(true)
        .only(OrderType::Refund);
    assert_eq!(
        shop.client.resend_webhooks(none).await.unwrap().count,
        Some(0)
    );
    shop.advance(60);
    let before = Timestamp::from_millis(START_MS - 7_200_000);
    let earlier = ResendWebhooks::since(before).until(Timestamp::from_millis(START_MS - 1_000));
    let earlier = earlier.delivered_too(true);
    assert_eq!(
        shop.client
            .resend_webhooks(earlier)
            .await
            .unwrap_err()
            .kind(),
        Kind::Invalid
    );
    let earlier = ResendWebhooks::since(before).delivered_too(true);
    assert_eq!(
        shop.client.resend_webhooks(earlier).await.unwrap().count,
        Some(0)
    );
}

#[tokio::test]
async fn client_and_gateway_both_limit_resends() {
    let shop = Shop::open().await;
    let since = ResendWebhooks::since(Timestamp::from_millis(START_MS));
    let resend = async || shop.client.resend_webhooks(since.clone()).await;
    resend().await.unwrap();
    let sent = shop.sandbox.requests().len();
    let refused = resend().await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.outcome()),
        (Kind::Busy, Outcome::NotApplied)
    );
    assert_eq!(shop.sandbox.requests().len(), sent, "nothing was sent");
    // Another client has not counted the call, but the gateway has.
    let other = shop.another_client(0);
    proves_nothing(&other.resend_webhooks(since.clone()).await.unwrap_err());
    assert!(shop.last_reason().contains("TooManyRequests"));
    for _ in 1..25 {
        shop.advance(60);
        resend().await.unwrap();
    }
    shop.advance(60);
    assert_eq!(resend().await.unwrap_err().kind(), Kind::Busy);
    let fresh = shop.another_client(0);
    proves_nothing(&fresh.resend_webhooks(since.clone()).await.unwrap_err());
    shop.advance(24 * 3_600);
    resend().await.unwrap();
}

#[tokio::test]
async fn forged_webhooks_are_not_acknowledged() {
    let shop = Shop::open().await;
    let test = &shop.sandbox.credentials().ccpayment;
    let wrong = Config::new(DEFAULT_BASE_URL, &*test.app_id, "another-secret").unwrap();
    let receiver = receiver(Webhooks::new(&wrong), shop.sandbox.clock().clone()).await;
    let query = AssignAddress::new("customer-7", "TRX").notify_url(receiver.url());
    shop.client.deposit_address(query).await.unwrap();
    let deposit = CcpaymentDeposit::new("customer-7", USDT, "1");
    shop.sandbox.ccpayment_deposit(&deposit).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let refused = receiver.received().remove(0);
    assert_eq!(refused.event.unwrap_err(), WebhookError::Refused);
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Waiting);
    assert_eq!(delivery.attempts[0].http_status, Some(500));

    // The same request verifies with the right key, for two minutes.
    let receive = |body: &[u8], after_s: u64| {
        let now = Timestamp::from_millis(START_MS + after_s * 1_000);
        shop.client.webhooks().receive(&refused.headers, body, now)
    };
    assert!(receive(&refused.body, 0).unwrap().is_credit());
    assert!(receive(&refused.body, 120).is_ok());
    assert_eq!(
        receive(&refused.body, 121).unwrap_err(),
        WebhookError::Refused
    );
    let forged = String::from_utf8(refused.body.clone()).unwrap();
    let forged = forged.replace("\"paid_amount\":\"1\"", "\"paid_amount\":\"9\"");
    assert_eq!(
        receive(forged.as_bytes(), 0).unwrap_err(),
        WebhookError::Refused
    );
}

#[tokio::test]
async fn a_webhook_may_arrive_before_the_answer() {
    let delay = Duration::ZERO;
    let shop = Shop::with(|builder| builder.ccpayment_payouts_complete_after(delay)).await;
    let made = shop.client.withdraw(payout("payout-1", "5")).await.unwrap();
    let event = shop.last_event().await;
    assert_eq!(Some(&event.transfer().record_id), made.record_id.as_ref());
    assert_eq!(event.order_id(), Some(&made.order_id));
}
