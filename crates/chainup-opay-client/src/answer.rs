//! A successful answer, on its way to become a typed value.

use std::fmt;
use std::sync::Arc;

use payments_core::wire::{self, Json};
use payments_core::{Fault, RawAnswer};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The text inside an envelope, as it came: JSON, for fields that are not listed in a type.
///
/// Cheap to clone, wiped with its last clone. `Debug` shows its size only: texts of the platform hold balances and ids
/// of payers.
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Arc<Zeroizing<Vec<u8>>>);

impl Plaintext {
    pub(crate) fn new(text: Zeroizing<Vec<u8>>) -> Self {
        Self(Arc::new(text))
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plaintext({} bytes)", self.0.len())
    }
}

/// What a success carries.
pub(crate) enum Inside {
    /// Nothing: `data` is missing, `null`, `""`, `{}` or `[]`. Nothing is signed then.
    Nothing,
    /// Decrypted, and its signature is right.
    Opened(Plaintext),
    /// Plain JSON, taken because the configuration says so by name.
    Plain(Plaintext),
}

/// Where a typed answer comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Origin {
    pub(crate) raw: RawAnswer,
    pub(crate) text: Option<Plaintext>,
    pub(crate) verified: bool,
}

/// A successful answer.
pub struct Answer {
    inside: Inside,
    raw: RawAnswer,
}

impl Answer {
    pub(crate) fn new(inside: Inside, raw: RawAnswer) -> Self {
        Self { inside, raw }
    }

    /// The typed object that a success carries.
    pub(crate) fn data<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let (Inside::Opened(text) | Inside::Plain(text)) = &self.inside else {
            return Err(Fault::undecodable("a success without data"));
        };
        Ok(wire::read::<Json<'_>>(text.as_bytes())?.read_object()?)
    }

    /// The signed text, if there is one.
    pub(crate) fn signed(&self) -> Option<&Plaintext> {
        match &self.inside {
            Inside::Opened(text) => Some(text),
            Inside::Plain(_) | Inside::Nothing => None,
        }
    }

    /// `field` must tell what was asked for.
    pub(crate) fn expect<T: PartialEq + ?Sized>(
        field: &'static str,
        asked: &T,
        told: &T,
    ) -> Result<(), Fault> {
        if asked == told {
            Ok(())
        } else {
            Err(Fault::mismatch(field))
        }
    }

    pub(crate) fn origin(self) -> Origin {
        let (text, verified) = match self.inside {
            Inside::Nothing => (None, false),
            Inside::Opened(text) => (Some(text), true),
            Inside::Plain(text) => (Some(text), false),
        };
        Origin {
            raw: self.raw,
            text,
            verified,
        }
    }
}

/// Gives an answer its `raw()`, `plaintext()` and `is_verified()`; the answer has a field `origin`.
macro_rules! keeps_origin {
    ($answer:ty) => {
        impl $answer {
            /// The answer as it came, its data encrypted.
            #[must_use]
            pub fn raw(&self) -> Option<&payments_core::RawAnswer> {
                self.origin.as_ref().map(|origin| &origin.raw)
            }

            /// The text inside it, for fields that are not listed here.
            #[must_use]
            pub fn plaintext(&self) -> Option<&crate::Plaintext> {
                self.origin.as_ref()?.text.as_ref()
            }

            /// Whether the platform's signature over it was verified.
            #[must_use]
            pub fn is_verified(&self) -> bool {
                self.origin.as_ref().is_some_and(|origin| origin.verified)
            }
        }
    };
}
pub(crate) use keeps_origin;
