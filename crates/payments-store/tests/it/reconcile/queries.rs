//! What queries bring, when they are made, and which webhooks are missed.

use std::sync::Arc;
use std::time::Duration;

use payments_core::Asset;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::layer::Call;
use payments_store::{Finding, FindingFilter, FindingKind, Step};
use payments_testkit::{FakeFault, FakeGateway};

use super::hosted;
use super::support::{DAY, HOUR, MINUTE, Shop, Unkeyed, report};
use crate::support::{engines, local_engines, money, payout, post, reference};

/// The answer to the call is lost, and so is the webhook of its end.
#[tokio::test(flavor = "multi_thread")]
async fn the_query_of_an_intent_brings_its_event() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        shop.reconcile().await;
        for name in ["payout-1", "payout-2"] {
            let lost = FakeFault::Lost { applied: true };
            shop.gateway.script(Call::CreatePayout, lost);
            let order = payout(name, "4");
            shop.store.payout(&shop.gateway, &order).await.unwrap_err();
            shop.gateway.complete(name).unwrap();
        }
        let resolved = report(|it| (it.resolved_intents, it.events) = (2, 2));
        let done = shop.reconcile_after(MINUTE).await;
        assert_eq!(done, resolved, "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_missed_of_money_and_of_a_failed_payout() {
    for engine in engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        let gateway = FakeGateway::builder("fake", "main")
            .balance(&money("100"))
            .rate("USDT", "TRX", "0.25".parse().unwrap())
            .clock(Arc::new(shop.clock.clone()));
        shop.gateway = gateway.build().unwrap();
        shop.settings.kinds = vec![FindingKind::MissedWebhook];
        let (store, gateway) = (&shop.store, &shop.gateway);
        for name in ["paid", "paid in part", "expired"] {
            store.checkout(gateway, &hosted(name, "10")).await.unwrap();
        }
        for name in ["completed", "rejected", "under way"] {
            store.payout(gateway, &payout(name, "4")).await.unwrap();
        }
        let exchange = ExchangeOrder::new(
            reference("exchanged"),
            money("8"),
            Asset::new("TRX").unwrap(),
        );
        // Its answer is lost, so a query brings its event.
        gateway.script(Call::Exchange, FakeFault::Lost { applied: true });
        store.exchange(gateway, &exchange).await.unwrap_err();
        gateway.pay("paid").unwrap();
        gateway.underpay("paid in part", "1").unwrap();
        gateway.expire("expired").unwrap();
        gateway.complete("completed").unwrap();
        gateway.reject("rejected").unwrap();

        let done = shop.reconcile_after(6 * MINUTE).await;
        assert_eq!(done.events, 6, "{}: {done:?}", engine.name);
        shop.handle().await;
        assert_eq!(shop.reconcile_after(15 * MINUTE).await.findings, 4);
        let found = shop.found().await;
        let mut missed: Vec<&str> = found.iter().map(|it| it.subject.as_str()).collect();
        missed.sort_unstable();
        let expected = [
            "fake/main:fake-1:completed.1",
            "fake/main:fake-2:processing.1",
            "fake/main:fake-4:completed.1",
            "fake/main:fake-5:rejected.1",
        ];
        assert_eq!(missed, expected, "{}", engine.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_is_right_after_a_late_payment_ends_its_finding() {
    for engine in engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        for name in ["right", "wrong"] {
            store.checkout(gateway, &hosted(name, "10")).await.unwrap();
            for webhook in [
                gateway.underpay(name, "1").unwrap(),
                gateway.expire(name).unwrap(),
            ] {
                assert!(post(store, gateway, &webhook).await);
                shop.handle().await;
            }
        }
        assert_eq!(shop.reconcile_after(MINUTE).await.findings, 2);
        let late = gateway.pay("right").unwrap();
        assert!(post(store, gateway, &late).await);
        shop.handle().await;
        shop.reconcile_after(MINUTE).await;

        let filter = FindingFilter {
            kind: Some(FindingKind::Underpaid),
            with_resolved: true,
            ..FindingFilter::default()
        };
        let found = store.findings_by(&filter, 10).await.unwrap();
        let by = |it: &Finding| it.resolutions.first().map(|one| one.by.clone());
        let found: Vec<_> = found.iter().map(|it| (&*it.subject, by(it))).collect();
        let expected = [("right", Some("reconciler".to_owned())), ("wrong", None)];
        assert_eq!(found, expected, "{}", engine.name);
        // That it was late is another matter.
        let ids: Vec<String> = shop
            .found()
            .await
            .iter()
            .map(|it| it.id().to_string())
            .collect();
        assert!(
            ids.contains(&"late_payment:fake/main:right".to_owned()),
            "{ids:?}"
        );
    }
}

#[tokio::test]
async fn an_order_is_queried_by_its_end() {
    for engine in local_engines().await {
        let shop = Shop::with_orders_only(&engine.engine).await;
        let (store, gateway) = (&shop.store, &shop.gateway);
        // Every 6 hours, and every 36.
        for (name, queries) in [("expired", 12), ("paid", 2)] {
            store.checkout(gateway, &hosted(name, "10")).await.unwrap();
            let end = match name {
                "expired" => gateway.expire(name),
                _ => gateway.pay(name),
            };
            assert!(post(store, gateway, &end.unwrap()).await);
            shop.handle().await;
            let before = gateway.sent(Call::FindCheckout);
            for _ in 0..100 {
                shop.reconcile_after(HOUR).await;
            }
            let sent = gateway.sent(Call::FindCheckout) - before;
            assert_eq!(sent, queries, "{}: {name}", engine.name);
        }
    }
}

/// The schedule would not query it for hours.
#[tokio::test]
async fn what_cannot_be_booked_is_queried_once_when_its_webhook_is_overdue() {
    for engine in local_engines().await {
        let mut shop = Shop::with_orders_only(&engine.engine).await;
        let rarely = Step {
            until: 30 * DAY,
            every: 6 * HOUR,
        };
        shop.settings.schedule.open = vec![rarely];
        let gateways = Unkeyed::gateways(&shop.gateway);
        let order = hosted("order-1", "10");
        shop.store.checkout(&shop.gateway, &order).await.unwrap();
        shop.gateway.pay("order-1").unwrap();
        let second = Duration::from_secs(1);
        for (wait, expected) in [
            (6 * HOUR, report(|it| it.queries = 1)),
            (15 * MINUTE - second, report(|_| ())),
            (
                second,
                report(|it| (it.queries, it.resends, it.findings) = (1, 1, 1)),
            ),
            (HOUR, report(|_| ())),
        ] {
            shop.clock.advance(wait);
            let done = shop.store.reconcile(&gateways, &shop.settings).await;
            assert_eq!(done.unwrap(), expected, "{}: {wait:?}", engine.name);
        }
    }
}
