//! What one asset costs in another.

use async_trait::async_trait;
use payments_core::{Amount, Asset, InvalidRequest};

use crate::{Answer, Error, Money};

/// Rates of the moment. Nothing is reserved by asking.
#[async_trait]
pub trait Rates: Send + Sync {
    /// Whether there is a rate for this.
    fn quotes_for(&self, purpose: RatePurpose) -> bool;

    /// Everything that [`quote`](Self::quote) would refuse before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`], of kind `Unsupported` for what this provider cannot do.
    fn check(&self, request: &RateRequest) -> Result<(), InvalidRequest>;

    /// What a conversion would come to. Effect: read.
    ///
    /// # Errors
    /// [`Error`].
    async fn quote(&self, request: &RateRequest) -> Result<Answer<Quote>, Error>;
}

/// What a rate is wanted for: providers have different ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RatePurpose {
    /// Pricing an order or an exchange.
    Conversion,
    /// Buying by card.
    Card,
}

impl RatePurpose {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Conversion, Self::Card];

    /// The name in capability tables and in refusals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conversion => "conversion",
            Self::Card => "card",
        }
    }
}

/// Which conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a rate is got by `Rates::quote`"]
pub struct RateRequest {
    /// What is given away.
    pub source: Asset,
    /// What is had for it.
    pub target: Asset,
    /// How much, of the one or the other.
    pub amount: Amount,
    /// Which of the two the amount is of.
    pub side: Side,
    /// What it is for.
    pub purpose: RatePurpose,
}

/// The sides of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What is given away.
    Source,
    /// What is had for it.
    Target,
}

impl RateRequest {
    /// What `money` would buy of `target`.
    pub fn spending(money: Money, target: Asset) -> Self {
        Self {
            source: money.asset,
            target,
            amount: money.amount,
            side: Side::Source,
            purpose: RatePurpose::Conversion,
        }
    }

    /// What `money` would cost of `source`.
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

/// What a conversion would come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// Units of the source for one unit of the target.
    pub rate: Amount,
    /// What would be given away.
    pub source: Option<Money>,
    /// What would be had for it.
    pub target: Option<Money>,
}
