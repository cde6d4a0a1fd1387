//! `token/rate`.

use async_trait::async_trait;
use ccpayment_client::v1::RateQuery;
use payments_core::{Amount, Asset, InvalidRequest, Operation};

use super::names::DOLLARS;
use super::token::{ANY_TOKEN, Purpose, Wanted};
use super::{Ccpayment, PROVIDER};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::money::Money;
use crate::rate::{Quote, RatePurpose, RateRequest, Rates, Side};

fn check(request: &RateRequest) -> Result<(), InvalidRequest> {
    match request.purpose {
        RatePurpose::Conversion => {}
        RatePurpose::Card => return Err(InvalidRequest::unsupported(request.purpose.as_str())),
    }
    let is_dollars = request.source.symbol().eq_ignore_ascii_case(DOLLARS);
    if !is_dollars || request.source.network().is_some() {
        return Err(
            InvalidRequest::request("source", "has no rate at this provider").allowed(DOLLARS),
        );
    }
    RateQuery::new(request.amount, ANY_TOKEN).check()
}

/// The exact product. `None` if it has more than 38 digits.
fn product(left: Amount, right: Amount) -> Option<Amount> {
    let coefficient = left.coefficient().checked_mul(right.coefficient())?;
    let decimals = left.decimals().checked_add(right.decimals())?;
    Amount::from_parts(coefficient, decimals).ok()
}

#[async_trait]
impl Rates for Ccpayment {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        match purpose {
            RatePurpose::Conversion => true,
            RatePurpose::Card => false,
        }
    }

    /// Only conversions from US dollars are supported. A target without a network is the coin on any network, at the same price.
    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        check(request)
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        const NAME: &str = "quote";
        check(request).map_err(|invalid| refused(PROVIDER, NAME, invalid))?;
        let wanted = Wanted {
            symbol: request.target.symbol(),
            network: request.target.network(),
            purpose: Purpose::Price,
            field: "target",
        };
        let token_id = self.token_id(NAME, wanted).await?;
        let dollars = match request.side {
            Side::Source => request.amount,
            // The price is the same for every amount.
            Side::Target => Amount::from(1),
        };
        let response = self
            .client
            .token_rate(RateQuery::new(dollars, token_id))
            .await;
        let response = response.map_err(read_error)?;
        let (source, target) = match request.side {
            Side::Source => (Some(dollars), response.value),
            Side::Target => (
                product(request.amount, response.price),
                Some(request.amount),
            ),
        };
        let money = |amount: Option<Amount>, asset: &Asset| {
            amount.map(|amount| Money::new(amount, asset.clone()))
        };
        let quote = Quote {
            rate: response.price,
            source: money(source, &request.source),
            target: money(target, &request.target),
        };
        Ok(Answer::new(quote, ProviderResponse::new(response)))
    }
}
