//! Events that are handled in one transaction.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{BoxError, Clock, Timestamp};
use payments_facade::CheckoutOrder;
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, EngineErrorKind, Transaction};
use payments_store::{Delivery, DeliveryState, Handler, Settings, Store, StoredEvent};
use payments_testkit::FakeGateway;
use tokio::sync::Notify;

use crate::breaking::{Break, Breaking};
use crate::support::{
    Book, change, deposit, engines, gateway, money, number, open, post, reference, store, until,
    until_idle,
};

/// What is wrong with the event of 13.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Error,
    Panic,
    Statement,
    Hangs,
}

/// Books every event but that of 13.
struct Unlucky(Wrong);

#[async_trait]
impl Handler for Unlucky {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        Book::default().handle(event, tx).await?;
        if event.after().funds().received != Some(money("13")) {
            return Ok(());
        }
        match self.0 {
            Wrong::Error => return Err("an unlucky amount".into()),
            Wrong::Panic => panic!("an unlucky amount"),
            Wrong::Statement => {
                tx.execute("INSERT INTO no_such_table VALUES (1)", &[])
                    .await?;
            }
            Wrong::Hangs => std::future::pending().await,
        }
        Ok(())
    }
}

/// Posts the deposits of 1 to `count`.
async fn fill(store: &Store, gateway: &FakeGateway, count: usize) {
    for amount in 1..=count {
        assert!(post(store, gateway, &deposit(gateway, &amount.to_string())).await);
    }
}

/// The system's clock. It notes how long everything that began to sleep on it was to sleep.
#[derive(Debug, Default)]
struct NotingClock {
    inner: SystemClock,
    sleeps: Mutex<Vec<Duration>>,
}

#[async_trait]
impl Clock for NotingClock {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.sleeps.lock().unwrap().push(duration);
        self.inner.sleep(duration).await;
    }
}

/// One worker with this lease.
async fn single(engine: &Arc<dyn Engine>, lease: Duration) -> Store {
    single_by(engine, Arc::new(SystemClock::new()), lease).await
}

async fn single_by(engine: &Arc<dyn Engine>, clock: Arc<dyn Clock>, lease: Duration) -> Store {
    let mut settings = Settings::default();
    settings.workers = 1;
    settings.poll = Duration::from_millis(20);
    settings.lease = lease;
    open(engine, clock, settings).await
}

