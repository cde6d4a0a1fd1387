//! A fee together with its coin.

use payments_core::Amount;
use payments_core::wire::{Lenient, Scalar};
use serde::Deserialize;

use super::wire::NonZero;

/// What a withdrawal costs, in a coin that may differ from the one that is withdrawn: a fee of USDT may be charged in MATIC.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Fee {
    /// The coin of the fee.
    #[serde_as(as = "NonZero")]
    pub coin_id: Option<u64>,
    /// The symbol of that coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The amount, in units of that coin.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
}

impl Fee {
    /// The fee in units of a coin; `None` if it is in another or an unknown coin.
    #[must_use]
    pub fn amount_in(&self, coin_id: u64) -> Option<Amount> {
        (self.coin_id == Some(coin_id)).then_some(self.amount)
    }
}
