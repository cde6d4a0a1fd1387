//! `support/token` and `token/chain`: the two older lists, which only the SDKs know.

use super::answer::{self, Class, Outcome, Refusal};
use super::coin_all::{List, coin_row, token_row};
use super::coins::{self, COINS, Coin, Token};
use super::limits;
use super::state::Ccpayment;
use super::verify::Verified;

pub(super) const CHAIN_FIELDS: &[&str] = &["token_id"];

/// `support/token`: the coins without their tokens, each with its id as `token_id`, which `token/chain` accepts (assumed: the
/// SDKs read a `token_id` here, and no document says whose id it is).
pub(super) fn run(ccpayment: &Ccpayment, _: &Verified) -> Outcome {
    let now_ms = ccpayment.context.clock.now_ms();
    let row = |coin: &'static Coin| {
        let mut row = coin_row(coin, now_ms);
        row.token_id = Some(coin.id);
        row
    };
    let list = COINS.into_iter().map(row).collect();
    answer::data(&List { list })
}

/// `token/chain`: the tokens of a coin, by the coin's id or a token's id (assumed).
pub(super) fn run_token_chain(_: &Ccpayment, fields: &Verified) -> Outcome {
    let id = fields.required("token_id", limits::ID)?;
    let coin = coins::coin(id)
        .or_else(|| coins::token(id).map(|token| token.coin))
        .ok_or_else(|| {
            Refusal::new(
                Class::Token,
                "token_id is not a coin or token of this sandbox; support/token lists them",
            )
        })?;
    let row = |token: &'static Token| {
        let mut row = token_row(token);
        row.type_symbol = Some(token.network);
        row
    };
    let list = coin.tokens().map(row).collect();
    answer::data(&List { list })
}
