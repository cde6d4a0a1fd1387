//! Clocks that were ahead, or are.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Timestamp};
use payments_facade::checkout::Checkout;
use payments_facade::layer::Call;
use payments_facade::{Answer, Error, Gateways, Lookup, Payment};
use payments_store::engine::Engine;
use payments_testkit::FakeGateway;

use super::hosted;
use super::support::{HOUR, MINUTE, SetClock, Shop};
use crate::intercepted::{Intercept, Intercepted};
use crate::support::{NOW, change, engines, local_engines, number};

/// The calls of its time were counted in a minute that is yet to come.
#[tokio::test]
async fn a_clock_that_was_ahead_and_was_set_back_leaves_calls_for_now() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let sql = format!(
            "INSERT INTO pay_budgets (name, started_at, used) VALUES ('fake', {}, 30)",
            NOW.as_millis() + 86_400_000
        );
        change(&*engine.engine, &sql).await;
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.waiting), (1, 0), "{report:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_due_by_a_clock_that_was_ahead_is_due_when_it_was_set_back() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let ahead = shop.with_clock(&engine.engine, NOW.checked_add(1_000 * HOUR).unwrap());
        let ahead = ahead.await;
        let order = hosted("order-1", "10");
        ahead.store.checkout(&shop.gateway, &order).await.unwrap();
        // It reads statements and balances as well.
        ahead.reconcile().await;
        let tasks = "SELECT COUNT(*) FROM pay_cursors";
        assert_eq!(number(&*engine.engine, tasks).await, 2, "{}", engine.name);
        let read = shop.gateway.sent(Call::Balances);

        shop.gateway.pay("order-1").unwrap();
        // It was never queried, so it is now.
        let report = shop.reconcile().await;
        assert_eq!((report.queries, report.events), (1, 1), "{}", engine.name);
        assert_eq!(shop.gateway.sent(Call::Balances), read + 1);
        let later = NOW.checked_add(100 * HOUR).unwrap().as_millis();
        let left = format!("{tasks} WHERE due_at > {later}");
        assert_eq!(number(&*engine.engine, &left).await, 0, "{}", engine.name);
    }
}

/// A machine that starts in 1970 reconciles once, before its clock is set.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_far_behind_ends_no_schedule() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let behind = shop.with_clock(&engine.engine, Timestamp::from_secs(1_000));
        behind.await.reconcile().await;
        shop.reconcile().await;

        // Its webhook is lost.
        shop.gateway.pay("order-1").unwrap();
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!(report.events, 1, "{}", engine.name);
    }
}

/// While a query is under way, another process changes the payment, and its clock is ahead.
#[derive(Debug)]
struct Change {
    engine: Arc<dyn Engine>,
    clock: SetClock,
}

impl Change {
    fn poll_at(&self) -> u64 {
        let ahead = self.clock.now().checked_add(Duration::from_secs(10));
        ahead.unwrap().as_millis()
    }
}

#[async_trait]
impl Intercept for Change {
    async fn find(
        &self,
        inner: &FakeGateway,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        let sql = format!("UPDATE pay_payments SET poll_at = {}", self.poll_at());
        assert_eq!(change(&*self.engine, &sql).await, 1);
        Checkout::find(inner, by).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_during_a_query_by_a_clock_that_is_ahead_stays_due() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        shop.reconcile_after(6 * MINUTE).await;
        // The next answer states nothing new, which would make the payment due as well.
        shop.clock.advance(6 * MINUTE);
        let by = Change {
            engine: Arc::clone(&engine.engine),
            clock: shop.clock.clone(),
        };
        let expected = i64::try_from(by.poll_at()).unwrap();
        let (mut gateways, inner) = (Gateways::new(), shop.gateway.clone());
        gateways.add(Intercepted { inner, by }).unwrap();
        let report = shop.store.reconcile(&gateways, &shop.settings).await;
        assert_eq!(report.unwrap().queries, 1, "{}", engine.name);
        let due = number(&*engine.engine, "SELECT poll_at FROM pay_payments").await;
        assert_eq!(due, expected, "{}", engine.name);
    }
}
