//! Staged payouts: committed with the application's change, and sent once each.

mod crash;
mod decisions;
mod ended;
mod interrupted;
mod late;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::scripted::ManualClock;
use payments_core::{Clock, Outcome, Refusal, Timestamp};
use payments_facade::layer::Call;
use payments_facade::router::{Router, Rule};
use payments_facade::ticket::{ClosedAs, MoneyCall};
use payments_facade::{Fee, Gateway, Gateways, Lookup};
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, EngineErrorKind};
use payments_store::{
    CloseError, FindingKind, Intent, IntentError, IntentState, Settings, Store, StoreError,
};
use payments_testkit::{FakeBuilder, FakeFault, FakeGateway};

use crate::breaking::{Break, Breaking};
use crate::dropped::poll_up_to;
use crate::support::{
    Book, NOW, change, engines, local_engines, money, number, open, payout, post, reference, until,
    until_idle,
};

fn rich() -> FakeBuilder {
    FakeGateway::builder("fake", "main").balance(&money("1000"))
}

fn registry(gateway: &FakeGateway) -> Gateways {
    let mut gateways = Gateways::new();
    gateways.add(gateway.clone()).unwrap();
    gateways
}

/// A clock whose time is set by hand, and that sleeps like that of the system.
#[derive(Debug)]
struct SetClock(ManualClock, SystemClock);

#[async_trait]
impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.1.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.1.sleep(duration).await;
    }
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.poll = Duration::from_millis(5);
    settings
}

async fn manual(engine: &Arc<dyn Engine>, clock: &ManualClock) -> Store {
    let clock = SetClock(clock.clone(), SystemClock::new());
    open(engine, Arc::new(clock), settings()).await
}

async fn system(engine: &Arc<dyn Engine>) -> Store {
    open(engine, Arc::new(SystemClock::new()), settings()).await
}

