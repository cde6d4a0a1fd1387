//! The readers of fields that only inform, with those for the shapes of this API. Ids, states, addresses and what is
//! compared with the request are read strictly.

use std::time::Duration;

use payments_core::Timestamp;
pub(crate) use payments_core::wire::informative::{amount, flag, integer, text};
use serde::Deserializer;

/// A moment in Unix seconds.
pub(crate) fn moment<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(integer(d)?.map(Timestamp::from_secs))
}

/// A length of time in seconds.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Duration>, D::Error> {
    Ok(integer(d)?.map(Duration::from_secs))
}

/// A word of an open list; `""` is none.
pub(crate) fn word<'de, D: Deserializer<'de>, T>(d: D) -> Result<Option<T>, D::Error>
where
    T: for<'w> From<&'w str>,
{
    Ok(text(d)?.as_deref().map(T::from))
}
