//! `token/rate`: the value of an amount in USD in coins.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::rates;
use super::state::Ccpayment;
use super::verify::Verified;
use crate::shared::decimal::PLACES;

pub(super) const FIELDS: &[&str] = &["amount", "token_id"];

/// Decimals of `value`: both samples have sixteen, rounded half up.
const VALUE_DECIMALS: i32 = 16;

#[derive(Serialize)]
struct Rate {
    price: String,
    value: String,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let amount = fields.amount("amount", PLACES)?;
    let price = rates::usd(fields.token()?.coin, ccpayment.context.clock.now_ms());
    let value = amount
        .value()
        .over(price)
        .map(|value| value.rounded(VALUE_DECIMALS))
        .ok_or_else(|| Refusal::field("amount", "is larger than the sandbox can count"))?;
    answer::data(&Rate {
        price: price.to_string(),
        value: value.to_string(),
    })
}
