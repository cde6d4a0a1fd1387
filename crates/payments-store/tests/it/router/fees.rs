//! What a router's payout is to bring its payee, by who bears the fee.

use std::sync::Arc;

use payments_core::scripted::ManualClock;
use payments_facade::router::Journal;
use payments_facade::ticket::{MoneyCall, Ticket};
use payments_facade::{Fee, Gateway, Lookup, Money, PayoutOrder};
use payments_store::{Settings, Store};

use super::Pair;
use crate::support::{NOW, engines, money, open, payout, reference};

/// What the payout under this reference is to bring, and what was ordered.
async fn recorded(store: &Store, pair: &Pair, name: &str) -> (Option<Money>, Option<Money>) {
    let by = Lookup::Reference(reference(name));
    let known = store.payments(pair.first.id(), &by).await.unwrap();
    (known[0].funds().expected, known[0].ordered().cloned())
}

/// Money that seems to be missing may be sent again.
#[tokio::test(flavor = "multi_thread")]
async fn the_fee_of_a_routers_payout_is_not_missing_money() {
    for it in engines().await {
        let clock = ManualClock::at(NOW);
        let store = open(&it.engine, Arc::new(clock.clone()), Settings::default()).await;
        let pair = Pair::new();
        let arrives = money("3").amount;
        let modes = [
            (Fee::Split { arrives }, Some(money("3"))),
            (Fee::OnTop, Some(money("4"))),
            (Fee::Included, None),
        ];
        for (fee, expected) in modes {
            let payee = payout("p-1", "4").payee().clone();
            let order = PayoutOrder::new(reference(fee.as_str()), payee, money("4"), fee);
            let router = pair.router(&store, &clock);
            router.create_payout(&order).await.unwrap();
            let recorded = recorded(&store, &pair, fee.as_str()).await;
            assert_eq!(
                recorded,
                (expected, Some(money("4"))),
                "{}: {fee:?}",
                it.name
            );
        }
    }
}

/// Most payouts have their fee on top.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_of_an_earlier_release_is_recorded_as_its_release_did() {
    for it in engines().await {
        let store = open(
            &it.engine,
            Arc::new(ManualClock::at(NOW)),
            Settings::default(),
        )
        .await;
        let pair = Pair::new();
        let gateway = pair.first.id().clone();
        let ticket = Ticket::new(
            gateway,
            MoneyCall::Payout,
            reference("p-1"),
            money("4"),
            NOW,
        );
        store.sending(&ticket).await.unwrap();
        store.applied(&ticket).await;
        let recorded = recorded(&store, &pair, "p-1").await;
        assert_eq!(recorded, (Some(money("4")), None), "{}", it.name);
    }
}
