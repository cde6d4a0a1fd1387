//! Reads what was received.

use payments_facade::webhook::EffectKey;

use super::delivery::{COLUMNS, Delivery, DeliveryContent, DeliveryState, delivery};
use crate::document;
use crate::engine::Value;
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// What was received, the latest first, at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliveries(&self, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pay_deliveries ORDER BY received_at DESC, effect_key DESC LIMIT $1"
        );
        self.retry(|| self.read(&sql, i64::from(limit).into()))
            .await
    }

    /// As [`deliveries`](Self::deliveries), those in this state.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliveries_in(
        &self,
        state: DeliveryState,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        // Not as a value, so that the partial index of the state is used.
        let state = state.as_str();
        let sql = format!(
            "SELECT {COLUMNS} FROM pay_deliveries WHERE state = '{state}'
            ORDER BY received_at DESC, effect_key DESC LIMIT $1"
        );
        self.retry(|| self.read(&sql, i64::from(limit).into()))
            .await
    }

    /// The delivery of this effect key, with its attempts and why the latest one failed. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delivery(&self, key: &EffectKey) -> Result<Option<Delivery>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM pay_deliveries WHERE effect_key = $1");
        let found = self.retry(|| self.read(&sql, key.as_str().into())).await?;
        Ok(found.into_iter().next())
    }

    async fn read(&self, sql: &str, value: Value) -> Result<Vec<Delivery>, StoreError> {
        let mut tx = self.begin().await?;
        let rows = tx.query(sql, &[value]).await?;
        rows.iter().map(delivery).collect()
    }

    /// What was received with the event of this effect key. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delivery_content(
        &self,
        key: &EffectKey,
    ) -> Result<Option<DeliveryContent>, StoreError> {
        self.retry(|| self.read_content(key)).await
    }

    async fn read_content(&self, key: &EffectKey) -> Result<Option<DeliveryContent>, StoreError> {
        let sql = "SELECT source, body, event FROM pay_deliveries WHERE effect_key = $1";
        let mut tx = self.begin().await?;
        let rows = tx.query(sql, &[key.as_str().into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        Ok(Some(DeliveryContent {
            source: row.text(0)?.to_owned(),
            body: row.bytes(1)?.clone(),
            stated: document::read("event", key.as_str(), row.text(2)?).ok(),
        }))
    }
}
