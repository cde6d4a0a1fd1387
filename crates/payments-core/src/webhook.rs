/// Why a webhook was not accepted. No other reason is given: each difference would help someone who tries to forge one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The webhook is not genuine, is meant for another account, or is too old or too new. Ignore its content.
    #[error(
        "the webhook was refused (wrong key or secret, altered body, another account, or outside the time window): ignore its content"
    )]
    Refused,
    /// The signature is right, but a field that every webhook contains is missing or cannot be read. Query the order
    /// instead. A request of your own that someone sent back looks like this, too: it is signed with the same key.
    #[error(
        "the webhook is signed correctly, but its {field} is missing or cannot be read: ignore its content and query the order (a request of your own that was sent back looks like this)"
    )]
    Unreadable {
        /// The field's name on the wire.
        field: &'static str,
    },
}
