//! Webhooks: verification, parsing and the exact reply the provider expects.

mod diagnosis;
mod effect;
mod error;
mod event;
mod hint;
mod received;
mod resend;
mod rotation;

pub use diagnosis::{Cause, Diagnosis};
pub use effect::EffectKey;
pub use error::WebhookError;
pub use event::Event;
pub use hint::{Hint, Queried};
pub use received::Received;
pub use resend::{Resend, Resent};
pub use rotation::Rotation;

use bytes::Bytes;
use http::HeaderMap;
use payments_core::Timestamp;

/// Receives the webhooks of one account. Every gateway implements it.
///
/// ```
/// use bytes::Bytes;
/// use payments_core::Timestamp;
/// use payments_facade::Gateway;
///
/// // In any web framework, with the unchanged headers and body.
/// fn handle(gateway: &dyn Gateway, headers: &http::HeaderMap, body: &Bytes, now: Timestamp) -> http::Response<Bytes> {
///     let webhooks = gateway.webhooks();
///     match webhooks.receive(headers, body, now) {
///         Ok(received) => {
///             let event = received.event();
///             // Commit to the database under `event.effect_key()`, also if the order is unknown. Then:
///             let _ = (event.reference(), event.status());
///             received.ack()
///         }
///         // Also for `WebhookError::OnlyHint`, which the example of `Hint` follows.
///         Err(_) => webhooks.nack(),
///     }
/// }
/// # let _ = handle;
/// ```
///
/// All webhooks of CCPayment v2 about money are [hints](Hint).
pub trait Webhooks: Send + Sync {
    /// Verifies the exact bytes of a request and parses the event. It does no I/O. If the provider encrypts its webhooks, it
    /// takes the time of a private-key operation.
    ///
    /// An event of an unknown order is received like any other: the application decides whether it knows the order.
    ///
    /// - `body`: the unchanged bytes. A body that was parsed and serialised again has another signature.
    /// - `now`: to check the age of the message, if the provider limits it, and the end of a previous secret.
    ///
    /// # Errors
    /// [`WebhookError`]. After [`OnlyHint`](WebhookError::OnlyHint) follow the [`hint`](Self::hint); otherwise reply with
    /// [`nack`](Self::nack).
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError>;

    /// Reads a webhook that [`receive`](Self::receive) did not accept as a [`Hint`]: a reason to query an order, and nothing
    /// else. It does no I/O.
    ///
    /// A webhook *without a signature* is a hint only for an account that was configured for it by name. One that is signed
    /// correctly and states no money, or lacks only the provider's id of the order, is always a hint. A wrong signature never is,
    /// and this default refuses everything.
    ///
    /// # Errors
    /// [`WebhookError`]. Reply with [`nack`](Self::nack).
    fn hint(&self, headers: &HeaderMap, body: &Bytes) -> Result<Hint, WebhookError> {
        let _ = (headers, body);
        Err(WebhookError::Refused)
    }

    /// Why [`receive`](Self::receive) does not accept a webhook, for **the owner of the account**; `None` if it does. It does no
    /// I/O.
    ///
    /// Print or log it, and never send it back: each difference between refusals helps a forger. **Reply first**: the time it
    /// takes depends on the cause, and for a provider that encrypts its webhooks it would help to decrypt them.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{HeaderMap, Response};
    /// use payments_core::Timestamp;
    /// use payments_facade::Gateway;
    ///
    /// fn refuse(gateway: &dyn Gateway, headers: &HeaderMap, body: &Bytes, now: Timestamp, send: fn(Response<Bytes>)) {
    ///     send(gateway.webhooks().nack());
    ///     if let Some(diagnosis) = gateway.webhooks().diagnose(headers, body, now) {
    ///         eprintln!("{}: {diagnosis}", gateway.id());
    ///     }
    /// }
    /// # let _ = refuse;
    /// ```
    ///
    /// This default gives no reason.
    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        let _ = (headers, body, now);
        None
    }

    /// Makes the provider send past webhooks again. `None` if it has no such call.
    fn resending(&self) -> Option<&dyn Resend> {
        None
    }

    /// The reply that makes the provider send the webhook again. It is the same for every error.
    fn nack(&self) -> http::Response<Bytes>;
}
