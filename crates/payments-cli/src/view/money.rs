//! Money as JSON.

use payments_facade::Money;
use serde::Serialize;

/// `{"amount":"10.50","asset":"USDT","network":null}`.
#[derive(Serialize)]
pub(crate) struct MoneyView<'a> {
    amount: String,
    asset: &'a str,
    network: Option<&'a str>,
}

impl<'a> From<&'a Money> for MoneyView<'a> {
    fn from(money: &'a Money) -> Self {
        Self {
            amount: money.amount.to_string(),
            asset: money.asset.symbol(),
            network: money.asset.network(),
        }
    }
}
