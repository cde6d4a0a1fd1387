//! What others change between two statements of a transaction. SQLite has one writer at a time, so this is about PostgreSQL.

use std::sync::Arc;

use payments_store::engine::Engine;
use payments_store::{DeliveryState, Settings, Store};

use super::hosted;
use super::support::{MINUTE, Shop, report};
use crate::load::Raise;
use crate::support::{change, number, open, post, server_engine, until_idle};
use crate::watched::Watched;

async fn store_over(engine: &Watched, shop: &Shop) -> Store {
    let engine: Arc<dyn Engine> = Arc::new(engine.clone());
    open(&engine, Arc::new(shop.clock.clone()), Settings::default()).await
}

/// The handler books the difference between the payment before and after the event.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_its_webhook_brings_during_the_query_is_raised_once() {
    let Some(it) = server_engine().await else {
        return;
    };
    let shop = Shop::with_orders_only(&it.engine).await;
    let order = hosted("order-1", "10");
    shop.store.checkout(&shop.gateway, &order).await.unwrap();
    let webhook = shop.gateway.pay("order-1").unwrap();
    let engine = Watched::new(Arc::clone(&it.engine));
    shop.clock.advance(6 * MINUTE);
    let store = store_over(&engine, &shop).await;
    engine.stop_before("INSERT INTO pay_deliveries");
    let received = async {
        engine.stopped().await;
        assert!(post(&shop.store, &shop.gateway, &webhook).await);
        engine.release();
    };
    let gateways = shop.gateways();
    let (done, ()) = tokio::join!(store.reconcile(&gateways, &shop.settings), received);
    // The event is that of the webhook.
    assert_eq!(done.unwrap(), report(|it| it.queries = 1));
    let pending = DeliveryState::Pending;
    assert_eq!(store.deliveries_in(pending, 10).await.unwrap().len(), 1);
    shop.store.run(Raise, until_idle(&shop.store)).await;
    let raised = "SELECT COUNT(*) FROM app_effects WHERE amount = '10'";
    assert_eq!(number(&*it.engine, raised).await, 1);
}

/// What was read is not there any more, so nothing was resolved by the first attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_changes_while_it_is_resolved_is_read_again() {
    let Some(it) = server_engine().await else {
        return;
    };
    let shop = Shop::with_orders_only(&it.engine).await;
    let order = hosted("order-1", "10");
    shop.store.checkout(&shop.gateway, &order).await.unwrap();
    let webhook = shop.gateway.overpay("order-1", "1").unwrap();
    assert!(post(&shop.store, &shop.gateway, &webhook).await);
    shop.handle().await;
    shop.reconcile().await;
    let found = shop.found().await.remove(0);
    let engine = Watched::new(Arc::clone(&it.engine));
    let store = store_over(&engine, &shop).await;
    engine.stop_before("UPDATE pay_findings SET resolved");
    let changed = async {
        engine.stopped().await;
        let sql = "UPDATE pay_findings SET detail = 'something else'";
        assert_eq!(change(&*it.engine, sql).await, 1);
        engine.release();
    };
    let id = found.id();
    let resolved = store.resolve_finding(&id, "ana", "sent back");
    let (resolved, ()) = tokio::join!(resolved, changed);
    assert_eq!(resolved.unwrap().detail, "something else");
    assert_eq!(shop.found().await, []);
}
