//! Looks at payments that are due: what is wrong with them by what is known, and what the provider says now.
//!
//! A row is due when it changed, and by the schedule. Being due again at the end of its lease is all that a crash leaves behind.

use std::slice;
use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::payment::Payments;
use payments_facade::{Gateway, Lookup, Payment};

use super::arrive::{is_closed_without_money, store_stated, unbooked};
use super::due::{COLUMNS, Due, Place};
use super::query::Query;
use super::run::Run;
use super::settings::ReconcileSettings;
use super::wrong::{record, set_right, wrong_with};
use crate::document;
use crate::due;
use crate::engine::{EngineError, Row, Transaction};
use crate::error::StoreError;
use crate::failures::is_out_of_reach;
use crate::finding::record::Found;
use crate::payments::moved::{self, Moved};
use crate::payments::reading::subject;
use crate::store::Store;

/// How many rows are looked at in one transaction.
const BATCH: i64 = 32;

/// When a row that was not queried is looked at again: because the budget is used up, or because the provider fails.
const RETRY: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(15 * 60));

/// How many calls a resend takes: up to two queries of the time of the payment.
const RESEND_CALLS: u32 = 3;

/// What was stored after a query.
struct Learned {
    events: usize,
    findings: usize,
    /// The payment whose webhook is to be sent again.
    resend: Option<Lookup>,
}

impl Run<'_> {
    /// Looks at all rows of a gateway that are due, and queries the provider about those whose time has come.
    pub(super) async fn poll(&mut self, gateway: &dyn Gateway) -> Result<(), StoreError> {
        let (store, settings) = (self.store, self.settings);
        // What becomes due while this goes on waits for the next run, or this might never end.
        let start = store.now();
        loop {
            let looked = store.retry(|| store.look(gateway, settings, start)).await?;
            self.report.findings += looked.findings;
            self.problems(gateway, looked.problems);
            let mut left = looked.due;
            while let Some(due) = left.first() {
                let wait = match self.failures.are_too_many(gateway.id()) {
                    false if self.take(gateway, 1).await? => {
                        let has_failed = !self.query(gateway, due).await?;
                        self.failures.count(gateway.id(), has_failed);
                        left.remove(0);
                        continue;
                    }
                    false => RETRY.0,
                    true => RETRY.1,
                };
                self.report.waiting += left.len();
                // Handlers lock payments in this order as well.
                left.sort_by(|one, other| one.id.cmp(&other.id));
                store.retry(|| store.postpone(&left, wait)).await?;
                break;
            }
            if looked.rows == 0 {
                return Ok(());
            }
        }
    }

    /// Returns whether the gateway could be reached.
    async fn query(&mut self, gateway: &dyn Gateway, due: &Due) -> Result<bool, StoreError> {
        let (store, settings) = (self.store, self.settings);
        let queries = due.payments.iter();
        let queries = queries.filter_map(|it| Query::of(gateway, it));
        let mut answers = Vec::new();
        for (number, query) in queries.enumerate() {
            // The first call was taken before.
            if number > 0 && !self.take(gateway, 1).await? {
                break;
            }
            match query.ask(gateway).await {
                Ok(answer) => answers.extend(answer),
                Err(error) => {
                    let name = due.payments.first().map(subject);
                    let name = name.unwrap_or_default();
                    self.problem(gateway, format!("the query of {name} failed: {error}"));
                    return Ok(!is_out_of_reach(&error));
                }
            }
        }
        let settled = store.retry(|| store.settle(gateway, due, &answers, settings));
        let learned = match settled.await {
            // Another payment that the answer is about as well. Others must not wait for it.
            Err(error @ StoreError::Unreadable { .. }) => {
                let set_aside = store.retry(|| store.set_row_aside(gateway, due, &error, settings));
                self.report.findings += set_aside.await?;
                self.problem(gateway, error.to_string());
                return Ok(true);
            }
            learned => learned?,
        };
        self.report.queries += 1;
        self.report.findings += learned.findings;
        self.count_events(learned.events);
        if let Some(by) = learned.resend {
            self.resend(gateway, &by).await?;
        }
        Ok(true)
    }

    async fn resend(&mut self, gateway: &dyn Gateway, by: &Lookup) -> Result<(), StoreError> {
        let Some(resend) = gateway.webhooks().resending() else {
            return Ok(());
        };
        if !self.take(gateway, RESEND_CALLS).await? || !self.take_resend(gateway).await? {
            return Ok(());
        }
        match resend.resend(by).await {
            Ok(_) => self.report.resends += 1,
            Err(error) => {
                self.problem(
                    gateway,
                    format!("webhooks could not be requested again: {error}"),
                );
            }
        }
        Ok(())
    }
}

