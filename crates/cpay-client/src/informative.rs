//! The readers of fields that only inform, with the one for the gateway's own type.

pub(crate) use payments_core::wire::informative::{amount, millis, text};
use serde::Deserializer;

use crate::Rate;

/// A rate; one that cannot be read is none.
pub(crate) fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Rate>, D::Error> {
    Ok(amount(deserializer)?.map(Rate::new))
}
