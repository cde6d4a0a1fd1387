//! Webhooks: hints that are queried, the probe, kinds without a record, and forgeries.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, Timestamp};
use payments_facade::ccpayment_v2::WebhookPolicy;
use payments_facade::payment::PaymentKind;
use payments_facade::webhook::Cause;
use payments_facade::{Fee, Gateway as _, Phase, Settlement, WebhookError};
use payments_sandbox::CcpaymentV2Deposit;

use super::support::*;

#[tokio::test]
async fn a_webhook_states_no_money_and_its_query_does() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    checkout.create(&native("order-1")).await.unwrap();
    shop.sandbox.pay("order-1", None).await.unwrap();
    let body = shop.webhooks().pop().unwrap();
    let headers = shop.headers(&body);
    let webhooks = shop.gateway.webhooks();
    let received = webhooks.receive(&headers, &body, shop.now());
    assert_eq!(received.unwrap_err(), WebhookError::OnlyHint);
    assert_eq!(webhooks.diagnose(&headers, &body, shop.now()), None);
    let hint = webhooks.hint(&headers, &body).unwrap();
    assert!(hint.is_signed());
    assert_eq!(hint.kind(), PaymentKind::Checkout);
    let queried = hint.query(&shop.gateway).await.unwrap();
    let payment = queried.payment().unwrap();
    assert!(payment.status().is_paid_in_full());
    assert_eq!(payment.reference(), Some(&reference("order-1")));
    assert_eq!(queried.reply().body().as_ref(), b"Success");
    // The query of the order has the same key, so it is booked once.
    let keys = |payment: &payments_facade::Payment| {
        let keys = payment
            .observations()
            .iter()
            .filter_map(|one| one.effect_key().cloned());
        keys.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(keys(payment), keys(&shop.found("order-1").await));
    assert_eq!(keys(payment).len(), 1);
}

#[tokio::test]
async fn webhooks_of_pages_deposits_and_payouts_are_queried_as_such() {
    let shop = Shop::open().await;
    let (checkout, payouts, addresses) = (
        shop.gateway.checkout().unwrap(),
        shop.gateway.payouts().unwrap(),
        shop.gateway.addresses().unwrap(),
    );
    checkout.create(&hosted("page-1")).await.unwrap();
    shop.sandbox
        .ccpayment_v2_choose("page-1", USDT, "POLYGON")
        .await
        .unwrap();
    shop.sandbox.pay("page-1", Some("25.5")).await.unwrap();
    let page = shop.follow_latest().await;
    assert!(page.payment().unwrap().status().is_paid_in_full());
    // Its effect key has one sum, whether the webhook or a query of the page brings it.
    assert_eq!(**page.payment().unwrap(), shop.found("page-1").await);

    let request = payments_facade::address::AddressRequest::new("customer-7").network("tron");
    addresses.get(&request).await.unwrap();
    let deposit = CcpaymentV2Deposit::new("customer-7", USDT, "TRX", "7.5");
    shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();
    let deposit = shop.follow_latest().await;
    let deposit = deposit.payment().unwrap();
    assert_eq!(
        (deposit.kind(), deposit.customer()),
        (PaymentKind::Deposit, Some("customer-7"))
    );

    payouts
        .create(&to_chain("payout-1", Fee::OnTop))
        .await
        .unwrap();
    let accepted = shop.follow_latest().await;
    let processing = accepted.payment().unwrap();
    assert_eq!(
        (processing.kind(), processing.phase()),
        (PaymentKind::Payout, Phase::Processing)
    );
    // What the webhook reported is not final, so it needs no repetition.
    assert_eq!(accepted.reply().body().as_ref(), b"Success");
    shop.sandbox.complete("payout-1").await.unwrap();
    let made = shop.follow_latest().await;
    assert_eq!(made.payment().unwrap().phase(), Phase::Completed);
    assert_eq!(made.reply().body().as_ref(), b"Success");
}

