//! What may be deleted, and reasons that a database does not take.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::BoxError;
use payments_store::engine::Transaction;
use payments_store::{Handler, StoredEvent};

use crate::support::{
    Book, change, deposit, engines, gateway, number, post, store, until, until_idle,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_arrives_after_its_delivery_was_deleted_is_not_booked_again() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let webhook = deposit(&gateway, "5");
        for _ in 0..2 {
            assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
            store.run(Book::default(), until_idle(&store)).await;
            let sql = "DELETE FROM pay_deliveries WHERE state = 'done'";
            assert_eq!(change(&*it.engine, sql).await, 1, "{}", it.name);
        }
        let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(booked, 1, "{}", it.name);
    }
}

/// A handler whose error contains a character that PostgreSQL does not store.
struct Nul;

#[async_trait]
impl Handler for Nul {
    async fn handle(&self, _: &StoredEvent, _: &mut dyn Transaction) -> Result<(), BoxError> {
        Err("the ledger\0 is closed".into())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_a_failed_attempt_whose_reason_contains_a_nul() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        let store = Arc::new(store);
        let failed = {
            let store = Arc::clone(&store);
            until(move || {
                let store = Arc::clone(&store);
                async move { store.deliveries(1).await.unwrap()[0].problem.is_some() }
            })
        };
        store.run(Nul, failed).await;
        let problem = store.deliveries(1).await.unwrap()[0].problem.clone();
        assert_eq!(problem.unwrap(), "the ledger is closed", "{}", it.name);
    }
}
