//! Money and times, for scripts and for people.

use payments_core::Timestamp;
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

/// A time, for people.
pub(crate) fn moment(time: Timestamp) -> String {
    let millis = i64::try_from(time.as_millis()).ok();
    let moment = millis.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    moment.map_or_else(|| time.to_string(), |moment| moment.to_string())
}
