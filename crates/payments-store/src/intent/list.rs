//! Lists of intents.

use payments_core::Timestamp;

use super::{COLUMNS, Intent, IntentState, intent};
use crate::engine::Row;
use crate::error::StoreError;
use crate::listed::{Listed, listed};
use crate::store::Store;

impl Store {
    /// The calls whose outcome a person or the provider has yet to decide: being sent, unknown or found, those due first,
    /// at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// As [`intents`](Self::intents).
    pub async fn open_intents(&self, limit: u32) -> Result<Vec<Intent>, StoreError> {
        let open = [
            IntentState::Sending,
            IntentState::Unknown,
            IntentState::Found,
        ];
        self.intents(&open, limit).await
    }

    /// The calls in any of these states, those due first, at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`], also if one of them cannot be read: [`list_intents`](Self::list_intents) returns the others.
    pub async fn intents(
        &self,
        states: &[IntentState],
        limit: u32,
    ) -> Result<Vec<Intent>, StoreError> {
        let now = self.now();
        let rows = self.retry(|| self.read_intents(states, limit, now)).await?;
        rows.iter().map(|row| intent(row, now)).collect()
    }

    /// As [`intents`](Self::intents). One that cannot be read is in the list as well, with its call, its reference and the reason.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_intents(
        &self,
        states: &[IntentState],
        limit: u32,
    ) -> Result<Vec<Listed<Intent>>, StoreError> {
        let now = self.now();
        let rows = self.retry(|| self.read_intents(states, limit, now)).await?;
        let key = |row: &Row| Ok(format!("{} {}", row.text(9)?, row.text(0)?));
        Ok(listed(&rows, |row| intent(row, now), key))
    }

    /// The last column is the call.
    async fn read_intents(
        &self,
        states: &[IntentState],
        limit: u32,
        now: Timestamp,
    ) -> Result<Vec<Row>, StoreError> {
        if states.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = states
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        // Of all the calls ever made only few are open, and these have an index.
        let open = match states.iter().any(|state| state.is_final()) {
            true => "",
            false => "state NOT IN ('applied', 'not_applied') AND",
        };
        let sql = format!(
            "SELECT {COLUMNS}, call FROM pay_intents
            WHERE {open} CASE WHEN state = 'sending' AND ends_at <= $1 THEN 'unknown' ELSE state END IN ({})
            ORDER BY due_at, reference, call LIMIT $2",
            names.join(", ")
        );
        let values = [now.into(), i64::from(limit).into()];
        let mut tx = self.begin().await?;
        Ok(tx.query(&sql, &values).await?)
    }
}