async fn pending(store: &Store) -> Vec<Delivery> {
    let all = store.deliveries(100).await.unwrap();
    let pending = all
        .into_iter()
        .filter(|it| it.state == DeliveryState::Pending);
    pending.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_events_share_two_commits() {
    for it in engines().await {
        let counting = Breaking::counting(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(counting.clone());
        let store = store(&engine, 1).await;
        fill(&store, &gateway(), 64).await;
        let before = counting.commits();
        store.run(Book::default(), until_idle(&store)).await;
        let commits = counting.commits() - before;
        // For each 16 events one that claims them, and one that books them.
        assert_eq!(commits, 8, "{}", it.name);
        let effects = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(effects, 64, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_fails_takes_no_other_with_it() {
    for wrong in [Wrong::Error, Wrong::Panic, Wrong::Statement] {
        for it in engines().await {
            let case = format!("{} {wrong:?}", it.name);
            let store = single(&it.engine, Duration::from_secs(60)).await;
            fill(&store, &gateway(), 16).await;
            let engine = Arc::clone(&it.engine);
            let others_done = until(move || {
                let engine = Arc::clone(&engine);
                async move { number(&*engine, "SELECT COUNT(*) FROM app_effects").await == 15 }
            });
            store.run(Unlucky(wrong), others_done).await;
            let failed = pending(&store).await;
            assert_eq!(failed.len(), 1, "{case}: {failed:?}");
            assert_eq!(failed[0].attempts, 1, "{case}");
            assert!(failed[0].problem.is_some(), "{case}");
            let all = store.deliveries(100).await.unwrap();
            assert!(all.iter().all(|it| it.attempts == 1), "{case}: {all:?}");
        }
    }
}

/// The others lose a part of their lease, and are handled alone then.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_hangs_takes_no_other_with_it() {
    for it in engines().await {
        let lease = Duration::from_secs(1);
        let clock = Arc::new(NotingClock::default());
        let store = single_by(&it.engine, clock.clone(), lease).await;
        fill(&store, &gateway(), 14).await;
        let engine = Arc::clone(&it.engine);
        let done = until(move || {
            let engine = Arc::clone(&engine);
            async move {
                let failed = "SELECT COUNT(*) FROM pay_deliveries WHERE problem LIKE '%its lease'";
                let booked = number(&*engine, "SELECT COUNT(*) FROM app_effects").await;
                booked == 13 && number(&*engine, failed).await == 1
            }
        });
        store.run(Unlucky(Wrong::Hangs), done).await;
        let left = pending(&store).await;
        assert_eq!(left.len(), 1, "{}: {left:?}", it.name);
        assert_eq!(left[0].attempts, 2, "{}", it.name);
        let sleeps = clock.sleeps.lock().unwrap();
        assert!(sleeps.contains(&(lease / 4)), "{}: {sleeps:?}", it.name);
    }
}

/// It may have ended the process of its first attempt.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_tried_before_has_a_transaction_without_others() {
    // Whether it was due before the new ones, or after them.
    for due_at in [1, 3] {
        for it in engines().await {
            let counting = Breaking::counting(Arc::clone(&it.engine));
            let engine: Arc<dyn Engine> = Arc::new(counting.clone());
            let store = store(&engine, 1).await;
            let gateway = gateway();
            fill(&store, &gateway, 8).await;
            let sql = format!("UPDATE pay_deliveries SET attempts = 1, due_at = {due_at}");
            change(&*it.engine, &sql).await;
            fill(&store, &gateway, 4).await;
            let sql = "UPDATE pay_deliveries SET due_at = 2 WHERE attempts = 0";
            change(&*it.engine, sql).await;
            let before = counting.commits();
            store.run(Book::default(), until_idle(&store)).await;
            assert_eq!(counting.commits() - before, 2 * (8 + 1), "{}", it.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_event_of_a_payment_sees_what_the_ones_before_it_did() {
    /// Counts the calls in which the payment before is the one that the call before left behind.
    #[derive(Clone, Default)]
    struct Chain {
        last: Arc<std::sync::Mutex<Vec<payments_facade::Payment>>>,
        linked: Arc<AtomicUsize>,
    }

    #[async_trait]
    impl Handler for Chain {
        async fn handle(
            &self,
            event: &StoredEvent,
            _: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            let mut last = self.last.lock().unwrap();
            let is_linked = *last == event.before();
            self.linked
                .fetch_add(usize::from(is_linked), Ordering::SeqCst);
            *last = vec![event.after().clone()];
            Ok(())
        }
    }

    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
        let checkout = payments_facade::Gateway::checkout(&gateway).unwrap();
        checkout.create(&order).await.unwrap();
        let webhooks = [
            gateway.underpay("order-1", "1").unwrap(),
            gateway.pay("order-1").unwrap(),
            gateway.overpay("order-1", "0.5").unwrap(),
        ];
        for webhook in &webhooks {
            assert!(post(&store, &gateway, webhook).await);
        }
        let chain = Chain::default();
        store.run(chain.clone(), until_idle(&store)).await;
        assert_eq!(chain.linked.load(Ordering::SeqCst), 3, "{}", it.name);
        let last = chain.last.lock().unwrap().clone();
        let stored = store
            .payments(
                payments_facade::Gateway::id(&gateway),
                &payments_facade::Lookup::Reference(reference("order-1")),
            )
            .await
            .unwrap();
        assert_eq!(stored, last, "{}", it.name);
    }
}

/// A connection that breaks is not the fault of the event that is being handled.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_transaction_of_several_events_counts_as_no_failed_attempt() {
    for (count, problem) in [
        (3, None),
        (
            1,
            Some("the database cannot be opened or reached: a broken step"),
        ),
    ] {
        for it in engines().await {
            let case = format!("{} {count} events", it.name);
            let broken = Break::Fail(EngineErrorKind::Unavailable);
            let commit = "commit after INSERT app_effects";
            let breaking = Breaking::at(Arc::clone(&it.engine), broken, commit, 1);
            let engine: Arc<dyn Engine> = Arc::new(breaking.clone());
            let store = single(&engine, Duration::from_secs(60)).await;
            fill(&store, &gateway(), count).await;
            let tried = until(|| async {
                let all = store.deliveries(10).await.unwrap();
                let is_tried =
                    |it: &Delivery| it.state == DeliveryState::Done || it.problem.is_some();
                all.iter().all(is_tried)
            });
            store.run(Book::default(), tried).await;
            assert!(breaking.has_broken(), "{case}");
            for delivery in store.deliveries(10).await.unwrap() {
                let expected = (1, problem);
                let found = (delivery.attempts, delivery.problem.as_deref());
                assert_eq!(found, expected, "{case}");
            }
        }
    }
}

/// On one thread: the shutdown is complete before the handler goes on.
#[tokio::test]
async fn no_event_of_a_batch_is_started_after_a_shutdown() {
    /// Fails at the first call, after the shutdown.
    struct Stops {
        calls: Arc<AtomicUsize>,
        started: Arc<Notify>,
        stopped: Arc<Notify>,
    }

    #[async_trait]
    impl Handler for Stops {
        async fn handle(&self, _: &StoredEvent, _: &mut dyn Transaction) -> Result<(), BoxError> {
            self.calls.fetch_add(1, Ordering::SeqCst);
            self.started.notify_one();
            self.stopped.notified().await;
            Err("the ledger is closed".into())
        }
    }

    for it in engines().await {
        let store = single(&it.engine, Duration::from_secs(60)).await;
        fill(&store, &gateway(), 3).await;
        let calls = Arc::default();
        let (started, stopped) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = Stops {
            calls: Arc::clone(&calls),
            started: Arc::clone(&started),
            stopped: Arc::clone(&stopped),
        };
        let shutdown = async {
            started.notified().await;
            stopped.notify_one();
        };
        store.run(handler, shutdown).await;
        assert_eq!(calls.load(Ordering::SeqCst), 1, "{}", it.name);
        let left = pending(&store).await;
        let stopped = |it: &&Delivery| it.problem.as_deref() == Some("the worker was stopped");
        assert_eq!(left.iter().filter(stopped).count(), 2, "{}", it.name);
        // At once, and not when their lease ends.
        let now = SystemClock::new().now();
        assert!(left.iter().filter(stopped).all(|it| it.due_at <= now));
    }
}
