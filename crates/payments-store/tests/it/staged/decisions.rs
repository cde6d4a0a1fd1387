//! What keeps a staged payout from being sent.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_staged_reference_is_closed_until_a_person_cancels_it() {
    for it in engines().await {
        let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
        let store = manual(&it.engine, &clock).await;
        let cancel = |by, because| {
            let store = store.clone();
            async move {
                store
                    .cancel(MoneyCall::Payout, &reference("p-1"), by, because)
                    .await
            }
        };
        let absent = cancel("Ana", "wrong amount").await;
        assert!(
            matches!(absent, Err(CloseError::NotKnown { .. })),
            "{}",
            it.name
        );
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        let again = stage(&*it.engine, &store, &gateway, "p-1")
            .await
            .unwrap_err();
        let direct = store
            .payout(&gateway, &payout("p-1", "4"))
            .await
            .unwrap_err();
        let router = Router::new(
            registry(&gateway),
            Arc::new(clock.clone()),
            Arc::new(store.clone()),
        );
        let router = router.then(Rule::new(gateway.id().clone())).unwrap();
        let routed = router.create_payout(&payout("p-1", "4")).await;
        assert!(routed.is_err(), "{}", it.name);
        for error in [again, direct] {
            assert!(
                matches!(error, IntentError::Staged(_)),
                "{}: {error}",
                it.name
            );
            assert_eq!(error.outcome(), Outcome::Unknown);
        }
        let (call, reference) = (MoneyCall::Payout, reference("p-1"));
        let closed = store
            .close(call, &reference, ClosedAs::Applied, "Ana", "x")
            .await;
        assert!(matches!(closed, Err(CloseError::Staged(_))));
        let empty = cancel(" ", "").await.unwrap_err().to_string();
        assert!(empty.contains("by") && empty.contains("because"), "{empty}");

        let cancelled = cancel("Ana", "wrong amount").await.unwrap();
        assert_eq!(cancelled.state, IntentState::NotApplied, "{}", it.name);
        assert_eq!(cancelled.closed[0].by.as_deref(), Some("Ana"));
        let ended = cancel("Ana", "wrong amount").await;
        assert!(matches!(ended, Err(CloseError::Ended(_))));
        store
            .run_staged(
                &registry(&gateway),
                tokio::time::sleep(Duration::from_millis(20)),
            )
            .await;
        assert_eq!(gateway.sent(Call::CreatePayout), 0, "{}", it.name);

        // The reference is free, and what may have been sent cannot be cancelled.
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: true });
        stage(&*it.engine, &store, &gateway, "p-1").await.unwrap();
        try_once(&store, &gateway, "p-1").await;
        let sent = cancel("Ana", "wrong amount").await;
        assert!(matches!(sent, Err(CloseError::Sent(_))), "{sent:?}");
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        assert_eq!(state(&store, "p-1").await, IntentState::Applied);
        assert_eq!(store.findings(1).await.unwrap(), [], "{}", it.name);
        assert_eq!(gateway.sent(Call::CreatePayout), 1, "{}", it.name);
    }
}

/// A provider that denied a call made its order nevertheless, and reports it. No handler needs to have run.
#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_about_a_staged_payout_keeps_it_from_being_sent() {
    for it in engines().await {
        for event in ["pending", "dead", "done"] {
            let (name, case) = (format!("p-{event}"), format!("{} {event}", it.name));
            let (gateway, clock) = (rich().build().unwrap(), ManualClock::at(NOW));
            let store = manual(&it.engine, &clock).await;
            stage(&*it.engine, &store, &gateway, &name).await.unwrap();
            let payouts = gateway.payouts().unwrap();
            payouts.create(&payout(&name, "4")).await.unwrap();
            assert!(post(&store, &gateway, &gateway.complete(&name).unwrap()).await);
            match event {
                "done" => {
                    let worker = crate::support::store(&it.engine, 1).await;
                    worker.run(Book::default(), until_idle(&worker)).await;
                }
                state => {
                    let sql = format!("UPDATE pay_deliveries SET state = '{state}'");
                    change(&*it.engine, &sql).await;
                }
            }
            send_all(&store, &gateway).await;
            let unsent = intent(&store, &name).await;
            assert_eq!(unsent.state, IntentState::Unknown, "{case}");
            let problem = unsent.problem.unwrap_or_default();
            assert!(problem.contains("close the intent"), "{case}: {problem}");
            assert_eq!(gateway.sent(Call::CreatePayout), 1, "{case}");
            // The provider's query states that it is the same payout.
            let (gateways, reference) = (registry(&gateway), reference(&name));
            let resolved = store.resolve(&gateways, MoneyCall::Payout, &reference);
            let resolved = resolved.await.unwrap().unwrap().intent.state;
            assert_eq!(resolved, IntentState::Applied, "{case}");
            change(&*it.engine, "DELETE FROM pay_deliveries").await;
        }
    }
}

/// Otherwise they would wait until the clock is there again.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_staged_or_sent_while_the_clock_was_ahead_is_sent_or_queried_when_it_was_set_back()
{
    for it in engines().await {
        let (gateway, clock) = (rich().not_found_proves(), ManualClock::at(NOW));
        let gateway = gateway.build().unwrap();
        let month = Duration::from_secs(30 * 86_400);
        let ahead = ManualClock::at(NOW.checked_add(month).unwrap());
        let ahead = manual(&it.engine, &ahead).await;
        stage(&*it.engine, &ahead, &gateway, "p-1").await.unwrap();
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: true });
        let lost = payout("p-2", "4");
        ahead.payout(&gateway, &lost).await.unwrap_err();
        gateway.script(Call::CreatePayout, FakeFault::Lost { applied: false });
        let absent = payout("p-3", "4");
        ahead.payout(&gateway, &absent).await.unwrap_err();
        let store = manual(&it.engine, &clock).await;
        // The quiet period of the one that does not exist ends in the future.
        assert_eq!(store.resolve_due(&registry(&gateway)).await.unwrap(), 1);
        assert_eq!(gateway.sent(Call::Resolve), 2, "{}", it.name);
        assert_eq!(state(&store, "p-2").await, IntentState::Applied);
        let open = intent(&store, "p-3").await;
        assert_eq!(open.state, IntentState::Unknown, "{}", it.name);
        assert!(
            open.due_at.since(NOW) <= Duration::from_secs(86_400),
            "{open:?}"
        );
        send_all(&store, &gateway).await;
        assert_eq!(
            state(&store, "p-1").await,
            IntentState::Applied,
            "{}",
            it.name
        );
        assert_eq!(gateway.sent(Call::CreatePayout), 3, "{}", it.name);
    }
}
