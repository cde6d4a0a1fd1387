//! [`Checkout`](crate::checkout::Checkout) of a layered gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Layer, Layered, called, there};
use crate::answer::Answer;
use crate::checkout::{Cancellation, Checkout, CheckoutKind, CheckoutOrder, CreatedCheckout};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;
use crate::ticket::Ticket;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Checkout for Layered<G, L> {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        self.inner.checkout()?.supported_options(kind)
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        let inner = self.inner.checkout();
        inner.is_some_and(|inner| inner.finds_by(kind))
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        there(self.inner.checkout(), "checkout")?.check(order)
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        match self.inner.checkout() {
            Some(inner) => inner.ticket(order, now),
            None => order.ticket(self.id(), now),
        }
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let call = Call::CreateCheckout;
        let inner = called(self.inner.checkout(), "checkout", call)?;
        self.write(
            call,
            || inner.create(order),
            |now| Some(inner.ticket(order, now)),
        )
        .await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindCheckout;
        let inner = called(self.inner.checkout(), "checkout", call)?;
        self.layer.around(call, || inner.find(by)).await
    }

    fn cancellation(&self) -> Option<&dyn Cancellation> {
        self.inner.checkout()?.cancellation().map(|_| self as _)
    }
}

impl<G: Gateway, L: Layer> Layered<G, L> {
    fn inner_cancellation(&self) -> Option<&dyn Cancellation> {
        self.inner.checkout()?.cancellation()
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Cancellation for Layered<G, L> {
    fn cancels_by(&self, kind: LookupKind) -> bool {
        let inner = self.inner_cancellation();
        inner.is_some_and(|inner| inner.cancels_by(kind))
    }

    async fn cancel(&self, by: &Lookup) -> Result<Answer<Payment>, Error> {
        let call = Call::CancelCheckout;
        let inner = called(self.inner_cancellation(), "cancel", call)?;
        self.write(call, || inner.cancel(by), |_| None).await
    }
}
