//! One attempt to handle an event.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use payments_core::{BoxError, Timestamp};
use serde::Serialize;

use super::claim::Claimed;
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction, Value};
use crate::error::StoreError;
use crate::event::{DetachedHandler, Handler, StoredEvent};
use crate::finding::record::Found;
use crate::intent;
use crate::payments::{self, Merged};
use crate::store::{Settings, Store};

/// Where the handler books.
#[derive(Clone)]
pub(super) enum Mode {
    /// In the store's transaction.
    Attached(Arc<dyn Handler>),
    /// Elsewhere.
    Detached(Arc<dyn DetachedHandler>),
}

impl Mode {
    /// How many events are handled in one transaction at most.
    pub(super) fn together(&self, settings: &Settings) -> usize {
        match self {
            Self::Attached(_) => settings.batch.max(1),
            Self::Detached(_) => 1,
        }
    }
}

/// The end of an attempt.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Every effect is booked, now or before, except those of events that another worker has taken over.
    Committed,
    /// The handler failed for the current event, and nothing is booked.
    Failed(String),
}

impl Store {
    /// Handles events together. `current` is the index of the one that is being handled.
    pub(super) async fn handle(
        &self,
        mode: &Mode,
        claimed: &[Arc<Claimed>],
        current: &AtomicUsize,
    ) -> Result<Outcome, StoreError> {
        match (mode, claimed) {
            (Mode::Attached(handler), [_]) => {
                self.retry(|| self.attached(&**handler, claimed, current))
                    .await
            }
            // After a conflict, each is handled alone.
            (Mode::Attached(handler), _) => self.attached(&**handler, claimed, current).await,
            (Mode::Detached(handler), _) => self.detached(&**handler, claimed, current).await,
        }
    }

