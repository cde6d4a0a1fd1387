//! `assets`: what the merchant can spend.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::limits;
use super::state::Ccpayment;
use super::verify::Verified;
use super::{coins, rates};
use crate::shared::ledger::Balance;

/// Two SDKs still send `token_id`, which is ignored: the answer has all coins.
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
    /// Without what is frozen for withdrawals (assumed).
    value: String,
    price: String,
    logo: String,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let asked = match fields.optional("coin_id", limits::ID)? {
        "" => None,
        id => Some(coins::coin(id).ok_or_else(|| {
            Refusal::new(
                Class::Token,
                "coin_id is not a coin of this sandbox; coin/all lists them",
            )
        })?),
    };
    let now_ms = ccpayment.context.clock.now_ms();
    let state = ccpayment.state();
    let row = |balance: Balance| {
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
    let list = state.ledger.balances().filter_map(row).collect();
    answer::data(&List { list })
}
