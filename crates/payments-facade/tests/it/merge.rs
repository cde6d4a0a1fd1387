//! Merging is commutative, associative and idempotent, whatever was observed.

mod cases;

use payments_core::{Amount, Asset, MerchantRef, ProviderRef, Timestamp};
use payments_facade::payment::{Closure, Observation, OtherPayment, PaymentKind, Payments, Source};
use payments_facade::webhook::EffectKey;
use payments_facade::{GatewayId, Money, Payment, Phase, Settlement};
use proptest::prelude::*;
use proptest::sample::select;

fn gateway() -> GatewayId {
    GatewayId::new("cpay", "main").unwrap()
}

fn reference() -> MerchantRef {
    MerchantRef::new("order-1").unwrap()
}

fn usdt(amount: &str) -> Money {
    Money::of(amount, "USDT").unwrap()
}

/// Also different spellings of one value, and coins that differ in the network alone.
fn money() -> impl Strategy<Value = Option<Money>> {
    let asset = |symbol| Asset::new(symbol).unwrap();
    let assets = vec![
        asset("USDT"),
        asset("usdt"),
        asset("USDT").on_network("tron").unwrap(),
        asset("EUR"),
    ];
    let amounts = select(vec!["0", "1", "1.0", "1.00", "2.5", "10", "99"]);
    let money = (amounts, select(assets))
        .prop_map(|(amount, asset)| Money::new(amount.parse::<Amount>().unwrap(), asset));
    proptest::option::of(money)
}

/// What is said of one payment: of one kind, or without one.
fn history(
    size: impl Into<proptest::collection::SizeRange>,
) -> impl Strategy<Value = Vec<Observation>> {
    let size = size.into();
    kind().prop_flat_map(move |kind| proptest::collection::vec(observation(kind), size.clone()))
}

fn kind() -> impl Strategy<Value = PaymentKind> {
    select(vec![
        PaymentKind::Checkout,
        PaymentKind::Payout,
        PaymentKind::Exchange,
    ])
}

fn observation(kind: PaymentKind) -> impl Strategy<Value = Observation> {
    let sources = vec![
        Source::Books,
        Source::Created,
        Source::Queried,
        Source::Event,
        Source::Statement,
    ];
    let kinds = vec![PaymentKind::Unstated, kind];
    let phases = vec![
        Phase::Open,
        Phase::Processing,
        Phase::Unrecognised,
        Phase::Closed(Closure::Unstated),
        Phase::Closed(Closure::Expired),
        Phase::Closed(Closure::Failed),
        Phase::Completed,
    ];
    let ids = (
        proptest::option::of(select(vec!["7", "8"])),
        proptest::option::of(select(vec!["t1", "t2", "t3"])),
    );
    (
        (select(sources), select(kinds), select(phases)),
        (money(), money(), money(), money(), money()),
        ids,
        (any::<bool>(), proptest::option::of(0_u64..3)),
    )
        .prop_map(
            |((source, kind, phase), sums, (id, transfer), (late, made))| {
                let (expected, paid, credited, refunded, fee) = sums;
                let observation = Observation::new(source, kind)
                    .reference(Some(reference()))
                    .provider_ref(id.map(|id| ProviderRef::new(id).unwrap()))
                    .phase(phase, format!("{phase:?}"))
                    .expected(expected)
                    .paid(paid)
                    .credited(credited)
                    .refunded(refunded)
                    .with_unknown_refund(late && made.is_none())
                    .customer(made.map(|made| format!("customer-{made}")))
                    .metadata(made.map(|made| format!("text-{made}")))
                    .fee(fee)
                    .late(late)
                    .made_at(made.map(Timestamp::from_millis))
                    .effect(id.map(|id| EffectKey::new(&gateway(), id, "x")));
                match transfer {
                    Some(transfer) => observation.transfer(transfer),
                    None => observation,
                }
            },
        )
}

fn alone(observation: &Observation) -> Payment {
    Payment::new(gateway(), observation.clone())
}

