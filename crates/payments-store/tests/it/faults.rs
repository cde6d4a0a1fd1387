//! Databases that fail: conflicts, full disks, lost answers and dropped futures.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::scripted::ManualClock;
use payments_facade::layer::Call;
use payments_store::engine::{
    Dialect, Engine, EngineError, EngineErrorKind, Postgres, Transaction,
};
use payments_store::{IntentError, Settings, StoreError};
use payments_testkit::FakeGateway;

use crate::breaking::{Break, Breaking};
use crate::cluster;
use crate::support::{
    Book, NOW, TestEngine, change, deposit, engines, gateway, local_engines, money, number, open,
    payout, post, store, until_idle,
};

fn rich() -> FakeGateway {
    FakeGateway::builder("fake", "main")
        .balance(&money("1000"))
        .build()
        .unwrap()
}

/// Serialization failures, deadlocks and locks are the business of the store, at any statement.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_at_any_step_is_not_seen_by_anyone() {
    let mut broken = 0;
    for step in 1.. {
        let mut has_broken = false;
        // Not every step on a server, because each needs new tables.
        let engines = match step % 4 {
            1 => engines().await,
            _ => local_engines().await,
        };
        for it in engines {
            let case = format!("{} step {step}", it.name);
            let breaking = Breaking::new(
                Arc::clone(&it.engine),
                Break::Fail(EngineErrorKind::Conflict),
                step,
            );
            let engine: Arc<dyn Engine> = Arc::new(breaking.clone());
            let (store, gateway) = (store(&engine, 1).await, rich());
            assert!(
                post(&store, &gateway, &deposit(&gateway, "5")).await,
                "{case}"
            );
            store.run(Book::default(), until_idle(&store)).await;
            store.payout(&gateway, &payout("p-1", "4")).await.unwrap();
            assert_eq!(
                number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await,
                1,
                "{case}"
            );
            assert_eq!(gateway.sent(Call::CreatePayout), 1, "{case}");
            has_broken |= breaking.has_broken();
            broken += usize::from(breaking.has_broken());
        }
        if !has_broken {
            break;
        }
        // The polling of idle workers has no end.
        if step > 40 {
            break;
        }
    }
    assert!(broken > 40, "only {broken} steps were broken");
}