/// A row that was looked at.
struct Seen {
    due: Due,
    findings: usize,
    place: Place,
    /// What it has counted in the sums now, as a document. `None` if that did not change.
    moved: Option<String>,
}

impl Seen {
    /// Writes the row's place on the schedule: the end of its lease, if it is due.
    async fn write(&self, tx: &mut dyn Transaction, is_due: bool) -> Result<(), EngineError> {
        let poll_at = match is_due {
            true => Some(self.due.lease_end),
            false => self.place.look_at,
        };
        // The other times stay as they are: this clock may be wrong.
        let sql = "UPDATE pay_payments SET poll_at = $3, moved = COALESCE($4, moved),
                ended_at = CASE WHEN CAST($2 AS BIGINT) IS NULL THEN NULL ELSE COALESCE(ended_at, $2) END
            WHERE id = $1";
        let values = [
            self.due.id.as_str().into(),
            self.place.ended_at.into(),
            poll_at.into(),
            self.moved.as_deref().into(),
        ];
        tx.execute(sql, &values).await?;
        Ok(())
    }
}

/// Records what is wrong with a row by what is known, and counts what it moved.
async fn look_at(
    tx: &mut dyn Transaction,
    gateway: &dyn Gateway,
    row: &Row,
    settings: &ReconcileSettings,
    now: Timestamp,
    lease_end: Timestamp,
) -> Result<Seen, StoreError> {
    let due = Due::read(row, now, lease_end)?;
    let name = gateway.id().as_str();
    let mut found = wrong_with(tx, gateway, &due.payments).await?;
    found.extend(due.overdue(settings, now).into_iter().map(unbooked));
    let moved = Moved::of(&due.payments);
    // If it cannot be read, the row is taken for counted: what it moved is not counted twice.
    let counted = Moved::read(&due.id, row.optional_text(6)?).unwrap_or_else(|error| {
        found.push(Found::unreadable(name, &due.id, &error));
        moved.clone()
    });
    let moved = match moved::replace(tx, name, &counted, &moved).await {
        Ok(()) => Some(document::write("sums of payment", &due.id, &moved)?),
        // It counts when the sums can be read again. The query must not wait for that.
        Err(error @ StoreError::Unreadable { .. }) => {
            found.push(Found::unreadable(name, &due.id, &error));
            None
        }
        Err(error) => return Err(error),
    };
    let findings = record(tx, &found, settings, now).await?;
    set_right(tx, &due.payments, &found, now).await?;
    let place = due.place(gateway, settings, now);
    Ok(Seen {
        due,
        findings,
        place,
        moved,
    })
}

/// What was looked at in one transaction.
struct Looked {
    rows: usize,
    findings: usize,
    problems: Vec<String>,
    /// To be queried now. Others leave them alone for the time of their lease.
    due: Vec<Due>,
}

async fn postpone(
    tx: &mut dyn Transaction,
    all: &[Due],
    wait: Duration,
    now: Timestamp,
) -> Result<(), EngineError> {
    // A change since the row was taken made it due.
    let sql = "UPDATE pay_payments SET poll_at = $2 WHERE id = $1 AND poll_at = $3 RETURNING id";
    let later = now.checked_add(wait).unwrap_or(now);
    let values = all
        .iter()
        .map(|due| vec![due.id.as_str().into(), later.into(), due.lease_end.into()]);
    tx.query_each(sql, &values.collect::<Vec<_>>()).await?;
    Ok(())
}