fn joined(mut left: Payment, right: &Payment) -> Payment {
    left.merge(right.clone()).unwrap();
    left
}

/// The whole state as text, and everything it states: equality by value would overlook `1.0` for `1.00`.
fn sent_requests(payment: &Payment) -> String {
    let state = serde_json::to_string(payment).unwrap();
    format!(
        "{state} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {}",
        payment.status(),
        payment.kind(),
        payment.reference(),
        payment.provider_ref(),
        payment.customer(),
        payment.metadata(),
        payment.fee(),
        payment.made_at(),
        payment.is_contested()
    )
}

/// Every order of `0..n`, by Heap's algorithm.
fn orders(n: usize) -> Vec<Vec<usize>> {
    fn permute(k: usize, order: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
        if k <= 1 {
            all.push(order.clone());
            return;
        }
        for i in 0..k {
            permute(k - 1, order, all);
            order.swap(if k.is_multiple_of(2) { i } else { 0 }, k - 1);
        }
    }
    let mut all = Vec::new();
    permute(n, &mut (0..n).collect(), &mut all);
    all
}

#[test]
fn there_are_720_orders_of_six() {
    let mut all = orders(6);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 720);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn all_720_orders_of_six_observations_make_one_payment(
        history in history(6),
    ) {
        let payment_of = |order: &[usize]| {
            let mut payment = alone(&history[order[0]]);
            for place in &order[1..] {
                payment.merge(alone(&history[*place])).unwrap();
            }
            sent_requests(&payment)
        };
        let orders = orders(6);
        let first = payment_of(&orders[0]);
        for order in &orders[1..] {
            prop_assert_eq!(&payment_of(order), &first, "{:?}", order);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn merging_is_a_join(
        history in history(3..13),
        cuts in (1_usize..5, 1_usize..5),
    ) {
        let first = cuts.0.min(history.len() - 2);
        let (a, rest) = history.split_at(first);
        let (b, c) = rest.split_at(cuts.1.min(rest.len() - 1));
        let whole = |history: &[Observation]| {
            let payment = alone(&history[0]);
            history[1..].iter().fold(payment, |payment, one| joined(payment, &alone(one)))
        };
        let (a, b, c) = (whole(a), whole(b), whole(c));
        prop_assert_eq!(sent_requests(&joined(a.clone(), &b)), sent_requests(&joined(b.clone(), &a)));
        prop_assert_eq!(
            sent_requests(&joined(joined(a.clone(), &b), &c)),
            sent_requests(&joined(a.clone(), &joined(b.clone(), &c)))
        );
        prop_assert_eq!(sent_requests(&joined(a.clone(), &a)), sent_requests(&a));

        // Nothing is news twice, and what is stored comes back whole.
        let mut again = joined(a.clone(), &b);
        prop_assert_eq!(again.merge(b), Ok(false));
        prop_assert_eq!(again.merge(a), Ok(false));
        let stored = serde_json::to_string(&again).unwrap();
        prop_assert_eq!(sent_requests(&serde_json::from_str::<Payment>(&stored).unwrap()), sent_requests(&again));
    }

    #[test]
    fn more_observations_never_lead_back(
        history in history(2..8),
    ) {
        let mut payment = alone(&history[0]);
        for one in &history[1..] {
            let before = payment.phase();
            payment.merge(alone(one)).unwrap();
            prop_assert!(payment.phase() >= before);
        }
    }
}

/// Payments of one order, queries of it, and webhooks of two refunds.
fn refunded_order() -> impl Strategy<Value = Vec<(Source, Observation)>> {
    let amounts = || proptest::option::of(select(vec!["1", "2.5", "4"]));
    let one = |amount: Option<&'static str>, id: &'static str| {
        let sent = amount.map(usdt);
        let id = ProviderRef::new(id).unwrap();
        let refund = Observation::new(Source::Event, PaymentKind::Refund)
            .reference(Some(reference()))
            .provider_ref(Some(id.clone()))
            .phase(Phase::Completed, "success")
            .transfer(id.as_str())
            .paid(sent);
        (Source::Event, refund)
    };
    (amounts(), amounts(), amounts()).prop_map(move |(first, second, queried)| {
        let order = Observation::new(Source::Queried, PaymentKind::Checkout)
            .reference(Some(reference()))
            .phase(Phase::Completed, "Successful")
            .expected(Some(usdt("10")))
            .paid(Some(usdt("10")))
            .refunded(queried.map(usdt));
        vec![
            one(first, "r-1"),
            one(second, "r-2"),
            (Source::Queried, order),
        ]
    })
}

proptest! {
    #[test]
    fn a_refund_counts_once_in_any_order_and_from_any_source(
        stated in refunded_order(), turns in 0_usize..3, repeats in 0_usize..3,
    ) {
        let mut turned = stated.clone();
        turned.rotate_left(turns);
        turned.push(turned[repeats].clone());
        let payments: Payments = turned.iter().map(|(_, one)| alone(one)).collect();
        let order = |payments: &Payments| {
            let mut all = payments.all().into_iter();
            all.find(|one| one.kind() == PaymentKind::Checkout).unwrap()
        };
        let collected = order(&payments);

        // The same, merged by hand.
        let mut merged: Option<Payment> = None;
        for (_, one) in &turned {
            let one = alone(one);
            let about = match one.kind() {
                PaymentKind::Refund => one.refund_of_order(),
                _ => Some(one),
            };
            merged = match (merged, about) {
                (Some(left), Some(right)) => Some(joined(left, &right)),
                (left, right) => left.or(right),
            };
        }
        let merged = merged.unwrap();
        prop_assert_eq!(&merged, &collected);

        let amount = |one: &Observation| alone(one).funds().refunded.map(|money| money.amount);
        let single = turned.iter().take(3).filter(|(source, _)| *source == Source::Event);
        let sum = single
            .filter_map(|(_, one)| amount(alone(one).refund_of_order()?.observations().first()?))
            .fold(Amount::ZERO, |sum, one| sum.checked_add(one).unwrap());
        let queried = stated.last().and_then(|(_, one)| amount(one)).unwrap_or(Amount::ZERO);
        let refunded = sum.max(queried);
        let funds = merged.funds();
        prop_assert_eq!(funds.refunded.map_or(Amount::ZERO, |money| money.amount), refunded);
        let kept = usdt("10").amount.checked_sub(refunded).unwrap();
        prop_assert_eq!(merged.status().is_paid_in_full(), kept == usdt("10").amount);
    }
}

#[test]
fn never_states_a_credit_that_is_older_than_what_was_received() {
    let about = |source, paid: &str, credited: Option<&str>| {
        Observation::new(source, PaymentKind::Checkout)
            .reference(Some(reference()))
            .paid(Some(usdt(paid)))
            .credited(credited.map(usdt))
    };
    // The answer to the call, a query after two payments, and a webhook for each of three.
    let early = about(Source::Created, "0", Some("0"));
    let query = about(Source::Queried, "20.5", Some("20.48"));
    let webhooks = ["10", "10.5", "5"].map(|paid| about(Source::Event, paid, None).transfer(paid));
    let mut payment = alone(&early);
    assert_eq!(payment.funds().credited, Some(usdt("0")));
    payment.merge(alone(&webhooks[0])).unwrap();
    assert_eq!(payment.funds().received, Some(usdt("10")));
    assert_eq!(payment.funds().credited, None);
    payment.merge(alone(&webhooks[1])).unwrap();
    payment.merge(alone(&query)).unwrap();
    assert_eq!(payment.funds().credited, Some(usdt("20.48")));
    payment.merge(alone(&webhooks[2])).unwrap();
    assert_eq!(payment.funds().received, Some(usdt("25.5")));
    assert_eq!(payment.funds().credited, None, "of two payments only");
    let latest = about(Source::Queried, "25.5", Some("25.47"));
    payment.merge(alone(&latest)).unwrap();
    assert_eq!(payment.funds().credited, Some(usdt("25.47")));
}
