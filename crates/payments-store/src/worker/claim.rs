//! Which event a worker handles, and the end of an attempt.
//!
//! A claimed event is due again at the end of its lease. The number of attempts fences everything that an attempt writes.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use payments_core::Timestamp;
use payments_facade::webhook::EffectKey;
use payments_facade::{GatewayId, Payment};

use crate::backoff;
use crate::document;
use crate::due;
use crate::engine::{EngineError, Row, Value, begin_read_committed, within};
use crate::error::StoreError;
use crate::inbox::DeliveryState;
use crate::payments;
use crate::store::Store;

/// The longest reason that is stored, in characters.
const LONGEST_REASON: usize = 500;

/// How long it may take to record the end of an attempt: a shutdown waits for it. After that its lease runs out.
const LONGEST_END: Duration = Duration::from_secs(5);

/// An attempt that was counted for an event.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) effect_key: String,
    /// From 1. It fences the writes of the attempt.
    pub(super) number: i64,
    /// The same, without the attempts that do not count. At least 1.
    counted: u64,
}

/// An event to be handled in this attempt.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) attempt: Attempt,
    pub(super) effect_key: EffectKey,
    pub(super) gateway: GatewayId,
    pub(super) body: Bytes,
    /// Everything that was stated together, of which the observation with the effect key is the event.
    pub(super) stated: Payment,
    pub(super) received_at: Timestamp,
}

impl Claimed {
    /// What the event alone states.
    pub(super) fn event(&self) -> Payment {
        let mut all = self.stated.observations().iter();
        let event = all.find(|one| one.effect_key() == Some(&self.effect_key));
        event.map_or_else(
            || self.stated.clone(),
            |event| Payment::new(self.gateway.clone(), event.clone()),
        )
    }
}

impl Store {
    /// Takes the events that are due longest, at most `limit` of them, and counts an attempt for each.
    pub(super) async fn claim(&self, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        loop {
            let taken = self.retry(|| self.claim_once(limit)).await?;
            let is_last = taken.is_empty();
            let mut all = Vec::with_capacity(taken.len());
            for (attempt, claimed) in taken {
                let reason = match claimed {
                    // The process ended during the last attempt, as it may have during the others.
                    _ if attempt.counted > u64::from(self.settings.attempts) => {
                        "no attempt came to an end".to_owned()
                    }
                    Ok(claimed) => {
                        all.push(claimed);
                        continue;
                    }
                    Err(error) => error.to_string(),
                };
                // If that cannot be recorded, its lease runs out.
                let _ = self.fail(&attempt, &reason).await;
            }
            if is_last || !all.is_empty() {
                // Workers that lock the payments of several events do it in the same order.
                all.sort_by_cached_key(|it| payments::row_id(&it.stated, it.effect_key.as_str()));
                return Ok(all);
            }
        }
    }

    async fn claim_once(
        &self,
        limit: usize,
    ) -> Result<Vec<(Attempt, Result<Claimed, StoreError>)>, StoreError> {
        let skip = self.engine.dialect().skip_locked();
        let select = format!(
            "SELECT effect_key, attempts FROM pay_deliveries
            WHERE state = 'pending' AND due_at BETWEEN $1 AND $2 ORDER BY due_at LIMIT $3 {skip}"
        );
        let now = self.now();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut tx = begin_read_committed(&*self.engine).await?;
        let attempts = u64::from(self.settings.attempts);
        let longest = backoff::longest(attempts).max(self.settings.lease);
        let mut due = Vec::new();
        for (from, to) in due::times(now, longest) {
            let values = [from.into(), to.into(), limit.into()];
            due = together(&tx.query(&select, &values).await?)?;
            if !due.is_empty() {
                break;
            }
        }
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let lease_end = now.checked_add(self.settings.lease).unwrap_or(now);
        due.iter_mut()
            .for_each(|values| values.push(lease_end.into()));
        // A process from before `uncounted` revives an event by `attempts = 0`.
        let update = "UPDATE pay_deliveries SET attempts = attempts + 1, due_at = $3,
                uncounted = CASE WHEN uncounted > attempts THEN 0 ELSE uncounted END
            WHERE effect_key = $1 AND attempts = $2 AND state = 'pending'
            RETURNING effect_key, gateway, body, event, received_at, attempts, attempts - uncounted";
        let rows = tx.query_each(update, &due).await?;
        tx.commit().await?;
        rows.iter().map(claimed).collect()
    }

