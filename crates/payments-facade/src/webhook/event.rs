//! The event of a verified webhook.

use std::fmt;

use bytes::Bytes;
use payments_core::{MerchantRef, ProviderRef, Timestamp};

use super::effect::EffectKey;
use crate::answer::ProviderResponse;
use crate::gateway::GatewayId;
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Status};

/// The event of a webhook. Handlers get it inside a [`Received`](super::Received), which proves the verification.
#[derive(Clone)]
pub struct Event {
    payment: Payment,
    effect: EffectKey,
    provided: ProviderResponse,
    raw: Bytes,
}

impl Event {
    /// For adapters: an event with this observation, to which the effect key is added. Applications get events from
    /// [`Webhooks::receive`](super::Webhooks::receive).
    ///
    /// - `provided`: the provider's typed event.
    /// - `raw`: the body, unchanged.
    #[must_use]
    pub fn new(
        gateway: GatewayId,
        observation: Observation,
        effect: EffectKey,
        provided: ProviderResponse,
        raw: Bytes,
    ) -> Self {
        let observation = observation.effect(Some(effect.clone()));
        Self {
            payment: Payment::new(gateway, observation),
            effect,
            provided,
            raw,
        }
    }

    /// The gateway that received it.
    #[must_use]
    pub fn gateway(&self) -> &GatewayId {
        self.payment.gateway()
    }

    /// The merchant's reference. `None` for a deposit without an order, and for an order made elsewhere whose reference is not
    /// a valid [`MerchantRef`].
    #[must_use]
    pub fn reference(&self) -> Option<&MerchantRef> {
        self.payment.reference()
    }

    /// The provider's id of the order.
    #[must_use]
    pub fn provider_ref(&self) -> Option<&ProviderRef> {
        self.payment.provider_ref()
    }

    /// The kind of payment, if the provider states it.
    #[must_use]
    pub fn kind(&self) -> PaymentKind {
        self.payment.kind()
    }

    /// The status by this event alone. [`Merge`](Payment::merge) it with the stored payment for the complete status.
    #[must_use]
    pub fn status(&self) -> Status {
        self.payment.status()
    }

    /// The money received, by this event alone: the amount of one transfer if there may be several.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        self.payment.funds().received
    }

    /// Whether the provider states that the money arrived after the order ended.
    #[must_use]
    pub fn late(&self) -> bool {
        self.payment.funds().late
    }

    /// The hash of the transaction on its chain.
    #[must_use]
    pub fn transaction(&self) -> Option<&str> {
        self.payment.transactions().next()
    }

    /// When the payment was created, according to the provider. It is not the time of the event.
    #[must_use]
    pub fn made_at(&self) -> Option<Timestamp> {
        self.payment.made_at()
    }

    /// The merchant's own id of the customer. For a deposit without an order it says whom to credit.
    #[must_use]
    pub fn customer(&self) -> Option<&str> {
        self.payment.customer()
    }

    /// The merchant's own text of the order, as the provider returns it.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        self.payment.metadata()
    }

    /// The provider's id of the invoice that was paid.
    #[must_use]
    pub fn invoice(&self) -> Option<&str> {
        self.payment.invoice()
    }

    /// The key under which a business effect of this event must be unique.
    #[must_use]
    pub fn effect_key(&self) -> &EffectKey {
        &self.effect
    }

    /// The payment as this event describes it, to be merged with the stored payment.
    #[must_use]
    pub fn payment(&self) -> &Payment {
        &self.payment
    }

    /// Like [`payment`](Self::payment), by value.
    #[must_use]
    pub fn into_payment(self) -> Payment {
        self.payment
    }

    /// The provider's typed event, if it is of type `P`.
    #[must_use]
    pub fn provided<P: Send + Sync + 'static>(&self) -> Option<&P> {
        self.provided.get()
    }

    /// The body, unchanged. Treat it as confidential.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("payment", &self.payment)
            .field("effect", &self.effect)
            .field("raw_bytes", &self.raw.len())
            .finish_non_exhaustive()
    }
}
