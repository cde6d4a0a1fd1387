//! `coin/all`: the coins with their tokens.

use serde::Serialize;

use super::answer::{self, Outcome};
use super::coins::{COINS, Coin, Token};
use super::rates;
use super::state::Ccpayment;
use super::verify::Verified;

#[derive(Serialize)]
pub(super) struct List<T> {
    pub(super) list: Vec<T>,
}

#[derive(Serialize)]
pub(super) struct CoinRow {
    /// Only in `support/token`: the SDKs pass it on to `token/chain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token_id: Option<&'static str>,
    coin_id: &'static str,
    symbol: &'static str,
    crypto: &'static str,
    name: &'static str,
    logo: String,
    min: &'static str,
    price: String,
    precision: usize,
    status: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Vec<TokenRow>>,
}

#[derive(Serialize)]
pub(super) struct TokenRow {
    token_id: &'static str,
    crypto: &'static str,
    logo: String,
    name: &'static str,
    network: &'static str,
    chain: &'static str,
    contract: &'static str,
    chain_logo: String,
    is_support_memo: bool,
    status: u8,
    precision: usize,
    network_coin_id: &'static str,
    network_fee_crypto: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) type_symbol: Option<&'static str>,
}

pub(super) fn coin_row(coin: &'static Coin, now_ms: u64) -> CoinRow {
    CoinRow {
        token_id: None,
        coin_id: coin.id,
        symbol: coin.symbol,
        crypto: coin.symbol,
        name: coin.name,
        logo: coin.logo(),
        min: coin.min,
        price: rates::usd(coin, now_ms).to_string(),
        precision: coin.precision,
        status: coin.status as u8,
        tokens: None,
    }
}

pub(super) fn token_row(token: &'static Token) -> TokenRow {
    let chain = token.chain.name();
    TokenRow {
        token_id: token.id,
        crypto: token.coin.symbol,
        logo: token.coin.logo(),
        name: token.coin.name,
        network: token.network,
        chain,
        contract: token.contract,
        chain_logo: format!(
            "https://resource.cwallet.com/chain/icon/{}.png",
            chain.to_ascii_lowercase()
        ),
        is_support_memo: token.chain.has_memo(),
        status: token.status as u8,
        precision: token.coin.precision,
        network_coin_id: token.fee_coin.id,
        network_fee_crypto: token.fee_coin.symbol,
        type_symbol: None,
    }
}

pub(super) fn run(ccpayment: &Ccpayment, _: &Verified) -> Outcome {
    let now_ms = ccpayment.context.clock.now_ms();
    let row = |coin: &'static Coin| CoinRow {
        tokens: Some(coin.tokens().map(token_row).collect()),
        ..coin_row(coin, now_ms)
    };
    let list = COINS.into_iter().map(row).collect();
    answer::data(&List { list })
}
