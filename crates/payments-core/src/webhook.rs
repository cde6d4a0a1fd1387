/// Why a webhook was not accepted. No other reason is given: each difference would help someone who tries to forge one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The webhook is not genuine, is meant for another account, or is too old or too new. Nothing in it may be acted on.
    #[error(
        "the webhook was refused: wrong key or secret, altered body, another account, or outside the time window: nothing in it may be acted on"
    )]
    Refused,
    /// The webhook is genuine, but a field that every webhook contains is missing or cannot be read. Query the order
    /// instead.
    #[error("the webhook is genuine, but its {field} cannot be read: query the order instead")]
    Unreadable {
        /// The field's name on the wire.
        field: &'static str,
    },
}
