//! Resolves calls whose outcome is unknown, by queries of the provider.

use std::time::Duration;

use payments_core::{MerchantRef, Timestamp};
use payments_facade::ticket::{MoneyCall, Resolution};
use payments_facade::{Gateways, Payment};

use super::record::not_sent;
use super::{COLUMNS, Intent, IntentState, LONGEST_WAIT, at_most, find, intent, places_of};
use crate::due;
use crate::engine::Value;
use crate::error::StoreError;
use crate::failures::{Failures, is_out_of_reach};
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::stated::{self, Origin, WEBHOOK_GRACE};
use crate::store::Store;

/// The shortest and the longest wait between two queries. It grows with the age of the call.
const WAITS: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(3_600));

/// The end of the search for the intent that was due longest.
enum Claim {
    /// None is due.
    Nothing,
    /// It cannot be read. That was recorded.
    Unreadable,
    Taken(Box<Intent>),
}

/// An intent whose provider was queried.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueriedIntent {
    /// What is known of it now.
    pub intent: Intent,
    /// Whether the provider has another order under the reference: a person compares the two, and closes the intent.
    pub has_conflict: bool,
    /// How many events the answer stated that no webhook had reported.
    pub(crate) events: usize,
    pub(crate) has_failed: bool,
}

/// What a query showed.
struct Learned {
    state: IntentState,
    payment: Option<Payment>,
    due_at: Timestamp,
    problem: Option<String>,
    /// What differs from the ticket.
    conflict: Option<String>,
}

impl Store {
    /// Queries the providers about all intents of these gateways that are due, each once. Returns how many of them are known now. A
    /// gateway that cannot be reached five times in a row is left alone until the next call.
    /// Call it at the start and every minute; any number of processes can do so. It never sends a payout or an exchange again.
    ///
    /// - The provider has an order that confirms the ticket: [`Applied`](IntentState::Applied).
    /// - It has one, but does not state everything: [`Found`](IntentState::Found). A webhook may confirm it later.
    /// - It has another one: a [finding](crate::Finding), and the intent stays unknown.
    /// - It documents that there is no order, and the quiet period after the longest time of the call is over:
    ///   [`NotApplied`](IntentState::NotApplied), unless it reported an order under the reference before, as by a webhook.
    /// - Anything else: the intent stays unknown, and is due later.
    ///
    /// Money and the end of an order in an answer become an event, unless a webhook has reported them: [`run`](Self::run) hands it to
    /// the handler once, under its effect key, and merges the payment then. An intent that cannot be
    /// read is a [finding](crate::Finding), and is tried again in an hour.
    ///
    /// Effect: read, except where [a checkout order is repeated](payments_facade::facts::Strategy::Repeat).
    ///
    /// # Errors
    /// [`StoreError`]. A failed query is not an error: it is the [`problem`](Intent::problem) of the intent.
    pub async fn resolve_due(&self, gateways: &Gateways) -> Result<usize, StoreError> {
        let (mut known, mut failures, start) = (0, Failures::default(), self.now());
        while let Some(due) = self.claim_intent(gateways, start, &failures).await? {
            if let Some(queried) = self.query(gateways, due, WEBHOOK_GRACE).await? {
                failures.count(queried.intent.ticket.gateway(), queried.has_failed);
                known += usize::from(queried.intent.state != IntentState::Unknown);
            }
        }
        Ok(known)
    }

    /// As [`resolve_due`](Self::resolve_due), for the intent that is due longest. Returns what is known of it then; `None` if none
    /// is due.
    ///
    /// # Errors
    /// As there.
    pub async fn resolve_next(
        &self,
        gateways: &Gateways,
    ) -> Result<Option<QueriedIntent>, StoreError> {
        let none_failed = Failures::default();
        let due = self.claim_intent(gateways, self.now(), &none_failed);
        match due.await? {
            Some(due) => self.query(gateways, due, WEBHOOK_GRACE).await,
            None => Ok(None),
        }
    }

    /// As [`resolve_due`](Self::resolve_due), for one call, due or not. Returns what is known of it then; `None` if
    /// there is no such intent. A call that is being made is not queried.
    ///
    /// # Errors
    /// As there.
    pub async fn resolve(
        &self,
        gateways: &Gateways,
        call: MoneyCall,
        reference: &MerchantRef,
    ) -> Result<Option<QueriedIntent>, StoreError> {
        let Some(intent) = self.intent(call, reference).await? else {
            return Ok(None);
        };
        if matches!(intent.state, IntentState::Unknown | IntentState::Found) {
            return self.query(gateways, intent, WEBHOOK_GRACE).await;
        }
        Ok(Some(QueriedIntent {
            intent,
            has_conflict: false,
            events: 0,
            has_failed: false,
        }))
    }

