//! Why a webhook was not received, for the owner of the account.

pub use payments_signing::{Cause, Diagnosis};

use super::error::WebhookError;

impl WebhookError {
    /// The diagnosis of a genuine webhook; `None` if it was refused.
    #[cfg_attr(
        not(any(feature = "ccpayment", feature = "chainup-opay", feature = "cpay")),
        allow(dead_code, reason = "only adapters use it")
    )]
    pub(crate) fn diagnosis(self) -> Option<Diagnosis> {
        let is_genuine = matches!(self, Self::Unreadable { .. });
        is_genuine.then(|| Diagnosis::new(Cause::UnreadableField, self.to_string()))
    }
}
