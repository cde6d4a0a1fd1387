//! What shows that a found payment is not the ticket's.

use payments_core::scripted::ScriptedTransport;
use payments_facade::Money;
use payments_facade::payment::Agreement;

use super::*;
use crate::support::{scripted, to_chain};

fn found(kind: PaymentKind, state: impl Fn(Observation) -> Observation) -> Payment {
    let observation = Observation::new(Source::Queried, kind);
    Payment::new(id(), state(observation.reference(Some(reference("r-1")))))
}

#[test]
fn another_coin_or_price_is_a_difference() {
    let bitcoin = || Some(Money::of("4.00", "BTC").unwrap());
    for (call, state, expected) in [
        // A payout is in the coin that was asked for.
        (
            MoneyCall::Payout,
            found(PaymentKind::Payout, |one| one.paid(bitcoin())),
            vec![Difference::Asset],
        ),
        (
            MoneyCall::Payout,
            found(PaymentKind::Payout, |one| one.paid(Some(usdt("5.00")))),
            vec![Difference::Amount],
        ),
        (
            MoneyCall::Checkout,
            found(PaymentKind::Checkout, |one| {
                one.expected(Some(usdt("5.00")))
            }),
            vec![Difference::Amount],
        ),
        // The price may be stated in a currency that it was converted to.
        (
            MoneyCall::Checkout,
            found(PaymentKind::Checkout, |one| one.expected(bitcoin())),
            vec![],
        ),
    ] {
        assert_eq!(ticket(call).differences(&state), expected, "{state:?}");
    }
}

/// The sources of a payout may state a part each.
#[test]
fn another_split_is_a_difference_in_every_order_of_merging() {
    let gateway = scripted(&ScriptedTransport::new());
    // It costs 4, and 3 arrive.
    let ticket = gateway.payouts().unwrap().ticket(&to_chain("r-1"), NOW);
    let paid = |sum: &str| found(PaymentKind::Payout, |one| one.paid(Some(usdt(sum))));
    let arrived = |sum: &str| found(PaymentKind::Payout, |one| one.credited(Some(usdt(sum))));
    for (first, second, expected) in [
        (paid("4"), arrived("3.5"), Agreement::Other),
        (paid("5"), arrived("3"), Agreement::Other),
        (arrived("3"), arrived("3.5"), Agreement::Other),
        (paid("4"), arrived("3"), Agreement::Same),
        (paid("3"), arrived("3"), Agreement::Same),
        (paid("4"), arrived("0"), Agreement::Same),
        (paid("0"), arrived("0"), Agreement::Unstated),
    ] {
        for (one, other) in [(&first, &second), (&second, &first)] {
            let mut payment = one.clone();
            payment.merge(other.clone()).unwrap();
            assert_eq!(ticket.agreement(&payment), expected, "{payment:?}");
            let is_other = ticket.differences(&payment) == [Difference::Amount];
            assert_eq!(is_other, expected == Agreement::Other, "{payment:?}");
        }
    }
    // What was requested decides over what it cost, and not over what arrived.
    for (credited, expected) in [("3.5", Agreement::Other), ("3", Agreement::Same)] {
        let state = found(PaymentKind::Payout, |one| {
            one.ordered(Some(usdt("4"))).credited(Some(usdt(credited)))
        });
        assert_eq!(ticket.agreement(&state), expected);
    }
}

#[test]
fn a_difference_has_words_for_a_sentence() {
    assert_eq!(Difference::Amount.to_string(), "amount");
    let earlier = Difference::EarlierCall.to_string();
    assert_eq!(earlier, "the call that made it");
}
