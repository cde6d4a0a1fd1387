//! Reads what was received.

use payments_facade::webhook::EffectKey;

use super::delivery::{COLUMNS, Delivery, DeliveryContent, DeliveryState, delivery};
use crate::document;
use crate::engine::{Row, Value};
use crate::error::StoreError;
use crate::listed::{Listed, listed};
use crate::store::Store;

impl Store {
    /// What was received, the latest first, at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`], also if one of them cannot be read: [`list_deliveries`](Self::list_deliveries) returns the others.
    pub async fn deliveries(&self, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let rows = self.rows(None, limit).await?;
        rows.iter().map(delivery).collect()
    }

    /// As [`deliveries`](Self::deliveries), those in this state.
    ///
    /// # Errors
    /// As there.
    pub async fn deliveries_in(
        &self,
        state: DeliveryState,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = self.rows(Some(state), limit).await?;
        rows.iter().map(delivery).collect()
    }

    /// As [`deliveries`](Self::deliveries), those in this state or in any. One that cannot be read is in the list as well, with its
    /// key and the reason.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_deliveries(
        &self,
        state: Option<DeliveryState>,
        limit: u32,
    ) -> Result<Vec<Listed<Delivery>>, StoreError> {
        let rows = self.rows(state, limit).await?;
        Ok(listed(&rows, delivery, |row| Ok(row.text(0)?.to_owned())))
    }

    async fn rows(&self, state: Option<DeliveryState>, limit: u32) -> Result<Vec<Row>, StoreError> {
        // Not as a value, so that the partial index of the state is used.
        let condition = state.map(|state| format!("WHERE state = '{}'", state.as_str()));
        let sql = format!(
            "SELECT {COLUMNS} FROM pay_deliveries {}
            ORDER BY received_at DESC, effect_key DESC LIMIT $1",
            condition.unwrap_or_default()
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
        found.first().map(delivery).transpose()
    }

    async fn read(&self, sql: &str, value: Value) -> Result<Vec<Row>, StoreError> {
        let mut tx = self.begin().await?;
        Ok(tx.query(sql, &[value]).await?)
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
