//! Webhooks that are only a reason to query: unsigned ones, if chosen by name, and signed ones without an order id.

use std::sync::Arc;

use crate::support::{config, hosted, reference, sandbox, scripted};
use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::cpay::{Config, Cpay, UnsignedWebhooks};
use payments_facade::layer::{RateLimited, RateLimiter};
use payments_facade::{Gateway, Lookup, Phase, WebhookError};
use payments_sandbox::Sandbox;
use serde_json::{Value, json};

fn hint_then_query(gateway: Cpay) -> Cpay {
    gateway.with_unsigned_webhooks(UnsignedWebhooks::HintThenQuery)
}

fn unsigned(order_id: &str) -> Bytes {
    let body = json!({"merchantId": "20003092", "orderId": order_id, "orderStatus": "14", "receivedAmount": "99999",
        "actualAmount": "99999", "fee": "0", "cryptoCurrency": "USDT", "createTime": "1663155010000"});
    Bytes::from(body.to_string())
}

/// Signs a body with the key of [`config`].
fn signed(fields: &[(&str, &str)]) -> Bytes {
    let key =
        payments_signing::cpay::Key::new(payments_signing::Secret::new("k3y-of-merchant").unwrap());
    let sign = key.sign(fields.iter().copied()).unwrap();
    let mut body: serde_json::Map<String, Value> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    body.insert("sign".to_owned(), json!(sign.as_str()));
    Bytes::from(Value::Object(body).to_string())
}

fn detail(order_id: &str, status: &str) -> String {
    json!({"code": 0, "msg": "success", "data": {"orderId": order_id, "status": status,
        "merchantTradeNo": "order-1", "actualAmount": "10.50", "receivedAmount": "10", "currency": "USDT"}})
    .to_string()
}

#[test]
fn unsigned_webhooks_are_refused_unless_the_account_asks_for_hints() {
    let gateway = scripted(&ScriptedTransport::new());
    let webhooks = gateway.webhooks();
    let (headers, body) = (HeaderMap::new(), unsigned("71"));
    let received = webhooks.receive(&headers, &body, Timestamp::from_secs(100));
    assert_eq!(received.unwrap_err(), WebhookError::Refused);
    let hint = webhooks.hint(&headers, &body);
    assert_eq!(hint.unwrap_err(), WebhookError::Refused);
}

#[test]
fn a_hint_is_queried_and_only_the_answer_counts() {
    for (status, phase, reply) in [
        ("14", Phase::Completed, "OK"),
        (
            "15",
            Phase::Closed(payments_facade::payment::Closure::Unstated),
            "OK",
        ),
        ("0", Phase::Open, "FAIL"),
        ("11", Phase::Processing, "FAIL"),
    ] {
        let transport = ScriptedTransport::new().answer(200, detail("71", status));
        let gateway = hint_then_query(scripted(&transport));
        let hint = gateway
            .webhooks()
            .hint(&HeaderMap::new(), &unsigned("71"))
            .unwrap();
        assert_eq!(
            hint.lookup().unwrap().kind(),
            payments_facade::lookup::LookupKind::Provider
        );
        assert!(!format!("{hint:?}").contains("99999"));

        let queried = block_on(hint.query(&gateway)).unwrap();
        assert_eq!(queried.reply().body(), reply, "{status}");
        let payment = queried.into_payment().unwrap();
        assert_eq!(
            (payment.phase(), payment.reference()),
            (phase, Some(&reference("order-1")))
        );
        let amount = payment
            .funds()
            .received
            .map(|money| money.amount.to_string());
        assert_ne!(amount.as_deref(), Some("99999"));
        assert_eq!(transport.requests().len(), 1);
    }
}

