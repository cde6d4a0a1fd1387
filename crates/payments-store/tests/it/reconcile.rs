//! The reconciler over every engine, with a gateway in memory.

mod budgets;
mod clocks;
mod crash;
mod days;
mod findings;
mod queries;
mod races;
mod sandbox;
mod statements;
mod support;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use payments_facade::layer::Call;
use payments_facade::ticket::{ClosedAs, MoneyCall};
use payments_facade::{CheckoutOrder, Gateway, Lookup, Phase};
use payments_store::{DeliveryState, FindingKind, IntentState, ReconcileSettings};
use payments_testkit::FakeFault;

use self::support::{HOUR, MINUTE, Shop, Unkeyed};
use crate::load::Raise;
use crate::support::{
    change, engines, local_engines, money, number, payout, post, reference, until_idle,
};

const BOOKED: &str = "SELECT COUNT(*) FROM app_effects";

fn hosted(name: &str, amount: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(name), money(amount))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_webhook_reaches_the_handler_once_and_is_a_finding_after_a_while() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let gateway = &shop.gateway;
        let order = hosted("order-1", "10");
        shop.store.checkout(gateway, &order).await.unwrap();
        let lost = gateway.pay("order-1").unwrap();

        // It is not due yet.
        let report = shop.reconcile_after(Duration::ZERO).await;
        assert_eq!((report.queries, report.events), (0, 0), "{}", engine.name);

        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.events, report.findings), (1, 1, 0));
        shop.handle().await;
        assert_eq!(number(&*engine.engine, BOOKED).await, 1, "{}", engine.name);
        let by = Lookup::from(order.reference().clone());
        let all = shop.store.payments(gateway.id(), &by).await.unwrap();
        assert_eq!(all[0].phase(), Phase::Completed);

        // Nothing more is found before the webhook is overdue, and nothing twice.
        assert_eq!(shop.reconcile_after(MINUTE).await.findings, 0);
        assert_eq!(shop.reconcile_after(16 * MINUTE).await.findings, 1);
        assert_eq!(shop.reconcile_after(16 * MINUTE).await.findings, 0);
        let found = shop.found().await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, FindingKind::MissedWebhook);
        assert!(found[0].subject.starts_with("fake/main:fake-1:completed"));

        // It comes after all.
        assert!(post(&shop.store, gateway, &lost).await);
        shop.handle().await;
        assert_eq!(number(&*engine.engine, BOOKED).await, 1, "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_comes_in_time_is_no_finding() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let slow = shop.gateway.pay("order-1").unwrap();
        assert_eq!(shop.reconcile_after(6 * MINUTE).await.events, 1);
        assert!(post(&shop.store, &shop.gateway, &slow).await);
        shop.handle().await;
        for _ in 0..10 {
            assert_eq!(shop.reconcile_after(HOUR).await.findings, 0);
        }
        assert_eq!(number(&*engine.engine, BOOKED).await, 1);
        assert_eq!(shop.found().await, []);
    }
}

