//! Calls that move money: sent once for each reference, whatever happens.

mod answers;
mod decisions;
mod reported;
mod resolved;

use std::sync::Arc;
use std::time::Duration;

use payments_core::scripted::ManualClock;
use payments_core::{Clock, Outcome, Refusal};
use payments_facade::layer::Call;
use payments_facade::router::{Router, Rule};
use payments_facade::ticket::{ClosedAs, MoneyCall};
use payments_facade::{CheckoutOrder, Fee, Gateway, Gateways, Lookup, PayoutOrder, Ticket};
use payments_store::engine::Engine;
use payments_store::{
    CloseError, Intent, IntentError, IntentState, ReconcileSettings, Settings, Store,
};
use payments_testkit::{FakeBuilder, FakeFault, FakeGateway};

use crate::intercepted::{Intercepted, Slow};
use crate::load::Raise;
use crate::support::{
    Book, NOW, change, engines, money, number, open, post, reference, until_idle,
};

/// The longest time of a call, by default.
const LONGEST: Duration = Duration::from_secs(300);

/// The payout that all tests make.
fn payout(amount: &str) -> PayoutOrder {
    crate::support::payout("p-1", amount)
}

/// A gateway with money and the store's clock.
fn rich(clock: &ManualClock) -> FakeBuilder {
    FakeGateway::builder("fake", "main")
        .clock(Arc::new(clock.clone()))
        .balance(&money("1000"))
}

async fn store(engine: &Arc<dyn Engine>, clock: &ManualClock) -> Store {
    let mut settings = Settings::default();
    settings.workers = 1;
    open(engine, Arc::new(clock.clone()), settings).await
}

fn registry(gateway: &FakeGateway) -> Gateways {
    let mut gateways = Gateways::new();
    gateways.add(gateway.clone()).unwrap();
    gateways
}

/// Lets a worker with the system's clock handle what was received.
async fn book_all(engine: &Arc<dyn Engine>) {
    let worker = crate::support::store(engine, 1).await;
    worker.run(Book::default(), until_idle(&worker)).await;
}

async fn state(store: &Store) -> IntentState {
    let found = store.intent(MoneyCall::Payout, &reference("p-1")).await;
    found.unwrap().unwrap().state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_sent_once_and_its_payment_is_stored() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        store.payout(&gateway, &payout("4")).await.unwrap();
        let again = store.payout(&gateway, &payout("4")).await.unwrap_err();
        assert!(
            matches!(again, IntentError::AlreadyMade(_)),
            "{}: {again}",
            it.name
        );
        assert_eq!(again.outcome(), Outcome::Applied);
        assert_eq!(gateway.sent(Call::CreatePayout), 1);
        assert_eq!(state(&store).await, IntentState::Applied);
        let lookup = Lookup::Reference(reference("p-1"));
        assert_eq!(
            store.payments(gateway.id(), &lookup).await.unwrap().len(),
            1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_the_gateway_cannot_make_is_not_recorded() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).fees(&[Fee::Included]).build().unwrap();
        let store = store(&it.engine, &clock).await;
        let error = store.payout(&gateway, &payout("4")).await.unwrap_err();
        assert!(
            matches!(error, IntentError::Refused(_)),
            "{}: {error}",
            it.name
        );
        let found = store
            .intent(MoneyCall::Payout, &reference("p-1"))
            .await
            .unwrap();
        assert_eq!(found, None);
    }
}

/// What the gateway did in secret must not matter: the reference is closed unless nothing can have happened.
#[tokio::test(flavor = "multi_thread")]
async fn every_fault_leaves_the_reference_open_or_closed_as_its_outcome_says() {
    let mut faults = vec![
        FakeFault::NoConnection,
        FakeFault::Mismatch,
        FakeFault::Refused(Refusal::Declined),
        FakeFault::Refused(Refusal::State),
        FakeFault::Code("teapot"),
        FakeFault::Busy,
    ];
    for applied in [false, true] {
        faults.extend([
            FakeFault::Lost { applied },
            FakeFault::Broken { applied },
            FakeFault::Unavailable { applied },
            FakeFault::Undecodable { applied },
            FakeFault::Unverified { applied },
            FakeFault::Ambiguous { applied },
        ]);
    }
    for fault in faults {
        for it in engines().await {
            let case = format!("{} {fault:?}", it.name);
            let clock = ManualClock::at(NOW);
            let gateway = rich(&clock).build().unwrap();
            let store = store(&it.engine, &clock).await;
            gateway.script(Call::CreatePayout, fault);
            let error = store.payout(&gateway, &payout("4")).await.unwrap_err();
            let has_ended = error.outcome() == Outcome::NotApplied;
            let expected = if has_ended {
                IntentState::NotApplied
            } else {
                IntentState::Unknown
            };
            assert_eq!(state(&store).await, expected, "{case}");
            assert!(!(has_ended && fault_applies(fault)), "{case}");
            let sent = gateway.sent(Call::CreatePayout);
            let again = store.payout(&gateway, &payout("4")).await;
            if has_ended {
                again.unwrap();
            } else {
                assert!(matches!(again, Err(IntentError::Unresolved(_))), "{case}");
                assert_eq!(gateway.sent(Call::CreatePayout), sent, "{case}");
            }
        }
    }
}

