//! Calls whose reference has an order already that may be another one.

use payments_core::{Kind, Outcome, SensitiveString};
use payments_facade::payout::PixKey;
use payments_facade::router::{Journal as _, Release};
use payments_facade::{Fee, Payee, PayoutOrder};
use payments_store::Intent;

use super::*;

/// A payout to a payee that no query states.
fn to(email: &str) -> PayoutOrder {
    let key = PixKey::Email(SensitiveString::from(email.to_owned()));
    PayoutOrder::new(reference("p-1"), Payee::Pix(key), money("4"), Fee::OnTop)
}

async fn intent(store: &Store) -> Intent {
    let intent = store.intent(MoneyCall::Payout, &reference("p-1")).await;
    intent.unwrap().unwrap()
}

/// A payout that this gateway refuses, by a router or by the store.
async fn refuse(
    store: &Store,
    clock: &ManualClock,
    gateway: impl Gateway,
    order: &PayoutOrder,
    by_router: bool,
) {
    if !by_router {
        store.payout(&gateway, order).await.unwrap_err();
        return;
    }
    let rule = Rule::new(gateway.id().clone());
    let mut gateways = Gateways::new();
    gateways.add(gateway).unwrap();
    let router = Router::new(gateways, Arc::new(clock.clone()), Arc::new(store.clone()));
    let router = router.then(rule).unwrap();
    router.create_payout(order).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_refused_because_of_another_one_is_not_taken_for_it() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        let (ana, bob) = (to("ana@example.com"), to("bob@example.com"));
        pair.first.payouts().unwrap().create(&ana).await.unwrap();
        let router = pair.router(&store, &clock);
        let error = router.create_payout(&bob).await.unwrap_err();
        assert_eq!(error.cause().unwrap().kind(), Kind::Duplicate, "{error}");
        let refused = intent(&store).await;
        assert_eq!(refused.state, IntentState::Unknown, "{}", it.name);
        assert!(refused.problem.is_some_and(|it| it.contains("refused")));

        assert_eq!(store.resolve_due(&pair.gateways()).await.unwrap(), 0);
        assert_eq!(intent(&store).await.state, IntentState::Unknown);
        let found = store.findings(10).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.kind, &*it.subject)).collect();
        assert_eq!(found, [(FindingKind::Conflict, "p-1")], "{}", it.name);
        for router in [&router, &pair.router(&store, &clock)] {
            let again = router.create_payout(&bob).await.unwrap_err();
            assert!(matches!(again.stop(), RouteStop::Unresolved(_)), "{again}");
        }

        // The ticket of the database is that of the call in this process.
        let again = router.create_payout(&bob).await.unwrap_err();
        let ticket = again.ticket().unwrap();
        assert!(ticket.was_refused(), "{}: {ticket}", it.name);
        assert_eq!(router.release(ticket).await, Release::Released);
        assert_eq!(intent(&store).await.state, IntentState::NotApplied);
    }
}

/// The process that was refused has ended, and the next one has the ticket that its application stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_payout_is_not_taken_for_another_one_by_the_next_process() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        let (ana, bob) = (to("ana@example.com"), to("bob@example.com"));
        pair.first.payouts().unwrap().create(&ana).await.unwrap();
        let router = pair.router(&store, &clock);
        let error = router.create_payout(&bob).await.unwrap_err();
        drop(router);
        clock.advance(Duration::from_secs(600));
        let next = pair.router(&store, &clock);
        let resolved = next.resolve(error.ticket().unwrap()).await.unwrap();
        assert!(
            matches!(resolved, Resolution::Conflict { .. }),
            "{}: {resolved:?}",
            it.name
        );
        assert_eq!(intent(&store).await.state, IntentState::Unknown);
    }
}

/// The row is one of an earlier release, or the mark could not be written.
#[tokio::test(flavor = "multi_thread")]
async fn a_marked_ticket_ends_its_row_also_if_that_is_not_marked() {
    for is_made in [true, false] {
        for it in engines().await {
            let clock = ManualClock::at(NOW);
            let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
            let (pair, order) = (Pair::new(), payout("p-1", "4"));
            let ticket = pair.first.payouts().unwrap().ticket(&order, NOW);
            store.sending(&ticket).await.unwrap();
            store.unknown(&ticket).await;
            clock.advance(Duration::from_secs(600));
            let (router, marked) = (pair.router(&store, &clock), ticket.refused());
            let expected = if is_made {
                pair.first.payouts().unwrap().create(&order).await.unwrap();
                let found = router.resolve(&marked).await.unwrap();
                assert!(matches!(found, Resolution::Found(_)), "{found:?}");
                IntentState::Applied
            } else {
                router.remember(&marked);
                assert_eq!(router.release(&marked).await, Release::Released);
                IntentState::NotApplied
            };
            assert_eq!(intent(&store).await.state, expected, "{}", it.name);
            assert_eq!(store.findings(10).await.unwrap(), [], "{}", it.name);
        }
    }
}