/// Also if the commit took effect: what is not known to be stored is not acknowledged, and not sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_of_the_database_is_never_taken_for_success() {
    for breaks in [
        Break::Fail(EngineErrorKind::Unavailable),
        Break::DoneAndFail,
    ] {
        for it in engines().await {
            let case = format!("{} {breaks:?}", it.name);
            let intact = store(&it.engine, 1).await;
            let gateway = rich();
            let mut refused = 0;
            // The steps of opening a store, and those of one delivery.
            for step in 3..8 {
                let breaking = Breaking::new(Arc::clone(&it.engine), breaks, step);
                let engine: Arc<dyn Engine> = Arc::new(breaking.clone());
                let broken = store(&engine, 1).await;
                let webhook = deposit(&gateway, "5");
                if !post(&broken, &gateway, &webhook).await {
                    refused += 1;
                    // The provider sends it again.
                    assert!(post(&intact, &gateway, &webhook).await, "{case}");
                }
                let sent = gateway.sent(Call::CreatePayout);
                let engine: Arc<dyn Engine> =
                    Arc::new(Breaking::new(Arc::clone(&it.engine), breaks, step));
                let broken = store(&engine, 1).await;
                let order = payout(&format!("p-{step}"), "4");
                if let Err(error) = broken.payout(&gateway, &order).await {
                    assert!(
                        matches!(error, IntentError::NotRecorded(_)),
                        "{case}: {error}"
                    );
                    assert_eq!(gateway.sent(Call::CreatePayout), sent, "{case}");
                }
            }
            assert!(refused >= 1, "{case}");
            intact.run(Book::default(), until_idle(&intact)).await;
            assert_eq!(
                number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await,
                5,
                "{case}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_database_acknowledges_nothing_more_and_recovers() {
    for it in local_engines().await {
        let pages = number(&*it.engine, "PRAGMA page_count").await;
        let limit = number(
            &*it.engine,
            &format!("PRAGMA max_page_count = {}", pages + 4),
        )
        .await;
        assert_eq!(limit, pages + 4, "{}", it.name);
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let mut acknowledged = 0;
        let refused = loop {
            let webhook = deposit(&gateway, "5");
            let received = gateway.webhooks_of(&webhook);
            match store.keep(&received).await {
                Ok(()) => acknowledged += 1,
                Err(error) => break (webhook, error),
            }
            assert!(acknowledged < 10_000, "the limit has no effect");
        };
        let (webhook, error) = refused;
        let StoreError::Engine(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.kind(), EngineErrorKind::Full, "{error}");
        assert!(!post(&store, &gateway, &webhook).await);
        let stored = number(&*it.engine, "SELECT COUNT(*) FROM pay_deliveries").await;
        assert_eq!(stored, acknowledged, "{}", it.name);
        number(&*it.engine, "PRAGMA max_page_count = 1000000").await;
        assert!(post(&store, &gateway, &webhook).await);
        store.run(Book::default(), until_idle(&store)).await;
        let effects = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(effects, acknowledged + 1, "{}", it.name);
    }
}

trait Verify {
    fn webhooks_of(&self, webhook: &payments_testkit::FakeWebhook) -> payments_facade::Received;
}

impl Verify for FakeGateway {
    fn webhooks_of(&self, webhook: &payments_testkit::FakeWebhook) -> payments_facade::Received {
        let webhooks = payments_facade::Gateway::webhooks(self);
        webhooks
            .receive(&webhook.headers, &webhook.body, self.now())
            .unwrap()
    }
}

/// SQLite as it is with a file that may only be read: root, as whom tests may run, can write to any file.
#[derive(Debug)]
struct ReadOnly(Arc<dyn Engine>);

#[async_trait]
impl Engine for ReadOnly {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        let mut tx = self.0.begin().await?;
        tx.query("PRAGMA query_only = ON", &[]).await?;
        Ok(tx)
    }

    fn dialect(&self) -> Dialect {
        self.0.dialect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_may_not_be_written_to_acknowledges_and_sends_nothing() {
    for it in local_engines().await {
        let engine: Arc<dyn Engine> = Arc::new(ReadOnly(Arc::clone(&it.engine)));
        let (store, gateway) = (store(&engine, 1).await, rich());
        assert!(
            !post(&store, &gateway, &deposit(&gateway, "5")).await,
            "{}",
            it.name
        );
        let error = store
            .payout(&gateway, &payout("p-1", "4"))
            .await
            .unwrap_err();
        let IntentError::NotRecorded(StoreError::Engine(error)) = error else {
            panic!("{error}");
        };
        assert_eq!(error.kind(), EngineErrorKind::ReadOnly, "{error}");
        assert_eq!(gateway.sent(Call::CreatePayout), 0);
    }
}

#[tokio::test]
async fn names_the_reason_if_a_file_cannot_be_opened() {
    let folder = tempfile::TempDir::new().unwrap();
    let no_folder = payments_store::engine::Sqlite::open(folder.path().join("no/payments.db"));
    let error = no_folder.unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Unavailable);
    assert!(error.to_string().contains("No such file"), "{error}");

    let other = folder.path().join("notes.txt");
    std::fs::write(&other, "not a database, but quite a long text".repeat(100)).unwrap();
    let error = payments_store::engine::Sqlite::open(&other).unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("not a database"), "{error}");
}

/// An operator or a network ends connections in the middle of anything, also of a commit.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_lose_no_acknowledged_event_and_repeat_no_effect() {
    let Some(url) = cluster::new_url().await else {
        return;
    };
    let name = &format!("cut-connections-{}", std::process::id());
    let url = format!("{url}&application_name={name}");
    let engine: Arc<dyn Engine> = Arc::new(Postgres::connect(&url).await.unwrap());
    TestEngine::new("postgres", Arc::clone(&engine))
        .prepare()
        .await;
    let operator = Postgres::connect(&cluster::new_url().await.unwrap())
        .await
        .unwrap();
    let cut = |operator: Postgres| async move {
        let sql = "SELECT COALESCE(SUM(CASE WHEN pg_terminate_backend(pid) THEN 1 ELSE 0 END), 0)
            FROM pg_stat_activity WHERE application_name = $1";
        let mut tx = operator.begin().await.unwrap();
        tx.query(sql, &[name.as_str().into()]).await.unwrap()[0]
            .integer(0)
            .unwrap()
    };

    let (store, gateway) = (store(&engine, 4).await, gateway());
    let mut acknowledged = 0;
    let senders = async {
        for _ in 0..150 {
            acknowledged += i64::from(post(&store, &gateway, &deposit(&gateway, "5")).await);
        }
    };
    let ended = tokio::sync::Notify::new();
    let cutter = async {
        let mut cuts = 0;
        for _ in 0..40 {
            cuts += cut(operator.clone()).await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        ended.notify_one();
        cuts
    };
    let ((), cuts, ()) = tokio::join!(
        senders,
        cutter,
        store.run(Book::default(), ended.notified())
    );
    assert!(cuts >= 10, "only {cuts} connections were cut");
    let stored = number(&*engine, "SELECT COUNT(*) FROM pay_deliveries").await;
    assert!(
        acknowledged <= stored,
        "{acknowledged} acknowledged, {stored} stored"
    );
    // Attempts whose end could not be recorded are due after their lease.
    change(
        &*engine,
        "UPDATE pay_deliveries SET due_at = 0 WHERE state = 'pending'",
    )
    .await;
    store.run(Book::default(), until_idle(&store)).await;
    let effects = number(&*engine, "SELECT COUNT(*) FROM app_effects").await;
    let keys = number(
        &*engine,
        "SELECT COUNT(DISTINCT effect_key) FROM app_effects",
    )
    .await;
    assert_eq!((effects, keys), (stored, stored));
}

/// Two that lost against each other must not meet again, and a provider waits for the reply to its webhook.
#[tokio::test]
async fn a_transaction_that_loses_again_and_again_waits_ever_longer() {
    for it in local_engines().await {
        let clock = ManualClock::at(NOW);
        let mut engine = Arc::clone(&it.engine);
        let store_of = async |engine: &Arc<dyn Engine>| {
            open(engine, Arc::new(clock.clone()), Settings::default()).await
        };
        // Opening a store takes two steps. Each engine fails the third one that reaches it.
        for _ in 0..10 {
            let lost = Break::Fail(EngineErrorKind::Conflict);
            engine = Arc::new(Breaking::new(engine, lost, 3));
        }
        let (store, gateway) = (store_of(&engine).await, gateway());
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        // Half of the longest wait each, by the test's entropy.
        let waits = [1, 2, 4, 8, 16, 32, 64, 128, 128, 128].map(Duration::from_millis);
        assert_eq!(clock.sleeps(), waits, "{}", it.name);
    }
}

#[tokio::test]
async fn a_delivery_that_the_database_does_not_take_is_tried_once() {
    for it in local_engines().await {
        let refused = Break::Fail(EngineErrorKind::Statement);
        let engine: Arc<dyn Engine> = Arc::new(Breaking::new(Arc::clone(&it.engine), refused, 3));
        let (store, gateway) = (store(&engine, 1).await, gateway());
        let webhook = deposit(&gateway, "5");
        let refused = store.keep(&gateway.webhooks_of(&webhook)).await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "the database refused a statement: a broken step",
            "{}",
            it.name
        );
        assert_eq!(store.deliveries(1).await.unwrap(), [], "{}", it.name);
        // The provider sends it again.
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
    }
}
