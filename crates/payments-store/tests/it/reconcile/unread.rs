//! Days of statements, and rows, that cannot be read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payments_core::Date;
use payments_facade::{Gateways, Money};
use payments_store::{Finding, FindingFilter, FindingKind, ReconcileReport, Step};
use payments_testkit::FakeFault;

use super::support::{DAY, HOUR, MINUTE, Shop};
use super::{BOOKED, hosted};
use crate::intercepted::{Intercept, Intercepted};
use crate::support::{change, engines, local_engines, money, number, payout};

/// Cannot be decoded now or later.
const BROKEN: FakeFault = FakeFault::Undecodable { applied: false };

/// Says that it can be read in a moment.
const LATER: FakeFault = FakeFault::Busy;

/// When a day is read again that could not be read.
const RETRY: Duration = Duration::from_secs(15 * 60);

/// What happens to the statements of these days of November 2023, every time.
#[derive(Clone, Debug, Default)]
struct Faults(Arc<Mutex<BTreeMap<u8, FakeFault>>>);

impl Faults {
    fn set(&self, days: impl Iterator<Item = u8>, fault: FakeFault) {
        self.0.lock().unwrap().extend(days.map(|day| (day, fault)));
    }

    fn clear(&self) {
        self.0.lock().unwrap().clear();
    }
}

impl Intercept for Faults {
    fn has_statements(&self) -> bool {
        true
    }

    fn fault_of(&self, day: Date) -> Option<FakeFault> {
        self.0.lock().unwrap().get(&day.parts().2).copied()
    }
}

async fn reconcile_after(shop: &Shop, faults: &Faults, time: Duration) -> ReconcileReport {
    shop.clock.advance(time);
    let (inner, by) = (shop.gateway.clone(), faults.clone());
    let mut gateways = Gateways::new();
    gateways.add(Intercepted { inner, by }).unwrap();
    let report = shop.store.reconcile(&gateways, &shop.settings).await;
    report.unwrap()
}

