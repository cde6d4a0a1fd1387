//! `assets`: what the merchant can use.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::verify::Verified;
use super::{coins, rates};
use crate::app::App;

/// Two SDKs still send `token_id`, which is passed over: all coins are told.
pub(super) const FIELDS: &[&str] = &["coin_id"];

#[derive(Serialize)]
struct List {
    list: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    coin_id: &'static str,
    crypto: &'static str,
    name: &'static str,
    /// What is frozen for withdrawals is not in it (assumed).
    value: String,
    price: String,
    logo: String,
}

pub(super) fn run(app: &App, fields: &Verified) -> Outcome {
    let asked = match fields.optional("coin_id", 64)? {
        "" => None,
        id => Some(coins::coin(id).ok_or_else(|| {
            Refusal::new(
                Class::Token,
                "coin_id is no coin of this sandbox; coin/all lists them",
            )
        })?),
    };
    let now_ms = app.clock.now_ms();
    let tables = app.store.lock();
    let row = |balance: crate::store::Balance| {
        let coin = coins::by_symbol(&balance.currency)?;
        asked.is_none_or(|asked| asked.id == coin.id).then(|| Row {
            coin_id: coin.id,
            crypto: coin.symbol,
            name: coin.name,
            value: balance.available,
            price: rates::usd(coin, now_ms).to_string(),
            logo: coin.logo(),
        })
    };
    let list = tables.ccpayment.ledger.balances().filter_map(row).collect();
    answer::data(&List { list })
}
