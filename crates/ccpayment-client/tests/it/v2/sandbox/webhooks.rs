//! Deliveries of webhooks: verified, acknowledged, repeated, resent, and booked from their records.

use bytes::Bytes;
use ccpayment_client::v2::{
    AssignAddress, Config, DEFAULT_BASE_URL, DepositStatus, Event, ResendWebhooks, WebhookType,
    Webhooks, WithdrawalStatus, nack,
};
use http::StatusCode;
use payments_core::{Kind, Outcome, Refusal, WebhookError};
use payments_sandbox::{CcpaymentV2Deposit, DeliveryState};

use super::shop::{POL, START_S, Shop, USDT, invoice, order, payout, receiver};
use crate::v2::support::{amount, at, some};

fn reply(status: u16, body: &'static str) -> http::Response<Bytes> {
    let mut reply = http::Response::new(Bytes::from_static(body.as_bytes()));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap();
    reply
}

async fn paid(shop: &Shop, id: &str) {
    shop.client.create_order(order(id, "10")).await.unwrap();
    shop.sandbox.pay(id, None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
}

#[tokio::test]
async fn the_probe_of_the_console_is_acknowledged() {
    let shop = Shop::open().await;
    shop.sandbox.ccpayment_v2_probe().await.unwrap();
    let event = shop.events().await.pop().unwrap();
    assert!(matches!(&*event, Event::Activation));
    assert_eq!((event.record_id(), event.dedup_key()), (None, None));
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Delivered);
}

#[tokio::test]
async fn payments_are_booked_from_the_records_that_webhooks_name() {
    let shop = Shop::open().await;
    paid(&shop, "order-1").await;
    shop.client
        .create_invoice(invoice("invoice-1", "5"))
        .await
        .unwrap();
    shop.sandbox
        .ccpayment_v2_choose("invoice-1", USDT, "TRX")
        .await
        .unwrap();
    shop.sandbox.pay("invoice-1", None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let assign = AssignAddress::new("customer-7", "POLYGON");
    shop.client.deposit_address(assign).await.unwrap();
    let deposit = CcpaymentV2Deposit::new("customer-7", POL, "POLYGON", "1");
    shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();

    let events = shop.events().await;
    let mut booked = Vec::new();
    for event in &events {
        let query = match &**event {
            Event::ApiDeposit(payment) => {
                assert_eq!(
                    (payment.coin_id, &payment.coin_symbol),
                    (Some(USDT), &some("USDT"))
                );
                assert_eq!(payment.is_flagged_as_risky, Some(false));
                payment.query()
            }
            Event::DirectDeposit(payment) => {
                assert_eq!(
                    (payment.coin_id, &payment.status),
                    (Some(POL), &DepositStatus::Success)
                );
                assert_eq!(payment.reference_id, some("customer-7"));
                payment.query()
            }
            other => panic!("{other:?}"),
        };
        let record = shop.client.deposit(query).await.unwrap();
        assert!(record.is_credit());
        booked.push((
            record.order_id.or(record.reference_id).unwrap(),
            record.amount,
        ));
    }
    let expected = [("order-1", "10"), ("invoice-1", "5"), ("customer-7", "1")];
    assert_eq!(
        booked,
        expected.map(|(id, sum)| (id.to_owned(), amount(sum)))
    );
}

#[tokio::test]
async fn a_risky_payment_is_announced_and_is_no_credit() {
    let shop = Shop::open().await;
    shop.sandbox.ccpayment_v2_risky(true);
    paid(&shop, "order-1").await;
    let event = shop.events().await.pop().unwrap();
    let Event::ApiDeposit(payment) = &*event else {
        panic!("{event:?}")
    };
    assert_eq!(
        (&payment.status, payment.is_flagged_as_risky),
        (&DepositStatus::Success, Some(true))
    );
    let record = shop.client.deposit(payment.query()).await.unwrap();
    assert!(!record.is_credit());
}

#[tokio::test]
async fn a_withdrawal_announces_each_status() {
    let shop = Shop::with(|builder| builder.ccpayment_v2_approval(true)).await;
    shop.client.withdraw(payout("payout-1", "5")).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    shop.sandbox.process("payout-1").await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    shop.sandbox.complete("payout-1").await.unwrap();
    let events = shop.events().await;
    let mut statuses = Vec::new();
    for event in &events {
        let Event::ApiWithdrawal(withdrawal) = &**event else {
            panic!("{event:?}")
        };
        assert_eq!(withdrawal.order_id, some("payout-1"));
        statuses.push(withdrawal.status.clone());
        // The record is ahead of the webhook, or even with it.
        let record = shop.client.withdrawal(withdrawal.query()).await.unwrap();
        assert_eq!(record.status, WithdrawalStatus::Success);
    }
    let expected = [
        WithdrawalStatus::WaitingApproval,
        WithdrawalStatus::Processing,
        WithdrawalStatus::Success,
    ];
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_acknowledged() {
    let shop = Shop::open().await;
    for other in [
        nack(),
        reply(200, "ok"),
        reply(201, "Success"),
        reply(200, ""),
    ] {
        shop.receiver.reply_next(other);
    }
    paid(&shop, "order-1").await;
    for wait in [30, 60, 120, 240] {
        assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Waiting);
        shop.advance(wait);
        shop.sandbox.webhooks_quiet().await;
    }
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::Delivered);
    let events = shop.events().await;
    assert_eq!(events.len(), 5);
    let key = events[0].dedup_key();
    assert!(key.is_some() && events.iter().all(|event| event.dedup_key() == key));
    let received = shop.receiver.received();
    assert_ne!(received[0].headers["sign"], received[4].headers["sign"]);
    shop.advance(24 * 3_600);
    assert_eq!(shop.events().await.len(), 5);
}

