//! `getCoinList`, `getCoin`, `getCoinUSDTPrice`, `getFiatList` and `getChainList`: the tables of the sandbox.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::answer::{self, Outcome};
use super::chains::Chain;
use super::coins::{self, COINS, Coin, FIATS};
use super::state::CcpaymentV2;
use super::verify::Verified;

pub(super) const COIN_FIELDS: &[&str] = &["coinId"];
pub(super) const PRICE_FIELDS: &[&str] = &["coinIds"];
pub(super) const CHAIN_FIELDS: &[&str] = &["chains"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CoinRow {
    coin_id: u64,
    symbol: &'static str,
    coin_full_name: &'static str,
    logo_url: String,
    status: &'static str,
    networks: BTreeMap<&'static str, NetworkRow>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkRow {
    chain: &'static str,
    chain_full_name: &'static str,
    contract: &'static str,
    precision: i32,
    can_deposit: bool,
    can_withdraw: bool,
    minimum_deposit_amount: &'static str,
    minimum_withdraw_amount: String,
    maximum_withdraw_amount: String,
    is_support_memo: bool,
}

fn row(coin: &'static Coin) -> CoinRow {
    let networks = coin.networks().map(|network| {
        let chain = network.chain;
        let row = NetworkRow {
            chain: chain.name(),
            chain_full_name: chain.full_name(),
            contract: network.contract,
            precision: network.precision,
            can_deposit: network.takes_deposits(),
            can_withdraw: network.can_withdraw,
            // Every deposit is credited (assumed).
            minimum_deposit_amount: "0",
            minimum_withdraw_amount: network.min_withdraw.to_string(),
            maximum_withdraw_amount: network.max_withdraw.to_string(),
            is_support_memo: chain.has_memo(),
        };
        (chain.name(), row)
    });
    CoinRow {
        coin_id: coin.id,
        symbol: coin.symbol,
        coin_full_name: coin.name,
        logo_url: coin.logo(),
        status: coin.status,
        networks: networks.collect(),
    }
}

pub(super) fn coin_list(_: &CcpaymentV2, _: &Verified) -> Outcome {
    let coins: Vec<CoinRow> = COINS.into_iter().map(row).collect();
    answer::data(&json!({ "coins": coins }))
}

pub(super) fn coin(_: &CcpaymentV2, fields: &Verified) -> Outcome {
    let coin = row(fields.coin("coinId")?);
    answer::data(&json!({ "coin": coin }))
}

/// Unknown coins are left out (assumed).
pub(super) fn usdt_prices(_: &CcpaymentV2, fields: &Verified) -> Outcome {
    let ids = fields.integers("coinIds")?;
    let known = ids.into_iter().filter_map(coins::coin);
    let prices: BTreeMap<String, String> = known
        .map(|coin| (coin.id.to_string(), coin.price.to_string()))
        .collect();
    answer::data(&json!({ "prices": prices }))
}

pub(super) fn fiat_list(_: &CcpaymentV2, _: &Verified) -> Outcome {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        fiat_id: u64,
        symbol: &'static str,
        logo_url: String,
        mark: &'static str,
        usd_rate: String,
    }
    let row = |fiat: &'static coins::Fiat| Row {
        fiat_id: fiat.id,
        symbol: fiat.symbol,
        logo_url: format!("https://resource.cwallet.com/fiat/{}.png", fiat.symbol),
        mark: fiat.mark,
        usd_rate: fiat.usd_rate.to_string(),
    };
    let fiats: Vec<Row> = FIATS.iter().map(row).collect();
    answer::data(&json!({ "fiats": fiats }))
}

/// All chains, or those that are named; unknown ones are left out (assumed).
pub(super) fn chain_list(_: &CcpaymentV2, fields: &Verified) -> Outcome {
    #[derive(Serialize)]
    struct Row {
        chain: &'static str,
        #[serde(rename = "chainFullName")]
        chain_full_name: &'static str,
        explorer: &'static str,
        #[serde(rename = "logoUrl")]
        logo_url: String,
        status: &'static str,
        confirmations: u64,
        #[serde(rename = "baseUrl")]
        base_url: String,
        #[serde(rename = "isEVM")]
        is_evm: bool,
        #[serde(rename = "supportMemo")]
        support_memo: bool,
    }
    let wanted = fields.texts("chains", 100)?;
    let chains = Chain::ALL.into_iter();
    let chains = chains.filter(|chain| wanted.is_empty() || wanted.contains(&chain.name()));
    let rows = chains.map(|chain| Row {
        chain: chain.name(),
        chain_full_name: chain.full_name(),
        explorer: chain.explorer(),
        logo_url: format!("https://resource.cwallet.com/chain/{}.png", chain.name()),
        status: "Normal",
        confirmations: chain.confirmations(),
        base_url: format!("{}/tx/%s", chain.explorer()),
        is_evm: chain.is_evm(),
        support_memo: chain.has_memo(),
    });
    let rows: Vec<Row> = rows.collect();
    answer::data(&json!({ "chains": rows }))
}
