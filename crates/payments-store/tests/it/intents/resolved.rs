//! Intents that a query of the provider, or a webhook, ends or leaves open.

use async_trait::async_trait;
use payments_core::Timestamp;
use tokio::sync::Notify;

use super::*;
use crate::support::{TestEngine, until};
use crate::watched::Watched;

/// A payout whose answer was lost.
struct Lost {
    clock: ManualClock,
    gateway: FakeGateway,
    store: Store,
}

impl Lost {
    /// `applied`: whether the provider made it.
    async fn over(
        it: &TestEngine,
        applied: bool,
        build: impl Fn(FakeBuilder) -> FakeBuilder,
    ) -> Self {
        let clock = ManualClock::at(NOW);
        let gateway = build(rich(&clock)).build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied });
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        Self {
            clock,
            gateway,
            store,
        }
    }

    async fn made(it: &TestEngine) -> Self {
        Self::over(it, true, |builder| builder).await
    }

    /// A provider that proves that it has no such order, after the quiet period of this one is over.
    fn forgetful(&self) -> FakeGateway {
        self.clock.advance(LONGEST + Duration::from_secs(61));
        rich(&self.clock).not_found_proves().build().unwrap()
    }

    /// What is known of it after a query.
    async fn resolve(&self, gateway: &FakeGateway) -> Intent {
        let (gateways, reference) = (registry(gateway), reference("p-1"));
        let resolved = self.store.resolve(&gateways, MoneyCall::Payout, &reference);
        resolved.await.unwrap().unwrap().intent
    }
}

