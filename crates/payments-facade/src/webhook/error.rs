//! Why a webhook was not received.

/// Why a webhook was not received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Not genuine, or not for this account. The reason is not given, so that senders cannot probe for it; the owner gets it from
    /// [`Webhooks::diagnose`](super::Webhooks::diagnose).
    #[error("the webhook was refused: ignore its content")]
    Refused,
    /// Genuine, but no event: it states no money and is not final, or it only checks the URL. Read it with
    /// [`Webhooks::hint`](super::Webhooks::hint), and reply as the [`Queried`](super::Queried) says.
    #[error(
        "the webhook is genuine, but only a reason to query what it names: pass it to `Webhooks::hint`"
    )]
    OnlyHint,
    /// Signed correctly, but a required field is missing or cannot be read. An own request that someone sent back looks like
    /// this, too: it is signed with the same key.
    #[error(
        "the webhook is signed correctly, but its {field} is missing or cannot be read: ignore its content and query the order (a request of your own that was sent back looks like this)"
    )]
    Unreadable {
        /// The provider's name of the field.
        field: &'static str,
    },
}