    /// Ends a failed attempt: the event is due later, or dead.
    pub(super) async fn fail(&self, attempt: &Attempt, reason: &str) -> Result<(), StoreError> {
        let is_last = attempt.counted >= u64::from(self.settings.attempts);
        let state = match is_last {
            true => DeliveryState::Dead,
            false => DeliveryState::Pending,
        };
        let wait = backoff::after(attempt.counted, &*self.entropy);
        let due = self.now().checked_add(wait).unwrap_or(self.now());
        // PostgreSQL refuses a text with a NUL, and the end of the attempt would be lost with it.
        let reason = reason.chars().filter(|it| *it != '\0');
        let reason: String = reason.take(LONGEST_REASON).collect();
        let attempts = [attempt];
        let end = self.retry(|| self.end(&attempts, state, due, 0, &reason));
        within(LONGEST_END, end).await
    }

    /// Ends attempts that were stopped, so that another worker can start at once. They do not count.
    pub(super) async fn give_back(
        &self,
        claimed: &[Arc<Claimed>],
        reason: &str,
    ) -> Result<(), StoreError> {
        let attempts: Vec<&Attempt> = claimed.iter().map(|it| &it.attempt).collect();
        let pending = DeliveryState::Pending;
        let end = self.retry(|| self.end(&attempts, pending, self.now(), 1, reason));
        within(LONGEST_END, end).await
    }

    async fn end(
        &self,
        attempts: &[&Attempt],
        state: DeliveryState,
        due: Timestamp,
        uncounted: i64,
        problem: &str,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE pay_deliveries SET state = $3, due_at = $4, problem = $5, uncounted = uncounted + $6
            WHERE effect_key = $1 AND attempts = $2 AND state = 'pending' RETURNING effect_key";
        let values = attempts.iter().map(|attempt| {
            vec![
                attempt.effect_key.as_str().into(),
                attempt.number.into(),
                state.as_str().into(),
                due.into(),
                problem.into(),
                uncounted.into(),
            ]
        });
        let mut tx = begin_read_committed(&*self.engine).await?;
        tx.query_each(sql, &values.collect::<Vec<_>>()).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Which of the events that are due are handled in one transaction, as the first values of the statement that takes them. One that
/// was tried before is handled alone: if it ends its process, it takes others with it only once.
fn together(due: &[Row]) -> Result<Vec<Vec<Value>>, EngineError> {
    let mut all = Vec::with_capacity(due.len());
    for row in due {
        let attempts = row.integer(1)?;
        if attempts > 0 && !all.is_empty() {
            continue;
        }
        all.push(vec![row.text(0)?.into(), attempts.into()]);
        if attempts > 0 {
            break;
        }
    }
    Ok(all)
}

/// An attempt, and the event if it can be read.
fn claimed(row: &Row) -> Result<(Attempt, Result<Claimed, StoreError>), StoreError> {
    let key = row.text(0)?;
    let attempt = Attempt {
        effect_key: key.to_owned(),
        number: row.integer(5)?,
        counted: u64::try_from(row.integer(6)?).unwrap_or(1).max(1),
    };
    let read = || {
        Ok(Claimed {
            attempt: attempt.clone(),
            effect_key: document::read_text("effect key", key)?,
            gateway: document::read_text("gateway", row.text(1)?)?,
            body: row.bytes(2)?.clone(),
            stated: document::read("event", key, row.text(3)?)?,
            received_at: row.time(4)?,
        })
    };
    let claimed = read();
    Ok((attempt, claimed))
}
