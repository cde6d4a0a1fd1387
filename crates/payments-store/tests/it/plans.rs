//! An engine that shows how SQLite executes chosen statements.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use payments_store::engine::{Dialect, Engine, EngineError, Row, Transaction, Value};

/// Records the plans of the queries that contain a text.
#[derive(Clone, Debug)]
pub(crate) struct Plans {
    inner: Arc<dyn Engine>,
    text: &'static str,
    steps: Arc<Mutex<Vec<String>>>,
}

impl Plans {
    pub(crate) fn of(inner: Arc<dyn Engine>, text: &'static str) -> Self {
        let steps = Arc::default();
        Self { inner, text, steps }
    }

    /// The steps of all plans so far.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.steps.lock().unwrap())
    }
}

#[async_trait]
impl Engine for Plans {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        let (inner, plans) = (self.inner.begin().await?, self.clone());
        Ok(Box::new(Planned { inner, plans }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct Planned {
    inner: Box<dyn Transaction>,
    plans: Plans,
}

#[async_trait]
impl Transaction for Planned {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        if sql.contains(self.plans.text) {
            let sql = format!("EXPLAIN QUERY PLAN {sql}");
            let steps = self.inner.query(&sql, values).await?;
            let steps = steps.iter().map(|row| row.text(3).unwrap().to_owned());
            self.plans.steps.lock().unwrap().extend(steps);
        }
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.inner.commit().await
    }
}
