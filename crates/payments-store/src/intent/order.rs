//! The calls that can be intents.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};
use payments_facade::checkout::CreatedCheckout;
use payments_facade::exchange::{ExchangeOrder, Exchanged};
use payments_facade::{
    Answer, CheckoutOrder, Error, Gateway, Payment, PayoutOrder, Ticket, adapter,
};

/// An order, and how a gateway makes it.
#[async_trait]
pub(super) trait Order: Sync {
    type Made: Send + Sync;

    /// The ticket of the call, if the gateway can make it. Sends nothing.
    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, InvalidRequest>;

    async fn make(&self, gateway: &dyn Gateway) -> Result<Answer<Self::Made>, Error>;

    fn payment(made: &Self::Made) -> &Payment;
}

#[async_trait]
impl Order for CheckoutOrder {
    type Made = CreatedCheckout;

    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, InvalidRequest> {
        let checkout = gateway.checkout().ok_or_else(|| missing("checkout"))?;
        checkout.check(self)?;
        Ok(checkout.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Result<Answer<CreatedCheckout>, Error> {
        match gateway.checkout() {
            Some(checkout) => checkout.create(self).await,
            None => Err(refused("checkout")),
        }
    }

    fn payment(made: &CreatedCheckout) -> &Payment {
        &made.payment
    }
}

#[async_trait]
impl Order for PayoutOrder {
    type Made = Payment;

    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, InvalidRequest> {
        let payouts = gateway.payouts().ok_or_else(|| missing("payouts"))?;
        payouts.check(self)?;
        Ok(payouts.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Result<Answer<Payment>, Error> {
        match gateway.payouts() {
            Some(payouts) => payouts.create(self).await,
            None => Err(refused("payouts")),
        }
    }

    fn payment(made: &Payment) -> &Payment {
        made
    }
}

#[async_trait]
impl Order for ExchangeOrder {
    type Made = Exchanged;

    fn prepare(&self, gateway: &dyn Gateway, now: Timestamp) -> Result<Ticket, InvalidRequest> {
        let exchange = gateway.exchange().ok_or_else(|| missing("exchange"))?;
        exchange.check(self)?;
        // By the group, because an adapter may add details.
        Ok(exchange.ticket(self, now))
    }

    async fn make(&self, gateway: &dyn Gateway) -> Result<Answer<Exchanged>, Error> {
        match gateway.exchange() {
            Some(exchange) => exchange.execute(self).await,
            None => Err(refused("exchange")),
        }
    }

    fn payment(made: &Exchanged) -> &Payment {
        &made.payment
    }
}

fn missing(group: &'static str) -> InvalidRequest {
    InvalidRequest::unsupported(group)
}

/// Of a gateway that had the group a moment ago.
fn refused(group: &'static str) -> Error {
    adapter::refused("payments-store", group, missing(group))
}
