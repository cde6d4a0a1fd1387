//! Records what is wrong with the payments of a row, and ends the findings that do not hold any more.

use payments_core::Timestamp;
use payments_facade::payment::PaymentKind;
use payments_facade::{Gateway, Payment, Phase};

use super::check;
use super::settings::ReconcileSettings;
use crate::engine::{EngineError, Transaction};
use crate::error::StoreError;
use crate::finding::record::{Found, end};
use crate::finding::{FindingId, FindingKind};
use crate::intent::{self, IntentState};
use crate::payments::reading::{comes_in, subject};

/// The name under which findings are ended that do not hold any more.
pub(super) const RECONCILER: &str = "reconciler";

/// The findings about the payments of a row.
pub(super) async fn wrong_with(
    tx: &mut dyn Transaction,
    gateway: &dyn Gateway,
    payments: &[Payment],
) -> Result<Vec<Found>, StoreError> {
    let mut found = check::findings(payments);
    let made = payments
        .iter()
        .filter(|it| it.kind() == PaymentKind::Payout && !matches!(it.phase(), Phase::Closed(_)));
    for payout in made {
        let (gateway, name) = (gateway.id().as_str(), subject(payout));
        let sql = "SELECT state FROM pay_intents WHERE call = 'payout' AND reference = $1 AND gateway = $2";
        let rows = tx
            .query(sql, &[name.as_str().into(), gateway.into()])
            .await?;
        let wrong = match rows.first() {
            None => {
                let detail = "the provider has a payout that is no intent of this store: find out who made it";
                Found::about(FindingKind::PayoutWithoutIntent, payout, detail)
            }
            Some(row) if row.text(0)? == IntentState::NotApplied.as_str() => {
                intent::made_after_all(gateway, &name)
            }
            Some(_) => continue,
        };
        let money = payout.funds().received.or(payout.ordered().cloned());
        found.push(wrong.with_money(money));
    }
    Ok(found)
}

/// Ends the findings about amounts that are right by now. While an event waits for its handler, its money is not part of the payment
/// yet, but of what a query states: a finding about it would end and be found again in each run.
pub(super) async fn set_right(
    tx: &mut dyn Transaction,
    payments: &[Payment],
    found: &[Found],
    now: Timestamp,
) -> Result<(), StoreError> {
    for payment in payments.iter().filter(|it| comes_in(it.kind())) {
        if has_waiting_event(tx, payment).await? {
            continue;
        }
        for kind in [FindingKind::Underpaid, FindingKind::Overpaid] {
            let id = FindingId {
                kind,
                gateway: payment.gateway().clone(),
                subject: subject(payment),
            };
            let is_found = |it: &Found| it.kind == kind && it.subject == id.subject;
            if !found.iter().any(is_found) {
                end(tx, &id, RECONCILER, "the amount is right now", now).await?;
            }
        }
    }
    Ok(())
}

async fn has_waiting_event(
    tx: &mut dyn Transaction,
    payment: &Payment,
) -> Result<bool, EngineError> {
    let Some(reference) = payment.reference() else {
        return Ok(false);
    };
    // The first condition is that of the index.
    let sql = "SELECT 1 FROM pay_deliveries WHERE state IN ('pending', 'dead', 'discarded') AND state <> 'discarded'
        AND gateway = $1 AND reference = $2 LIMIT 1";
    let values = [payment.gateway().as_str().into(), reference.as_str().into()];
    Ok(!tx.query(sql, &values).await?.is_empty())
}

/// Records the findings of the kinds that are wanted. Returns how many are new, or differ from what was known.
pub(super) async fn record(
    tx: &mut dyn Transaction,
    found: &[Found],
    settings: &ReconcileSettings,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut new = 0;
    for one in found {
        if settings.kinds.contains(&one.kind) {
            new += usize::from(one.record(tx, now).await?);
        }
    }
    Ok(new)
}
