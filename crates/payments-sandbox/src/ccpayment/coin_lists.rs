//! `coin/all`, and the two older lists of the SDKs, `support/token` and `token/chain`.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::coins::{self, COINS, Coin, Token};
use super::rates;
use super::verify::Verified;
use crate::app::App;

pub(super) const CHAIN_FIELDS: &[&str] = &["token_id"];

#[derive(Serialize)]
struct List<T> {
    list: Vec<T>,
}

#[derive(Serialize)]
struct CoinRow {
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
struct TokenRow {
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
    type_symbol: Option<&'static str>,
}

fn coin_row(coin: &'static Coin, now_ms: u64) -> CoinRow {
    CoinRow {
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

fn token_row(token: &'static Token) -> TokenRow {
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

pub(super) fn all(app: &App, _: &Verified) -> Outcome {
    let now_ms = app.clock.now_ms();
    let row = |coin: &'static Coin| CoinRow {
        tokens: Some(coin.tokens().map(token_row).collect()),
        ..coin_row(coin, now_ms)
    };
    let list = COINS.into_iter().map(row).collect();
    answer::data(&List { list })
}

/// Coins without their tokens (assumed: only the SDKs know this call).
pub(super) fn coins(app: &App, _: &Verified) -> Outcome {
    let now_ms = app.clock.now_ms();
    let row = |coin: &'static Coin| coin_row(coin, now_ms);
    let list = COINS.into_iter().map(row).collect();
    answer::data(&List { list })
}

/// The tokens of a coin, which is named by its id or that of one of its tokens (assumed).
pub(super) fn chains(_: &App, fields: &Verified) -> Outcome {
    let id = fields.required("token_id", 64)?;
    let coin = coins::coin(id)
        .or_else(|| coins::token(id).map(|token| token.coin))
        .ok_or_else(|| {
            Refusal::new(
                Class::Token,
                "token_id is no coin or token of this sandbox; support/token lists them",
            )
        })?;
    let row = |token: &'static Token| TokenRow {
        type_symbol: Some(token.network),
        ..token_row(token)
    };
    let list = coin.tokens().map(row).collect();
    answer::data(&List { list })
}
