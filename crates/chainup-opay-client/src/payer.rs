//! The payer, and the limits of texts without a documented limit.

use std::fmt;

use payments_core::{InvalidRequest, SensitiveString, check, redact::Masked};
use serde::Serialize;
use serde_with::skip_serializing_none;

/// The longest id, name or description, in characters (`assumed`).
pub(crate) const MAX_TEXT: usize = 256;

/// The longest payer's token, in characters (`assumed`).
pub(crate) const MAX_TOKEN: usize = 2_048;

/// The payer of an order, identified by `openId`, `userId` or both.
///
/// `Debug` shows which ids are set but not their values: an id together with the app id and the order number opens the
/// pay page.
///
/// ```
/// use chainup_opay_client::Payer;
///
/// let payer = Payer::by_open_id("2ae04ed9165624419bad68e9e0f3f29fbd").and_user_id("22033390");
/// assert_eq!(format!("{payer:?}"), "Payer { open_id: Some(***), user_id: Some(***) }");
/// ```
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Payer {
    open_id: Option<SensitiveString>,
    user_id: Option<SensitiveString>,
}

impl Payer {
    /// By `openId`: the payer's id for this app, returned by the platform's login.
    #[must_use]
    pub fn by_open_id(open_id: impl Into<String>) -> Self {
        Self {
            open_id: Some(SensitiveString::from(open_id)),
            user_id: None,
        }
    }

    /// By `userId`: the payer's number on the exchange.
    #[must_use]
    pub fn by_user_id(user_id: impl Into<String>) -> Self {
        Self {
            open_id: None,
            user_id: Some(SensitiveString::from(user_id)),
        }
    }

    /// Adds the `openId`. If both are set, the `openId` counts (specification).
    #[must_use]
    pub fn and_open_id(mut self, open_id: impl Into<String>) -> Self {
        self.open_id = Some(SensitiveString::from(open_id));
        self
    }

    /// Adds the `userId`. If both are set, the `openId` counts (specification).
    #[must_use]
    pub fn and_user_id(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(SensitiveString::from(user_id));
        self
    }

    pub(crate) fn open_id(&self) -> Option<&str> {
        self.open_id.as_ref().map(SensitiveString::expose)
    }

    pub(crate) fn user_id(&self) -> Option<&str> {
        self.user_id.as_ref().map(SensitiveString::expose)
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            self.open_id()
                .map_or(Ok(()), |id| check::text("open_id", id, MAX_TEXT)),
            self.user_id()
                .map_or(Ok(()), |id| check::text("user_id", id, MAX_TEXT)),
        ])
    }
}

impl fmt::Debug for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payer")
            .field("open_id", &self.open_id.as_ref().map(|_| Masked))
            .field("user_id", &self.user_id.as_ref().map(|_| Masked))
            .finish()
    }
}
