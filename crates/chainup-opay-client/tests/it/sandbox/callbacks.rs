//! Callbacks: acknowledgements, repeats, and refusals.

use std::time::Duration;

use bytes::Bytes;
use chainup_opay_client::{AckForm, Config, OrderStatus, WebhookError, Webhooks, nack};
use http::StatusCode;
use payments_core::Kind;
use payments_sandbox::DeliveryState;

use crate::sandbox::receiver::Receiver;
use crate::sandbox::shop::{COIN, Shop, config};

fn reply(status: u16, body: &'static str) -> http::Response<Bytes> {
    let mut reply = http::Response::new(Bytes::from_static(body.as_bytes()));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap();
    reply
}

async fn paid(shop: &Shop, id: &str) {
    let number = shop.made(id, "5").await;
    shop.sandbox.pay(number.as_str(), None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
}

#[tokio::test]
async fn the_platform_accepts_every_ack_form() {
    for form in [AckForm::Signed, AckForm::Encrypted, AckForm::Bare] {
        let shop = Shop::with(|builder| builder, |config| config.ack_form(form)).await;
        paid(&shop, "order-1").await;
        let delivery = shop.sandbox.deliveries().remove(0);
        assert_eq!(delivery.state, DeliveryState::Delivered, "{form:?}");
        assert_eq!(delivery.attempts[0].problem, None);
        assert_eq!(shop.receiver.events()[0].status, OrderStatus::Paid);
    }
}

#[tokio::test]
async fn a_callback_is_sent_again_until_it_is_acknowledged() {
    let shop = Shop::open().await;
    for other in [
        nack(),
        reply(200, "ok"),
        reply(500, "success"),
        reply(200, r#"{"code":"0","msg":"success","data":"fail"}"#),
        reply(
            200,
            r#"{"code":"0","msg":"success","data":"success","sign":"AAAA"}"#,
        ),
    ] {
        shop.receiver.reply_next(other);
    }
    paid(&shop, "order-1").await;
    for wait in [5, 15, 30, 60, 120] {
        assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Waiting);
        shop.sandbox.clock().advance(Duration::from_secs(wait));
        shop.sandbox.webhooks_quiet().await;
    }
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!(
        (delivery.state, delivery.attempts.len()),
        (DeliveryState::Delivered, 6)
    );
    let events = shop.receiver.events();
    assert!(
        events
            .iter()
            .all(|event| event.order_num == events[0].order_num)
    );
    // Each attempt is sealed again: the bodies differ, the texts do not.
    let received = shop.receiver.received();
    assert_ne!(received[0].body, received[5].body);
    assert_eq!(
        events[0].plaintext().as_bytes(),
        events[5].plaintext().as_bytes()
    );
    shop.sandbox
        .clock()
        .advance(Duration::from_secs(24 * 3_600));
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(shop.receiver.received().len(), 6);
}

#[tokio::test]
async fn a_callback_is_given_up_after_ten_attempts_and_can_be_resent() {
    let shop = Shop::open().await;
    for _ in 0..10 {
        shop.receiver.reply_next(nack());
    }
    paid(&shop, "order-1").await;
    for _ in 1..10 {
        shop.sandbox.clock().advance(Duration::from_secs(3_600));
        shop.sandbox.webhooks_quiet().await;
    }
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!(
        (delivery.state, delivery.attempts.len()),
        (DeliveryState::GivenUp, 10)
    );
    shop.sandbox.resend(delivery.id).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Delivered);
    assert_eq!(shop.receiver.events().len(), 11);
}

#[tokio::test]
async fn refuses_callbacks_of_other_apps_and_keys() {
    let shop = Shop::open().await;
    let elsewhere = config(&shop.sandbox, "another_app");
    let test = &shop.sandbox.credentials().chainup_opay;
    // With the keys of the wrong side, callbacks can be neither decrypted nor verified.
    let crossed = Config::new(
        shop.sandbox.base_url(),
        &*test.app_id,
        &test.platform_private_key,
        &test.merchant_public_key,
    )
    .unwrap();
    for (id, config) in [("order-1", elsewhere), ("order-2", crossed)] {
        let receiver = Receiver::start(Webhooks::new(&config)).await;
        let order = chainup_opay_client::CreateOrder::new(
            crate::sandbox::shop::reference(id),
            chainup_opay_client::Payer::by_user_id(crate::sandbox::shop::PAYER),
            crate::sandbox::shop::amount("5"),
            COIN,
            "https://shop.example/return",
            receiver.url(),
        );
        shop.client.create_order(order).await.unwrap();
        shop.sandbox.pay(id, None).await.unwrap();
        shop.sandbox.webhooks_quiet().await;
        let refused = receiver.received().remove(0);
        assert_eq!(refused.event.unwrap_err(), WebhookError::Refused);
        let delivery = shop.sandbox.deliveries().pop().unwrap();
        assert_eq!(delivery.state, DeliveryState::Waiting);
        assert_eq!(delivery.attempts[0].http_status, Some(500));
        // The same bytes are genuine for the right app and keys.
        let event = shop.client.webhooks().receive(&refused.body).unwrap();
        assert_eq!(event.app_order_id, id);
    }
}

/// As with a callback captured at another gateway with the same keys.
#[tokio::test]
async fn confirm_fails_if_the_order_does_not_exist() {
    let shop = Shop::open().await;
    paid(&shop, "order-1").await;
    let event = shop.receiver.events().remove(0);
    shop.sandbox.reset();
    let error = shop.client.confirm(&event).await.unwrap_err();
    assert_eq!(error.code(), Some("70001"));
    assert!(matches!(error.kind(), Kind::Refused(_)));
}
