//! Staged payouts that ended in the answer, or were given up: no caller hears of it.

use payments_facade::payout::Payouts;
use payments_facade::{Answer, CheckoutOrder, Error, Payment, PayoutOrder};
use payments_store::FindingFilter;

use super::*;
use crate::intercepted::{Intercept, Intercepted};
use crate::load::Raise;

/// Pays out at once, and its webhooks are lost.
#[derive(Debug)]
struct Instant;

#[async_trait]
impl Intercept for Instant {
    async fn create(
        &self,
        inner: &FakeGateway,
        order: &PayoutOrder,
    ) -> Result<Answer<Payment>, Error> {
        Payouts::create(inner, order).await?;
        inner.complete(order.reference().as_str()).unwrap();
        let by = Lookup::Reference(order.reference().clone());
        Ok(Payouts::find(inner, &by).await?.unwrap())
    }
}

/// No caller gets the answer.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_states_the_end_of_a_staged_payout_reaches_the_handler_once() {
    for it in engines().await {
        let instant = Intercepted {
            inner: rich().build().unwrap(),
            by: Instant,
        };
        let store = system(&it.engine).await;
        let inner = instant.inner.clone();
        stage(&*it.engine, &store, &inner, "p-1").await.unwrap();
        let mut gateways = Gateways::new();
        gateways.add(instant).unwrap();
        let ended = until(|| async { state(&store, "p-1").await == IntentState::Applied });
        store.run_staged(&gateways, ended).await;
        let lost = inner.webhooks_sent().pop().unwrap();
        for _ in 0..2 {
            store.run(Raise, until_idle(&store)).await;
            let raised = "SELECT COUNT(*) FROM app_effects WHERE amount = '4'";
            assert_eq!(number(&*it.engine, raised).await, 1, "{}", it.name);
            assert!(post(&store, &inner, &lost).await, "{}", it.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_waits_longer_and_longer_and_is_given_up_after_a_day() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        let mut waits = Vec::new();
        loop {
            gateway.script(Call::CreatePayout, FakeFault::NoConnection);
            try_once(&store, &gateway, "p-1").await;
            let tried = intent(&store, "p-1").await;
            if tried.state == IntentState::NotApplied {
                break;
            }
            waits.push(tried.due_at.since(clock.now()));
            clock.set(tried.due_at);
            assert!(waits.len() < 100, "{}", it.name);
        }
        // A quarter of its age, but 5 seconds at least and an hour at most.
        let first = [5_000, 5_000, 5_000, 5_000, 5_000, 6_250].map(Duration::from_millis);
        assert!(waits.starts_with(&first), "{}: {waits:?}", it.name);
        assert_eq!(waits.last(), Some(&Duration::from_secs(3_600)));
        assert!(waits.is_sorted(), "{}: {waits:?}", it.name);
        let age = clock.now().since(NOW);
        assert!(
            age >= Duration::from_secs(24 * 3_600),
            "{}: {age:?}",
            it.name
        );
        assert!(is_finding(&store, "p-1").await, "{}", it.name);
        // The application can stage it once more.
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        assert!(!is_finding(&store, "p-1").await, "{}", it.name);
        send_all(&store, &gateway).await;
        assert_eq!(state(&store, "p-1").await, IntentState::Applied);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_is_tried_for_less_than_a_day() {
    let day = settings().send_within;
    for (age, expected) in [
        (day - Duration::from_millis(1), IntentState::Staged),
        (day, IntentState::NotApplied),
    ] {
        for it in engines().await {
            let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
            let store = manual(&it.engine, &clock).await;
            stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
            clock.advance(age);
            gateway.script(Call::CreatePayout, FakeFault::NoConnection);
            try_once(&store, &gateway, "p-1").await;
            assert_eq!(state(&store, "p-1").await, expected, "{} {age:?}", it.name);
        }
    }
}

/// The clock was set back after the payout was staged.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_staged_by_a_clock_days_ahead_is_tried_for_a_day() {
    for it in engines().await {
        let day = settings().send_within;
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        let ahead = manual(
            &it.engine,
            &ManualClock::at(NOW.checked_add(7 * day).unwrap()),
        )
        .await;
        stage(&*it.engine, &ahead, &gateway, "p-1").await.unwrap();
        gateway.script(Call::CreatePayout, FakeFault::NoConnection);
        let tried = until(|| async { intent(&store, "p-1").await.problem.is_some() });
        store.run_staged(&registry(&gateway), tried).await;
        assert_eq!(
            state(&store, "p-1").await,
            IntentState::Staged,
            "{}",
            it.name
        );
        clock.advance(day);
        gateway.script(Call::CreatePayout, FakeFault::NoConnection);
        try_once(&store, &gateway, "p-1").await;
        assert_eq!(
            state(&store, "p-1").await,
            IntentState::NotApplied,
            "{}",
            it.name
        );
        assert!(is_finding(&store, "p-1").await, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_is_refused_once_more_for_the_same_reason_is_found_once_more() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        for is_resolved in [false, true, false] {
            gateway.script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
            stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
            assert!(!is_finding(&store, "p-1").await, "{}", it.name);
            send_all(&store, &gateway).await;
            assert!(is_finding(&store, "p-1").await, "{}", it.name);
            if is_resolved {
                let id = store.findings(1).await.unwrap()[0].id();
                let resolve = store.resolve_finding(&id, "Ana", "gave the money back");
                resolve.await.unwrap();
            }
        }
    }
}

/// The provider refused it and made it nevertheless.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_that_was_given_up_and_reported_does_not_count_as_made_again() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        send_all(&store, &gateway).await;
        assert!(is_finding(&store, "p-1").await, "{}", it.name);
        let order = payout("p-1", "4");
        gateway.payouts().unwrap().create(&order).await.unwrap();
        let webhook = gateway.complete("p-1").unwrap();
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        store.payout(&gateway, &order).await.unwrap_err();
        let filter = FindingFilter {
            with_resolved: true,
            ..FindingFilter::default()
        };
        let all = store.findings_by(&filter, 10).await.unwrap();
        let ended = &all
            .iter()
            .find(|it| it.subject == "p-1")
            .unwrap()
            .resolutions;
        let reasons: Vec<&str> = ended.iter().map(|it| it.because.as_str()).collect();
        let expected = ["the provider reported an order under the reference"];
        assert_eq!(reasons, expected, "{}", it.name);
    }
}

/// The answer was lost, so no caller learns of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_staged_payout_that_a_query_shows_as_not_made_is_a_finding() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich().clock(Arc::new(clock.clone())).not_found_proves();
        let gateway = gateway.build().unwrap();
        let store = manual(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        try_once(&store, &gateway, "p-1").await;
        assert_eq!(state(&store, "p-1").await, IntentState::Unknown);
        assert!(!is_finding(&store, "p-1").await, "{}", it.name);
        clock.advance(Duration::from_secs(3_600));
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        assert_eq!(state(&store, "p-1").await, IntentState::NotApplied);
        assert!(is_finding(&store, "p-1").await, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_that_is_made_again_does_not_end_the_finding_about_a_payout() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        send_all(&store, &gateway).await;
        let order = CheckoutOrder::hosted(reference("p-1"), money("10"));
        gateway.script(Call::CreateCheckout, FakeFault::Refused(Refusal::Declined));
        store.checkout(&gateway, &order).await.unwrap_err();
        store.checkout(&gateway, &order).await.unwrap();
        assert!(is_finding(&store, "p-1").await, "{}", it.name);
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        assert!(!is_finding(&store, "p-1").await, "{}", it.name);
    }
}