fn fault_applies(fault: FakeFault) -> bool {
    matches!(
        fault,
        FakeFault::Mismatch
            | FakeFault::Lost { applied: true }
            | FakeFault::Broken { applied: true }
            | FakeFault::Unavailable { applied: true }
            | FakeFault::Undecodable { applied: true }
            | FakeFault::Unverified { applied: true }
            | FakeFault::Ambiguous { applied: true }
    )
}

/// The request of a dropped future may still be under way, so the quiet period starts when the longest call is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_future_leaves_an_intent_that_is_resolved_after_the_longest_call() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).not_found_proves().build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Hangs { applied: false });
        let order = payout("4");
        tokio::select! {
            _ = store.payout(&gateway, &order) => panic!("the call hangs"),
            () = crate::support::until(|| async { gateway.sent(Call::CreatePayout) == 1 }) => {}
        }
        assert_eq!(state(&store).await, IntentState::Sending, "{}", it.name);
        let closed = store
            .close(
                MoneyCall::Payout,
                &reference("p-1"),
                ClosedAs::NotApplied,
                "Ana",
                "no answer",
            )
            .await;
        assert!(matches!(closed, Err(CloseError::Sending(_))));
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 0);
        let again = store.payout(&gateway, &order).await.unwrap_err();
        assert!(matches!(again, IntentError::Unresolved(_)));

        clock.advance(LONGEST + Duration::from_secs(1));
        assert_eq!(state(&store).await, IntentState::Unknown);
        assert_eq!(
            store.resolve_due(&registry(&gateway)).await.unwrap(),
            0,
            "it may be too early"
        );
        clock.advance(Duration::from_secs(61));
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        assert_eq!(state(&store).await, IntentState::NotApplied);
        assert_eq!(gateway.sent(Call::CreatePayout), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tasks_of_two_stores_make_one_payout() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let stores = [
            store(&it.engine, &clock).await,
            store(&it.engine, &clock).await,
        ];
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..16 {
            let (store, gateway) = (stores[number % 2].clone(), gateway.clone());
            tasks.spawn(async move { store.payout(&gateway, &payout("4")).await.is_ok() });
        }
        let made = tasks
            .join_all()
            .await
            .into_iter()
            .filter(|is_made| *is_made)
            .count();
        assert_eq!(
            (made, gateway.sent(Call::CreatePayout)),
            (1, 1),
            "{}",
            it.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_order_under_the_reference_is_a_finding_and_no_success() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway
            .payouts()
            .unwrap()
            .create(&payout("7"))
            .await
            .unwrap();
        let error = store.payout(&gateway, &payout("4")).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{}: {error}", it.name);
        assert!(error.ticket().is_some_and(Ticket::was_refused));
        let queried = store.resolve_next(&registry(&gateway)).await.unwrap();
        assert!(queried.is_some_and(|it| it.has_conflict), "{}", it.name);
        let findings = store.findings(10).await.unwrap();
        assert_eq!(
            (findings[0].kind.as_str(), findings[0].subject.as_str()),
            ("conflict", "p-1")
        );
        assert!(
            findings[0].detail.contains("amount"),
            "{}",
            findings[0].detail
        );
        assert_eq!(state(&store).await, IntentState::Unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_and_its_webhook_become_one_payment() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
        let created = store.checkout(&gateway, &order).await.unwrap();
        assert!(created.next.url().is_some());
        let webhook = gateway.pay("order-1").unwrap();
        assert!(post(&store, &gateway, &webhook).await);
        book_all(&it.engine).await;
        let lookup = Lookup::Reference(reference("order-1"));
        let payments = store.payments(gateway.id(), &lookup).await.unwrap();
        assert_eq!(payments.len(), 1, "{}", it.name);
        assert!(payments[0].status().is_paid_in_full());
    }
}

#[test]
fn an_intent_has_ended_when_its_outcome_is_known() {
    let ended = IntentState::ALL.into_iter().filter(|it| it.is_final());
    let ended: Vec<IntentState> = ended.collect();
    assert_eq!(ended, [IntentState::Applied, IntentState::NotApplied]);
}
