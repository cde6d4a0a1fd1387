//! Attempts that end badly: panics, shutdowns, lost leases, handlers that hang.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::BoxError;
use payments_facade::CheckoutOrder;
use payments_store::engine::{EngineError, EngineErrorKind, Transaction};
use payments_store::{DeliveryState, DetachedHandler, FindingKind, Handler, Settings, StoredEvent};
use tokio::sync::Notify;

use crate::support::{
    Book, Failing, FastClock, NOW, StandingClock, change, deposit, engines, gateway, local_engines,
    money, number, open, post, reference, store, until, until_idle,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_handler_is_a_failed_attempt_and_blocks_no_other_event() {
    struct Panics;

    #[async_trait]
    impl Handler for Panics {
        async fn handle(
            &self,
            event: &StoredEvent,
            tx: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            Book::default().handle(event, tx).await?;
            assert!(
                event.after().funds().received != Some(money("13")),
                "an unlucky amount"
            );
            Ok(())
        }
    }

    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        for amount in ["13", "5", "7"] {
            assert!(post(&store, &gateway, &deposit(&gateway, amount)).await);
        }
        let engine = Arc::clone(&it.engine);
        let two_done = until(move || {
            let engine = Arc::clone(&engine);
            async move { number(&*engine, "SELECT COUNT(*) FROM app_effects").await == 2 }
        });
        store.run(Panics, two_done).await;
        let all = store.deliveries(10).await.unwrap();
        let failed: Vec<_> = all
            .iter()
            .filter(|it| it.state == DeliveryState::Pending)
            .collect();
        assert_eq!(failed.len(), 1, "{}", it.name);
        assert_eq!(failed[0].problem.as_deref(), Some("the handler panicked"));
    }
}

/// An event whose process dies in every attempt is not tried for ever.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_no_attempt_survives_becomes_dead() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        change(&*it.engine, "UPDATE pay_deliveries SET attempts = 12").await;
        let book = Book::default();
        store.run(book.clone(), until_idle(&store)).await;
        assert!(book.calls.lock().unwrap().is_empty(), "{}", it.name);
        let dead = store.deliveries(1).await.unwrap().remove(0);
        assert_eq!(dead.state, DeliveryState::Dead);
        assert_eq!(dead.problem.as_deref(), Some("no attempt came to an end"));
    }
}

/// A process of an earlier release sets the attempts of a revived event to 0, and knows of no uncounted ones.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_an_earlier_release_revived_is_handled_as_often_as_a_new_one() {
    for it in engines().await {
        let mut settings = Settings::default();
        settings.workers = 1;
        settings.attempts = 3;
        settings.poll = Duration::from_millis(20);
        let store = open(&it.engine, Arc::new(FastClock::new(200)), settings).await;
        let gateway = gateway();
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        change(&*it.engine, "UPDATE pay_deliveries SET uncounted = 2").await;
        let calls = Arc::default();
        let failing = Failing {
            failures: usize::MAX,
            calls: Arc::clone(&calls),
        };
        store.run(failing, until_idle(&store)).await;
        let dead = store.deliveries(1).await.unwrap().remove(0);
        assert_eq!(
            (dead.state, dead.attempts),
            (DeliveryState::Dead, 3),
            "{}",
            it.name
        );
        assert_eq!(calls.load(Ordering::SeqCst), 3, "{}", it.name);
    }
}

/// Otherwise it would wait until the clock is there again.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_received_while_the_clock_was_ahead_is_handled_when_it_was_set_back() {
    for it in engines().await {
        let month = Duration::from_secs(30 * 86_400);
        let ahead = Arc::new(StandingClock(NOW.checked_add(month).unwrap()));
        let ahead = open(&it.engine, ahead, Settings::default()).await;
        let gateway = gateway();
        assert!(post(&ahead, &gateway, &deposit(&gateway, "5")).await);
        let store = open(&it.engine, Arc::new(FastClock::new(1)), Settings::default()).await;
        store.run(Book::default(), until_idle(&store)).await;
        let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(booked, 1, "{}", it.name);
    }
}