/// Its webhook may be lost as well as the answer.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_query_of_a_lost_payout_states_reaches_the_handler_once() {
    for it in engines().await {
        let Lost { gateway, store, .. } = Lost::made(&it).await;
        let webhook = gateway.complete("p-1").unwrap();
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        let worker = crate::support::store(&it.engine, 1).await;
        worker.run(Raise, until_idle(&worker)).await;
        let raised = "SELECT COUNT(*) FROM app_effects WHERE amount = '4'";
        assert_eq!(number(&*it.engine, raised).await, 1, "{}", it.name);
        let delivery = store.deliveries(10).await.unwrap().remove(0);
        let content = store.delivery_content(&delivery.effect_key).await.unwrap();
        assert_eq!(content.unwrap().source, "query", "{}", it.name);

        assert!(post(&store, &gateway, &webhook).await);
        worker.run(Raise, until_idle(&worker)).await;
        let effects = "SELECT COUNT(*) FROM app_effects";
        assert_eq!(number(&*it.engine, effects).await, 1, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_is_left_to_the_processes_that_have_its_gateway() {
    for it in engines().await {
        let Lost { gateway, store, .. } = Lost::made(&it).await;
        let mut others = Gateways::new();
        for gateways in [
            &others,
            &registry(&FakeGateway::new("other", "main").unwrap()),
        ] {
            assert_eq!(store.resolve_due(gateways).await.unwrap(), 0);
        }
        others
            .add(FakeGateway::new("other", "main").unwrap())
            .unwrap();
        let settings = ReconcileSettings::default();
        store.reconcile(&others, &settings).await.unwrap();
        let intent = store.open_intents(1).await.unwrap().remove(0);
        assert_eq!(intent.due_at, NOW, "{}", it.name);
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_not_found_that_proves_nothing_leaves_the_intent_unknown_for_ever() {
    for it in engines().await {
        let Lost {
            clock,
            gateway,
            store,
        } = Lost::over(&it, false, |builder| builder).await;
        let mut due = None;
        for _ in 0..30 {
            assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 0);
            let intent = store.open_intents(10).await.unwrap().remove(0);
            assert!(due < Some(intent.due_at), "{}", it.name);
            due = Some(intent.due_at);
            clock.set(intent.due_at);
        }
        // The waits grow: thirty queries take more than six hours.
        assert!(clock.now().since(NOW) > Duration::from_secs(6 * 3_600));
        assert_eq!(state(&store).await, IntentState::Unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_absence_counts_only_after_the_quiet_period() {
    for it in engines().await {
        let Lost {
            clock,
            gateway,
            store,
        } = Lost::over(&it, false, FakeBuilder::not_found_proves).await;
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 0);
        assert_eq!(state(&store).await, IntentState::Unknown, "{}", it.name);
        // It is over at the moment at which the intent is due again.
        clock.set(store.open_intents(1).await.unwrap()[0].due_at);
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        assert_eq!(state(&store).await, IntentState::NotApplied);
        // Whoever made the call learns of it, and can make it again.
        assert_eq!(store.findings(1).await.unwrap(), [], "{}", it.name);
        store.payout(&gateway, &payout("4")).await.unwrap();
        assert_eq!(state(&store).await, IntentState::Applied);
    }
}

/// A provider's queries may lag behind what it has reported before.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_absence_does_not_count_against_an_order_that_was_reported() {
    for it in engines().await {
        let lost = Lost::made(&it).await;
        let Lost { gateway, store, .. } = &lost;
        assert_eq!(store.resolve_due(&registry(gateway)).await.unwrap(), 1);
        let forgetful = lost.forgetful();
        for expected in [IntentState::Unknown, IntentState::Found] {
            let sql = format!("UPDATE pay_intents SET state = '{}'", expected.as_str());
            change(&*it.engine, &sql).await;
            let intent = lost.resolve(&forgetful).await;
            assert_eq!(intent.state, expected, "{}", it.name);
            assert!(
                intent
                    .problem
                    .is_some_and(|it| it.contains("close the intent"))
            );
            store.payout(&forgetful, &payout("4")).await.unwrap_err();
            assert_eq!(forgetful.sent(Call::CreatePayout), 0, "{}", it.name);
        }
    }
}

/// Its handler may fail, or not run.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_absence_does_not_count_against_an_order_whose_webhook_waits() {
    for it in engines().await {
        let lost = Lost::made(&it).await;
        let Lost {
            clock,
            gateway,
            store,
        } = &lost;
        let webhook = gateway.complete("p-1").unwrap();
        assert!(post(store, gateway, &webhook).await);
        let forgetful = lost.forgetful();
        for expected in ["pending", "dead"] {
            let sql = format!("UPDATE pay_deliveries SET state = '{expected}'");
            change(&*it.engine, &sql).await;
            let intent = lost.resolve(&forgetful).await;
            assert_eq!(intent.state, IntentState::Unknown, "{}", it.name);
            store.payout(&forgetful, &payout("4")).await.unwrap_err();
        }
        assert_eq!(forgetful.sent(Call::CreatePayout), 0, "{}", it.name);
        // Another reference is not affected.
        let other = crate::support::payout("p-10", "4");
        forgetful.script(Call::CreatePayout, FakeFault::Lost { applied: false });
        store.payout(&forgetful, &other).await.unwrap_err();
        clock.advance(LONGEST + Duration::from_secs(61));
        let (call, gateways) = (MoneyCall::Payout, registry(&forgetful));
        let resolved = store.resolve(&gateways, call, other.reference()).await;
        let intent = resolved.unwrap().unwrap().intent;
        assert_eq!(intent.state, IntentState::NotApplied, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_resolved_by_the_providers_query() {
    for it in engines().await {
        let Lost { gateway, store, .. } = Lost::made(&it).await;
        let unknown = store.open_intents(10).await.unwrap();
        assert_eq!(unknown.len(), 1, "{}", it.name);
        assert!(unknown[0].problem.is_some());
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        assert_eq!(state(&store).await, IntentState::Applied);
        assert_eq!(gateway.sent(Call::CreatePayout), 1);
        assert_eq!(store.open_intents(10).await.unwrap(), []);
        let lookup = Lookup::Reference(reference("p-1"));
        let payments = store.payments(gateway.id(), &lookup).await.unwrap();
        assert_eq!(payments.len(), 1);
    }
}

/// Queries of some providers do not state the payee of a payout. Webhooks do.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_confirms_an_order_that_a_query_only_found() {
    for it in engines().await {
        let Lost { gateway, store, .. } = Lost::made(&it).await;
        store.resolve_due(&registry(&gateway)).await.unwrap();
        change(&*it.engine, "UPDATE pay_intents SET state = 'found'").await;
        let again = store.payout(&gateway, &payout("4")).await.unwrap_err();
        // It may be another one.
        let is_open = matches!(again, IntentError::Unresolved(_));
        assert!(is_open, "{}: {again}", it.name);
        assert_eq!(again.outcome(), Outcome::Unknown);
        let webhook = gateway.complete("p-1").unwrap();
        assert!(post(&store, &gateway, &webhook).await);
        book_all(&it.engine).await;
        assert_eq!(state(&store).await, IntentState::Applied);
    }
}

/// PostgreSQL takes no NUL in a text. The text of an error has none.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_writes_into_its_errors_keeps_no_outcome_from_being_recorded() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Code("tea\0pot"));
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        let intent = store.intent(MoneyCall::Payout, &reference("p-1")).await;
        let intent = intent.unwrap().unwrap();
        assert_eq!(intent.state, IntentState::NotApplied, "{}", it.name);
        assert!(intent.problem.is_some(), "{}", it.name);
    }
}

/// Between the search for the event and its insertion, its webhook arrives.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_arrives_while_a_query_is_stored_is_not_merged_before_it_is_handled() {
    // SQLite has one writer at a time.
    let Some(it) = engines().await.into_iter().find(|it| it.name == "postgres") else {
        return;
    };
    let Lost { gateway, store, .. } = Lost::made(&it).await;
    let webhook = gateway.complete("p-1").unwrap();
    let watched = Watched::new(Arc::clone(&it.engine));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let slow = self::store(&engine, &ManualClock::at(NOW)).await;
    // Both read the intent, and begin to store the answer: the next step is the search.
    watched.stop_at(4);
    let (gateways, reference) = (registry(&gateway), reference("p-1"));
    let resolve = slow.resolve(&gateways, MoneyCall::Payout, &reference);
    let arrive = async {
        watched.stopped().await;
        assert!(post(&store, &gateway, &webhook).await);
        watched.release();
    };
    let (resolved, ()) = tokio::join!(resolve, arrive);
    assert_eq!(
        resolved.unwrap().unwrap().intent.state,
        IntentState::Applied
    );
    let worker = crate::support::store(&it.engine, 1).await;
    worker.run(Raise, until_idle(&worker)).await;
    let raised = "SELECT COUNT(*) FROM app_effects WHERE amount = '4'";
    assert_eq!(number(&*it.engine, raised).await, 1);
}

/// A young call is asked about soon, and an old one does not use up the calls that others need.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_query_waits_a_quarter_of_the_age_of_the_call_within_limits() {
    for it in engines().await {
        let lost = Lost::over(&it, false, |builder| builder).await;
        for (age, wait) in [(100, 30), (2_000, 500), (100_000, 3_600)] {
            let asked = NOW.checked_add(Duration::from_secs(age)).unwrap();
            lost.clock.set(asked);
            let intent = lost.resolve(&lost.gateway).await;
            let expected = asked.checked_add(Duration::from_secs(wait)).unwrap();
            assert_eq!(intent.due_at, expected, "{} after {age} s", it.name);
        }
    }
}

/// A clock that stands still. It notes that something began to sleep on it.
#[derive(Debug, Default)]
struct NotingClock {
    sleeps: Notify,
}

#[async_trait]
impl Clock for NotingClock {
    fn now(&self) -> Timestamp {
        NOW
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        self.sleeps.notify_one();
        std::future::pending().await
    }
}

/// A worker that has nothing to do asks the database again only after its poll, which never comes here.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_waits_learns_at_once_of_what_a_query_states() {
    for it in engines().await {
        let Lost { gateway, .. } = Lost::made(&it).await;
        gateway.complete("p-1").unwrap();
        let mut settings = Settings::default();
        settings.workers = 1;
        let clock = Arc::new(NotingClock::default());
        let store = open(&it.engine, clock.clone(), settings).await;
        let engine = Arc::clone(&it.engine);
        let booked = until(move || {
            let engine = Arc::clone(&engine);
            async move { number(&*engine, "SELECT COUNT(*) FROM app_effects").await == 1 }
        });
        let ask = async {
            // The worker has found that nothing is there.
            clock.sleeps.notified().await;
            assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        };
        tokio::join!(store.run(Book::default(), booked), ask);
    }
}
