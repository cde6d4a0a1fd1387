//! Looks at payments that are due: what is wrong with them by what is known, and what the provider says now.
//!
//! A row is due when it changed, and by the schedule. Being due again at the end of its lease is all that a crash leaves behind.

use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::payment::Payments;
use payments_facade::{Gateway, Lookup, Payment};

use super::arrive::{store_stated, unbooked};
use super::due::{COLUMNS, Due, Place};
use super::query::Query;
use super::run::Run;
use super::settings::ReconcileSettings;
use super::wrong::{record, set_right, wrong_with};
use crate::document;
use crate::engine::{EngineError, Row, Transaction};
use crate::error::StoreError;
use crate::finding::record::Found;
use crate::payments::moved::{self, Moved};
use crate::payments::reading::subject;
use crate::store::Store;

/// How many rows are looked at in one transaction.
const BATCH: i64 = 32;

/// When a row that was not queried is looked at again: because the budget is used up, or because the provider fails.
const RETRY: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(15 * 60));

/// How many queries of a provider may fail one after the other. Then the run leaves it alone.
const FAILURES: u32 = 5;

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
        let mut failures = 0;
        loop {
            let looked = store.retry(|| store.look(gateway, settings)).await?;
            self.report.findings += looked.findings;
            self.problems(gateway, looked.problems);
            for due in &looked.due {
                let wait = match failures < FAILURES {
                    true if self.take(gateway, 1).await? => {
                        match self.query(gateway, due).await? {
                            true => failures = 0,
                            false => failures += 1,
                        }
                        continue;
                    }
                    true => RETRY.0,
                    false => RETRY.1,
                };
                self.report.waiting += 1;
                store.retry(|| store.postpone(due, wait)).await?;
            }
            if looked.rows == 0 {
                return Ok(());
            }
        }
    }

    /// Returns whether no query failed.
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
                    return Ok(false);
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
        self.report.events += learned.events;
        if learned.events > 0 {
            store.arrived.notify_waiters();
        }
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
    /// What it has counted in the sums, as a document.
    moved: String,
}

/// Records what is wrong with a row by what is known, and counts what it moved.
async fn look_at(
    tx: &mut dyn Transaction,
    gateway: &dyn Gateway,
    row: &Row,
    settings: &ReconcileSettings,
    now: Timestamp,
) -> Result<Seen, StoreError> {
    let due = Due::read(row)?;
    let name = gateway.id().as_str();
    let mut found = wrong_with(tx, gateway, &due.payments).await?;
    found.extend(due.overdue(settings, now).into_iter().map(unbooked));
    let moved = Moved::of(&due.payments);
    // If it cannot be read, the row is taken for counted: what it moved is not counted twice.
    let counted = Moved::read(&due.id, row.optional_text(6)?).unwrap_or_else(|error| {
        found.push(Found::unreadable(name, &due.id, &error));
        moved.clone()
    });
    let findings = record(tx, &found, settings, now).await?;
    set_right(tx, &due.payments, &found, now).await?;
    moved::replace(tx, name, &counted, &moved).await?;
    let moved = document::write("sums of payment", &due.id, &moved)?;
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
    due: &Due,
    wait: Duration,
    now: Timestamp,
) -> Result<(), EngineError> {
    let sql = "UPDATE pay_payments SET poll_at = $2 WHERE id = $1 AND poll_at > $3";
    let later = now.checked_add(wait).unwrap_or(now);
    let values = [due.id.as_str().into(), later.into(), now.into()];
    tx.execute(sql, &values).await?;
    Ok(())
}

impl Store {
    /// Takes the next rows, records what is wrong with them, and decides when each is queried.
    async fn look(
        &self,
        gateway: &dyn Gateway,
        settings: &ReconcileSettings,
    ) -> Result<Looked, StoreError> {
        let now = self.now();
        let later = |time| now.checked_add(time).unwrap_or(now);
        let skip = self.engine.dialect().skip_locked();
        let sql = format!(
            "SELECT {COLUMNS}, moved FROM pay_payments WHERE gateway = $1 AND poll_at <= $2
            ORDER BY poll_at LIMIT $3 {skip}"
        );
        let values = [gateway.id().as_str().into(), now.into(), BATCH.into()];
        let mut tx = self.begin().await?;
        let rows = tx.query(&sql, &values).await?;
        let mut looked = Looked {
            rows: rows.len(),
            findings: 0,
            problems: Vec::new(),
            due: Vec::new(),
        };
        for row in &rows {
            let id = row.text(0)?;
            let (ended_at, poll_at, moved) =
                match look_at(&mut *tx, gateway, row, settings, now).await {
                    Ok(seen) => {
                        let Place {
                            ended_at,
                            query_at,
                            look_at,
                        } = seen.place;
                        looked.findings += seen.findings;
                        match query_at {
                            Some(at) if at <= now => {
                                looked.due.push(seen.due);
                                (
                                    ended_at,
                                    Some(later(self.settings.longest_call)),
                                    Some(seen.moved),
                                )
                            }
                            _ => (ended_at, look_at, Some(seen.moved)),
                        }
                    }
                    // Others must not wait for it.
                    Err(error @ StoreError::Unreadable { .. }) => {
                        let found = [Found::unreadable(gateway.id().as_str(), id, &error)];
                        looked.findings += record(&mut *tx, &found, settings, now).await?;
                        looked.problems.push(error.to_string());
                        (None, Some(later(RETRY.1)), None)
                    }
                    Err(error) => return Err(error),
                };
            let sql = "UPDATE pay_payments SET ended_at = $2, poll_at = $3, moved = COALESCE($4, moved) WHERE id = $1";
            let values = [id.into(), ended_at.into(), poll_at.into(), moved.into()];
            tx.execute(sql, &values).await?;
        }
        tx.commit().await?;
        Ok(looked)
    }

    /// Leaves a row that was taken for later.
    async fn postpone(&self, due: &Due, wait: Duration) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        postpone(&mut *tx, due, wait, self.now()).await?;
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
        postpone(&mut *tx, due, RETRY.1, now).await?;
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
            learned.resend = Query::of(gateway, payment).map(Query::into_lookup);
        }
        learned.findings = record(&mut *tx, &found, settings, now).await?;
        if due.ended_at.is_none() {
            // If it ended, that became known just now.
            now_known.changed_at = now;
        }
        let place = now_known.place(gateway, settings, now);
        // A change since the row was taken made it due.
        let sql = "UPDATE pay_payments SET polled_at = $2, ended_at = $3,
                poll_at = CASE WHEN poll_at <= $2 THEN poll_at ELSE $4 END
            WHERE id = $1";
        let values = [
            due.id.as_str().into(),
            now.into(),
            place.ended_at.into(),
            place.look_at.into(),
        ];
        tx.execute(sql, &values).await?;
        tx.commit().await?;
        Ok(learned)
    }
}
