//! Calls under references that the provider has reported an order for: whoever made it, a second one would move money twice.

use super::*;
use crate::plans::Plans;
use crate::support::{TestEngine, deposit, local_engines};
use crate::watched::Watched;

/// How far the report has come.
#[derive(Clone, Copy, Debug)]
enum Event {
    Pending,
    Dead,
    Discarded,
    Done,
}

/// A payout that was made without the store, and that a webhook reported.
async fn report(it: &TestEngine, store: &Store, gateway: &FakeGateway, event: Event) {
    let payouts = gateway.payouts().unwrap();
    payouts.create(&payout("4")).await.unwrap();
    let webhook = gateway.complete("p-1").unwrap();
    assert!(post(store, gateway, &webhook).await, "{}", it.name);
    match event {
        Event::Pending => {}
        Event::Dead => {
            change(&*it.engine, "UPDATE pay_deliveries SET state = 'dead'").await;
        }
        Event::Discarded => {
            // Its details may be deleted later.
            let sql = "UPDATE pay_deliveries SET state = 'discarded', event = ''";
            change(&*it.engine, sql).await;
        }
        Event::Done => book_all(&it.engine).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_reported_is_not_sent_and_a_query_ends_it() {
    for event in [Event::Pending, Event::Dead, Event::Discarded, Event::Done] {
        for it in engines().await {
            let (case, clock) = (format!("{} {event:?}", it.name), ManualClock::at(NOW));
            let gateway = rich(&clock).build().unwrap();
            let store = store(&it.engine, &clock).await;
            report(&it, &store, &gateway, event).await;
            for _ in 0..2 {
                let refused = store.payout(&gateway, &payout("4")).await.unwrap_err();
                assert_eq!(refused.outcome(), Outcome::Unknown, "{case}: {refused}");
                let IntentError::Unresolved(intent) = refused else {
                    panic!("{case}: {refused}");
                };
                assert_eq!(intent.state, IntentState::Unknown, "{case}");
                assert!(intent.problem.is_some_and(|it| it.contains("reported")));
            }
            assert_eq!(gateway.sent(Call::CreatePayout), 1, "{case}");
            assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
            assert_eq!(state(&store).await, IntentState::Applied, "{case}");
        }
    }
}

/// What a discarded event states refuses other calls under its reference, of its kind only.
#[tokio::test(flavor = "multi_thread")]
async fn a_prune_keeps_what_a_discarded_event_states_and_deletes_its_body() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        report(&it, &store, &gateway, Event::Pending).await;
        let sql = "UPDATE pay_deliveries SET state = 'discarded'";
        assert_eq!(change(&*it.engine, sql).await, 1);
        let later = NOW.checked_add(Duration::from_secs(1)).unwrap();
        let pruned = store.prune(later, |_| {}).await.unwrap();
        assert_eq!(pruned.events, 1, "{}", it.name);
        let kept = "SELECT COUNT(*) FROM pay_deliveries WHERE event <> '' AND length(body) = 0";
        assert_eq!(number(&*it.engine, kept).await, 1, "{}", it.name);
        assert_eq!(
            store.prunable(later).await.unwrap().events,
            0,
            "{}",
            it.name
        );
    }
}

/// A worker handles the report between the search for what waits and that for what is handled.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_handled_while_a_payout_is_recorded_keeps_it_from_being_sent() {
    // SQLite has one writer at a time.
    let Some(it) = engines().await.into_iter().find(|it| it.name == "postgres") else {
        return;
    };
    let clock = ManualClock::at(NOW);
    let gateway = rich(&clock).build().unwrap();
    let direct = store(&it.engine, &clock).await;
    report(&it, &direct, &gateway, Event::Pending).await;
    let watched = Watched::new(Arc::clone(&it.engine));
    let engine: Arc<dyn Engine> = Arc::new(watched.clone());
    let slow = store(&engine, &clock).await;
    // It begins and looks for an earlier call: the next step is the first search.
    watched.stop_at(3);
    let order = payout("4");
    let handle = async {
        watched.stopped().await;
        book_all(&it.engine).await;
        watched.release();
    };
    let (refused, ()) = tokio::join!(slow.payout(&gateway, &order), handle);
    assert!(
        matches!(refused, Err(IntentError::Unresolved(_))),
        "{refused:?}"
    );
    assert_eq!(gateway.sent(Call::CreatePayout), 1);
}

/// It denied the call first.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_denied_and_reported_is_not_sent_again() {
    for event in [Event::Pending, Event::Done] {
        for it in engines().await {
            let (case, clock) = (format!("{} {event:?}", it.name), ManualClock::at(NOW));
            let gateway = rich(&clock).not_found_proves().build().unwrap();
            let store = store(&it.engine, &clock).await;
            gateway.script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
            store.payout(&gateway, &payout("4")).await.unwrap_err();
            assert_eq!(state(&store).await, IntentState::NotApplied, "{case}");
            report(&it, &store, &gateway, event).await;
            // Also as the journal of a router.
            let (clock, journal) = (Arc::new(clock), Arc::new(store.clone()));
            let router = Router::new(registry(&gateway), clock, journal);
            let router = router.then(Rule::new(gateway.id().clone())).unwrap();
            router.create_payout(&payout("4")).await.unwrap_err();
            store.payout(&gateway, &payout("4")).await.unwrap_err();
            assert_eq!(gateway.sent(Call::CreatePayout), 2, "{case}");
            assert_eq!(state(&store).await, IntentState::Unknown, "{case}");
        }
    }
}

