//! Answers and claims that come too late: what became known meanwhile counts.

use payments_store::engine::{Dialect, EngineError, Transaction};

use super::*;
use crate::intercepted::{Intercepted, Slow};
use crate::support::{TestEngine, server_engine};
use crate::watched::Watched;

/// Sends the payout `p-1`, whose request leaves after `meanwhile`.
async fn send_after(it: &TestEngine, meanwhile: impl AsyncFnOnce(&FakeGateway)) -> Store {
    let store = manual(&it.engine, &ManualClock::at(NOW)).await;
    let (inner, slow) = (rich().build().unwrap(), Slow::default());
    stage(&*it.engine, &store, &inner, "p-1").await.unwrap();
    let mut gateways = Gateways::new();
    let gateway = Intercepted {
        inner: inner.clone(),
        by: slow.clone(),
    };
    gateways.add(gateway).unwrap();
    // The worker ends when the call that it makes has ended.
    let leaves = async {
        slow.started.notified().await;
        meanwhile(&inner).await;
        slow.end.notify_one();
    };
    store.run_staged(&gateways, leaves).await;
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_after_a_webhook_that_confirmed_the_payout_is_no_finding() {
    for it in engines().await {
        let sent = send_after(&it, async |inner| {
            let sql = "UPDATE pay_intents SET state = 'applied'";
            change(&*it.engine, sql).await;
            inner.script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
        });
        let store = sent.await;
        assert_eq!(state(&store, "p-1").await, IntentState::Applied);
        assert_eq!(store.findings(10).await.unwrap(), [], "{}", it.name);
    }
}

/// It was taken for unknown, so it is not sent again: a person decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_failed_after_its_time_was_over_is_given_up() {
    for it in engines().await {
        let sent = send_after(&it, async |inner| {
            let sql = "UPDATE pay_intents SET state = 'unknown'";
            change(&*it.engine, sql).await;
            inner.script(Call::CreatePayout, FakeFault::NoConnection);
        });
        let store = sent.await;
        assert_eq!(state(&store, "p-1").await, IntentState::NotApplied);
        assert!(is_finding(&store, "p-1").await, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_whose_claim_took_as_long_as_a_call_is_claimed_again() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let watched = Watched::new(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(watched.clone());
        let (store, slow) = (
            manual(&it.engine, &clock).await,
            manual(&engine, &clock).await,
        );
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        // The commit of the claim.
        watched.stop_at(6);
        let late = async {
            watched.stopped().await;
            clock.advance(settings().longest_call);
            watched.release();
            until(|| async { state(&store, "p-1").await == IntentState::Applied }).await;
        };
        slow.run_staged(&registry(&gateway), late).await;
        let sent = intent(&store, "p-1").await;
        assert_eq!(sent.ticket.at(), clock.now(), "{}", it.name);
        assert_eq!(gateway.sent(Call::CreatePayout), 1, "{}", it.name);
    }
}

/// A server whose queries lock no rows.
#[derive(Debug)]
struct Unlocked(Arc<dyn Engine>);

#[async_trait]
impl Engine for Unlocked {
    async fn begin(&self) -> Result<Box<dyn Transaction>, EngineError> {
        self.0.begin().await
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

/// Locks save work only.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_that_claim_the_same_payout_send_it_once() {
    let Some(it) = server_engine().await else {
        return;
    };
    let gateway = rich().build().unwrap();
    let watched = Watched::new(Arc::new(Unlocked(Arc::clone(&it.engine))));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let (fast, slow) = (system(&it.engine).await, system(&engine).await);
    stage(&*it.engine, &fast, &gateway, "p-1").await.unwrap();
    // It has found the payout, and no report of it.
    watched.stop_at(4);
    let overtaken = async {
        watched.stopped().await;
        send_all(&fast, &gateway).await;
        watched.release();
        // It has gone on when it has sent the next one.
        stage(&*it.engine, &fast, &gateway, "p-2").await.unwrap();
        until(|| async { state(&fast, "p-2").await == IntentState::Applied }).await;
    };
    slow.run_staged(&registry(&gateway), overtaken).await;
    assert_eq!(gateway.sent(Call::CreatePayout), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_is_staged_twice_at_the_same_time_is_a_conflict() {
    let Some(it) = server_engine().await else {
        return;
    };
    let (gateway, store) = (rich().build().unwrap(), system(&it.engine).await);
    let order = payout("p-1", "4");
    let watched = Watched::new(Arc::clone(&it.engine));
    let mut first = it.engine.begin().await.unwrap();
    let mut second = watched.begin().await.unwrap();
    store
        .stage_payout(&mut *first, &gateway, &order)
        .await
        .unwrap();
    // It has found no earlier one, and waits to add its row.
    watched.stop_at(2);
    let commit = async {
        watched.stopped().await;
        first.commit().await.unwrap();
        watched.release();
    };
    let (staged, ()) = tokio::join!(store.stage_payout(&mut *second, &gateway, &order), commit);
    let Err(IntentError::NotRecorded(StoreError::Engine(error))) = staged else {
        panic!("{staged:?}");
    };
    assert_eq!(error.kind(), EngineErrorKind::Conflict, "{error}");
}

/// The provider's answer that it has no such payout arrives after the decision of a person, who knows of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_a_person_ended_while_it_was_queried_is_no_finding() {
    let Some(it) = server_engine().await else {
        return;
    };
    let clock = ManualClock::at(NOW);
    let gateway = rich().clock(Arc::new(clock.clone())).not_found_proves();
    let gateway = gateway.build().unwrap();
    let watched = Watched::new(Arc::clone(&it.engine));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let (store, slow) = (
        manual(&it.engine, &clock).await,
        manual(&engine, &clock).await,
    );
    gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
    stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
    try_once(&store, &gateway, "p-1").await;
    clock.advance(Duration::from_secs(3_600));
    // After the search for the intent and the query: it begins to store the answer.
    watched.stop_at(3);
    let (call, reference) = (MoneyCall::Payout, reference("p-1"));
    let decide = async {
        watched.stopped().await;
        assert_eq!(gateway.sent(Call::Resolve), 1);
        let outcome = ClosedAs::NotApplied;
        let closed = store.close(call, &reference, outcome, "Ana", "it is not in the list");
        closed.await.unwrap();
        watched.release();
    };
    let gateways = registry(&gateway);
    let (resolved, ()) = tokio::join!(slow.resolve(&gateways, call, &reference), decide);
    let intent = resolved.unwrap().unwrap().intent;
    assert_eq!(intent.state, IntentState::NotApplied);
    assert_eq!(store.findings(10).await.unwrap(), []);
}

/// Its answer says that it was not sent, and arrives while the webhook is handled.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_confirms_a_payout_that_is_staged_again_at_the_same_time() {
    let Some(it) = server_engine().await else {
        return;
    };
    let (gateway, store) = (rich().build().unwrap(), system(&it.engine).await);
    stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
    let order = payout("p-1", "4");
    gateway.payouts().unwrap().create(&order).await.unwrap();
    change(&*it.engine, "UPDATE pay_intents SET state = 'unknown'").await;
    // The webhook does not state the payee, and a query does.
    let (call, gateways) = (MoneyCall::Payout, registry(&gateway));
    let resolved = store.resolve(&gateways, call, order.reference()).await;
    resolved.unwrap();
    change(&*it.engine, "UPDATE pay_intents SET state = 'sending'").await;
    let webhook = gateway.complete("p-1").unwrap();
    assert!(post(&store, &gateway, &webhook).await);
    let watched = Watched::new(Arc::clone(&it.engine));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let slow = system(&engine).await;
    watched.stop_before("UPDATE pay_intents");
    let staged = async {
        watched.stopped().await;
        let sql = "UPDATE pay_intents SET state = 'staged', number = number + 1";
        assert_eq!(change(&*it.engine, sql).await, 1);
        watched.release();
    };
    tokio::join!(slow.run(Book::default(), until_idle(&store)), staged);
    assert_eq!(state(&store, "p-1").await, IntentState::Applied);
}

/// Of two queries, the one that found nothing is stored last.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_found_stays_so_after_a_query_that_did_not_find_it() {
    for builder in [rich(), rich().not_found_proves()] {
        let Some(it) = server_engine().await else {
            return;
        };
        keeps_what_was_found(&it, builder.build().unwrap()).await;
    }
}

async fn keeps_what_was_found(it: &TestEngine, gateway: FakeGateway) {
    let clock = ManualClock::at(NOW);
    let watched = Watched::new(Arc::clone(&it.engine));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let (store, slow) = (
        manual(&it.engine, &clock).await,
        manual(&engine, &clock).await,
    );
    gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
    let lost = store.payout(&gateway, &payout("p-1", "4")).await;
    lost.unwrap_err();
    // As if it had been staged: giving it up would be a finding.
    change(&*it.engine, "UPDATE pay_intents SET staged_at = ends_at").await;
    clock.advance(Duration::from_secs(600));
    watched.stop_before("UPDATE pay_intents");
    let found = async {
        watched.stopped().await;
        let sql = "UPDATE pay_intents SET state = 'found', problem = 'compare it'";
        assert_eq!(change(&*it.engine, sql).await, 1);
        watched.release();
    };
    let (call, reference, gateways) = (MoneyCall::Payout, reference("p-1"), registry(&gateway));
    let (resolved, ()) = tokio::join!(slow.resolve(&gateways, call, &reference), found);
    let intent = resolved.unwrap().unwrap().intent;
    assert_eq!(intent.state, IntentState::Found);
    assert_eq!(intent.problem.as_deref(), Some("compare it"));
    assert_eq!(store.findings(10).await.unwrap(), []);
}
