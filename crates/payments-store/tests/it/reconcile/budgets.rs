//! What a run leaves for later: calls that the budget does not have, and providers that fail.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::Refusal;
use payments_facade::layer::Call;
use payments_facade::{Gateway, Gateways};
use payments_store::Settings;
use payments_store::engine::{Dialect, Engine, EngineError, Row, Sqlite, Transaction, Value};
use payments_testkit::{FakeFault, FakeGateway, FakeGroup};

use super::hosted;
use super::support::{DAY, HOUR, MINUTE, SetClock, Shop, Unkeyed, report};
use crate::support::{TestEngine, local_engines, money, open, payout, post};

const LOST: FakeFault = FakeFault::Lost { applied: false };

#[tokio::test]
async fn without_calls_everything_waits_and_is_counted() {
    for engine in local_engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        let order = hosted("order-1", "10");
        store.checkout(gateway, &order).await.unwrap();
        for name in ["payout-1", "payout-2"] {
            let lost = FakeFault::Lost { applied: true };
            gateway.script(Call::CreatePayout, lost);
            store.payout(gateway, &payout(name, "4")).await.unwrap_err();
        }
        shop.settings.calls_per_run = 0;
        // Two intents, the order, the statements and the balances.
        let all_wait = report(|it| it.waiting = 5);
        assert_eq!(shop.reconcile_after(6 * MINUTE).await, all_wait);
        shop.settings.calls_per_run = 1_000;
        let report = shop.reconcile_after(HOUR).await;
        assert_eq!((report.resolved_intents, report.waiting), (2, 0));
    }
}

#[tokio::test]
async fn a_budget_is_used_to_its_last_call() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        shop.settings.calls_per_minute = 1;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let queried = report(|it| it.queries = 1);
        assert_eq!(shop.reconcile_after(6 * MINUTE).await, queried);
    }
}

/// An engine whose commits take a fifth of a second each, by the clock of a test.
#[derive(Debug)]
struct SlowCommits {
    inner: Arc<dyn Engine>,
    clock: SetClock,
}

#[async_trait]
impl Engine for SlowCommits {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        Ok(Box::new(SlowCommit {
            inner: self.inner.begin().await?,
            clock: self.clock.clone(),
        }))
    }

    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }
}

struct SlowCommit {
    inner: Box<dyn Transaction>,
    clock: SetClock,
}

#[async_trait]
impl Transaction for SlowCommit {
    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, EngineError> {
        self.inner.execute(sql, values).await
    }

    async fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, EngineError> {
        self.inner.query(sql, values).await
    }

    async fn query_each(
        &mut self,
        sql: &str,
        values: &[Vec<Value>],
    ) -> Result<Vec<Row>, EngineError> {
        self.inner.query_each(sql, values).await
    }

    async fn commit(self: Box<Self>) -> Result<(), EngineError> {
        self.clock.advance(Duration::from_millis(200));
        self.inner.commit().await
    }
}

/// A run looks at each row once, however long that takes: what is due again meanwhile waits for the next one.
#[tokio::test]
async fn a_run_over_a_backlog_comes_to_an_end() {
    let engine = TestEngine::new("memory", Arc::new(Sqlite::in_memory().unwrap()));
    engine.prepare().await;
    let mut shop = Shop::with_orders_only(&engine.engine).await;
    for number in 0..700 {
        let order = hosted(&format!("order-{number}"), "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
    }
    let (inner, clock) = (Arc::clone(&engine.engine), shop.clock.clone());
    let slow: Arc<dyn Engine> = Arc::new(SlowCommits { inner, clock });
    shop.store = open(&slow, Arc::new(shop.clock.clone()), Settings::default()).await;
    shop.settings.calls_per_minute = 1;
    let done = shop.reconcile_after(6 * MINUTE).await;
    assert_eq!(done, report(|it| (it.queries, it.waiting) = (1, 699)));
    assert_eq!(shop.gateway.sent(Call::FindCheckout), 1);
}

#[tokio::test]
async fn an_account_requests_webhooks_as_often_in_a_day_as_it_may() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        let gateways = Unkeyed::gateways(&shop.gateway);
        shop.settings.resends_per_day = 1;
        for name in ["order-1", "order-2"] {
            let order = hosted(name, "10");
            shop.store.checkout(&shop.gateway, &order).await.unwrap();
            shop.gateway.pay(name).unwrap();
        }
        for (wait, resends, findings) in [
            (6 * MINUTE, 0, 0),
            (20 * MINUTE, 1, 2),
            (2 * HOUR, 0, 0),
            (DAY, 1, 0),
        ] {
            shop.clock.advance(wait);
            let done = shop.store.reconcile(&gateways, &shop.settings).await;
            let expected = report(|it| {
                (it.queries, it.resends, it.findings) = (2, resends, findings);
            });
            assert_eq!(done.unwrap(), expected, "after {wait:?}");
        }
        let sent = shop.gateway.sent(Call::ResendWebhooks);
        assert_eq!(sent, 2, "{}", engine.name);
    }
}

#[tokio::test]
async fn webhooks_are_not_requested_without_the_calls_that_this_takes() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        let gateways = Unkeyed::gateways(&shop.gateway);
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        shop.gateway.pay("order-1").unwrap();
        // One for the query, and three for the request.
        for (calls, resends) in [(3, 0), (3, 0), (4, 1)] {
            shop.settings.calls_per_run = calls;
            shop.clock.advance(20 * MINUTE);
            let report = shop.store.reconcile(&gateways, &shop.settings).await;
            let report = report.unwrap();
            assert_eq!((report.queries, report.resends), (1, resends), "{calls}");
        }
    }
}

