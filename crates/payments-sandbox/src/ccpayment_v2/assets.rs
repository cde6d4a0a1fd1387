//! `getAppCoinAssetList` and `getAppCoinAsset`: what the merchant can spend.

use serde::Serialize;
use serde_json::json;

use super::answer::{self, Outcome};
use super::coins::{COINS, Coin};
use super::state::{CcpaymentV2, State};
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &["coinId"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asset {
    coin_id: u64,
    coin_symbol: &'static str,
    available: String,
}

fn asset(state: &State, coin: &'static Coin) -> Asset {
    let mut balances = state.ledger.balances();
    let balance = balances.find(|balance| balance.currency == coin.symbol);
    Asset {
        coin_id: coin.id,
        coin_symbol: coin.symbol,
        available: balance.map(|balance| balance.available).unwrap_or_default(),
    }
}

pub(super) fn all(provider: &CcpaymentV2, _: &Verified) -> Outcome {
    let state = provider.state();
    let coins = COINS.into_iter();
    let assets: Vec<Asset> = coins.map(|coin| asset(&state, coin)).collect();
    answer::data(&json!({ "assets": assets }))
}

pub(super) fn one(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let coin = fields.coin("coinId")?;
    let asset = asset(&provider.state(), coin);
    answer::data(&json!({ "asset": asset }))
}
