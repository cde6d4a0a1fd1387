//! Exchanges.

use async_trait::async_trait;
use payments_core::{Amount, InvalidRequest, Timestamp};
use payments_facade::exchange::{Exchange, ExchangeOrder, Exchanged};
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::{PaymentKind, Source};
use payments_facade::{Answer, Error, Gateway, Lookup, Money, Payment, Phase, Ticket, adapter};

use super::features::FakeGroup;
use super::gateway::FakeGateway;
use super::rate::bought;
use super::request::FakeRequest;
use super::state::insufficient_funds;

impl FakeGateway {
    /// What the order yields, and the rate.
    fn conversion(&self, order: &ExchangeOrder) -> Result<(Money, Amount), InvalidRequest> {
        if !self.offers(FakeGroup::Exchange) {
            return Err(InvalidRequest::unsupported("exchange"));
        }
        order.options().check(&self.features().options.exchange)?;
        self.features().check_money(order.source())?;
        let rate = self
            .features()
            .rate(&order.source().asset, order.target())?;
        let target = bought(order.source().amount, rate)
            .ok_or_else(|| InvalidRequest::request("amount", "cannot be converted"))?;
        if order.options().minimum.is_some_and(|least| target < least) {
            let problem = "is more than the exchange yields";
            return Err(InvalidRequest::request("minimum", problem));
        }
        Ok((Money::new(target, order.target().clone()), rate))
    }
}

#[async_trait]
impl Exchange for FakeGateway {
    fn supported_options(&self) -> &[&'static str] {
        &self.features().options.exchange
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.features().lookups.contains(&kind)
    }

    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest> {
        self.conversion(order).map(drop)
    }

    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket {
        order.ticket(self.id(), now)
    }

    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error> {
        let call = Call::Exchange;
        let (target, rate) = self.conversion(order).map_err(self.refuse(call))?;
        let request = FakeRequest::Exchange(order.clone());
        let exchanged = self.send(request, |state| {
            let mut created = state.new_order(PaymentKind::Exchange, Some(order.reference()))?;
            let mut ledger = state.ledger.clone();
            ledger.debit(order.source()).map_err(insufficient_funds)?;
            ledger.credit(&target).map_err(insufficient_funds)?;
            state.ledger = ledger;
            created.phase = Phase::Completed;
            created.ordered = Some(order.source().clone());
            created.credited = Some(target.clone());
            let (payment, response) = created.answer(self.id(), Source::Created).into_parts();
            state.orders.push(created);
            let exchanged = Exchanged {
                payment,
                target,
                rate: Some(rate),
            };
            Ok(Answer::new(exchanged, response))
        });
        exchanged.await.map_err(|error| {
            adapter::money_error(error, || Exchange::ticket(self, order, self.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let call = Call::FindExchange;
        self.find_order(FakeGroup::Exchange, call, PaymentKind::Exchange, by)
            .await
    }
}