/// The handler books the difference between the payment before and after the event.
#[tokio::test(flavor = "multi_thread")]
async fn a_query_does_not_take_the_effect_from_an_event_that_waits_for_its_handler() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        for name in ["dead", "pending"] {
            store.checkout(gateway, &hosted(name, "10")).await.unwrap();
            let webhook = gateway.pay(name).unwrap();
            assert!(post(store, gateway, &webhook).await);
        }
        let kill =
            "UPDATE pay_deliveries SET state = 'dead' WHERE effect_key LIKE 'fake/main:fake-1:%'";
        change(&*engine.engine, kill).await;
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.events), (2, 0), "{}", engine.name);
        let dead = store.deliveries_in(DeliveryState::Dead, 10).await.unwrap();
        assert_eq!(dead.len(), 1, "{}", engine.name);
        store.revive(&dead[0].effect_key).await.unwrap();
        store.run(Raise, until_idle(store)).await;
        let raised = "SELECT COUNT(*) FROM app_effects WHERE amount = '10'";
        assert_eq!(number(&*engine.engine, raised).await, 2, "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_70_hours_after_the_end_is_found() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let gateway = &shop.gateway;
        shop.store
            .checkout(gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        shop.reconcile_after(HOUR).await;
        gateway.expire("order-1").unwrap();
        shop.reconcile_after(HOUR).await;
        shop.handle().await;

        for hour in 1..=90 {
            if hour == 70 {
                gateway.pay("order-1").unwrap();
            }
            shop.reconcile_after(HOUR).await;
            shop.handle().await;
        }
        let found = shop.found().await;
        let late: Vec<_> = found
            .iter()
            .filter(|it| it.kind == FindingKind::LatePayment)
            .collect();
        assert_eq!(late.len(), 1, "{found:?}");
        assert_eq!(late[0].money, Some(money("10")));
        // The end, and the payment.
        assert_eq!(number(&*engine.engine, BOOKED).await, 2, "{}", engine.name);

        // No query follows.
        let queries = gateway.sent(Call::FindCheckout);
        for _ in 0..30 {
            shop.reconcile_after(24 * HOUR).await;
        }
        assert_eq!(gateway.sent(Call::FindCheckout), queries);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_budget_is_shared_by_all_processes_and_the_rest_waits_its_turn() {
    for engine in engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        shop.settings.calls_per_minute = 3;
        for order in 0..8 {
            let order = hosted(&format!("order-{order}"), "10");
            shop.store.checkout(&shop.gateway, &order).await.unwrap();
        }
        let other = Shop {
            store: shop.another_store(&engine.engine).await,
            ..shop.clone()
        };
        shop.clock.advance(6 * MINUTE);
        let (one, two) = tokio::join!(shop.reconcile(), other.reconcile());
        assert_eq!(one.queries + two.queries, 3, "{}", engine.name);
        assert_eq!(one.waiting + two.waiting, 5);
        assert_eq!(shop.reconcile_after(MINUTE).await.queries, 3);
        assert_eq!(shop.reconcile_after(MINUTE).await.queries, 2);
        assert_eq!(shop.gateway.sent(Call::FindCheckout), 8);
    }
}

#[tokio::test]
async fn a_run_makes_no_more_calls_than_it_may() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        shop.settings.calls_per_run = 2;
        for order in 0..3 {
            let order = hosted(&format!("order-{order}"), "10");
            shop.store.checkout(&shop.gateway, &order).await.unwrap();
        }
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.waiting), (2, 1));
    }
}

#[tokio::test]
async fn a_failed_query_is_a_problem_and_is_repeated() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        shop.store
            .checkout(&shop.gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        shop.gateway.pay("order-1").unwrap();
        shop.gateway
            .script(Call::FindCheckout, FakeFault::Lost { applied: false });
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.problems.len()), (0, 1));
        assert!(
            report.problems[0]
                .text
                .starts_with("the query of order-1 failed"),
            "{report:?}"
        );
        assert_eq!(shop.reconcile_after(6 * MINUTE).await.events, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_requested_again_where_a_query_cannot_be_booked() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let gateways = Unkeyed::gateways(&shop.gateway);
        let settings = &shop.settings;
        shop.store
            .checkout(&shop.gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        shop.gateway.pay("order-1").unwrap();
        shop.clock.advance(6 * MINUTE);
        let report = shop.store.reconcile(&gateways, settings).await.unwrap();
        // The webhook may be under way.
        assert_eq!((report.queries, report.events, report.resends), (1, 0, 0));
        shop.clock.advance(20 * MINUTE);
        let report = shop.store.reconcile(&gateways, settings).await.unwrap();
        assert_eq!((report.resends, report.findings), (1, 1), "{}", engine.name);
        assert_eq!(number(&*engine.engine, BOOKED).await, 0);
        let webhooks = shop.gateway.webhooks_sent();
        assert!(post(&shop.store, &shop.gateway, webhooks.last().unwrap()).await);
        shop.handle().await;
        assert_eq!(number(&*engine.engine, BOOKED).await, 1);

        // It is booked, so no further request follows.
        for _ in 0..20 {
            shop.clock.advance(6 * HOUR);
            let report = shop.store.reconcile(&gateways, settings).await.unwrap();
            assert_eq!((report.resends, report.findings), (0, 0));
        }
        let found = shop.found().await;
        assert_eq!(
            found[0].id().to_string(),
            "missed_webhook:fake/main:order-1"
        );
    }
}

