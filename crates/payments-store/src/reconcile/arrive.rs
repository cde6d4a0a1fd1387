//! What a query or a statement brings, and whether it can be booked.

use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::payment::{Observation, PaymentKind};
use payments_facade::{Payment, Phase};

use super::settings::ReconcileSettings;
use super::wrong::record;
use crate::engine::{Transaction, Value};
use crate::error::StoreError;
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::intent;
use crate::payments::reading::has_money;
use crate::stated::{self, Origin};
use crate::store::Store;

/// Stores what a provider states, and ends the intents that it confirms. Returns the number of new events.
pub(super) async fn store_stated(
    tx: &mut dyn Transaction,
    payment: &Payment,
    grace: Duration,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let stored = stated::store(tx, payment, Origin::Reconciler, grace, now).await?;
    let changed: Vec<&Payment> = stored.merged.iter().collect();
    intent::confirm(tx, &changed, now).await?;
    Ok(stored.events)
}

/// Whether money or the end of a payment is known, but only from statements without an effect key, so that no handler has booked
/// it. The webhook may be lost.
pub(super) fn is_unbooked(payment: &Payment) -> bool {
    if matches!(payment.kind(), PaymentKind::Exchange | PaymentKind::Refund) {
        return false;
    }
    let keyed = payment.observations().iter();
    let keyed = keyed.filter(|one| one.effect_key().is_some());
    let booked = of_observations(payment, keyed);
    let booked_phase = booked.as_ref().map(Payment::phase);
    let is_end_unbooked = match payment.phase() {
        Phase::Completed => booked_phase != Some(Phase::Completed),
        // Providers report a payout that failed, and not all of them an order that expired.
        Phase::Closed(_) => {
            payment.kind() == PaymentKind::Payout && !booked_phase.is_some_and(Phase::is_final)
        }
        _ => false,
    };
    let amount = |payment: &Payment| payment.funds().received.map(|money| money.amount);
    is_end_unbooked || (has_money(payment) && booked.as_ref().and_then(amount) < amount(payment))
}

/// Whether a payment ended without money, so that neither queries nor the webhook can bring any.
pub(super) fn is_closed_without_money(payment: &Payment) -> bool {
    matches!(payment.phase(), Phase::Closed(_)) && !has_money(payment)
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
    Found::about(FindingKind::MissedWebhook, payment, detail).with_money(payment.funds().received)
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

#[cfg(test)]
mod tests {
    use payments_core::MerchantRef;
    use payments_facade::payment::{Closure, Source};
    use payments_facade::webhook::EffectKey;
    use payments_facade::{GatewayId, Money};

    use super::*;

    /// What a query states.
    fn seen(kind: PaymentKind, phase: Phase, paid: &str) -> Observation {
        Observation::new(Source::Queried, kind)
            .reference(MerchantRef::new("order-1").ok())
            .phase(phase, "")
            .paid(Money::of(paid, "USDT").ok())
    }

    /// What a handler has booked.
    fn booked(kind: PaymentKind, phase: Phase, paid: &str) -> Observation {
        let gateway = GatewayId::new("fake", "main").unwrap();
        let key = EffectKey::new(&gateway, "order-1", paid);
        seen(kind, phase, paid).effect(Some(key))
    }

    #[test]
    fn what_was_seen_and_not_booked_is_money_or_the_end() {
        use PaymentKind::{Checkout, Exchange, Payout, Refund};
        use Phase::{Closed, Completed, Open, Processing};
        let expired = Closed(Closure::Expired);
        let rejected = Closed(Closure::Rejected);
        let gateway = GatewayId::new("fake", "main").unwrap();
        for (observations, expected) in [
            (vec![seen(Checkout, Open, "0")], false),
            (vec![seen(Checkout, Processing, "4")], true),
            (vec![seen(Checkout, Completed, "10")], true),
            (vec![booked(Checkout, Completed, "10")], false),
            // More than was booked, as much, and less.
            (
                vec![
                    seen(Checkout, Processing, "4.01"),
                    booked(Checkout, Processing, "4"),
                ],
                true,
            ),
            (
                vec![
                    seen(Checkout, Processing, "4"),
                    booked(Checkout, Processing, "4"),
                ],
                false,
            ),
            (
                vec![
                    seen(Checkout, Processing, "3"),
                    booked(Checkout, Processing, "4"),
                ],
                false,
            ),
            // All money was booked, and not the end.
            (
                vec![
                    seen(Checkout, Completed, "10"),
                    booked(Checkout, Processing, "10"),
                ],
                true,
            ),
            // Not every provider reports an order that expired.
            (vec![seen(Checkout, expired, "0")], false),
            (vec![seen(Checkout, expired, "4")], true),
            (vec![seen(Payout, rejected, "0")], true),
            (vec![booked(Payout, rejected, "0")], false),
            // No webhook reports these.
            (vec![seen(Exchange, Completed, "10")], false),
            (vec![seen(Refund, Completed, "10")], false),
        ] {
            let single = |one: &Observation| Payment::new(gateway.clone(), one.clone());
            let payments: payments_facade::payment::Payments =
                observations.iter().map(single).collect();
            let payment = payments.all().remove(0);
            assert_eq!(is_unbooked(&payment), expected, "{observations:#?}");
        }
    }

    #[test]
    fn only_an_end_without_money_is_closed_without_money() {
        let expired = Phase::Closed(Closure::Expired);
        for (phase, paid, expected) in [
            (expired, "0", true),
            (expired, "4", false),
            (Phase::Open, "0", false),
            (Phase::Completed, "10", false),
        ] {
            let gateway = GatewayId::new("fake", "main").unwrap();
            let payment = Payment::new(gateway, seen(PaymentKind::Checkout, phase, paid));
            assert_eq!(is_closed_without_money(&payment), expected, "{payment:?}");
        }
    }
}
