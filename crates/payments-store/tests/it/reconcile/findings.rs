//! What the reconciler finds, and how a person ends it.

use payments_core::Clock;
use payments_facade::Gateway;
use payments_facade::layer::Call;
use payments_facade::ticket::{ClosedAs, MoneyCall};
use payments_store::engine::Engine;
use payments_store::{FindingFilter, FindingKind, IntentState, ResolveError, Step};
use payments_testkit::{FakeFault, FakeGateway};

use super::hosted;
use super::support::{HOUR, MINUTE, Shop};
use crate::support::{change, engines, local_engines, money, payout, post, reference};

#[tokio::test(flavor = "multi_thread")]
async fn wrong_amounts_are_found_to_the_last_digit() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let gateway = &shop.gateway;
        for name in ["under", "over", "exact"] {
            let order = hosted(name, "10.000000000000000001");
            shop.store.checkout(gateway, &order).await.unwrap();
        }
        let part = gateway.underpay("under", "0.000000000000000002").unwrap();
        assert!(post(&shop.store, gateway, &part).await);
        let over = gateway.overpay("over", "0.5").unwrap();
        assert!(post(&shop.store, gateway, &over).await);
        let exact = gateway.pay("exact").unwrap();
        assert!(post(&shop.store, gateway, &exact).await);
        shop.handle().await;

        // The rest may still come.
        shop.reconcile_after(MINUTE).await;
        let kinds = |found: &[payments_store::Finding]| {
            let all = found.iter();
            all.map(|it| (it.kind, it.subject.clone(), it.money.clone()))
                .collect::<Vec<_>>()
        };
        let over = (FindingKind::Overpaid, "over".to_owned(), Some(money("0.5")));
        let first = kinds(&shop.found().await);
        assert_eq!(first, std::slice::from_ref(&over));

        let end = gateway.expire("under").unwrap();
        assert!(post(&shop.store, gateway, &end).await);
        shop.handle().await;
        shop.reconcile_after(MINUTE).await;
        let missing = Some(money("0.000000000000000002"));
        let under = (FindingKind::Underpaid, "under".to_owned(), missing);
        assert_eq!(kinds(&shop.found().await), [under, over], "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_made_outside_is_found_and_one_of_the_store_is_not() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let gateway = &shop.gateway;
        shop.store
            .payout(gateway, &payout("inside", "4"))
            .await
            .unwrap();
        let outside = payout("outside", "3");
        gateway.payouts().unwrap().create(&outside).await.unwrap();
        for name in ["inside", "outside"] {
            let webhook = gateway.complete(name).unwrap();
            assert!(post(&shop.store, gateway, &webhook).await);
        }
        shop.handle().await;
        shop.reconcile_after(MINUTE).await;
        let found = shop.found().await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            found[0].id().to_string(),
            "payout_without_intent:fake/main:outside"
        );
        assert_eq!(found[0].money, Some(money("3")));
    }
}

