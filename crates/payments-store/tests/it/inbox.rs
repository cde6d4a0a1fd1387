//! Webhooks: acknowledged when they are committed, and handled once.

mod attempts;
mod batches;
mod seen;
mod together;
mod waits;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::scripted::ManualClock;
use payments_core::{BoxError, Clock as _, Timestamp};
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event};
use payments_facade::{CheckoutOrder, Gateway, Lookup, Phase, Received};
use payments_store::engine::Transaction;
use payments_store::{DeliveryState, DetachedHandler, Handler, Settings, StoredEvent};

use crate::support::{
    Book, Failing, FastClock, NOW, deposit, engines, gateway, local_engines, money, number, open,
    post, reference, store, until_idle,
};

#[tokio::test(flavor = "multi_thread")]
async fn acknowledges_what_is_committed_and_counts_repeats() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let webhook = deposit(&gateway, "5");
        for _ in 0..3 {
            assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        }
        let all = store.deliveries(10).await.unwrap();
        assert_eq!(all.len(), 1, "{}", it.name);
        assert_eq!((all[0].repeats, all[0].state), (2, DeliveryState::Pending));
        assert_eq!(store.findings(10).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_nothing_of_a_webhook_that_is_not_genuine() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let mut webhook = deposit(&gateway, "5");
        let forged = String::from_utf8(webhook.body.to_vec()).unwrap();
        webhook.body = forged.replace("\"paid\":\"5:", "\"paid\":\"9:").into();
        assert!(!post(&store, &gateway, &webhook).await, "{}", it.name);
        assert_eq!(store.deliveries(10).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hands_an_event_to_the_handler_once_with_the_payment_before_and_after() {
    struct Check;

    #[async_trait]
    impl Handler for Check {
        async fn handle(
            &self,
            event: &StoredEvent,
            tx: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            let received = |payment: &payments_facade::Payment| payment.funds().received;
            let before = event.before().first().and_then(received);
            let text = format!("{before:?} then {:?}", received(event.after()));
            let sql = "INSERT INTO app_effects (effect_key, amount) VALUES ($1, $2)";
            tx.execute(sql, &[event.effect_key().as_str().into(), text.into()])
                .await?;
            Ok(())
        }
    }

    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
        gateway.checkout().unwrap().create(&order).await.unwrap();
        for webhook in [
            gateway.underpay("order-1", "4").unwrap(),
            gateway.pay("order-1").unwrap(),
        ] {
            assert!(post(&store, &gateway, &webhook).await);
            store.run(Check, until_idle(&store)).await;
        }
        let mut tx = it.engine.begin().await.unwrap();
        let rows = tx
            .query("SELECT amount FROM app_effects ORDER BY amount", &[])
            .await
            .unwrap();
        let texts: Vec<&str> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        let (six, ten) = (Some(money("6")), Some(money("10")));
        let expected = [
            format!("None then {six:?}"),
            format!("{six:?} then {ten:?}"),
        ];
        assert_eq!(texts, expected, "{}", it.name);
        drop(tx);
        let stored = store
            .payments(gateway.id(), &Lookup::Reference(reference("order-1")))
            .await;
        assert!(stored.unwrap()[0].status().is_paid_in_full());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn books_nothing_of_a_failed_attempt_and_repeats_it_later() {
    for it in engines().await {
        let clock = Arc::new(FastClock::new(1_000));
        let mut settings = Settings::default();
        settings.workers = 1;
        settings.lease = Duration::from_secs(100_000);
        let store = open(&it.engine, clock.clone(), settings).await;
        let gateway = gateway();
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        let calls = Arc::new(AtomicUsize::new(0));
        let handler = Failing {
            failures: 3,
            calls: Arc::clone(&calls),
        };
        store.run(handler, until_idle(&store)).await;
        assert_eq!(calls.load(Ordering::SeqCst), 4, "{}", it.name);
        assert_eq!(
            number(&*it.engine, "SELECT COUNT(*) FROM app_effects").await,
            1
        );
        let delivery = &store.deliveries(1).await.unwrap()[0];
        assert_eq!(
            (delivery.state, delivery.attempts),
            (DeliveryState::Done, 4)
        );
        // 5 s, 12.5 s and 31.25 s.
        let waited = clock.now().since(delivery.received_at);
        assert!(waited >= Duration::from_millis(48_750), "{waited:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_always_fails_becomes_dead_and_can_be_revived() {
    for it in engines().await {
        let mut settings = Settings::default();
        settings.workers = 1;
        // A day is over in less than a second.
        let clock = Arc::new(FastClock::new(100_000));
        settings.poll = Duration::from_secs(600);
        settings.lease = Duration::from_secs(10_000_000);
        let store = open(&it.engine, clock, settings).await;
        let gateway = gateway();
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        let calls = Arc::new(AtomicUsize::new(0));
        let handler = Failing {
            failures: usize::MAX,
            calls: Arc::clone(&calls),
        };
        store.run(handler, until_idle(&store)).await;
        assert_eq!(calls.load(Ordering::SeqCst), 12, "{}", it.name);
        let dead = store.deliveries(1).await.unwrap().remove(0);
        assert_eq!(dead.state, DeliveryState::Dead);
        assert_eq!(dead.problem.as_deref(), Some("the ledger is closed"));

        assert!(store.revive(&dead.effect_key).await.unwrap());
        assert!(
            !store.revive(&dead.effect_key).await.unwrap(),
            "it is pending"
        );
        store.run(Book::default(), until_idle(&store)).await;
        let done = store.delivery(&dead.effect_key).await.unwrap().unwrap();
        assert_eq!((done.state, done.problem), (DeliveryState::Done, None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_detached_handler_runs_outside_of_the_stores_transaction() {
    struct Reads(payments_store::Store, Arc<AtomicUsize>);

    #[async_trait]
    impl DetachedHandler for Reads {
        async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
            // Would wait for ever if a transaction of the store were open.
            let found = self.0.delivery(event.effect_key()).await?;
            assert_eq!(found.unwrap().state, DeliveryState::Pending);
            assert!(event.before().is_empty());
            self.1.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    }

    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 2).await, gateway());
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        let calls = Arc::new(AtomicUsize::new(0));
        let handler = Reads(store.clone(), Arc::clone(&calls));
        store.run_detached(handler, until_idle(&store)).await;
        assert_eq!(calls.load(Ordering::SeqCst), 1, "{}", it.name);
    }
}

/// The key of an event is known, and its content changed: the amount must not be lost in silence.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_that_states_something_else_is_a_finding() {
    for it in engines().await {
        let (clock, gateway) = (ManualClock::at(NOW), gateway());
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let key = EffectKey::new(gateway.id(), "71", "13");
        for amount in ["5", "8", "8"] {
            clock.advance(Duration::from_secs(60));
            let observation = Observation::new(Source::Event, PaymentKind::Checkout)
                .reference(Some(reference("order-1")))
                .phase(Phase::Processing, "13")
                .paid(Some(money(amount)));
            let provided = ProviderResponse::new(());
            let event = Event::new(
                gateway.id().clone(),
                observation,
                key.clone(),
                provided,
                amount.into(),
            );
            let received = Received::attested(event, http::Response::default());
            store.keep(&received).await.unwrap();
        }
        let findings = store.findings(10).await.unwrap();
        assert_eq!(findings.len(), 1, "{}", it.name);
        assert_eq!(
            (findings[0].kind.as_str(), findings[0].subject.as_str()),
            ("other_content", key.as_str())
        );
        // When the other content came, not when the event did.
        let second = NOW.checked_add(Duration::from_secs(120)).unwrap();
        assert_eq!(findings[0].found_at, second, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_has_one_row_for_each_event_in_debezium_columns() {
    for it in engines().await {
        let mut settings = Settings::default();
        settings.outbox = true;
        settings.poll = Duration::from_millis(20);
        let clock = Arc::new(payments_reqwest::SystemClock::new());
        let store = open(&it.engine, clock, settings).await;
        let gateway = gateway();
        assert!(post(&store, &gateway, &deposit(&gateway, "5")).await);
        store.run(Book::default(), until_idle(&store)).await;
        let mut tx = it.engine.begin().await.unwrap();
        let sql = "SELECT id, aggregatetype, aggregateid, type, payload FROM pay_outbox";
        let rows = tx.query(sql, &[]).await.unwrap();
        assert_eq!(rows.len(), 1, "{}", it.name);
        assert_eq!(rows[0].text(1).unwrap(), "payment");
        assert_eq!(rows[0].text(3).unwrap(), "payment.changed");
        let payload: serde_json::Value = serde_json::from_str(rows[0].text(4).unwrap()).unwrap();
        assert_eq!(
            payload["effect_key"].as_str(),
            Some(rows[0].text(0).unwrap())
        );
        let payment: payments_facade::Payment =
            serde_json::from_value(payload["payment"].clone()).unwrap();
        assert_eq!(payment.funds().received, Some(money("5")));
    }
}

#[test]
fn a_timestamp_beyond_the_column_is_the_latest_time() {
    use payments_store::engine::Value;
    assert_eq!(
        Value::from(Timestamp::from_millis(u64::MAX)),
        Value::Integer(i64::MAX)
    );
}

/// Handlers log their events, and bodies are confidential.
#[tokio::test]
async fn debug_texts_of_an_event_name_it_and_have_no_body() {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<String>>);

    #[async_trait]
    impl Handler for Log {
        async fn handle(
            &self,
            event: &StoredEvent,
            _: &mut dyn Transaction,
        ) -> Result<(), BoxError> {
            *self.0.lock().unwrap() = format!("{event:?}");
            Ok(())
        }
    }

    for it in local_engines().await {
        let (store, gateway, log) = (store(&it.engine, 1).await, gateway(), Log::default());
        let webhook = deposit(&gateway, "5");
        assert!(post(&store, &gateway, &webhook).await);
        store.run(log.clone(), until_idle(&store)).await;
        let key = store.deliveries(1).await.unwrap().remove(0).effect_key;
        let content = store.delivery_content(&key).await.unwrap().unwrap();
        let (length, body) = (
            webhook.body.len(),
            std::str::from_utf8(&webhook.body).unwrap(),
        );
        for (text, bytes) in [
            (
                log.0.lock().unwrap().clone(),
                format!("raw_bytes: {length}"),
            ),
            (format!("{content:?}"), format!("body_bytes: {length}")),
        ] {
            assert!(text.contains(key.as_str()), "{text}");
            assert!(text.contains(&bytes), "{text}");
            for printed in [format!("{body:?}"), format!("{:?}", &webhook.body[..])] {
                assert!(!text.contains(printed.trim_matches('"')), "{text}");
            }
        }
    }
}
