//! Looks at payments that are due: what is wrong with them by what is known, and what the provider says now.
//!
//! A row is due when it changed, and by the schedule. Being due again at the end of its lease is all that a crash leaves behind.

use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::payment::{PaymentKind, Payments};
use payments_facade::{Error, Gateway, Lookup, Payment, Phase};

use super::arrive::{is_unbooked, store_stated, unbooked};
use super::moved::{self, Moved};
use super::run::Run;
use super::settings::ReconcileSettings;
use super::{check, schedule};
use crate::document;
use crate::engine::{Row, Transaction};
use crate::error::StoreError;
use crate::finding::record::{Found, resolve};
use crate::finding::{FindingId, FindingKind};
use crate::store::Store;

/// How many rows are looked at in one transaction.
const BATCH: i64 = 32;

/// When a row that was not queried is looked at again: because the budget is used up, or because the provider fails.
const RETRY: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(15 * 60));

/// How many queries of a provider may fail one after the other. Then the run leaves it alone.
const FAILURES: u32 = 5;

/// The name under which findings are ended that do not hold any more.
pub(super) const RECONCILER: &str = "reconciler";

/// How many calls a resend takes: up to two queries of the time of the payment.
const RESEND_CALLS: u32 = 3;

/// A row that is due.
struct Due {
    id: String,
    payments: Vec<Payment>,
    seen_at: Timestamp,
    changed_at: Timestamp,
    ended_at: Option<Timestamp>,
    polled_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, document, seen_at, changed_at, ended_at, polled_at, moved";

impl Due {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let id = row.text(0)?;
        let payments: Vec<Payment> = document::read("payment", id, row.text(1)?)?;
        Ok(Self {
            id: id.to_owned(),
            payments: Payments::from_iter(payments).all(),
            seen_at: row.time(2)?,
            changed_at: row.time(3)?,
            ended_at: row.optional_time(4)?,
            polled_at: row.optional_time(5)?,
        })
    }

    /// Where the row is on the schedule, now that it consists of these payments.
    fn place(&self, gateway: &dyn Gateway, settings: &ReconcileSettings, now: Timestamp) -> Place {
        let orders = || {
            let all = self.payments.iter();
            all.filter(|it| it.kind() != PaymentKind::Refund)
        };
        let is_open = orders().any(|it| !it.phase().is_final() || is_unbooked(it));
        let is_closed = orders().any(|it| matches!(it.phase(), Phase::Closed(_)));
        let schedule = &settings.schedule;
        let (steps, ended_at) = match (is_open, self.ended_at.unwrap_or(self.changed_at)) {
            (true, _) => (&schedule.open, None),
            (false, ended) if is_closed => (&schedule.closed, Some(ended)),
            (false, ended) => (&schedule.completed, Some(ended)),
        };
        let since = ended_at.unwrap_or(self.seen_at);
        let is_queried = orders().any(|it| Query::of(gateway, it).is_some());
        let next = schedule::next(steps, since, self.polled_at).filter(|_| is_queried);
        // The webhook of what cannot be booked is requested again when it is overdue.
        let overdue_at = self.overdue_at(settings);
        let resend_at = overdue_at.filter(|at| self.polled_at < Some(*at));
        let query_at = next.map(|next| resend_at.map_or(next, |resend| next.min(resend)));
        let look_at = overdue_at.filter(|at| *at > now);
        Place {
            ended_at,
            query_at,
            look_at: look_at.into_iter().chain(query_at).min(),
        }
    }

    /// When the webhook is overdue of something that cannot be booked without it.
    fn overdue_at(&self, settings: &ReconcileSettings) -> Option<Timestamp> {
        let overdue_at = self.changed_at.checked_add(settings.webhook_grace);
        overdue_at.filter(|_| self.payments.iter().any(is_unbooked))
    }

    /// What cannot be booked, if its webhook is overdue.
    fn overdue(&self, settings: &ReconcileSettings, now: Timestamp) -> Vec<&Payment> {
        match self.overdue_at(settings) {
            Some(at) if at <= now => self.payments.iter().filter(|it| is_unbooked(it)).collect(),
            _ => Vec::new(),
        }
    }
}

struct Place {
    ended_at: Option<Timestamp>,
    /// When to query. `None` if that is over.
    query_at: Option<Timestamp>,
    /// When to look at the row again.
    look_at: Option<Timestamp>,
}

/// How a payment is looked up.
enum Query {
    Checkout(Lookup),
    Payout(Lookup),
    Exchange(Lookup),
}

impl Query {
    /// By its reference or else by its id, as far as the provider finds payments by them.
    fn of(gateway: &dyn Gateway, payment: &Payment) -> Option<Self> {
        let lookups = || {
            let reference = payment.reference().cloned().map(Lookup::Reference);
            let id = payment.provider_ref().cloned().map(Lookup::Provider);
            reference.into_iter().chain(id)
        };
        let checkout = || {
            let group = gateway.checkout()?;
            lookups().find(|by| group.finds_by(by.kind()))
        };
        let payouts = || {
            let group = gateway.payouts()?;
            lookups().find(|by| group.finds_by(by.kind()))
        };
        let exchange = || {
            let group = gateway.exchange()?;
            lookups().find(|by| group.finds_by(by.kind()))
        };
        match payment.kind() {
            PaymentKind::Payout => payouts().map(Self::Payout),
            PaymentKind::Exchange => exchange().map(Self::Exchange),
            PaymentKind::Refund => None,
            _ => checkout().map(Self::Checkout),
        }
    }

