//! `assets`: the merchant's balances.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check,
    keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::limits;
use crate::v1::protocol::{Account, Call, rows};

/// Asks for the merchant's balances: `POST assets`, "Asset Balance Interface".
///
/// **Effect: read.**
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a query is made by `Client::assets`"]
pub struct AssetsQuery {
    #[serde(skip_serializing_if = "String::is_empty")]
    coin_id: String,
}

impl AssetsQuery {
    /// All coins.
    pub fn all() -> Self {
        Self::default()
    }

    /// One coin, by the `coin_id` of [`Client::coins`](crate::v1::Client::coins).
    pub fn of(coin_id: impl Into<String>) -> Self {
        Self {
            coin_id: coin_id.into(),
        }
    }
}

impl Operation for AssetsQuery {
    type Output = Assets;
    const NAME: &'static str = "assets";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::optional_text("coin_id", &self.coin_id, limits::ID)
    }
}

impl Call for AssetsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("assets", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Assets, Fault> {
        let assets: Vec<Asset> = rows(&answer)?;
        // A gateway that ignores the filter returns all coins, among them the requested one.
        let is_requested = |asset: &Asset| asset.coin_id.as_deref() == Some(&*self.coin_id);
        let names_others = assets.iter().any(|asset| asset.coin_id.is_some());
        if !self.coin_id.is_empty() && names_others && !assets.iter().any(is_requested) {
            return Err(Fault::foreign("coin_id"));
        }
        Ok(answer.keep(Assets { assets, raw: None }))
    }
}

/// The answer to `assets`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Assets {
    /// One row for each coin.
    pub assets: Vec<Asset>,
    raw: Option<RawAnswer>,
}

impl Assets {
    /// The balance of a coin by its exact symbol: `USDT`.
    #[must_use]
    pub fn of(&self, crypto: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.crypto == crypto)
    }
}

keeps_raw!(Assets);

/// The balance of one coin.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Asset {
    /// The symbol of the coin.
    #[serde_as(as = "NonEmpty")]
    pub crypto: String,
    /// The balance, in units of the coin. A balance that is not an amount, for example a negative one, becomes `None` and
    /// is only in `raw()`: so the other rows stay readable.
    #[serde_as(as = "Lenient")]
    pub value: Option<Amount>,
    /// The id of the coin.
    #[serde_as(as = "Optional")]
    pub coin_id: Option<String>,
    /// The name.
    #[serde_as(as = "Lenient")]
    pub name: Option<String>,
    /// US dollars for one unit (`assumed`).
    #[serde_as(as = "Lenient")]
    pub price: Option<Amount>,
    /// The URL of its icon.
    #[serde_as(as = "Lenient")]
    pub logo: Option<String>,
}
