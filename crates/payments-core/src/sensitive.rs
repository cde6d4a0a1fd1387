use crate::InvalidRequest;
use crate::redact::Masked;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::io;
use std::ops::Deref;
use zeroize::Zeroizing;

/// Text about a person, an account or a card: a name, an address, a token. It is sent but never printed, and it is
/// wiped when dropped.
///
/// Do not use it for keys or signatures: its comparison stops at the first difference, so it is not constant-time.
///
/// ```
/// use payments_core::SensitiveString;
///
/// let address = SensitiveString::from("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw");
/// assert_eq!(format!("{address:?}"), "***");
/// assert_eq!(address.expose().len(), 34);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SensitiveString(Zeroizing<String>);

/// By the bytes of the text.
impl Ord for SensitiveString {
    fn cmp(&self, other: &Self) -> Ordering {
        self.expose().cmp(other.expose())
    }
}

impl PartialOrd for SensitiveString {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl SensitiveString {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Serializes `value` as JSON.
    ///
    /// The value is serialized twice, once to measure it: a buffer that grows would leave copies behind that are never
    /// wiped.
    ///
    /// ```
    /// # use payments_core::SensitiveString;
    /// let people = SensitiveString::json("people", &["Ana", "Zoë"])?;
    /// assert_eq!(people.expose(), r#"["Ana","Zoë"]"#);
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidRequest`] that names `field`, when the value cannot be written as JSON.
    pub fn json(field: &'static str, value: &impl Serialize) -> Result<Self, InvalidRequest> {
        let unwritten = || InvalidRequest::request(field, "cannot be written as JSON");
        let mut length = Counted(0);
        serde_json::to_writer(&mut length, value).map_err(|_| unwritten())?;
        let mut text = Zeroizing::new(Vec::with_capacity(length.0));
        serde_json::to_writer(&mut *text, value).map_err(|_| unwritten())?;
        String::from_utf8(std::mem::take(&mut *text))
            .map(Self::from)
            .map_err(|_| unwritten())
    }
}

/// Counts what is written to it.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A `String` is taken over without a copy.
impl<T: Into<String>> From<T> for SensitiveString {
    fn from(text: T) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl Deref for SensitiveString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// For a body that is wiped when its last user drops it: `Bytes::from_owner`.
impl AsRef<[u8]> for SensitiveString {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Serialize for SensitiveString {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SensitiveString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Debug for SensitiveString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Masked, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_without_reallocation() {
        let people = vec![("Zoë \"Z\"", 7), ("\\", 8)];
        let text = SensitiveString::json("people", &people).unwrap();
        assert_eq!(text.expose(), serde_json::to_string(&people).unwrap());
        assert_eq!(text.0.capacity(), text.expose().len());
    }

    #[test]
    fn refuses_values_that_are_not_json() {
        let by_pairs = std::collections::BTreeMap::from([((1, 2), "Ana")]);
        let refused = SensitiveString::json("people", &by_pairs).unwrap_err();
        assert_eq!(refused.to_string(), "people cannot be written as JSON");
    }

    #[test]
    fn is_serialized_but_never_printed() {
        let name = SensitiveString::from("Ana");
        assert_eq!(serde_json::to_string(&name).unwrap(), r#""Ana""#);
        assert_eq!(AsRef::<[u8]>::as_ref(&name), b"Ana");
        assert_eq!(format!("{:?} {name:#?}", Some(&name)), "Some(***) ***");
    }
}
