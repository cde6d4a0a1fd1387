//! Every fault of a webhook at every gateway.

use std::time::Duration;

use payments_sandbox::{DeliveryState, Fault, FaultKind as Kind, Gateway, Sandbox};
use serde_json::{Value, json};

use super::calls::{send, until};
use crate::ccpayment::merchant::sign;
use crate::ccpayment_v2::merchant::sign as sign_v2;
use crate::chainup_opay::merchant::Opay;
use crate::support::http::Receiver;
use crate::support::shop::{self, START_MS, Shop};

type Request = (String, String);

/// A shop whose payouts (at ChainUp orders) send their webhooks to a receiver.
async fn open(gateway: Gateway) -> (Opay, Receiver) {
    let receiver = Receiver::with_usual(&[], "success").await;
    let url = receiver.url();
    let opay = Opay::with(|builder| {
        builder
            .cpay_callback_url(&url)
            .ccpayment_webhook_url(&url)
            .ccpayment_v2_webhook_url(&url)
            .ccpayment_v2_push_every_state(false)
    })
    .await;
    assert!(Gateway::ALL.contains(&gateway));
    (opay, receiver)
}

/// Makes and completes what sends one webhook.
async fn complete(opay: &Opay, receiver: &Receiver, gateway: Gateway, reference: &str) {
    if gateway == Gateway::CHAINUP_OPAY {
        let to = json!({"appOrderId": reference, "notifyPage": receiver.url()});
        opay.order(&to).await;
    } else {
        send(opay, gateway, reference).await.unwrap();
    }
    opay.shop.sandbox.pay(reference, None).await.unwrap();
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// Whether the signature of a webhook is right.
fn is_signed(opay: &Opay, gateway: Gateway, (head, body): &Request) -> bool {
    let credentials = opay.shop.sandbox.credentials();
    let Ok(json) = serde_json::from_str::<Value>(body) else {
        return false;
    };
    match gateway {
        Gateway::CPAY => {
            let fields = json.as_object().unwrap();
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                .collect();
            json["sign"] == shop::sign(&fields, &credentials.cpay.secret)
        }
        Gateway::CHAINUP_OPAY => {
            let part = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
            opay.is_sealed(&part("data"), &part("sign"))
        }
        _ => {
            let timestamp = header(head, "Timestamp").unwrap_or_default();
            let right = if gateway == Gateway::CCPAYMENT {
                let account = &credentials.ccpayment;
                sign(&account.app_id, &account.app_secret, timestamp, body)
            } else {
                let account = &credentials.ccpayment_v2;
                sign_v2(&account.app_id, &account.app_secret, timestamp, body)
            };
            header(head, "Sign") == Some(right.as_str())
        }
    }
}

fn timestamp_ms(gateway: Gateway, (head, body): &Request) -> u64 {
    if gateway == Gateway::CHAINUP_OPAY {
        let json: Value = serde_json::from_str(body).unwrap();
        return json["time"].as_u64().unwrap();
    }
    let seconds: u64 = header(head, "Timestamp").unwrap().parse().unwrap();
    seconds * 1_000
}

fn only(sandbox: &Sandbox) -> (DeliveryState, Vec<Option<&'static str>>) {
    let deliveries = sandbox.deliveries();
    assert_eq!(deliveries.len(), 1);
    let faults = deliveries[0].attempts.iter().map(|attempt| attempt.fault);
    (deliveries[0].state, faults.collect())
}

#[tokio::test]
async fn a_message_is_changed_once_and_the_next_attempt_is_right() {
    for gateway in Gateway::ALL {
        for kind in [
            Kind::WebhookWrongSignature,
            Kind::WebhookNoSignature,
            Kind::WebhookStaleTimestamp,
            Kind::WebhookContentType,
            Kind::WebhookAltered,
            Kind::WebhookTruncated,
            Kind::WebhookEmpty,
        ] {
            let label = format!("{gateway:?} {kind:?}");
            let (opay, mut receiver) = open(gateway).await;
            let sandbox = &opay.shop.sandbox;
            let fault = Fault::webhook(gateway, kind);
            if gateway == Gateway::CPAY && kind == Kind::WebhookStaleTimestamp {
                assert!(sandbox.fault(fault).is_err());
                continue;
            }
            sandbox.fault(fault).unwrap();
            complete(&opay, &receiver, gateway, "first").await;
            let got = receiver.wait_for(1).await;
            let (head, body) = &got[0];
            sandbox.webhooks_quiet().await;
            let delivery = &sandbox.deliveries()[0];
            assert_eq!(delivery.attempts[0].fault, Some(kind.as_str()), "{label}");
            // The receiver accepts everything; a shop asks for another one.
            sandbox.resend(delivery.id).await.unwrap();
            let right = receiver.wait_for(2).await.remove(1);
            assert!(is_signed(&opay, gateway, &right), "{label}");
            match kind {
                Kind::WebhookWrongSignature | Kind::WebhookAltered => {
                    assert!(!is_signed(&opay, gateway, &got[0]), "{label}");
                    assert_eq!(body.len(), right.1.len(), "{label}");
                }
                Kind::WebhookNoSignature => {
                    assert!(
                        !head.contains("Sign:") && !body.contains("\"sign\""),
                        "{label}"
                    );
                }
                Kind::WebhookStaleTimestamp => {
                    assert!(is_signed(&opay, gateway, &got[0]), "{label}");
                    let apart_ms = timestamp_ms(gateway, &right) - timestamp_ms(gateway, &got[0]);
                    assert_eq!(apart_ms, 3_600_000, "{label}");
                }
                Kind::WebhookContentType => {
                    assert_eq!(header(head, "Content-Type"), Some("text/plain"), "{label}");
                    assert!(is_signed(&opay, gateway, &got[0]), "{label}");
                }
                Kind::WebhookTruncated => assert_eq!(body.len(), right.1.len() / 2, "{label}"),
                _ => assert_eq!(body, "", "{label}"),
            }
        }
    }
}

#[tokio::test]
async fn a_dropped_webhook_is_sent_only_by_a_resend() {
    for gateway in Gateway::ALL {
        let (opay, mut receiver) = open(gateway).await;
        let sandbox = &opay.shop.sandbox;
        sandbox
            .fault(Fault::webhook(gateway, Kind::WebhookDrop))
            .unwrap();
        complete(&opay, &receiver, gateway, "first").await;
        sandbox.webhooks_quiet().await;
        let dropped = (DeliveryState::Dropped, vec![Some("webhook_drop")]);
        assert_eq!(only(sandbox), dropped, "{gateway:?}");
        assert!(receiver.requests().is_empty() && sandbox.advance_to_next().is_none());
        sandbox.resend(sandbox.deliveries()[0].id).await.unwrap();
        receiver.wait_for(1).await;
    }
}

#[tokio::test]
async fn a_webhook_that_is_never_sent_leaves_its_fault_to_the_next_one() {
    let receiver = Receiver::with_usual(&[], "success").await;
    let shop = Shop::open().await;
    let fault = Fault::webhook(Gateway::CPAY, Kind::WebhookDrop);
    shop.sandbox.fault(fault).unwrap();
    for (reference, url) in [
        ("forbidden", "http://192.0.2.1/hook"),
        ("sent", &receiver.url()),
    ] {
        let changes = [("merchantTradeNo", reference), ("callBackURL", url)];
        let id = shop.order_id(&changes).await;
        shop.sandbox.pay(&id, None).await.unwrap();
        shop.sandbox.webhooks_quiet().await;
        let waits = usize::from(reference == "forbidden");
        assert_eq!(shop.sandbox.waiting_faults(), waits, "{reference}");
    }
    let deliveries = shop.sandbox.deliveries();
    let met: Vec<_> = deliveries
        .iter()
        .map(|delivery| (delivery.state, delivery.attempts[0].fault))
        .collect();
    let dropped = (DeliveryState::Dropped, Some("webhook_drop"));
    assert_eq!(met, [(DeliveryState::Refused, None), dropped]);
}

#[tokio::test]
async fn a_delayed_webhook_keeps_its_attempts() {
    for gateway in Gateway::ALL {
        let (opay, mut receiver) = open(gateway).await;
        let sandbox = &opay.shop.sandbox;
        let day = Duration::from_secs(86_400);
        let fault = Fault::webhook(gateway, Kind::WebhookDelay).delay(day);
        sandbox.fault(fault).unwrap();
        complete(&opay, &receiver, gateway, "first").await;
        sandbox.webhooks_quiet().await;
        let before = sandbox.deliveries().remove(0);
        assert_eq!(before.due_ms, Some(START_MS + 86_400_000));
        assert!(receiver.requests().is_empty());
        sandbox.advance_to_next().unwrap();
        receiver.wait_for(1).await;
        sandbox.webhooks_quiet().await;
        assert_eq!(
            only(sandbox),
            (DeliveryState::Delivered, vec![None]),
            "{gateway:?}"
        );
        assert_eq!(sandbox.deliveries()[0].tries_left + 1, before.tries_left);
    }
}

#[tokio::test]
async fn a_duplicate_is_sent_twice_and_counts_as_one_delivery() {
    for gateway in Gateway::ALL {
        let (opay, mut receiver) = open(gateway).await;
        let sandbox = &opay.shop.sandbox;
        sandbox
            .fault(Fault::webhook(gateway, Kind::WebhookDuplicate))
            .unwrap();
        complete(&opay, &receiver, gateway, "first").await;
        for request in receiver.wait_for(2).await {
            assert!(is_signed(&opay, gateway, &request), "{gateway:?}");
        }
        sandbox.webhooks_quiet().await;
        let twice = vec![Some("webhook_duplicate"); 2];
        assert_eq!(only(sandbox), (DeliveryState::Delivered, twice));
    }
}

#[tokio::test]
async fn a_reordered_webhook_comes_after_the_next_one() {
    for gateway in Gateway::ALL {
        let (opay, mut receiver) = open(gateway).await;
        let sandbox = &opay.shop.sandbox;
        sandbox
            .fault(Fault::webhook(gateway, Kind::WebhookReorder))
            .unwrap();
        complete(&opay, &receiver, gateway, "first").await;
        sandbox.webhooks_quiet().await;
        assert!(receiver.requests().is_empty());
        complete(&opay, &receiver, gateway, "second").await;
        receiver.wait_for(2).await;
        sandbox.webhooks_quiet().await;
        let ended: Vec<_> = sandbox.deliveries().iter().map(|row| row.state).collect();
        assert_eq!(ended, [DeliveryState::Delivered; 2], "{gateway:?}");
        if gateway == Gateway::CPAY {
            let order: Vec<_> = receiver
                .requests()
                .into_iter()
                .map(|(_, body)| body)
                .collect();
            assert!(
                order[0].contains("second") && order[1].contains("first"),
                "{order:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_can_come_after_the_webhook() {
    for gateway in Gateway::ALL {
        let (opay, mut receiver) = open(gateway).await;
        let sandbox = &opay.shop.sandbox;
        let fault = Fault::after(gateway).kind(Kind::AfterWebhook);
        sandbox.fault(fault).unwrap();
        let answer = async {
            complete_late(&opay, &receiver, gateway).await;
            // The webhook was sent before.
            receiver.requests().len()
        };
        let meanwhile = async {
            until(|| sandbox.order("first").is_some()).await;
            sandbox.pay("first", None).await.unwrap();
        };
        let (sent, ()) = tokio::join!(answer, meanwhile);
        assert_eq!(sent, 1, "{gateway:?}");
        receiver.wait_for(1).await;
    }
}

/// Makes what sends a webhook, and waits for the answer.
async fn complete_late(opay: &Opay, receiver: &Receiver, gateway: Gateway) {
    if gateway == Gateway::CHAINUP_OPAY {
        let to = json!({"appOrderId": "first", "notifyPage": receiver.url()});
        opay.order(&to).await;
    } else {
        send(opay, gateway, "first").await.unwrap();
    }
}
