//! An engine that breaks at a chosen point.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

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
///
/// A step has a name: `begin`, a statement such as `INSERT pay_effects`, `commit after INSERT pay_effects` and
/// `committed after INSERT pay_effects`, which is the moment before the caller learns of it.
#[derive(Clone, Debug)]
pub(crate) struct Breaking {
    inner: Arc<dyn Engine>,
    breaks: Break,
    /// Counts only the steps of this name.
    point: Option<String>,
    left: Arc<AtomicI64>,
    commits: Arc<AtomicI64>,
    steps: Arc<Mutex<BTreeMap<String, i64>>>,
}

impl Breaking {
    /// Breaks at the step of this number, from 1.
    pub(crate) fn new(inner: Arc<dyn Engine>, breaks: Break, step: i64) -> Self {
        Self {
            inner,
            breaks,
            point: None,
            left: Arc::new(AtomicI64::new(step)),
            commits: Arc::default(),
            steps: Arc::default(),
        }
    }

    /// Breaks when a step of this name is reached for this time, from 1.
    pub(crate) fn at(inner: Arc<dyn Engine>, breaks: Break, point: &str, time: i64) -> Self {
        let point = Some(point.to_owned());
        Self {
            point,
            ..Self::new(inner, breaks, time)
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

    /// How often each step was reached so far, by name.
    pub(crate) fn steps(&self) -> BTreeMap<String, i64> {
        self.steps.lock().unwrap().clone()
    }

    /// Whether the step was reached.
    pub(crate) fn has_broken(&self) -> bool {
        self.left.load(Ordering::SeqCst) <= 0
    }

    /// Whether this step is the one.
    fn is_next(&self, name: &str) -> bool {
        let mut steps = self.steps.lock().unwrap();
        *steps.entry(name.to_owned()).or_default() += 1;
        self.point.as_deref().is_none_or(|point| point == name)
            && self.left.fetch_sub(1, Ordering::SeqCst) == 1
    }

    /// Before a step.
    pub(crate) fn before(&self, name: &str) -> Result<(), EngineError> {
        if !self.is_next(name) {
            return Ok(());
        }
        match self.breaks {
            Break::Kill => kill(),
            Break::Fail(kind) => Err(EngineError::new(kind, "a broken step")),
            Break::DoneAndFail => Ok(()),
        }
    }

    /// After a commit.
    fn after(&self, name: &str) -> Result<(), EngineError> {
        match (self.is_next(name), self.breaks) {
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

/// What a statement does to which table.
fn name(sql: &str) -> String {
    let mut words = sql.split(|it: char| !it.is_alphanumeric() && it != '_');
    let verb = words.next().unwrap_or_default();
    let table = words.find(|word| word.starts_with("pay_") || word.starts_with("app_"));
    format!("{verb} {}", table.unwrap_or_default())
}

#[async_trait]
impl Engine for Breaking {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        self.before("begin")?;
        Ok(Box::new(BreakingTransaction {
            inner: self.inner.begin().await?,
            engine: self.clone(),
            latest: String::new(),
        }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct BreakingTransaction {
    inner: Box<dyn Transaction>,
    engine: Breaking,
    /// The latest statement that may have changed something.
    latest: String,
}

impl BreakingTransaction {
    fn before(&mut self, sql: &str) -> Result<(), EngineError> {
        let name = name(sql);
        self.engine.before(&name)?;
        if !name.starts_with("SELECT") {
            self.latest = name;
        }
        Ok(())
    }
}

#[async_trait]
impl Transaction for BreakingTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.before(sql)?;
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.before(sql)?;
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.before(sql)?;
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        let latest = &self.latest;
        self.engine.before(&format!("commit after {latest}"))?;
        self.inner.commit().await?;
        self.engine.commits.fetch_add(1, Ordering::SeqCst);
        self.engine.after(&format!("committed after {latest}"))
    }
}
