//! Webhooks that are only hints: what counts is the answer to a query.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use payments_core::{BoxError, Timestamp};
use payments_facade::answer::ProviderResponse;
use payments_facade::checkout::Checkout;
use payments_facade::webhook::{Hint, WebhookError, Webhooks};
use payments_facade::{Answer, CheckoutOrder, Error, Gateway, Lookup, Payment, Received};
use payments_store::engine::Transaction;
use payments_store::{DeliveryState, Handler, Settings, Store, StoredEvent};
use payments_testkit::{FakeGateway, FakeWebhook};
use tokio::sync::Notify;

use crate::intercepted::{Intercept, Intercepted};
use crate::support::{
    Book, FastClock, engines, gateway, local_engines, money, open, post, reference, store, until,
    until_idle,
};

/// Webhooks are hints.
#[derive(Debug)]
struct Hints {
    /// Verifies them.
    inner: FakeGateway,
    is_signed: bool,
    /// A check of the URL.
    is_probe: bool,
    /// Queries do not return before this is notified.
    holds: AtomicBool,
    end: Notify,
    queries: AtomicUsize,
    /// What answers state besides.
    also: Option<Payment>,
}

fn hinting(is_signed: bool) -> Intercepted<Hints> {
    let inner = gateway();
    let by = Hints {
        inner: inner.clone(),
        is_signed,
        is_probe: false,
        holds: AtomicBool::new(false),
        end: Notify::new(),
        queries: AtomicUsize::new(0),
        also: None,
    };
    Intercepted { inner, by }
}

fn ack() -> Response<Bytes> {
    Response::new(Bytes::from_static(b"hint"))
}

impl Webhooks for Hints {
    fn receive(&self, _: &HeaderMap, _: &Bytes, _: Timestamp) -> Result<Received, WebhookError> {
        Err(WebhookError::OnlyHint)
    }

    fn hint(&self, headers: &HeaderMap, body: &Bytes) -> Result<Hint, WebhookError> {
        if self.is_probe {
            return Ok(Hint::signed(None, ack(), self.nack()));
        }
        let now = Timestamp::from_secs(0);
        let received = Gateway::webhooks(&self.inner).receive(headers, body, now)?;
        let event = received.event();
        let lookup = Lookup::Provider(event.provider_ref().unwrap().clone());
        Ok(match self.is_signed {
            true => {
                Hint::signed(Some(lookup), ack(), self.nack()).reporting(event.effect_key().clone())
            }
            false => Hint::new(lookup, ack(), self.nack()),
        })
    }

    fn nack(&self) -> Response<Bytes> {
        let mut reply = Response::new(Bytes::new());
        *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        reply
    }
}

#[async_trait]
impl Intercept for Hints {
    async fn find(
        &self,
        inner: &FakeGateway,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        self.queries.fetch_add(1, Ordering::SeqCst);
        if self.holds.load(Ordering::SeqCst) {
            self.end.notified().await;
        }
        let found = Checkout::find(inner, by).await?;
        Ok(found.map(|answer| match &self.also {
            Some(also) => {
                let mut payment = answer.into_inner();
                payment.merge(also.clone()).unwrap();
                Answer::new(payment, ProviderResponse::new(()))
            }
            None => answer,
        }))
    }

    fn webhooks<'a>(&'a self, _: &'a FakeGateway) -> &'a dyn Webhooks {
        self
    }
}

/// The webhook of an order that was paid.
async fn paid(gateway: &FakeGateway) -> FakeWebhook {
    let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
    gateway.checkout().unwrap().create(&order).await.unwrap();
    gateway.pay("order-1").unwrap()
}

async fn only(store: &Store) -> payments_store::Delivery {
    let mut all = store.deliveries(10).await.unwrap();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Checks what a handler sees of a hint.
struct Seen(Arc<AtomicUsize>, FakeWebhook, bool);

#[async_trait]
impl Handler for Seen {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let own = event.event().observations();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].effect_key(), Some(event.effect_key()));
        assert_eq!(event.before(), []);
        let body = if self.2 {
            self.1.body.clone()
        } else {
            Bytes::new()
        };
        assert_eq!(*event.raw(), body);
        self.0.fetch_add(1, Ordering::SeqCst);
        Book::default().handle(event, tx).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_what_the_query_states_under_its_effect_key_once() {
    for is_signed in [true, false] {
        for it in engines().await {
            let (store, gateway) = (store(&it.engine, 1).await, hinting(is_signed));
            let webhook = paid(&gateway.inner).await;
            for _ in 0..2 {
                assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
            }
            // A signed webhook that is an event: a repeat of the same, and no contradiction.
            assert!(post(&store, &gateway.inner, &webhook).await);
            assert_eq!(only(&store).await.repeats, 2, "{}", it.name);
            assert_eq!(store.findings(10).await.unwrap(), []);

            let calls = Arc::new(AtomicUsize::new(0));
            let seen = Seen(Arc::clone(&calls), webhook, is_signed);
            store.run(seen, until_idle(&store)).await;
            assert_eq!(only(&store).await.state, DeliveryState::Done);
            assert_eq!(calls.load(Ordering::SeqCst), 1, "{}", it.name);
        }
    }
}