/// Makes the reports that wait like the webhooks of C-Pay, which do not state what kind of payment they are about.
async fn leave_out_kind(engine: &dyn Engine, kind: &str) {
    let sql =
        format!(r#"UPDATE pay_deliveries SET event = REPLACE(event, '"{kind}"', '"unstated"')"#);
    assert_eq!(change(engine, &sql).await, 1);
}

/// A payout whose answer was lost, and that a person ended as not applied.
async fn end_wrongly(shop: &Shop, name: &str) {
    let (store, gateway) = (&shop.store, &shop.gateway);
    gateway.script(Call::CreatePayout, FakeFault::Lost { applied: true });
    let order = payout(name, "4");
    store.payout(gateway, &order).await.unwrap_err();
    let (call, reference) = (MoneyCall::Payout, reference(name));
    let outcome = ClosedAs::NotApplied;
    let closed = store.close(call, &reference, outcome, "Ana", "not in the list");
    closed.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_a_person_ended_wrongly_as_not_applied_is_found() {
    for states_kind in [true, false] {
        for it in engines().await {
            let case = format!("{} {states_kind}", it.name);
            let shop = Shop::open(&it.engine).await;
            let (store, gateway) = (&shop.store, &shop.gateway);
            end_wrongly(&shop, "payout-1").await;
            let webhook = gateway.complete("payout-1").unwrap();
            assert!(post(store, gateway, &webhook).await);
            if !states_kind {
                leave_out_kind(&*it.engine, "payout").await;
            }
            shop.handle().await;
            assert_eq!(shop.reconcile_after(MINUTE).await.findings, 1, "{case}");
            assert_eq!(shop.reconcile_after(HOUR).await.findings, 0, "{case}");
            let found = shop.found().await;
            assert_eq!(found[0].id().to_string(), "conflict:fake/main:payout-1");
            let detail = &found[0].detail;
            assert!(detail.contains("moved twice"), "{case}: {detail}");
            assert_eq!(found[0].money, Some(money("4")), "{case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_failed_was_not_made_after_all() {
    for it in engines().await {
        let shop = Shop::open(&it.engine).await;
        end_wrongly(&shop, "payout-1").await;
        let webhook = shop.gateway.reject("payout-1").unwrap();
        assert!(post(&shop.store, &shop.gateway, &webhook).await);
        leave_out_kind(&*it.engine, "payout").await;
        shop.handle().await;
        shop.reconcile_after(MINUTE).await;
        assert_eq!(shop.found().await, [], "{}", it.name);
    }
}

/// A gateway refuses a payout and makes it nevertheless, and meanwhile the next one pays.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_two_gateways_made_is_found_also_if_no_kind_is_stated() {
    for (state, is_second) in [
        (IntentState::Applied, true),
        (IntentState::Unknown, true),
        (IntentState::Staged, false),
        (IntentState::NotApplied, false),
    ] {
        for it in engines().await {
            let case = format!("{} {}", it.name, state.as_str());
            let shop = Shop::open(&it.engine).await;
            let (store, gateway) = (&shop.store, &shop.gateway);
            let other = FakeGateway::builder("other", "main").balance(&money("100"));
            let order = payout("payout-1", "4");
            store.payout(&other.build().unwrap(), &order).await.unwrap();
            let sql = format!("UPDATE pay_intents SET state = '{}'", state.as_str());
            change(&*it.engine, &sql).await;
            gateway.payouts().unwrap().create(&order).await.unwrap();
            let webhook = gateway.complete("payout-1").unwrap();
            assert!(post(store, gateway, &webhook).await);
            leave_out_kind(&*it.engine, "payout").await;
            shop.handle().await;
            assert_eq!(shop.reconcile_after(MINUTE).await.findings, 1, "{case}");
            let found = shop.found().await;
            assert_eq!(found[0].id().to_string(), "conflict:fake/main:payout-1");
            let detail = &found[0].detail;
            assert!(
                detail.contains("a payout at other/main"),
                "{case}: {detail}"
            );
            assert_eq!(
                detail.contains("moved twice"),
                is_second,
                "{case}: {detail}"
            );
        }
    }
}

/// It is the order of the call at the gateway, also if another one has a payout with its name.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_call_that_may_have_made_it_is_no_second_payout() {
    for it in engines().await {
        let shop = Shop::open(&it.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        let other = FakeGateway::builder("other", "main").balance(&money("100"));
        let order = payout("order-1", "4");
        store.payout(&other.build().unwrap(), &order).await.unwrap();
        gateway.script(Call::CreateCheckout, FakeFault::Lost { applied: true });
        let order = hosted("order-1", "10");
        store.checkout(gateway, &order).await.unwrap_err();
        let webhook = gateway.pay("order-1").unwrap();
        assert!(post(store, gateway, &webhook).await);
        leave_out_kind(&*it.engine, "checkout").await;
        shop.handle().await;
        shop.reconcile_after(MINUTE).await;
        assert_eq!(shop.found().await, [], "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_or_exchange_that_a_person_ended_wrongly_as_not_applied_is_found() {
    for kind in ["checkout", "exchange"] {
        for it in engines().await {
            let case = format!("{} {kind}", it.name);
            let shop = Shop::open(&it.engine).await;
            let (store, gateway) = (&shop.store, &shop.gateway);
            gateway.script(Call::CreateCheckout, FakeFault::Lost { applied: true });
            let order = hosted("order-1", "10");
            store.checkout(gateway, &order).await.unwrap_err();
            let (call, outcome) = (MoneyCall::Checkout, ClosedAs::NotApplied);
            let closed = store.close(call, order.reference(), outcome, "Ana", "not in the list");
            closed.await.unwrap();
            let webhook = gateway.pay("order-1").unwrap();
            assert!(post(store, gateway, &webhook).await);
            // No gateway reports an exchange, so it is made of the order.
            let sql = format!("UPDATE pay_intents SET call = '{kind}'");
            change(&*it.engine, &sql).await;
            let sql = format!(
                r#"UPDATE pay_deliveries SET event = REPLACE(event, '"checkout"', '"{kind}"')"#
            );
            change(&*it.engine, &sql).await;
            shop.handle().await;
            shop.reconcile_after(MINUTE).await;
            let found = shop.found().await;
            let ids: Vec<String> = found.iter().map(|it| it.id().to_string()).collect();
            assert_eq!(ids, ["conflict:fake/main:order-1"], "{case}");
            let has_moved = found[0].detail.contains("moved twice");
            assert_eq!(has_moved, kind == "exchange", "{case}");
        }
    }
}

#[tokio::test]
async fn kinds_that_are_not_wanted_are_not_recorded() {
    for engine in local_engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        shop.settings
            .kinds
            .retain(|it| *it != FindingKind::Overpaid);
        shop.store
            .checkout(&shop.gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        shop.gateway.overpay("order-1", "1").unwrap();
        assert_eq!(shop.reconcile_after(6 * MINUTE).await.events, 1);
        assert_eq!(shop.found().await, []);
    }
}

#[tokio::test]
async fn a_finding_is_resolved_by_a_person_and_opens_again_when_it_changes() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        let gateway = &shop.gateway;
        shop.store
            .checkout(gateway, &hosted("order-1", "10"))
            .await
            .unwrap();
        gateway.overpay("order-1", "1").unwrap();
        shop.reconcile_after(6 * MINUTE).await;
        let found = shop.found().await;
        let id = found[0].id();
        assert_eq!(id.to_string(), "overpaid:fake/main:order-1");

        let resolve = |by, because| shop.store.resolve_finding(&id, by, because);
        let error = resolve(" ", "").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing was changed: by is empty; because is empty"
        );
        let resolved = resolve("ana", "sent back by hand").await.unwrap();
        assert_eq!(resolved.resolutions[0].because, "sent back by hand");
        assert!(matches!(
            resolve("ana", "again").await,
            Err(ResolveError::Resolved(_))
        ));
        let mut other = id.clone();
        other.subject = "order-2".to_owned();
        let error = shop
            .store
            .resolve_finding(&other, "ana", "why")
            .await
            .unwrap_err();
        assert!(matches!(error, ResolveError::NotKnown(_)), "{error}");
        assert_eq!(shop.found().await, []);
        let all = FindingFilter {
            with_resolved: true,
            ..FindingFilter::default()
        };
        assert_eq!(shop.store.findings_by(&all, 10).await.unwrap(), [resolved]);

        // The same is not found again, and more of it is.
        shop.handle().await;
        assert_eq!(shop.reconcile_after(MINUTE).await.findings, 0);
        let more = gateway.overpay("order-1", "2").unwrap();
        assert!(post(&shop.store, gateway, &more).await);
        shop.handle().await;
        assert_eq!(shop.reconcile_after(MINUTE).await.findings, 1);
        let found = shop.found().await;
        assert_eq!(found[0].money, Some(money("3")));
        assert_eq!(found[0].resolutions.len(), 1);
        // Whoever reads what was found since then gets it.
        assert_eq!(found[0].found_at, shop.clock.now());
        let none = FindingFilter {
            kind: Some(FindingKind::Refund),
            ..FindingFilter::default()
        };
        assert_eq!(shop.store.findings_by(&none, 10).await.unwrap(), []);
    }
}

/// The query shows a transfer whose event is not part of the stored payment yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_an_amount_stands_while_its_event_waits() {
    for engine in engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        shop.settings.schedule.completed = vec![Step {
            until: 1_000 * HOUR,
            every: HOUR,
        }];
        let (store, gateway) = (&shop.store, &shop.gateway);
        let order = hosted("order-1", "10");
        store.checkout(gateway, &order).await.unwrap();
        let exact = gateway.pay("order-1").unwrap();
        assert!(post(store, gateway, &exact).await);
        shop.handle().await;
        let second = gateway.overpay("order-1", "2").unwrap();
        assert!(post(store, gateway, &second).await);
        let kill = "UPDATE pay_deliveries SET state = 'dead' WHERE state = 'pending'";
        assert_eq!(change(&*engine.engine, kill).await, 1);

        assert_eq!(shop.reconcile_after(2 * HOUR).await.findings, 1);
        let id = shop.found().await[0].id();
        assert_eq!(id.to_string(), "overpaid:fake/main:order-1");
        let resolved = store.resolve_finding(&id, "ana", "sent back by hand").await;
        resolved.unwrap();
        for _ in 0..2 {
            let report = shop.reconcile_after(2 * HOUR).await;
            assert_eq!((report.queries, report.findings), (1, 0), "{}", engine.name);
            assert_eq!(shop.found().await, [], "{}", engine.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_findings_shows_one_that_cannot_be_read_beside_the_others() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        let webhook = shop.gateway.overpay("order-1", "1").unwrap();
        assert!(post(&shop.store, &shop.gateway, &webhook).await);
        shop.handle().await;
        shop.reconcile().await;
        let readable = shop.found().await.remove(0);
        let sql = "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at)
            VALUES ('misplaced', 'order-2', 'fake/main', 'of a later release', 1)";
        change(&*engine.engine, sql).await;

        let all = FindingFilter::default();
        assert!(shop.store.findings_by(&all, 10).await.is_err());
        let listed = shop.store.list_findings(&all, 10).await.unwrap();
        assert_eq!(listed[0], Ok(readable), "{}", engine.name);
        let unreadable = listed[1].as_ref().unwrap_err();
        assert_eq!(unreadable.key, "misplaced:fake/main:order-2");
        assert!(unreadable.problem.contains("misplaced"), "{unreadable}");
        assert_eq!(listed.len(), 2, "{}", engine.name);
    }
}
