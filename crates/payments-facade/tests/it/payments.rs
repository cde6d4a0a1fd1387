//! Which observations are one payment, what money they come to, and what is stored of them.

mod funds;
mod grouping;

use payments_core::{MerchantRef, ProviderRef, Timestamp};
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Closure, Observation, OtherPayment, PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event};
use payments_facade::{GatewayId, Money, Payment, Phase, Settlement};

fn gateway() -> GatewayId {
    GatewayId::new("cpay", "main").unwrap()
}

fn money(amount: &str, symbol: &str) -> Option<Money> {
    Some(Money::of(amount, symbol).unwrap())
}

fn said(kind: PaymentKind, reference: Option<&str>, id: Option<&str>) -> Observation {
    Observation::new(Source::Event, kind)
        .reference(reference.map(|text| MerchantRef::new(text).unwrap()))
        .provider_ref(id.map(|text| ProviderRef::new(text).unwrap()))
}

fn of(observation: Observation) -> Payment {
    Payment::new(gateway(), observation)
}

fn order() -> Payment {
    let reference = MerchantRef::new("o").unwrap();
    let price = Money::of("10", "USDT").unwrap();
    Payment::asked_for(gateway(), PaymentKind::Checkout, reference, price)
}

#[test]
fn a_refund_does_not_complete_its_order() {
    let refund = |id| {
        of(said(PaymentKind::Refund, Some("o"), id)
            .phase(Phase::Completed, "success")
            .credited(money("10", "USDT")))
    };
    for given_back in [refund(None), refund(Some("r-1"))] {
        let mut payment = order();
        assert_eq!(payment.merge(given_back.clone()), Err(OtherPayment));
        assert_eq!(payment, order());
        assert!(!payment.status().is_paid_in_full());
        assert_eq!(given_back.reference(), payment.reference(), "the link");
    }
    // Two refunds of one order are two payments; one that is reported twice is one.
    assert_eq!(
        refund(Some("r-1")).merge(refund(Some("r-2"))),
        Err(OtherPayment)
    );
    assert_eq!(refund(Some("r-1")).merge(refund(None)), Err(OtherPayment));
    assert_eq!(refund(Some("r-1")).merge(refund(Some("r-1"))), Ok(false));
    assert_eq!(refund(None).merge(refund(None)), Ok(false));

    // What does not say what it is, joins either; a refund by its id alone.
    let unstated = |id| of(said(PaymentKind::Unstated, Some("o"), id));
    assert_eq!(order().merge(unstated(None)), Ok(true));
    assert_eq!(refund(Some("r-1")).merge(unstated(Some("r-1"))), Ok(true));
    assert_eq!(refund(Some("r-1")).merge(unstated(None)), Err(OtherPayment));
    assert_eq!(
        refund(Some("r-1")).merge(unstated(Some("o-1"))),
        Err(OtherPayment)
    );
}

#[test]
fn two_kinds_are_two_payments() {
    let kinds = [
        PaymentKind::Checkout,
        PaymentKind::Card,
        PaymentKind::Payout,
    ];
    for left in kinds {
        for right in kinds {
            let mut payment = of(said(left, Some("o"), None));
            let merged = payment.merge(of(said(right, Some("o"), None)));
            assert_eq!(merged.is_ok(), left == right, "{left:?} {right:?}");
        }
    }
}

#[test]
fn a_contested_payment_is_not_paid_in_full() {
    let paid = |id| {
        of(said(PaymentKind::Unstated, Some("o"), Some(id))
            .phase(Phase::Completed, "14")
            .paid(money("10", "USDT")))
    };
    let mut payment = order();
    payment.merge(paid("7")).unwrap();
    assert!(payment.status().is_paid_in_full() && !payment.status().contested);
    payment.merge(paid("8")).unwrap();
    assert_eq!(payment.funds().settlement(), Settlement::Exact);
    assert!(payment.status().contested && !payment.status().is_paid_in_full());
}

