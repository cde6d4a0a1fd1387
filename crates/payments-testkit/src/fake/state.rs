//! The mutable state of a fake gateway.

use std::collections::{BTreeMap, VecDeque};

use payments_core::{Fault, MerchantRef, ProviderRef, Refusal, Timestamp};
use payments_facade::Lookup;
use payments_facade::layer::Call;
use payments_facade::payment::PaymentKind;

use super::fault::FakeFault;
use super::ledger::Ledger;
use super::message::FakeWebhook;
use super::order::FakeOrder;
use super::request::FakeRequest;

#[derive(Debug)]
pub(super) struct State {
    pub(super) now: Timestamp,
    pub(super) orders: Vec<FakeOrder>,
    pub(super) ledger: Ledger,
    pub(super) faults: BTreeMap<Call, VecDeque<FakeFault>>,
    pub(super) requests: Vec<FakeRequest>,
    pub(super) webhooks: Vec<FakeWebhook>,
    /// For orders that do not exist yet: the number of queries that will not find them.
    pub(super) lags: BTreeMap<MerchantRef, u32>,
    last_id: u64,
}

impl State {
    /// At 2023-11-14 22:13:20 UTC.
    pub(super) fn new(ledger: Ledger) -> Self {
        Self {
            now: Timestamp::from_secs(1_700_000_000),
            orders: Vec::new(),
            ledger,
            faults: BTreeMap::new(),
            requests: Vec::new(),
            webhooks: Vec::new(),
            lags: BTreeMap::new(),
            last_id: 0,
        }
    }

    pub(super) fn next_fault(&mut self, call: Call) -> Option<FakeFault> {
        self.faults.get_mut(&call)?.pop_front()
    }

    /// A new order. Fails as a duplicate if an order of any kind has this reference.
    pub(super) fn new_order(
        &mut self,
        kind: PaymentKind,
        reference: Option<&MerchantRef>,
    ) -> Result<FakeOrder, Fault> {
        let taken =
            |order: &FakeOrder| reference.is_some() && order.reference.as_ref() == reference;
        if self.orders.iter().any(taken) {
            return Err(Fault::duplicate());
        }
        self.last_id += 1;
        let id = ProviderRef::new(format!("fake-{}", self.last_id))
            .map_err(|_| Fault::undecodable("the order's id"))?;
        let mut order = FakeOrder::new(id, kind, self.now);
        order.reference = reference.cloned();
        order.hidden = reference.map_or(0, |reference| self.lags.remove(reference).unwrap_or(0));
        Ok(order)
    }

    /// Answers a query: `None` if there is no such order or it is hidden from this query.
    pub(super) fn query(&mut self, kind: PaymentKind, by: &Lookup) -> Option<&FakeOrder> {
        let mut orders = self.orders.iter_mut();
        let order = orders.find(|order| order.kind == kind && order.matches(by))?;
        if order.hidden > 0 {
            order.hidden -= 1;
            return None;
        }
        Some(order)
    }
}

/// The provider's refusal if the balance is too low.
pub(super) fn insufficient_funds<E>(_: E) -> Fault {
    Fault::refused(Refusal::Funds)
}