/// Notes whether the event is what the observation with its effect key states, and nothing else.
#[derive(Clone, Default)]
struct Alone(Arc<Mutex<Vec<bool>>>);

#[async_trait]
impl Handler for Alone {
    async fn handle(&self, event: &StoredEvent, _: &mut dyn Transaction) -> Result<(), BoxError> {
        let own = event.event().observations().iter();
        let keys: Vec<_> = own.map(|one| one.effect_key()).collect();
        let is_alone = keys == [Some(event.effect_key())];
        self.0.lock().unwrap().push(is_alone);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_states_two_events_has_each_of_them_handled_alone() {
    for it in engines().await {
        let (store, mut gateway) = (store(&it.engine, 1).await, hinting(false));
        let order = CheckoutOrder::hosted(reference("order-1"), money("10"));
        let checkout = Gateway::checkout(&gateway.inner).unwrap();
        checkout.create(&order).await.unwrap();
        gateway.inner.underpay("order-1", "4").unwrap();
        let lookup = Lookup::Reference(reference("order-1"));
        let part = checkout.find(&lookup).await.unwrap().unwrap();
        gateway.by.also = Some(part.into_inner());
        let webhook = gateway.inner.pay("order-1").unwrap();
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        let handler = Alone::default();
        store.run(handler.clone(), until_idle(&store)).await;
        assert_eq!(*handler.0.lock().unwrap(), [true; 2], "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledges_no_hint_about_a_payment_that_the_provider_does_not_know() {
    for it in local_engines().await {
        let store = store(&it.engine, 1).await;
        let (elsewhere, gateway) = (gateway(), hinting(true));
        let webhook = paid(&elsewhere).await;
        assert!(!post(&store, &gateway, &webhook).await, "{}", it.name);
        assert_eq!(store.deliveries(10).await.unwrap(), []);
        assert_eq!(gateway.by.queries.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledges_a_check_of_the_url_without_a_query() {
    for it in local_engines().await {
        let store = store(&it.engine, 1).await;
        let mut gateway = hinting(true);
        gateway.by.is_probe = true;
        let webhook = paid(&gateway.inner).await;
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        assert_eq!(store.deliveries(10).await.unwrap(), []);
        assert_eq!(gateway.by.queries.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_a_hint_whose_query_takes_too_long_and_stores_it_later() {
    for it in local_engines().await {
        let mut settings = Settings::default();
        settings.query_time = Duration::from_secs(10);
        let store = open(&it.engine, Arc::new(FastClock::new(1_000)), settings).await;
        let gateway = hinting(true);
        gateway.by.holds.store(true, Ordering::SeqCst);
        let webhook = paid(&gateway.inner).await;
        assert!(!post(&store, &gateway, &webhook).await, "{}", it.name);
        assert_eq!(store.deliveries(10).await.unwrap(), []);
        gateway.by.holds.store(false, Ordering::SeqCst);
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        assert_eq!(only(&store).await.repeats, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unsigned_hints_causes_two_queries_at_a_time_and_holds_up_no_signed_one() {
    for it in local_engines().await {
        let store = store(&it.engine, 1).await;
        let unsigned = Arc::new(hinting(false));
        unsigned.by.holds.store(true, Ordering::SeqCst);
        let webhook = paid(&unsigned.inner).await;
        let mut held = Vec::new();
        for _ in 0..2 {
            let (store, gateway, webhook) = (store.clone(), unsigned.clone(), webhook.clone());
            let task = tokio::spawn(async move { post(&store, &*gateway, &webhook).await });
            held.push(task);
        }
        until(async || unsigned.by.queries.load(Ordering::SeqCst) == 2).await;
        for _ in 0..20 {
            assert!(!post(&store, &*unsigned, &webhook).await);
        }
        assert_eq!(unsigned.by.queries.load(Ordering::SeqCst), 2, "{}", it.name);
        let signed = hinting(true);
        assert!(post(&store, &signed, &paid(&signed.inner).await).await);
        unsigned.by.holds.store(false, Ordering::SeqCst);
        unsigned.by.end.notify_waiters();
        for task in held {
            assert!(task.await.unwrap());
        }
    }
}