#[test]
fn a_closed_payout_received_nothing() {
    let closed = |kind| {
        of(said(kind, Some("o"), None)
            .phase(Phase::Closed(Closure::Failed), "15")
            .paid(money("4", "USDT"))
            .credited(money("3", "USDT")))
    };
    for kind in [
        PaymentKind::Payout,
        PaymentKind::Refund,
        PaymentKind::Exchange,
        PaymentKind::Unstated,
    ] {
        let funds = closed(kind).funds();
        assert_eq!((funds.received, funds.credited), (None, None), "{kind:?}");
    }
    // An order is closed with part of its money there.
    let funds = closed(PaymentKind::Checkout).funds();
    assert_eq!(funds.received, money("4", "USDT"));
    assert_eq!(funds.credited, money("3", "USDT"));
}

#[test]
fn gross_and_net_are_different_amounts() {
    let received = |kind, paid, credited, fee| {
        let one = said(kind, Some("o"), None)
            .phase(Phase::Completed, "14")
            .paid(paid)
            .credited(credited)
            .fee(fee);
        of(one).funds().received
    };
    let usdt = |amount| money(amount, "USDT");
    for (kind, paid, credited, fee, expected) in [
        (
            PaymentKind::Checkout,
            None,
            usdt("9"),
            usdt("1"),
            usdt("10"),
        ),
        (PaymentKind::Checkout, None, usdt("9"), None, None),
        (
            PaymentKind::Checkout,
            None,
            usdt("9"),
            money("1", "TRX"),
            None,
        ),
        (PaymentKind::Payout, usdt("10"), None, usdt("1"), usdt("9")),
        (PaymentKind::Payout, usdt("10"), None, None, None),
        (
            PaymentKind::Payout,
            usdt("10"),
            None,
            money("1", "TRX"),
            None,
        ),
        (PaymentKind::Payout, usdt("1"), None, usdt("2"), None),
        (PaymentKind::Exchange, usdt("10"), None, usdt("1"), None),
        (
            PaymentKind::Exchange,
            usdt("10"),
            money("1", "BTC"),
            None,
            money("1", "BTC"),
        ),
    ] {
        let reported = received(kind, paid.clone(), credited.clone(), fee.clone());
        assert_eq!(reported, expected, "{kind:?} {paid:?} {credited:?} {fee:?}");
    }
}

#[test]
fn amounts_of_two_assets_have_no_total() {
    let one = |amount, symbol| {
        said(PaymentKind::Checkout, Some("o"), None)
            .paid(money(amount, symbol))
            .credited(money(amount, symbol))
            .fee(money(amount, symbol))
    };
    let mut payment = of(one("1", "BTC"));
    payment.merge(of(one("900", "DOGE"))).unwrap();
    let funds = payment.funds();
    assert_eq!(
        (payment.fee(), funds.received, funds.credited),
        (None, None, None)
    );

    let transfers = [
        one("1", "BTC").transfer("a"),
        one("900", "DOGE").transfer("b"),
    ];
    let mut payment = of(transfers[0].clone());
    payment.merge(of(transfers[1].clone())).unwrap();
    assert_eq!(payment.funds().received, None);
    // What was asked for is measured all the same, by what is like it.
    let asked = said(PaymentKind::Checkout, Some("o"), None).expected(money("1", "BTC"));
    payment.merge(of(asked)).unwrap();
    assert_eq!(payment.funds().settlement(), Settlement::Exact);

    let on = |network| {
        let money = Money::of("5", "USDT").unwrap().on_network(network).unwrap();
        of(said(PaymentKind::Checkout, Some("o"), None).fee(Some(money)))
    };
    let mut payment = on("tron");
    payment
        .merge(of(
            said(PaymentKind::Checkout, Some("o"), None).fee(money("4", "usdt"))
        ))
        .unwrap();
    assert!(
        payment.fee().is_some(),
        "a coin without a network is like any"
    );
    payment.merge(on("bsc")).unwrap();
    assert_eq!(payment.fee(), None);
}

