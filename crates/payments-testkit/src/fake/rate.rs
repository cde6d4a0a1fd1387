//! Exchange rates.

use async_trait::async_trait;
use payments_core::{Amount, Asset, InvalidRequest};
use payments_facade::layer::Call;
use payments_facade::rate::{Quote, RatePurpose, RateRequest, Rates, Side};
use payments_facade::{Answer, Error, Money, adapter};

use super::features::FakeGroup;
use super::gateway::{FakeGateway, plain};
use super::request::FakeRequest;

/// The decimals of a conversion; further digits are cut off.
const DECIMALS: u8 = 8;

/// What `source` buys if one unit of the target costs `rate`.
pub(super) fn bought(source: Amount, rate: Amount) -> Option<Amount> {
    let up = 10_u128.checked_pow(u32::from(DECIMALS + rate.decimals()))?;
    let down = 10_u128.checked_pow(u32::from(source.decimals()))?;
    let over = source.coefficient().checked_mul(up)?;
    let under = rate.coefficient().checked_mul(down)?;
    Amount::from_parts(over.checked_div(under)?, DECIMALS).ok()
}

/// What `target` costs, exactly.
fn cost(target: Amount, rate: Amount) -> Option<Amount> {
    let digits = target.coefficient().checked_mul(rate.coefficient())?;
    let decimals = target.decimals().checked_add(rate.decimals())?;
    Amount::from_parts(digits, decimals).ok()
}

impl FakeGateway {
    fn quote_for(&self, request: &RateRequest) -> Result<Quote, InvalidRequest> {
        if !self.offers(FakeGroup::Rates) || !self.quotes_for(request.purpose) {
            return Err(InvalidRequest::unsupported(request.purpose.as_str()));
        }
        let rate = self.features().rate(&request.source, &request.target)?;
        let (source, target) = match request.side {
            Side::Source => (Some(request.amount), bought(request.amount, rate)),
            Side::Target => (cost(request.amount, rate), Some(request.amount)),
        };
        let of = |amount: Option<Amount>, asset: &Asset| {
            amount.map(|amount| Money::new(amount, asset.clone()))
        };
        Ok(Quote {
            rate,
            source: of(source, &request.source),
            target: of(target, &request.target),
        })
    }
}

#[async_trait]
impl Rates for FakeGateway {
    fn quotes_for(&self, purpose: RatePurpose) -> bool {
        matches!(purpose, RatePurpose::Conversion | RatePurpose::Card)
    }

    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest> {
        self.quote_for(request).map(drop)
    }

    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error> {
        let quote = self.quote_for(request).map_err(self.refuse(Call::Quote))?;
        let answer = self.send(FakeRequest::Quote(request.clone()), |_| Ok(plain(quote)));
        answer.await.map_err(adapter::read_error)
    }
}
