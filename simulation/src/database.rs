//! The database as one life of the merchant's process sees it: steps fail, answers are lost, and the process dies at any step.

use std::sync::Arc;

use async_trait::async_trait;
use payments_store::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Row, Transaction, Value,
};

use crate::chance::Chance;
use crate::life::Life;

/// What can go wrong before something is done, and after it.
const BEFORE: &[EngineErrorKind] = &[EngineErrorKind::Conflict, EngineErrorKind::Unavailable];
const AFTER: &[EngineErrorKind] = &[EngineErrorKind::Unavailable];

/// What goes wrong at the database of a life that is not calm.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// A step fails once in so many times.
    pub step_fails_once_in: u64,
    /// A commit is acknowledged and forgotten once in so many times, which no database may do: a defect.
    pub forgets_commit_once_in: Option<u64>,
    /// Other tasks get their turn before a step, fewer times than this.
    pub turns_of_others: u64,
}

/// An engine between which and its caller things go wrong.
#[derive(Clone, Debug)]
pub struct Database {
    inner: Arc<dyn Engine>,
    life: Arc<Life>,
    chance: Chance,
    faults: Faults,
}

impl Database {
    /// `inner` as this life sees it.
    #[must_use]
    pub fn new(inner: Arc<dyn Engine>, life: Arc<Life>, chance: Chance, faults: Faults) -> Self {
        Self {
            inner,
            life,
            chance,
            faults,
        }
    }

    /// A step that may fail in one of these ways.
    async fn step(&self, ways: &[EngineErrorKind]) -> Result<(), EngineError> {
        if self.faults.turns_of_others > 0 {
            for _ in 0..self.chance.below(self.faults.turns_of_others) {
                tokio::task::yield_now().await;
            }
        }
        if !self.life.step() {
            return Err(failure(EngineErrorKind::Unavailable));
        }
        if !self.life.is_calm() && self.chance.one_in(self.faults.step_fails_once_in) {
            return Err(failure(self.chance.pick(ways)));
        }
        Ok(())
    }

    fn forgets_commit(&self) -> bool {
        let once_in = self.faults.forgets_commit_once_in;
        once_in.is_some_and(|count| self.chance.one_in(count))
    }
}

fn failure(kind: EngineErrorKind) -> EngineError {
    EngineError::new(kind, "a simulated fault")
}

#[async_trait]
impl Engine for Database {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        self.step(BEFORE).await?;
        Ok(Box::new(SimulatedTransaction {
            inner: self.inner.begin().await?,
            database: self.clone(),
        }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct SimulatedTransaction {
    inner: Box<dyn Transaction>,
    database: Database,
}

#[async_trait]
impl Transaction for SimulatedTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.database.step(BEFORE).await?;
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.database.step(BEFORE).await?;
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.database.step(BEFORE).await?;
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.database.step(BEFORE).await?;
        if self.database.forgets_commit() {
            return Ok(());
        }
        self.inner.commit().await?;
        // The process may die, or the answer may be lost, when the commit is done.
        self.database.step(AFTER).await
    }
}
