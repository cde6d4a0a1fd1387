//! Payments are found by each of their names, in whatever order the names became known.

use payments_core::ProviderRef;
use payments_facade::answer::ProviderResponse;
use payments_facade::payment::{Observation, PaymentKind, Source};
use payments_facade::webhook::{EffectKey, Event};
use payments_facade::{Gateway, Lookup, Payment, Phase, Received};
use payments_store::Store;
use payments_testkit::FakeGateway;

use crate::support::{Book, engines, gateway, money, number, reference, store, until_idle};

/// Receives the event of this number, which names a reference or an id of the provider, or both.
async fn receive(store: &Store, gateway: &FakeGateway, number: &str, names: [Option<&str>; 2]) {
    let [name, id] = names;
    let observation = Observation::new(Source::Event, PaymentKind::Checkout)
        .reference(name.map(reference))
        .provider_ref(id.map(|id| ProviderRef::new(id).unwrap()))
        .phase(Phase::Completed, "done")
        .transfer(number)
        .paid(Some(money("5")));
    let gateway = gateway.id().clone();
    let key = EffectKey::new(&gateway, number, "done");
    let provided = ProviderResponse::new(());
    let event = Event::new(gateway, observation, key, provided, "{}".into());
    let received = Received::attested(event, http::Response::default());
    store.keep(&received).await.unwrap();
}

async fn by(store: &Store, gateway: &FakeGateway, lookup: Lookup) -> Vec<Payment> {
    store.payments(gateway.id(), &lookup).await.unwrap()
}

fn id(text: &str) -> Lookup {
    Lookup::Provider(ProviderRef::new(text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_with_both_names_unites_what_was_received_under_each() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        for (number, names) in [("1", [Some("order-1"), None]), ("2", [None, Some("71")])] {
            receive(&store, &gateway, number, names).await;
        }
        store.run(Book::default(), until_idle(&store)).await;
        let apart = by(&store, &gateway, id("71")).await;
        assert_eq!(apart.len(), 1, "{}", it.name);
        assert_eq!(apart[0].reference(), None, "{}", it.name);

        receive(&store, &gateway, "3", [Some("order-1"), Some("71")]).await;
        store.run(Book::default(), until_idle(&store)).await;
        let united = by(&store, &gateway, id("71")).await;
        assert_eq!(united.len(), 1, "{}", it.name);
        assert_eq!(united[0].observations().len(), 3, "{}", it.name);
        let lookup = Lookup::Reference(reference("order-1"));
        assert_eq!(by(&store, &gateway, lookup).await, united, "{}", it.name);
        let rows = number(&*it.engine, "SELECT COUNT(*) FROM pay_payments").await;
        assert_eq!(rows, 1, "{}", it.name);
    }
}

/// Both are handled in one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_after_the_one_that_unites_finds_what_was_united() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        for (number, names) in [
            ("1", [Some("order-1"), Some("72")]),
            ("2", [Some("order-2"), Some("71")]),
        ] {
            receive(&store, &gateway, number, names).await;
        }
        store.run(Book::default(), until_idle(&store)).await;
        for (number, names) in [
            // The id of the second order, under the reference of the first.
            ("3", [Some("order-1"), Some("71")]),
            ("4", [None, Some("72")]),
        ] {
            receive(&store, &gateway, number, names).await;
        }
        store.run(Book::default(), until_idle(&store)).await;
        let rows = number(&*it.engine, "SELECT COUNT(*) FROM pay_payments").await;
        assert_eq!(rows, 1, "{}", it.name);
        let all = by(&store, &gateway, Lookup::Reference(reference("order-2"))).await;
        let count: usize = all.iter().map(|it| it.observations().len()).sum();
        assert_eq!(count, 4, "{}", it.name);
    }
}
