//! `token/rate` and `assets`.

use async_trait::async_trait;
use ccpayment_client::v1::{AssetsQuery, RateQuery};
use payments_core::{Amount, Asset, InvalidRequest, Operation};

use super::tokens::{ANY_TOKEN, Purpose, Wanted};
use super::{Ccpayment, DOLLARS, PROVIDER};
use crate::{
    Answer, Balance, Balances, Error, Money, ProviderResponse, Quote, RatePurpose, RateRequest,
    Rates, Side,
};

fn check(request: &RateRequest) -> Result<(), InvalidRequest> {
    match request.purpose {
        RatePurpose::Conversion => {}
        RatePurpose::Card => return Err(InvalidRequest::unsupported(request.purpose.as_str())),
    }
    let is_dollars = request.source.symbol().eq_ignore_ascii_case(DOLLARS);
    if !is_dollars || request.source.network().is_some() {
        return Err(InvalidRequest::request("source", "has no rate here").allowed(DOLLARS));
    }
    RateQuery::new(request.amount, ANY_TOKEN).check()
}

/// The exact product; none where it takes more than 38 digits.
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

    /// Only what US dollars come to is told. A target without a network is any of the coin's: they have one price.
    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        check(request)
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        const NAME: &str = "quote";
        check(request).map_err(|invalid| Error::local(PROVIDER, NAME, invalid))?;
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
        let told = self
            .client
            .token_rate(RateQuery::new(dollars, token_id))
            .await;
        let told = told.map_err(Error::of_read)?;
        let (source, target) = match request.side {
            Side::Source => (Some(dollars), told.value),
            Side::Target => (product(request.amount, told.price), Some(request.amount)),
        };
        let money = |amount: Option<Amount>, asset: &Asset| {
            amount.map(|amount| Money::new(amount, asset.clone()))
        };
        let quote = Quote {
            rate: told.price,
            source: money(source, &request.source),
            target: money(target, &request.target),
        };
        Ok(Answer::new(quote, ProviderResponse::new(told)))
    }
}

#[async_trait]
impl Balances for Ccpayment {
    /// One row for each coin, whatever its networks. A row whose coin is no symbol is left out here, and stands in the typed
    /// answer.
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        let told = self.client.assets(AssetsQuery::all()).await;
        let told = told.map_err(Error::of_read)?;
        let rows = told.assets.iter().filter_map(|row| {
            Some(Balance {
                asset: Asset::new(row.crypto.as_str()).ok()?,
                available: row.value,
                held: None,
            })
        });
        Ok(Answer::new(rows.collect(), ProviderResponse::new(told)))
    }
}
