//! What is wrong with a payment, by what is known of it. Nothing here depends on the order in which it became known.

use payments_facade::payment::PaymentKind;
use payments_facade::{Payment, Phase, Settlement};

use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::payments::reading::{comes_in, has_money};

/// The findings about the payments of one row.
pub(super) fn findings(payments: &[Payment]) -> Vec<Found> {
    let mut found = Vec::new();
    for payment in payments {
        found.extend(Found::contested(payment));
        if comes_in(payment.kind()) {
            found.extend(refund(payment));
            found.extend(amount(payment));
        }
    }
    // Of a refund whose order is known, the order's finding is enough.
    if !payments.iter().any(|it| comes_in(it.kind())) {
        let refunds = payments.iter();
        let refunds = refunds.filter(|it| it.kind() == PaymentKind::Refund);
        found.extend(refunds.map(|refund| {
            let detail = "money was sent back to a payer, and the order is not known";
            Found::about(FindingKind::Refund, refund, detail).with_money(refund.funds().received)
        }));
    }
    found
}

fn refund(payment: &Payment) -> Option<Found> {
    let funds = payment.funds();
    let detail = match &funds.refunded {
        Some(money) => format!("{money} was sent back to the payer"),
        None if funds.has_unknown_refund => {
            "something was sent back to the payer, and the amount is not known".to_owned()
        }
        None => return None,
    };
    Some(Found::about(FindingKind::Refund, payment, detail).with_money(funds.refunded))
}

/// Late, too little or too much. What was refunded is not missing.
fn amount(payment: &Payment) -> Vec<Found> {
    let (phase, funds) = (payment.phase(), payment.funds());
    let Some(received) = funds.received.clone().filter(|_| has_money(payment)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let settlement = funds.settlement();
    let was_closed = payment.observations().iter().any(|one| {
        let stated = Payment::new(payment.gateway().clone(), one.clone());
        matches!(stated.phase(), Phase::Closed(_))
    });
    // Part of the money may have arrived before the end.
    if funds.late || (was_closed && !matches!(settlement, Settlement::Missing(_))) {
        let detail = format!("{received} was received, and the order had ended: deliver or refund");
        found.push(
            Found::about(FindingKind::LatePayment, payment, detail)
                .with_money(Some(received.clone())),
        );
    }
    let is_refunded = funds.refunded.is_some() || funds.has_unknown_refund;
    match settlement {
        Settlement::Missing(missing) if phase.is_final() && !is_refunded => {
            let detail = format!("{received} was received, and {missing} is missing");
            found.push(
                Found::about(FindingKind::Underpaid, payment, detail).with_money(Some(missing)),
            );
        }
        Settlement::Excess(excess) => {
            let detail = format!("{received} was received, which is {excess} too much");
            found.push(
                Found::about(FindingKind::Overpaid, payment, detail).with_money(Some(excess)),
            );
        }
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use payments_core::{MerchantRef, ProviderRef};
    use payments_facade::payment::{Closure, Observation, Payments, Source};
    use payments_facade::{GatewayId, Money};

    use super::*;

    fn usdt(amount: &str) -> Option<Money> {
        Money::of(amount, "USDT").ok()
    }

    fn observed(kind: PaymentKind) -> Observation {
        Observation::new(Source::Queried, kind).reference(MerchantRef::new("order-1").ok())
    }

    /// The findings, with their amounts.
    fn found(observations: Vec<Observation>) -> Vec<(FindingKind, String, Option<Money>)> {
        let gateway = GatewayId::new("fake", "main").unwrap();
        let single = |one| Payment::new(gateway.clone(), one);
        let payments: Payments = observations.into_iter().map(single).collect();
        let found = findings(&payments.all()).into_iter();
        found.map(|it| (it.kind, it.subject, it.money)).collect()
    }

    fn order(phase: Phase, paid: &str) -> Observation {
        observed(PaymentKind::Checkout)
            .phase(phase, "")
            .expected(usdt("10"))
            .paid(usdt(paid))
    }

    #[test]
    fn amounts_are_judged_when_the_order_ended() {
        let name = || "order-1".to_owned();
        let closed = Phase::Closed(Closure::Expired);
        for (observation, expected) in [
            (order(Phase::Processing, "9.5"), vec![]),
            (order(Phase::Completed, "10"), vec![]),
            (order(closed, "0"), vec![]),
            (
                order(Phase::Completed, "9.5"),
                vec![(FindingKind::Underpaid, name(), usdt("0.5"))],
            ),
            (
                order(Phase::Processing, "10.5"),
                vec![(FindingKind::Overpaid, name(), usdt("0.5"))],
            ),
            (
                order(closed, "10"),
                vec![(FindingKind::LatePayment, name(), usdt("10"))],
            ),
            (
                order(Phase::Completed, "10").late(true),
                vec![(FindingKind::LatePayment, name(), usdt("10"))],
            ),
        ] {
            assert_eq!(found(vec![observation]), expected);
        }
    }

    #[test]
    fn money_for_a_closed_order_is_late_and_the_sources_contradict_each_other() {
        let closed = observed(PaymentKind::Checkout).phase(Phase::Closed(Closure::Expired), "");
        let found = found(vec![closed, order(Phase::Completed, "10")]);
        let kinds: Vec<FindingKind> = found.iter().map(|(kind, ..)| *kind).collect();
        assert_eq!(kinds, [FindingKind::Contested, FindingKind::LatePayment]);
    }

    #[test]
    fn a_refund_of_an_unknown_amount_is_found_and_nothing_is_missing() {
        let refunded = order(Phase::Completed, "9.5").with_unknown_refund(true);
        let expected = (FindingKind::Refund, "order-1".to_owned(), None);
        assert_eq!(found(vec![refunded]), [expected]);
    }

    #[test]
    fn a_refund_is_one_finding_and_what_it_sent_back_is_not_missing() {
        let refund = observed(PaymentKind::Refund)
            .provider_ref(ProviderRef::new("refund-7").ok())
            .phase(Phase::Completed, "")
            .credited(usdt("4"));
        let with_order = found(vec![order(Phase::Completed, "10"), refund.clone()]);
        let expected = (FindingKind::Refund, "order-1".to_owned(), usdt("4"));
        assert_eq!(with_order, [expected]);
        let alone = found(vec![refund]);
        let expected = (FindingKind::Refund, "refund-7".to_owned(), usdt("4"));
        assert_eq!(alone, [expected]);
    }
}
