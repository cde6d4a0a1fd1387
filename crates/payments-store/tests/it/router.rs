//! Routers that keep their journal in the store.

mod fees;
mod refused;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use payments_core::scripted::ManualClock;
use payments_core::{Clock as _, Refusal};
use payments_facade::layer::Call;
use payments_facade::router::{RouteStop, Router, Rule};
use payments_facade::ticket::{ClosedAs, MoneyCall, Resolution};
use payments_facade::{CheckoutOrder, Gateway, Gateways, Lookup};
use payments_store::engine::Engine;
use payments_store::{FindingKind, IntentError, IntentState, ReconcileSettings, Settings, Store};
use payments_testkit::{FakeFault, FakeGateway};

use crate::intercepted::{Intercepted, Slow};
use crate::support::{
    Book, NOW, change, engines, money, open, payout, post, reference, server_engine, until,
    until_idle,
};
use crate::watched::Watched;

struct Pair {
    first: FakeGateway,
    second: FakeGateway,
}

impl Pair {
    fn new() -> Self {
        let rich = |provider| {
            let builder = FakeGateway::builder(provider, "main").balance(&money("1000"));
            builder.build().unwrap()
        };
        Self {
            first: rich("one"),
            second: rich("two"),
        }
    }

    fn gateways(&self) -> Gateways {
        let mut all = Gateways::new();
        all.add(self.first.clone()).unwrap();
        all.add(self.second.clone()).unwrap();
        all
    }

    /// A router as each process has one.
    fn router(&self, store: &Store, clock: &ManualClock) -> Router {
        let journal = Arc::new(store.clone());
        let router = Router::new(self.gateways(), Arc::new(clock.clone()), journal);
        let router = router.then(Rule::new(self.first.id().clone())).unwrap();
        router.then(Rule::new(self.second.id().clone())).unwrap()
    }

