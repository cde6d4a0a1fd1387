//! The five claims, checked when a day is over.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::Amount;
use payments_facade::{Gateway as _, Lookup, Payment};
use payments_simulation::{START, Violation};
use payments_store::{DeliveryState, Store};

use super::merchant::Merchant;
use super::network::{FORGED, Network, Running};
use super::world::Scene;

pub(super) const LOST: &str = "no acknowledged event is lost";
pub(super) const DOUBLE_EFFECT: &str = "no effect is booked twice";
pub(super) const PHANTOM: &str = "no effect without a verified source";
pub(super) const DOUBLE_SEND: &str = "no payout is sent twice";
pub(super) const CONVERGENCE: &str = "everything comes to rest as the provider has it";

/// What is wrong now.
pub(super) async fn violations(
    scene: &Scene,
    network: &Network,
    merchant: &Merchant,
) -> Vec<Violation> {
    let mut all = Vec::new();
    let Some(Running { store, .. }) = network.running() else {
        all.push(Violation::of(CONVERGENCE, "the process does not run"));
        return all;
    };
    unrest(&store, merchant, &mut all).await;
    let stated = stated(scene);
    let effects = effects(merchant).await;
    let keys: BTreeSet<&str> = effects.iter().map(|(key, _)| key.as_str()).collect();
    for key in network.acknowledged() {
        if !keys.contains(key.as_str()) {
            all.push(Violation::of(
                LOST,
                format!("{key} was acknowledged and not booked"),
            ));
        }
    }
    if effects.len() != keys.len() {
        let text = format!("{} rows of {} effects", effects.len(), keys.len());
        all.push(Violation::of(DOUBLE_EFFECT, text));
    }
    for body in network.believed() {
        all.push(Violation::of(PHANTOM, format!("{body} was acknowledged")));
    }
    for (key, amount) in &effects {
        let mut stated = stated.iter().filter(|(stated, _)| stated == key);
        let is_stated = stated.any(|(_, payment)| received(payment) == *amount);
        if !is_stated || *amount == Some(FORGED.parse().unwrap()) {
            all.push(Violation::of(
                PHANTOM,
                format!("{key} of {amount:?} was booked"),
            ));
        }
    }
    for text in merchant.wire().double_sends() {
        all.push(Violation::of(DOUBLE_SEND, text));
    }
    differences(&store, &stated, &mut all).await;
    all
}

/// Everything that the provider has stated in webhooks, with the effect keys, the latest last.
fn stated(scene: &Scene) -> Vec<(String, Payment)> {
    let webhooks = scene.gateway.webhooks_sent().into_iter().map(|it| {
        let received = scene
            .gateway
            .webhooks()
            .receive(&it.headers, &it.body, START);
        let received = received.unwrap();
        let event = received.event();
        let key = event.effect_key().as_str().to_owned();
        (key, event.payment().clone())
    });
    webhooks.collect()
}

fn received(payment: &Payment) -> Option<Amount> {
    payment.funds().received.map(|money| money.amount)
}

/// What the merchant has booked.
async fn effects(merchant: &Merchant) -> Vec<(String, Option<Amount>)> {
    let mut tx = merchant.engine().begin().await.unwrap();
    let sql = "SELECT effect_key, amount FROM app_effects ORDER BY effect_key";
    let rows = tx.query(sql, &[]).await.unwrap();
    let rows = rows.iter().map(|row| {
        let amount = row.optional_text(1).unwrap();
        let amount = amount.map(|text| text.parse().unwrap());
        (row.text(0).unwrap().to_owned(), amount)
    });
    rows.collect()
}

/// What has not come to an end.
async fn unrest(store: &Store, merchant: &Merchant, all: &mut Vec<Violation>) {
    for delivery in store.deliveries(1_000).await.unwrap() {
        if delivery.state != DeliveryState::Done {
            let (key, state) = (delivery.effect_key, delivery.state.as_str());
            all.push(Violation::of(CONVERGENCE, format!("{key} is {state}")));
        }
    }
    for intent in store.open_intents(1_000).await.unwrap() {
        let (reference, state) = (intent.ticket.reference(), intent.state.as_str());
        all.push(Violation::of(
            CONVERGENCE,
            format!("{reference} is {state}"),
        ));
    }
    for job in merchant.open_jobs() {
        all.push(Violation::of(
            CONVERGENCE,
            format!("{} was not made", job.name),
        ));
    }
}

/// Where the store differs from what the provider has stated in the end.
async fn differences(store: &Store, stated: &[(String, Payment)], all: &mut Vec<Violation>) {
    let mut latest = BTreeMap::new();
    for (_, payment) in stated {
        let ids = payment.provider_refs();
        latest.extend(ids.map(|id| (id.clone(), payment)));
    }
    for (id, expected) in latest {
        let by = Lookup::Provider(id.clone());
        let found = store.payments(expected.gateway(), &by).await.unwrap();
        let is_same = |it: &Payment| {
            it.status().phase == expected.status().phase
                && received(it) == received(expected)
                && !it.is_contested()
        };
        if found.len() != 1 || !found.iter().all(is_same) {
            let text = format!("{id} is {found:?} and should be {expected:?}");
            all.push(Violation::of(CONVERGENCE, text));
        }
    }
}
