//! What people do with what is stored: dead events, lists, retention.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use payments_core::Timestamp;
use payments_facade::webhook::EffectKey;
use payments_reqwest::SystemClock;
use payments_store::engine::{Engine, EngineErrorKind};
use payments_store::{DeliveryState, DiscardError, Pruned, Settings, Store, StoreError};

use crate::breaking::{Break, Breaking};
use crate::dropped::poll_up_to;
use crate::support::{
    Book, Failing, FastClock, NOW, change, deposit, engines, gateway, local_engines, number, open,
    post, store, until_idle,
};

/// A store in which this many events are dead. Time is fast, so that their attempts fail soon.
async fn with_dead(engine: &Arc<dyn Engine>, count: usize) -> (Store, Vec<EffectKey>) {
    let mut settings = Settings::default();
    settings.attempts = 2;
    // Together they could take too long for such a clock, and an attempt that is given back does not count.
    settings.batch = 1;
    settings.poll = Duration::from_secs(1);
    let store = open(engine, Arc::new(FastClock::new(200)), settings).await;
    let gateway = gateway();
    for _ in 0..count {
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
    }
    let calls = Arc::new(AtomicUsize::new(0));
    let failures = usize::MAX;
    store
        .run(Failing { failures, calls }, until_idle(&store))
        .await;
    let dead = store.deliveries_in(DeliveryState::Dead, 100).await.unwrap();
    assert_eq!(dead.len(), count);
    let keys = dead.into_iter().map(|it| it.effect_key).collect();
    (store, keys)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_event_is_shown_revived_or_discarded_with_name_and_reason() {
    for it in engines().await {
        let (store, keys) = with_dead(&it.engine, 2).await;
        let dead = store.delivery(&keys[0]).await.unwrap().unwrap();
        assert_eq!((dead.attempts, dead.discarded), (2, None), "{}", it.name);
        assert_eq!(dead.problem.as_deref(), Some("the ledger is closed"));
        let content = store.delivery_content(&keys[0]).await.unwrap().unwrap();
        assert_eq!(content.source, "webhook");
        assert!(!content.body.is_empty() && content.stated.is_some());
        assert!(!format!("{content:?}").contains("sign"), "{content:?}");

        let empty = store
            .discard(&keys[0], " ", "")
            .await
            .unwrap_err()
            .to_string();
        assert!(empty.contains("by") && empty.contains("because"), "{empty}");
        let discarded = store
            .discard(&keys[0], "Ana", "booked by hand")
            .await
            .unwrap();
        assert_eq!(discarded.state, DeliveryState::Discarded, "{}", it.name);
        let record = discarded.discarded.unwrap();
        assert_eq!(
            (record.by.as_str(), record.because.as_str()),
            ("Ana", "booked by hand")
        );
        assert!(record.at() > NOW);
        let again = store.discard(&keys[0], "Ana", "booked by hand").await;
        assert!(
            matches!(again, Err(DiscardError::NotDead(_))),
            "{}",
            it.name
        );
        assert!(!store.revive(&keys[0]).await.unwrap(), "{}", it.name);

        assert!(store.revive(&keys[1]).await.unwrap());
        let pending = store.discard(&keys[1], "Ana", "too late").await;
        assert!(
            matches!(pending, Err(DiscardError::NotDead(_))),
            "{}",
            it.name
        );
        store.run(Book::default(), until_idle(&store)).await;
        let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(booked, 1, "{}", it.name);
        let done = store.deliveries_in(DeliveryState::Done, 100).await.unwrap();
        assert_eq!(done[0].effect_key, keys[1], "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_event_that_arrives_again_is_acknowledged_and_not_booked() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let webhook = deposit(&gateway, "5");
        assert!(post(&store, &gateway, &webhook).await);
        change(&*it.engine, "UPDATE pay_deliveries SET state = 'dead'").await;
        let key = store.deliveries(1).await.unwrap().remove(0).effect_key;
        store.discard(&key, "Ana", "booked by hand").await.unwrap();
        store
            .prune(NOW.checked_add(YEARS).unwrap(), |_| {})
            .await
            .unwrap();
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        store.run(Book::default(), until_idle(&store)).await;
        let booked = number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await;
        assert_eq!(booked, 0, "{}", it.name);
        let discarded = store.delivery(&key).await.unwrap().unwrap();
        assert_eq!(
            (discarded.state, discarded.repeats),
            (DeliveryState::Discarded, 1)
        );
        // What was pruned cannot be compared, which is no reason for a finding.
        assert_eq!(store.findings(10).await.unwrap(), [], "{}", it.name);
    }
}

const YEARS: Duration = Duration::from_secs(20 * 365 * 86_400);

/// Adds events by SQL: a third each is done, pending and dead, and half of each is old.
async fn fill(engine: &dyn Engine, count: i64) {
    let mut tx = engine.begin().await.unwrap();
    let sql = "INSERT INTO pay_deliveries
        (effect_key, gateway, source, body, event, received_at, repeats, state, attempts, due_at)
        VALUES ($1, 'fake/main', 'webhook', $2, '{}', $3, 0, $4, 1, $3)";
    for place in 0..count {
        let state = ["done", "pending", "dead"][usize::try_from(place % 3).unwrap()];
        // Several have the same time.
        let received_at = if place % 2 == 0 {
            1_000 + place / 8
        } else {
            900_000
        };
        let body = bytes::Bytes::from_static(b"a body");
        let values = [
            format!("key-{place}").into(),
            body.into(),
            received_at.into(),
            state.into(),
        ];
        tx.execute(sql, &values).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn prunes_handled_events_of_before_in_small_steps_and_keeps_their_keys() {
    const ALL: i64 = 2_400;
    for it in engines().await {
        fill(&*it.engine, ALL).await;
        let counting = Breaking::counting(Arc::clone(&it.engine));
        let engine: Arc<dyn Engine> = Arc::new(counting.clone());
        let store = open(&engine, Arc::new(SystemClock::new()), Settings::default()).await;
        let before = Timestamp::from_millis(900_000);
        // A sixth of all is old and done.
        let expected = u64::try_from(ALL / 6).unwrap();
        let countable = store.prunable(before).await.unwrap();
        let all = (countable.events, countable.seen);
        assert_eq!(all, (expected, 3 * expected), "{}", it.name);
        let mut steps = Vec::new();
        let pruned = store.prune(before, |it| steps.push(it)).await.unwrap();
        assert_eq!(pruned, countable, "{}", it.name);
        assert_eq!(steps.last(), Some(&pruned));
        assert!(counting.commits() >= 3 && steps.len() >= 3, "{}", it.name);
        let count = |what: &'static str| {
            let engine = Arc::clone(&it.engine);
            async move {
                let sql = format!("SELECT COUNT(*) FROM pay_deliveries WHERE {what}");
                number(&*engine, &sql).await
            }
        };
        assert_eq!(count("1 = 1").await, ALL, "{}", it.name);
        assert_eq!(
            count("event = '' AND LENGTH(body) = 0").await,
            ALL / 6,
            "{}",
            it.name
        );
        assert_eq!(
            count("event = '' AND (state <> 'done' OR received_at >= 900000)").await,
            0
        );
        let again = store.prune(before, |_| {}).await.unwrap();
        assert_eq!((again.events, again.seen), (0, pruned.seen), "{}", it.name);
        let nothing = store
            .prune(Timestamp::from_millis(0), |_| {})
            .await
            .unwrap();
        assert_eq!(nothing, Pruned::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prune_that_fails_or_is_dropped_goes_on_the_next_time() {
    const ALL: i64 = 1_200;
    let mut failed = 0;
    for step in 3..12 {
        for it in local_engines().await {
            let case = format!("{} step {step}", it.name);
            fill(&*it.engine, ALL).await;
            let breaks = Break::Fail(EngineErrorKind::Unavailable);
            let engine: Arc<dyn Engine> =
                Arc::new(Breaking::new(Arc::clone(&it.engine), breaks, step));
            let broken = open(&engine, Arc::new(SystemClock::new()), Settings::default()).await;
            let intact = store(&it.engine, 1).await;
            let before = Timestamp::from_millis(900_000);
            match broken.prune(before, |_| {}).await {
                Err(StoreError::Engine(error)) => {
                    assert_eq!(error.kind(), EngineErrorKind::Unavailable, "{case}");
                    failed += 1;
                }
                Err(error) => panic!("{case}: {error}"),
                Ok(_) => {}
            }
            let polls = usize::try_from(step).unwrap();
            poll_up_to(intact.prune(before, |_| {}), polls).await;
            intact.prune(before, |_| {}).await.unwrap();
            let pruned = "SELECT COUNT(*) FROM pay_deliveries WHERE event = ''";
            assert_eq!(number(&*it.engine, pruned).await, ALL / 6, "{case}");
        }
    }
    assert!(failed >= 10, "only {failed} runs failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_shows_a_row_that_cannot_be_read_and_all_others() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        for _ in 0..3 {
            assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        }
        let damaged = store.deliveries(3).await.unwrap()[1].effect_key.clone();
        let sql = format!(
            "UPDATE pay_deliveries SET gateway = 'nowhere' WHERE effect_key = '{}'",
            damaged.as_str()
        );
        assert_eq!(change(&*it.engine, &sql).await, 1);
        let listed = store.list_deliveries(None, 3).await.unwrap();
        let keys: Vec<&str> = listed
            .iter()
            .map(|one| match one {
                Ok(delivery) => delivery.effect_key.as_str(),
                Err(row) => &*row.key,
            })
            .collect();
        assert_eq!((keys.len(), keys[1]), (3, damaged.as_str()), "{}", it.name);
        let unread = listed[1].as_ref().unwrap_err();
        assert!(unread.problem.contains("cannot be read"), "{unread}");
        let error = store.deliveries(3).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
        let others = store.list_deliveries(Some(DeliveryState::Dead), 3).await;
        assert_eq!(others.unwrap(), [], "{}", it.name);
    }
}
