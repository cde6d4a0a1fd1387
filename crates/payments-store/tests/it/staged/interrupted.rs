//! Futures that are dropped at every await, and a database that fails at every step.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_staging_or_a_worker_dropped_at_any_await_sends_nothing_twice() {
    for it in engines().await {
        let gateway = rich().build().unwrap();
        let store = system(&it.engine).await;
        let mut unsent = 0;
        for polls in 0..16 {
            let name = format!("p-{polls}");
            let dropped = stage(&*it.engine, &store, &gateway, &name);
            if poll_up_to(dropped, polls).await.is_none() {
                unsent += 1;
            }
            // As an application repeats it: it was staged, or it is staged now. A worker that was dropped before may still have
            // taken it, because it ends at its next await.
            let mut repeated = stage(&*it.engine, &store, &gateway, &name).await;
            for _ in 0..1_000 {
                // PostgreSQL may still be at work on the transaction that was dropped.
                if !matches!(repeated, Err(IntentError::NotRecorded(_))) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
                repeated = stage(&*it.engine, &store, &gateway, &name).await;
            }
            match repeated {
                Ok(())
                | Err(
                    IntentError::Staged(_)
                    | IntentError::Unresolved(_)
                    | IntentError::AlreadyMade(_),
                ) => {}
                Err(error) => panic!("{} {polls}: {error}", it.name),
            }
            let never = std::future::pending();
            poll_up_to(store.run_staged(&registry(&gateway), never), polls).await;
        }
        assert!(unsent >= 2, "{}: dropped {unsent} times", it.name);
        let sending = store.intents(&[IntentState::Sending], 100).await.unwrap();
        let waiting = [IntentState::Staged];
        let ended = until(|| async { store.intents(&waiting, 100).await.unwrap().is_empty() });
        store.run_staged(&registry(&gateway), ended).await;
        let applied = store.intents(&[IntentState::Applied], 100).await.unwrap();
        assert_eq!(applied.len() + sending.len(), 16, "{}", it.name);
        for polls in 0..16 {
            let name = format!("p-{polls}");
            let requests = gateway.requests();
            let sent = requests
                .iter()
                .filter(|it| format!("{it:?}").contains(&format!("\"{name}\"")));
            assert!(sent.count() <= 1, "{} {name}", it.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_or_a_lost_answer_of_the_database_at_any_step_sends_nothing_twice() {
    let kinds = [
        Break::Fail(EngineErrorKind::Conflict),
        Break::Fail(EngineErrorKind::Unavailable),
        Break::DoneAndFail,
    ];
    let mut broken = 0;
    for breaks in kinds {
        for step in 3..16 {
            let all = match step % 5 {
                0 => engines().await,
                _ => local_engines().await,
            };
            for it in all {
                let case = format!("{} {breaks:?} step {step}", it.name);
                let gateway = rich().build().unwrap();
                let intact = manual(&it.engine, &ManualClock::at(NOW)).await;
                stage(&*it.engine, &intact, &gateway, "p-1").await.unwrap();
                let breaking = Breaking::new(Arc::clone(&it.engine), breaks, step);
                let engine: Arc<dyn Engine> = Arc::new(breaking.clone());
                let store = system(&engine).await;
                let settled = until(|| async {
                    breaking.has_broken() && state(&intact, "p-1").await != IntentState::Staged
                });
                store.run_staged(&registry(&gateway), settled).await;
                broken += 1;
                let sent = gateway.sent(Call::CreatePayout);
                assert!(sent <= 1, "{case}: sent {sent} times");
                let state = state(&intact, "p-1").await;
                let is_recorded = matches!(state, IntentState::Applied | IntentState::Sending);
                assert!(is_recorded, "{case}: {state:?}");
                assert!(sent == 1 || state != IntentState::Applied, "{case}");
                if breaks == Break::Fail(EngineErrorKind::Conflict) {
                    assert_eq!(state, IntentState::Applied, "{case}");
                }
            }
        }
    }
    assert!(broken > 80, "only {broken} steps were broken");
}
