use crate::{InvalidRequest, check};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;
use std::fmt;
use std::str::FromStr;

/// The rules of [`check::text`] for a value that is kept. Such values are cloned often and mostly short: up to 23 bytes are stored
/// in place, so that a clone does not allocate.
pub(crate) fn well_formed(
    field: &'static str,
    text: impl AsRef<str>,
    max_chars: usize,
) -> Result<SmolStr, InvalidRequest> {
    let text = text.as_ref();
    check::text(field, text, max_chars)?;
    Ok(SmolStr::new(text))
}

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $field:literal, $max_chars:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// The most characters it may have.
            pub const MAX_CHARS: usize = $max_chars;

            /// Checks the text.
            ///
            /// # Errors
            /// [`InvalidRequest`] when it is empty, longer than [`MAX_CHARS`](Self::MAX_CHARS), has control
            /// characters or white space around it. A provider may be stricter: its client checks that.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidRequest> {
                well_formed($field, text, Self::MAX_CHARS).map(Self)
            }

            /// The text, unchanged.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(reference: $name) -> Self {
                reference.0.into()
            }
        }

        impl FromStr for $name {
            type Err = InvalidRequest;
            fn from_str(text: &str) -> Result<Self, InvalidRequest> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidRequest;
            fn try_from(text: &str) -> Result<Self, InvalidRequest> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidRequest;
            fn try_from(text: String) -> Result<Self, InvalidRequest> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

reference! {
    /// The merchant's id of an order or payout. The application chooses and stores it *before* the first call, so that
    /// it can query an order after a failure.
    ///
    /// ```
    /// use payments_core::MerchantRef;
    ///
    /// let reference: MerchantRef = "order-2026-0001".parse()?;
    /// assert_eq!(reference.as_str(), "order-2026-0001");
    /// assert!(MerchantRef::new("").is_err());
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    MerchantRef, "merchant reference", 64
}

reference! {
    /// The provider's id of an order or payout, known once the provider has answered. It may be longer than a
    /// merchant's reference, so that a long id never makes a success unreadable.
    ProviderRef, "provider reference", 256
}
