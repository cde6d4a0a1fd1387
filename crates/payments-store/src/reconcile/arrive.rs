//! What a query or a statement brings: events for the handler, as from the inbox, and observations without an effect key.

use std::time::Duration;

use bytes::Bytes;
use payments_core::Timestamp;
use payments_facade::payment::{Observation, PaymentKind};
use payments_facade::webhook::EffectKey;
use payments_facade::{Payment, Phase};

use super::check::{about, has_money, subject};
use super::settings::ReconcileSettings;
use super::wrong::record;
use crate::engine::{Transaction, Value};
use crate::error::StoreError;
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::inbox::{DeliveryState, row};
use crate::store::Store;
use crate::{intent, payments};

/// The source of deliveries that no webhook brought.
const SOURCE: &str = "reconciler";

/// Stores what a provider states. An event that no webhook has reported yet becomes a delivery, so that a handler gets it once,
/// under its effect key. Otherwise the payment is merged, unless one of its events waits for a handler: merged before, it would be
/// part of what the payment was before that event. Returns the number of new events.
pub(super) async fn store_stated(
    tx: &mut dyn Transaction,
    payment: &Payment,
    grace: Duration,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let (mut events, mut waits) = (0, false);
    for one in payment.observations() {
        let event = Payment::new(payment.gateway().clone(), one.clone());
        let Some(key) = one.effect_key().filter(|_| is_event(&event)) else {
            continue;
        };
        match known(tx, key).await? {
            Known::No => {}
            Known::Waits => {
                waits = true;
                continue;
            }
            Known::Ended => continue,
        }
        let webhook_due = now.checked_add(grace).filter(|_| has_webhook(&event));
        let mut values = row(key, SOURCE, &Bytes::new(), payment, now)?;
        values.push(webhook_due.into());
        let sql = "INSERT INTO pay_deliveries (effect_key, gateway, source, body, event, received_at,
                repeats, state, attempts, due_at, webhook_due)
            VALUES ($1, $2, $3, $4, $5, $6, 0, 'pending', 0, $6, $7) ON CONFLICT (effect_key) DO NOTHING";
        let inserted = tx.execute(sql, &values).await?;
        events += usize::from(inserted > 0);
    }
    if events == 0 && !waits {
        let fallback = format!("{SOURCE}:{}", subject(payment));
        let merged = payments::merge(tx, &[(payment, &fallback)], now).await?;
        let changed: Vec<&Payment> = merged.iter().map(|it| &it.after).collect();
        intent::confirm(tx, &changed, now).await?;
    }
    Ok(events)
}

/// An order that nothing has happened to is no event.
fn is_event(stated: &Payment) -> bool {
    stated.phase() != Phase::Open || has_money(stated)
}

/// Whether providers send a webhook for this: for money and for failed payouts. Not all of them do for an expired order, and none
/// does for an exchange.
fn has_webhook(stated: &Payment) -> bool {
    let has_moved = stated.phase() == Phase::Completed || has_money(stated);
    match stated.kind() {
        PaymentKind::Exchange => false,
        PaymentKind::Payout => stated.phase().is_final(),
        _ => has_moved,
    }
}

/// What is known of an event.
enum Known {
    No,
    /// A handler gets it later, perhaps only after a person has revived it.
    Waits,
    /// Its effect is booked, or a person discarded it.
    Ended,
}

async fn known(tx: &mut dyn Transaction, key: &EffectKey) -> Result<Known, StoreError> {
    let sql = "SELECT state FROM pay_deliveries WHERE effect_key = $1
        UNION ALL SELECT 'done' FROM pay_effects WHERE effect_key = $1";
    let rows = tx.query(sql, &[key.as_str().into()]).await?;
    let Some(row) = rows.first() else {
        return Ok(Known::No);
    };
    let waiting = [DeliveryState::Pending, DeliveryState::Dead];
    let state = row.text(0)?;
    Ok(match waiting.iter().any(|it| it.as_str() == state) {
        true => Known::Waits,
        false => Known::Ended,
    })
}

/// Whether money or the end of a payment is known, but only from statements without an effect key, so that no handler has booked
/// it. The webhook may be lost.
pub(super) fn is_unbooked(payment: &Payment) -> bool {
    if matches!(payment.kind(), PaymentKind::Exchange | PaymentKind::Refund) {
        return false;
    }
    let keyed = payment.observations().iter();
    let keyed = keyed.filter(|one| one.effect_key().is_some());
    let Some(booked) = of_observations(payment, keyed) else {
        return payment.phase() == Phase::Completed || has_money(payment);
    };
    let amount = |payment: &Payment| payment.funds().received.map(|money| money.amount);
    let is_more = has_money(payment) && amount(&booked) < amount(payment);
    is_more || (payment.phase() == Phase::Completed && booked.phase() != Phase::Completed)
}

/// The part of a payment that these observations state.
pub(super) fn of_observations<'a>(
    payment: &Payment,
    observations: impl Iterator<Item = &'a Observation>,
) -> Option<Payment> {
    let single = |one: &Observation| Payment::new(payment.gateway().clone(), one.clone());
    let parts: payments_facade::payment::Payments = observations.map(single).collect();
    // Without the observation that connects them they can be several.
    let mut parts = parts.all().into_iter();
    let first = parts.next()?;
    Some(parts.fold(first, |mut all, part| {
        let _ = all.merge(part);
        all
    }))
}

/// The finding about a payment that cannot be booked from queries.
pub(super) fn unbooked(payment: &Payment) -> Found {
    let detail = "a query or a statement shows money or an end that no webhook reported, and without an effect key it cannot be booked: \
        check that webhooks reach this store";
    about(FindingKind::MissedWebhook, payment, detail).with_money(payment.funds().received)
}

impl Store {
    /// Records the webhooks that did not come in time. Returns the number of findings.
    pub(super) async fn find_missed_webhooks(
        &self,
        settings: &ReconcileSettings,
    ) -> Result<usize, StoreError> {
        let mut findings = 0;
        loop {
            let (rows, found) = self.retry(|| self.find_some_missed(settings)).await?;
            findings += found;
            if rows == 0 {
                return Ok(findings);
            }
        }
    }

    /// Returns how many events were overdue, and the number of findings.
    async fn find_some_missed(
        &self,
        settings: &ReconcileSettings,
    ) -> Result<(usize, usize), StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let sql = "SELECT effect_key, gateway FROM pay_deliveries WHERE webhook_due <= $1
            ORDER BY webhook_due LIMIT 64";
        let rows = tx.query(sql, &[now.into()]).await?;
        let mut findings = 0;
        for row in &rows {
            let (key, gateway) = (row.text(0)?, row.text(1)?);
            let detail = "a query brought this event, and no webhook reported it in time: check that webhooks reach this store";
            let found = Found::new(FindingKind::MissedWebhook, gateway, key, detail);
            findings += record(&mut *tx, &[found], settings, now).await?;
            let sql = "UPDATE pay_deliveries SET webhook_due = NULL WHERE effect_key = $1";
            tx.execute(sql, &[Value::from(key)]).await?;
        }
        tx.commit().await?;
        Ok((rows.len(), findings))
    }
}
