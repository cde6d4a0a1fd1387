//! How a webhook was received.

/// What [`Store::receive_with_result`](crate::Store::receive_with_result) did with a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookResult {
    /// Acknowledged: it stated a new event, which is committed.
    Stored,
    /// Acknowledged: everything that it stated was committed before.
    Repeated,
    /// Acknowledged: there was nothing to store, as in a check of the URL.
    Empty,
    /// Refused: it cannot be verified, or not be read.
    NotGenuine,
    /// Refused: it is a hint, and the provider did not answer the query about it, or the account is configured not to query.
    NotAnswered,
    /// Refused: the database did not take it, or too many webhooks are waiting.
    NotStored,
}

impl WebhookResult {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Stored,
        Self::Repeated,
        Self::Empty,
        Self::NotGenuine,
        Self::NotAnswered,
        Self::NotStored,
    ];

    /// A name for logs and metrics, such as `not_genuine`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Repeated => "repeated",
            Self::Empty => "empty",
            Self::NotGenuine => "not_genuine",
            Self::NotAnswered => "not_answered",
            Self::NotStored => "not_stored",
        }
    }

    /// Whether the provider sends the webhook no more.
    #[must_use]
    pub const fn is_acknowledged(self) -> bool {
        matches!(self, Self::Stored | Self::Repeated | Self::Empty)
    }
}
