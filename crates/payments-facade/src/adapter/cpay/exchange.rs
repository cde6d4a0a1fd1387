//! `exchange`.

use async_trait::async_trait;
use cpay_client::Rate;
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::names::refuse_networks;
use super::{Cpay, PROVIDER, recovery};
use crate::adapter::{money_error, refused, required};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::exchange::{Exchange, ExchangeOrder, Exchanged};
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase, Source};
use crate::ticket::Ticket;

const OPTIONS: &[&str] = &["customer"];

fn plan(order: &ExchangeOrder) -> Result<cpay_client::Exchange, InvalidRequest> {
    let options = order.options();
    InvalidRequest::all([
        options.check(OPTIONS),
        refuse_networks([&order.source().asset, order.target()]),
        options.require(&["customer"]),
    ])?;
    Ok(cpay_client::Exchange::new(
        order.reference().clone(),
        required("customer", &options.customer)?,
        order.source().amount,
        order.source().asset.symbol(),
        order.target().symbol(),
    ))
}

impl Cpay {
    fn exchange_plan(
        &self,
        order: &ExchangeOrder,
    ) -> Result<cpay_client::Exchange, InvalidRequest> {
        let request = plan(order)?;
        Ok(self.named(request, cpay_client::Exchange::allow_unlisted))
    }

    /// The response to a success states the result, so the exchange is completed. It names neither a status nor an id.
    fn exchanged(&self, order: &ExchangeOrder, made: cpay_client::Exchanged) -> Answer<Exchanged> {
        let target = Money::new(made.target_amount, order.target().clone());
        let fee = made.fee.map(|fee| Money::new(fee, order.target().clone()));
        let observation = Observation::new(Source::Created, PaymentKind::Exchange)
            .reference(Some(order.reference().clone()))
            .phase(Phase::Completed, "")
            .credited(Some(target.clone()))
            .fee(fee);
        let exchanged = Exchanged {
            payment: Payment::new(self.id.clone(), observation),
            target,
            rate: made.rate.map(Rate::source_per_target),
        };
        Answer::new(exchanged, ProviderResponse::new(made))
    }
}

#[async_trait]
impl Exchange for Cpay {
    fn supported_options(&self) -> &[&'static str] {
        OPTIONS
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_exchange_by(kind)
    }

    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest> {
        self.exchange_plan(order)?.check()
    }

    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket {
        let customer = order.options().customer.as_ref();
        Self::of_customer(order.ticket(&self.id, now), customer)
    }

    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error> {
        let request = self
            .exchange_plan(order)
            .map_err(|invalid| refused(PROVIDER, "exchange", invalid))?;
        let made = self.client.call(&request).await.map_err(|error| {
            money_error(error, || Exchange::ticket(self, order, self.executor.now()))
        })?;
        Ok(self.exchanged(order, made))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.exchange_detail(by).await.map(Some)
    }
}
