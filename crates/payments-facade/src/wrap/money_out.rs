//! Payouts, exchanges, rates and balances, passed on.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Call, Layer, Wrapped, called, there};
use crate::answer::Answer;
use crate::balance::{Balance, Balances};
use crate::error::Error;
use crate::exchange::{Exchange, ExchangeOrder, Exchanged};
use crate::gateway::Gateway;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::Payment;
use crate::payout::{Fee, PayeeKind, PayoutOrder, Payouts};
use crate::rate::{Quote, RatePurpose, RateRequest, Rates};
use crate::ticket::Ticket;

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Payouts for Wrapped<G, L> {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        self.inner.payouts()?.supported_options(kind)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        let inner = self.inner.payouts();
        inner.is_some_and(|inner| inner.takes_fee(kind, fee))
    }

    fn takes_memo(&self) -> bool {
        let inner = self.inner.payouts();
        inner.is_some_and(|inner| inner.takes_memo())
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        let inner = self.inner.payouts();
        inner.is_some_and(|inner| inner.finds_by(kind))
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        there(self.inner.payouts(), "payouts")?.check(payout)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        match self.inner.payouts() {
            Some(inner) => inner.ticket(payout, now),
            None => payout.ticket(self.id(), now),
        }
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let call = Call::CreatePayout;
        let inner = called(self.inner.payouts(), "payouts", call)?;
        self.write(
            call,
            || inner.create(payout),
            |now| Some(inner.ticket(payout, now)),
        )
        .await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindPayout;
        let inner = called(self.inner.payouts(), "payouts", call)?;
        self.layer.around(call, || inner.find(by)).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Exchange for Wrapped<G, L> {
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

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Rates for Wrapped<G, L> {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        let inner = self.inner.rates();
        inner.is_some_and(|inner| inner.quotes_for(purpose))
    }

    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        there(self.inner.rates(), "rates")?.check(request)
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        let call = Call::Quote;
        let inner = called(self.inner.rates(), "rates", call)?;
        self.layer.around(call, || inner.quote(request)).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Balances for Wrapped<G, L> {
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let call = Call::Balances;
        let inner = called(self.inner.balances(), "balances", call)?;
        self.layer.around(call, || inner.list()).await
    }
}