/// Stages a payout and commits it.
async fn stage(
    engine: &dyn Engine,
    store: &Store,
    gateway: &dyn Gateway,
    name: &str,
) -> Result<(), IntentError> {
    let mut tx = engine.begin().await.unwrap();
    store
        .stage_payout(&mut *tx, gateway, &payout(name, "4"))
        .await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn intent(store: &Store, name: &str) -> Intent {
    let found = store.intent(MoneyCall::Payout, &reference(name)).await;
    found.unwrap().unwrap()
}

async fn state(store: &Store, name: &str) -> IntentState {
    intent(store, name).await.state
}

/// Runs a worker until no payout is staged or being sent.
async fn send_all(store: &Store, gateway: &FakeGateway) {
    let waiting = [IntentState::Staged, IntentState::Sending];
    let ended = until(|| async { store.intents(&waiting, 100).await.unwrap().is_empty() });
    store.run_staged(&registry(gateway), ended).await;
}

/// Whether a person has to look at this payout, because it was given up.
async fn is_finding(store: &Store, name: &str) -> bool {
    let all = store.findings(100).await.unwrap();
    let found = all.iter().find(|it| it.subject == name);
    found.is_some_and(|it| it.kind == FindingKind::PayoutNotSent && it.money == Some(money("4")))
}

/// Runs a worker until a payout was tried once.
async fn try_once(store: &Store, gateway: &FakeGateway, name: &str) {
    let before = intent(store, name).await;
    let tried = until(|| async {
        let now = intent(store, name).await;
        match now.state {
            IntentState::Staged => now.due_at > before.due_at,
            state => state != IntentState::Sending,
        }
    });
    store.run_staged(&registry(gateway), tried).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_sent_if_and_only_if_the_applications_change_is_committed() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        for (name, is_committed) in [("p-1", true), ("p-2", false)] {
            let mut tx = it.engine.begin().await.unwrap();
            let sql = "INSERT INTO app_effects (effect_key) VALUES ($1)";
            tx.execute(sql, &[name.into()]).await.unwrap();
            let order = payout(name, "4");
            store
                .stage_payout(&mut *tx, &gateway, &order)
                .await
                .unwrap();
            if is_committed {
                tx.commit().await.unwrap();
            }
        }
        assert_eq!(gateway.sent(Call::CreatePayout), 0);
        let staged = intent(&store, "p-1").await;
        assert_eq!(
            (staged.state, staged.staged_at),
            (IntentState::Staged, Some(NOW))
        );
        send_all(&store, &gateway).await;
        assert_eq!(gateway.sent(Call::CreatePayout), 1, "{}", it.name);
        assert_eq!(state(&store, "p-1").await, IntentState::Applied);
        let absent = store.intent(MoneyCall::Payout, &reference("p-2")).await;
        assert_eq!(absent.unwrap(), None, "{}", it.name);
        let lookup = Lookup::Reference(reference("p-1"));
        let payments = store.payments(gateway.id(), &lookup).await.unwrap();
        assert_eq!(payments.len(), 1, "{}", it.name);
        // What is not needed any more is not kept.
        let orders = "SELECT COUNT(*) FROM pay_intents WHERE document IS NOT NULL";
        assert_eq!(number(&*it.engine, orders).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_of_four_stores_send_each_payout_once() {
    const PAYOUTS: usize = 40;
    for it in engines().await {
        let gateway = rich().build().unwrap();
        let store = system(&it.engine).await;
        for number in 0..PAYOUTS {
            stage(&*it.engine, &store, &gateway, &format!("p-{number}"))
                .await
                .unwrap();
        }
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let worker = system(&it.engine).await;
            let gateway = gateway.clone();
            workers.spawn(async move { send_all(&worker, &gateway).await });
        }
        workers.join_all().await;
        assert_eq!(gateway.sent(Call::CreatePayout), PAYOUTS, "{}", it.name);
        let applied = store.intents(&[IntentState::Applied], 100).await.unwrap();
        assert_eq!(applied.len(), PAYOUTS, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_sent_again_resolved_or_given_up_as_its_outcome_says() {
    let again = [
        FakeFault::NoConnection,
        FakeFault::Busy,
        FakeFault::Refused(Refusal::Funds),
        FakeFault::Refused(Refusal::Authentication),
    ];
    let given_up = [
        FakeFault::Refused(Refusal::Declined),
        FakeFault::Refused(Refusal::Limit),
        FakeFault::Code("teapot"),
    ];
    let unknown = [
        FakeFault::Lost { applied: false },
        FakeFault::Lost { applied: true },
        FakeFault::Ambiguous { applied: true },
        FakeFault::Refused(Refusal::State),
    ];
    let cases = [
        (&again[..], IntentState::Staged),
        (&given_up[..], IntentState::NotApplied),
        (&unknown[..], IntentState::Unknown),
    ];
    for it in engines().await {
        let gateway = rich().build().unwrap();
        let store = system(&it.engine).await;
        for (faults, expected) in cases {
            for (number, fault) in faults.iter().enumerate() {
                let name = format!("{}-{number}", expected.as_str());
                let case = format!("{} {fault:?}", it.name);
                stage(&*it.engine, &store, &gateway, &name).await.unwrap();
                gateway.script(Call::CreatePayout, *fault);
                try_once(&store, &gateway, &name).await;
                let tried = intent(&store, &name).await;
                assert_eq!(tried.state, expected, "{case}: {tried:?}");
                assert!(tried.problem.is_some(), "{case}");
                let is_given_up = expected == IntentState::NotApplied;
                assert_eq!(is_finding(&store, &name).await, is_given_up, "{case}");
                if expected == IntentState::Staged {
                    assert!(tried.due_at > tried.staged_at.unwrap(), "{case}");
                }
                if expected != IntentState::NotApplied {
                    let other = store.payout(&gateway, &payout(&name, "4")).await;
                    assert!(other.is_err(), "{case}");
                }
                let reference = reference(&name);
                let _ = store
                    .cancel(MoneyCall::Payout, &reference, "Ana", "next case")
                    .await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_is_sent_first_and_one_that_hangs_does_not_hold_up_the_others() {
    for it in engines().await {
        let gateway = rich().build().unwrap();
        let mut settings = settings();
        settings.workers = 2;
        let store = open(&it.engine, Arc::new(SystemClock::new()), settings).await;
        for (name, staged_at) in [("p-new", 3), ("p-old", 1), ("p-mid", 2)] {
            stage(&*it.engine, &store, &gateway, name).await.unwrap();
            let sql = format!(
                "UPDATE pay_intents SET due_at = {staged_at}, staged_at = {staged_at} WHERE reference = '{name}'"
            );
            change(&*it.engine, &sql).await;
        }
        gateway.script(Call::CreatePayout, FakeFault::Hangs { applied: true });
        let others_applied = until(|| async {
            let applied = store.intents(&[IntentState::Applied], 10).await.unwrap();
            applied.len() == 2
        });
        // The call that hangs would be waited for: dropped, as in a crash.
        let gateways = registry(&gateway);
        tokio::select! {
            () = store.run_staged(&gateways, std::future::pending()) => {}
            () = others_applied => {}
        }
        assert_eq!(
            state(&store, "p-old").await,
            IntentState::Sending,
            "{}",
            it.name
        );
        assert_eq!(gateway.sent(Call::CreatePayout), 3, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_the_gateway_leaves_its_payouts_to_others() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let other = FakeGateway::new("other", "main").unwrap();
        let store = manual(&it.engine, &clock).await;
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        for gateways in [Gateways::new(), registry(&other)] {
            store
                .run_staged(&gateways, tokio::time::sleep(Duration::from_millis(20)))
                .await;
            let staged = intent(&store, "p-1").await;
            assert_eq!(
                (staged.state, staged.due_at),
                (IntentState::Staged, NOW),
                "{}",
                it.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_this_release_cannot_read_or_send_does_not_hold_up_the_others() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        for name in ["p-1", "p-2"] {
            stage(&*it.engine, &store, &gateway, name).await.unwrap();
        }
        let sql = "UPDATE pay_intents SET document = '{\"urgent\":true}' WHERE reference = 'p-1'";
        change(&*it.engine, sql).await;
        try_once(&store, &gateway, "p-2").await;
        assert_eq!(
            state(&store, "p-2").await,
            IntentState::Applied,
            "{}",
            it.name
        );
        let found = store.findings(10).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.kind, &*it.subject)).collect();
        assert_eq!(found, [(FindingKind::Unreadable, "p-1")], "{}", it.name);
        let unread = intent(&store, "p-1").await;
        assert_eq!(unread.state, IntentState::Staged);
        assert!(
            unread.due_at > NOW && unread.problem.is_some(),
            "{unread:?}"
        );

        // The account's settings have changed: it does not take such fees any more.
        let changed = rich().fees(&[Fee::Included]).build().unwrap();
        stage(&*it.engine, &store, &gateway, "p-3").await.unwrap();
        let ended = until(|| async { state(&store, "p-3").await == IntentState::NotApplied });
        store.run_staged(&registry(&changed), ended).await;
        assert_eq!(changed.sent(Call::CreatePayout), 0, "{}", it.name);
        assert!(is_finding(&store, "p-3").await, "{}", it.name);
        let refused = stage(&*it.engine, &store, &changed, "p-4")
            .await
            .unwrap_err();
        assert!(matches!(refused, IntentError::Refused(_)), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_chooses_the_gateway_of_a_staged_payout() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = manual(&it.engine, &clock).await;
        let poor = FakeGateway::builder("poor", "main")
            .fees(&[Fee::Included])
            .build()
            .unwrap();
        let gateway = rich().build().unwrap();
        let mut gateways = registry(&gateway);
        gateways.add(poor.clone()).unwrap();
        let (clock, journal) = (Arc::new(clock), Arc::new(store.clone()));
        let router = Router::new(gateways.clone(), clock, journal);
        let router = router.then(Rule::new(poor.id().clone())).unwrap();
        let router = router.then(Rule::new(gateway.id().clone())).unwrap();
        let route = router.why_payout(&payout("p-1", "4"));
        let chosen = gateways.get(route.chosen().unwrap()).unwrap();
        stage(&*it.engine, &store, chosen, "p-1").await.unwrap();
        let ended = until(|| async { state(&store, "p-1").await == IntentState::Applied });
        store.run_staged(&gateways, ended).await;
        assert_eq!(gateway.sent(Call::CreatePayout), 1, "{}", it.name);
    }
}
