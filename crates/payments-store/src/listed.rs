//! Lists for people: a row that cannot be read is shown as such, and hides no other.

use crate::engine::{EngineError, Row};
use crate::error::StoreError;

/// A row of a list: what it contains, or that it cannot be read.
pub type Listed<T> = Result<T, UnreadableRow>;

/// A row that cannot be read, because it is damaged or a later release wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the row {key} cannot be read: {problem}")]
#[non_exhaustive]
pub struct UnreadableRow {
    /// Its effect key, its kind of call with the reference, or the id of the finding.
    pub key: String,
    /// Why, without the values of its documents.
    pub problem: String,
}

/// Reads each row. `key` names one that cannot be read.
pub(crate) fn listed<T>(
    rows: &[Row],
    read: impl Fn(&Row) -> Result<T, StoreError>,
    key: impl Fn(&Row) -> Result<String, EngineError>,
) -> Vec<Listed<T>> {
    let rows = rows.iter();
    let read = rows.map(|row| {
        read(row).map_err(|error| UnreadableRow {
            key: key(row).unwrap_or_else(|error| error.to_string()),
            problem: error.to_string(),
        })
    });
    read.collect()
}
