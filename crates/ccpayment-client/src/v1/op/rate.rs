//! `token/rate`: what dollars come to in a token.

use payments_core::{
    Amount, Effect, Fault, InvalidRequest, Operation, RawAnswer, Rounding, check, wire,
};
use serde::{Deserialize, Serialize};

use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::rules;

/// Asks what an amount of US dollars comes to in a token: `POST token/rate`, "Current Token Rate Interface".
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq)]
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
            amount,
            token_id: token_id.into(),
        }
    }
}

impl Operation for RateQuery {
    type Output = TokenRate;
    const NAME: &'static str = "token_rate";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::positive("amount", self.amount)?;
        check::text("token_id", &self.token_id, rules::ID)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    amount: Amount,
    token_id: &'a str,
}

impl Wired for RateQuery {
    const PATH: &'static str = "token/rate";

    fn body(&self) -> impl Serialize {
        Body {
            amount: self.amount,
            token_id: &self.token_id,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<TokenRate, Fault> {
        let Told { price, value } = answer.data()?;
        Ok(answer.keep(TokenRate {
            price,
            value,
            raw: None,
        }))
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "wire::amount")]
    price: Amount,
    #[serde(default, deserialize_with = "wire::optional_amount")]
    value: Option<Amount>,
}

/// What `token/rate` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TokenRate {
    /// US dollars for one unit of the token.
    pub price: Amount,
    /// What the amount comes to: amount / price with 16 decimals, rounded to the nearest, by the page's samples. For
    /// what an order comes to, see [`amount_due`](Self::amount_due), which rounds in another way.
    pub value: Option<Amount>,
    raw: Option<RawAnswer>,
}

impl TokenRate {
    /// The decimals of an order's amount, by the provider's webhook samples.
    pub const DUE_DECIMALS: u8 = 18;

    /// What an order of so many US dollars comes to at this rate: `product_price / price`, to 18 decimals, **rounded
    /// up**. This is how `order_amount` comes out in every sample of the provider's webhooks; no page states it.
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
