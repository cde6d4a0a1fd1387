//! Webhooks that are written together: they arrive while the ones before them are committed.

use std::sync::Arc;

use payments_store::Store;
use payments_store::engine::{Engine, EngineErrorKind};
use payments_testkit::{FakeGateway, FakeWebhook};

use crate::breaking::{Break, Breaking};
use crate::support::{deposit, gateway, local_engines, post, store};
use crate::watched::Watched;

/// Receives these while the webhook of another deposit is committed. Returns which of them are acknowledged.
async fn post_together(
    watched: &Watched,
    store: &Store,
    gateway: &FakeGateway,
    webhooks: &[FakeWebhook; 3],
) -> [bool; 3] {
    watched.stop_at(1);
    let before = deposit(gateway, "1");
    let others = async {
        watched.stopped().await;
        let [first, second, third] = webhooks.each_ref().map(|it| post(store, gateway, it));
        // Polled last: all of them wait then.
        let release = async { watched.release() };
        let (first, second, third, ()) = tokio::join!(first, second, third, release);
        [first, second, third]
    };
    let (is_acknowledged, others) = tokio::join!(post(store, gateway, &before), others);
    assert!(is_acknowledged);
    others
}

/// If the database refuses one, the others are still written. If it cannot be reached, none is tried alone.
#[tokio::test]
async fn each_is_written_alone_if_the_database_refuses_one_of_them() {
    for (kind, expected) in [
        (EngineErrorKind::Statement, 2),
        (EngineErrorKind::Unavailable, 0),
    ] {
        for it in local_engines().await {
            let case = format!("{} {kind:?}", it.name);
            // Three together, and then the second of them.
            let insert = "INSERT pay_deliveries";
            let alone = Breaking::at(Arc::clone(&it.engine), Break::Fail(kind), insert, 3);
            let together = Breaking::at(Arc::new(alone), Break::Fail(kind), insert, 2);
            let watched = Watched::new(Arc::new(together));
            let engine: Arc<dyn Engine> = Arc::new(watched.clone());
            let (store, gateway) = (store(&engine, 1).await, gateway());
            let webhooks = ["2", "3", "4"].map(|amount| deposit(&gateway, amount));
            let acknowledged = post_together(&watched, &store, &gateway, &webhooks).await;
            let count = acknowledged.iter().filter(|it| **it).count();
            assert_eq!(count, expected, "{case}: {acknowledged:?}");
            let stored = store.deliveries(10).await.unwrap();
            assert_eq!(stored.len(), 1 + expected, "{case}");
        }
    }
}

/// Writers that lock the events that are known already in the same order do not wait for each other in a circle.
#[tokio::test]
async fn they_are_written_in_the_order_of_their_effect_keys() {
    for it in local_engines().await {
        let watched = Watched::new(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(watched.clone());
        let (store, gateway) = (store(&engine, 1).await, gateway());
        let mut webhooks = ["2", "3", "4"].map(|amount| deposit(&gateway, amount));
        webhooks.reverse();
        let acknowledged = post_together(&watched, &store, &gateway, &webhooks).await;
        assert_eq!(acknowledged, [true; 3], "{}", it.name);
        let mut tx = engine.begin().await.unwrap();
        let sql = "SELECT effect_key FROM pay_deliveries ORDER BY rowid";
        let rows = tx.query(sql, &[]).await.unwrap();
        let keys: Vec<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        // The first was written alone.
        assert!(
            keys.len() == 4 && keys[1..].is_sorted(),
            "{}: {keys:?}",
            it.name
        );
    }
}
