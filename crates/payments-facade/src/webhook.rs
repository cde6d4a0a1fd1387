//! Webhooks: verified, read, and answered with the exact words the provider wants.

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;
use payments_signing::Verified;

use crate::Event;

/// Receives the webhooks of one account. Every gateway has them.
///
/// ```
/// use bytes::Bytes;
/// use payments_core::Timestamp;
/// use payments_facade::Gateway;
///
/// // In any web framework: the headers and the body exactly as they came.
/// fn handle(gateway: &dyn Gateway, headers: &http::HeaderMap, body: &Bytes, now: Timestamp) -> http::Response<Bytes> {
///     let webhooks = gateway.webhooks();
///     match webhooks.receive(headers, body, now) {
///         Ok(received) => {
///             let event = received.event();
///             // Commit to the database under `event.effect_key()`; an unknown order is no reason to refuse. Then:
///             let _ = (event.reference(), event.status());
///             received.ack()
///         }
///         Err(_) => webhooks.nack(),
///     }
/// }
/// # let _ = handle;
/// ```
pub trait Webhooks: Send + Sync {
    /// Verifies the exact bytes of a request and reads the event. It does no I/O; where a provider encrypts its webhooks,
    /// it takes the time of a private-key operation.
    ///
    /// An event of an order nobody knows is received like any other: whether it is known is the application's to find out.
    ///
    /// - `body`: the bytes as they came. A body that was parsed and written again has another signature.
    /// - `now`: for the age of the message, where the provider limits it, and for the end of a previous secret.
    ///
    /// # Errors
    /// [`WebhookError`]; answer with [`nack`](Self::nack).
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError>;

    /// The reply that makes the provider send the webhook again. It is the same for every cause.
    fn nack(&self) -> http::Response<Bytes>;
}

/// A webhook whose signature was verified: the event, and the reply that is owed for it.
///
/// Let handlers take a `Received`: it cannot be made from unverified data by mistake.
#[derive(Clone, Debug)]
#[must_use = "the provider sends it again until it gets the reply of `ack`"]
pub struct Received {
    event: Event,
    ack: http::Response<Bytes>,
}

impl Received {
    /// What came out of a verification, and the reply that acknowledges it.
    pub fn verified(event: Verified<Event>, ack: http::Response<Bytes>) -> Self {
        Self {
            event: event.into_inner(),
            ack,
        }
    }

    /// For a gateway outside this workspace whose signatures `payments-signing` does not know: the caller attests that it
    /// has verified the message itself, in constant time, over the bytes as they came. The one door besides
    /// [`verified`](Self::verified): search for it in reviews.
    pub fn attested(event: Event, ack: http::Response<Bytes>) -> Self {
        Self { event, ack }
    }

    /// What the webhook tells.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// As [`event`](Self::event), by value.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.event
    }

    /// The exact reply after the event was committed: the provider sends it no more.
    #[must_use]
    pub fn ack(&self) -> http::Response<Bytes> {
        self.ack.clone()
    }
}

/// Why a webhook gave no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Not genuine, or not for this account. Which of the two, and why, is nobody's business outside.
    #[error("the webhook was refused: nothing in it may be acted on")]
    Refused,
    /// Genuine, but something that every webhook has is missing or cannot be read.
    #[error("the webhook is genuine but its {field} cannot be read: query the order instead")]
    Unreadable {
        /// The provider's name of the field.
        field: &'static str,
    },
}

/// A current receiver and the previous one, whose secret is still in use at the provider until the end of a change.
///
/// ```
/// use payments_core::Timestamp;
/// use payments_facade::{Rotation, WebhookError};
///
/// let secrets = Rotation::new("new").with_previous("old", Timestamp::from_secs(100));
/// let check = |given: &'static str| move |secret: &&str| (*secret == given).then_some(()).ok_or(WebhookError::Refused);
///
/// assert!(secrets.receive(Timestamp::from_secs(99), check("old")).is_ok());
/// assert!(secrets.receive(Timestamp::from_secs(100), check("old")).is_err());
/// assert!(secrets.receive(Timestamp::from_secs(100), check("new")).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct Rotation<W> {
    current: W,
    previous: Option<(W, Timestamp)>,
}

impl<W> Rotation<W> {
    /// With one secret.
    #[must_use]
    pub const fn new(current: W) -> Self {
        Self {
            current,
            previous: None,
        }
    }

    /// Messages under the previous secret are taken as well, until just before `end`.
    #[must_use]
    pub fn with_previous(mut self, previous: W, end: Timestamp) -> Self {
        self.previous = Some((previous, end));
        self
    }

    /// What the current receiver makes of a message; where that refuses it, what the previous one does.
    ///
    /// # Errors
    /// That of `receive`. What is genuine under the current secret and cannot be read is not tried again.
    pub fn receive<T>(
        &self,
        now: Timestamp,
        receive: impl Fn(&W) -> Result<T, WebhookError>,
    ) -> Result<T, WebhookError> {
        let previous = self.previous.as_ref().filter(|(_, end)| now < *end);
        match (receive(&self.current), previous) {
            (Err(WebhookError::Refused), Some((previous, _))) => receive(previous),
            (result, _) => result,
        }
    }
}
