//! Orders and payouts: what customers and the provider do.

use payments_core::scripted::block_on;
use payments_core::{Kind, Outcome, Refusal};
use payments_facade::payment::Closure;
use payments_facade::{CheckoutOrder, CustomerStep, Fee, Gateway, Lookup, Phase, Settlement};
use payments_testkit::{FakeError, FakeGateway, FakeWebhook};

use super::{balance, fake, receive};
use crate::support::{checkout_order, money, payout_order, reference};

fn status(fake: &FakeGateway, webhook: &FakeWebhook) -> (Phase, Settlement, bool) {
    let status = receive(fake, webhook).status();
    (status.phase, status.funds.settlement(), status.funds.late)
}

#[test]
fn a_customer_underpays_then_overpays() {
    let fake = fake();
    let checkout = fake.checkout().unwrap();
    let order = CheckoutOrder::native(reference("o-1"), money("10.50", "USDT"));
    let created = block_on(checkout.create(&order)).unwrap();
    assert!(matches!(created.next, CustomerStep::Send { .. }));

    let missing = Settlement::Missing(money("0.5", "USDT"));
    let under = fake.underpay("o-1", "0.5").unwrap();
    assert_eq!(status(&fake, &under), (Phase::Processing, missing, false));
    let excess = Settlement::Excess(money("2", "USDT"));
    let over = fake.overpay("o-1", "2").unwrap();
    assert_eq!(
        status(&fake, &over),
        (Phase::Completed, excess.clone(), false)
    );
    assert_eq!(balance(&fake, "USDT").0, "112.50");

    // Answers and webhooks merge in any order.
    let found = block_on(checkout.find(&reference("o-1").into()))
        .unwrap()
        .unwrap();
    let mut payment = found.into_inner();
    for webhook in [&over, &under, &over] {
        payment.merge(receive(&fake, webhook)).unwrap();
    }
    payment.merge(created.into_inner().payment).unwrap();
    assert_eq!(payment.funds().settlement(), excess);
    assert!(!payment.is_contested());
}

#[test]
fn a_payment_after_expiry_is_late_and_is_credited() {
    let fake = fake();
    block_on(fake.checkout().unwrap().create(&checkout_order("o-1"))).unwrap();
    let expired = fake.expire("o-1").unwrap();
    let closed = Phase::Closed(Closure::Expired);
    assert_eq!(
        status(&fake, &expired),
        (closed, Settlement::Unstated, false)
    );
    let late = fake.pay("o-1").unwrap();
    assert_eq!(
        status(&fake, &late),
        (Phase::Completed, Settlement::Exact, true)
    );
    assert_eq!(balance(&fake, "USDT").0, "110");
    assert_eq!(fake.expire("o-1"), Err(FakeError::WrongState("o-1".into())));
    assert!(matches!(fake.pay("o-2"), Err(FakeError::NoSuchOrder(_))));
}

#[test]
fn a_payout_is_held_until_it_completes_or_is_rejected() {
    let fake = FakeGateway::builder("fake", "main")
        .balance(&money("20", "USDT"))
        .payout_fee("1".parse().unwrap())
        .build()
        .unwrap();
    let payouts = fake.payouts().unwrap();
    let create = |name, fee| block_on(payouts.create(&payout_order(name, "5", fee)));
    let made = create("p-1", Fee::OnTop).unwrap();
    assert_eq!(made.phase(), Phase::Processing);
    assert_eq!(
        made.funds().settlement(),
        Settlement::Unstated,
        "nothing has arrived yet"
    );
    assert_eq!(balance(&fake, "USDT"), ("14".into(), "6".into()));
    create("p-2", Fee::Included).unwrap();
    assert_eq!(balance(&fake, "USDT"), ("9".into(), "11".into()));

    let done = fake.complete("p-1").unwrap();
    assert_eq!(
        status(&fake, &done),
        (Phase::Completed, Settlement::Exact, false)
    );
    fake.reject("p-2").unwrap();
    assert_eq!(balance(&fake, "USDT"), ("14".into(), "0".into()));
    assert!(fake.complete("p-2").is_err(), "a rejected payout is final");

    let error = block_on(payouts.create(&payout_order("p-3", "14", Fee::OnTop))).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::Funds));
    assert_eq!(error.outcome(), Outcome::NotApplied);
    let error = create("p-1", Fee::OnTop).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );
    assert_eq!(balance(&fake, "USDT"), ("14".into(), "0".into()));
}

#[test]
fn a_cancellation_sends_a_webhook() {
    let fake = fake();
    let checkout = fake.checkout().unwrap();
    let created = block_on(checkout.create(&checkout_order("o-1"))).unwrap();
    let by = Lookup::Reference(reference("o-1"));
    let cancellation = checkout.cancellation().unwrap();
    let cancelled = block_on(cancellation.cancel(&by)).unwrap();
    let closed = Phase::Closed(Closure::Cancelled);
    assert_eq!(cancelled.phase(), closed);
    let [webhook] = &*fake.webhooks_sent() else {
        panic!("expected one webhook: {:?}", fake.webhooks_sent());
    };
    assert_eq!(
        status(&fake, webhook),
        (closed, Settlement::Unstated, false)
    );
    let mut payment = created.into_inner().payment;
    payment.merge(receive(&fake, webhook)).unwrap();
    assert_eq!(payment.phase(), closed);
    // A second cancellation is refused and sends no webhook.
    let error = block_on(cancellation.cancel(&by)).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::State));
    assert_eq!(fake.webhooks_sent().len(), 1);
}
