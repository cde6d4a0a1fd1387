//! Which event a worker handles, and the end of an attempt.
//!
//! A claimed event is due again at the end of its lease. The number of attempts fences everything that an attempt writes.

use bytes::Bytes;
use payments_core::Timestamp;
use payments_facade::webhook::EffectKey;
use payments_facade::{GatewayId, Payment};

use super::backoff;
use crate::document;
use crate::error::StoreError;
use crate::inbox::DeliveryState;
use crate::retry::retry;
use crate::store::Store;

/// The longest reason that is stored, in characters.
const LONGEST_REASON: usize = 500;

/// An attempt that was counted for an event.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) effect_key: String,
    /// From 1. It fences the writes of the attempt.
    pub(super) number: i64,
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
    /// Takes the event that is due longest, and counts an attempt for it.
    pub(super) async fn claim(&self) -> Result<Option<Claimed>, StoreError> {
        loop {
            let Some((attempt, claimed)) = retry(|| self.claim_once()).await? else {
                return Ok(None);
            };
            let reason = match claimed {
                // The process ended during the last attempt, as it may have during the others.
                _ if attempt.number > i64::from(self.settings.attempts) => {
                    "no attempt came to an end".to_owned()
                }
                Ok(claimed) => return Ok(Some(claimed)),
                Err(error) => error.to_string(),
            };
            self.fail(&attempt, &reason).await?;
        }
    }

    async fn claim_once(
        &self,
    ) -> Result<Option<(Attempt, Result<Claimed, StoreError>)>, StoreError> {
        let skip = self.engine.dialect().skip_locked();
        let sql = format!(
            "UPDATE pay_deliveries SET attempts = attempts + 1, due_at = $2
            WHERE state = 'pending' AND due_at <= $1 AND effect_key = (
                SELECT effect_key FROM pay_deliveries
                WHERE state = 'pending' AND due_at <= $1 ORDER BY due_at LIMIT 1 {skip})
            RETURNING effect_key, gateway, body, event, received_at, attempts"
        );
        let now = self.now();
        let lease_end = now.checked_add(self.settings.lease).unwrap_or(now);
        let mut tx = self.begin().await?;
        let rows = tx.query(&sql, &[now.into(), lease_end.into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        tx.commit().await?;
        let key = row.text(0)?;
        let attempt = Attempt {
            effect_key: key.to_owned(),
            number: row.integer(5)?,
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
        Ok(Some((attempt, claimed)))
    }

    /// Ends a failed attempt: the event is due later, or dead.
    pub(super) async fn fail(&self, attempt: &Attempt, reason: &str) -> Result<(), StoreError> {
        let number = u64::try_from(attempt.number).unwrap_or(u64::MAX);
        let is_last = number >= u64::from(self.settings.attempts);
        let state = match is_last {
            true => DeliveryState::Dead,
            false => DeliveryState::Pending,
        };
        let wait = backoff::after(number, &*self.entropy);
        let due = self.now().checked_add(wait).unwrap_or(self.now());
        // PostgreSQL refuses a text with a NUL, and the end of the attempt would be lost with it.
        let reason = reason.chars().filter(|it| *it != '\0');
        let reason: String = reason.take(LONGEST_REASON).collect();
        retry(|| self.end(attempt, state, due, Some(&reason))).await
    }

    /// Ends an attempt that was stopped, so that another worker can start at once.
    pub(super) async fn give_back(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let reason = "the worker was stopped";
        retry(|| self.end(attempt, DeliveryState::Pending, self.now(), Some(reason))).await
    }

    async fn end(
        &self,
        attempt: &Attempt,
        state: DeliveryState,
        due: Timestamp,
        problem: Option<&str>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE pay_deliveries SET state = $3, due_at = $4, problem = $5
            WHERE effect_key = $1 AND attempts = $2 AND state = 'pending'";
        let values = [
            attempt.effect_key.as_str().into(),
            attempt.number.into(),
            state.as_str().into(),
            due.into(),
            problem.into(),
        ];
        let mut tx = self.begin().await?;
        tx.execute(sql, &values).await?;
        tx.commit().await?;
        Ok(())
    }
}
