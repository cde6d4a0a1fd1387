//! Documents in the database, as JSON.

use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as PlainError};

use crate::error::StoreError;

/// The kind of document that a row of payments contains.
pub(crate) const PAYMENT: &str = "payment";

/// The kind of document that a balance is compared with.
pub(crate) const SUMS: &str = "sums of";

pub(crate) fn write(
    document: &'static str,
    name: &str,
    value: &impl Serialize,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| unreadable(document, name, &error))
}

pub(crate) fn read<T: DeserializeOwned>(
    document: &'static str,
    name: &str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable(document, name, &error))
}

/// A value that is one text in JSON, such as an effect key.
pub(crate) fn read_text<T: DeserializeOwned>(
    document: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    T::deserialize(text.into_deserializer()).map_err(|_: PlainError| StoreError::Unreadable {
        document,
        name: text.to_owned(),
        problem: "it is not valid".to_owned(),
    })
}

/// The message of the parser may contain values, so only the place is named.
fn unreadable(document: &'static str, name: &str, error: &serde_json::Error) -> StoreError {
    StoreError::Unreadable {
        document,
        name: name.to_owned(),
        problem: format!(
            "{:?} error in column {} of its JSON",
            error.classify(),
            error.column()
        ),
    }
}
