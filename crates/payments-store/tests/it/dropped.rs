//! Futures that are dropped at every step of their transactions.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use payments_facade::layer::Call;
use payments_store::engine::{Engine, EngineErrorKind};
use payments_store::{IntentError, StoredEvent};
use payments_testkit::FakeGateway;

use crate::support::{
    Book, change, deposit, engines, gateway, money, number, payout, post, store, until_idle,
};
use crate::watched::Watched;

/// Drops a future when the engine's step is under way. Returns its result if it ends before that.
async fn drop_at<F: Future>(engine: &Watched, step: i64, future: F) -> Option<F::Output> {
    engine.stop_at(step);
    let result = tokio::select! {
        biased;
        () = engine.stopped() => None,
        output = future => Some(output),
    };
    engine.stop_at(i64::MAX);
    result
}

/// Polls a future this many times, and drops it then. Returns its result if it was ready before.
pub(crate) async fn poll_up_to<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        // For the work on other threads.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    None
}

/// Its caller does not know whether it was executed.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_was_dropped_ends_its_transaction() {
    let sql = "INSERT INTO app_effects (effect_key) VALUES ('k')";
    for it in engines().await {
        let mut tx = it.engine.begin().await.unwrap();
        let dropped = poll_up_to(tx.execute(sql, &[]), 1).await;
        assert!(dropped.is_none(), "{}: {dropped:?}", it.name);
        let next = tx.execute(sql, &[]).await.unwrap_err();
        assert_eq!(next.kind(), EngineErrorKind::Statement, "{}", it.name);
        assert!(tx.commit().await.is_err(), "{}", it.name);
        let rows = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(rows, 0, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_is_dropped_at_any_step_is_sent_once_at_most() {
    for it in engines().await {
        let watched = Watched::new(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(watched.clone());
        let (store, intact) = (store(&engine, 1).await, store(&it.engine, 1).await);
        let gateway = FakeGateway::builder("fake", "main").balance(&money("1000"));
        let gateway = gateway.build().unwrap();
        let mut dropped = 0;
        for step in 1.. {
            let case = format!("{} step {step}", it.name);
            let order = payout(&format!("p-{step}"), "1");
            let sent = gateway.sent(Call::CreatePayout);
            let done = drop_at(&watched, step, store.payout(&gateway, &order)).await;
            let again = intact.payout(&gateway, &order).await;
            let is_blocked = matches!(
                again,
                Err(IntentError::AlreadyMade(_) | IntentError::Unresolved(_))
            );
            assert!(again.is_ok() || is_blocked, "{case}: {again:?}");
            let sent = gateway.sent(Call::CreatePayout) - sent;
            assert!(sent <= 1, "{case}: sent {sent} times");
            if done.is_some() {
                break;
            }
            dropped += 1;
        }
        println!(
            "payout over {}: dropped at {dropped} steps, 0 violations",
            it.name
        );
        assert!(dropped >= 6, "{}: dropped at {dropped} steps", it.name);
    }
}

/// The task that writes goes on, whoever waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_dropped_at_any_step_is_booked_once() {
    for it in engines().await {
        let watched = Watched::new(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(watched.clone());
        let (store, gateway) = (store(&engine, 1).await, gateway());
        let mut posted = 0;
        for step in 1.. {
            let webhook = deposit(&gateway, "5");
            let receive = store.receive(&gateway, &webhook.headers, &webhook.body);
            let done = drop_at(&watched, step, receive).await;
            watched.release();
            assert!(post(&store, &gateway, &webhook).await, "{} {step}", it.name);
            posted += 1;
            if done.is_some() {
                break;
            }
        }
        println!(
            "webhooks over {}: dropped at {posted} steps, 0 violations",
            it.name
        );
        assert!(posted >= 4, "{}: dropped at {posted} steps", it.name);
        store.run(Book::default(), until_idle(&store)).await;
        let effects = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(effects, posted, "{}", it.name);
    }
}

struct Detached;

#[async_trait::async_trait]
impl payments_store::DetachedHandler for Detached {
    async fn handle(&self, _: &StoredEvent) -> Result<(), payments_core::BoxError> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_dropped_at_any_step_book_every_effect_once() {
    for it in engines().await {
        for is_detached in [false, true] {
            let watched = Watched::new(Arc::clone(&it.engine));
            let engine: Arc<dyn Engine> = Arc::new(watched.clone());
            let (store, intact) = (store(&engine, 1).await, store(&it.engine, 1).await);
            let gateway = gateway();
            let (mut posted, mut dropped) = (0, 0);
            for step in 1.. {
                for _ in 0..3 {
                    assert!(post(&intact, &gateway, &deposit(&gateway, "5")).await);
                    posted += 1;
                }
                let idle = until_idle(&intact);
                let done = match is_detached {
                    false => drop_at(&watched, step, store.run(Book::default(), idle)).await,
                    true => drop_at(&watched, step, store.run_detached(Detached, idle)).await,
                };
                // The leases of dropped attempts end.
                let due = "UPDATE pay_deliveries SET due_at = 0 WHERE state = 'pending'";
                change(&*it.engine, due).await;
                intact.run(Book::default(), until_idle(&intact)).await;
                if done.is_some() {
                    break;
                }
                dropped += 1;
            }
            let case = format!("{}, detached: {is_detached}", it.name);
            println!("workers over {case}: dropped at {dropped} steps, 0 violations");
            assert!(dropped >= 10, "{case}: dropped at {dropped} steps");
            let booked = number(&*it.engine, "SELECT COUNT(*) FROM pay_effects").await;
            let open = "SELECT COUNT(*) FROM pay_deliveries WHERE state <> 'done'";
            assert_eq!(
                (booked, number(&*it.engine, open).await),
                (posted, 0),
                "{case}"
            );
            if !is_detached {
                let effects = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
                let keys = "SELECT COUNT(DISTINCT effect_key) FROM app_effects";
                let keys = number(&*it.engine, keys).await;
                assert_eq!((effects, keys), (posted, posted), "{case}");
            }
            for table in ["pay_deliveries", "pay_effects", "app_effects"] {
                change(&*it.engine, &format!("DELETE FROM {table}")).await;
            }
        }
    }
}