#[tokio::test]
async fn the_probe_is_acknowledged_and_reaches_no_handler() {
    let shop = Shop::open().await;
    shop.sandbox.ccpayment_v2_probe().await.unwrap();
    let body = shop.webhooks().pop().unwrap();
    let received = shop
        .gateway
        .webhooks()
        .receive(&shop.headers(&body), &body, shop.now());
    assert_eq!(received.unwrap_err(), WebhookError::OnlyHint);
    let hint = shop.hint(&body);
    assert_eq!(hint.lookup(), None);
    let queried = hint.query(&shop.gateway).await.unwrap();
    assert!(queried.payment().is_none());
    let reply = queried.reply();
    assert_eq!(
        (reply.status().as_u16(), reply.body().as_ref()),
        (200, b"Success".as_slice())
    );
    assert!(shop.sandbox.requests().is_empty());
}

#[tokio::test]
async fn an_account_that_asks_for_hints_only_is_not_queried() {
    let shop = Shop::with(
        |builder| builder,
        |gateway| gateway.with_webhook_policy(WebhookPolicy::HintOnly),
    )
    .await;
    let checkout = shop.gateway.checkout().unwrap();
    checkout.create(&native("order-1")).await.unwrap();
    shop.sandbox.pay("order-1", None).await.unwrap();
    let before = shop.sandbox.requests().len();
    let body = shop.webhooks().pop().unwrap();
    let hint = shop.hint(&body);
    assert!(hint.lookup().is_some());
    let queried = hint.query(&shop.gateway).await.unwrap();
    assert!(queried.payment().is_none());
    assert_eq!(queried.reply().body().as_ref(), b"Success");
    assert_eq!(shop.sandbox.requests().len(), before);
    let received = shop
        .gateway
        .webhooks()
        .receive(&shop.headers(&body), &body, shop.now());
    assert_eq!(received.unwrap_err(), WebhookError::OnlyHint);
}

pub(super) const NOTICE: &str = r#"{"type":"ApiDeposit","msg":{"recordId":"7","orderId":"order-1","coinId":1280,"status":"Success"}}"#;

/// The record of [`NOTICE`], and its order.
pub(super) fn record(status: &str) -> (String, String) {
    let record = format!(
        r#"{{"record":{{"recordId":"7","orderId":"order-1","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON","amount":"25",
            "status":"{status}","isFlaggedAsRisky":false,"arrivedAt":1800000100}}}}"#
    );
    let order = format!(
        r#"{{"amountToPay":"25","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON","createAt":1800000000,"expiredAt":1800086400,
            "paidList":[{{"recordId":"7","amount":"25","status":"{status}","isFlaggedAsRisky":false,"arrivedAt":1800000100}}]}}"#
    );
    (record, order)
}

pub(super) fn notice(body: &str) -> (HeaderMap, Bytes) {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let now = Timestamp::from_secs(START);
    (signed(APP_ID, SECRET, now, &body), body)
}

#[test]
fn a_query_that_lags_behind_the_webhook_is_not_acknowledged() {
    for (status, reply) in [("Success", 200), ("Processing", 500)] {
        let (record, order) = record(status);
        let transport = ScriptedTransport::new().says(&record).says(&order);
        let gateway = scripted(&transport);
        let (headers, body) = notice(NOTICE);
        let hint = gateway.webhooks().hint(&headers, &body).unwrap();
        let queried = block_on(hint.query(&gateway)).unwrap();
        assert_eq!(queried.reply().status().as_u16(), reply, "{status}");
    }
    let transport = ScriptedTransport::new().refuses(11_003);
    let gateway = scripted(&transport);
    let (headers, body) = notice(NOTICE);
    let hint = gateway.webhooks().hint(&headers, &body).unwrap();
    let queried = block_on(hint.query(&gateway)).unwrap();
    assert_eq!(
        (
            queried.payment().is_some(),
            queried.reply().status().as_u16()
        ),
        (false, 500)
    );
}

