//! [`Exchange`](crate::Exchange) of a layered gateway.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Layer, Layered, called, there};
use crate::layer::call::Call;
use crate::{
    Answer, Error, Exchange, ExchangeOptions, ExchangeOrder, Exchanged, Gateway, Lookup,
    LookupKind, MoneyCall, OptionNames, Payment, Ticket, survey,
};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Exchange for Layered<G, L> {
    fn offers(&self) -> OptionNames {
        let inner = self.inner.exchange();
        inner.map_or_else(|| survey::<ExchangeOptions>(|_| ()), Exchange::offers)
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
            None => Ticket::new(
                self.id().clone(),
                MoneyCall::Exchange,
                order.reference().clone(),
                order.source().clone(),
                now,
            ),
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