    fn sent(&self) -> usize {
        self.first.sent(Call::CreatePayout) + self.second.sent(Call::CreatePayout)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn routers_of_two_processes_and_the_store_make_one_payout() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        let order = payout("p-1", "4");
        pair.router(&store, &clock)
            .create_payout(&order)
            .await
            .unwrap();
        let again = pair
            .router(&store, &clock)
            .create_payout(&order)
            .await
            .unwrap_err();
        assert!(
            matches!(again.stop(), RouteStop::AlreadyMade(_)),
            "{}: {again}",
            it.name
        );
        let direct = store.payout(&pair.second, &order).await.unwrap_err();
        assert!(matches!(direct, IntentError::AlreadyMade(_)), "{direct}");
        assert_eq!(pair.sent(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_router_whose_webhook_is_lost_is_queried() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
        let router = pair.router(&store, &clock);
        router.create_checkout(&order).await.unwrap();
        let by = Lookup::Reference(reference("order-1"));
        let known = store.payments(pair.first.id(), &by).await.unwrap();
        assert_eq!(known[0].funds().expected, Some(money("10")), "{}", it.name);

        pair.first.pay("order-1").unwrap();
        clock.advance(Duration::from_secs(600));
        let settings = ReconcileSettings::default();
        let report = store.reconcile(&pair.gateways(), &settings).await.unwrap();
        assert_eq!((report.queries, report.events), (1, 1), "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_goes_on_to_another_gateway_only_after_a_call_without_effect() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        pair.first
            .script(Call::CreatePayout, FakeFault::NoConnection);
        let order = payout("p-1", "4");
        let routed = pair
            .router(&store, &clock)
            .create_payout(&order)
            .await
            .unwrap();
        assert_eq!(&routed.gateway, pair.second.id(), "{}", it.name);
        let intent = store
            .intent(MoneyCall::Payout, &reference("p-1"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (intent.state, intent.ticket.gateway()),
            (IntentState::Applied, pair.second.id())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_resolves_the_unknown_call_of_a_router_that_is_gone() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let settings = Settings::default();
        let longest = settings.longest_call;
        let store = open(&it.engine, Arc::new(clock.clone()), settings).await;
        let pair = Pair::new();
        pair.first
            .script(Call::CreatePayout, FakeFault::Hangs { applied: true });
        let order = payout("p-1", "4");
        {
            let router = pair.router(&store, &clock);
            let mut call = pin!(router.create_payout(&order));
            while pair.sent() == 0 {
                tokio::select! {
                    biased;
                    made = &mut call => panic!("{}: {made:?}", it.name),
                    () = tokio::task::yield_now() => {}
                }
            }
        }
        let again = pair
            .router(&store, &clock)
            .create_payout(&order)
            .await
            .unwrap_err();
        assert!(matches!(again.stop(), RouteStop::Unresolved(_)), "{again}");
        assert_eq!(
            store.resolve_due(&pair.gateways()).await.unwrap(),
            0,
            "it may be running"
        );
        clock.set(NOW.checked_add(longest).unwrap());
        assert!(clock.now() > NOW);
        assert_eq!(store.resolve_due(&pair.gateways()).await.unwrap(), 1);
        let again = pair
            .router(&store, &clock)
            .create_payout(&order)
            .await
            .unwrap_err();
        assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)), "{again}");
        assert_eq!(pair.sent(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_unknown_at_once_and_resolved_without_a_wait() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        pair.first
            .script(Call::CreatePayout, FakeFault::Lost { applied: true });
        let (router, order) = (pair.router(&store, &clock), payout("p-1", "4"));
        let error = router.create_payout(&order).await.unwrap_err();
        assert!(error.ticket().is_some(), "{}: {error}", it.name);
        let intent = store
            .intent(MoneyCall::Payout, &reference("p-1"))
            .await
            .unwrap();
        assert_eq!(intent.unwrap().state, IntentState::Unknown, "{}", it.name);
        assert_eq!(store.resolve_due(&pair.gateways()).await.unwrap(), 1);
        // The router learns it from the store.
        let again = router.create_payout(&order).await.unwrap_err();
        assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)), "{again}");
        assert_eq!(pair.sent(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_takes_a_reference_that_was_closed_as_not_applied_in_the_store() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        pair.first
            .script(Call::CreatePayout, FakeFault::Lost { applied: false });
        let (router, order) = (pair.router(&store, &clock), payout("p-1", "4"));
        for _ in 0..2 {
            let error = router.create_payout(&order).await.unwrap_err();
            assert!(error.ticket().is_some(), "{}: {error}", it.name);
        }
        let (call, name) = (MoneyCall::Payout, reference("p-1"));
        let because = "support says that it never arrived";
        store
            .close(call, &name, ClosedAs::NotApplied, "ana", because)
            .await
            .unwrap();
        router.create_payout(&order).await.unwrap();
        assert_eq!((pair.sent(), router.unresolved()), (2, Vec::new()));
        let again = router.create_payout(&order).await.unwrap_err();
        assert!(matches!(again.stop(), RouteStop::AlreadyMade(_)), "{again}");
    }
}

/// How a payout is made.
#[derive(Clone, Copy, Debug)]
enum By {
    Router,
    Call,
    Worker,
}

/// A gateway seems out of reach, pays nevertheless, and reports it.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_one_gateway_denied_and_reported_is_sent_to_no_other() {
    for (by, is_handled) in [By::Router, By::Call, By::Worker]
        .into_iter()
        .flat_map(|by| [(by, false), (by, true)])
    {
        for it in engines().await {
            let case = format!("{} {by:?} {is_handled}", it.name);
            let clock = ManualClock::at(NOW);
            let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
            let pair = Pair::new();
            let declined = FakeFault::Refused(Refusal::Declined);
            pair.first
                .script(Call::CreatePayout, FakeFault::NoConnection);
            pair.second.script(Call::CreatePayout, declined);
            let (router, order) = (pair.router(&store, &clock), payout("p-1", "4"));
            router.create_payout(&order).await.unwrap_err();
            pair.first.payouts().unwrap().create(&order).await.unwrap();
            let webhook = pair.first.complete("p-1").unwrap();
            assert!(post(&store, &pair.first, &webhook).await, "{case}");
            if is_handled {
                let worker = crate::support::store(&it.engine, 1).await;
                worker.run(Book::default(), until_idle(&worker)).await;
            }

            let intent = async || {
                let intent = store.intent(MoneyCall::Payout, &reference("p-1")).await;
                intent.unwrap().unwrap()
            };
            match by {
                // The first gateway is in cooldown, so the second one is asked.
                By::Router => {
                    let error = router.create_payout(&order).await.unwrap_err();
                    assert!(matches!(error.stop(), RouteStop::Unresolved(_)), "{error}");
                }
                By::Call => {
                    let error = store.payout(&pair.second, &order).await.unwrap_err();
                    assert!(matches!(error, IntentError::Unresolved(_)), "{error}");
                }
                By::Worker => {
                    let mut tx = it.engine.begin().await.unwrap();
                    let staged = store.stage_payout(&mut *tx, &pair.second, &order);
                    staged.await.unwrap();
                    tx.commit().await.unwrap();
                    let ended = until(async || intent().await.state != IntentState::Staged);
                    store.run_staged(&pair.gateways(), ended).await;
                }
            }
            assert_eq!(pair.second.sent(Call::CreatePayout), 1, "{case}");
            // The queries are for the gateway that has the order.
            let unknown = intent().await;
            assert_eq!(unknown.state, IntentState::Unknown, "{case}");
            assert_eq!(unknown.ticket.gateway(), pair.first.id(), "{case}");
            let asked = pair.second.payouts().unwrap().ticket(&order, NOW);
            assert!(asked.get("payee").is_some());
            assert_eq!(unknown.ticket.get("payee"), asked.get("payee"), "{case}");
            clock.advance(Duration::from_secs(600));
            let known = store.resolve_due(&pair.gateways()).await.unwrap();
            assert_eq!(known, 1, "{case}: {:?}", intent().await);
        }
    }
}

/// A process is suspended while its request is under way, longer than any call may take.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_a_router_made_after_a_wrong_decision_is_a_finding() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let settings = Settings::default();
        let longest = settings.longest_call;
        let store = open(&it.engine, Arc::new(clock.clone()), settings).await;
        let (pair, by) = (Pair::new(), Slow::default());
        let slow = Intercepted {
            inner: pair.first.clone(),
            by: by.clone(),
        };
        let mut gateways = Gateways::new();
        gateways.add(slow).unwrap();
        let journal = Arc::new(store.clone());
        let suspended = Router::new(gateways, Arc::new(clock.clone()), journal);
        let suspended = suspended.then(Rule::new(pair.first.id().clone())).unwrap();
        let order = payout("p-1", "4");
        let others = async {
            by.started.notified().await;
            clock.advance(longest);
            let (call, reference) = (MoneyCall::Payout, reference("p-1"));
            let close = store.close(call, &reference, ClosedAs::NotApplied, "Ana", "case 4711");
            close.await.unwrap();
            // Another process pays at the other gateway.
            let unreachable = FakeFault::NoConnection;
            pair.first.script(Call::CreatePayout, unreachable);
            let router = pair.router(&store, &clock);
            router.create_payout(&order).await.unwrap();
            assert_eq!(pair.second.sent(Call::CreatePayout), 1, "{}", it.name);
            assert_eq!(store.findings(10).await.unwrap(), [], "{}", it.name);
            by.end.notify_one();
        };
        let (late, ()) = tokio::join!(suspended.create_payout(&order), others);
        late.unwrap();
        let found = store.findings(10).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.kind, &*it.subject)).collect();
        assert_eq!(found, [(FindingKind::Conflict, "p-1")], "{}", it.name);
    }
}

