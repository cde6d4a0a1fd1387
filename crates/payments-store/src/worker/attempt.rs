//! One attempt to handle an event.

use std::sync::Arc;

use payments_core::BoxError;
use serde::Serialize;

use super::claim::Claimed;
use crate::document;
use crate::engine::{EngineError, EngineErrorKind, Transaction};
use crate::error::StoreError;
use crate::event::{DetachedHandler, Handler, StoredEvent};
use crate::intent;
use crate::payments::{self, Merged};
use crate::reconcile::check;
use crate::retry::retry;
use crate::store::Store;

/// Where the handler books.
#[derive(Clone)]
pub(super) enum Mode {
    /// In the store's transaction.
    Attached(Arc<dyn Handler>),
    /// Elsewhere.
    Detached(Arc<dyn DetachedHandler>),
}

/// The end of an attempt.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The effect is booked, now or before.
    Booked,
    /// Another worker has taken over, so nothing was booked.
    LeaseLost,
    /// The handler failed.
    Failed(String),
}

/// What was recorded of an event, in a transaction that is still open.
enum Recorded {
    /// The handler has to book its effect.
    New(Box<StoredEvent>),
    /// Its effect is booked already.
    Known,
    /// Another worker has the event.
    LeaseLost,
}

impl Store {
    pub(super) async fn handle(
        &self,
        mode: &Mode,
        claimed: &Claimed,
    ) -> Result<Outcome, StoreError> {
        match mode {
            Mode::Attached(handler) => retry(|| self.attached(&**handler, claimed)).await,
            Mode::Detached(handler) => self.detached(&**handler, claimed).await,
        }
    }

    async fn attached(
        &self,
        handler: &dyn Handler,
        claimed: &Claimed,
    ) -> Result<Outcome, StoreError> {
        let mut tx = self.begin().await?;
        match self.record(&mut *tx, claimed).await? {
            Recorded::LeaseLost => return Ok(Outcome::LeaseLost),
            Recorded::Known => {}
            Recorded::New(event) => {
                if let Err(error) = handler.handle(&event, &mut *tx).await {
                    return failed(error);
                }
            }
        }
        tx.commit().await?;
        Ok(Outcome::Booked)
    }

    async fn detached(
        &self,
        handler: &dyn DetachedHandler,
        claimed: &Claimed,
    ) -> Result<Outcome, StoreError> {
        let event = match retry(|| self.preview(claimed)).await? {
            Recorded::LeaseLost => return Ok(Outcome::LeaseLost),
            Recorded::Known => None,
            Recorded::New(event) => Some(event),
        };
        if let Some(event) = event
            && let Err(error) = handler.handle(&event).await
        {
            return Ok(Outcome::Failed(error.to_string()));
        }
        retry(|| self.finish(claimed)).await
    }

    /// What [`record`](Self::record) would record, rolled back.
    async fn preview(&self, claimed: &Claimed) -> Result<Recorded, StoreError> {
        let mut tx = self.begin().await?;
        self.record(&mut *tx, claimed).await
    }

    async fn finish(&self, claimed: &Claimed) -> Result<Outcome, StoreError> {
        let mut tx = self.begin().await?;
        if let Recorded::LeaseLost = self.record(&mut *tx, claimed).await? {
            return Ok(Outcome::LeaseLost);
        }
        tx.commit().await?;
        Ok(Outcome::Booked)
    }

    /// Everything that is booked with the handler's statements. The fence comes first: it locks the row.
    async fn record(
        &self,
        tx: &mut dyn Transaction,
        claimed: &Claimed,
    ) -> Result<Recorded, StoreError> {
        let (key, now) = (claimed.effect_key.as_str(), self.now());
        let sql = "UPDATE pay_deliveries SET state = 'done', problem = NULL
            WHERE effect_key = $1 AND attempts = $2 AND state = 'pending'";
        if tx
            .execute(sql, &[key.into(), claimed.attempt.number.into()])
            .await?
            == 0
        {
            return Ok(Recorded::LeaseLost);
        }
        let sql = "INSERT INTO pay_effects (effect_key, applied_at) VALUES ($1, $2)
            ON CONFLICT (effect_key) DO NOTHING";
        let is_new = tx.execute(sql, &[key.into(), now.into()]).await? > 0;
        let merged = payments::merge(tx, &claimed.stated, key, now).await?;
        if !is_new {
            return Ok(Recorded::Known);
        }
        intent::confirm(tx, &merged.after, now).await?;
        if self.settings.outbox {
            add_to_outbox(tx, claimed, &merged).await?;
        }
        if let Some(found) = check::contested(&merged.after) {
            found.record(tx, now).await?;
        }
        Ok(Recorded::New(Box::new(StoredEvent {
            effect_key: claimed.effect_key.clone(),
            gateway: claimed.gateway.clone(),
            received_at: claimed.received_at,
            attempt: u64::try_from(claimed.attempt.number).unwrap_or(0),
            body: claimed.body.clone(),
            event: claimed.event(),
            before: merged.before,
            after: merged.after,
            related: merged.related,
        })))
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