/// The findings about days, also those that are resolved.
async fn unread(shop: &Shop) -> Vec<Finding> {
    let filter = FindingFilter {
        kind: Some(FindingKind::Unreadable),
        with_resolved: true,
        ..FindingFilter::default()
    };
    shop.store.findings_by(&filter, 100).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_is_never_answered_holds_up_no_other_and_becomes_a_finding() {
    for fault in [BROKEN, LATER] {
        for engine in engines().await {
            let (shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
            let case = format!("{} {fault:?}", engine.name);
            shop.gateway.deposit(&money("1")).unwrap();
            faults.set(12..13, fault);
            reconcile_after(&shop, &faults, DAY).await;
            reconcile_after(&shop, &faults, 16 * MINUTE).await;
            assert_eq!(number(&*engine.engine, BOOKED).await, 0);
            shop.handle().await;
            assert_eq!(number(&*engine.engine, BOOKED).await, 1, "{case}");
            assert_eq!(unread(&shop).await, [], "{case}");

            shop.gateway.deposit(&money("2")).unwrap();
            for wait in [DAY, 7 * HOUR, 7 * HOUR] {
                let report = reconcile_after(&shop, &faults, wait).await;
                assert_eq!(report.problems.len(), 1, "{case}: {report:?}");
            }
            shop.handle().await;
            assert_eq!(number(&*engine.engine, BOOKED).await, 2, "{case}");
            let found = unread(&shop).await;
            assert_eq!(found.len(), 1, "{case}: {found:?}");
            assert_eq!(found[0].subject, "statement of 2023-11-12");
            assert!(found[0].detail.contains("by hand") && found[0].resolved_at.is_none());

            // It is tried until a person resolves it, and read when that is possible.
            faults.clear();
            let report = reconcile_after(&shop, &faults, 7 * HOUR).await;
            assert_eq!(report.problems, [], "{case}");
            let resolved = &unread(&shop).await[0].resolutions;
            assert_eq!(resolved[0].by, "reconciler", "{case}");
            let left = "SELECT COUNT(*) FROM pay_unread_days";
            assert_eq!(number(&*engine.engine, left).await, 0, "{case}");
        }
    }
}

#[tokio::test]
async fn a_provider_that_fails_for_weeks_loses_no_day() {
    for fault in [BROKEN, LATER] {
        for engine in local_engines().await {
            let (shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
            faults.set(1..31, fault);
            for _ in 0..10 {
                shop.gateway.deposit(&money("1")).unwrap();
                for wait in [12 * HOUR, 6 * HOUR, 6 * HOUR] {
                    let report = reconcile_after(&shop, &faults, wait).await;
                    // The provider is left alone after some failures.
                    assert!(report.problems.len() <= 5, "{report:?}");
                }
            }
            assert!(unread(&shop).await.len() >= 8, "{fault:?}");
            faults.clear();
            let report = reconcile_after(&shop, &faults, 7 * HOUR).await;
            assert_eq!((report.events, report.problems.len()), (10, 0), "{fault:?}");
            let open = unread(&shop).await;
            assert!(open.iter().all(|it| it.resolved_at.is_some()), "{open:?}");
        }
    }
}

#[tokio::test]
async fn the_days_after_four_that_cannot_be_read_are_read_and_those_after_five_wait() {
    for (broken, read) in [(4, 1), (5, 0)] {
        for engine in local_engines().await {
            let (mut shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
            shop.settings.statement_overlap = broken;
            shop.gateway.deposit(&money("1")).unwrap();
            let first = 14 - u8::try_from(broken).unwrap();
            faults.set(first..14, BROKEN);
            let report = reconcile_after(&shop, &faults, DAY).await;
            let (failed, rows) = (report.problems.len(), report.statement_rows);
            assert_eq!((failed, rows), (usize::try_from(broken).unwrap(), read));
        }
    }
}

#[tokio::test]
async fn a_day_is_not_tried_any_more_after_a_person_resolved_it() {
    for engine in local_engines().await {
        let (shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
        faults.set(12..13, BROKEN);
        // It is found as soon as it could not be read for a day.
        for (wait, findings) in [(DAY, 0), (DAY - RETRY, 0), (RETRY, 1), (DAY, 0)] {
            let report = reconcile_after(&shop, &faults, wait).await;
            assert_eq!(report.findings, findings, "{report:?}");
        }
        let id = unread(&shop).await[0].id();
        let resolve = shop.store.resolve_finding(&id, "ana", "compared by hand");
        resolve.await.unwrap();
        let problems = reconcile_after(&shop, &faults, DAY).await.problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        let report = reconcile_after(&shop, &faults, DAY).await;
        assert_eq!((report.problems.len(), report.findings), (0, 0));
        assert!(unread(&shop).await[0].resolved_at.is_some());
    }
}

#[tokio::test]
async fn a_day_that_was_read_after_a_person_resolved_it_is_found_again_when_it_cannot_be() {
    for engine in local_engines().await {
        let (mut shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
        shop.settings.statement_overlap = 10;
        faults.set(13..14, BROKEN);
        for findings in [0, 1] {
            let report = reconcile_after(&shop, &faults, DAY).await;
            assert_eq!(report.findings, findings, "{report:?}");
        }
        let id = unread(&shop).await[0].id();
        let resolve = shop.store.resolve_finding(&id, "ana", "compared by hand");
        resolve.await.unwrap();
        reconcile_after(&shop, &faults, DAY).await;
        faults.clear();
        assert_eq!(reconcile_after(&shop, &faults, DAY).await.problems, []);
        faults.set(13..14, BROKEN);
        for findings in [0, 1] {
            let report = reconcile_after(&shop, &faults, DAY).await;
            assert_eq!(report.findings, findings, "{report:?}");
        }
        assert_eq!(shop.found().await[0].id(), id, "{}", engine.name);
    }
}

/// A row of the statement belongs to a payment that cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_cannot_be_read_holds_up_no_other_of_its_day() {
    for engine in engines().await {
        let (shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
        let known = shop.gateway.deposit(&money("1")).unwrap();
        assert!(crate::support::post(&shop.store, &shop.gateway, &known).await);
        shop.handle().await;
        let copy = "CREATE TABLE backup AS SELECT id, document FROM pay_payments";
        change(&*engine.engine, copy).await;
        change(&*engine.engine, "UPDATE pay_payments SET document = '['").await;

        // Its webhook is lost.
        shop.gateway.deposit(&money("2")).unwrap();
        let report = reconcile_after(&shop, &faults, DAY).await;
        let counted = (report.events, report.findings, report.statement_rows);
        assert_eq!(counted, (1, 2, 1), "{}: {report:?}", engine.name);
        // The day is read again, and its sums are compared when all of it can be read.
        let report = reconcile_after(&shop, &faults, 16 * MINUTE).await;
        assert_eq!((report.events, report.problems.len()), (0, 2), "{report:?}");
        // By now the webhook is missed.
        assert_eq!(report.findings, 1, "{}: {report:?}", engine.name);
        shop.handle().await;
        assert_eq!(number(&*engine.engine, BOOKED).await, 2, "{}", engine.name);
        let ids = |found: Vec<Finding>| -> Vec<String> {
            let kept = found.iter();
            let kept = kept.filter(|it| it.kind != FindingKind::MissedWebhook);
            kept.map(|it| it.id().to_string()).collect()
        };
        // Statement and poll come across the same payment.
        let expected = [
            "statement_without_payment:fake/main:fake-2",
            "unreadable:fake/main:fake/main:provider:fake-1",
        ];
        assert_eq!(ids(shop.found().await), expected, "{}", engine.name);

        let repair = "UPDATE pay_payments SET document = (SELECT document FROM backup WHERE backup.id = pay_payments.id)
            WHERE document = '['";
        change(&*engine.engine, repair).await;
        let report = reconcile_after(&shop, &faults, 16 * MINUTE).await;
        assert_eq!(report.problems, [], "{}", engine.name);
        let days = "SELECT COUNT(*) FROM pay_unread_days";
        assert_eq!(number(&*engine.engine, days).await, 0, "{}", engine.name);
        let found = ids(shop.found().await);
        let sums = "sum_difference:fake/main:2023-11-14 USDT".to_owned();
        assert!(found.contains(&sums), "{}: {found:?}", engine.name);
    }
}

#[tokio::test]
async fn a_payment_that_only_a_statement_comes_across_is_found_once() {
    for engine in local_engines().await {
        let (shop, faults) = (Shop::open(&engine.engine).await, Faults::default());
        let known = shop.gateway.deposit(&money("1")).unwrap();
        assert!(crate::support::post(&shop.store, &shop.gateway, &known).await);
        shop.handle().await;
        let damage = "UPDATE pay_payments SET document = '[', poll_at = NULL";
        change(&*engine.engine, damage).await;
        for (wait, findings) in [(DAY, 1), (RETRY, 0)] {
            let report = reconcile_after(&shop, &faults, wait).await;
            let counted = (report.findings, report.problems.len());
            assert_eq!(counted, (findings, 1), "{}: {report:?}", engine.name);
        }
        assert_eq!(unread(&shop).await.len(), 1, "{}", engine.name);
    }
}

/// The sums that balances are compared with are no reason to leave payments alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_sum_that_cannot_be_read_holds_up_no_query() {
    for engine in engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        shop.settings.schedule.completed = vec![Step {
            until: 30 * DAY,
            every: HOUR,
        }];
        for name in ["order-1", "order-2"] {
            let order = hosted(name, "10");
            shop.store.checkout(&shop.gateway, &order).await.unwrap();
            let webhook = shop.gateway.pay(name).unwrap();
            assert!(crate::support::post(&shop.store, &shop.gateway, &webhook).await);
            shop.handle().await;
            let report = shop.reconcile_after(2 * HOUR).await;
            let problems = report.problems;
            assert_eq!(problems, [], "{}", engine.name);
            let damage = "UPDATE pay_balances SET came_in = 'x'";
            assert_eq!(change(&*engine.engine, damage).await, 1);
        }
        let report = shop.reconcile_after(2 * HOUR).await;
        assert_eq!(report.queries, 2, "{}: {report:?}", engine.name);
        let found = unread(&shop).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].subject, "balance USDT");

        // When it can be read, both count.
        let repair = "UPDATE pay_balances SET came_in = '10'";
        change(&*engine.engine, repair).await;
        shop.reconcile_after(2 * HOUR).await;
        let sum = "SELECT COUNT(*) FROM pay_balances WHERE came_in = '20'";
        assert_eq!(number(&*engine.engine, sum).await, 1, "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_cannot_be_read_holds_up_no_query_of_its_payment() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let sql = "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at, resolutions)
            VALUES ('underpaid', 'order-1', 'fake/main', 'something is missing', 1, '[')";
        change(&*engine.engine, sql).await;
        shop.gateway.pay("order-1").unwrap();
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.events), (1, 1), "{report:?}");
    }
}

