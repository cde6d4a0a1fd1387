//! Dead events: a person lets them be handled again, or ends them.

use payments_core::InvalidRequest;
use payments_facade::webhook::EffectKey;

use super::delivery::{Delivery, DeliveryState, Discarded};
use crate::decision;
use crate::document;
use crate::error::StoreError;
use crate::store::Store;

/// Why an event was not discarded. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscardError {
    /// The name or the reason is empty.
    #[error("nothing was changed: {0}")]
    Invalid(InvalidRequest),
    /// There is no such event.
    #[error("there is no event with the effect key {}", .0.as_str())]
    NotKnown(EffectKey),
    /// It is not dead: only an event that nothing handles any more can be discarded.
    #[error(
        "nothing was changed: the event {} is not dead but {}",
        .0.effect_key.as_str(),
        .0.state.as_str()
    )]
    NotDead(Box<Delivery>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Lets a dead event be handled again, as often as a new one. Returns whether there was a dead event with this key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revive(&self, key: &EffectKey) -> Result<bool, StoreError> {
        let is_revived = self.retry(|| self.revive_once(key)).await?;
        self.arrived.notify_waiters();
        Ok(is_revived)
    }

    async fn revive_once(&self, key: &EffectKey) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let sql = "UPDATE pay_deliveries SET state = 'pending', uncounted = attempts, due_at = $2
            WHERE effect_key = $1 AND state = 'dead'";
        let values = [key.as_str().into(), self.now().into()];
        let changed = tx.execute(sql, &values).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }

    /// Ends a dead event by the decision of a person, with the name and the reason, which stay on record. Its effect is never
    /// booked, also if its webhook arrives again, and nothing of it is merged into a payment, unless a query of the provider
    /// states the same. It cannot be revived.
    ///
    /// # Errors
    /// [`DiscardError`].
    pub async fn discard(
        &self,
        key: &EffectKey,
        by: &str,
        because: &str,
    ) -> Result<Delivery, DiscardError> {
        decision::check(by, because).map_err(DiscardError::Invalid)?;
        let record = Discarded {
            by: by.to_owned(),
            because: because.to_owned(),
            at_ms: self.now().as_millis(),
        };
        let is_discarded = self.retry(|| self.discard_once(key, &record)).await?;
        match self.delivery(key).await? {
            Some(delivery) if is_discarded => Ok(delivery),
            Some(delivery) => Err(DiscardError::NotDead(Box::new(delivery))),
            None => Err(DiscardError::NotKnown(key.clone())),
        }
    }

    async fn discard_once(&self, key: &EffectKey, record: &Discarded) -> Result<bool, StoreError> {
        let sql = "UPDATE pay_deliveries SET state = $2, discarded = $3
            WHERE effect_key = $1 AND state = 'dead'";
        let values = [
            key.as_str().into(),
            DeliveryState::Discarded.as_str().into(),
            document::write("record of delivery", key.as_str(), record)?.into(),
        ];
        let mut tx = self.begin().await?;
        let changed = tx.execute(sql, &values).await?;
        tx.commit().await?;
        Ok(changed > 0)
    }
}