#[tokio::test]
async fn a_provider_that_fails_five_queries_in_a_row_is_left_alone_for_a_quarter_of_an_hour() {
    for engine in local_engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        for number in 0..13 {
            let order = hosted(&format!("order-{number}"), "10");
            shop.store.checkout(&shop.gateway, &order).await.unwrap();
        }
        // Four may fail.
        for _ in 0..4 {
            shop.gateway.script(Call::FindCheckout, LOST);
        }
        let first = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((first.queries, first.problems.len()), (9, 4), "{first:?}");
        for _ in 0..13 {
            shop.gateway.script(Call::FindCheckout, LOST);
        }
        let second = shop.reconcile_after(6 * MINUTE).await;
        let failed = (second.queries, second.waiting, second.problems.len());
        assert_eq!(failed, (0, 8, 5), "{}: {second:?}", engine.name);
        assert_eq!(shop.gateway.sent(Call::FindCheckout), 13 + 5);
        // Those that failed are due again before those that were not tried.
        assert_eq!(shop.reconcile_after(6 * MINUTE).await.problems.len(), 5);
        assert_eq!(shop.gateway.sent(Call::FindCheckout), 13 + 10);
        let last = shop.reconcile_after(10 * MINUTE).await;
        assert_eq!((last.queries, last.problems.len()), (10, 3), "{last:?}");
    }
}

/// A gateway of which the outcome of 20 payouts is unknown, and whose queries about them fail like this.
async fn with_unknown_payouts(shop: &Shop, fault: FakeFault) -> FakeGateway {
    let failing = FakeGateway::builder("fake", "failing")
        .balance(&money("100"))
        .clock(Arc::new(shop.clock.clone()));
    let failing = failing.build().unwrap();
    for number in 0..20 {
        let lost = FakeFault::Lost { applied: false };
        failing.script(Call::CreatePayout, lost);
        let order = payout(&format!("payout-{number}"), "1");
        shop.store.payout(&failing, &order).await.unwrap_err();
        failing.script(Call::Resolve, fault);
        failing.script(Call::Resolve, fault);
    }
    failing
}

/// Each of its queries may take as long as its deadline.
#[tokio::test]
async fn a_provider_out_of_reach_holds_up_the_intents_and_payments_of_no_other() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let failing = with_unknown_payouts(&shop, LOST).await;
        let mut gateways = shop.gateways();
        gateways.add(failing.clone()).unwrap();
        shop.clock.advance(6 * MINUTE);
        shop.settings.kinds.clear();
        let done = shop.store.reconcile(&gateways, &shop.settings).await;
        assert_eq!(done.unwrap().queries, 1, "{}", engine.name);
        assert_eq!(failing.sent(Call::Resolve), 5, "{}", engine.name);
        // In the next run it may have recovered.
        shop.clock.advance(6 * MINUTE);
        assert_eq!(shop.store.resolve_due(&gateways).await.unwrap(), 0);
        assert_eq!(failing.sent(Call::Resolve), 10, "{}", engine.name);
    }
}

/// It answers, so it can be asked about others.
#[tokio::test]
async fn a_provider_that_refuses_queries_is_asked_about_all_intents() {
    for engine in local_engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let refused = FakeFault::Refused(Refusal::Request);
        let failing = with_unknown_payouts(&shop, refused).await;
        let mut gateways = Gateways::new();
        gateways.add(failing.clone()).unwrap();
        shop.clock.advance(6 * MINUTE);
        assert_eq!(shop.store.resolve_due(&gateways).await.unwrap(), 0);
        assert_eq!(failing.sent(Call::Resolve), 20, "{}", engine.name);
    }
}

/// They share a row of the store, because they share a name.
#[tokio::test]
async fn an_order_and_a_payout_of_one_reference_are_both_queried_as_far_as_there_are_calls() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        let gateway = FakeGateway::builder("fake", "main")
            .only(&[FakeGroup::Checkout, FakeGroup::Payouts])
            .balance(&money("100"))
            .clock(Arc::new(shop.clock.clone()));
        shop.gateway = gateway.build().unwrap();
        let (store, gateway) = (&shop.store, &shop.gateway);
        let order = hosted("both", "10");
        store.checkout(gateway, &order).await.unwrap();
        // This gateway takes a reference once, and not every provider does.
        let other = Shop::open(&engine.engine).await.gateway;
        other.deposit(&money("1")).unwrap();
        let payouts = other.payouts().unwrap();
        payouts.create(&payout("both", "4")).await.unwrap();
        let webhook = other.complete("both").unwrap();
        assert!(post(store, gateway, &webhook).await);
        shop.handle().await;
        for (calls, expected) in [(1, [1, 0]), (2, [2, 1])] {
            shop.settings.calls_per_run = calls;
            let gateways = shop.gateways();
            shop.clock.advance(6 * MINUTE);
            let report = shop.store.reconcile(&gateways, &shop.settings).await;
            assert_eq!(report.unwrap().problems, []);
            let sent = [Call::FindCheckout, Call::FindPayout].map(|call| shop.gateway.sent(call));
            assert_eq!(sent, expected, "{}: {calls} calls", engine.name);
        }
    }
}
