//! Readers of the fields nobody acts on: one that cannot be read is none, for it must not make an answer unreadable
//! that says an order was made. Ids, states and what is compared with the request are read strictly.

use payments_core::wire::{self, Json};
use payments_core::{Amount, Timestamp};
use serde::{Deserialize, Deserializer};
use serde_json::de::StrRead;

use crate::Rate;

type Inner<'de> = serde_json::Deserializer<StrRead<'de>>;

fn or_none<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: fn(&mut Inner<'de>) -> Result<Option<T>, serde_json::Error>,
) -> Result<Option<T>, D::Error> {
    let json = Json::deserialize(deserializer)?;
    let mut inner = serde_json::Deserializer::from_str(json.as_str());
    Ok(read(&mut inner).unwrap_or_default())
}

/// As [`wire::optional_text`].
pub(crate) fn text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    or_none(d, |inner| wire::optional_text(inner))
}

/// As [`wire::optional_amount`].
pub(crate) fn amount<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Amount>, D::Error> {
    or_none(d, |inner| wire::optional_amount(inner))
}

/// As [`wire::optional_millis`].
pub(crate) fn millis<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Timestamp>, D::Error> {
    or_none(d, |inner| wire::optional_millis(inner))
}

/// As [`Rate::read_optional`].
pub(crate) fn rate<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Rate>, D::Error> {
    or_none(d, |inner| Rate::read_optional(inner))
}