/// A query ends the intent by what the router found.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_payout_that_a_router_finds_is_made() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let (pair, order) = (Pair::new(), payout("p-1", "4"));
        pair.first.payouts().unwrap().create(&order).await.unwrap();
        let router = pair.router(&store, &clock);
        let error = router.create_payout(&order).await.unwrap_err();
        assert!(intent(&store).await.ticket.was_refused(), "{}", it.name);
        clock.advance(Duration::from_secs(600));
        let found = router.resolve(error.ticket().unwrap()).await.unwrap();
        assert!(matches!(found, Resolution::Found(_)), "{found:?}");
        assert_eq!(intent(&store).await.state, IntentState::Applied);
        assert_eq!(store.findings(10).await.unwrap(), [], "{}", it.name);
    }
}

/// Another process took it for ended, and a query has set when it is due, or found an order.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_counts_also_if_the_call_was_taken_for_unknown_or_found_before() {
    let cases = [false, true]
        .into_iter()
        .flat_map(|by_router| [(by_router, "unknown"), (by_router, "found")]);
    for (by_router, before) in cases {
        for it in engines().await {
            let case = format!("{} {by_router} {before}", it.name);
            let clock = ManualClock::at(NOW);
            let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
            let (pair, by) = (Pair::new(), Slow::default());
            let bob = to("bob@example.com");
            let ana = to("ana@example.com");
            pair.first.payouts().unwrap().create(&ana).await.unwrap();
            let slow = Intercepted {
                inner: pair.first.clone(),
                by: by.clone(),
            };
            let call = refuse(&store, &clock, slow, &bob, by_router);
            let others = async {
                by.started.notified().await;
                let sql =
                    format!("UPDATE pay_intents SET state = '{before}', due_at = 7, ends_at = 7");
                assert_eq!(change(&*it.engine, &sql).await, 1, "{case}");
                by.end.notify_one();
            };
            tokio::join!(call, others);
            let refused = intent(&store).await;
            assert!(refused.ticket.was_refused(), "{case}");
            assert!(refused.problem.is_some(), "{case}");
            assert_eq!(refused.state, IntentState::Unknown, "{case}");
            let is_due_now = before == "found";
            let due_at = if is_due_now { NOW.as_millis() } else { 7 };
            assert_eq!(refused.due_at.as_millis(), due_at, "{case}");
            // The next query tells the two orders apart.
            assert_eq!(store.resolve_due(&pair.gateways()).await.unwrap(), 0);
            let found = store.findings(10).await.unwrap();
            let found: Vec<_> = found.iter().map(|it| (it.kind, &*it.subject)).collect();
            assert_eq!(found, [(FindingKind::Conflict, "p-1")], "{case}");
        }
    }
}

/// The query began before the refusal arrived.
#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_the_mark_does_not_end_a_call_that_was_refused_meanwhile() {
    for by_router in [false, true] {
        // SQLite has one writer at a time.
        if let Some(it) = server_engine().await {
            let clock = ManualClock::at(NOW);
            let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
            let pair = Pair::new();
            let (ana, bob) = (to("ana@example.com"), to("bob@example.com"));
            pair.first.payouts().unwrap().create(&ana).await.unwrap();
            let watched = Watched::new(Arc::clone(&it.engine));
            let engine: Arc<dyn Engine> = Arc::new(watched.clone());
            let slow = open(&engine, Arc::new(clock.clone()), Settings::default()).await;
            let by = Slow::default();
            let late = Intercepted {
                inner: pair.first.clone(),
                by: by.clone(),
            };
            let call = refuse(&store, &clock, late, &bob, by_router);
            let query = async {
                by.started.notified().await;
                change(&*it.engine, "UPDATE pay_intents SET state = 'unknown'").await;
                watched.stop_before("UPDATE pay_intents");
                let (call, reference) = (MoneyCall::Payout, reference("p-1"));
                let gateways = pair.gateways();
                let resolve = slow.resolve(&gateways, call, &reference);
                let refuse = async {
                    watched.stopped().await;
                    by.end.notify_one();
                    let is_refused = async || intent(&store).await.ticket.was_refused();
                    until(is_refused).await;
                    watched.release();
                };
                let (resolved, ()) = tokio::join!(resolve, refuse);
                resolved.unwrap();
            };
            tokio::join!(call, query);
            assert_eq!(
                intent(&store).await.state,
                IntentState::Unknown,
                "{by_router}"
            );
        }
    }
}

/// A person may still find out that it is another order.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_only_found_is_not_said_to_be_made() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let (pair, order) = (Pair::new(), to("ana@example.com"));
        pair.first
            .script(Call::CreatePayout, FakeFault::Lost { applied: true });
        let router = pair.router(&store, &clock);
        router.create_payout(&order).await.unwrap_err();
        assert_eq!(store.resolve_due(&pair.gateways()).await.unwrap(), 1);
        assert_eq!(
            intent(&store).await.state,
            IntentState::Found,
            "{}",
            it.name
        );
        let again = router.create_payout(&order).await.unwrap_err();
        assert!(matches!(again.stop(), RouteStop::Unresolved(_)), "{again}");
        assert_eq!(again.outcome(), Outcome::Unknown, "{}", it.name);
        assert_eq!(pair.sent(), 1, "{}", it.name);
    }
}
