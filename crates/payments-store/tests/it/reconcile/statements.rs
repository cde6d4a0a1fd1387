//! Statements and balances.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use payments_core::Clock as _;
use payments_core::scripted::ManualClock;
use payments_facade::layer::Call;
use payments_facade::statement::{Rows, StatementQuery, Statements as _};
use payments_facade::{Answer, Error, Gateway, Gateways, Money, Payment};
use payments_store::{FindingKind, ReconcileSettings, Settings};
use payments_testkit::{FakeFault, FakeGateway};

use super::support::{DAY, HOUR, MINUTE, Shop, report};
use super::{BOOKED, hosted};
use crate::intercepted::{Intercept, Intercepted};
use crate::support::{NOW, engines, local_engines, money, number, open, payout, post};

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_row_without_a_payment_is_found_and_handled_once() {
    for engine in engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        shop.settings
            .kinds
            .retain(|it| *it != FindingKind::MissedWebhook);
        // Deposits have no order, so no query finds one whose webhook is lost.
        shop.gateway.deposit(&money("5")).unwrap();
        shop.gateway.deposit(&money("2.5")).unwrap();
        let known = shop.gateway.deposit(&money("1")).unwrap();
        assert!(post(&shop.store, &shop.gateway, &known).await);
        shop.handle().await;
        assert_eq!(shop.reconcile_after(MINUTE).await.statement_rows, 0);

        let report = shop.reconcile_after(DAY).await;
        assert_eq!(
            (report.statement_rows, report.events, report.findings),
            (3, 2, 3),
            "{}",
            engine.name
        );
        shop.handle().await;
        assert_eq!(number(&*engine.engine, BOOKED).await, 3);
        let found = shop.found().await;
        let ids: Vec<String> = found.iter().map(|it| it.id().to_string()).collect();
        let expected = [
            "statement_without_payment:fake/main:fake-1",
            "statement_without_payment:fake/main:fake-2",
            "sum_difference:fake/main:2023-11-14 USDT",
        ];
        assert_eq!(ids, expected);
        assert_eq!(found[2].money, Some(money("7.5")));

        // It is read again over the overlap, and nothing is found twice.
        let report = shop.reconcile_after(7 * HOUR).await;
        assert_eq!(
            (report.statement_rows, report.events, report.findings),
            (3, 0, 0)
        );
        assert_eq!(shop.found().await.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_comes_late_is_read_over_the_overlap() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        // Its time stays behind.
        let late = FakeGateway::new("late", "main").unwrap();
        let mut gateways = shop.gateways();
        gateways.add(late.clone()).unwrap();
        shop.clock.advance(DAY);
        let report = shop
            .store
            .reconcile(&gateways, &shop.settings)
            .await
            .unwrap();
        assert_eq!(report.statement_rows, 0);
        late.deposit(&money("5")).unwrap();
        shop.clock.advance(2 * DAY);
        let report = shop
            .store
            .reconcile(&gateways, &shop.settings)
            .await
            .unwrap();
        assert_eq!((report.statement_rows, report.events), (1, 1));
    }
}

#[tokio::test]
async fn a_statement_that_breaks_off_is_read_again() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        for _ in 0..5 {
            shop.gateway.deposit(&money("1")).unwrap();
        }
        for _ in 0..3 {
            let lost = FakeFault::Lost { applied: false };
            shop.gateway.script(Call::Statement, lost);
        }
        // What passes skips no day: the next run goes on with the same one.
        for wait in [DAY, 16 * MINUTE, 16 * MINUTE] {
            let report = shop.reconcile_after(wait).await;
            assert_eq!(
                (report.statement_rows, report.problems.len()),
                (0, 1),
                "{report:?}"
            );
        }
        let report = shop.reconcile_after(16 * MINUTE).await;
        assert_eq!((report.statement_rows, report.events), (5, 5));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_statement_states_otherwise_is_a_difference_of_sums() {
    for engine in engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        // Without queries, only the statement shows that it was paid.
        shop.settings.schedule.open.clear();
        shop.store
            .checkout(&shop.gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        shop.gateway.pay("order-1").unwrap();
        let report = shop.reconcile_after(DAY).await;
        assert_eq!(
            (report.statement_rows, report.events),
            (1, 1),
            "{}",
            engine.name
        );
        let found = shop.found().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].kind, FindingKind::SumDifference);
        assert_eq!(found[0].money, Some(money("10")));
        assert_eq!(
            found[0].detail,
            "the statement of 2023-11-14 has 10 USDT, and its payments have 0 USDT by all other sources: compare them"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_that_moved_without_a_payment_is_found_by_the_second_reading() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let gateway = &shop.gateway;
        shop.reconcile_after(MINUTE).await;
        // Known money makes no difference, in whatever order it becomes known.
        shop.store
            .payout(gateway, &payout("payout-1", "4"))
            .await
            .unwrap();
        shop.reconcile_after(2 * HOUR).await;
        let webhook = gateway.complete("payout-1").unwrap();
        assert!(post(&shop.store, gateway, &webhook).await);
        let webhook = gateway.deposit(&money("7")).unwrap();
        assert!(post(&shop.store, gateway, &webhook).await);
        shop.reconcile_after(2 * HOUR).await;
        shop.handle().await;
        for _ in 0..3 {
            shop.reconcile_after(2 * HOUR).await;
        }
        assert_eq!(shop.found().await, [], "{}", engine.name);

        gateway.deposit(&money("0.000000000000000001")).unwrap();
        shop.reconcile_after(2 * HOUR).await;
        assert_eq!(shop.found().await, []);
        shop.reconcile_after(20 * MINUTE).await;
        let found = shop.found().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].id().to_string(),
            "sum_difference:fake/main:balance USDT"
        );
        assert_eq!(found[0].money, Some(money("0.000000000000000001")));
        assert!(
            found[0].detail.contains("0.000000000000000001 more than"),
            "{found:?}"
        );
        assert_eq!(
            gateway.sent(Call::Balances) > 4,
            gateway.balances().is_some()
        );
    }
}

