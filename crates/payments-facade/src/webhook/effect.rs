//! The key that keeps a business effect from being booked twice.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::gateway::GatewayId;

/// The key under which a business effect must be unique: `cpay/main:2209141130105863014:14`.
///
/// Providers send the same webhook several times, and a query may report the same event first. Store the key with the effect
/// (crediting a customer, shipping) in one transaction, under a unique index that compares bytes. The key consists of gateway,
/// account, the provider's id of the object and its status.
///
/// It has up to [`MAX_CHARS`](Self::MAX_CHARS) printable ASCII characters. Different events have different keys: `:`, `%` and
/// characters that are not printable are percent-encoded within the parts, and a longer key is replaced by its SHA-256.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectKey(Box<str>);

impl EffectKey {
    /// The longest key, in characters: the width of a database column for keys.
    pub const MAX_CHARS: usize = 255;

    /// The key of the event that the object `id` (the provider's id) reached `status` (the provider's status).
    ///
    /// An adapter uses one kind of id everywhere, so that a webhook and a query yield the same key.
    #[must_use]
    pub fn new(gateway: &GatewayId, id: &str, status: &str) -> Self {
        let mut key = format!("{gateway}:");
        write_escaped(&mut key, id);
        key.push(':');
        write_escaped(&mut key, status);
        if key.len() > Self::MAX_CHARS {
            // No other key has exactly one colon.
            let digest = Sha256::digest(key.as_bytes());
            key = format!("{gateway}:sha256=");
            for byte in digest {
                let _ = write!(key, "{byte:02x}");
            }
        }
        Self(key.into())
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn write_escaped(key: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b':' | b'%') {
            key.push(char::from(byte));
        } else {
            let _ = write!(key, "%{byte:02x}");
        }
    }
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EffectKey({})", self.0)
    }
}