/// Another call under the reference is refused whatever a person decides, so the intent says what else to do.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_cannot_allow_another_call_under_a_reported_reference() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        report(&it, &store, &gateway, Event::Done).await;
        for _ in 0..2 {
            let refused = store.payout(&gateway, &payout("4")).await.unwrap_err();
            let IntentError::Unresolved(intent) = refused else {
                panic!("{}: {refused}", it.name);
            };
            let problem = intent.problem.unwrap();
            assert!(problem.contains("under another reference"), "{problem}");
            let (outcome, reference) = (ClosedAs::NotApplied, reference("p-1"));
            let closed = store.close(
                MoneyCall::Payout,
                &reference,
                outcome,
                "Ana",
                "another order",
            );
            closed.await.unwrap();
        }
        assert_eq!(gateway.sent(Call::CreatePayout), 1, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_about_other_references_and_kinds_do_not_matter() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        let order = CheckoutOrder::hosted(reference("p-1"), money("10"));
        store.checkout(&gateway, &order).await.unwrap();
        let other = crate::support::payout("p-10", "4");
        gateway.payouts().unwrap().create(&other).await.unwrap();
        for webhook in [
            gateway.pay("p-1").unwrap(),
            gateway.complete("p-10").unwrap(),
            deposit(&gateway, "5"),
        ] {
            assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        }
        // The same account, without the order: a reference is unique at this provider.
        let gateway = rich(&clock).build().unwrap();
        store.payout(&gateway, &payout("4")).await.unwrap();
        assert_eq!(state(&store).await, IntentState::Applied, "{}", it.name);
    }
}

/// Neither another order under its reference nor one like it under another.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_confirms_no_call_whose_order_it_does_not_state() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        gateway
            .payouts()
            .unwrap()
            .create(&payout("7"))
            .await
            .unwrap();
        let like_it = crate::support::payout("p-2", "4");
        store.payout(&gateway, &like_it).await.unwrap();
        for name in ["p-1", "p-2"] {
            let webhook = gateway.complete(name).unwrap();
            assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        }
        book_all(&it.engine).await;
        assert_eq!(state(&store).await, IntentState::Unknown, "{}", it.name);
    }
}

/// Rows of an earlier release name no reference.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_from_before_an_upgrade_keeps_its_payout_from_being_sent() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        report(&it, &store, &gateway, Event::Pending).await;
        change(&*it.engine, "UPDATE pay_deliveries SET reference = NULL").await;
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        let other = crate::support::payout("p-2", "4");
        store.payout(&gateway, &other).await.unwrap();
        assert_eq!(gateway.sent(Call::CreatePayout), 2, "{}", it.name);
    }
}

/// What was reported is found by indexes, so that a payout takes as long however much there is.
#[tokio::test(flavor = "multi_thread")]
async fn the_search_for_reports_reads_no_other_events_and_names() {
    for (text, table, index) in [
        (
            "AND reference",
            "pay_deliveries",
            "pay_deliveries_apart (reference=?)",
        ),
        (
            "'reference' AND name",
            "pay_names",
            "pay_names_reference (name=?)",
        ),
    ] {
        for it in local_engines().await {
            let clock = ManualClock::at(NOW);
            let gateway = rich(&clock).build().unwrap();
            let plans = Plans::of(Arc::clone(&it.engine), text);
            let engine: Arc<dyn Engine> = Arc::new(plans.clone());
            let store = store(&engine, &clock).await;
            store.payout(&gateway, &payout("4")).await.unwrap();
            let plans = plans.take();
            let mut reads = plans.iter().filter(|it| it.contains(table));
            assert!(reads.clone().count() > 0, "{}: {plans:?}", it.name);
            assert!(reads.all(|it| it.contains(index)), "{}: {plans:?}", it.name);
        }
    }
}

/// There are ever more calls that ended, and few that are open.
#[tokio::test]
async fn the_list_of_open_intents_reads_no_others() {
    for it in local_engines().await {
        let plans = Plans::of(Arc::clone(&it.engine), "FROM pay_intents");
        let engine: Arc<dyn Engine> = Arc::new(plans.clone());
        let store = store(&engine, &ManualClock::at(NOW)).await;
        plans.take();
        store.open_intents(10).await.unwrap();
        let plans = plans.take();
        let mut reads = plans.iter().filter(|it| it.contains("pay_intents"));
        assert!(reads.clone().count() > 0, "{}: {plans:?}", it.name);
        let index = "USING INDEX pay_intents_open";
        assert!(reads.all(|it| it.contains(index)), "{}: {plans:?}", it.name);
    }
}
