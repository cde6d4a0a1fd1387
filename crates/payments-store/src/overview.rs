//! How much waits, and what needs a person.

use std::collections::BTreeMap;

use payments_core::Timestamp;

use crate::engine::{EngineError, EngineErrorKind, Row, Transaction};
use crate::error::StoreError;
use crate::intent::IntentState;
use crate::schema;
use crate::store::Store;

/// How much waits in the database, and what needs a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Overview {
    /// Events that wait for a handler, or have one.
    pub pending: u64,
    /// When the oldest of them was received. `None` if there is no such event.
    pub oldest_pending: Option<Timestamp>,
    /// Events that are not handled any more.
    pub dead: u64,
    /// Calls that have not ended, by their state. A state without calls is left out.
    pub open_intents: BTreeMap<IntentState, u64>,
    /// Findings that are not resolved.
    pub findings: u64,
}

impl Store {
    /// Counts what waits. It is fast however much was handled. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn overview(&self) -> Result<Overview, StoreError> {
        self.retry(|| self.read_overview()).await
    }

    async fn read_overview(&self) -> Result<Overview, StoreError> {
        let mut tx = self.begin().await?;
        // Each condition is that of a partial index.
        let sql = "SELECT COUNT(*), MIN(received_at) FROM pay_deliveries WHERE state = 'pending'";
        let pending = row(&mut *tx, sql).await?;
        let count = count_of(&pending, 0)?;
        let oldest_pending = match count {
            0 => None,
            _ => Some(pending.time(1)?),
        };
        let sql = "SELECT COUNT(*) FROM pay_deliveries WHERE state = 'dead'";
        let dead = count_of(&row(&mut *tx, sql).await?, 0)?;
        // A call that did not record its result in time is unknown.
        let sql = "SELECT CASE WHEN state = 'sending' AND ends_at <= $1 THEN 'unknown' ELSE state END, COUNT(*)
            FROM pay_intents WHERE state NOT IN ('applied', 'not_applied') GROUP BY 1";
        let rows = tx.query(sql, &[self.now().into()]).await?;
        let open_intents = rows
            .iter()
            .map(|row| Ok((IntentState::read(row.text(0)?, "")?, count_of(row, 1)?)))
            .collect::<Result<_, StoreError>>()?;
        let findings = row(
            &mut *tx,
            "SELECT COUNT(*) FROM pay_findings WHERE resolved_at IS NULL",
        )
        .await?;
        Ok(Overview {
            pending: count,
            oldest_pending,
            dead,
            open_intents,
            findings: count_of(&findings, 0)?,
        })
    }

    /// Checks that the database can be used: it answers, and has the tables of this release. Effect: read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self) -> Result<(), StoreError> {
        schema::check(&*self.engine).await
    }
}

async fn row(tx: &mut dyn Transaction, sql: &str) -> Result<Row, EngineError> {
    let mut rows = tx.query(sql, &[]).await?;
    rows.pop()
        .ok_or_else(|| EngineError::new(EngineErrorKind::Statement, "a count returned no row"))
}

fn count_of(row: &Row, column: usize) -> Result<u64, EngineError> {
    Ok(u64::try_from(row.integer(column)?).unwrap_or(0))
}
