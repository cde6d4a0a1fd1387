//! Records what is wrong with the payments of a row, and ends the findings that do not hold any more.

use payments_core::Timestamp;
use payments_facade::payment::PaymentKind;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Gateway, GatewayId, Payment, Phase};

use super::check;
use super::settings::ReconcileSettings;
use crate::engine::{EngineError, Transaction, Value};
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
        .filter(|it| !matches!(it.phase(), Phase::Closed(_)));
    for order in made {
        if let Some(wrong) = wrong_by_calls(tx, gateway.id(), order).await? {
            let money = order.funds().received.or(order.ordered().cloned());
            found.push(wrong.with_money(money));
        }
    }
    Ok(found)
}

/// What is wrong with an order by the calls under its reference. One whose kind the provider does not state may be that of any call.
async fn wrong_by_calls(
    tx: &mut dyn Transaction,
    gateway: &GatewayId,
    order: &Payment,
) -> Result<Option<Found>, StoreError> {
    let (kind, name) = (order.kind(), subject(order));
    if order.reference().is_none() && kind != PaymentKind::Payout {
        return Ok(None);
    }
    let calls = [MoneyCall::Checkout, MoneyCall::Payout, MoneyCall::Exchange];
    let possible = calls
        .iter()
        .filter(|call| call.kind() == kind || !kind.is_stated());
    let values: Vec<Vec<Value>> = possible
        .map(|call| vec![call.as_str().into(), name.as_str().into()])
        .collect();
    if values.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT gateway, state, call FROM pay_intents WHERE call = $1 AND reference = $2";
    let (mut denied, mut payout_at) = (None, None);
    for row in tx.query_each(sql, &values).await? {
        let (asked, state, call) = (row.text(0)?, row.text(1)?, row.text(2)?);
        let is_payout = call == MoneyCall::Payout.as_str();
        let is_denied = state == IntentState::NotApplied.as_str();
        if asked != gateway.as_str() {
            if is_payout {
                let may_be_made = !is_denied && state != IntentState::Staged.as_str();
                payout_at = Some((asked.to_owned(), may_be_made));
            }
        } else if is_denied {
            let call = calls.iter().find(|it| it.as_str() == call).copied();
            // Of several calls, the one that can do the most harm.
            denied = if is_payout { call } else { denied.or(call) };
        } else {
            return Ok(None);
        }
    }
    Ok(match (denied, kind, payout_at) {
        (Some(call), ..) => Some(intent::made_after_all(call, gateway.as_str(), &name)),
        (None, PaymentKind::Payout, _) => {
            let detail =
                "the provider has a payout that is no intent of this store: find out who made it";
            Some(Found::about(
                FindingKind::PayoutWithoutIntent,
                order,
                detail,
            ))
        }
        (None, PaymentKind::Unstated, Some((other, may_be_made))) => {
            let detail = match may_be_made {
                true => format!(
                    "an order exists under the reference of a payout at {other}: if it is a payout as well, money may have moved twice"
                ),
                false => format!(
                    "an order exists under the reference of a payout at {other} that was not made: if the order is a payout, find out who \
                    made it, and do not pay again"
                ),
            };
            Some(Found::about(FindingKind::Conflict, order, detail))
        }
        _ => None,
    })
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
