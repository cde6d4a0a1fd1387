//! `Payments` groups observations into payments, in any order.

use payments_facade::payment::{Observation, PaymentKind, Payments};
use payments_facade::{GatewayId, Payment, Phase};
use proptest::prelude::*;
use proptest::sample::select;

use super::{of, said};

/// The ids and phases of every payment, for a short comparison.
fn sizes(payments: &Payments) -> Vec<usize> {
    payments
        .all()
        .iter()
        .map(|one| one.observations().len())
        .collect()
}

#[test]
fn observations_with_different_ids_are_grouped_in_any_order() {
    let kind = PaymentKind::Checkout;
    let observations = [
        said(kind, Some("o"), None),
        said(kind, None, Some("7")),
        said(kind, Some("o"), Some("7")),
    ];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let payments: Payments = order
            .iter()
            .map(|at| of(observations[*at].clone()))
            .collect();
        assert_eq!(sizes(&payments), [3], "{order:?}");
    }
    // An id that two references share belongs to neither.
    let mut payments: Payments = observations.into_iter().map(of).collect();
    assert!(payments.add(of(said(kind, Some("p"), Some("7")))));
    assert!(!payments.add(of(said(kind, Some("p"), Some("7")))));
    assert_eq!(payments.all().len(), 3);
    // Another gateway's are others.
    let elsewhere = GatewayId::new("cpay", "second").unwrap();
    payments.add(Payment::new(elsewhere, said(kind, Some("p"), None)));
    assert_eq!(payments.all().len(), 4);
}

#[test]
fn an_observation_without_a_kind_joins_the_one_matching_payment() {
    let checkout = said(PaymentKind::Checkout, Some("o"), Some("7"));
    let refunds = ["r-1", "r-2"].map(|id| said(PaymentKind::Refund, Some("o"), Some(id)));
    let mut payments: Payments = refunds.into_iter().chain([checkout]).map(of).collect();
    assert_eq!(payments.all().len(), 3);
    for (reference, id, kind) in [
        (Some("o"), None, PaymentKind::Checkout),
        (None, Some("7"), PaymentKind::Checkout),
        (None, Some("r-2"), PaymentKind::Refund),
        (Some("o"), Some("r-1"), PaymentKind::Refund),
    ] {
        let observation = said(PaymentKind::Unstated, reference, id).phase(Phase::Processing, "");
        payments.add(of(observation.clone()));
        let all = payments.all();
        let home = all
            .iter()
            .find(|one| one.observations().contains(&observation));
        assert_eq!(
            (all.len(), home.unwrap().kind()),
            (3, kind),
            "{observation:?}"
        );
    }
    // With a payout under the same reference it fits two, and joins none.
    payments.add(of(said(PaymentKind::Payout, Some("o"), Some("9"))));
    let kinds: Vec<_> = payments.all().iter().map(Payment::kind).collect();
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == PaymentKind::Unstated)
            .count(),
        1,
        "{kinds:?}"
    );
}

fn observation() -> impl Strategy<Value = Observation> {
    let kinds = select(vec![
        PaymentKind::Unstated,
        PaymentKind::Unstated,
        PaymentKind::Checkout,
        PaymentKind::Payout,
        PaymentKind::Refund,
    ]);
    let reference = select(vec![None, Some("o"), Some("p")]);
    let id = select(vec![None, Some("7"), Some("8")]);
    (kinds, reference, id).prop_map(|(kind, reference, id)| said(kind, reference, id))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_collection_is_a_join_of_anything(
        observations in proptest::collection::vec(observation(), 1..9),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let mut turned = observations.clone();
        turned.rotate_left(shuffled.index(observations.len()));
        turned.reverse();
        let forth: Payments = observations.iter().cloned().map(of).collect();
        let back: Payments = turned.into_iter().map(of).collect();
        prop_assert_eq!(forth.all(), back.all());

        // What was put together may be added again, whole: nothing is news.
        let again: Payments = forth.all().into_iter().collect();
        prop_assert_eq!(again.all(), forth.all());
        for payment in forth.all() {
            let stated = payment.observations().iter().filter(|one| {
                of((*one).clone()).kind() != PaymentKind::Unstated
            });
            let mut kinds: Vec<_> = stated.map(|one| of(one.clone()).kind()).collect();
            kinds.dedup();
            prop_assert!(kinds.iter().all(|kind| *kind == kinds[0]), "{:?}", payment);
        }
    }
}
