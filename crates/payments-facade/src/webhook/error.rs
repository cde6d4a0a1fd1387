//! Why a webhook was not received.

/// Why a webhook was not received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Not genuine, or not for this account. The reason is not given, so that senders cannot probe for it.
    #[error("the webhook was refused: nothing in it may be acted on")]
    Refused,
    /// Genuine, but a required field is missing or cannot be read.
    #[error("the webhook is genuine but its {field} cannot be read: query the order instead")]
    Unreadable {
        /// The provider's name of the field.
        field: &'static str,
    },
}
