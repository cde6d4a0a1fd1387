//! `GET getMerchantBalance` (specification, chapter 6).

use serde::Serialize;

use super::answer::{self, Outcome};
use super::state::Cpay;
use super::verify::Verified;

/// The fields of the specification's example, in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    available_balance: String,
    freeze_balance: String,
    /// Also of fiat currencies, despite the name.
    crypto_currency: String,
}

pub(super) fn run(cpay: &Cpay, _params: &Verified) -> Outcome {
    let state = cpay.state();
    let rows: Vec<Row> = state
        .ledger
        .balances()
        .map(|balance| Row {
            available_balance: balance.available,
            freeze_balance: balance.frozen,
            crypto_currency: balance.currency,
        })
        .collect();
    answer::data(&rows)
}
