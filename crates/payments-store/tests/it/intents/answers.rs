//! What the store makes of a gateway that states less than it should, and of rows that this release cannot read.

use async_trait::async_trait;
use payments_core::{Effect, Reach, Timestamp, TransportError};
use payments_facade::{Answer, Error, Payment, adapter};

use super::*;
use crate::intercepted::Intercept;

/// The adapter of somebody else. Its errors have no ticket, whatever happened.
#[derive(Debug)]
struct Careless;

#[async_trait]
impl Intercept for Careless {
    async fn create(&self, _: &FakeGateway, _: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let lost = TransportError::timeout(Reach::MaybeSent);
        let lost = payments_core::Error::from_transport("fake", "payout", Effect::Unkeyed, lost);
        Err(adapter::read_error(lost))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_the_outcome_unknown_also_without_a_ticket() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let careless = Intercepted {
            inner: rich(&clock).build().unwrap(),
            by: Careless,
        };
        let store = store(&it.engine, &clock).await;
        let lost = store.payout(&careless, &payout("4")).await.unwrap_err();
        assert_eq!(lost.outcome(), Outcome::Unknown, "{}: {lost}", it.name);
        assert_eq!(state(&store).await, IntentState::Unknown, "{}", it.name);
    }
}

/// Its tickets have a detail that its queries need.
#[derive(Debug)]
struct Detailed;

impl Intercept for Detailed {
    fn ticket(&self, inner: &FakeGateway, order: &PayoutOrder, now: Timestamp) -> Ticket {
        order.ticket(inner.id(), now).detail("order_id", "17")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticket_of_a_reported_payout_has_the_details_of_its_gateway() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        gateway
            .payouts()
            .unwrap()
            .create(&payout("4"))
            .await
            .unwrap();
        let webhook = gateway.complete("p-1").unwrap();
        assert!(post(&store, &gateway, &webhook).await, "{}", it.name);
        let detailed = Intercepted {
            inner: gateway,
            by: Detailed,
        };
        let refused = store.payout(&detailed, &payout("4")).await.unwrap_err();
        let IntentError::Unresolved(intent) = refused else {
            panic!("{}: {refused}", it.name);
        };
        assert_eq!(intent.ticket.get("order_id"), Some("17"), "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_the_intents_that_can_be_read_and_the_names_of_the_others() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let gateway = rich(&clock).build().unwrap();
        let store = store(&it.engine, &clock).await;
        for name in ["p-1", "p-2"] {
            let order = crate::support::payout(name, "4");
            store.payout(&gateway, &order).await.unwrap();
        }
        let sql = "UPDATE pay_intents SET ticket = '7' WHERE reference = 'p-2'";
        change(&*it.engine, sql).await;
        let states = [IntentState::Applied];
        store.intents(&states, 10).await.unwrap_err();
        let all = store.list_intents(&states, 10).await.unwrap();
        let [Ok(intent), Err(unreadable)] = &all[..] else {
            panic!("{}: {all:?}", it.name);
        };
        assert_eq!(intent.ticket.reference().as_str(), "p-1", "{}", it.name);
        assert_eq!(unreadable.key, "payout p-2", "{}", it.name);
        assert_eq!(
            store.list_intents(&[], 10).await.unwrap(),
            [],
            "{}",
            it.name
        );
    }
}