#[test]
fn a_forged_hint_has_no_effect() {
    // An order that does not exist, one that the gateway answers about another, and an answer that gets lost.
    for transport in [
        ScriptedTransport::new().answer(200, r#"{"code": 1, "msg": "order not found"}"#),
        ScriptedTransport::new().answer(200, detail("72", "14")),
        ScriptedTransport::new().answer(404, "<html>"),
    ] {
        let gateway = hint_then_query(scripted(&transport));
        let hint = gateway
            .webhooks()
            .hint(&HeaderMap::new(), &unsigned("71"))
            .unwrap();
        assert!(block_on(hint.query(&gateway)).is_err());
    }
}

#[test]
fn a_wrong_signature_is_never_a_hint() {
    let gateway = hint_then_query(scripted(&ScriptedTransport::new()));
    let fields = [
        ("merchantId", "20003092"),
        ("orderId", "71"),
        ("orderStatus", "14"),
    ];
    let genuine = signed(&fields);
    let text = std::str::from_utf8(&genuine).unwrap();
    let altered = Bytes::from(text.replace("\"71\"", "\"72\""));
    let webhooks = gateway.webhooks();
    for body in [&altered, &genuine] {
        // The genuine one is an event, not a hint.
        let hint = webhooks.hint(&HeaderMap::new(), body);
        assert_eq!(hint.unwrap_err(), WebhookError::Refused);
    }
    let received = webhooks.receive(&HeaderMap::new(), &genuine, Timestamp::from_secs(100));
    assert!(received.is_ok());
}

#[test]
fn a_signed_webhook_without_an_order_id_leads_to_the_query() {
    let cases = [
        (
            vec![("merchantTradeNo", "order-1")],
            Lookup::Reference(reference("order-1")),
        ),
        (
            vec![("hash", "c4db")],
            Lookup::Transaction("c4db".to_owned()),
        ),
    ];
    for (named, lookup) in cases {
        let mut fields = vec![
            ("merchantId", "20003092"),
            ("orderStatus", "14"),
            ("receivedAmount", "10"),
        ];
        fields.extend(named);
        let body = signed(&fields);
        let transport = ScriptedTransport::new().answer(200, detail("71", "14"));
        // No setting is needed: the signature is right.
        let gateway = scripted(&transport);
        let webhooks = gateway.webhooks();
        let received = webhooks.receive(&HeaderMap::new(), &body, Timestamp::from_secs(100));
        assert_eq!(
            received.unwrap_err(),
            WebhookError::Unreadable { field: "orderId" }
        );
        let hint = webhooks.hint(&HeaderMap::new(), &body).unwrap();
        assert_eq!(hint.lookup().unwrap(), &lookup);
        let queried = block_on(hint.query(&gateway)).unwrap();
        assert_eq!(queried.reply().body(), "OK");
        let effect = queried.payment().unwrap().observations()[0]
            .effect_key()
            .unwrap();
        assert_eq!(effect.as_str(), "cpay/main:71:14");
    }
    let nothing = signed(&[("merchantId", "20003092"), ("orderStatus", "14")]);
    let hint = scripted(&ScriptedTransport::new())
        .webhooks()
        .hint(&HeaderMap::new(), &nothing);
    assert_eq!(
        hint.unwrap_err(),
        WebhookError::Unreadable { field: "orderId" }
    );
}

#[test]
fn the_previous_secret_counts_for_hints_until_its_end() {
    let next = Config::new(
        "https://sandbox-api.cpay.ltd",
        "20003092",
        "the-next-secret",
    )
    .unwrap();
    let body = signed(&[
        ("merchantId", "20003092"),
        ("orderStatus", "14"),
        ("merchantTradeNo", "order-1"),
    ]);
    for (end, accepted) in [(1_700_000_001, true), (1_700_000_000, false)] {
        let executor =
            ScriptedTransport::new().executor(&payments_core::scripted::ManualClock::new());
        let gateway = Cpay::new("main", &next, executor)
            .unwrap()
            .with_previous_secret(&config(), Timestamp::from_secs(end));
        let hint = gateway.webhooks().hint(&HeaderMap::new(), &body);
        assert_eq!(hint.is_ok(), accepted, "{end}");
    }
}

#[tokio::test]
async fn an_unsigned_webhook_of_the_sandbox_is_followed_through_a_layer() {
    let (sandbox, gateway) = sandbox().await;
    let gateway = hint_then_query(gateway);
    paid(&sandbox, &gateway).await;
    let delivery = sandbox.deliveries().remove(0);
    let mut body: Value = serde_json::from_str(&delivery.body).unwrap();
    body.as_object_mut().unwrap().remove("sign");
    let body = Bytes::from(body.to_string());

    let limiter = RateLimiter::new(Arc::new(payments_reqwest::SystemClock::new()));
    let layered: Arc<dyn Gateway> = Arc::new(RateLimited::new(gateway, limiter));
    let hint = layered.webhooks().hint(&HeaderMap::new(), &body).unwrap();
    let queried = hint.query(&*layered).await.unwrap();
    assert_eq!(queried.reply().body(), "OK");
    let payment = queried.payment().unwrap();
    assert_eq!(payment.phase(), Phase::Completed);
    assert_eq!(payment.reference(), Some(&reference("order-1")));

    // The signed webhook of the same event has the same effect key.
    let signed = Bytes::from(delivery.body.clone());
    let received =
        layered
            .webhooks()
            .receive(&HeaderMap::new(), &signed, Timestamp::from_secs(100));
    let effect = payment.observations()[0].effect_key().unwrap();
    assert_eq!(received.unwrap().event().effect_key(), effect);
}

async fn paid(sandbox: &Sandbox, gateway: &Cpay) {
    let checkout = gateway.checkout().unwrap();
    checkout.create(&hosted("order-1")).await.unwrap();
    sandbox.pay("order-1", Some("10.50")).await.unwrap();
}