/// The answer to its query belongs to a payment that cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn an_intent_whose_payment_cannot_be_read_holds_up_no_other() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        for name in ["p-1", "p-2"] {
            let order = payout(name, "4");
            shop.store.payout(&shop.gateway, &order).await.unwrap();
        }
        let sql = "UPDATE pay_payments SET document = '[' WHERE document LIKE '%\"p-1\"%'";
        assert_eq!(change(&*engine.engine, sql).await, 1, "{}", engine.name);
        change(
            &*engine.engine,
            "UPDATE pay_intents SET state = 'unknown', due_at = 1",
        )
        .await;
        let report = shop.reconcile_after(MINUTE).await;
        assert_eq!(report.resolved_intents, 1, "{}: {report:?}", engine.name);
        // The query of the intent and that of the payment come across the same row.
        let found = unread(&shop).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].subject, "fake/main:provider:fake-1");
        let open = shop.store.open_intents(10).await.unwrap();
        assert_eq!(open.len(), 1, "{open:?}");
        assert!(
            open[0]
                .problem
                .as_ref()
                .is_some_and(|it| it.contains("cannot be read"))
        );
    }
}

/// A name of the payment belongs to a row that cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_stored_holds_up_no_other_payment() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        for name in ["order-1", "order-2"] {
            let order = hosted(name, "10");
            shop.store.checkout(&shop.gateway, &order).await.unwrap();
        }
        let sql = "INSERT INTO pay_payments (id, document, version, changed_at, gateway) VALUES ('x', '[', 1, 1, 'fake/main')";
        change(&*engine.engine, sql).await;
        let sql = "UPDATE pay_names SET payment = 'x' WHERE kind = 'provider' AND payment LIKE '%order-1'
            OR payment IN (SELECT payment FROM pay_names WHERE name = 'order-1') AND kind = 'provider'";
        assert_eq!(change(&*engine.engine, sql).await, 1, "{}", engine.name);
        let report = shop.reconcile_after(6 * MINUTE).await;
        let done = (report.queries, report.findings, report.problems.len());
        assert_eq!(done, (1, 1, 1), "{}: {report:?}", engine.name);
        assert_eq!(unread(&shop).await.len(), 1, "{}", engine.name);
    }
}

#[tokio::test]
async fn a_balance_that_cannot_be_compared_holds_up_no_other() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        shop.gateway
            .deposit(&Money::of("5", "BTC").unwrap())
            .unwrap();
        shop.reconcile_after(MINUTE).await;
        let sql = "UPDATE pay_balances SET baseline = '[' WHERE asset = 'BTC'";
        assert_eq!(change(&*engine.engine, sql).await, 1, "{}", engine.name);
        shop.gateway.deposit(&money("1")).unwrap();
        shop.reconcile_after(2 * HOUR).await;
        shop.reconcile_after(20 * MINUTE).await;
        let found: Vec<String> = shop
            .found()
            .await
            .iter()
            .map(|it| it.id().to_string())
            .collect();
        let expected = [
            "sum_difference:fake/main:balance USDT",
            "unreadable:fake/main:balance BTC",
        ];
        assert_eq!(found, expected, "{}", engine.name);
    }
}