    /// Takes the intent that was due longest at `start`, of these gateways but those with too many failures. Others take it again after
    /// the shortest wait. One that cannot be read does not hold up the others.
    pub(crate) async fn claim_intent(
        &self,
        gateways: &Gateways,
        start: Timestamp,
        failures: &Failures,
    ) -> Result<Option<Intent>, StoreError> {
        loop {
            let claim = self.retry(|| self.claim_intent_once(gateways, start, failures));
            match claim.await? {
                Claim::Nothing => return Ok(None),
                Claim::Unreadable => {}
                Claim::Taken(intent) => return Ok(Some(*intent)),
            }
        }
    }

    async fn claim_intent_once(
        &self,
        gateways: &Gateways,
        start: Timestamp,
        failures: &Failures,
    ) -> Result<Claim, StoreError> {
        let now = self.now();
        let after = |wait| now.checked_add(wait).unwrap_or(now);
        let mut values = vec![Value::Null, Value::Null, after(WAITS.0).into()];
        let asked = gateways.iter();
        let asked = asked.filter(|it| !failures.are_too_many(it.id()));
        let Some(places) = places_of(asked, &mut values) else {
            return Ok(Claim::Nothing);
        };
        let skip = self.engine.dialect().skip_locked();
        let sql = format!(
            "UPDATE pay_intents SET state = 'unknown', due_at = $3
            WHERE state IN ('sending', 'unknown') AND due_at BETWEEN $1 AND $2 AND (call, reference) = (
                SELECT call, reference FROM pay_intents
                WHERE state IN ('sending', 'unknown') AND due_at BETWEEN $1 AND $2 AND gateway IN ({places})
                ORDER BY due_at LIMIT 1 {skip})
            RETURNING {COLUMNS}, call, gateway"
        );
        let mut tx = self.begin().await?;
        let mut rows = Vec::new();
        let longest = LONGEST_WAIT.max(self.settings.longest_call);
        let [(first, _), unreached] = due::times(now, longest);
        for (from, to) in [(first, now.min(start)), unreached] {
            values.splice(..2, [from.into(), to.into()]);
            rows = tx.query(&sql, &values).await?;
            if !rows.is_empty() {
                break;
            }
        }
        let Some(row) = rows.first() else {
            return Ok(Claim::Nothing);
        };
        let claim = match intent(row, now) {
            Ok(intent) => Claim::Taken(Box::new(intent)),
            Err(error) => {
                let found = Found::unreadable(row.text(10)?, row.text(0)?, &error);
                found.record(&mut *tx, now).await?;
                let sql = "UPDATE pay_intents SET due_at = $3 WHERE call = $1 AND reference = $2";
                let (call, reference) = (row.text(9)?.into(), row.text(0)?.into());
                tx.execute(sql, &[call, reference, after(WAITS.1).into()])
                    .await?;
                Claim::Unreadable
            }
        };
        tx.commit().await?;
        Ok(claim)
    }

    /// Queries the provider about an intent, and stores what it answers. `grace` is how long webhooks of what it states may take.
    pub(crate) async fn query(
        &self,
        gateways: &Gateways,
        open: Intent,
        grace: Duration,
    ) -> Result<Option<QueriedIntent>, StoreError> {
        let asked = self.now();
        let later = later(&open, asked);
        let pending = |due_at: Timestamp, problem: String| Learned {
            state: open.state,
            payment: None,
            due_at,
            problem: Some(problem),
            conflict: None,
        };
        let resolution = open.ticket.resolve(gateways, asked).await;
        let has_failed = match &resolution {
            Ok(Resolution::Pending(still)) => still.cause.as_ref().is_some_and(is_out_of_reach),
            _ => false,
        };
        let learned = match resolution {
            Err(error) => pending(later, error.to_string()),
            Ok(Resolution::Found(found)) => Learned {
                state: match open.ticket.is_confirmed_by(&found) {
                    true => IntentState::Applied,
                    false => IntentState::Found,
                },
                payment: Some(found.into_inner()),
                due_at: later,
                problem: None,
                conflict: None,
            },
            Ok(Resolution::Conflict { differences, .. }) => {
                let names: Vec<&str> = differences.iter().map(|it| it.as_str()).collect();
                let text = format!(
                    "another order exists under the reference, it differs in: {}; compare it with the provider and close the intent",
                    names.join(", ")
                );
                Learned {
                    conflict: Some(text.clone()),
                    ..pending(later, text)
                }
            }
            Ok(Resolution::Absent) => match self.end_of_quiet_period(gateways, &open) {
                Some(end) if asked < end => {
                    pending(end, "not found, which may be too early".to_owned())
                }
                _ => Learned {
                    state: IntentState::NotApplied,
                    ..pending(later, "the provider has no such order".to_owned())
                },
            },
            Ok(Resolution::Pending(still)) => {
                let text = still.cause.map_or_else(
                    || "not found, which does not prove that there is no order".to_owned(),
                    |cause| cause.to_string(),
                );
                pending(later.max(still.until), text)
            }
        };
        let mut queried = match self.retry(|| self.learn(&open, &learned, grace)).await {
            // The payment that the answer is about. Others must not wait for it.
            Err(error @ StoreError::Unreadable { .. }) => {
                self.retry(|| self.set_aside(&open, &error)).await?
            }
            queried => queried?,
        };
        if let Some(queried) = &mut queried {
            queried.has_failed = has_failed;
            if queried.events > 0 {
                self.arrived.notify_waiters();
            }
        }
        Ok(queried)
    }

