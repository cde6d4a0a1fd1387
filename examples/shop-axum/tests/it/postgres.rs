//! The same shop over PostgreSQL, where several transactions write at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use payments_sandbox::Sandbox;
use payments_store::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Postgres, Row, Transaction, Value,
};
use tokio::sync::Notify;

use crate::cluster;
use crate::page::free_address;
use crate::shop::Running;

/// PostgreSQL, where the first order that takes a key keeps its transaction open until another order waits for this key.
#[derive(Clone, Debug)]
struct Contended(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: Postgres,
    is_taken: AtomicBool,
    taken: Notify,
}

struct ContendedTransaction {
    real: Box<dyn Transaction>,
    engine: Contended,
}

#[async_trait]
impl Engine for Contended {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        Ok(Box::new(ContendedTransaction {
            real: self.0.server.begin().await?,
            engine: self.clone(),
        }))
    }

    fn dialect(&self) -> Dialect {
        self.0.server.dialect()
    }
}

impl Inner {
    async fn another_waits(&self) -> Result<(), EngineError> {
        // Less than the lease of an event.
        for _ in 0..5_000 {
            let sql = "SELECT 1 FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE licences%'";
            if !self.server.begin().await?.query(sql, &[]).await?.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let problem = "no other order has asked for the key";
        Err(EngineError::new(EngineErrorKind::Statement, problem))
    }
}

#[async_trait]
impl Transaction for ContendedTransaction {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        let changed = self.real.execute(sql, values).await?;
        let inner = &self.engine.0;
        if sql.starts_with("UPDATE licences") && !inner.is_taken.swap(true, Ordering::SeqCst) {
            inner.taken.notify_one();
            inner.another_waits().await?;
        }
        Ok(changed)
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.real.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.real.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.real.commit().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_that_take_a_key_at_the_same_time_get_two_keys() {
    let Some(database) = cluster::new_url().await else {
        return;
    };
    let engine = Contended(Arc::new(Inner {
        server: Postgres::connect(&database).await.unwrap(),
        is_taken: AtomicBool::new(false),
        taken: Notify::new(),
    }));
    let sandbox = Sandbox::builder().start().await.unwrap();
    let database = Arc::new(engine.clone());
    let mut shop = Running::start(&sandbox, database, &free_address()).await;
    shop.work();
    let (first, second) = (shop.order(&sandbox).await, shop.order(&sandbox).await);
    sandbox.pay(&first, None).await.unwrap();
    engine.0.taken.notified().await;
    sandbox.pay(&second, None).await.unwrap();

    let delivered = [shop.delivered(&first).await, shop.delivered(&second).await];
    for key in ["KEY-1", "KEY-2"] {
        let count = delivered.iter().filter(|page| page.contains(key)).count();
        assert_eq!(count, 1, "{key}: {delivered:?}");
    }
    shop.kill().await;
}
