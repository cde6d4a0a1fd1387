//! The name of a gateway.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use payments_core::InvalidRequest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One account at one provider: `cpay/main`.
///
/// It identifies a gateway in registries, tickets, payments and effect keys, so it must not change while any of those are
/// stored. Cloning is cheap.
///
/// ```
/// use payments_facade::GatewayId;
///
/// let id = GatewayId::new("cpay", "main")?;
/// assert_eq!((id.provider(), id.account()), ("cpay", "main"));
/// assert_eq!("cpay/main".parse(), Ok(id));
/// assert!(GatewayId::new("cpay", "Main account").is_err());
/// # Ok::<(), payments_core::InvalidRequest>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GatewayId {
    /// `provider/account`.
    text: Arc<str>,
    provider_len: usize,
}

impl GatewayId {
    /// The longest name of a provider or an account, in characters.
    pub const MAX_CHARS: usize = 32;

    /// The account `account` at `provider`. Both have 1 to 32 lowercase letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// [`InvalidRequest`] for any other character, an empty name, or one that is too long.
    pub fn new(provider: &str, account: &str) -> Result<Self, InvalidRequest> {
        well_formed("provider", provider)?;
        well_formed("account", account)?;
        Ok(Self {
            text: format!("{provider}/{account}").into(),
            provider_len: provider.len(),
        })
    }

    /// The provider: `cpay`.
    #[must_use]
    pub fn provider(&self) -> &str {
        self.text.get(..self.provider_len).unwrap_or_default()
    }

    /// The account, by the application's name for it: `main`.
    #[must_use]
    pub fn account(&self) -> &str {
        self.text.get(self.provider_len + 1..).unwrap_or_default()
    }

    /// Both, joined by a slash: `cpay/main`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn well_formed(field: &'static str, name: &str) -> Result<(), InvalidRequest> {
    let good = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if (1..=GatewayId::MAX_CHARS).contains(&name.len()) && name.bytes().all(good) {
        return Ok(());
    }
    Err(InvalidRequest::configuration(field, "is not a valid name")
        .allowed("1 to 32 lowercase letters, digits, - and _"))
}

impl fmt::Display for GatewayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for GatewayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GatewayId({})", self.text)
    }
}

impl FromStr for GatewayId {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        let (provider, account) = text.split_once('/').unwrap_or((text, ""));
        Self::new(provider, account)
    }
}

impl Serialize for GatewayId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for GatewayId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
