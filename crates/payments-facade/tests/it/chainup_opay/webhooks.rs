//! ChainUp OPay's callbacks: an amount without a coin is no money, and nothing that is not genuine is taken.

use super::support::{
    NUMBER, callback, config, detail, executor, hosted, made, money, number, other_config, receive,
    reference, scripted,
};
use bytes::Bytes;
use payments_core::Timestamp;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::chainup_opay::{ChainupOpay, Config};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::webhook::Cause;
use payments_facade::{Gateway, Payment, Phase, Settlement, WebhookError};

#[test]
fn an_event_has_everything_except_money() {
    let gateway = scripted(&ScriptedTransport::new());
    for (status, phase) in [
        ("0", Phase::Closed(Closure::Unstated)),
        ("1", Phase::Open),
        ("2", Phase::Closed(Closure::Failed)),
        ("3", Phase::Completed),
        ("9", Phase::Unrecognised),
    ] {
        let body = callback(status);
        let received = receive(&gateway, &body).unwrap();
        let event = received.event();
        assert_eq!(
            (event.reference(), event.provider_ref(), event.kind()),
            (
                Some(&reference("o-1")),
                Some(&number()),
                PaymentKind::Checkout
            )
        );
        assert_eq!((event.status().phase, event.money()), (phase, None));
        assert!(!event.status().is_paid_in_full());
        let key = format!("chainup-opay/main:{NUMBER}:{status}");
        assert_eq!(event.effect_key().as_str(), key);
        assert_eq!(event.raw(), &body);
        // The amount is where it came.
        let typed = event.provided::<chainup_opay_client::Event>().unwrap();
        assert_eq!(typed.amount, money("10.5").amount);
        let ack = received.ack();
        assert_eq!(ack.status(), 200);
        assert!(
            ack.body()
                .starts_with(br#"{"code":"0","msg":"success","data":"success""#)
        );
    }
    let nack = gateway.webhooks().nack();
    assert!(nack.status() == 500 && !nack.body().windows(7).any(|word| word == b"success"));
}

#[test]
fn event_response_and_query_merge_in_any_order() {
    let transport = ScriptedTransport::new()
        .answer(200, made())
        .answer(200, detail("3"));
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let created = block_on(checkout.create(&hosted("o-1")))
        .unwrap()
        .into_inner()
        .payment;
    let event = receive(&gateway, &callback("3")).unwrap().into_event();
    let key = event.effect_key().clone();

    // The event and the books know that it is completed, and not of how much.
    let mut half = event.payment().clone();
    half.merge(created.clone()).unwrap();
    assert_eq!(
        (half.phase(), half.funds().settlement()),
        (Phase::Completed, Settlement::Unstated)
    );

    let found = block_on(checkout.find(&event.provider_ref().unwrap().clone().into()));
    let found = found.unwrap().unwrap().into_inner();
    let same = found.observations()[0].effect_key() == Some(&key);
    assert!(same, "the query names another effect");
    let parts = [created, event.into_payment(), found];
    let merged = |order: [usize; 3]| {
        let mut whole: Payment = parts[order[0]].clone();
        for place in &order[1..] {
            assert_eq!(whole.merge(parts[*place].clone()), Ok(true));
        }
        whole
    };
    let whole = merged([0, 1, 2]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(merged(order), whole);
    }
    assert!(whole.status().is_paid_in_full() && !whole.is_contested() && !whole.funds().late);
    assert_eq!(whole.funds().settlement(), Settlement::Exact);

    // A failure that was followed by a payment after all: no one says which of the two holds.
    let mut late = whole;
    late.merge(
        receive(&gateway, &callback("2"))
            .unwrap()
            .into_event()
            .into_payment(),
    )
    .unwrap();
    assert!(late.is_contested() && !late.status().is_paid_in_full() && !late.funds().late);
}

#[test]
fn accepts_callbacks_under_the_current_and_the_previous_keys() {
    let body = callback("3");
    let made = |config: &Config| {
        ChainupOpay::new("main", config, executor(&ScriptedTransport::new())).unwrap()
    };
    let stranger = made(&other_config());
    assert_eq!(
        receive(&stranger, &body).unwrap_err(),
        WebhookError::Refused
    );
    let until = |secs| {
        let end = Timestamp::from_secs(secs);
        stranger.clone().with_previous_keys(&config(), end)
    };
    // The clock of `receive` stands at 100 seconds.
    let received = receive(&until(101), &body).unwrap();
    assert_eq!(
        receive(&until(100), &body).unwrap_err(),
        WebhookError::Refused
    );
    // Who still sends under the old keys is answered under them.
    let old = receive(&made(&config()), &body).unwrap();
    assert_eq!(received.ack().body(), old.ack().body());

    let gateway = made(&config());
    let text = String::from_utf8(body.to_vec()).unwrap();
    for forged in [
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        "{\"app_id\":\"xxx_xxx\",\"data\":\"\",\"sign\":\"\",\"time\":1}".to_owned(),
        text.replace("xxx_xxx", "yyy_yyy"),
        text[..text.len() - 2].to_owned(),
    ] {
        for gateway in [&gateway, &until(101)] {
            let refused = receive(gateway, &Bytes::from(forged.clone())).unwrap_err();
            assert_eq!(refused, WebhookError::Refused, "{forged}");
        }
    }
    let diagnosis = gateway.webhooks().diagnose(
        &http::HeaderMap::new(),
        &Bytes::from(text.replace("xxx_xxx", "yyy_yyy")),
        Timestamp::from_secs(100),
    );
    assert_eq!(diagnosis.unwrap().cause(), Cause::OtherAccount);
    // An answer of the platform is genuine, and no callback.
    let answer = detail("3").replace("\"code\"", "\"app_id\":\"xxx_xxx\",\"time\":1,\"code\"");
    let unreadable = receive(&gateway, &Bytes::from(answer)).unwrap_err();
    assert!(matches!(unreadable, WebhookError::Unreadable { .. }));
    // Its time is not signed: the same event, whenever it is said to be from.
    let moved = Bytes::from(text.replace("1700000000000", "1800000000000"));
    let (moved, genuine) = (
        receive(&gateway, &moved).unwrap(),
        receive(&gateway, &body).unwrap(),
    );
    assert_eq!(moved.event().payment(), genuine.event().payment());
}
