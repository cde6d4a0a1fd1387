//! What is printed: the JSON of `--json`, whose keys are stable and all there, and the words for people.

mod money;
mod payment;

pub(crate) use money::MoneyView;
pub(crate) use payment::{PaymentView, ROW, print, row};

use payments_core::Timestamp;

/// A moment, for people.
pub(crate) fn moment(time: Timestamp) -> String {
    let millis = i64::try_from(time.as_millis()).ok();
    let moment = millis.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    moment.map_or_else(|| time.to_string(), |moment| moment.to_string())
}
