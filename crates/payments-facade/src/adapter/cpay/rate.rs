//! `getExchangeRate` and `getExchangeRateForCreditCard`.

use async_trait::async_trait;
use cpay_client::{CardRateQuery, Conversion, Rate, RateQuery};
use payments_core::{Amount, Asset, InvalidRequest, Operation};

use super::names::refuse_networks;
use super::{Cpay, PROVIDER};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::money::Money;
use crate::rate::{Quote, RatePurpose, RateRequest, Rates, Side};

fn conversion(request: &RateRequest) -> Result<Conversion, InvalidRequest> {
    refuse_networks([&request.source, &request.target])?;
    let (source, target) = (request.source.symbol(), request.target.symbol());
    Ok(match request.side {
        Side::Source => Conversion::spending(request.amount, source, target),
        Side::Target => Conversion::getting(request.amount, source, target),
    })
}

/// The requested amount and the result, each on its side.
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

impl Cpay {
    fn conversion(&self, request: &RateRequest) -> Result<Conversion, InvalidRequest> {
        Ok(self.named(conversion(request)?, Conversion::allow_unlisted))
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
        RateQuery::new(self.conversion(request)?).check()
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        let conversion = self
            .conversion(request)
            .map_err(|invalid| refused(PROVIDER, "quote", invalid))?;
        match request.purpose {
            RatePurpose::Conversion => {
                let query = RateQuery::new(conversion.clone());
                let response = self.client.exchange_rate(query).await;
                let response = response.map_err(read_error)?;
                let quote = quote(request, response.rate, conversion.at(response.rate));
                Ok(Answer::new(quote, ProviderResponse::new(response)))
            }
            RatePurpose::Card => {
                let query = CardRateQuery::new(conversion.clone());
                let response = self.client.card_exchange_rate(query).await;
                let response = response.map_err(read_error)?;
                let other = response
                    .amount_exchanged
                    .or_else(|| conversion.at(response.rate));
                Ok(Answer::new(
                    quote(request, response.rate, other),
                    ProviderResponse::new(response),
                ))
            }
        }
    }
}
