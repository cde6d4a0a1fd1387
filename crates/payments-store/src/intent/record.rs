//! Records the results of calls. Everything is fenced by the number of the call.

use payments_core::Timestamp;
use payments_facade::ticket::MoneyCall;
use payments_facade::{Payment, Ticket};

use super::{COLUMNS, Intent, IntentState, intent};
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction, Value};
use crate::error::StoreError;
use crate::finding::record::{Found, end};
use crate::finding::{FindingId, FindingKind};
use crate::payments;
use crate::stated::{self, Origin, WEBHOOK_GRACE};
use crate::store::Store;

/// Why a call is not sent whose order the provider has reported.
pub(super) const REPORTED: &str = "nothing was sent, because the provider has already reported an order under this reference; if no query \
    settles it, compare that order with this call: if it is the same, close the intent as applied; otherwise close it as not applied and \
    make the call under another reference";

impl Store {
    /// The call made its order. If no caller gets the answer, an order that has ended already becomes an event.
    pub(super) async fn applied(
        &self,
        ticket: &Ticket,
        number: i64,
        payment: &Payment,
        has_caller: bool,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        match has_caller {
            true => merge(&mut *tx, ticket, payment, now).await?,
            false => {
                stated::store(&mut *tx, payment, Origin::Call, WEBHOOK_GRACE, now).await?;
            }
        }
        let sql = "UPDATE pay_intents SET state = 'applied', problem = NULL
            WHERE call = $1 AND reference = $2 AND number = $3 AND state <> 'not_applied'";
        let reference = ticket.reference().as_str();
        let values = [
            ticket.call().as_str().into(),
            reference.into(),
            number.into(),
        ];
        if tx.execute(sql, &values).await? == 0 {
            contradiction(&mut *tx, ticket, now).await?;
            let sql = "UPDATE pay_intents SET state = 'applied', problem = NULL
                WHERE call = $1 AND reference = $2 AND number = $3";
            tx.execute(sql, &values).await?;
        }
        tx.commit().await?;
        self.arrived.notify_waiters();
        Ok(())
    }