#[tokio::test]
async fn lost_webhooks_are_resent_on_request() {
    let shop = Shop::open().await;
    for _ in 0..7 {
        shop.receiver.reply_next(nack());
    }
    paid(&shop, "lost").await;
    for wait in [30, 60, 120, 240, 480, 960] {
        shop.advance(wait);
        shop.sandbox.webhooks_quiet().await;
    }
    assert_eq!(shop.sandbox.deliveries()[0].state, DeliveryState::GivenUp);
    paid(&shop, "delivered").await;
    let since = ResendWebhooks::since(at(START_S));
    let resend = async |request: ResendWebhooks| {
        shop.advance(60);
        let resent = shop.client.resend_webhooks(request).await.unwrap();
        shop.sandbox.webhooks_quiet().await;
        resent.resend_count
    };
    assert_eq!(resend(since.clone()).await, Some(1));
    let events = shop.events().await;
    assert_eq!(events.last().unwrap().dedup_key(), events[0].dedup_key());
    let all = since.delivered_too(true);
    let count = resend(all.clone().only(WebhookType::ApiDeposit)).await;
    assert_eq!(count, Some(2));
    let one = events[0].record_id().unwrap().clone();
    assert_eq!(resend(all.clone().records([one])).await, Some(1));
    assert_eq!(
        resend(all.clone().only(WebhookType::UserDeposit)).await,
        Some(0)
    );
    assert_eq!(
        resend(all.clone().until(at(START_S + 3_600))).await,
        Some(2)
    );
    // Once a minute: the next one is refused, and nothing was sent.
    let error = shop.client.resend_webhooks(all).await.unwrap_err();
    assert_eq!(
        (error.code(), error.kind()),
        (Some("11009"), Kind::Refused(Refusal::Temporary))
    );
    assert_eq!(error.outcome(), Outcome::NotApplied);
}

#[tokio::test]
async fn forged_and_old_webhooks_are_not_acknowledged() {
    let shop = Shop::open().await;
    let app_id = &*shop.sandbox.credentials().ccpayment_v2.app_id;
    let wrong = Config::new(DEFAULT_BASE_URL, app_id, "another-secret").unwrap();
    let receiver = receiver(Webhooks::new(&wrong), shop.sandbox.clock().clone()).await;
    let new = order("order-1", "10").notify_url(receiver.url());
    shop.client.create_order(new).await.unwrap();
    shop.sandbox.pay("order-1", None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let refused = receiver.received().remove(0);
    assert_eq!(refused.event.unwrap_err(), WebhookError::Refused);
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Waiting);
    assert_eq!(delivery.attempts[0].http_status, Some(500));
    assert!(
        shop.receiver.received().is_empty(),
        "`notifyUrl` replaces the account's URL"
    );

    // The same request verifies with the right key, for two minutes.
    let receive = |body: &[u8], after_s: u64| {
        let now = at(START_S + after_s);
        shop.client.webhooks().receive(&refused.headers, body, now)
    };
    assert!(receive(&refused.body, 120).is_ok());
    assert_eq!(
        receive(&refused.body, 121).unwrap_err(),
        WebhookError::Refused
    );
    let forged = String::from_utf8(refused.body.clone()).unwrap();
    let forged = forged.replace("order-1", "order-2");
    assert_eq!(
        receive(forged.as_bytes(), 0).unwrap_err(),
        WebhookError::Refused
    );
}
