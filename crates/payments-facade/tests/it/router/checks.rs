//! How often a router has an order checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use payments_core::scripted::{ManualClock, block_on};
use payments_core::{InvalidRequest, Timestamp};
use payments_facade::facts::Facts;
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::recovery::Recovery;
use payments_facade::router::Router;
use payments_facade::webhook::Webhooks;
use payments_facade::{
    Answer, Error, Fee, Gateway, GatewayId, Gateways, Lookup, Payment, PayoutOrder, Ticket,
};
use payments_testkit::{FakeFault, FakeGateway};

use super::support::{NAMES, Three, rule};
use crate::layer::support::payout_order;

/// Counts the checks of orders.
#[derive(Debug)]
struct Counted(FakeGateway, Arc<AtomicUsize>);

impl Gateway for Counted {
    fn id(&self) -> &GatewayId {
        self.0.id()
    }

    fn facts(&self) -> &Facts {
        self.0.facts()
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self.0.webhooks()
    }

    fn recovery(&self) -> &dyn Recovery {
        self.0.recovery()
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        Some(self)
    }
}

#[async_trait::async_trait]
impl Payouts for Counted {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        Payouts::supported_options(&self.0, kind)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.0.takes_fee(kind, fee)
    }

    fn takes_memo(&self) -> bool {
        Payouts::takes_memo(&self.0)
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        Payouts::finds_by(&self.0, kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Payouts::check(&self.0, payout)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        Payouts::ticket(&self.0, payout, now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        Payouts::create(&self.0, payout).await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        Payouts::find(&self.0, by).await
    }
}

#[test]
fn only_gateways_whose_turn_comes_check_the_order() {
    let three = Three::new();
    let checks = Arc::new(AtomicUsize::new(0));
    let mut gateways = Gateways::new();
    for fake in &three.fakes {
        gateways.add(Counted(fake.clone(), checks.clone())).unwrap();
    }
    let mut router = Router::in_memory_only(gateways, Arc::new(ManualClock::new()));
    for name in NAMES {
        router = router.then(rule(name)).unwrap();
    }
    block_on(router.create_payout(&payout_order("p-1", "5", Fee::OnTop))).unwrap();
    assert_eq!(checks.swap(0, Ordering::Relaxed), 1);
    three.fakes[0].script(Call::CreatePayout, FakeFault::Busy);
    block_on(router.create_payout(&payout_order("p-2", "5", Fee::OnTop))).unwrap();
    assert_eq!(checks.swap(0, Ordering::Relaxed), 2);
}
