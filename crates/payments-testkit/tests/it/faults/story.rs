//! Webhooks that come twice, in any order, or days too late.

use std::time::Duration;

use payments_facade::{Lookup, Payment, Phase, Received};
use payments_testkit::conformance::{Act, Env as _};

use super::kinds::{Chance, Kind};
use super::run::Bench;
use crate::providers::world::Party;

/// What was made comes to an end, and everybody tells of it.
pub(crate) async fn tell<P: Party>(
    bench: &mut Bench<'_, P>,
    kind: Kind,
    made: Option<Payment>,
    chance: &mut Chance,
) {
    let (order, world, gateway) = (bench.order.clone(), bench.world, bench.gateway);
    let (reference, op) = (order.reference(), order.op());
    let good = chance.below(4) > 0 || !(op.pays_out() || P::TELLS_OF_EXPIRY);
    let end = match (op.pays_out(), good) {
        (true, true) => Act::Complete,
        (true, false) => Act::Reject,
        (false, true) => Act::PayExactly,
        (false, false) => Act::Expire,
    };
    let early = find(bench, made.as_ref()).await;
    let is_done = world.act(reference, end).await;
    bench.demand(is_done, || format!("{end:?} cannot be"));
    let mut deliveries = world.deliveries(reference).await;
    bench.demand(!deliveries.is_empty(), || "no webhook came".to_owned());
    if kind == Kind::LateWebhooks {
        // Nothing was acknowledged for so long, and the provider tries once more.
        let minutes = 1 + chance.below(60 * 72);
        world.advance(Duration::from_secs(60 * minutes)).await;
        if let Some(late) = world.redelivery(reference).await {
            deliveries = vec![late];
        }
    }
    let times = if kind == Kind::DuplicateWebhooks {
        2 + chance.below(4)
    } else {
        1
    };
    let mut received: Vec<Received> = Vec::new();
    for delivery in &deliveries {
        let mut delivery = delivery.clone();
        for time in 0..times {
            // A provider tries again with the same message, or with one it seals anew.
            if time > 0 && chance.below(2) == 0 {
                delivery = world.redelivery(reference).await.unwrap_or(delivery);
            }
            let webhooks = gateway.webhooks();
            match webhooks.receive(&delivery.headers, &delivery.body, world.now()) {
                Ok(one) => received.push(one),
                Err(error) => {
                    bench.demand(false, || format!("a genuine webhook was refused: {error}"))
                }
            }
        }
    }
    let mut keys: Vec<_> = received
        .iter()
        .map(|one| one.event().effect_key().clone())
        .collect();
    keys.sort();
    keys.dedup();
    bench.demand(keys.len() <= deliveries.len(), || {
        format!("one effect has several keys: {keys:?}")
    });

    let books = match order.money() {
        money if !op.pays_out() => Some(Payment::asked_for(
            gateway.id().clone(),
            early.as_ref().map_or(
                payments_facade::payment::PaymentKind::Checkout,
                Payment::kind,
            ),
            reference.clone(),
            money.clone(),
        )),
        _ => None,
    };
    let events = received
        .into_iter()
        .map(|one| one.into_event().into_payment());
    let mut parts: Vec<Payment> = events.collect();
    parts.extend(made);
    parts.extend(books);
    parts.extend(early);
    let known = parts.first().cloned();
    parts.extend(find(bench, known.as_ref()).await);
    let first = merged(bench, &parts);
    for _ in 0..8 {
        chance.shuffle(&mut parts);
        let again = merged(bench, &parts);
        bench.demand(again == first, || {
            format!("the order of telling counts: {again:?}, {first:?}")
        });
    }
    let Some(first) = first else { return };
    let phase = first.phase();
    let is_right = match end {
        Act::PayExactly | Act::Complete => phase == Phase::Completed,
        _ => matches!(phase, Phase::Closed(_)),
    };
    bench.demand(is_right, || format!("after {end:?} it is {phase:?}"));
    bench.demand(!first.is_contested(), || format!("is contested: {first:?}"));
    let paid = first.status().is_paid_in_full();
    bench.demand(!paid || good, || {
        format!("after {end:?} it is paid in full")
    });
    if end == Act::PayExactly {
        bench.demand(paid, || {
            format!("was paid and is not: {:?}", first.status())
        });
    }
}

/// By the reference, or by the id that somebody told.
async fn find<P: Party>(bench: &Bench<'_, P>, known: Option<&Payment>) -> Option<Payment> {
    let op = bench.order.op();
    let by = Lookup::Reference(bench.order.reference().clone());
    if let Ok(Some(found)) = op.find(bench.gateway, &by).await {
        return Some(found);
    }
    let by = Lookup::Provider(known?.provider_ref()?.clone());
    op.find(bench.gateway, &by).await.ok()?
}

fn merged<P: Party>(bench: &mut Bench<'_, P>, parts: &[Payment]) -> Option<Payment> {
    let (first, rest) = parts.split_first()?;
    let mut whole = first.clone();
    for part in rest {
        let result = whole.merge(part.clone());
        bench.demand(result.is_ok(), || {
            format!("was told of another payment: {part:?}")
        });
    }
    Some(whole)
}
