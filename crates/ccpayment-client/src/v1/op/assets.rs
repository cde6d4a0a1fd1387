//! `assets`: what the merchant's account holds.

use payments_core::{Amount, Effect, Fault, InvalidRequest, Operation, RawAnswer, check, wire};
use serde::{Deserialize, Serialize};

use super::unset;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::rules;

/// Asks for the merchant's balances: `POST assets`, "Asset Balance Interface".
///
/// **Effect: read.**
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a query is made by `Client::assets`"]
pub struct AssetsQuery {
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
        check::optional_text("coin_id", &self.coin_id, rules::ID)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "unset")]
    coin_id: &'a str,
}

impl Wired for AssetsQuery {
    const PATH: &'static str = "assets";

    fn body(&self) -> impl Serialize {
        Body {
            coin_id: &self.coin_id,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<Assets, Fault> {
        let assets = answer.rows()?;
        Ok(answer.keep(Assets { assets, raw: None }))
    }
}

/// What `assets` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Assets {
    /// One row for each coin.
    pub assets: Vec<Asset>,
    raw: Option<RawAnswer>,
}

impl Assets {
    /// The balance of a coin, spelt as the gateway spells it: `USDT`.
    #[must_use]
    pub fn of(&self, crypto: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.crypto == crypto)
    }
}

keeps_raw!(Assets);

/// What there is of one coin.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Asset {
    /// The symbol of the coin.
    #[serde(deserialize_with = "super::present_text")]
    pub crypto: String,
    /// How much there is, in units of the coin. A balance that is no amount, a negative one for example, is none here
    /// and stands in `raw()`: it leaves the other rows readable.
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    pub value: Option<Amount>,
    /// The id of the coin.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub coin_id: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub name: Option<String>,
    /// US dollars for one unit (`assumed`).
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    pub price: Option<Amount>,
    /// The URL of its picture.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub logo: Option<String>,
}
