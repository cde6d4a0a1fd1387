//! `getAppCoinAsset`: the balance of one coin.

use bytes::Bytes;
use http::Request;
use payments_core::wire::Json;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_app_coin_asset_list::Asset;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks for the balance of one coin: `POST getAppCoinAsset`.
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::asset`"]
pub struct AssetQuery {
    coin_id: u64,
}

impl AssetQuery {
    /// By the coin's id.
    pub const fn new(coin_id: u64) -> Self {
        Self { coin_id }
    }
}

impl Operation for AssetQuery {
    type Output = OneAsset;
    const NAME: &'static str = "asset";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::id("coin_id", self.coin_id)
    }
}

impl Call for AssetQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppCoinAsset", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<OneAsset, Fault> {
        OneAsset::read(answer, self.coin_id)
    }
}

#[derive(Deserialize)]
struct WireAsset<'a> {
    #[serde(borrow)]
    asset: Json<'a>,
}

/// The answer to `getAppCoinAsset`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OneAsset {
    /// The balance.
    pub asset: Asset,
    raw: Option<RawAnswer>,
}

keeps_raw!(OneAsset);

impl OneAsset {
    pub(super) fn read(answer: Answer<'_>, coin_id: u64) -> Result<Self, Fault> {
        let wire: WireAsset<'_> = answer.data()?;
        let asset: Asset = wire.asset.read_object()?;
        answer.expect_reference("coinId", &coin_id, Some(&asset.coin_id))?;
        Ok(answer.keep(Self { asset, raw: None }))
    }
}
