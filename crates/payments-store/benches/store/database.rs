//! Databases to measure, and what is done with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use payments_core::{BoxError, Clock as _};
use payments_facade::Money;
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_store::engine::{Engine, Postgres, Sqlite, Transaction};
use payments_store::{Handler, Settings, Store, StoredEvent, schema};
use payments_testkit::{FakeGateway, FakeWebhook};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::cluster;

/// An engine with the tables, and what it needs to live.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) name: &'static str,
    pub(crate) engine: Arc<dyn Engine>,
    /// For further connections to PostgreSQL.
    pub(crate) url: Option<String>,
    _folder: Option<TempDir>,
}

impl Database {
    pub(crate) async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let engine = Sqlite::open(folder.path().join("payments.db")).unwrap();
        let database = Self {
            name: "SQLite",
            engine: Arc::new(engine),
            url: None,
            _folder: Some(folder),
        };
        database.prepare().await
    }

    /// `None` if it is not installed.
    pub(crate) async fn postgres() -> Option<Self> {
        let url = cluster::new_url().await?;
        let database = Self {
            name: "PostgreSQL",
            engine: Arc::new(Postgres::connect(&url).await.unwrap()),
            url: Some(url),
            _folder: None,
        };
        Some(database.prepare().await)
    }

    async fn prepare(self) -> Self {
        let now = SystemClock::new().now();
        schema::migrate(&*self.engine, now).await.unwrap();
        self.change("CREATE TABLE app_effects (effect_key TEXT NOT NULL)")
            .await;
        self
    }

    pub(crate) async fn change(&self, sql: &str) {
        let mut tx = self.engine.begin().await.unwrap();
        tx.execute(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A store that handles up to so many events in one transaction.
    pub(crate) async fn store(&self, batch: usize) -> Store {
        let mut settings = Settings::default();
        settings.batch = batch;
        settings.poll = Duration::from_millis(50);
        let clock = Arc::new(SystemClock::new());
        let store = Store::open_with(
            Arc::clone(&self.engine),
            clock,
            Arc::new(SystemEntropy),
            settings,
        );
        store.await.unwrap()
    }
}

pub(crate) fn gateway(account: &str) -> FakeGateway {
    FakeGateway::new("fake", account).unwrap()
}

/// Webhooks of new deposits.
pub(crate) fn webhooks(gateway: &FakeGateway, count: usize) -> Arc<Vec<FakeWebhook>> {
    let money = Money::of("12.5", "USDT").unwrap();
    let all = (0..count).map(|_| gateway.deposit(&money).unwrap());
    Arc::new(all.collect())
}

/// Receives all of them, so many at one time. Returns the events per second.
pub(crate) async fn receive(
    store: &Store,
    gateway: &FakeGateway,
    webhooks: &Arc<Vec<FakeWebhook>>,
    in_flight: usize,
) -> f64 {
    let start = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for _ in 0..in_flight {
        let (store, gateway) = (store.clone(), gateway.clone());
        let (webhooks, next) = (Arc::clone(webhooks), Arc::clone(&next));
        senders.spawn(async move {
            while let Some(webhook) = webhooks.get(next.fetch_add(1, Ordering::Relaxed)) {
                let reply = store
                    .receive(&gateway, &webhook.headers, &webhook.body)
                    .await;
                assert!(reply.status().is_success(), "a webhook was refused");
            }
        });
    }
    senders.join_all().await;
    webhooks.len() as f64 / start.elapsed().as_secs_f64()
}

/// Books an effect, and notices when all are booked.
struct Book {
    left: AtomicUsize,
    done: Arc<Notify>,
}

#[async_trait]
impl Handler for Book {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let sql = "INSERT INTO app_effects (effect_key) VALUES ($1)";
        tx.execute(sql, &[event.effect_key().as_str().into()])
            .await?;
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.done.notify_one();
        }
        Ok(())
    }
}

/// Handles so many events, which have been received. Returns the events per second.
pub(crate) async fn handle(store: &Store, count: usize) -> f64 {
    let done = Arc::new(Notify::new());
    let book = Book {
        left: AtomicUsize::new(count),
        done: Arc::clone(&done),
    };
    let start = Instant::now();
    store.run(book, done.notified()).await;
    count as f64 / start.elapsed().as_secs_f64()
}
