//! Lists of intents.

use super::{COLUMNS, Intent, IntentState, intent};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// The calls whose outcome a person or the provider has yet to decide: being sent, unknown or found, those due first,
    /// at most `limit` of them. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
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
    /// [`StoreError`].
    pub async fn intents(
        &self,
        states: &[IntentState],
        limit: u32,
    ) -> Result<Vec<Intent>, StoreError> {
        if states.is_empty() {
            return Ok(Vec::new());
        }
        self.retry(|| self.read_intents(states, limit)).await
    }

    async fn read_intents(
        &self,
        states: &[IntentState],
        limit: u32,
    ) -> Result<Vec<Intent>, StoreError> {
        let names: Vec<String> = states
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        let sql = format!(
            "SELECT {COLUMNS} FROM pay_intents
            WHERE CASE WHEN state = 'sending' AND ends_at <= $1 THEN 'unknown' ELSE state END IN ({})
            ORDER BY due_at, reference, call LIMIT $2",
            names.join(", ")
        );
        let now = self.now();
        let mut tx = self.begin().await?;
        let rows = tx
            .query(&sql, &[now.into(), i64::from(limit).into()])
            .await?;
        rows.iter().map(|row| intent(row, now)).collect()
    }
}
