//! What a handler sees of an event.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{BoxError, ProviderRef};
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event};
use payments_facade::{Gateway, Lookup, Phase, Received};
use payments_store::engine::Transaction;
use payments_store::{Handler, Settings, Store, StoredEvent};
use payments_testkit::FakeGateway;

use crate::support::{FastClock, engines, gateway, money, open, reference, until_idle};

/// Notes the events. It fails at the first one, which comes again.
#[derive(Clone, Default)]
struct Noting(Arc<Mutex<Vec<StoredEvent>>>);

#[async_trait]
impl Handler for Noting {
    async fn handle(&self, event: &StoredEvent, _: &mut dyn Transaction) -> Result<(), BoxError> {
        let mut events = self.0.lock().unwrap();
        events.push(event.clone());
        match events.len() {
            1 => Err("not today".into()),
            _ => Ok(()),
        }
    }
}

/// Receives that a payment of this kind with this id was completed.
async fn receive(store: &Store, gateway: &FakeGateway, kind: PaymentKind, id: &str) {
    let observation = Observation::new(Source::Event, kind)
        .reference(Some(reference("order-1")))
        .provider_ref(Some(ProviderRef::new(id).unwrap()))
        .phase(Phase::Completed, "done")
        .paid(Some(money("5")));
    let gateway = gateway.id().clone();
    let key = EffectKey::new(&gateway, id, "done");
    let provided = ProviderResponse::new(());
    let event = Event::new(gateway, observation, key, provided, "{}".into());
    let received = Received::attested(event, http::Response::default());
    store.keep(&received).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_sees_the_attempt_the_time_of_arrival_and_the_order_of_a_refund() {
    for it in engines().await {
        let mut settings = Settings::default();
        settings.workers = 1;
        settings.lease = Duration::from_secs(100_000);
        let store = open(&it.engine, Arc::new(FastClock::new(1_000)), settings).await;
        let (gateway, handler) = (gateway(), Noting::default());
        for (kind, id) in [(PaymentKind::Checkout, "71"), (PaymentKind::Refund, "72")] {
            receive(&store, &gateway, kind, id).await;
            store.run(handler.clone(), until_idle(&store)).await;
        }
        let events = handler.0.lock().unwrap().clone();
        let attempts: Vec<u64> = events.iter().map(StoredEvent::attempt).collect();
        assert_eq!(attempts, [1, 2, 1], "{}", it.name);
        for event in &events {
            let delivery = store.delivery(event.effect_key()).await.unwrap().unwrap();
            assert_eq!(event.received_at(), delivery.received_at, "{}", it.name);
        }

        let refund = &events[2];
        let ids = [refund.after(), &refund.related()[0]].map(|it| it.provider_ref().unwrap());
        assert_eq!(ids.map(ProviderRef::as_str), ["72", "71"], "{}", it.name);
        assert_eq!(events[1].related(), [], "{}", it.name);
        let lookup = Lookup::Reference(reference("order-1"));
        let mut stored = store.payments(gateway.id(), &lookup).await.unwrap();
        stored.retain(|it| it != refund.after());
        assert_eq!(stored, refund.related(), "{}", it.name);
    }
}
