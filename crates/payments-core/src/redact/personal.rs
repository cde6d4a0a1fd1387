use super::Masked;
use crate::Invalid;
use serde::{Serialize, Serializer};
use std::fmt;
use std::io;
use std::ops::Deref;
use zeroize::Zeroizing;

/// Text that opens a way to a person or to money: a name, an address, a token. It is sent, never printed, and wiped
/// when dropped.
///
/// It is no type for keys, and its comparison is not for signatures: it takes less time the earlier two texts differ.
///
/// ```
/// use payments_core::redact::Personal;
///
/// let address = Personal::from("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw");
/// assert_eq!(format!("{address:?}"), "***");
/// assert_eq!(address.len(), 34);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Personal(Zeroizing<String>);

impl Personal {
    /// The JSON text of `value`, written into a room that it does not outgrow: a text that moves leaves a copy behind,
    /// which nobody wipes. `value` is written twice, once to be measured.
    ///
    /// ```
    /// # use payments_core::redact::Personal;
    /// let people = Personal::json("people", &["Ana", "Zoë"])?;
    /// assert_eq!(&*people, r#"["Ana","Zoë"]"#);
    /// # Ok::<(), payments_core::Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid`] that names `field`, when the value cannot be written as JSON.
    pub fn json(field: &'static str, value: &impl Serialize) -> Result<Self, Invalid> {
        let unwritten = || Invalid::request(field, "cannot be written as JSON");
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
impl<T: Into<String>> From<T> for Personal {
    fn from(text: T) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl Deref for Personal {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// For a body that is wiped when its last user drops it: `Bytes::from_owner`.
impl AsRef<[u8]> for Personal {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Serialize for Personal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Masked, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_people_never_moves() {
        let people = vec![("Zoë \"Z\"", 7), ("\\", 8)];
        let text = Personal::json("people", &people).unwrap();
        assert_eq!(*text, serde_json::to_string(&people).unwrap());
        assert_eq!(text.0.capacity(), text.len());
    }

    #[test]
    fn what_is_no_json_is_refused_by_its_field() {
        let by_pairs = std::collections::BTreeMap::from([((1, 2), "Ana")]);
        let refused = Personal::json("people", &by_pairs).unwrap_err();
        assert_eq!(refused.to_string(), "people cannot be written as JSON");
    }

    #[test]
    fn it_is_sent_as_it_is_and_printed_nowhere() {
        let name = Personal::from("Ana");
        assert_eq!(serde_json::to_string(&name).unwrap(), r#""Ana""#);
        assert_eq!(AsRef::<[u8]>::as_ref(&name), b"Ana");
        assert_eq!(format!("{:?} {name:#?}", Some(&name)), "Some(***) ***");
    }
}
