//! Checkout, and the cancellation of orders.

use async_trait::async_trait;
use payments_core::{Fault, InvalidRequest, Refusal, SensitiveString, Timestamp};
use payments_facade::checkout::{Cancellation, Checkout, CheckoutKind, CreatedCheckout};
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{Closure, PaymentKind, Source};
use payments_facade::{
    Answer, CheckoutOrder, CustomerStep, Destination, Error, Gateway, Lookup, Money, Payment,
    Phase, Ticket, adapter, network,
};

use super::features::FakeGroup;
use super::gateway::FakeGateway;
use super::request::FakeRequest;

fn next_step(order: &CheckoutOrder, id: &str) -> CustomerStep {
    match order.kind() {
        CheckoutKind::Native => send_to_address(id, order.money()),
        _ => CustomerStep::Visit(SensitiveString::from(format!(
            "https://fake.example/pay/{id}"
        ))),
    }
}

/// An address for this order only, on the asset's network or else on TRON.
fn send_to_address(id: &str, money: &Money) -> CustomerStep {
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
        let is_offered = self.features().checkouts.contains(&kind);
        is_offered.then_some(&*self.features().options.checkout)
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.features().lookups.contains(&kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        let is_offered = self.offers(FakeGroup::Checkout);
        if !is_offered || !self.features().checkouts.contains(&order.kind()) {
            return Err(InvalidRequest::unsupported(order.kind().as_str()));
        }
        order.options().check(&self.features().options.checkout)?;
        self.features().check_money(order.money())
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        order.ticket(self.id(), now)
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        Checkout::check(self, order).map_err(self.refuse(Call::CreateCheckout))?;
        let request = FakeRequest::CreateCheckout(order.clone());
        let created = self.send(request, |state| {
            let mut created = state.new_order(PaymentKind::Checkout, Some(order.reference()))?;
            created.expected = Some(order.money().clone());
            created.ordered = Some(order.money().clone());
            created.next = next_step(order, created.id.as_str());
            let next = created.next.clone();
            let answer = created.answer(self.id(), Source::Created);
            let (payment, response) = answer.into_parts();
            state.orders.push(created);
            Ok(Answer::new(CreatedCheckout { payment, next }, response))
        });
        created.await.map_err(|error| {
            adapter::money_error(error, || Checkout::ticket(self, order, self.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindCheckout;
        self.find_order(FakeGroup::Checkout, call, PaymentKind::Checkout, by)
            .await
    }

    fn cancellation(&self) -> Option<&dyn Cancellation> {
        FakeGateway::offers(self, FakeGroup::Cancellation).then_some(self as _)
    }
}

#[async_trait]
impl Cancellation for FakeGateway {
    fn cancels_by(&self, kind: LookupKind) -> bool {
        self.features().lookups.contains(&kind)
    }

    async fn cancel(&self, by: &Lookup) -> Result<Answer<Payment>, Error> {
        let call = Call::CancelCheckout;
        self.check_lookup(FakeGroup::Cancellation, by)
            .map_err(self.refuse(call))?;
        let cancelled = self.send(FakeRequest::Cancel(by.clone()), |state| {
            let mut orders = state.orders.iter_mut();
            let order = orders
                .find(|order| order.kind == PaymentKind::Checkout && order.matches(by))
                .ok_or_else(|| Fault::refused(Refusal::NotFound))?;
            if order.phase.is_final() {
                return Err(Fault::refused(Refusal::State));
            }
            order.phase = Phase::Closed(Closure::Cancelled);
            order.next = CustomerStep::Nothing;
            order.revision += 1;
            let order = order.clone();
            self.notify(state, &order);
            Ok(order.answer(self.id(), Source::Queried))
        });
        cancelled.await.map_err(adapter::read_error)
    }
}
