//! Reads statements: each day that is over, and again those that could not be read.

use std::future::poll_fn;
use std::pin::Pin;
use std::slice;
use std::time::Duration;

use futures_core::Stream as _;
use payments_core::{Date, NextStep, Timestamp};
use payments_facade::payment::Payments;
use payments_facade::statement::{Rows, StatementQuery, Statements};
use payments_facade::{Answer, Error, Gateway, GatewayId, Payment};

use super::budget::Budget;
use super::cursor::{Cursor, Task};
use super::day::Sums;
use super::run::Run;
use super::settings::ReconcileSettings;
use super::unread::{forget_unread, remember_unread};
use super::wrong::{RECONCILER, record};
use crate::error::StoreError;
use crate::finding::record::{Found, end, is_settled};
use crate::finding::{FindingId, FindingKind};
use crate::payments::reading::subject;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When a statement is read again that could not be read.
const RETRY: Duration = Duration::from_secs(15 * 60);

/// How long to wait for calls of the next minute.
const WAIT: Duration = Duration::from_secs(10);

/// How many days may fail one after the other. Then the run leaves the provider alone.
const FAILURES: usize = 5;

/// How long a day is tried before a person learns of it. From then on, it is tried as often as new days are read.
const FINDING_AFTER: Duration = DAY;

/// How many payments are stored in one transaction.
const BATCH: usize = 64;

impl Run<'_> {
    /// Reads the days that are over, from the latest one that was read, less the overlap, and then those that could not be read
    /// before. No day waits for another one.
    pub(super) async fn read_statements(
        &mut self,
        gateway: &dyn Gateway,
    ) -> Result<(), StoreError> {
        let Some(statements) = gateway.statements() else {
            return Ok(());
        };
        let every = self.settings.statements_every;
        let claimed = self.store.claim_task(gateway.id(), Task::Statements, every);
        let Some(mut cursor) = claimed.await? else {
            return Ok(());
        };
        let unread = self.store.unread_days(gateway.id()).await?;
        let days = days(statements, &cursor, self.settings, self.store.now());
        let days = days.into_iter().filter(|day| !unread.contains(day));
        let mut wait = every;
        let mut failures = 0;
        for day in days.chain(unread.iter().copied()) {
            // One for the first page, and one ahead of each further page.
            if !self.take(gateway, 2).await? {
                self.report.waiting += 1;
                return self.store.end_task(&cursor, WAIT).await;
            }
            let Some((text, passes)) = self.take_in(gateway, statements, day, &mut cursor).await?
            else {
                failures = 0;
                continue;
            };
            failures += 1;
            if self.leave_day(gateway, day, text, &mut cursor).await? {
                wait = wait.min(RETRY);
            }
            if passes || failures == FAILURES {
                break;
            }
        }
        self.store.end_task(&cursor, wait).await
    }

    /// Reads and stores a day. Returns why that is not possible, and whether it may be in a moment.
    async fn take_in(
        &mut self,
        gateway: &dyn Gateway,
        statements: &dyn Statements,
        day: Date,
        cursor: &mut Cursor,
    ) -> Result<Option<(String, bool)>, StoreError> {
        let (error, passes) = match self.read_day(gateway, statements, day).await? {
            Ok(stated) => match self.store_day(gateway, day, &stated, cursor).await? {
                None => return Ok(None),
                Some(unreadable) => (unreadable.to_string(), false),
            },
            Err(error) => {
                let passes = error.next_step() == NextStep::RetryLater;
                (error.to_string(), passes)
            }
        };
        let text = format!("the statement of {day} cannot be read: {error}");
        Ok(Some((text, passes)))
    }

    /// All payments of a day's statement, or why it cannot be read.
    async fn read_day(
        &mut self,
        gateway: &dyn Gateway,
        statements: &dyn Statements,
        day: Date,
    ) -> Result<Result<Vec<Payment>, Error>, StoreError> {
        let query = StatementQuery::of(day);
        let mut stated = Payments::new();
        let mut rows = statements.rows(&query);
        let mut is_first = true;
        while let Some((row, is_call)) = next(&mut rows).await {
            match row {
                Ok(row) => stated.extend([row.into_inner()]),
                Err(error) => return Ok(Err(error)),
            }
            if is_call && !std::mem::take(&mut is_first) {
                self.wait_for_call(gateway).await?;
            }
        }
        Ok(Ok(stated.all()))
    }

    /// A statement that was begun is read to its end, at the pace of the budget.
    async fn wait_for_call(&mut self, gateway: &dyn Gateway) -> Result<(), StoreError> {
        let budget = Budget::of_minute(gateway, self.settings.calls_per_minute);
        while !self.store.take_calls(&budget, 1).await? {
            self.store.clock.sleep(WAIT).await;
        }
        Ok(())
    }

    /// Stores a day, and moves to it. If a payment to which a row belongs cannot be read, all others are stored, the day is not
    /// over, and the error is returned.
    async fn store_day(
        &mut self,
        gateway: &dyn Gateway,
        day: Date,
        stated: &[Payment],
        cursor: &mut Cursor,
    ) -> Result<Option<StoreError>, StoreError> {
        let (store, settings) = (self.store, self.settings);
        let mut sums = Sums::default();
        let mut unreadable = None;
        for part in stated.chunks(BATCH) {
            match self.store_part(day, part, &mut sums).await {
                // The others must not wait for it.
                Err(StoreError::Unreadable { .. }) => {}
                stored => {
                    stored?;
                    continue;
                }
            }
            for one in part {
                match self.store_part(day, slice::from_ref(one), &mut sums).await {
                    Err(error @ StoreError::Unreadable { .. }) => {
                        let name = subject(one);
                        let found = [Found::unreadable(gateway.id().as_str(), &name, &error)];
                        self.report.findings += store.record_all(&found, settings).await?;
                        unreadable = Some(error);
                    }
                    stored => stored?,
                }
            }
        }
        if unreadable.is_some() {
            // Its sums cannot be compared.
            return Ok(unreadable);
        }
        let found = sums.differences(gateway, day);
        let moved = store.retry(|| async {
            let (now, mut cursor) = (store.now(), cursor.clone());
            let mut tx = store.begin().await?;
            let findings = record(&mut *tx, &found, settings, now).await?;
            forget_unread(&mut *tx, gateway.id(), day).await?;
            let id = unread_id(gateway.id(), day);
            end(&mut *tx, &id, RECONCILER, "it was read", now).await?;
            cursor
                .advance(&mut *tx, day.start_in_utc(), store.lease_end())
                .await?;
            tx.commit().await?;
            Ok((cursor, findings))
        });
        let (moved, findings) = moved.await?;
        *cursor = moved;
        self.report.findings += findings;
        Ok(None)
    }

    /// Stores payments of a day in one transaction, and adds them to its sums.
    async fn store_part(
        &mut self,
        day: Date,
        part: &[Payment],
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        let (store, settings) = (self.store, self.settings);
        let stored = store.retry(|| store.store_rows(day, part, settings));
        let stored = stored.await?;
        self.report.statement_rows += part.len();
        self.report.findings += stored.findings;
        self.count_events(stored.events);
        sums.add_all(&stored.amounts);
        Ok(())
    }

    /// Remembers a day that cannot be read for later runs, and moves past it. Returns whether it is to be tried again soon.
    ///
    /// It is tried until it can be read, or until a person resolves the finding about it.
    async fn leave_day(
        &mut self,
        gateway: &dyn Gateway,
        day: Date,
        text: String,
        cursor: &mut Cursor,
    ) -> Result<bool, StoreError> {
        let (store, settings) = (self.store, self.settings);
        let id = unread_id(gateway.id(), day);
        let detail = format!(
            "{text}: it is tried again until you resolve this; compare its rows with the payments by hand"
        );
        let found = [Found::new(
            id.kind,
            id.gateway.as_str(),
            &id.subject,
            detail,
        )];
        let left = store.retry(|| async {
            let (now, mut cursor) = (store.now(), cursor.clone());
            let mut tx = store.begin().await?;
            let since = remember_unread(&mut *tx, gateway.id(), day, now).await?;
            let is_new = now.since(since) < FINDING_AFTER;
            let mut findings = 0;
            if !is_new {
                match is_settled(&mut *tx, &id).await? {
                    true => {
                        forget_unread(&mut *tx, gateway.id(), day).await?;
                    }
                    false => findings = record(&mut *tx, &found, settings, now).await?,
                }
            }
            cursor
                .advance(&mut *tx, day.start_in_utc(), store.lease_end())
                .await?;
            tx.commit().await?;
            Ok((cursor, findings, is_new))
        });
        let (moved, findings, is_new) = left.await?;
        *cursor = moved;
        self.report.findings += findings;
        self.problem(gateway, text);
        Ok(is_new)
    }
}

