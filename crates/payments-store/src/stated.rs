//! What a provider states in an answer or a statement: events for the handler, as from the inbox, and observations without an effect
//! key.

use std::time::Duration;

use bytes::Bytes;
use payments_core::{MerchantRef, Timestamp};
use payments_facade::payment::PaymentKind;
use payments_facade::webhook::EffectKey;
use payments_facade::{GatewayId, Payment, Phase};

use crate::document;
use crate::engine::Transaction;
use crate::error::StoreError;
use crate::inbox::{DeliveryState, row};
use crate::payments;
use crate::payments::reading::{has_money, subject};

/// How long a webhook may take after an answer showed its event, by default.
pub(crate) const WEBHOOK_GRACE: Duration = Duration::from_secs(15 * 60);

/// Which answer stated it, as a delivery records it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// That to a call that moves money.
    Call,
    /// That to a query about such a call.
    Query,
    /// One that the reconciler read.
    Reconciler,
}

impl Origin {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Query => "query",
            Self::Reconciler => "reconciler",
        }
    }
}

/// What was stored.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// How many events are new.
    pub(crate) events: usize,
    /// The payment after it was merged. `None` while one of its events waits for a handler.
    pub(crate) merged: Option<Payment>,
}

/// Stores what a provider states. An event that no webhook has reported yet becomes a delivery, so that a handler gets it once,
/// under its effect key. Otherwise the payment is merged, unless one of its events waits for a handler: merged before, it would be
/// part of what the payment was before that event. `grace` is how long the webhooks of new events may take.
pub(crate) async fn store(
    tx: &mut dyn Transaction,
    payment: &Payment,
    origin: Origin,
    grace: Duration,
    now: Timestamp,
) -> Result<Stored, StoreError> {
    let mut stored = Stored::default();
    let mut waits = false;
    for one in payment.observations() {
        let event = Payment::new(payment.gateway().clone(), one.clone());
        let Some(key) = one.effect_key() else {
            continue;
        };
        match known(tx, key).await? {
            Known::No if is_event(&event) => {}
            Known::Waits => {
                waits = true;
                continue;
            }
            Known::No | Known::Ended => continue,
        }
        let webhook_due = now.checked_add(grace).filter(|_| has_webhook(&event));
        let mut values = row(key, origin.as_str(), &Bytes::new(), payment, now)?;
        values.push(webhook_due.into());
        let sql = "INSERT INTO pay_deliveries (effect_key, gateway, source, body, event, received_at, reference,
                repeats, state, attempts, due_at, webhook_due)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 'pending', 0, $6, $8) ON CONFLICT (effect_key) DO NOTHING";
        let inserted = tx.execute(sql, &values).await?;
        match inserted {
            // It arrived at this moment.
            0 => waits = true,
            _ => stored.events += 1,
        }
    }
    if stored.events == 0 && !waits {
        let fallback = format!("{}:{}", origin.as_str(), subject(payment));
        let merged = payments::merge(tx, &[(payment, &fallback)], now).await?;
        stored.merged = merged.into_iter().map(|it| it.after).next();
    }
    Ok(stored)
}

/// The gateway to query about a call of this kind that was meant for the gateway `asked`, if an order under its reference was
/// reported: the order is among the payments, or there is an event about it that waits or was discarded. With another call under the
/// reference, at whatever gateway, money could move twice.
///
/// That is another gateway only if it states a payout: webhooks of some providers are the same for all kinds, and an order that a
/// customer pays may have the same reference.
pub(crate) async fn reported_by(
    tx: &mut dyn Transaction,
    asked: &GatewayId,
    reference: &MerchantRef,
    kind: PaymentKind,
) -> Result<Option<GatewayId>, StoreError> {
    // In this order: a worker may handle the event in between.
    let mut reports = apart(tx, reference, kind).await?;
    reports.extend(payments::under(tx, reference.as_str(), kind).await?);
    let others = reports
        .iter()
        .filter(|(_, stated)| *stated == PaymentKind::Payout);
    let other = others.map(|(gateway, _)| gateway).next();
    Ok(match reports.iter().any(|(gateway, _)| gateway == asked) {
        true => Some(asked.clone()),
        false => other.or(reports.first().map(|_| asked)).cloned(),
    })
}

/// Gateway and kind of each event about an order of this kind under this reference that is not merged into its payment: it waits for
/// a handler, which may never come, or was discarded. The index `pay_deliveries_apart` finds it, however many others wait.
async fn apart(
    tx: &mut dyn Transaction,
    reference: &MerchantRef,
    kind: PaymentKind,
) -> Result<Vec<(GatewayId, PaymentKind)>, StoreError> {
    let name = document::write("reference", reference.as_str(), reference)?;
    let name = name
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    let (pattern, name) = (format!("%{name}%"), reference.as_str());
    // Rows of an earlier release name no reference.
    let sql = "SELECT event, gateway FROM pay_deliveries
            WHERE state IN ('pending', 'dead', 'discarded') AND reference = $1
        UNION ALL SELECT event, gateway FROM pay_deliveries
            WHERE state IN ('pending', 'dead', 'discarded') AND reference IS NULL AND event LIKE $2 ESCAPE '!'";
    let mut reports = Vec::new();
    for row in tx.query(sql, &[name.into(), pattern.into()]).await? {
        let stated = match document::read::<Payment>("event", name, row.text(0)?) {
            Ok(event) if event.reference() != Some(reference) || !is_of(&event, kind) => continue,
            Ok(event) => event.kind(),
            // One that cannot be read may be about it.
            Err(_) => PaymentKind::Unstated,
        };
        reports.push((document::read_text("gateway", row.text(1)?)?, stated));
    }
    Ok(reports)
}

/// Webhooks of some providers are the same for all kinds.
fn is_of(payment: &Payment, kind: PaymentKind) -> bool {
    payment.kind() == kind || !payment.kind().is_stated()
}

/// Money, or the end of an order. Nothing is booked of one that is under way.
fn is_event(stated: &Payment) -> bool {
    stated.phase().is_final() || has_money(stated)
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
