//! The five claims, checked when a day is over.

use std::collections::BTreeSet;

use payments_core::Amount;
use payments_facade::{Lookup, Payment, Phase};
use payments_sandbox::{Gateway as Provider, Order, OrderStatus};
use payments_simulation::Violation;
use payments_store::{DeliveryState, Store};

use super::day::Scene;
use super::inbox::{FORGED, Inbox, Running};
use super::merchant::{Merchant, reference};

pub(super) const LOST: &str = "no acknowledged event is lost";
pub(super) const DOUBLE_EFFECT: &str = "no effect is booked twice";
pub(super) const PHANTOM: &str = "no effect without an event at the provider";
pub(super) const DOUBLE_SEND: &str = "no payout is sent twice";
pub(super) const CONVERGENCE: &str =
    "within two poll periods, everything is as the provider has it";

/// What is wrong.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) violations: Vec<Violation>,
    /// Whether something is about an order that only a provider's statement may report.
    pub(super) waits_for_statement: bool,
}

impl Found {
    fn add(&mut self, claim: &'static str, text: impl Into<String>) {
        self.violations.push(Violation::of(claim, text));
    }
}

/// What is wrong now.
pub(super) async fn check(scene: &Scene, inbox: &Inbox, merchant: &Merchant) -> Found {
    let mut all = Found::default();
    let Some(Running { store, .. }) = inbox.running() else {
        all.add(CONVERGENCE, "the process does not run");
        return all;
    };
    unrest(&store, merchant, &mut all).await;
    let (effects, orders) = (effects(merchant).await, merchant.wire().sandbox().orders());
    let keys: BTreeSet<&str> = effects.iter().map(|it| it.key.as_str()).collect();
    for key in inbox.acknowledged() {
        if !keys.contains(key.as_str()) {
            all.add(LOST, format!("{key} was acknowledged and not booked"));
        }
    }
    if effects.len() != keys.len() {
        let text = format!("{} rows of {} effects", effects.len(), keys.len());
        all.add(DOUBLE_EFFECT, text);
    }
    for body in inbox.believed() {
        all.add(PHANTOM, format!("{body} was acknowledged"));
    }
    for effect in &effects {
        if !orders
            .iter()
            .any(|order| effect.is_of(order, scene.pair.id_of(order.gateway)))
        {
            all.add(PHANTOM, format!("{effect:?} was booked"));
        }
    }
    for text in merchant.wire().payouts().double_sends() {
        all.add(DOUBLE_SEND, text);
    }
    for job in merchant.jobs() {
        let own = orders
            .iter()
            .filter(|it| it.merchant_ref == job.name && !it.kind.is_payout());
        let paid_out = orders
            .iter()
            .filter(|it| it.merchant_ref == job.name && it.kind.is_payout());
        if paid_out.count() > 1 || own.count() > 1 {
            all.add(DOUBLE_SEND, format!("{} exists twice", job.name));
        }
    }
    differences(scene, &store, &orders, &mut all).await;
    all
}

/// What the merchant has booked.
#[derive(Debug)]
pub(super) struct Effect {
    key: String,
    gateway: String,
    reference: Option<String>,
    id: Option<String>,
    amount: Option<Amount>,
}

impl Effect {
    /// Whether the provider has an order that this can be an effect of.
    fn is_of(&self, order: &Order, gateway: &str) -> bool {
        let is_named = self.id.as_deref() == Some(order.order_id.as_str())
            || (self.reference.as_deref() == Some(order.merchant_ref.as_str()))
            || self.reference.is_none() && order.merchant_ref.is_empty();
        let most = [&order.actual_amount, &order.received_amount, &order.amount];
        let most = most
            .into_iter()
            .filter_map(|text| text.parse::<Amount>().ok())
            .max();
        let is_forged = self.amount == Some(FORGED.parse().unwrap());
        is_named && self.gateway == gateway && !is_forged && self.amount <= most
    }
}

pub(super) async fn effects(merchant: &Merchant) -> Vec<Effect> {
    let mut tx = merchant.engine().begin().await.unwrap();
    let sql =
        "SELECT effect_key, gateway, reference, id, amount FROM app_effects ORDER BY effect_key";
    let rows = tx.query(sql, &[]).await.unwrap();
    let text =
        |row: &payments_store::engine::Row, at| row.optional_text(at).unwrap().map(str::to_owned);
    let rows = rows.iter().map(|row| Effect {
        key: row.text(0).unwrap().to_owned(),
        gateway: row.text(1).unwrap().to_owned(),
        reference: text(row, 2),
        id: text(row, 3),
        amount: text(row, 4).map(|text| text.parse().unwrap()),
    });
    rows.collect()
}

/// What has not come to an end.
async fn unrest(store: &Store, merchant: &Merchant, all: &mut Found) {
    for delivery in store.deliveries(1_000).await.unwrap() {
        if delivery.state != DeliveryState::Done {
            let (key, state) = (delivery.effect_key, delivery.state.as_str());
            all.add(CONVERGENCE, format!("{key} is {state}"));
        }
    }
    for intent in store.open_intents(1_000).await.unwrap() {
        let (reference, state) = (intent.ticket.reference(), intent.state.as_str());
        let problem = intent.problem.unwrap_or_default();
        all.add(CONVERGENCE, format!("{reference} is {state}: {problem}"));
    }
    for job in merchant.open_jobs() {
        all.add(CONVERGENCE, format!("{} was not made", job.name));
    }
}

/// Where the store differs from the provider.
async fn differences(scene: &Scene, store: &Store, orders: &[Order], all: &mut Found) {
    for order in orders {
        let id = scene.pair.id_of(order.gateway);
        if order.merchant_ref.is_empty() {
            continue;
        }
        let by = Lookup::Reference(reference(&order.merchant_ref));
        let found = store.payments(&id.parse().unwrap(), &by).await.unwrap();
        let is_untouched =
            found.is_empty() && moved(order).is_zero() && order.status != OrderStatus::Completed;
        if !is_untouched && !found.iter().any(|it| is_settled_alike(order, it)) {
            let found: Vec<_> = found.iter().map(|it| (it.status(), it.fee())).collect();
            let text = format!(
                "{} is {found:?} and should be {order:?}",
                order.merchant_ref
            );
            all.add(CONVERGENCE, text);
            all.waits_for_statement |= order.gateway == Provider::CHAINUP_OPAY;
        }
    }
}

/// Whether the payment has ended as the order has, with the same money.
fn is_settled_alike(order: &Order, payment: &Payment) -> bool {
    let (phase, funds) = (payment.phase(), payment.funds());
    let got = match order.kind.is_payout() {
        true => funds.credited.or(funds.received),
        false => funds.received,
    };
    let is_alike = match order.status {
        OrderStatus::Completed => phase == Phase::Completed,
        // A provider may call an order successful that was not paid in full.
        OrderStatus::Failed | OrderStatus::Closed => {
            phase != Phase::Completed || !moved(order).is_zero()
        }
        _ => !phase.is_final(),
    };
    // Not every provider states what a payee got.
    let is_stated = got.is_some() || !order.kind.is_payout();
    is_alike && (!is_stated || got.map_or(Amount::ZERO, |money| money.amount) == moved(order))
}

/// What the merchant or the payee got.
fn moved(order: &Order) -> Amount {
    let text = match order.kind.is_payout() {
        true => &order.received_amount,
        false => &order.actual_amount,
    };
    text.parse().unwrap()
}
