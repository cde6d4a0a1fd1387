//! An engine that can be stopped in the middle of a step, and that counts conflicts.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use async_trait::async_trait;
use payments_store::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Row, Transaction, Value,
};
use tokio::sync::Notify;

/// Watches the steps of all its transactions: their beginnings, statements and commits.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    inner: Arc<dyn Engine>,
    left: Arc<AtomicI64>,
    /// How the statement begins before which it stops.
    statement: Arc<Mutex<Option<&'static str>>>,
    reached: Arc<Notify>,
    released: Arc<Notify>,
    conflicts: Arc<AtomicUsize>,
}

impl Watched {
    /// Stops at no step until one is [chosen](Self::stop_at).
    pub(crate) fn new(inner: Arc<dyn Engine>) -> Self {
        Self {
            inner,
            left: Arc::new(AtomicI64::new(i64::MAX)),
            statement: Arc::default(),
            reached: Arc::default(),
            released: Arc::default(),
            conflicts: Arc::default(),
        }
    }

    /// Stops at the step of this number, from 1, when it is under way.
    pub(crate) fn stop_at(&self, step: i64) {
        self.left.store(step, Ordering::SeqCst);
    }

    /// Stops once, before the first statement that begins like this.
    pub(crate) fn stop_before(&self, statement: &'static str) {
        *self.statement.lock().unwrap() = Some(statement);
    }

    /// Ready when the step is under way, or the statement is next.
    pub(crate) async fn stopped(&self) {
        self.reached.notified().await;
    }

    /// Lets the step go on, if its future was not dropped.
    pub(crate) fn release(&self) {
        self.released.notify_one();
    }

    /// How many steps failed because another transaction was in the way.
    pub(crate) fn conflicts(&self) -> usize {
        self.conflicts.load(Ordering::SeqCst)
    }

    async fn statement<T>(
        &self,
        sql: &str,
        work: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let stops = |statement: &mut &'static str| sql.starts_with(*statement);
        let stopped = self.statement.lock().unwrap().take_if(stops);
        if stopped.is_some() {
            self.reached.notify_one();
            self.released.notified().await;
        }
        self.step(work).await
    }

    async fn step<T>(
        &self,
        work: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let mut work = pin!(work);
        let mut result = None;
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            result = poll_once(work.as_mut()).await;
            self.reached.notify_one();
            self.released.notified().await;
        }
        let result = match result {
            Some(result) => result,
            None => work.await,
        };
        if let Err(error) = &result
            && error.kind() == EngineErrorKind::Conflict
        {
            self.conflicts.fetch_add(1, Ordering::SeqCst);
        }
        result
    }
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

#[async_trait]
impl Engine for Watched {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        let inner = self.step(self.inner.begin()).await?;
        let engine = self.clone();
        Ok(Box::new(WatchedTransaction { inner, engine }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct WatchedTransaction {
    inner: Box<dyn Transaction>,
    engine: Watched,
}

#[async_trait]
impl Transaction for WatchedTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.engine
            .statement(sql, self.inner.execute(sql, values))
            .await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.engine
            .statement(sql, self.inner.query(sql, values))
            .await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.engine
            .statement(sql, self.inner.query_each(sql, values))
            .await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        let Self { inner, engine } = *self;
        engine.step(inner.commit()).await
    }
}
