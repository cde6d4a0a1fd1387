//! Who pays.

use std::fmt;

use payments_core::{InvalidRequest, check};
use payments_core::{SensitiveString, redact::Masked};

/// The payer of an order, by one of the two ids the platform knows or by both: there is none without.
///
/// `Debug` shows which ids there are and neither of them: with the app id, an order's number and one of these the
/// platform shows the pay page.
///
/// ```
/// use chainup_opay_client::Payer;
///
/// let payer = Payer::by_open_id("2ae04ed9165624419bad68e9e0f3f29fbd").and_user_id("22033390");
/// assert_eq!(format!("{payer:?}"), "Payer { open_id: Some(***), user_id: Some(***) }");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Payer {
    open_id: Option<SensitiveString>,
    user_id: Option<SensitiveString>,
}

impl Payer {
    /// By `openId`, the payer's id for this app, as the platform's login gives it.
    #[must_use]
    pub fn by_open_id(open_id: impl Into<String>) -> Self {
        Self {
            open_id: Some(SensitiveString::from(open_id)),
            user_id: None,
        }
    }

    /// By `userId`, the payer's number on the exchange.
    #[must_use]
    pub fn by_user_id(user_id: impl Into<String>) -> Self {
        Self {
            open_id: None,
            user_id: Some(SensitiveString::from(user_id)),
        }
    }

    /// Gives the `openId` as well. Specification: of the two it is the one that counts.
    #[must_use]
    pub fn and_open_id(mut self, open_id: impl Into<String>) -> Self {
        self.open_id = Some(SensitiveString::from(open_id));
        self
    }

    /// Gives the `userId` as well. Specification: the `openId` is the one that counts.
    #[must_use]
    pub fn and_user_id(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(SensitiveString::from(user_id));
        self
    }

    pub(crate) fn open_id(&self) -> Option<&str> {
        self.open_id.as_deref()
    }

    pub(crate) fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        self.open_id()
            .map_or(Ok(()), |id| check::text("open_id", id, crate::op::UNSTATED))?;
        self.user_id()
            .map_or(Ok(()), |id| check::text("user_id", id, crate::op::UNSTATED))
    }

    /// The ids there are.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.open_id().into_iter().chain(self.user_id())
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
