//! An engine between whose statements others change something.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_store::engine::{Dialect, Engine, EngineError, Row, Transaction, Value};

type Change = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Lets a change happen before the first statement that begins with a text.
#[derive(Clone)]
pub(crate) struct Between {
    inner: Arc<dyn Engine>,
    statement: &'static str,
    change: Arc<Mutex<Option<Change>>>,
}

impl Between {
    pub(crate) fn new(
        inner: &Arc<dyn Engine>,
        statement: &'static str,
        change: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self {
            inner: Arc::clone(inner),
            statement,
            change: Arc::new(Mutex::new(Some(Box::pin(change)))),
        }
    }

    /// Whether the change has happened.
    pub(crate) fn has_changed(&self) -> bool {
        self.change.lock().unwrap().is_none()
    }

    async fn before(&self, sql: &str) {
        if !sql.starts_with(self.statement) {
            return;
        }
        let change = self.change.lock().unwrap().take();
        if let Some(change) = change {
            change.await;
        }
    }
}

impl std::fmt::Debug for Between {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Between").finish_non_exhaustive()
    }
}

#[async_trait]
impl Engine for Between {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        let (inner, engine) = (self.inner.begin().await?, self.clone());
        Ok(Box::new(BetweenTransaction { inner, engine }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct BetweenTransaction {
    inner: Box<dyn Transaction>,
    engine: Between,
}

#[async_trait]
impl Transaction for BetweenTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.engine.before(sql).await;
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.engine.before(sql).await;
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.engine.before(sql).await;
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.inner.commit().await
    }
}
