//! `getCoinUSDTPrice`.

use async_trait::async_trait;
use ccpayment_client::v2::PricesQuery;
use payments_core::{Amount, InvalidRequest, check};

use super::{CcpaymentV2, NAME};
use crate::adapter::{read_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::money::Money;
use crate::rate::{Quote, RatePurpose, RateRequest, Rates, Side};

/// What prices are in.
const TETHER: &str = "USDT";

fn check(request: &RateRequest) -> Result<(), InvalidRequest> {
    match request.purpose {
        RatePurpose::Conversion => {}
        RatePurpose::Card => return Err(InvalidRequest::unsupported(request.purpose.as_str())),
    }
    let is_tether = request.source.symbol().eq_ignore_ascii_case(TETHER);
    let source = match is_tether && request.source.network().is_none() {
        true => Ok(()),
        false => {
            Err(InvalidRequest::request("source", "has no rate at this provider").allowed(TETHER))
        }
    };
    InvalidRequest::all([source, check::positive("amount", request.amount)])
}

/// The exact product. `None` if it has more than 38 digits.
fn product(left: Amount, right: Amount) -> Option<Amount> {
    let coefficient = left.coefficient().checked_mul(right.coefficient())?;
    let decimals = left.decimals().checked_add(right.decimals())?;
    Amount::from_parts(coefficient, decimals).ok()
}

#[async_trait]
impl Rates for CcpaymentV2 {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        match purpose {
            RatePurpose::Conversion => true,
            RatePurpose::Card => false,
        }
    }

    /// Only conversions from USDT are supported, because prices are in USDT. A target's network does not matter.
    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        check(request)
    }

    /// The price is exact, so what an amount of the target costs is, too. What an amount of USDT buys is not stated: it would have
    /// to be rounded.
    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        const OPERATION: &str = "quote";
        check(request).map_err(|invalid| refused(NAME, OPERATION, invalid))?;
        let symbol = request.target.symbol();
        let coin_id = self.coin_id(OPERATION, symbol, "target").await?;
        let response = self.client.prices(PricesQuery::new([coin_id])).await;
        let response = response.map_err(read_error)?;
        let Some(price) = response.prices.get(&coin_id).copied() else {
            let invalid = InvalidRequest::request("target", "has no price at this provider");
            return Err(refused(NAME, OPERATION, invalid));
        };
        let (source, target) = match request.side {
            Side::Source => (Some(request.amount), None),
            Side::Target => (product(request.amount, price), Some(request.amount)),
        };
        let quote = Quote {
            rate: price,
            source: source.map(|amount| Money::new(amount, request.source.clone())),
            target: target.map(|amount| Money::new(amount, request.target.clone())),
        };
        Ok(Answer::new(quote, ProviderResponse::new(response)))
    }
}
