//! Observations of one payment merge to the same result in any order.

use payments_facade::{Lookup, Payment};
use payments_testkit::conformance::{Act, Env as _, Op, Order};

use crate::providers::fixture::{Provider, ProviderFixture};

/// For every money call and every act: merges six observations in all 720 orders.
pub(crate) async fn merges_observations_in_any_order<P: Provider>() {
    let fixture = ProviderFixture::<P>::start().await;
    let (mut histories, mut merges) = (0, 0);
    for op in Op::all_of(fixture.gateway.as_ref()) {
        let ends = match op {
            Op::Payout(..) => [Act::Complete, Act::Reject].as_slice(),
            _ => &[Act::PayExactly, Act::PayLess, Act::PayMore, Act::Expire],
        };
        for end in ends {
            let Some(observations) = history(&fixture, op, *end).await else {
                continue;
            };
            assert_eq!(observations.len(), 6, "{op:?} {end:?}");
            let merge_in = |order: &[usize]| {
                let mut payment = observations[order[0]].clone();
                for place in &order[1..] {
                    payment.merge(observations[*place].clone()).unwrap();
                }
                payment
            };
            let orders = permutations(6);
            assert_eq!(orders.len(), 720);
            let first = merge_in(&orders[0]);
            for order in &orders {
                let payment = merge_in(order);
                assert_eq!(payment, first, "{op:?} {end:?} {order:?}");
                assert_eq!(payment.status(), first.status());
                merges += 1;
            }
            assert!(!first.is_contested(), "{op:?} {end:?}: {first:?}");
            histories += 1;
        }
    }
    println!(
        "{}: {histories} histories, {merges} merges, one payment each",
        P::NAME
    );
    assert!(histories >= 2);
}

/// The expectation, the answer, a query before and after the act, a webhook, and the ticket's result. `None` if the provider
/// does not support the act.
async fn history<P: Provider>(
    fixture: &ProviderFixture<P>,
    op: Op,
    end: Act,
) -> Option<Vec<Payment>> {
    let gateway = fixture.gateway.as_ref();
    let order = P::order(op, fixture.reference(), fixture.receiver.url())?;
    let ticket = order.ticket(gateway, fixture.now())?;
    let created = order.create(gateway).await.unwrap().payment;
    let before = found(fixture, &order, &created).await;
    if !fixture.act(order.reference(), end).await {
        return None;
    }
    let after = found(fixture, &order, &created).await;
    let event = match fixture.deliveries(order.reference()).await.pop() {
        Some(one) => {
            let accepted = one.receive(gateway, fixture.now()).await;
            accepted.unwrap().payment.unwrap()
        }
        // No webhook reports this act; use the answer twice.
        None => created.clone(),
    };
    let expected = match &order {
        Order::Payout(payout) => payout.arriving(),
        _ => Some(order.money().clone()),
    };
    let expectation = expected.map_or_else(
        || created.clone(),
        |expected| {
            let (id, reference) = (gateway.id().clone(), order.reference().clone());
            Payment::asked_for(id, created.kind(), reference, expected)
        },
    );
    let resolved = match ticket.resolve_at(gateway, fixture.now()).await {
        payments_facade::Resolution::Found(found) => found.into_inner(),
        other => panic!("{op:?} {end:?}: {other:?}"),
    };
    Some(vec![expectation, created, before, after, event, resolved])
}

async fn found<P: Provider>(
    fixture: &ProviderFixture<P>,
    order: &Order,
    created: &Payment,
) -> Payment {
    let (op, gateway) = (order.op(), fixture.gateway.as_ref());
    let by = Lookup::Reference(order.reference().clone());
    if let Ok(Some(found)) = op.find(gateway, &by).await {
        return found;
    }
    let by = Lookup::Provider(created.provider_ref().unwrap().clone());
    op.find(gateway, &by).await.unwrap().unwrap()
}

/// All permutations of `0..n`.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for item in 0..n {
        let longer = all.iter().flat_map(|order: &Vec<usize>| {
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, item);
                order
            })
        });
        all = longer.collect();
    }
    all
}
