//! The five claims, checked when a day is over.

use std::collections::BTreeSet;

use payments_core::{Amount, Clock as _};
use payments_facade::{Lookup, Payment, Phase};
use payments_sandbox::{Gateway as Provider, Order, OrderStatus};
use payments_simulation::Violation;
use payments_store::{DeliveryState, Store};

use super::day::{POLL, Scene};
use super::inbox::{Inbox, Running};
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
    /// What is wrong with orders that only a provider's statement may report.
    pub(super) waiting_for_statement: Vec<Violation>,
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
    unfinished_work(&store, merchant, &mut all).await;
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
    for order in &orders {
        let own = effects.iter().filter(|it| it.is_of(order, scene));
        if let Some(text) = booked_twice(order, &own.collect::<Vec<_>>()) {
            all.add(DOUBLE_EFFECT, text);
        }
    }
    for body in inbox.believed() {
        all.add(PHANTOM, format!("{body} was acknowledged"));
    }
    for effect in &effects {
        let mut own = orders.iter().filter(|it| effect.is_of(it, scene));
        if !own.any(|order| effect.can_be_true(order)) {
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

/// What is wrong with orders that ended two poll periods ago, and that neither a person nor a statement has to report.
pub(super) async fn check_undisturbed(
    scene: &Scene,
    inbox: &Inbox,
    merchant: &Merchant,
) -> Vec<Violation> {
    let mut all = Found::default();
    let Some(Running { store, .. }) = inbox.running() else {
        return vec![Violation::of(CONVERGENCE, "the process does not run")];
    };
    let open = store.open_intents(1_000).await.unwrap();
    let waits = |order: &Order| {
        let references = open.iter().map(|it| it.ticket.reference().as_str());
        references.into_iter().any(|it| it == order.merchant_ref)
    };
    let ended_by = scene.clock.now().as_millis() - POLL.as_millis() as u64 * 2;
    let mut orders = merchant.wire().sandbox().orders();
    orders.retain(|it| it.settled_ms.is_some_and(|at| at <= ended_by) && !waits(it));
    differences(scene, &store, &orders, &mut all).await;
    all.violations
}

/// What the merchant has booked.
#[derive(Debug)]
pub(super) struct Effect {
    key: String,
    gateway: String,
    reference: Option<String>,
    id: Option<String>,
    is_completed: bool,
    /// The money that the event states.
    stated: Option<Amount>,
    /// By how much the merchant's books grew.
    gained: Amount,
}

impl Effect {
    /// Whether this is an effect of the order.
    fn is_of(&self, order: &Order, scene: &Scene) -> bool {
        let is_named = self.id.as_deref() == Some(order.order_id.as_str())
            || (self.reference.as_deref() == Some(order.merchant_ref.as_str()))
            || self.reference.is_none() && order.merchant_ref.is_empty();
        is_named && self.gateway == scene.pair.id_of(order.gateway)
    }

    /// Whether the provider has seen as much money as this effect of the order states.
    fn can_be_true(&self, order: &Order) -> bool {
        let seen = match order.kind.is_payout() {
            true => [&order.actual_amount, &order.amount],
            false => [&order.actual_amount, &order.received_amount],
        };
        let most = seen.map(|text| text.parse::<Amount>().unwrap());
        self.stated <= most.into_iter().max()
    }
}

/// What is booked of an order although it happened only once.
fn booked_twice(order: &Order, effects: &[&Effect]) -> Option<String> {
    let reference = &order.merchant_ref;
    if order.kind.is_payout() {
        let completed = effects.iter().filter(|it| it.is_completed).count();
        return (completed > 1).then(|| format!("{reference} was completed {completed} times"));
    }
    let gains = effects.iter().map(|it| it.gained);
    let booked = gains.fold(Amount::ZERO, |sum, gain| sum.checked_add(gain).unwrap());
    let arrived = moved(order);
    (booked > arrived).then(|| format!("{booked} are booked of {arrived} for {reference}"))
}

pub(super) async fn effects(merchant: &Merchant) -> Vec<Effect> {
    let mut tx = merchant.engine().begin().await.unwrap();
    let sql = "SELECT effect_key, gateway, reference, id, is_completed, stated, gained FROM app_effects ORDER BY effect_key";
    let rows = tx.query(sql, &[]).await.unwrap();
    let text =
        |row: &payments_store::engine::Row, at| row.optional_text(at).unwrap().map(str::to_owned);
    let rows = rows.iter().map(|row| Effect {
        key: row.text(0).unwrap().to_owned(),
        gateway: row.text(1).unwrap().to_owned(),
        reference: text(row, 2),
        id: text(row, 3),
        is_completed: row.integer(4).unwrap() == 1,
        stated: text(row, 5).map(|text| text.parse().unwrap()),
        gained: row.text(6).unwrap().parse().unwrap(),
    });
    rows.collect()
}

/// What has not come to an end.
async fn unfinished_work(store: &Store, merchant: &Merchant, all: &mut Found) {
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
            let found = match order.gateway {
                Provider::CHAINUP_OPAY => &mut all.waiting_for_statement,
                _ => &mut all.violations,
            };
            found.push(Violation::of(CONVERGENCE, text));
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
