//! `getExchangeRateForCreditCard`: the rate of a conversion paid by credit card.

use bytes::Bytes;
use payments_core::wire::{Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::Deserialize;

use crate::conversion::Conversion;
use crate::protocol::{Account, Call};
use crate::rate::Rate;

/// Gets the rate of a conversion paid by credit card: `GET /openapi/v1/getExchangeRateForCreditCard`.
///
/// **Effect: read.** Nothing is reserved: no document states how long a rate is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::card_exchange_rate`"]
pub struct CardRateQuery(Conversion);

impl CardRateQuery {
    /// The rate of this conversion.
    pub fn new(conversion: Conversion) -> Self {
        Self(conversion)
    }
}

impl Operation for CardRateQuery {
    type Output = CardExchangeRate;
    const NAME: &'static str = "card_exchange_rate";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.0.check()
    }
}

impl Call for CardRateQuery {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        self.0.encode("getExchangeRateForCreditCard", account)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CardExchangeRate, Fault> {
        let rate: CardExchangeRate = answer.data()?;
        Ok(answer.keep(rate))
    }
}

/// The answer to `getExchangeRateForCreditCard`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CardExchangeRate {
    /// Units of the source for one unit of the target.
    #[serde(rename = "exchangeRate")]
    #[serde_as(as = "Scalar")]
    pub rate: Rate,
    /// The gateway's own result: the obtained amount of the target for `spending`, the amount of the source to pay for
    /// `getting`. It has up to 11 decimals in the example, more than an order takes.
    #[serde_as(as = "Optional")]
    pub amount_exchanged: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CardExchangeRate);
