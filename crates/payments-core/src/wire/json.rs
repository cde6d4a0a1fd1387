use super::read_error::ReadError;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_with::{DeserializeAs, Same};
use std::fmt;

/// Reads one JSON value. A byte-order mark before it is skipped.
///
/// # Errors
/// [`ReadError`] when the text is not JSON, is nested deeper than 128 levels, has another shape, or continues after
/// the value.
pub fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, ReadError> {
    let json = without_mark(json);
    // Checked for UTF-8 once: serde_json would check each part of a byte slice again.
    match str::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(json),
    }
    .map_err(|error| ReadError::new(&error))
}

/// The text behind a byte-order mark.
pub(super) fn without_mark(json: &[u8]) -> &[u8] {
    json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json)
}

/// A part of an answer, kept as text and read later: for example the `data` of an envelope, whose shape depends on the
/// envelope's code.
///
/// It borrows from the answer. `Debug` prints its size only.
///
/// ```
/// use payments_core::wire::{self, Code, Json};
///
/// #[derive(serde::Deserialize)]
/// struct Envelope<'a> {
///     code: Code,
///     #[serde(borrow)]
///     data: Option<Json<'a>>,
/// }
///
/// let envelope: Envelope<'_> = wire::read(br#"{"code": "0", "data": [1, 2]}"#)?;
/// assert_eq!(envelope.code.as_str(), "0");
/// assert_eq!(envelope.data.unwrap().read::<Vec<u8>>()?, [1, 2]);
/// # Ok::<(), wire::ReadError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Json<'a>(&'a RawValue);

impl<'a> Json<'a> {
    /// The JSON text, exactly as received.
    pub fn as_str(self) -> &'a str {
        self.0.get()
    }

    /// Whether it is `null` or `""`.
    pub fn is_blank(self) -> bool {
        matches!(self.0.get(), "null" | "\"\"")
    }

    /// Reads an object. A derived `Deserialize` also accepts an array for a struct, field by field in their order; where
    /// an object is documented, an array is another answer and is refused.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when it is not an object.
    pub fn read_object<T: Deserialize<'a>>(self) -> Result<T, ReadError> {
        if self.0.get().starts_with('{') {
            self.read()
        } else {
            Err(ReadError::no_object())
        }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`ReadError`] when it has another shape or is nested deeper than 128 levels.
    pub fn read<T: Deserialize<'a>>(self) -> Result<T, ReadError> {
        self.read_as::<Same, T>()
    }

    /// Reads it through a marker of [`wire`](super) or of `serde_with`.
    ///
    /// ```
    /// use payments_core::Amount;
    /// use payments_core::wire::{self, Json, Scalar};
    ///
    /// let fee: Json<'_> = wire::read(b"0.10")?;
    /// assert_eq!(fee.read_as::<Scalar, Amount>()?.to_string(), "0.10");
    /// # Ok::<(), wire::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_as<A: DeserializeAs<'a, T>, T>(self) -> Result<T, ReadError> {
        let mut json = serde_json::Deserializer::from_str(self.0.get());
        A::deserialize_as(&mut json).map_err(|error| ReadError::new(&error))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'de RawValue>::deserialize(deserializer).map(Json)
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({} bytes)", self.0.get().len())
    }
}