/// Money that arrived is booked, whatever became of the call that asked for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_cannot_be_read_keeps_no_event_from_being_handled() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
        store.checkout(&gateway, &order).await.unwrap();
        let sql = "UPDATE pay_intents SET ticket = '7', state = 'unknown'";
        change(&*it.engine, sql).await;
        let paid = gateway.pay("order-1").unwrap();
        assert!(post(&store, &gateway, &paid).await, "{}", it.name);
        store.run(Book::default(), until_idle(&store)).await;
        let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(booked, 1, "{}", it.name);
        let found = store.findings(10).await.unwrap();
        assert_eq!(found.len(), 1, "{}: {found:?}", it.name);
        let (kind, subject) = (found[0].kind, &*found[0].subject);
        assert_eq!((kind, subject), (FindingKind::Unreadable, "order-1"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_ends_a_handler_that_hangs_and_gives_its_lease_back() {
    struct Hangs(Arc<Notify>);

    #[async_trait]
    impl Handler for Hangs {
        async fn handle(
            &self,
            event: &StoredEvent,
            tx: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            Book::default().handle(event, tx).await?;
            self.0.notify_one();
            std::future::pending().await
        }
    }

    for it in engines().await {
        let mut settings = Settings::default();
        settings.workers = 1;
        settings.grace = Duration::from_millis(20);
        settings.attempts = 2;
        settings.poll = Duration::from_millis(20);
        let clock = Arc::new(FastClock::new(50));
        let store = open(&it.engine, clock, settings).await;
        let gateway = gateway();
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        let started = Arc::new(Notify::new());
        store
            .run(Hangs(Arc::clone(&started)), started.notified())
            .await;
        assert_eq!(
            number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await,
            0,
            "{}",
            it.name
        );
        let given_back = &store.deliveries(1).await.unwrap()[0];
        assert_eq!(
            (given_back.state, given_back.attempts),
            (DeliveryState::Pending, 1)
        );
        assert_eq!(
            given_back.problem.as_deref(),
            Some("the worker was stopped")
        );
        // Long before the lease of the first attempt ends. It was not one of the attempts after which the event is dead.
        let failing = Failing {
            failures: 1,
            calls: Arc::default(),
        };
        store.run(failing, until_idle(&store)).await;
        let done = store.deliveries(1).await.unwrap().remove(0);
        assert_eq!((done.state, done.attempts), (DeliveryState::Done, 3));
    }
}

/// A process that is suspended in an attempt does not know that its lease is over.
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_lost_its_lease_books_nothing() {
    /// Takes until another worker has taken over.
    struct Suspended {
        started: Arc<Notify>,
        end: Arc<Notify>,
    }

    #[async_trait]
    impl DetachedHandler for Suspended {
        async fn handle(&self, _: &StoredEvent) -> Result<(), BoxError> {
            self.started.notify_one();
            self.end.notified().await;
            Ok(())
        }
    }

    for it in engines().await {
        let mut settings = Settings::default();
        settings.workers = 1;
        let clock = Arc::new(StandingClock(NOW));
        let suspended = open(&it.engine, clock, settings).await;
        let gateway = gateway();
        assert!(post(&suspended, &gateway, &deposit(&gateway, "5")).await);
        let (started, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let over = Notify::new();
        let handler = Suspended {
            started: Arc::clone(&started),
            end: Arc::clone(&end),
        };
        let slow = suspended.run_detached(handler, over.notified());
        let book = Book::default();
        // By its clock, the lease ended long ago.
        let other = store(&it.engine, 1).await;
        let fast = async {
            started.notified().await;
            other.run(book.clone(), until_idle(&other)).await;
            end.notify_one();
            over.notify_one();
        };
        tokio::join!(slow, fast);
        let delivery = &other.deliveries(1).await.unwrap()[0];
        assert_eq!(
            (delivery.state, delivery.attempts),
            (DeliveryState::Done, 2),
            "{}",
            it.name
        );
        assert_eq!(
            number(&*it.engine, "SELECT COUNT(*) FROM pay_effects").await,
            1
        );
        assert_eq!(book.calls.lock().unwrap().values().sum::<usize>(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_never_returns_is_ended_and_holds_up_no_webhook_for_ever() {
    struct HangsOnThirteen;

    #[async_trait]
    impl Handler for HangsOnThirteen {
        async fn handle(
            &self,
            event: &StoredEvent,
            tx: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            if event.after().funds().received == Some(money("13")) {
                std::future::pending::<()>().await;
            }
            Book::default().handle(event, tx).await
        }
    }

    for it in engines().await {
        let mut settings = Settings::default();
        settings.workers = 1;
        settings.lease = Duration::from_millis(500);
        settings.poll = Duration::from_millis(20);
        let clock = Arc::new(payments_reqwest::SystemClock::new());
        let store = open(&it.engine, clock, settings).await;
        let gateway = gateway();
        assert!(post(&store, &gateway, &deposit(&gateway, "13")).await);
        let engine = Arc::clone(&it.engine);
        let other_done = until(move || {
            let engine = Arc::clone(&engine);
            async move { number(&*engine, "SELECT COUNT(*) FROM app_effects").await == 1 }
        });
        let late = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(
                post(&store, &gateway, &deposit(&gateway, "5")).await,
                "{}",
                it.name
            );
        };
        tokio::join!(store.run(HangsOnThirteen, other_done), late);
        let all = store.deliveries(10).await.unwrap();
        let ended: Vec<_> = all.iter().filter(|it| it.problem.is_some()).collect();
        assert_eq!(ended.len(), 1, "{}", it.name);
        let reason = ended[0].problem.as_deref();
        assert_eq!(reason, Some("the handler took longer than its lease"));
    }
}

/// A statement of the handler may lose against another transaction, without an attempt being counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_handler_whose_statement_lost_is_called_again_at_once() {
    /// Fails with this kind of error at the first call.
    struct Loses(EngineErrorKind, AtomicUsize);

    #[async_trait]
    impl Handler for Loses {
        async fn handle(
            &self,
            event: &StoredEvent,
            tx: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            match self.1.fetch_add(1, Ordering::SeqCst) {
                0 => Err(EngineError::new(self.0, "it lost").into()),
                _ => Book::default().handle(event, tx).await,
            }
        }
    }

    for (kind, expected) in [
        (EngineErrorKind::Conflict, DeliveryState::Done),
        (EngineErrorKind::Statement, DeliveryState::Pending),
    ] {
        for it in local_engines().await {
            let (store, gateway) = (store(&it.engine, 1).await, gateway());
            assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
            let tried = until(|| async {
                let delivery = store.deliveries(1).await.unwrap().remove(0);
                delivery.state == DeliveryState::Done || delivery.problem.is_some()
            });
            store.run(Loses(kind, AtomicUsize::new(0)), tried).await;
            let tried = store.deliveries(1).await.unwrap().remove(0);
            let found = (tried.state, tried.attempts);
            assert_eq!(found, (expected, 1), "{} {kind:?}", it.name);
        }
    }
}
