//! An engine that breaks at a chosen point.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use payments_store::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Row, Transaction, Value,
};

/// What happens at the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// The process is killed.
    Kill,
    /// The step fails with this kind of error, and is not done.
    Fail(EngineErrorKind),
    /// The step is done, and fails nevertheless, as when a connection breaks while the answer is under way.
    DoneAndFail,
}

/// Counts the steps of all its transactions, and breaks one of them.
#[derive(Clone, Debug)]
pub(crate) struct Breaking {
    inner: Arc<dyn Engine>,
    breaks: Break,
    left: Arc<AtomicI64>,
    commits: Arc<AtomicI64>,
}

impl Breaking {
    /// Breaks at the step of this number, from 1: the begin of a transaction, a statement, a commit, and the end of a commit.
    pub(crate) fn new(inner: Arc<dyn Engine>, breaks: Break, step: i64) -> Self {
        let (left, commits) = (Arc::new(AtomicI64::new(step)), Arc::default());
        Self {
            inner,
            breaks,
            left,
            commits,
        }
    }

    /// Breaks nothing.
    pub(crate) fn counting(inner: Arc<dyn Engine>) -> Self {
        Self::new(inner, Break::DoneAndFail, i64::MAX)
    }

    /// How many transactions were committed.
    pub(crate) fn commits(&self) -> i64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// Whether the step was reached.
    pub(crate) fn has_broken(&self) -> bool {
        self.left.load(Ordering::SeqCst) <= 0
    }

    /// Whether this step is the one.
    fn is_next(&self) -> bool {
        self.left.fetch_sub(1, Ordering::SeqCst) == 1
    }

    /// Before a step.
    fn before(&self) -> Result<(), EngineError> {
        if !self.is_next() {
            return Ok(());
        }
        match self.breaks {
            Break::Kill => kill(),
            Break::Fail(kind) => Err(EngineError::new(kind, "a broken step")),
            Break::DoneAndFail => Ok(()),
        }
    }

    /// After a commit.
    fn after(&self) -> Result<(), EngineError> {
        match (self.is_next(), self.breaks) {
            (true, Break::Kill) => kill(),
            (true, Break::DoneAndFail) => {
                let kind = EngineErrorKind::Unavailable;
                Err(EngineError::new(kind, "the answer was lost"))
            }
            _ => Ok(()),
        }
    }
}

/// As `kill -9`: nothing of this process runs any more.
fn kill() -> ! {
    let id = std::process::id().to_string();
    let _ = Command::new("kill").args(["-9", &id]).status();
    std::process::abort()
}

#[async_trait]
impl Engine for Breaking {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        self.before()?;
        let inner = self.inner.begin().await?;
        let engine = self.clone();
        Ok(Box::new(BreakingTransaction { inner, engine }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct BreakingTransaction {
    inner: Box<dyn Transaction>,
    engine: Breaking,
}

#[async_trait]
impl Transaction for BreakingTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.engine.before()?;
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.engine.before()?;
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.engine.before()?;
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.engine.before()?;
        self.inner.commit().await?;
        self.engine.commits.fetch_add(1, Ordering::SeqCst);
        self.engine.after()
    }
}
