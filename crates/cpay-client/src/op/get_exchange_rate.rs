//! `getExchangeRate`: the rate of a conversion.

use bytes::Bytes;
use payments_core::wire::Scalar;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::Deserialize;

use crate::conversion::Conversion;
use crate::protocol::{Account, Call};
use crate::rate::Rate;

/// Gets the rate of a conversion between currencies or coins: `GET /openapi/v1/getExchangeRate`.
///
/// **Effect: read.** Nothing is reserved: no document states how long a rate is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a query is made by `Client::exchange_rate`"]
pub struct RateQuery(Conversion);

impl RateQuery {
    /// The rate of this conversion.
    pub fn new(conversion: Conversion) -> Self {
        Self(conversion)
    }
}

impl Operation for RateQuery {
    type Output = ExchangeRate;
    const NAME: &'static str = "exchange_rate";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.0.check()
    }
}

impl Call for RateQuery {
    fn encode(
        &self,
        account: &Account,
        _now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        self.0.encode("getExchangeRate", account)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<ExchangeRate, Fault> {
        let rate: ExchangeRate = answer.data()?;
        Ok(answer.keep(rate))
    }
}

/// The answer to `getExchangeRate`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExchangeRate {
    /// Units of the source for one unit of the target: `assumed`, because the specification's example of this call
    /// shows the number `0` (text by its table), which is not a usable rate.
    #[serde(rename = "exchangeRate")]
    #[serde_as(as = "Scalar")]
    pub rate: Rate,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(ExchangeRate);
