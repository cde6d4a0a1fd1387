//! `getAppCoinAssetList`: the merchant's balances.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::protocol::{Account, Call};

/// Asks for the merchant's balances: `POST getAppCoinAssetList`.
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AssetsQuery {}

impl AssetsQuery {
    /// All coins: the call has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for AssetsQuery {
    type Output = Assets;
    const NAME: &'static str = "assets";
    const EFFECT: Effect = Effect::Read;
}

impl Call for AssetsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppCoinAssetList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Assets, Fault> {
        let assets: Assets = answer.data()?;
        Ok(answer.keep(assets))
    }
}

/// The answer to `getAppCoinAssetList`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Assets {
    /// One row for each coin.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub assets: Vec<Asset>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl Assets {
    /// The balance of a coin.
    #[must_use]
    pub fn of(&self, coin_id: u64) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.coin_id == coin_id)
    }
}

keeps_raw!(Assets);

/// The balance of one coin.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Asset {
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol, which the provider may change.
    pub coin_symbol: Option<String>,
    /// The balance, in units of the coin. `None` is not zero: samples leave it empty.
    pub available: Option<Amount>,
}
