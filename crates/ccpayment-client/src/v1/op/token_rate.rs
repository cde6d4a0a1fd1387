//! `token/rate`: what US dollars are worth in a token.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Rounding, Timestamp,
    check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::limits;
use crate::v1::protocol::{Account, Call};

/// Asks what an amount of US dollars is worth in a token: `POST token/rate`, "Current Token Rate Interface".
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a query is made by `Client::token_rate`"]
pub struct RateQuery {
    amount: Amount,
    token_id: String,
}

impl RateQuery {
    /// - `amount`: in US dollars, more than zero.
    /// - `token_id`: from [`Client::coins`](crate::v1::Client::coins).
    pub fn new(amount: Amount, token_id: impl Into<String>) -> Self {
        Self {
            amount: amount.without_zeros_beyond(2),
            token_id: token_id.into(),
        }
    }
}

impl Operation for RateQuery {
    type Output = TokenRate;
    const NAME: &'static str = "token_rate";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::positive("amount", self.amount),
            check::text("token_id", &self.token_id, limits::ID),
        ])
    }
}

impl Call for RateQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("token/rate", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<TokenRate, Fault> {
        let rate = answer.data()?;
        Ok(answer.keep(rate))
    }
}

/// The answer to `token/rate`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TokenRate {
    /// US dollars for one unit of the token.
    #[serde_as(as = "Scalar")]
    pub price: Amount,
    /// The amount's value in the token: amount / price with 16 decimals, rounded to the nearest, by the page's samples.
    /// For the amount due of an order use [`amount_due`](Self::amount_due), which rounds differently.
    #[serde_as(as = "Optional")]
    pub value: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl TokenRate {
    /// The decimals of an order's amount, by the provider's webhook samples.
    pub const DUE_DECIMALS: u8 = 18;

    /// The amount due of an order priced in US dollars, at this rate: `product_price / price`, to 18 decimals, **rounded
    /// up**. Every `order_amount` in the provider's webhook samples comes out this way; no page states it.
    ///
    /// | price in USD | rate | due |
    /// |---|---|---|
    /// | 0.1 | 0.3582 | 0.279173646007816863 |
    /// | 18 | 1867.69 | 0.009637573687282151 |
    ///
    /// `None` for a rate of zero and for more than 38 digits.
    #[must_use]
    pub fn amount_due(&self, product_price: Amount) -> Option<Amount> {
        product_price.checked_div(self.price, Self::DUE_DECIMALS, Rounding::Up)
    }
}

keeps_raw!(TokenRate);