/// The finding about a day that cannot be read.
fn unread_id(gateway: &GatewayId, day: Date) -> FindingId {
    FindingId {
        kind: FindingKind::Unreadable,
        gateway: gateway.clone(),
        subject: format!("statement of {day}"),
    }
}

/// The days to read, oldest first: all of them are over.
fn days(
    statements: &dyn Statements,
    cursor: &Cursor,
    settings: &ReconcileSettings,
    now: Timestamp,
) -> Vec<Date> {
    let day_at = |secs: u64| Date::in_utc(Timestamp::from_secs(secs)).ok();
    let Ok(today) = statements.day_zone().value.day_of(now) else {
        return Vec::new();
    };
    let today = today.start_in_utc().as_secs();
    let is_over = |day: &Date| statements.is_complete(&StatementQuery::of(*day), now);
    // Until a day is over in every zone takes up to two days.
    let mut recent = (1..=3).filter_map(|back| day_at(today.saturating_sub(back * DAY.as_secs())));
    let Some(latest) = recent.find(is_over) else {
        return Vec::new();
    };
    let latest = latest.start_in_utc().as_secs();
    let from = cursor
        .read_to
        .map_or(latest, |day| day.as_secs().min(latest));
    let overlap = u64::from(settings.statement_overlap) * DAY.as_secs();
    let first = from.saturating_sub(overlap);
    let count = (latest - first) / DAY.as_secs();
    (0..=count)
        .filter_map(|number| day_at(first + number * DAY.as_secs()))
        .collect()
}

/// The next row, and whether it was waited for, which means that a page was fetched.
async fn next(rows: &mut Rows<'_>) -> Option<(Result<Answer<Payment>, Error>, bool)> {
    let mut is_call = false;
    let row = poll_fn(|cx| {
        let row = Pin::new(&mut *rows).poll_next(cx);
        is_call |= row.is_pending();
        row
    })
    .await?;
    Some((row, is_call))
}