    /// Records that an answer cannot be stored, and leaves the intent for later.
    async fn set_aside(
        &self,
        open: &Intent,
        error: &StoreError,
    ) -> Result<Option<QueriedIntent>, StoreError> {
        let (call, reference, now) = (open.ticket.call(), open.ticket.reference(), self.now());
        let mut tx = self.begin().await?;
        let gateway = open.ticket.gateway().as_str();
        let found = Found::unreadable(gateway, reference.as_str(), error);
        found.record(&mut *tx, now).await?;
        let sql = "UPDATE pay_intents SET due_at = $4, problem = $5
            WHERE call = $1 AND reference = $2 AND number = $3 AND state IN ('sending', 'unknown', 'found')";
        let values = [
            call.as_str().into(),
            reference.as_str().into(),
            open.number.into(),
            now.checked_add(WAITS.1).unwrap_or(now).into(),
            error.to_string().into(),
        ];
        tx.execute(sql, &values).await?;
        let intent = find(&mut *tx, call, reference, now).await?;
        tx.commit().await?;
        Ok(intent.map(|intent| QueriedIntent {
            intent,
            has_conflict: false,
            events: 0,
            has_failed: false,
        }))
    }

    /// The request may have left until the end of the longest call, whatever the time of the ticket.
    fn end_of_quiet_period(&self, gateways: &Gateways, open: &Intent) -> Option<Timestamp> {
        let gateway = gateways.get(open.ticket.gateway())?;
        open.ends_at.checked_add(gateway.facts().quiet_period.value)
    }

    /// Records what a query showed. The intent does not change if its outcome became known in the meantime.
    async fn learn(
        &self,
        open: &Intent,
        found: &Learned,
        grace: Duration,
    ) -> Result<Option<QueriedIntent>, StoreError> {
        let ticket = &open.ticket;
        let (call, reference, now) = (ticket.call(), ticket.reference(), self.now());
        let mut tx = self.begin().await?;
        let mut events = 0;
        if let Some(payment) = &found.payment {
            let stored = stated::store(&mut *tx, payment, Origin::Query, grace, now).await?;
            events = stored.events;
        }
        if let Some(detail) = &found.conflict {
            let gateway = ticket.gateway().as_str();
            let found = Found::new(FindingKind::Conflict, gateway, reference.as_str(), detail);
            found.record(&mut *tx, now).await?;
        }
        let (mut state, mut problem) = (found.state, found.problem.as_deref());
        if state == IntentState::NotApplied {
            let reported_by =
                stated::reported_by(&mut *tx, ticket.gateway(), reference, call.kind()).await?;
            if open.state == IntentState::Found || reported_by.is_some() {
                // An order that was reported once exists: with another call under the reference, money could move twice.
                state = open.state;
                problem = Some(
                    "the provider does not find the order that it reported before; compare it with the provider and close the intent",
                );
            }
        }
        // Another query may have found the order since: it exists, whatever this one proves.
        let sql = "UPDATE pay_intents SET due_at = $5,
                state = CASE WHEN state = 'found' AND $4 IN ('unknown', 'not_applied') THEN state ELSE $4 END,
                problem = CASE WHEN state = 'found' AND $4 IN ('unknown', 'not_applied') THEN problem ELSE $6 END
            WHERE call = $1 AND reference = $2 AND number = $3 AND state IN ('sending', 'unknown', 'found')";
        let values = [
            call.as_str().into(),
            reference.as_str().into(),
            open.number.into(),
            state.as_str().into(),
            at_most(found.due_at, now).into(),
            problem.into(),
        ];
        let is_recorded = tx.execute(sql, &values).await? > 0;
        let intent = find(&mut *tx, call, reference, now).await?;
        let is_given_up = |it: &Intent| it.state == IntentState::NotApplied;
        if is_recorded && open.staged_at.is_some() && intent.as_ref().is_some_and(is_given_up) {
            // No caller learns of it.
            let problem = problem.unwrap_or("the provider does not have it");
            not_sent(ticket, problem).record(&mut *tx, now).await?;
        }
        tx.commit().await?;
        Ok(intent.map(|intent| QueriedIntent {
            intent,
            has_conflict: found.conflict.is_some(),
            events,
            has_failed: false,
        }))
    }
}

/// When to query again: a quarter of the call's age from now, within limits.
fn later(open: &Intent, now: Timestamp) -> Timestamp {
    let (shortest, longest) = WAITS;
    let wait = (now.since(open.ticket.at()) / 4).clamp(shortest, longest);
    now.checked_add(wait).unwrap_or(now)
}