/// A call from before the router had this journal.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_which_the_journal_has_no_call_is_no_contradiction() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let (pair, order) = (Pair::new(), payout("p-1", "4"));
        let ticket = pair.first.payouts().unwrap().ticket(&order, NOW);
        pair.first.payouts().unwrap().create(&order).await.unwrap();
        let router = pair.router(&store, &clock);
        router.remember(&ticket);
        clock.advance(Duration::from_secs(600));
        let found = router.resolve(&ticket).await.unwrap();
        assert!(
            matches!(found, Resolution::Found(_)),
            "{}: {found:?}",
            it.name
        );
        assert_eq!(store.findings(10).await.unwrap(), [], "{}", it.name);
    }
}

/// As webhooks of C-Pay: an order that a customer pays may have the reference of a payout.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_a_kind_refuses_a_payout_and_leaves_it_to_its_gateway() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let (pair, order) = (Pair::new(), payout("p-1", "4"));
        pair.first.payouts().unwrap().create(&order).await.unwrap();
        let webhook = pair.first.complete("p-1").unwrap();
        assert!(post(&store, &pair.first, &webhook).await, "{}", it.name);
        let sql = r#"UPDATE pay_deliveries SET event = REPLACE(event, '"payout"', '"unstated"')"#;
        assert_eq!(change(&*it.engine, sql).await, 1);

        let error = store.payout(&pair.second, &order).await.unwrap_err();
        let IntentError::Unresolved(intent) = error else {
            panic!("{}: {error}", it.name);
        };
        assert_eq!(intent.ticket.gateway(), pair.second.id(), "{}", it.name);
        assert_eq!(pair.second.sent(Call::CreatePayout), 0, "{}", it.name);
    }
}