    async fn ask(&self, gateway: &dyn Gateway) -> Result<Option<Payment>, Error> {
        let answer = match self {
            Self::Checkout(by) => match gateway.checkout() {
                Some(group) => group.find(by).await?,
                None => None,
            },
            Self::Payout(by) => match gateway.payouts() {
                Some(group) => group.find(by).await?,
                None => None,
            },
            Self::Exchange(by) => match gateway.exchange() {
                Some(group) => group.find(by).await?,
                None => None,
            },
        };
        Ok(answer.map(payments_facade::Answer::into_inner))
    }

    fn into_lookup(self) -> Lookup {
        match self {
            Self::Checkout(by) | Self::Payout(by) | Self::Exchange(by) => by,
        }
    }
}

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
                    let name = due.payments.first().map(check::subject);
                    let name = name.unwrap_or_default();
                    self.problem(gateway, format!("the query of {name} failed: {error}"));
                    return Ok(false);
                }
            }
        }
        let learned = store
            .retry(|| store.settle(gateway, due, &answers, settings))
            .await?;
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
        if !self.take_resend(gateway).await? || !self.take(gateway, RESEND_CALLS).await? {
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

/// What was looked at in one transaction.
struct Looked {
    rows: usize,
    findings: usize,
    problems: Vec<String>,
    /// To be queried now. Others leave them alone for the time of their lease.
    due: Vec<Due>,
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
            "SELECT {COLUMNS} FROM pay_payments WHERE gateway = $1 AND poll_at <= $2
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
            let mut text = row.optional_text(6)?.map(str::to_owned);
            let (ended_at, poll_at) = match Due::read(row) {
                Ok(due) => {
                    let moved = Moved::of(&due.payments);
                    let name = gateway.id().as_str();
                    moved::replace(&mut *tx, name, row.optional_text(6)?, &moved).await?;
                    text = Some(document::write("sums of payment", &due.id, &moved)?);
                    let mut found = wrong_with(&mut *tx, gateway, &due.payments).await?;
                    found.extend(due.overdue(settings, now).into_iter().map(unbooked));
                    looked.findings += record(&mut *tx, &found, settings, now).await?;
                    set_right(&mut *tx, &due.payments, &found, now).await?;
                    let place = due.place(gateway, settings, now);
                    match place.query_at {
                        Some(at) if at <= now => {
                            looked.due.push(due);
                            (place.ended_at, Some(later(self.settings.longest_call)))
                        }
                        _ => (place.ended_at, place.look_at),
                    }
                }
                // Others must not wait for it.
                Err(error) => {
                    looked.problems.push(error.to_string());
                    (None, Some(later(RETRY.1)))
                }
            };
            let sql =
                "UPDATE pay_payments SET ended_at = $2, poll_at = $3, moved = $4 WHERE id = $1";
            let values = [
                row.text(0)?.into(),
                ended_at.into(),
                poll_at.into(),
                text.into(),
            ];
            tx.execute(sql, &values).await?;
        }
        tx.commit().await?;
        Ok(looked)
    }

    /// Leaves a row that was taken for later.
    async fn postpone(&self, due: &Due, wait: Duration) -> Result<(), StoreError> {
        let now = self.now();
        let sql = "UPDATE pay_payments SET poll_at = $2 WHERE id = $1 AND poll_at > $3";
        let later = now.checked_add(wait).unwrap_or(now);
        let mut tx = self.begin().await?;
        let values = [due.id.as_str().into(), later.into(), now.into()];
        tx.execute(sql, &values).await?;
        tx.commit().await?;
        Ok(())
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

/// The findings about the payments of a row.
async fn wrong_with(
    tx: &mut dyn Transaction,
    gateway: &dyn Gateway,
    payments: &[Payment],
) -> Result<Vec<Found>, StoreError> {
    let mut found = check::findings(payments);
    for payment in payments {
        if payment.kind() != PaymentKind::Payout || matches!(payment.phase(), Phase::Closed(_)) {
            continue;
        }
        let name = check::subject(payment);
        let sql =
            "SELECT 1 FROM pay_intents WHERE call = 'payout' AND reference = $1 AND gateway = $2";
        let values = [name.as_str().into(), gateway.id().as_str().into()];
        if tx.query(sql, &values).await?.is_empty() {
            let detail =
                "the provider has a payout that is no intent of this store: find out who made it";
            let money = payment.funds().received.or(payment.ordered().cloned());
            let payout = check::about(FindingKind::PayoutWithoutIntent, payment, detail);
            found.push(payout.with_money(money));
        }
    }
    Ok(found)
}

/// Ends the findings about amounts that are right by now.
async fn set_right(
    tx: &mut dyn Transaction,
    payments: &[Payment],
    found: &[Found],
    now: Timestamp,
) -> Result<(), StoreError> {
    for payment in payments.iter().filter(|it| check::comes_in(it.kind())) {
        for kind in [FindingKind::Underpaid, FindingKind::Overpaid] {
            let id = FindingId {
                kind,
                gateway: payment.gateway().clone(),
                subject: check::subject(payment),
            };
            let is_found = |it: &Found| it.kind == kind && it.subject == id.subject;
            if !found.iter().any(is_found) {
                resolve(tx, &id, RECONCILER, "the amount is right now", now).await?;
            }
        }
    }
    Ok(())
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
