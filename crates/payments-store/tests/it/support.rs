//! Engines, stores and events for the tests.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::scripted::FixedEntropy;
use payments_core::{BoxError, Clock, Timestamp};
use payments_facade::{Destination, Fee, Gateway, MerchantRef, Money, Payee, PayoutOrder};
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, Postgres, Sqlite, Transaction};
use payments_store::{DeliveryState, Handler, Settings, Store, StoredEvent, schema};
use payments_testkit::{FakeGateway, FakeWebhook};
use tempfile::TempDir;

use crate::cluster;

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// An engine with the tables, and what it needs to live.
pub(crate) struct TestEngine {
    pub(crate) name: &'static str,
    pub(crate) engine: Arc<dyn Engine>,
    _folder: Option<TempDir>,
}

impl TestEngine {
    /// Makes the tables of the store and of the application.
    pub(crate) async fn prepare(&self) {
        schema::migrate(&*self.engine, NOW).await.unwrap();
        let table = "CREATE TABLE app_effects (effect_key TEXT NOT NULL, amount TEXT)";
        change(&*self.engine, table).await;
    }

    pub(crate) fn new(name: &'static str, engine: Arc<dyn Engine>) -> Self {
        let _folder = None;
        Self {
            name,
            engine,
            _folder,
        }
    }
}

/// Every engine that can be had here, new and with the tables of this release.
pub(crate) async fn engines() -> Vec<TestEngine> {
    let mut all = local_engines().await;
    all.extend(server_engine().await);
    all
}

/// The engine in which several transactions write at one time. `None` if there is no server here.
pub(crate) async fn server_engine() -> Option<TestEngine> {
    let url = cluster::new_url().await?;
    let server = TestEngine::new("postgres", Arc::new(Postgres::connect(&url).await.unwrap()));
    server.prepare().await;
    Some(server)
}

/// The engines that need no server.
pub(crate) async fn local_engines() -> Vec<TestEngine> {
    let folder = TempDir::new().unwrap();
    let file = Sqlite::open(folder.path().join("payments.db")).unwrap();
    let all = vec![
        TestEngine::new("memory", Arc::new(Sqlite::in_memory().unwrap())),
        TestEngine {
            name: "sqlite",
            engine: Arc::new(file),
            _folder: Some(folder),
        },
    ];
    for it in &all {
        it.prepare().await;
    }
    all
}

/// Executes and commits one statement.
pub(crate) async fn change(engine: &dyn Engine, sql: &str) -> u64 {
    let mut tx = engine.begin().await.unwrap();
    let changed = tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

/// The number in the first column of the first row.
pub(crate) async fn number(engine: &dyn Engine, sql: &str) -> i64 {
    let mut tx = engine.begin().await.unwrap();
    tx.query(sql, &[]).await.unwrap()[0].integer(0).unwrap()
}

pub(crate) fn entropy() -> Arc<FixedEntropy> {
    Arc::new(FixedEntropy::new(512))
}

/// A clock that runs this many times as fast as that of the system.
#[derive(Debug)]
pub(crate) struct FastClock {
    began: SystemClock,
    factor: u32,
}

impl FastClock {
    pub(crate) fn new(factor: u32) -> Self {
        let began = SystemClock::new();
        Self { began, factor }
    }
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        NOW.checked_add(self.monotonic()).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.began.monotonic() * self.factor
    }

    async fn sleep(&self, duration: Duration) {
        self.began.sleep(duration / self.factor).await;
    }
}

/// The clock of a process that is suspended: it stands still.
#[derive(Debug)]
pub(crate) struct StandingClock(pub(crate) Timestamp);

#[async_trait]
impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending().await
    }
}

/// A clock that is an hour behind: every lease that it gives is over by the clocks of other processes.
#[derive(Debug)]
pub(crate) struct LateClock(pub(crate) SystemClock);

#[async_trait]
impl Clock for LateClock {
    fn now(&self) -> Timestamp {
        let hour = 3_600_000;
        Timestamp::from_millis(self.0.now().as_millis() - hour)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

/// A store with the system's clock, short waits and these workers.
pub(crate) async fn store(engine: &Arc<dyn Engine>, workers: usize) -> Store {
    let mut settings = Settings::default();
    settings.workers = workers;
    settings.poll = Duration::from_millis(20);
    open(engine, Arc::new(SystemClock::new()), settings).await
}

pub(crate) async fn open(
    engine: &Arc<dyn Engine>,
    clock: Arc<dyn Clock>,
    settings: Settings,
) -> Store {
    Store::open_with(Arc::clone(engine), clock, entropy(), settings)
        .await
        .unwrap()
}

pub(crate) fn money(amount: &str) -> Money {
    Money::of(amount, "USDT").unwrap()
}

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn payout(name: &str, amount: &str) -> PayoutOrder {
    let address = Destination::new("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "Tron").unwrap();
    PayoutOrder::new(
        reference(name),
        Payee::Chain(address),
        money(amount),
        Fee::OnTop,
    )
}

pub(crate) fn gateway() -> FakeGateway {
    FakeGateway::new("fake", "main").unwrap()
}

/// The webhook of a deposit of this amount.
pub(crate) fn deposit(gateway: &FakeGateway, amount: &str) -> FakeWebhook {
    gateway.deposit(&money(amount)).unwrap()
}

/// Sends a webhook to the store. Returns whether it was acknowledged.
pub(crate) async fn post(store: &Store, gateway: &dyn Gateway, webhook: &FakeWebhook) -> bool {
    let reply = store
        .receive(gateway, &webhook.headers, &webhook.body)
        .await;
    reply.status().is_success()
}

/// Books every event in the table `app_effects`, and counts the calls by effect key.
#[derive(Clone, Default)]
pub(crate) struct Book {
    pub(crate) calls: Arc<Mutex<BTreeMap<String, usize>>>,
}

#[async_trait]
impl Handler for Book {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let key = event.effect_key().as_str();
        *self
            .calls
            .lock()
            .unwrap()
            .entry(key.to_owned())
            .or_default() += 1;
        let amount = event
            .after()
            .funds()
            .received
            .map(|money| money.amount.to_string());
        let sql = "INSERT INTO app_effects (effect_key, amount) VALUES ($1, $2)";
        tx.execute(sql, &[key.into(), amount.into()]).await?;
        Ok(())
    }
}

/// A handler that fails for the first `failures` calls.
pub(crate) struct Failing {
    pub(crate) failures: usize,
    pub(crate) calls: Arc<AtomicUsize>,
}

#[async_trait]
impl Handler for Failing {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        Book::default().handle(event, tx).await?;
        if self.calls.fetch_add(1, Ordering::SeqCst) < self.failures {
            return Err("the ledger is closed".into());
        }
        Ok(())
    }
}

/// Ready when no delivery is pending any more.
pub(crate) fn until_idle(store: &Store) -> impl Future<Output = ()> + use<> {
    let store = store.clone();
    until(move || {
        let store = store.clone();
        async move {
            let all = store.deliveries(u32::MAX).await.unwrap();
            all.iter().all(|it| it.state != DeliveryState::Pending)
        }
    })
}

/// Ready when the condition holds. It fails the test after 60 seconds.
pub(crate) async fn until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    for _ in 0..12_000 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the condition did not become true");
}
