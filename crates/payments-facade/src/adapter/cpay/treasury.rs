//! `getExchangeRate`, `getExchangeRateForCreditCard`, `exchange`, `getMerchantBalance`.
//!
//! Balances and rates are of a coin, whichever network it moves on: a network in a request is refused.

use async_trait::async_trait;
use cpay_client::{CardRateQuery, Conversion, Rate, RateQuery};
use payments_core::{Amount, Asset, InvalidRequest, Operation, Timestamp};

use super::{Cpay, PROVIDER, lookup};
use crate::options::{Carrier, required, survey};
use crate::{
    Answer, Balance, Balances, Error, Exchange, ExchangeOptions, ExchangeOrder, Exchanged, Lookup,
    LookupKind, Money, MoneyCall, Observation, OptionNames, Payment, PaymentKind, Phase,
    ProviderResponse, Quote, RatePurpose, RateRequest, Rates, Side, Source, Ticket,
};

fn refuse_network(assets: [&Asset; 2]) -> Result<(), InvalidRequest> {
    match assets.into_iter().find_map(Asset::network) {
        Some(_) => Err(InvalidRequest::unsupported("network")),
        None => Ok(()),
    }
}

fn conversion(request: &RateRequest) -> Result<Conversion, InvalidRequest> {
    refuse_network([&request.source, &request.target])?;
    let (source, target) = (request.source.symbol(), request.target.symbol());
    Ok(match request.side {
        Side::Source => Conversion::spending(request.amount, source, target),
        Side::Target => Conversion::getting(request.amount, source, target),
    })
}

/// What was asked for and what it comes to, each on its side.
fn quote(request: &RateRequest, rate: Rate, other: Option<Amount>) -> Quote {
    let given = Some(request.amount);
    let (source, target) = match request.side {
        Side::Source => (given, other),
        Side::Target => (other, given),
    };
    let money = |amount: Option<Amount>, asset: &Asset| {
        amount.map(|amount| Money::new(amount, asset.clone()))
    };
    Quote {
        rate: rate.source_per_target(),
        source: money(source, &request.source),
        target: money(target, &request.target),
    }
}

#[async_trait]
impl Rates for Cpay {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        match purpose {
            RatePurpose::Conversion | RatePurpose::Card => true,
        }
    }

    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        RateQuery::new(conversion(request)?).check()
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        let conversion =
            conversion(request).map_err(|invalid| Error::local(PROVIDER, "quote", invalid))?;
        match request.purpose {
            RatePurpose::Conversion => {
                let query = RateQuery::new(conversion.clone());
                let told = self.client.exchange_rate(query).await;
                let told = told.map_err(Error::of_read)?;
                let quote = quote(request, told.rate, conversion.at(told.rate));
                Ok(Answer::new(quote, ProviderResponse::new(told)))
            }
            RatePurpose::Card => {
                let query = CardRateQuery::new(conversion.clone());
                let told = self.client.card_exchange_rate(query).await;
                let told = told.map_err(Error::of_read)?;
                let other = told.amount_exchanged.or_else(|| conversion.at(told.rate));
                Ok(Answer::new(
                    quote(request, told.rate, other),
                    ProviderResponse::new(told),
                ))
            }
        }
    }
}

struct Options<'a> {
    customer: Option<&'a String>,
}

fn options<'a>(options: &mut Carrier<'a, ExchangeOptions>) -> Options<'a> {
    Options {
        customer: options.customer(),
    }
}

fn plan(order: &ExchangeOrder) -> Result<cpay_client::Exchange, InvalidRequest> {
    let options = order.carry(options)?;
    refuse_network([&order.source().asset, order.target()])?;
    Ok(cpay_client::Exchange::new(
        order.reference().clone(),
        required("customer", options.customer)?,
        order.source().amount,
        order.source().asset.symbol(),
        order.target().symbol(),
    ))
}

impl Cpay {
    /// The answer to a success tells what came of it, so it is completed; it names neither a status nor an id.
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
    fn offers(&self) -> OptionNames {
        survey(|carrier| {
            options(carrier);
        })
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        lookup::finds_off_chain_by(kind)
    }

    fn check(&self, order: &ExchangeOrder) -> Result<(), InvalidRequest> {
        plan(order)?.check()
    }

    fn ticket(&self, order: &ExchangeOrder, now: Timestamp) -> Ticket {
        Ticket::new(
            self.id.clone(),
            MoneyCall::Exchange,
            order.reference().clone(),
            order.source().clone(),
            now,
        )
    }

    async fn execute(&self, order: &ExchangeOrder) -> Result<Answer<Exchanged>, Error> {
        let request = plan(order).map_err(|invalid| Error::local(PROVIDER, "exchange", invalid))?;
        let made = self.client.exchange(request).await.map_err(|error| {
            Error::of_move(error, || Exchange::ticket(self, order, self.executor.now()))
        })?;
        Ok(self.exchanged(order, made))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.off_chain_detail("find_exchange", by).await.map(Some)
    }
}

#[async_trait]
impl Balances for Cpay {
    /// A row whose currency is no symbol is left out here, and stands in the typed answer.
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let told = self.client.balances().await.map_err(Error::of_read)?;
        let rows = told.balances.iter().filter_map(|row| {
            Some(Balance {
                asset: Asset::new(row.currency.as_str()).ok()?,
                available: row.available,
                held: row.frozen,
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(told)))
    }
}
