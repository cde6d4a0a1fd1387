//! A successful answer before it becomes a typed value.

use std::fmt;
use std::sync::Arc;

use payments_core::wire::{self, Json};
use payments_core::{Fault, RawAnswer};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The decrypted text of an answer or callback: JSON, for fields that the types do not list.
///
/// Cheap to clone; the memory is wiped when the last clone is dropped. `Debug` prints the size only, because the text
/// holds balances and payer ids.
#[derive(Clone, PartialEq, Eq)]
pub struct Plaintext(Arc<Zeroizing<Vec<u8>>>);

impl Plaintext {
    pub(crate) fn new(text: Zeroizing<Vec<u8>>) -> Self {
        Self(Arc::new(text))
    }

    /// The signed bytes.
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

/// The content of `data` in a success.
pub(crate) enum Payload {
    /// `data` is missing, `null`, `""`, `{}` or `[]`; nothing is signed.
    Empty,
    /// Decrypted, with a valid signature.
    Signed(Plaintext),
    /// Plain JSON, accepted only where the configuration allows it.
    Plain(Plaintext),
}

/// What a typed answer keeps of its source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Origin {
    pub(crate) raw: RawAnswer,
    pub(crate) text: Option<Plaintext>,
    pub(crate) verified: bool,
}

/// A successful answer.
pub struct Answer {
    pub(crate) payload: Payload,
    pub(crate) raw: RawAnswer,
}

impl Answer {
    /// Reads `data`, which must be a JSON object.
    pub(crate) fn data<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        let (Payload::Signed(text) | Payload::Plain(text)) = &self.payload else {
            return Err(Fault::undecodable("a success without data"));
        };
        Ok(wire::read::<Json<'_>>(text.as_bytes())?.read_object()?)
    }

    /// The signed text, if there is one.
    pub(crate) fn signed(&self) -> Option<&Plaintext> {
        match &self.payload {
            Payload::Signed(text) => Some(text),
            Payload::Plain(_) | Payload::Empty => None,
        }
    }

    pub(crate) fn origin(self) -> Origin {
        let (text, verified) = match self.payload {
            Payload::Empty => (None, false),
            Payload::Signed(text) => (Some(text), true),
            Payload::Plain(text) => (Some(text), false),
        };
        Origin {
            raw: self.raw,
            text,
            verified,
        }
    }
}

/// Adds `raw()`, `plaintext()` and `is_verified()` to an answer type that has a field `origin: Option<Origin>`.
macro_rules! origin_accessors {
    ($answer:ty) => {
        impl $answer {
            /// The HTTP answer as received; `data` in it is encrypted.
            #[must_use]
            pub fn raw(&self) -> Option<&payments_core::RawAnswer> {
                self.origin.as_ref().map(|origin| &origin.raw)
            }

            /// The decrypted text, for fields that this type does not list.
            #[must_use]
            pub fn plaintext(&self) -> Option<&crate::protocol::answer::Plaintext> {
                self.origin.as_ref()?.text.as_ref()
            }

            /// Whether the platform's signature was verified.
            #[must_use]
            pub fn is_verified(&self) -> bool {
                self.origin.as_ref().is_some_and(|origin| origin.verified)
            }
        }
    };
}
pub(crate) use origin_accessors;