#[test]
fn a_payment_that_is_not_in_its_order_is_still_found() {
    // A payment in another coin than the order's.
    let (record, order) = record("Success");
    let record = record.replace(
        "\"coinId\":1280,\"coinSymbol\":\"USDT\"",
        "\"coinId\":1329,\"coinSymbol\":\"POL\"",
    );
    let order = order.replace(
        r#""paidList":[{"recordId":"7","amount":"25","status":"Success","isFlaggedAsRisky":false,"arrivedAt":1800000100}]"#,
        r#""paidList":[]"#,
    );
    let transport = ScriptedTransport::new().says(&record).says(&order);
    let gateway = scripted(&transport);
    let (headers, body) = notice(NOTICE);
    let hint = gateway.webhooks().hint(&headers, &body).unwrap();
    let queried = block_on(hint.query(&gateway)).unwrap();
    let payment = queried.payment().unwrap();
    assert_eq!(queried.reply().status().as_u16(), 200);
    // It does not pay the order, and is shown nevertheless.
    assert!(!payment.status().is_paid_in_full());
    assert_eq!(payment.funds().settlement(), Settlement::Nothing);
    let shown = format!("{payment:?}");
    assert!(shown.contains("25 POL"), "{shown}");
}

#[test]
fn a_payment_whose_flag_is_taken_back_has_a_new_key_to_book_under() {
    let key = |is_risky: &str| {
        let (record, order) = record("Success");
        let flag = |text: String| {
            text.replace(
                "\"isFlaggedAsRisky\":false",
                &format!("\"isFlaggedAsRisky\":{is_risky}"),
            )
        };
        let transport = ScriptedTransport::new()
            .says(&flag(record))
            .says(&flag(order));
        let gateway = scripted(&transport);
        let (headers, body) = notice(NOTICE);
        let hint = gateway.webhooks().hint(&headers, &body).unwrap();
        let queried = block_on(hint.query(&gateway)).unwrap();
        assert_eq!(queried.reply().status().as_u16(), 200);
        let payment = queried.payment().unwrap();
        assert_eq!(payment.status().is_paid_in_full(), is_risky == "false");
        let keys = payment.observations().iter();
        let keys = keys.filter_map(|one| Some(one.effect_key()?.as_str().to_owned()));
        let keys: std::collections::BTreeSet<_> = keys.collect();
        assert_eq!(keys.len(), 1);
        keys.into_iter().next().unwrap()
    };
    let keys = [key("false"), key("true"), key("null")];
    assert_eq!(keys[0], "ccpayment/main:7:Success");
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

#[test]
fn kinds_without_a_record_of_this_account_are_events_without_money() {
    let gateway = scripted(&ScriptedTransport::new());
    let webhooks = gateway.webhooks();
    for (body, has_id) in [
        (
            r#"{"type":"UserDeposit","msg":{"recordId":"9","userId":"user-7","status":"Success","amount":"5"}}"#,
            true,
        ),
        (
            r#"{"type":"RiskyAddress","msg":{"chainId":"1","address":"0x1"}}"#,
            false,
        ),
        (r#"{"event":"news"}"#, false),
    ] {
        let (headers, body) = notice(body);
        let now = Timestamp::from_secs(START);
        let received = webhooks.receive(&headers, &body, now).unwrap();
        let event = received.event();
        assert_eq!(
            (event.kind(), event.status().phase, event.money()),
            (PaymentKind::Unstated, Phase::Unrecognised, None)
        );
        assert_eq!(event.provider_ref().is_some(), has_id);
        assert_eq!(received.ack().body().as_ref(), b"Success");
        let again = webhooks.receive(&headers, &body, now).unwrap();
        assert_eq!(again.event().effect_key(), event.effect_key());
        assert_eq!(
            webhooks.hint(&headers, &body).unwrap_err(),
            WebhookError::Refused
        );
    }
}

#[test]
fn forged_webhooks_are_neither_events_nor_hints() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let webhooks = gateway.webhooks();
    let now = Timestamp::from_secs(START);
    let body = Bytes::from_static(NOTICE.as_bytes());
    let late = Timestamp::from_secs(START - 121);
    let mut unsigned = signed(APP_ID, SECRET, now, &body);
    unsigned.remove("Sign");
    for (headers, cause) in [
        (
            signed(APP_ID, "another-secret", now, &body),
            Cause::WrongSecretOrAltered,
        ),
        (
            signed(APP_ID, SECRET, now, b"another body"),
            Cause::WrongSecretOrAltered,
        ),
        (signed(APP_ID, SECRET, late, &body), Cause::Stale),
        (
            signed("another-app", SECRET, now, &body),
            Cause::OtherAccount,
        ),
        (unsigned, Cause::MissingHeader),
    ] {
        let received = webhooks.receive(&headers, &body, now).unwrap_err();
        assert_eq!(received, WebhookError::Refused);
        let hint = webhooks.hint(&headers, &body).unwrap_err();
        assert_eq!(hint, WebhookError::Refused);
        let diagnosis = webhooks.diagnose(&headers, &body, now).unwrap();
        assert_eq!(diagnosis.cause(), cause, "{diagnosis}");
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn a_webhook_of_version_1_is_refused_with_the_reason() {
    let gateway = scripted(&ScriptedTransport::new());
    let body = Bytes::from_static(br#"{"pay_status":"success","record_id":"1"}"#);
    let now = Timestamp::from_secs(START);
    let secret = payments_signing::Secret::new(SECRET).unwrap();
    let key = payments_signing::ccpayment::Key::new(APP_ID, secret).unwrap();
    let stamp = payments_signing::ccpayment::Timestamp::from_secs(START).unwrap();
    let mut headers = signed(APP_ID, SECRET, now, &body);
    headers.insert("Sign", key.sign(stamp, &body).as_str().parse().unwrap());
    let webhooks = gateway.webhooks();
    assert!(webhooks.receive(&headers, &body, now).is_err());
    let diagnosis = webhooks.diagnose(&headers, &body, now).unwrap();
    assert!(diagnosis.to_string().contains("v1"), "{diagnosis}");
}

#[test]
fn the_previous_secret_is_accepted_until_its_end() {
    let end = Timestamp::from_secs(START + 100);
    let gateway =
        scripted(&ScriptedTransport::new()).with_previous_secret(&config("secret-of-before"), end);
    let webhooks = gateway.webhooks();
    let body = Bytes::from_static(NOTICE.as_bytes());
    for (at, expected) in [
        (START, WebhookError::OnlyHint),
        (START + 100, WebhookError::Refused),
    ] {
        let now = Timestamp::from_secs(at);
        let headers = signed(APP_ID, "secret-of-before", now, &body);
        assert_eq!(
            webhooks.receive(&headers, &body, now).unwrap_err(),
            expected
        );
    }
    let now = Timestamp::from_secs(START);
    let headers = signed(APP_ID, "secret-of-before", now, &body);
    assert!(webhooks.hint(&headers, &body).unwrap().is_signed());
}

#[tokio::test]
async fn a_lost_webhook_is_sent_again() {
    let shop = Shop::open().await;
    let (checkout, payouts) = (
        shop.gateway.checkout().unwrap(),
        shop.gateway.payouts().unwrap(),
    );
    let resending = shop.gateway.webhooks().resending().unwrap();
    let by = |text: &str| reference(text).into();
    checkout.create(&native("order-1")).await.unwrap();
    let unpaid = resending.resend(&by("order-1")).await.unwrap_err();
    assert_eq!(
        (unpaid.kind(), unpaid.field()),
        (Kind::Invalid, Some("reference"))
    );
    shop.sandbox.pay("order-1", None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let resent = resending.resend(&by("order-1")).await.unwrap();
    assert_eq!(resent.count, Some(1));
    // The record of a payout states no time.
    payouts
        .create(&to_chain("payout-1", Fee::OnTop))
        .await
        .unwrap();
    let payout = resending.resend(&by("payout-1")).await.unwrap_err();
    assert_eq!(payout.kind(), Kind::Invalid);
}