#[tokio::test]
async fn an_unknown_intent_is_resolved_within_the_budget() {
    for engine in local_engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        shop.settings.calls_per_minute = 0;
        let lost = FakeFault::Lost { applied: true };
        shop.gateway.script(Call::CreatePayout, lost);
        let order = payout("payout-1", "4");
        shop.store.payout(&shop.gateway, &order).await.unwrap_err();
        assert_eq!(shop.reconcile_after(MINUTE).await.resolved_intents, 0);
        shop.settings.calls_per_minute = 5;
        assert_eq!(shop.reconcile_after(MINUTE).await.resolved_intents, 1);
    }
}

/// A later release may have written it.
#[tokio::test]
async fn what_cannot_be_read_is_a_finding_and_keeps_nothing_else_from_being_reconciled() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        store
            .checkout(gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        gateway.pay("order-1").unwrap();
        for name in ["order-2", "order-3"] {
            store.checkout(gateway, &hosted(name, "10")).await.unwrap();
        }
        shop.reconcile().await;
        for name in ["payout-1", "payout-2"] {
            let lost = FakeFault::Lost { applied: true };
            gateway.script(Call::CreatePayout, lost);
            let order = payout(name, "4");
            store.payout(gateway, &order).await.unwrap_err();
        }
        for corrupt in [
            "UPDATE pay_intents SET ticket = '{}', due_at = 0 WHERE reference = 'payout-1'",
            "UPDATE pay_payments SET document = '{', poll_at = 0 WHERE id LIKE '%fake-2'",
            "UPDATE pay_payments SET moved = '[1]', poll_at = 0 WHERE id LIKE '%fake-3'",
        ] {
            assert_eq!(change(&*engine.engine, corrupt).await, 1, "{corrupt}");
        }
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.findings), (2, 2), "{report:?}");
        let other = store
            .intent(MoneyCall::Payout, &reference("payout-2"))
            .await;
        assert_eq!(other.unwrap().unwrap().state, IntentState::Applied);
        let found = shop.found().await.into_iter();
        let found = found.map(|it| (it.kind, it.subject));
        let unreadable = |subject: &str| (FindingKind::Unreadable, subject.to_owned());
        let expected = [
            unreadable("fake/main:provider:fake-2"),
            unreadable("fake/main:provider:fake-3"),
            unreadable("payout-1"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        // It is left alone for a while, and what moved is counted once.
        assert_eq!(shop.reconcile_after(MINUTE).await.problems, []);
        let sums = "SELECT COUNT(*) FROM pay_payments WHERE moved = '[1]'";
        assert_eq!(number(&*engine.engine, sums).await, 0);
    }
}

#[tokio::test]
async fn the_loop_runs_until_it_is_stopped() {
    for engine in local_engines().await {
        let shop = Shop::open(&engine.engine).await;
        // A clock whose sleeps end at once.
        let clock = payments_core::scripted::ManualClock::at(crate::support::NOW);
        let store = crate::support::open(
            &engine.engine,
            Arc::new(clock.clone()),
            payments_store::Settings::default(),
        )
        .await;
        let stop = tokio::sync::Notify::new();
        let mut runs = 0;
        let settings = ReconcileSettings::default();
        let watch = |result: &Result<payments_store::ReconcileReport, _>| {
            assert!(result.is_ok());
            runs += 1;
            if runs == 5 {
                stop.notify_one();
            }
        };
        store
            .run_reconciler(&shop.gateways(), &settings, watch, stop.notified())
            .await;
        assert_eq!(runs, 5);
        assert_eq!(clock.sleeps(), vec![MINUTE; 4]);
    }
}

/// After a lost answer, a person found the order at the provider.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_a_person_closed_as_applied_is_queried() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        gateway.script(Call::CreateCheckout, FakeFault::Lost { applied: true });
        let order = hosted("order-1", "10");
        store.checkout(gateway, &order).await.unwrap_err();
        let (call, outcome) = (MoneyCall::Checkout, ClosedAs::Applied);
        let closed = store.close(call, order.reference(), outcome, "Ana", "it is in the list");
        closed.await.unwrap();
        // Its webhook is lost.
        gateway.pay("order-1").unwrap();
        let report = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!((report.queries, report.events), (1, 1), "{}", engine.name);
    }
}
