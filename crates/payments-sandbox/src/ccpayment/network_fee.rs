//! `network/fee`: what a withdrawal of a token costs.

use serde::Serialize;

use super::answer::{self, Outcome};
use super::verify::Verified;
use super::withdraw;
use crate::app::App;

/// `memo` is in the SDKs alone.
pub(super) const FIELDS: &[&str] = &["token_id", "address", "memo"];

#[derive(Serialize)]
struct Fee {
    token_id: &'static str,
    /// The coin of the fee, which may be another one.
    crypto: &'static str,
    fee: String,
}

pub(super) fn run(_: &App, fields: &Verified) -> Outcome {
    let token = fields.token()?;
    fields.memo()?;
    let to = fields.optional("address", 512)?;
    let internal = !to.is_empty() && withdraw::is_internal(token, to)?;
    let (crypto, fee) = if internal {
        (token.coin.symbol, "0".to_owned())
    } else {
        (token.fee_coin.symbol, token.fee.to_string())
    };
    answer::data(&Fee {
        token_id: token.id,
        crypto,
        fee,
    })
}
