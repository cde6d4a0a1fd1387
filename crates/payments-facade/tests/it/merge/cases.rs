//! What a payment says after certain observations.

use super::*;

fn event(phase: Phase, paid: Option<&str>) -> Observation {
    Observation::new(Source::Event, PaymentKind::Unstated)
        .reference(Some(reference()))
        .phase(phase, "")
        .paid(paid.map(usdt))
}

fn books(kind: PaymentKind) -> Payment {
    Payment::asked_for(gateway(), kind, reference(), usdt("10"))
}

#[test]
fn underpaid_overpaid_and_late_are_not_failures() {
    let checkout = books(PaymentKind::Checkout);
    let with = |one| joined(checkout.clone(), &alone(&one));

    let under = with(event(Phase::Completed, Some("9.5"))).status();
    assert_eq!(under.funds.settlement(), Settlement::Missing(usdt("0.5")));
    assert!(!under.is_paid_in_full() && under.phase == Phase::Completed);

    let over = with(event(Phase::Completed, Some("12"))).status();
    assert_eq!(over.funds.settlement(), Settlement::Excess(usdt("2")));
    assert!(over.is_paid_in_full());

    let exact = with(event(Phase::Completed, Some("10.000"))).status();
    assert_eq!(exact.funds.settlement(), Settlement::Exact);
    assert!(exact.is_paid_in_full() && !exact.funds.late);

    // Expired, and then paid after all, in whichever order the two are heard of: late if the provider says so.
    let expired = event(Phase::Closed(Closure::Expired), Some("0"));
    let paid = |late| alone(&event(Phase::Completed, Some("10")).late(late));
    let late = joined(with(expired.clone()), &paid(true));
    assert_eq!(late.phase(), Phase::Completed);
    assert!(late.funds().late && late.status().is_paid_in_full());
    let both_ends = joined(with(expired.clone()), &paid(false));
    assert!(!both_ends.funds().late && both_ends.is_contested());
    assert!(!both_ends.status().is_paid_in_full());

    // Part of it came, and then time was up: closed, not late, and not nothing.
    let part = with(event(Phase::Closed(Closure::Expired), Some("4"))).status();
    assert_eq!(part.funds.settlement(), Settlement::Missing(usdt("6")));
    assert!(!part.funds.late);

    let nothing = with(expired).status();
    assert_eq!(nothing.funds.settlement(), Settlement::Nothing);
    // Of an order no one has heard of again, nothing is known at all.
    assert_eq!(checkout.status().funds.settlement(), Settlement::Unstated);
    assert_eq!(checkout.phase(), Phase::Unrecognised);
}

#[test]
fn several_transfers_are_added_up_once_each() {
    let transfer = |id: &str, sum| event(Phase::Processing, Some(sum)).transfer(id);
    let mut payment = books(PaymentKind::Checkout);
    for (id, sum) in [("a", "4"), ("b", "5"), ("a", "4"), ("a", "4.0")] {
        payment.merge(alone(&transfer(id, sum))).unwrap();
    }
    assert_eq!(payment.funds().settlement(), Settlement::Missing(usdt("1")));

    // A total that someone states and the sum of transfers are two views of one thing: the greater counts.
    payment
        .merge(alone(&event(Phase::Completed, Some("9.5"))))
        .unwrap();
    assert_eq!(
        payment.funds().settlement(),
        Settlement::Missing(usdt("0.5"))
    );
}

#[test]
fn money_of_another_asset_is_not_compared() {
    let euros = Observation::new(Source::Event, PaymentKind::Unstated)
        .reference(Some(reference()))
        .phase(Phase::Completed, "14")
        .paid(Some(Money::of("10", "EUR").unwrap()));
    let payment = joined(books(PaymentKind::Checkout), &alone(&euros));
    assert_eq!(payment.funds().settlement(), Settlement::Unstated);
    assert!(!payment.status().is_paid_in_full());

    // A price in one asset and the coins it comes to in another: the one that was paid in is measured.
    let coins = Observation::new(Source::Queried, PaymentKind::Checkout)
        .reference(Some(reference()))
        .expected(Some(Money::of("9", "EUR").unwrap()));
    let payment = joined(payment, &alone(&coins));
    let excess = Settlement::Excess(Money::of("1", "EUR").unwrap());
    assert_eq!(payment.funds().settlement(), excess);
    assert!(
        !payment.is_contested(),
        "a price and its coins are no contradiction"
    );
}

#[test]
fn contradictions_are_contested() {
    let id = |id: &str| event(Phase::Open, None).provider_ref(Some(ProviderRef::new(id).unwrap()));
    let two_orders = joined(alone(&id("7")), &alone(&id("8")));
    assert!(two_orders.is_contested(), "two orders under one reference");

    let failed_payout = joined(
        books(PaymentKind::Payout),
        &alone(&event(Phase::Closed(Closure::Failed), None)),
    );
    assert!(!failed_payout.is_contested());
    let both = joined(failed_payout, &alone(&event(Phase::Completed, None)));
    assert!(both.is_contested() && !both.funds().late);

    let dearer = Payment::asked_for(gateway(), PaymentKind::Checkout, reference(), usdt("11"));
    assert!(joined(books(PaymentKind::Checkout), &dearer).is_contested());
}

#[test]
fn only_one_payment_is_merged() {
    let mine = books(PaymentKind::Checkout);
    let named = |gateway: GatewayId, text: &str| {
        let reference = MerchantRef::new(text).unwrap();
        Payment::asked_for(gateway, PaymentKind::Checkout, reference, usdt("10"))
    };
    let elsewhere = named(GatewayId::new("cpay", "second").unwrap(), "order-1");
    let other = named(gateway(), "order-2");
    let deposit = Observation::new(Source::Event, PaymentKind::Deposit)
        .provider_ref(Some(ProviderRef::new("7").unwrap()));
    for wrong in [elsewhere, other, alone(&deposit)] {
        let mut payment = mine.clone();
        assert_eq!(payment.merge(wrong), Err(OtherPayment));
        assert_eq!(payment, mine);
    }
    // Without a reference, the provider's id decides.
    let mut known =
        alone(&event(Phase::Open, None).provider_ref(Some(ProviderRef::new("7").unwrap())));
    assert_eq!(known.merge(alone(&deposit)), Ok(true));
}