#[test]
fn a_stored_payment_has_a_version() {
    let stored = serde_json::to_string(&order()).unwrap();
    assert!(
        stored.starts_with(r#"{"version":1,"gateway":"cpay/main","#),
        "{stored}"
    );
    assert_eq!(serde_json::from_str::<Payment>(&stored).unwrap(), order());
    let with = |version: &str| stored.replace(r#""version":1,"#, version);
    for other in [
        "",
        r#""version":3,"#,
        r#""version":0,"#,
        r#""version":"1","#,
    ] {
        assert!(
            serde_json::from_str::<Payment>(&with(other)).is_err(),
            "{other}"
        );
    }
    // It is judged before the rest, which a later one may write in another way.
    let later = r#"{"version":3,"gateway":7,"observations":"none"}"#;
    let error = serde_json::from_str::<Payment>(later)
        .unwrap_err()
        .to_string();
    assert!(error.contains("version 3"), "{error}");
    // A release that reads version 1 only would not see a refund, so a document with one has version 2.
    let refund = said(PaymentKind::Checkout, Some("o"), None);
    for refund in [
        refund.clone().refunded(money("1", "USDT")),
        refund.with_unknown_refund(true),
    ] {
        let mut refunded = order();
        refunded.merge(of(refund)).unwrap();
        let stored = serde_json::to_string(&refunded).unwrap();
        assert!(stored.starts_with(r#"{"version":2,"#), "{stored}");
        assert_eq!(serde_json::from_str::<Payment>(&stored).unwrap(), refunded);
    }
    let empty = r#"{"version":1,"gateway":"cpay/main","observations":[]}"#;
    assert!(serde_json::from_str::<Payment>(empty).is_err());
    // A document no one but a person made: two kinds under one reference.
    let two = stored.replace(
        r#""observations":["#,
        r#""observations":[{"source":"event","kind":"payout","reference":"o"},"#,
    );
    assert!(
        serde_json::from_str::<Payment>(&two)
            .unwrap()
            .is_contested()
    );
}

#[test]
fn effect_keys_are_unique_and_fit_their_column() {
    let key = |id: &str, happening: &str| EffectKey::new(&gateway(), id, happening);
    assert_eq!(key("2209", "14").as_str(), "cpay/main:2209:14");
    assert_eq!(key("a:b", "c d").as_str(), "cpay/main:a%3ab:c%20d");
    let long = "\u{fc}".repeat(256);
    let parts = [
        "a",
        "a:",
        "a:b",
        ":b",
        "b",
        "a%3ab",
        "a%3Ab",
        "",
        " ",
        &long,
        &long[2..],
    ];
    let mut all = Vec::new();
    for id in parts {
        for happening in parts {
            let key = key(id, happening);
            assert!(key.as_str().len() <= EffectKey::MAX_CHARS, "{key}");
            assert!(
                key.as_str().bytes().all(|byte| byte.is_ascii_graphic()),
                "{key}"
            );
            all.push(key);
        }
    }
    let made = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), made, "two things share a key");
}

#[test]
fn an_event_has_its_transaction_time_and_lateness() {
    let reported = said(PaymentKind::Checkout, Some("o"), None)
        .transaction(Some("0xabc".to_owned()))
        .late(true)
        .made_at(Some(Timestamp::from_secs(7)));
    let event = |observation| {
        let key = EffectKey::new(&gateway(), "7", "14");
        Event::new(
            gateway(),
            observation,
            key,
            ProviderResponse::new(()),
            Default::default(),
        )
    };
    let (full, bare) = (
        event(reported),
        event(said(PaymentKind::Checkout, Some("o"), None)),
    );
    assert_eq!(
        (full.transaction(), full.made_at(), full.late()),
        (Some("0xabc"), Some(Timestamp::from_secs(7)), true)
    );
    assert_eq!(
        (bare.transaction(), bare.made_at(), bare.late()),
        (None, None, false)
    );
}

/// The names under which pages and stored payments have them.
#[test]
fn phases_and_closures_are_named_as_in_json() {
    for phase in [
        Phase::Open,
        Phase::Processing,
        Phase::Unrecognised,
        Phase::Completed,
    ] {
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
    }
    for closure in [
        Closure::Unstated,
        Closure::Expired,
        Closure::Cancelled,
        Closure::Rejected,
        Closure::Failed,
    ] {
        let closed = serde_json::json!({ "closed": closure.as_str() });
        assert_eq!(
            serde_json::to_value(Phase::Closed(closure)).unwrap(),
            closed
        );
        assert_eq!(Phase::Closed(closure).as_str(), "closed");
    }
}