    /// The call certainly had no effect. What was learned since, for example from a webhook, is not changed. If no caller gets the
    /// error, it is a finding.
    pub(super) async fn not_applied(
        &self,
        ticket: &Ticket,
        number: i64,
        problem: &str,
        has_caller: bool,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE pay_intents SET state = 'not_applied', problem = $4
            WHERE call = $1 AND reference = $2 AND number = $3 AND state IN ('sending', 'unknown')";
        let values = [
            ticket.call().as_str().into(),
            ticket.reference().as_str().into(),
            number.into(),
            problem.into(),
        ];
        let mut tx = self.begin().await?;
        if tx.execute(sql, &values).await? > 0 && !has_caller {
            not_sent(ticket, problem)
                .record(&mut *tx, self.now())
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The outcome of the call is unknown. `ticket` is that of the error, which may be marked as refused: the mark counts also if the
    /// call was taken for unknown before its end, or its order seems to be found. The number rises then, so that no query without the
    /// mark ends the call.
    pub(super) async fn unknown(
        &self,
        ticket: &Ticket,
        number: i64,
        problem: &str,
    ) -> Result<(), StoreError> {
        let (next, states) = match ticket.was_refused() {
            true => ("number + 1", "'sending', 'unknown', 'found'"),
            false => ("number", "'sending', 'unknown'"),
        };
        let sql = format!(
            "UPDATE pay_intents SET state = 'unknown', problem = $4, ticket = $5, number = {next},
                ends_at = CASE WHEN state = 'sending' THEN $6 ELSE ends_at END,
                due_at = CASE WHEN state = 'unknown' THEN due_at ELSE $6 END
            WHERE call = $1 AND reference = $2 AND number = $3 AND state IN ({states})"
        );
        let reference = ticket.reference().as_str();
        let values = [
            ticket.call().as_str().into(),
            reference.into(),
            number.into(),
            problem.into(),
            document::write("ticket", reference, ticket)?.into(),
            self.now().into(),
        ];
        let mut tx = self.begin().await?;
        tx.execute(&sql, &values).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The finding about a staged payout that was given up.
pub(super) fn not_sent(ticket: &Ticket, problem: &str) -> Found {
    let detail = format!("{problem}: stage it again, or give the money back to the customer");
    let (gateway, reference) = (ticket.gateway().as_str(), ticket.reference().as_str());
    let found = Found::new(FindingKind::PayoutNotSent, gateway, reference, detail);
    found.with_money(Some(ticket.money().clone()))
}

/// Ends the finding that an earlier call under a reference was given up.
pub(super) async fn no_longer_given_up(
    tx: &mut dyn Transaction,
    earlier: &Intent,
    because: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if earlier.ticket.call() != MoneyCall::Payout {
        return Ok(());
    }
    let id = FindingId {
        kind: FindingKind::PayoutNotSent,
        gateway: earlier.ticket.gateway().clone(),
        subject: earlier.ticket.reference().to_string(),
    };
    end(tx, &id, "store", because, now).await
}

/// A call that was ended as not applied, while its request was under way, made its order.
pub(super) async fn contradiction(
    tx: &mut dyn Transaction,
    ticket: &Ticket,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (gateway, reference) = (ticket.gateway().as_str(), ticket.reference().as_str());
    let found = made_after_all(ticket.call(), gateway, reference);
    found.record(tx, now).await?;
    Ok(())
}

/// The finding about a call that was ended as not applied, although it made its order.
pub(crate) fn made_after_all(call: MoneyCall, gateway: &str, reference: &str) -> Found {
    let detail = match call {
        MoneyCall::Checkout | MoneyCall::Card => {
            "a call that was ended as not applied made its order: if another one was made in its place, a customer may pay both"
        }
        MoneyCall::Payout | MoneyCall::Exchange => {
            "a call that was ended as not applied made its order: money may have moved twice"
        }
    };
    Found::new(FindingKind::Conflict, gateway, reference, detail)
}

/// Merges what an answer states about the order of a ticket.
async fn merge(
    tx: &mut dyn Transaction,
    ticket: &Ticket,
    payment: &Payment,
    now: Timestamp,
) -> Result<(), StoreError> {
    let fallback = format!("{}:{}", ticket.call().as_str(), ticket.reference());
    payments::merge(tx, &[(payment, &fallback)], now).await?;
    Ok(())
}

/// A webhook may state what no query does: it ends the intents whose ticket its payment confirms.
pub(crate) async fn confirm(
    tx: &mut dyn Transaction,
    payments: &[&Payment],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT {COLUMNS}, gateway FROM pay_intents WHERE gateway = $1 AND reference = $2
        AND state IN ('staged', 'sending', 'unknown', 'found')"
    );
    let names = payments.iter().filter_map(|payment| {
        let reference = payment.reference()?.as_str();
        Some(vec![payment.gateway().as_str().into(), reference.into()])
    });
    let names: Vec<Vec<Value>> = names.collect();
    if names.is_empty() {
        return Ok(());
    }
    for row in tx.query_each(&sql, &names).await? {
        let open = match intent(&row, now) {
            Ok(open) => open,
            // The event is about money that arrived, or left. Its effect must not wait for it.
            Err(error @ StoreError::Unreadable { .. }) => {
                let found = Found::unreadable(row.text(9)?, row.text(0)?, &error);
                found.record(tx, now).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let (call, reference) = (open.ticket.call(), open.ticket.reference());
        let is_confirmed = |payment: &&Payment| {
            payment.gateway() == open.ticket.gateway()
                && payment.reference() == Some(reference)
                && payment.kind() == call.kind()
                && open.ticket.is_confirmed_by(payment)
        };
        if !payments.iter().any(is_confirmed) {
            continue;
        }
        let sql = "UPDATE pay_intents SET state = $4, problem = NULL, document = NULL
            WHERE call = $1 AND reference = $2 AND number = $3 AND state <> 'not_applied'";
        let values = [
            call.as_str().into(),
            reference.as_str().into(),
            open.number.into(),
            IntentState::Applied.as_str().into(),
        ];
        if tx.execute(sql, &values).await? == 0 {
            // It was ended, staged or sent again. The repeated transaction reads what it is by now.
            let text = "another transaction changed the same call";
            return Err(EngineError::new(EngineErrorKind::Conflict, text).into());
        }
    }
    Ok(())
}
