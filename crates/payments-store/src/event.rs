//! What a handler is given.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{BoxError, Timestamp};
use payments_facade::webhook::EffectKey;
use payments_facade::{GatewayId, Payment};

use crate::engine::Transaction;

/// An event from the inbox, verified or queried, and its payment before and after it.
///
/// `Debug` does not show the body.
#[derive(Clone)]
pub struct StoredEvent {
    pub(crate) effect_key: EffectKey,
    pub(crate) gateway: GatewayId,
    pub(crate) received_at: Timestamp,
    pub(crate) attempt: u64,
    pub(crate) body: Bytes,
    pub(crate) event: Payment,
    pub(crate) before: Vec<Payment>,
    pub(crate) after: Payment,
    pub(crate) related: Vec<Payment>,
}

impl StoredEvent {
    /// The key under which the effect of this event must be unique. For an application with another database:
    /// `INSERT INTO effects (effect_key) VALUES (…) ON CONFLICT DO NOTHING`, in the transaction that books the effect; if no
    /// row was inserted, the effect is booked already.
    #[must_use]
    pub fn effect_key(&self) -> &EffectKey {
        &self.effect_key
    }

    /// The gateway that received it.
    #[must_use]
    pub fn gateway(&self) -> &GatewayId {
        &self.gateway
    }

    /// When it was received first.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// The number of this attempt, from 1. Attempts that were stopped, or made before the event was revived, count too.
    #[must_use]
    pub fn attempt(&self) -> u64 {
        self.attempt
    }

    /// The payment as this event alone describes it.
    #[must_use]
    pub fn event(&self) -> &Payment {
        &self.event
    }

    /// The payment before this event: empty if it was not known, and several values if this event shows that they are one
    /// payment.
    ///
    /// It may already contain what this event states: the answer to the call may have stated it, or a query whose answers have no effect
    /// keys (CCPayment v1). The difference to [`after`](Self::after) is then zero, so do not book it. Book what the event states, under
    /// its [effect key](Self::effect_key).
    #[must_use]
    pub fn before(&self) -> &[Payment] {
        &self.before
    }

    /// The payment with this event.
    #[must_use]
    pub fn after(&self) -> &Payment {
        &self.after
    }

    /// Other payments that share the reference or the provider's id, with this event: for a refund, the order that was
    /// refunded.
    #[must_use]
    pub fn related(&self) -> &[Payment] {
        &self.related
    }

    /// The body of the webhook, unchanged. Treat it as confidential. The body of a hint may contain more than the event. It is empty if
    /// the event comes from an unsigned hint or from an answer of the provider.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredEvent")
            .field("effect_key", &self.effect_key)
            .field("attempt", &self.attempt)
            .field("before", &self.before)
            .field("after", &self.after)
            .field("raw_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Books the effects of events, in the store's database.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Books the effect of an event by statements of `tx`. They are committed together with the effect key, so the effect is
    /// booked exactly once.
    ///
    /// The transaction may contain other events, up to [`batch`](crate::Settings::batch) of them. If one fails, all of it is rolled
    /// back, and the handler is called again for the others.
    ///
    /// Do nothing here but statements of `tx`: a request, a mail or a change of another database is not undone if the
    /// transaction fails, and the handler is called again. With SQLite, webhooks wait until the handler returns. The
    /// transaction is not to be ended by a statement.
    ///
    /// # Errors
    /// Any error: nothing is booked, and the event is handled again later. The text is stored as the reason.
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError>;
}

/// Books the effects of events in another database, or somewhere else.
#[async_trait]
pub trait DetachedHandler: Send + Sync + 'static {
    /// Books the effect of an event under its [effect key](StoredEvent::effect_key). After a crash, or if it takes longer
    /// than the lease, it is called again for the same event: a unique key has to keep the effect from being booked twice.
    ///
    /// [`before`](StoredEvent::before) and [`after`](StoredEvent::after) are as of the call. Another event of the same payment
    /// may be handled at the same time.
    ///
    /// # Errors
    /// Any error: the event is handled again later. The text is stored as the reason.
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError>;
}
