//! Histories of real answers and webhooks: whatever the order they are heard in, they make one payment.

use payments_facade::{Lookup, Payment};
use payments_testkit::conformance::{Act, Env as _, Op, Order};

use crate::providers::world::{Party, World};

/// For every money call and every end: six things that were told of it, in all 720 orders.
pub(crate) async fn all_orders_are_one<P: Party>() {
    let world = World::<P>::start().await;
    let (mut histories, mut merges) = (0, 0);
    for op in Op::all_of(world.gateway.as_ref()) {
        let ends = match op {
            Op::Payout(..) => [Act::Complete, Act::Reject].as_slice(),
            _ => &[Act::PayExactly, Act::PayLess, Act::PayMore, Act::Expire],
        };
        for end in ends {
            let Some(told) = history(&world, op, *end).await else {
                continue;
            };
            assert_eq!(told.len(), 6, "{op:?} {end:?}");
            let whole = |order: &[usize]| {
                let mut payment = told[order[0]].clone();
                for place in &order[1..] {
                    payment.merge(told[*place].clone()).unwrap();
                }
                payment
            };
            let orders = permutations(6);
            assert_eq!(orders.len(), 720);
            let first = whole(&orders[0]);
            for order in &orders {
                let payment = whole(order);
                assert_eq!(payment, first, "{op:?} {end:?} {order:?}");
                assert_eq!(payment.status(), first.status());
                merges += 1;
            }
            assert!(!first.is_contested(), "{op:?} {end:?}: {first:?}");
            histories += 1;
        }
    }
    println!(
        "{}: {histories} histories, {merges} orders of them, one payment each",
        P::NAME
    );
    assert!(histories >= 2);
}

/// The books, the answer, a query before and after, a webhook, and what the ticket found. None where it cannot end so.
async fn history<P: Party>(world: &World<P>, op: Op, end: Act) -> Option<Vec<Payment>> {
    let gateway = world.gateway.as_ref();
    let order = P::order(op, world.reference(), world.receiver.url())?;
    let ticket = order.ticket(gateway, world.now())?;
    let made = order.make(gateway).await.unwrap().payment;
    let before = found(world, &order, &made).await;
    if !world.act(order.reference(), end).await {
        return None;
    }
    let after = found(world, &order, &made).await;
    let told = match world.deliveries(order.reference()).await.pop() {
        Some(one) => {
            let webhooks = gateway.webhooks();
            let received = webhooks.receive(&one.headers, &one.body, world.now());
            received.unwrap().into_event().into_payment()
        }
        // Nothing tells of this end: the answer is heard twice.
        None => made.clone(),
    };
    let expected = match &order {
        Order::Payout(payout) => payout.arriving(),
        _ => Some(order.money().clone()),
    };
    let books = expected.map_or_else(
        || made.clone(),
        |expected| {
            let (id, reference) = (gateway.id().clone(), order.reference().clone());
            Payment::asked_for(id, made.kind(), reference, expected)
        },
    );
    let resolved = match ticket.resolve_at(gateway, world.now()).await {
        payments_facade::Resolution::Found(found) => found.into_inner(),
        other => panic!("{op:?} {end:?}: {other:?}"),
    };
    Some(vec![books, made, before, after, told, resolved])
}

async fn found<P: Party>(world: &World<P>, order: &Order, made: &Payment) -> Payment {
    let (op, gateway) = (order.op(), world.gateway.as_ref());
    let by = Lookup::Reference(order.reference().clone());
    if let Ok(Some(found)) = op.find(gateway, &by).await {
        return found;
    }
    let by = Lookup::Provider(made.provider_ref().unwrap().clone());
    op.find(gateway, &by).await.unwrap().unwrap()
}

/// Every order of `0..n`.
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
