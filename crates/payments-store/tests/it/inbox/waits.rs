//! What must not wait for an attempt, or for a database: shutdowns and webhooks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::BoxError;
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, Transaction};
use payments_store::{Handler, Settings, StoredEvent};
use tokio::sync::Notify;

use crate::support::{
    Book, change, deposit, gateway, local_engines, money, number, open, post, server_engine, store,
    until, until_idle,
};
use crate::watched::Watched;

/// A database that does not answer must not keep the program from ending.
#[tokio::test]
async fn a_shutdown_waits_no_longer_than_its_grace_for_the_next_event() {
    for it in local_engines().await {
        let watched = Watched::new(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(watched.clone());
        let mut settings = Settings::default();
        settings.workers = 1;
        settings.grace = Duration::from_millis(20);
        let store = open(&engine, Arc::new(SystemClock::new()), settings).await;
        watched.stop_before("SELECT effect_key, attempts");
        store.run(Book::default(), watched.stopped()).await;
    }
}

/// What an attempt waits for must not keep the program from ending, nor its events from being handled elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_ends_a_statement_that_waits_for_a_lock() {
    let Some(it) = server_engine().await else {
        return;
    };
    let mut settings = Settings::default();
    settings.workers = 1;
    settings.grace = Duration::from_millis(20);
    let store = open(&it.engine, Arc::new(SystemClock::new()), settings).await;
    let gateway = gateway();
    assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
    let mut lock = it.engine.begin().await.unwrap();
    lock.execute("LOCK TABLE app_effects", &[]).await.unwrap();
    let waits =
        "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = 'app_effects'::regclass";
    let handler_waits = until(|| async { number(&*it.engine, waits).await == 1 });
    store.run(Book::default(), handler_waits).await;
    let given_back = store.deliveries(1).await.unwrap().remove(0);
    let reason = given_back.problem.as_deref();
    assert_eq!(reason, Some("the worker was stopped"));
    assert_eq!(number(&*it.engine, waits).await, 0);
    lock.commit().await.unwrap();
    store.run(Book::default(), until_idle(&store)).await;
    let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
    assert_eq!(booked, 1);
}

/// The transaction of a handler has the row of its event.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_of_the_event_that_is_being_handled_holds_up_no_webhook() {
    /// Takes until the test ends it.
    struct Holds {
        started: Arc<Notify>,
        end: Arc<Notify>,
    }

    #[async_trait]
    impl Handler for Holds {
        async fn handle(
            &self,
            event: &StoredEvent,
            tx: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            if event.after().funds().received == Some(money("13")) {
                self.started.notify_one();
                self.end.notified().await;
            }
            Book::default().handle(event, tx).await
        }
    }

    let Some(it) = server_engine().await else {
        return;
    };
    let (store, gateway) = (store(&it.engine, 1).await, gateway());
    let (held, other) = (deposit(&gateway, "13"), deposit(&gateway, "5"));
    assert!(post(&store, &gateway, &held).await);
    change(&*it.engine, "UPDATE pay_deliveries SET webhook_due = 1").await;
    let (started, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = Holds {
        started: Arc::clone(&started),
        end: Arc::clone(&end),
    };
    let meanwhile = async {
        started.notified().await;
        let (held, other) = (
            post(&store, &gateway, &held),
            post(&store, &gateway, &other),
        );
        assert_eq!(tokio::join!(held, other), (true, true));
        end.notify_one();
        until_idle(&store).await;
    };
    store.run(handler, meanwhile).await;
    let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
    assert_eq!(booked, 2);
    // It is counted then, and not missed.
    let repeats = "SELECT SUM(repeats)::bigint FROM pay_deliveries";
    until(|| async { number(&*it.engine, repeats).await == 1 }).await;
    let missed = "SELECT COUNT(webhook_due) FROM pay_deliveries";
    assert_eq!(number(&*it.engine, missed).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_workers_there_are_they_leave_connections_for_webhooks() {
    struct Hangs(Arc<AtomicUsize>);

    #[async_trait]
    impl Handler for Hangs {
        async fn handle(&self, _: &StoredEvent, _: &mut dyn Transaction) -> Result<(), BoxError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        }
    }

    let Some(it) = server_engine().await else {
        return;
    };
    let mut settings = Settings::default();
    settings.workers = 40;
    settings.batch = 1;
    settings.grace = Duration::from_millis(20);
    let store = open(&it.engine, Arc::new(SystemClock::new()), settings).await;
    let (gateway, running) = (gateway(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..20 {
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
    }
    let received = async {
        until(|| async { running.load(Ordering::SeqCst) >= 12 }).await;
        for _ in 0..20 {
            assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        }
    };
    store.run(Hangs(Arc::clone(&running)), received).await;
    assert_eq!(running.load(Ordering::SeqCst), 12);
}
