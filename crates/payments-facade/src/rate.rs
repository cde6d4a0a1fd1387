//! Exchange rates.

use async_trait::async_trait;
use payments_core::{Amount, Asset, InvalidRequest};

use crate::answer::Answer;
use crate::error::Error;
use crate::money::Money;

/// Current rates. A quote reserves nothing.
#[async_trait]
pub trait Rates: Send + Sync {
    /// Whether there is a rate for this purpose.
    fn quotes_for(&self, purpose: RatePurpose) -> bool;

    /// Checks a request without I/O: everything that [`quote`](Self::quote) would refuse before sending a request.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest>;

    /// The result of a conversion at the current rate. Effect: read.
    ///
    /// # Errors
    /// [`Error`].
    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error>;
}

/// The purpose of a rate: providers have different rates for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RatePurpose {
    /// Pricing an order or an exchange.
    Conversion,
    /// Buying by card.
    Card,
}

impl RatePurpose {
    /// All purposes.
    pub const ALL: &'static [Self] = &[Self::Conversion, Self::Card];

    /// The name in capability tables and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversion => "conversion",
            Self::Card => "card",
        }
    }
}

/// A conversion to quote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a rate is returned by `Rates::quote`"]
pub struct RateRequest {
    /// What is sold.
    pub source: Asset,
    /// What is bought.
    pub target: Asset,
    /// The amount, of the source or the target.
    pub amount: Amount,
    /// Whether the amount is of the source or the target.
    pub side: Side,
    /// The purpose.
    pub purpose: RatePurpose,
}

/// The sides of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What is sold.
    Source,
    /// What is bought.
    Target,
}

impl RateRequest {
    /// How much of `target` `money` buys.
    pub fn spending(money: Money, target: Asset) -> Self {
        Self {
            source: money.asset,
            target,
            amount: money.amount,
            side: Side::Source,
            purpose: RatePurpose::Conversion,
        }
    }

    /// How much of `source` `money` costs.
    pub fn getting(money: Money, source: Asset) -> Self {
        Self {
            source,
            target: money.asset,
            amount: money.amount,
            side: Side::Target,
            purpose: RatePurpose::Conversion,
        }
    }

    /// The rate for buying by card.
    pub fn by_card(self) -> Self {
        Self {
            purpose: RatePurpose::Card,
            ..self
        }
    }
}

/// The result of a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Units of the source for one unit of the target.
    pub rate: Amount,
    /// What would be sold.
    pub source: Option<Money>,
    /// What would be bought.
    pub target: Option<Money>,
}
