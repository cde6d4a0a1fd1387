//! Intents that a person ends.

use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event};
use payments_facade::{Phase, Received};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_ends_an_intent_with_name_and_reason() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        let close = |outcome, by, because| {
            let store = store.clone();
            async move {
                store
                    .close(MoneyCall::Payout, &reference("p-1"), outcome, by, because)
                    .await
            }
        };
        let unknown = close(ClosedAs::Applied, "Ana", "case 4711").await;
        assert!(
            matches!(unknown, Err(CloseError::NotKnown { .. })),
            "{}",
            it.name
        );
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        let empty = close(ClosedAs::NotApplied, " ", "")
            .await
            .unwrap_err()
            .to_string();
        assert!(empty.contains("by") && empty.contains("because"), "{empty}");

        let closed = close(ClosedAs::NotApplied, "Ana", "case 4711")
            .await
            .unwrap();
        assert_eq!(closed.state, IntentState::NotApplied);
        store.payout(&gateway, &payout("4")).await.unwrap();
        // The decision stays on record under the next call.
        let intent = store
            .intent(MoneyCall::Payout, &reference("p-1"))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(intent.closed.len(), 1);
        assert_eq!(intent.closed[0].by.as_deref(), Some("Ana"));
        let again = close(ClosedAs::NotApplied, "Ana", "case 4711").await;
        assert!(matches!(again, Err(CloseError::Ended(_))));
    }
}

/// It cannot be read, and so not be ended. That is no reason to refuse the payout.
#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_cannot_be_read_refuses_no_payout() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway.script(Call::CreatePayout, FakeFault::Refused(Refusal::Declined));
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        let sql = "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at, resolutions)
            VALUES ('payout_not_sent', 'p-1', 'fake/main', 'it was refused', 1, '[')";
        change(&*it.engine, sql).await;
        store.payout(&gateway, &payout("4")).await.unwrap();
    }
}

/// A process may be suspended while its request is under way, longer than any call may take.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_a_wrong_decision_is_a_finding() {
    for makes_another in [false, true] {
        for it in engines().await {
            let clock = ManualClock::at(NOW);
            let gateway = rich(&clock).build().unwrap();
            let slow = Intercepted {
                inner: gateway.clone(),
                by: Slow::default(),
            };
            let store = store(&it.engine, &clock).await;
            let order = payout("4");
            let late = store.payout(&slow, &order);
            let decided = async {
                slow.by.started.notified().await;
                clock.advance(LONGEST + Duration::from_secs(1));
                let (outcome, reference) = (ClosedAs::NotApplied, reference("p-1"));
                let closed =
                    store.close(MoneyCall::Payout, &reference, outcome, "Ana", "no answer");
                closed.await.unwrap();
                if makes_another {
                    gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
                    store.payout(&gateway, &order).await.unwrap_err();
                }
                slow.by.end.notify_one();
            };
            let (answer, ()) = tokio::join!(late, decided);
            answer.unwrap();
            let findings = store.findings(10).await.unwrap();
            assert_eq!(findings.len(), 1, "{}", it.name);
            assert!(
                findings[0].detail.contains("moved twice"),
                "{}",
                findings[0].detail
            );
            let expected = match makes_another {
                true => IntentState::Unknown,
                false => IntentState::Applied,
            };
            assert_eq!(state(&store).await, expected);
        }
    }
}

/// The webhook of the payout may be lost, and only payments are queried.
#[tokio::test(flavor = "multi_thread")]
async fn a_payout_closed_as_applied_is_a_payment_beside_a_checkout_order_of_its_reference() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        let order = CheckoutOrder::hosted(reference("p-1"), money("10"));
        store.checkout(&gateway, &order).await.unwrap();
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: true });
        store.payout(&gateway, &payout("4")).await.unwrap_err();
        let (call, outcome) = (MoneyCall::Payout, ClosedAs::Applied);
        let closed = store.close(call, order.reference(), outcome, "Ana", "it is in the list");
        closed.await.unwrap();
        let lookup = Lookup::Reference(reference("p-1"));
        let known = store.payments(gateway.id(), &lookup).await.unwrap();
        let mut kinds: Vec<_> = known.iter().map(|it| it.kind().as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["checkout", "payout"], "{}", it.name);
    }
}

/// Providers such as C-Pay do not state of what kind an order is.
#[tokio::test(flavor = "multi_thread")]
async fn closing_a_payout_that_is_known_changes_no_payment() {
    for kind in [PaymentKind::Payout, PaymentKind::Unstated] {
        for it in engines().await {
            let clock = ManualClock::at(NOW);
            let gateway = rich(&clock).build().unwrap();
            let store = store(&it.engine, &clock).await;
            gateway.script(Call::CreatePayout, FakeFault::Lost { applied: true });
            store.payout(&gateway, &payout("4")).await.unwrap_err();
            let under_way = Observation::new(Source::Event, kind)
                .reference(Some(reference("p-1")))
                .phase(Phase::Processing, "13");
            let id = gateway.id().clone();
            let key = EffectKey::new(&id, "71", "13");
            let event = Event::new(id, under_way, key, ProviderResponse::new(()), "{}".into());
            let received = Received::attested(event, http::Response::default());
            store.keep(&received).await.unwrap();
            book_all(&it.engine).await;

            let lookup = Lookup::Reference(reference("p-1"));
            let known = store.payments(gateway.id(), &lookup).await.unwrap();
            assert_eq!(known.len(), 1, "{} {kind:?}", it.name);
            let (outcome, reference) = (ClosedAs::Applied, reference("p-1"));
            let closed = store.close(MoneyCall::Payout, &reference, outcome, "Ana", "it is known");
            closed.await.unwrap();
            let after = store.payments(gateway.id(), &lookup).await.unwrap();
            assert_eq!(after, known, "{} {kind:?}", it.name);
        }
    }
}
