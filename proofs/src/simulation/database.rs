//! The database as one life of the merchant's process sees it: steps fail, answers are lost, and the process dies at any step.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use payments_store::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Row, Transaction, Value,
};
use tokio::sync::Notify;

use super::chance::Chance;
use super::defect::Defect;

/// A life of the merchant's process.
#[derive(Debug)]
pub(super) struct Life {
    is_over: AtomicBool,
    /// The steps of the database that it lives to see.
    steps: AtomicU64,
    end: Notify,
    /// Whether the database works without faults.
    pub(super) is_calm: bool,
}

impl Life {
    pub(super) fn of(steps: u64, is_calm: bool) -> Self {
        Self {
            is_over: AtomicBool::new(false),
            steps: AtomicU64::new(steps),
            end: Notify::new(),
            is_calm,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Ready at its end.
    pub(super) async fn end(&self) {
        self.end.notified().await;
    }

    pub(super) fn kill(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.end.notify_one();
    }

    fn step(&self) -> Result<(), EngineError> {
        if self.steps.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.kill();
        }
        match self.is_over() {
            true => Err(failure(EngineErrorKind::Unavailable)),
            false => Ok(()),
        }
    }
}

/// What can go wrong before something is done, and after it.
const BEFORE: &[EngineErrorKind] = &[EngineErrorKind::Conflict, EngineErrorKind::Unavailable];
const AFTER: &[EngineErrorKind] = &[EngineErrorKind::Unavailable];

fn failure(kind: EngineErrorKind) -> EngineError {
    EngineError::new(kind, "a simulated fault")
}

#[derive(Clone, Debug)]
pub(super) struct Database {
    pub(super) inner: Arc<dyn Engine>,
    pub(super) life: Arc<Life>,
    pub(super) chance: Chance,
    pub(super) defect: Defect,
}

impl Database {
    /// A step that may fail in one of these ways.
    fn step(&self, faults: &[EngineErrorKind]) -> Result<(), EngineError> {
        self.life.step()?;
        if !self.life.is_calm && self.chance.one_in(200) {
            return Err(failure(self.chance.pick(faults)));
        }
        Ok(())
    }
}

#[async_trait]
impl Engine for Database {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        self.step(BEFORE)?;
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
        self.database.step(BEFORE)?;
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.database.step(BEFORE)?;
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.database.step(BEFORE)?;
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.database.step(BEFORE)?;
        if self.database.defect == Defect::LosesCommits && self.database.chance.one_in(4) {
            return Ok(());
        }
        self.inner.commit().await?;
        // The process may die, or the answer may be lost, when the commit is done.
        self.database.step(AFTER)
    }
}
