//! [`Exchange`](crate::exchange::Exchange) of a layered gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Layer, Layered, called, there};
use crate::answer::Answer;
use crate::error::Error;
use crate::exchange::{Exchange, ExchangeOrder, Exchanged};
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;
use crate::ticket::Ticket;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Exchange for Layered<G, L> {
    fn supported_options(&self) -> &[&'static str] {
        let inner = self.inner.exchange();
        inner.map_or(&[], Exchange::supported_options)
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        let inner = self.inner.exchange();
        inner.is_some_and(|inner| inner.finds_by(kind))
    }

    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest> {
        there(self.inner.exchange(), "exchange")?.check(order)
    }

    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket {
        match self.inner.exchange() {
            Some(inner) => inner.ticket(order, now),
            None => order.ticket(self.id(), now),
        }
    }

    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error> {
        let call = Call::Exchange;
        let inner = called(self.inner.exchange(), "exchange", call)?;
        self.write(
            call,
            || inner.execute(order),
            |now| Some(inner.ticket(order, now)),
        )
        .await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindExchange;
        let inner = called(self.inner.exchange(), "exchange", call)?;
        self.layer.around(call, || inner.find(by)).await
    }
}
