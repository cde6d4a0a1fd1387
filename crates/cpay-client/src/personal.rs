//! Text about a person, kept out of every `Debug`.

use std::fmt;
use std::ops::Deref;

use payments_core::redact::Masked;

/// A name, an address, an account: sent to the gateway, never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Personal(String);

impl<T: Into<String>> From<T> for Personal {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Deref for Personal {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for Personal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Masked, f)
    }
}
