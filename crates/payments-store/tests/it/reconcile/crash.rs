//! A run that breaks at any step: nothing but its progress is lost.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use payments_store::FindingKind;
use payments_store::engine::{Engine, EngineErrorKind};

use super::support::{HOUR, MINUTE, Shop};
use super::{BOOKED, hosted};
use crate::breaking::{Break, Breaking};
use crate::support::{local_engines, number, open, payout};

/// What is found, and how many effects are booked, after everything was reconciled in the end.
async fn ended(shop: &Shop, engine: &dyn Engine) -> (BTreeSet<String>, i64) {
    for _ in 0..3 {
        shop.reconcile_after(30 * MINUTE).await;
        shop.handle().await;
    }
    let found = shop.found().await;
    let ids: Vec<String> = found.iter().map(|it| it.id().to_string()).collect();
    let unique: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(unique.len(), ids.len());
    (unique, number(engine, BOOKED).await)
}

/// An order that was paid too much and whose webhook is lost, a payout from outside, and a day that is over.
async fn prepare(shop: &Shop) {
    let order = hosted("order-1", "10");
    shop.store.checkout(&shop.gateway, &order).await.unwrap();
    shop.gateway.overpay("order-1", "1").unwrap();
    let payouts = payments_facade::Gateway::payouts(&shop.gateway).unwrap();
    payouts.create(&payout("outside", "3")).await.unwrap();
    shop.gateway.complete("outside").unwrap();
    shop.clock.advance(26 * HOUR);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_breaks_at_any_step_is_made_up_for() {
    let mut expected = None;
    let mut broken = 0;
    for breaks in [
        Break::Fail(EngineErrorKind::Unavailable),
        Break::DoneAndFail,
    ] {
        for step in 1.. {
            let engine = local_engines().await.swap_remove(0).engine;
            let shop = Shop::open(&engine).await;
            prepare(&shop).await;
            let breaking = Breaking::new(Arc::clone(&engine), breaks, step);
            let (clock, inner): (_, Arc<dyn Engine>) =
                (Arc::new(shop.clock.clone()), Arc::new(breaking.clone()));
            // Opening takes steps as well.
            let settings = payments_store::Settings::default();
            let store =
                payments_store::Store::open_with(inner, clock, crate::support::entropy(), settings);
            if let Ok(store) = store.await {
                let _ = store.reconcile(&shop.gateways(), &shop.settings).await;
            }
            shop.clock.advance(Duration::from_secs(301));
            let end = ended(&shop, &*engine).await;
            let first = expected.get_or_insert_with(|| end.clone());
            assert_eq!(end, *first, "{breaks:?} at step {step}");
            if !breaking.has_broken() {
                break;
            }
            broken += 1;
        }
    }
    let (found, booked) = expected.unwrap();
    println!("{broken} runs broken at a step, 0 violations; {booked} effects, {found:?}");
    assert!(broken > 60, "{broken}");
    assert_eq!(booked, 2);
    let kinds = [
        FindingKind::Overpaid,
        FindingKind::MissedWebhook,
        FindingKind::PayoutWithoutIntent,
    ];
    for kind in kinds {
        assert!(
            found.iter().any(|id| id.starts_with(kind.as_str())),
            "{kind:?} in {found:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_run_is_made_up_for() {
    let mut expected = None;
    for polls in [1_usize, 2, 3, 5, 8, 13, 21, 34, 55, 89, usize::MAX] {
        let engine = local_engines().await.swap_remove(0).engine;
        let shop = Shop::open(&engine).await;
        prepare(&shop).await;
        let store = open(
            &engine,
            Arc::new(shop.clock.clone()),
            payments_store::Settings::default(),
        )
        .await;
        let gateways = shop.gateways();
        let mut run = Box::pin(store.reconcile(&gateways, &shop.settings));
        let mut left = polls;
        std::future::poll_fn(|cx| {
            left = left.saturating_sub(1);
            match run.as_mut().poll(cx) {
                std::task::Poll::Pending if left > 0 => std::task::Poll::Pending,
                _ => std::task::Poll::Ready(()),
            }
        })
        .await;
        drop(run);
        shop.clock.advance(Duration::from_secs(301));
        let end = ended(&shop, &*engine).await;
        assert_eq!(
            end,
            *expected.get_or_insert_with(|| end.clone()),
            "after {polls} polls"
        );
    }
}
