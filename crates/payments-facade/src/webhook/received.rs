//! A verified webhook.

use bytes::Bytes;
use payments_signing::Verified;

use super::event::Event;

/// A verified webhook: the event, and the reply that acknowledges it.
///
/// Let handlers take a `Received`: it cannot be made from unverified data by mistake.
#[derive(Clone, Debug)]
#[must_use = "the provider sends it again until it gets the reply of `ack`"]
pub struct Received {
    event: Event,
    ack: http::Response<Bytes>,
}

impl Received {
    /// For adapters: the result of a verification, and the reply that acknowledges it.
    pub fn verified(event: Verified<Event>, ack: http::Response<Bytes>) -> Self {
        Self {
            event: event.into_inner(),
            ack,
        }
    }

    /// For adapters whose signatures `payments-signing` does not implement: the caller attests that it has verified the
    /// unchanged bytes of the message itself, in constant time. This and [`verified`](Self::verified) are the only
    /// constructors: search for it in reviews.
    pub fn attested(event: Event, ack: http::Response<Bytes>) -> Self {
        Self { event, ack }
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Like [`event`](Self::event), by value.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.event
    }

    /// The exact reply to send after the event was committed. The provider then stops sending it.
    #[must_use]
    pub fn ack(&self) -> http::Response<Bytes> {
        self.ack.clone()
    }
}
