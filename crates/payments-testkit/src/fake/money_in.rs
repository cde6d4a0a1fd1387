//! Checkout of a fake gateway.

use async_trait::async_trait;
use payments_core::{Fault, InvalidRequest, MerchantRef, Refusal, Timestamp};

use super::state::State;
use super::{FakeGateway, FakeGroup, FakeRequest};
use payments_core::SensitiveString;
use payments_facade::adapter;
use payments_facade::answer::ProviderResponse;
use payments_facade::checkout::{Cancellation, Checkout, CheckoutKind, CreatedCheckout};
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{Closure, PaymentKind, Source};
use payments_facade::{
    Answer, CheckoutOrder, CustomerStep, Destination, Error, Gateway, Lookup, Money, Payment,
    Phase, Ticket, network,
};

impl FakeGateway {
    fn check_checkout(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        let is_offered = self.offers(FakeGroup::Checkout);
        if !is_offered || !self.plan().checkouts.contains(&order.kind()) {
            return Err(InvalidRequest::unsupported(order.kind().as_str()));
        }
        order.options().check(&self.plan().options.checkout)?;
        self.plan().check_money(order.money())
    }

    /// A refusal of our own, before a request is counted.
    pub(super) fn local(&self, call: Call) -> impl FnOnce(InvalidRequest) -> Error {
        let provider = self.0.provider;
        move |invalid| adapter::refused(provider, call.as_str(), invalid)
    }

    pub(super) fn check_lookup(&self, group: FakeGroup, by: &Lookup) -> Result<(), InvalidRequest> {
        if self.offers(group) && self.plan().lookups.contains(&by.kind()) {
            Ok(())
        } else {
            Err(InvalidRequest::unsupported(by.kind().as_str()))
        }
    }

    /// A query of any group.
    pub(super) async fn look_up(
        &self,
        group: FakeGroup,
        call: Call,
        kind: PaymentKind,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        self.check_lookup(group, by).map_err(self.local(call))?;
        let request = FakeRequest::Find(call, by.clone());
        let found = self.send(request, |state| {
            let order = state.look_up(kind, by);
            Ok(order.map(|order| order.answer(self.id(), Source::Queried)))
        });
        found.await.map_err(adapter::read_error)
    }

    fn ask_for(
        &self,
        state: &mut State,
        kind: PaymentKind,
        reference: &MerchantRef,
        money: &Money,
        next: impl FnOnce(&str) -> CustomerStep,
    ) -> Result<Answer<CreatedCheckout>, Fault> {
        let mut order = state.new_order(kind, Some(reference))?;
        order.expected = Some(money.clone());
        order.next = next(order.id.as_str());
        let next = order.next.clone();
        let (payment, provided) = order.answer(self.id(), Source::Created).into_parts();
        state.orders.push(order);
        Ok(Answer::new(CreatedCheckout { payment, next }, provided))
    }
}

fn page(id: &str) -> CustomerStep {
    CustomerStep::Visit(SensitiveString::from(format!(
        "https://fake.example/pay/{id}"
    )))
}

/// To an address of its own, on the asset's network or else on TRON.
fn to_address(id: &str, money: &Money) -> CustomerStep {
    let on = money.asset.network().unwrap_or(network::TRON);
    let address = format!("address-of-{id}");
    let to = if network::needs_memo(on) {
        Destination::with_memo(&address, on, id)
    } else {
        Destination::new(&address, on)
    };
    match to {
        Ok(to) => CustomerStep::Send {
            to,
            money: Some(money.clone()),
        },
        Err(_) => CustomerStep::Nothing,
    }
}

#[async_trait]
impl Checkout for FakeGateway {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        let is_offered = self.plan().checkouts.contains(&kind);
        is_offered.then_some(&*self.plan().options.checkout)
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.plan().lookups.contains(&kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        self.check_checkout(order)
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        order.ticket(self.id(), now)
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let call = Call::CreateCheckout;
        self.check_checkout(order).map_err(self.local(call))?;
        let (reference, money) = (order.reference(), order.money());
        let request = FakeRequest::CreateCheckout(order.clone());
        let made = self.send(request, |state| {
            let next = |id: &str| match order.kind() {
                CheckoutKind::Native => to_address(id, money),
                _ => page(id),
            };
            self.ask_for(state, PaymentKind::Checkout, reference, money, next)
        });
        made.await.map_err(|error| {
            adapter::money_error(error, || Checkout::ticket(self, order, self.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindCheckout;
        self.look_up(FakeGroup::Checkout, call, PaymentKind::Checkout, by)
            .await
    }

    fn cancellation(&self) -> Option<&dyn Cancellation> {
        FakeGateway::offers(self, FakeGroup::Cancellation).then_some(self as _)
    }
}

#[async_trait]
impl Cancellation for FakeGateway {
    fn cancels_by(&self, kind: LookupKind) -> bool {
        self.plan().lookups.contains(&kind)
    }

    async fn cancel(&self, by: &Lookup) -> Result<Answer<Payment>, Error> {
        let call = Call::CancelCheckout;
        self.check_lookup(FakeGroup::Cancellation, by)
            .map_err(self.local(call))?;
        let cancelled = self.send(FakeRequest::Cancel(by.clone()), |state| {
            let mut orders = state.orders.iter_mut();
            let order = orders
                .find(|order| order.kind == PaymentKind::Checkout && order.is(by))
                .ok_or_else(|| Fault::refused(Refusal::NotFound))?;
            if order.phase.is_final() {
                return Err(Fault::refused(Refusal::State));
            }
            order.phase = Phase::Closed(Closure::Cancelled);
            order.next = CustomerStep::Nothing;
            order.revision += 1;
            let order = order.clone();
            self.tell(state, &order);
            Ok(order.answer(self.id(), Source::Queried))
        });
        cancelled.await.map_err(adapter::read_error)
    }
}

/// An answer that has nothing of its own behind it.
pub(super) fn plain<T>(value: T) -> Answer<T> {
    Answer::new(value, ProviderResponse::new(()))
}
