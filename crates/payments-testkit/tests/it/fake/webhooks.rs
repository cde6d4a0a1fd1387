//! The verification of webhooks.

use bytes::Bytes;
use payments_core::Timestamp;
use payments_core::scripted::block_on;
use payments_facade::{Gateway, WebhookError};
use payments_testkit::FakeGateway;

use crate::support::{checkout_order, reference};

#[test]
fn accepts_only_its_own_webhooks() {
    let secret = || payments_signing::Secret::new("shared").unwrap();
    let [fake, other] = ["main", "other"].map(|account| {
        let builder = FakeGateway::builder("fake", account);
        builder.webhook_secret(secret()).build().unwrap()
    });
    let odd = "o-1 & o-2=\"%\"";
    block_on(fake.checkout().unwrap().create(&checkout_order(odd))).unwrap();
    let webhook = fake.pay(odd).unwrap();
    let receive = |gateway: &FakeGateway, body: &Bytes| {
        gateway
            .webhooks()
            .receive(&webhook.headers, body, fake.now())
    };
    let received = receive(&fake, &webhook.body).unwrap();
    assert_eq!(received.event().reference(), Some(&reference(odd)));
    assert_eq!(received.ack().status(), 200);
    assert_eq!(fake.webhooks().nack().status(), 500);
    assert_eq!(
        receive(&other, &webhook.body).unwrap_err(),
        WebhookError::Refused
    );
    for at in 0..webhook.body.len() {
        let mut body = webhook.body.to_vec();
        body[at] ^= 1;
        assert!(receive(&fake, &body.into()).is_err(), "byte {at}");
    }
}

#[test]
fn accepts_a_previous_secret_until_its_end() {
    let secret = |text: &str| payments_signing::Secret::new(text).unwrap();
    let old = FakeGateway::builder("fake", "main")
        .webhook_secret(secret("old"))
        .build()
        .unwrap();
    let end = Timestamp::from_secs(1_700_000_100);
    let new = FakeGateway::builder("fake", "main")
        .webhook_secret(secret("new"))
        .previous_webhook_secret(secret("old"), end)
        .build()
        .unwrap();
    block_on(old.checkout().unwrap().create(&checkout_order("o-1"))).unwrap();
    let webhook = old.pay("o-1").unwrap();
    let receive = |now| {
        new.webhooks()
            .receive(&webhook.headers, &webhook.body, now)
            .is_ok()
    };
    assert!(receive(old.now()));
    assert!(!receive(end));
}
