//! `network/fee`: the fee of a withdrawal.

use serde::Serialize;

use super::answer::{self, Outcome};
use super::limits;
use super::state::Ccpayment;
use super::verify::Verified;
use super::withdraw;

/// Only the SDKs have `memo`.
pub(super) const FIELDS: &[&str] = &["token_id", "address", "memo"];

#[derive(Serialize)]
struct Fee {
    token_id: &'static str,
    /// The coin of the fee, which may be another one.
    crypto: &'static str,
    fee: String,
}

pub(super) fn run(_: &Ccpayment, fields: &Verified) -> Outcome {
    let token = fields.token()?;
    fields.memo()?;
    let to = fields.optional("address", limits::ADDRESS)?;
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