    async fn attached(
        &self,
        handler: &dyn Handler,
        claimed: &[Arc<Claimed>],
        current: &AtomicUsize,
    ) -> Result<Outcome, StoreError> {
        let mut tx = self.begin().await?;
        for (index, event) in self.record(&mut *tx, claimed).await? {
            current.store(index, Ordering::Relaxed);
            if let Err(error) = handler.handle(&event, &mut *tx).await {
                return failed(error);
            }
        }
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    async fn detached(
        &self,
        handler: &dyn DetachedHandler,
        claimed: &[Arc<Claimed>],
        current: &AtomicUsize,
    ) -> Result<Outcome, StoreError> {
        for (index, event) in self.retry(|| self.preview(claimed)).await? {
            current.store(index, Ordering::Relaxed);
            if let Err(error) = handler.handle(&event).await {
                return Ok(Outcome::Failed(error.to_string()));
            }
        }
        self.retry(|| self.finish(claimed)).await
    }

    /// What [`record`](Self::record) would record, rolled back.
    async fn preview(
        &self,
        claimed: &[Arc<Claimed>],
    ) -> Result<Vec<(usize, StoredEvent)>, StoreError> {
        let mut tx = self.begin().await?;
        self.record(&mut *tx, claimed).await
    }

    async fn finish(&self, claimed: &[Arc<Claimed>]) -> Result<Outcome, StoreError> {
        let mut tx = self.begin().await?;
        self.record(&mut *tx, claimed).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    /// Everything that is booked with the handler's statements. Returns the events whose effects the handler has to book, with
    /// their indices.
    async fn record(
        &self,
        tx: &mut dyn Transaction,
        claimed: &[Arc<Claimed>],
    ) -> Result<Vec<(usize, StoredEvent)>, StoreError> {
        let now = self.now();
        let owned = fence(tx, claimed).await?;
        let new = book(tx, &owned, now).await?;
        let stated: Vec<_> = owned
            .iter()
            .map(|(_, one)| (&one.stated, one.effect_key.as_str()))
            .collect();
        let merged = payments::merge(tx, &stated, now).await?;
        let mut events = Vec::with_capacity(owned.len());
        for ((index, one), merged) in owned.into_iter().zip(merged) {
            if new.contains(one.effect_key.as_str()) {
                self.note(tx, one, &merged, now).await?;
                events.push((index, event(one, merged)));
            }
        }
        let changed: Vec<_> = events.iter().map(|(_, event)| &event.after).collect();
        intent::confirm(tx, &changed, now).await?;
        Ok(events)
    }

    /// What a change of a payment causes besides the handler's statements.
    async fn note(
        &self,
        tx: &mut dyn Transaction,
        claimed: &Claimed,
        merged: &Merged,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if self.settings.outbox {
            add_to_outbox(tx, claimed, merged).await?;
        }
        if let Some(found) = Found::contested(&merged.after) {
            found.record(tx, now).await?;
        }
        Ok(())
    }
}

/// The events that no other worker has taken over, with their indices. It comes first, because it locks their rows.
async fn fence<'a>(
    tx: &mut dyn Transaction,
    claimed: &'a [Arc<Claimed>],
) -> Result<Vec<(usize, &'a Claimed)>, EngineError> {
    let sql = "UPDATE pay_deliveries SET state = 'done', problem = NULL
        WHERE effect_key = $1 AND attempts = $2 AND state = 'pending' RETURNING effect_key";
    let values = claimed
        .iter()
        .map(|one| vec![one.effect_key.as_str().into(), one.attempt.number.into()]);
    let owned = keys(tx, sql, values.collect()).await?;
    let all = claimed.iter().map(|one| &**one).enumerate();
    Ok(all
        .filter(|(_, one)| owned.contains(one.effect_key.as_str()))
        .collect())
}

/// Records the effect keys. Returns those that are new.
async fn book(
    tx: &mut dyn Transaction,
    owned: &[(usize, &Claimed)],
    now: Timestamp,
) -> Result<BTreeSet<String>, EngineError> {
    let sql = "INSERT INTO pay_effects (effect_key, applied_at) VALUES ($1, $2)
        ON CONFLICT (effect_key) DO NOTHING RETURNING effect_key";
    let values = owned
        .iter()
        .map(|(_, one)| vec![one.effect_key.as_str().into(), now.into()]);
    keys(tx, sql, values.collect()).await
}

/// The effect keys that a statement returns.
async fn keys(
    tx: &mut dyn Transaction,
    sql: &str,
    values: Vec<Vec<Value>>,
) -> Result<BTreeSet<String>, EngineError> {
    let rows = tx.query_each(sql, &values).await?;
    rows.iter()
        .map(|row| row.text(0).map(str::to_owned))
        .collect()
}

fn event(claimed: &Claimed, merged: Merged) -> StoredEvent {
    StoredEvent {
        effect_key: claimed.effect_key.clone(),
        gateway: claimed.gateway.clone(),
        received_at: claimed.received_at,
        attempt: u64::try_from(claimed.attempt.number).unwrap_or(0),
        body: claimed.body.clone(),
        event: claimed.event(),
        before: merged.before,
        after: merged.after,
        related: merged.related,
    }
}

/// A conflict in a statement of the handler is one of the transaction, which is repeated.
fn failed(error: BoxError) -> Result<Outcome, StoreError> {
    match error.downcast::<EngineError>() {
        Ok(error) if error.kind() == EngineErrorKind::Conflict => Err(StoreError::Engine(*error)),
        Ok(error) => Ok(Outcome::Failed(error.to_string())),
        Err(error) => Ok(Outcome::Failed(error.to_string())),
    }
}

async fn add_to_outbox(
    tx: &mut dyn Transaction,
    claimed: &Claimed,
    merged: &Merged,
) -> Result<(), StoreError> {
    #[derive(Serialize)]
    struct Payload<'a> {
        effect_key: &'a str,
        gateway: &'a str,
        payment: &'a payments_facade::Payment,
    }

    let key = claimed.effect_key.as_str();
    let payload = Payload {
        effect_key: key,
        gateway: claimed.gateway.as_str(),
        payment: &merged.after,
    };
    let sql = "INSERT INTO pay_outbox (id, aggregatetype, aggregateid, type, payload)
        VALUES ($1, 'payment', $2, 'payment.changed', $3) ON CONFLICT (id) DO NOTHING";
    let payload = document::write("outbox row", key, &payload)?;
    let values = [key.into(), merged.id.as_str().into(), payload.into()];
    tx.execute(sql, &values).await?;
    Ok(())
}
