//! Payouts, exchanges, rates and balances, passed on.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};

use super::{Call, Layer, Wrapped, called, there};
use crate::{
    Answer, Balance, Balances, Error, Exchange, ExchangeOptions, ExchangeOrder, Exchanged, Fee,
    Gateway, Lookup, LookupKind, MoneyCall, OptionNames, PayeeKind, Payment, PayoutOrder, Payouts,
    Quote, RatePurpose, RateRequest, Rates, Ticket, survey,
};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Payouts for Wrapped<G, L> {
    fn offers(&self, kind: PayeeKind) -> Option<OptionNames> {
        self.inner.payouts()?.offers(kind)
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
            None => Ticket::new(
                self.id().clone(),
                MoneyCall::Payout,
                payout.reference().clone(),
                payout.money().clone(),
                now,
            ),
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