impl Store {
    /// Takes the next rows that were due at `start`, records what is wrong with them, and decides when each is queried.
    async fn look(
        &self,
        gateway: &dyn Gateway,
        settings: &ReconcileSettings,
        start: Timestamp,
    ) -> Result<Looked, StoreError> {
        let now = self.now();
        let later = |time| now.checked_add(time).unwrap_or(now);
        let lease_end = later(self.settings.longest_call);
        let skip = self.engine.dialect().skip_locked();
        let sql = format!(
            "SELECT {COLUMNS}, moved FROM pay_payments WHERE gateway = $1 AND poll_at >= $2 AND poll_at <= $3
            ORDER BY poll_at LIMIT $4 {skip}"
        );
        let mut tx = self.begin().await?;
        let mut rows = Vec::new();
        let longest = settings.longest_wait().max(self.settings.longest_call);
        let [(first, _), unreached] = due::times(now, longest);
        for (from, to) in [(first, now.min(start)), unreached] {
            let gateway = gateway.id().as_str();
            let values = [gateway.into(), from.into(), to.into(), BATCH.into()];
            rows = tx.query(&sql, &values).await?;
            if !rows.is_empty() {
                break;
            }
        }
        let mut looked = Looked {
            rows: rows.len(),
            findings: 0,
            problems: Vec::new(),
            due: Vec::new(),
        };
        for row in &rows {
            match look_at(&mut *tx, gateway, row, settings, now, lease_end).await {
                Ok(seen) => {
                    looked.findings += seen.findings;
                    let is_due = seen.place.query_at.is_some_and(|at| at <= now);
                    seen.write(&mut *tx, is_due).await?;
                    if is_due {
                        looked.due.push(seen.due);
                    }
                }
                // Others must not wait for it.
                Err(error @ StoreError::Unreadable { .. }) => {
                    let id = row.text(0)?;
                    let found = [Found::unreadable(gateway.id().as_str(), id, &error)];
                    looked.findings += record(&mut *tx, &found, settings, now).await?;
                    looked.problems.push(error.to_string());
                    let sql = "UPDATE pay_payments SET poll_at = $2 WHERE id = $1";
                    tx.execute(sql, &[id.into(), later(RETRY.1).into()]).await?;
                }
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        Ok(looked)
    }

    /// Leaves rows that were taken for later.
    async fn postpone(&self, all: &[Due], wait: Duration) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        postpone(&mut *tx, all, wait, self.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Leaves a row for later whose answer cannot be stored. Returns the number of findings.
    async fn set_row_aside(
        &self,
        gateway: &dyn Gateway,
        due: &Due,
        error: &StoreError,
        settings: &ReconcileSettings,
    ) -> Result<usize, StoreError> {
        let now = self.now();
        let found = [Found::unreadable(gateway.id().as_str(), &due.id, error)];
        let mut tx = self.begin().await?;
        let findings = record(&mut *tx, &found, settings, now).await?;
        postpone(&mut *tx, slice::from_ref(due), RETRY.1, now).await?;
        tx.commit().await?;
        Ok(findings)
    }

    /// Stores the answers, and what is wrong with the payments by them.
    async fn settle(
        &self,
        gateway: &dyn Gateway,
        due: &Due,
        answers: &[Payment],
        settings: &ReconcileSettings,
    ) -> Result<Learned, StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let mut learned = Learned {
            events: 0,
            findings: 0,
            resend: None,
        };
        for answer in answers {
            learned.events += store_stated(&mut *tx, answer, settings.webhook_grace, now).await?;
        }
        let known = due.payments.iter().chain(answers).cloned();
        let mut now_known = Due {
            id: due.id.clone(),
            payments: Payments::from_iter(known).all(),
            polled_at: Some(now),
            ..*due
        };
        let mut found = wrong_with(&mut *tx, gateway, &now_known.payments).await?;
        // What the answers show for the first time has not waited for its webhook yet.
        for payment in due.overdue(settings, now) {
            found.push(unbooked(payment));
            // Webhooks are requested by the time of a payment, which a payout that failed does not have.
            if !is_closed_without_money(payment) {
                learned.resend = Query::of(gateway, payment).map(Query::into_lookup);
            }
        }
        learned.findings = record(&mut *tx, &found, settings, now).await?;
        if due.ended_at.is_none() {
            // If it ended, that became known just now.
            now_known.changed_at = now;
        }
        let place = now_known.place(gateway, settings, now);
        // A change since the row was taken made it due, by the clock of whoever changed it.
        let sql = "UPDATE pay_payments SET polled_at = $2,
                ended_at = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN NULL ELSE COALESCE(ended_at, $3) END,
                poll_at = CASE WHEN poll_at = $5 THEN $4 ELSE poll_at END
            WHERE id = $1";
        let values = [
            due.id.as_str().into(),
            now.into(),
            place.ended_at.into(),
            place.look_at.into(),
            due.lease_end.into(),
        ];
        tx.execute(sql, &values).await?;
        tx.commit().await?;
        Ok(learned)
    }
}
