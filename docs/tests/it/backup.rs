//! The backup that `webhooks-in-production.md` describes.

use std::sync::Arc;

use payments_core::Clock as _;
use payments_facade::Money;
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_store::engine::Sqlite;
use payments_store::{Store, schema};
use payments_testkit::FakeGateway;

#[tokio::test]
async fn a_copy_by_vacuum_of_a_store_in_use_has_everything_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("shop.db"), folder.path().join("copy.db"));
    let clock = Arc::new(SystemClock::new());
    let engine = Sqlite::open(&file).unwrap();
    schema::migrate(&engine, clock.now()).await.unwrap();
    let entropy = Arc::new(SystemEntropy);
    let store = Store::open(engine, clock.clone(), entropy.clone())
        .await
        .unwrap();
    let gateway = FakeGateway::new("fake", "main").unwrap();
    for amount in ["10", "20", "30"] {
        let webhook = gateway
            .deposit(&Money::of(amount, "USDT").unwrap())
            .unwrap();
        let reply = store
            .receive(&gateway, &webhook.headers, &webhook.body)
            .await;
        assert!(reply.status().is_success());
    }
    // As `sqlite3` does it, by another connection, while the store has its own.
    let other = rusqlite::Connection::open(&file).unwrap();
    other
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    let restored = Sqlite::open(&copy).unwrap();
    let restored = Store::open(restored, clock, entropy).await.unwrap();
    let all = restored.deliveries(10).await.unwrap();
    assert_eq!(all, store.deliveries(10).await.unwrap());
    assert_eq!(all.len(), 3);
}
