use super::Scalar;
use serde::{Deserialize, Deserializer};
use serde_with::DeserializeAs;
use std::fmt;

/// A provider's code, whether it is sent as a number or as a string.
///
/// ```
/// use payments_core::wire::{self, Code};
///
/// let codes: Vec<Code> = wire::read(br#"[0, "0"]"#)?;
/// assert!(codes.iter().all(|code| code.as_str() == "0"));
/// # Ok::<(), wire::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Code(String);

impl Code {
    /// The code, as the provider wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize_as(deserializer).map(Self)
    }
}
