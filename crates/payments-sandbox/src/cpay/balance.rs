//! `GET getMerchantBalance` (specification, chapter 6).

use serde::Serialize;

use super::Outcome;
use super::answer;
use super::verify::Verified;
use crate::app::App;

/// The fields of the specification's example, in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    available_balance: String,
    freeze_balance: String,
    /// Fiat currencies as well, whatever the name says.
    crypto_currency: String,
}

pub(super) fn run(app: &App, _params: &Verified) -> Outcome {
    let tables = app.store.lock();
    let rows: Vec<Row> = tables
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
