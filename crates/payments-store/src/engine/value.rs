//! The values of statements and rows.

use std::fmt;

use bytes::Bytes;
use payments_core::Timestamp;

use super::{EngineError, EngineErrorKind};

/// A value of a statement or a row. There is no floating-point value: write an amount as text, and cast it in the statement if
/// the column is `NUMERIC`.
///
/// `Debug` shows the type and the length only, because values may be confidential.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// `NULL` of any type.
    Null,
    /// An integer of up to 64 bits.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Bytes),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Integer(_) => f.write_str("Integer"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

/// Milliseconds since the Unix epoch.
impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Integer(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row that a statement returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    /// For engines: a row with these columns.
    #[must_use]
    pub fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The value of this column, counted from 0. `None` if there is no such column.
    #[must_use]
    pub fn get(&self, column: usize) -> Option<&Value> {
        self.0.get(column)
    }

    /// The integer in this column.
    ///
    /// # Errors
    /// [`EngineError`] if it has none.
    pub fn integer(&self, column: usize) -> Result<i64, EngineError> {
        match self.get(column) {
            Some(Value::Integer(number)) => Ok(*number),
            other => Err(wrong(column, "an integer", other)),
        }
    }

    /// The text in this column.
    ///
    /// # Errors
    /// [`EngineError`] if it has none.
    pub fn text(&self, column: usize) -> Result<&str, EngineError> {
        match self.get(column) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(wrong(column, "text", other)),
        }
    }

    /// The text in this column; `None` for `NULL`.
    ///
    /// # Errors
    /// [`EngineError`] if it has a value of another type.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, EngineError> {
        match self.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// The bytes in this column.
    ///
    /// # Errors
    /// [`EngineError`] if it has none.
    pub fn bytes(&self, column: usize) -> Result<&Bytes, EngineError> {
        match self.get(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            other => Err(wrong(column, "bytes", other)),
        }
    }

    /// The time in this column: milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// [`EngineError`] if it has none.
    pub fn time(&self, column: usize) -> Result<Timestamp, EngineError> {
        let millis = u64::try_from(self.integer(column)?);
        let millis = millis.map_err(|_| wrong(column, "a time", self.get(column)))?;
        Ok(Timestamp::from_millis(millis))
    }

    /// The time in this column; `None` for `NULL`.
    ///
    /// # Errors
    /// [`EngineError`] if it has a value of another type.
    pub fn optional_time(&self, column: usize) -> Result<Option<Timestamp>, EngineError> {
        match self.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.time(column).map(Some),
        }
    }
}

fn wrong(column: usize, expected: &str, found: Option<&Value>) -> EngineError {
    let text = format!("column {column} is not {expected} but {found:?}");
    EngineError::new(EngineErrorKind::Statement, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_text_of_a_value_is_its_type_and_its_length() {
        let values = [
            Value::Null,
            4711.into(),
            "secret".into(),
            Bytes::from_static(b"key").into(),
        ];
        assert_eq!(
            format!("{values:?}"),
            "[Null, Integer, Text(6 bytes), Bytes(3 bytes)]"
        );
    }
}