#[tokio::test]
async fn every_balance_that_differs_is_counted() {
    for engine in local_engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        shop.settings.statements_every = 30 * DAY;
        let coins = ["BTC", "TRX", "USDT"].map(|coin| Money::of("1", coin).unwrap());
        for money in &coins {
            shop.gateway.deposit(money).unwrap();
        }
        shop.reconcile().await;
        for money in &coins {
            shop.gateway.deposit(money).unwrap();
        }
        for (wait, found) in [(2 * HOUR, 0), (20 * MINUTE, 3), (2 * HOUR, 0)] {
            let expected = report(|it| it.findings = found);
            assert_eq!(shop.reconcile_after(wait).await, expected, "{wait:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_that_had_gone_and_is_there_again_is_found_again() {
    for engine in engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        shop.settings.statements_every = 30 * DAY;
        shop.reconcile_after(MINUTE).await;
        for _ in 0..2 {
            let late = shop.gateway.deposit(&money("1")).unwrap();
            shop.reconcile_after(2 * HOUR).await;
            shop.reconcile_after(20 * MINUTE).await;
            assert_eq!(shop.found().await.len(), 1, "{}", engine.name);
            assert!(post(&shop.store, &shop.gateway, &late).await);
            shop.handle().await;
            shop.reconcile_after(2 * HOUR).await;
            assert_eq!(shop.found().await, [], "{}", engine.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_in_another_coin_does_not_make_up_for_what_the_statement_states() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        // The webhook of the same deposit states another coin.
        let other = FakeGateway::new("fake", "main").unwrap();
        let webhook = other.deposit(&Money::of("5", "TRX").unwrap()).unwrap();
        assert!(post(&shop.store, &shop.gateway, &webhook).await);
        shop.handle().await;
        shop.gateway.deposit(&money("5")).unwrap();
        shop.reconcile_after(DAY).await;
        let found = shop.found().await;
        let sums: Vec<_> = found
            .iter()
            .filter(|it| it.kind == FindingKind::SumDifference)
            .collect();
        assert_eq!(sums.len(), 1, "{}: {found:?}", engine.name);
        assert_eq!(sums[0].money, Some(money("5")), "{}", engine.name);
    }
}

/// Each row is on a page that is waited for, as over a network.
#[derive(Debug)]
struct Pages;

struct Waiting<'a> {
    rows: Rows<'a>,
    is_fetched: bool,
}

impl Intercept for Pages {
    fn has_statements(&self) -> bool {
        true
    }

    fn rows<'a>(&'a self, inner: &'a FakeGateway, query: &StatementQuery) -> Rows<'a> {
        let rows = inner.rows(query);
        Box::pin(Waiting {
            rows,
            is_fetched: false,
        })
    }
}

impl Stream for Waiting<'_> {
    type Item = Result<Answer<Payment>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_fetched = !self.is_fetched;
        if self.is_fetched {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.rows.as_mut().poll_next(cx)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_statement_is_read_to_its_end_at_the_pace_of_the_budget() {
    for engine in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&engine.engine, Arc::new(clock.clone()), Settings::default()).await;
        let inner = FakeGateway::builder("fake", "main").clock(Arc::new(clock.clone()));
        let inner = inner.build().unwrap();
        for _ in 0..5 {
            inner.deposit(&money("1")).unwrap();
        }
        let mut gateways = Gateways::new();
        gateways.add(Intercepted { inner, by: Pages }).unwrap();
        let mut settings = ReconcileSettings::default();
        settings.statement_overlap = 0;
        settings.calls_per_minute = 3;
        clock.advance(DAY);
        // A statement needs two calls in one minute.
        let mut few = settings.clone();
        few.calls_per_minute = 1;
        let report = store.reconcile(&gateways, &few).await.unwrap();
        assert_eq!(
            (report.statement_rows, report.waiting),
            (0, 1),
            "{}",
            engine.name
        );
        clock.advance(MINUTE);
        let began = clock.now();
        let report = store.reconcile(&gateways, &settings).await.unwrap();
        assert_eq!(report.statement_rows, 5, "{}: {report:?}", engine.name);
        // A minute has three of the six calls: two to begin with, and one for each further page.
        let took = clock.now().since(began);
        assert_eq!(took, Duration::from_secs(60), "{}", engine.name);
    }
}
