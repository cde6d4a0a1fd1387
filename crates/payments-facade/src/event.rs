//! What a verified webhook tells.

use std::fmt::{self, Write as _};

use bytes::Bytes;
use payments_core::{MerchantRef, ProviderRef, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Money, Observation, Payment, PaymentKind, ProviderResponse, Status};

/// The key under which a business effect must be unique: `cpay/main:2209141130105863014:14`.
///
/// Providers send the same webhook several times, and a query may tell the same thing first. Store the key with the effect
/// (crediting a customer, shipping) in one transaction, under a unique index that compares byte by byte. It names gateway,
/// account, to which of the provider's objects it happened and what.
///
/// It is up to [`MAX_CHARS`](Self::MAX_CHARS) printable ASCII characters. No two things share a key: a `:`, a `%` and all
/// that is not printable stand in its parts as `%3a`, and a key that would be longer holds the SHA-256 of itself instead.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectKey(Box<str>);

impl EffectKey {
    /// The most characters of a key: a column of this length holds every one.
    pub const MAX_CHARS: usize = 255;

    /// The key of `happening` (the provider's status) to `id` (the provider's id of what it happened to).
    ///
    /// An adapter takes one kind of id on all its paths, so that a webhook and a query give the same key.
    #[must_use]
    pub fn new(gateway: &crate::GatewayId, id: &str, happening: &str) -> Self {
        let mut key = format!("{gateway}:");
        write_escaped(&mut key, id);
        key.push(':');
        write_escaped(&mut key, happening);
        if key.len() > Self::MAX_CHARS {
            // One colon alone: no other key looks like that.
            let digest = Sha256::digest(key.as_bytes());
            key = format!("{gateway}:sha256=");
            for byte in digest {
                let _ = write!(key, "{byte:02x}");
            }
        }
        Self(key.into())
    }

    /// The text to store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn write_escaped(key: &mut String, part: &str) {
    for byte in part.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b':' | b'%') {
            key.push(char::from(byte));
        } else {
            let _ = write!(key, "%{byte:02x}");
        }
    }
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EffectKey({})", self.0)
    }
}

/// What a webhook tells. It reaches a handler inside [`Received`](crate::Received), which only a verification makes.
#[derive(Clone)]
pub struct Event {
    payment: Payment,
    effect: EffectKey,
    provided: ProviderResponse,
    raw: Bytes,
}

impl Event {
    /// An event of `observation`, which gets the effect key as well. For adapters: an application gets its events from
    /// [`Webhooks::receive`](crate::Webhooks::receive).
    ///
    /// - `provided`: the provider's typed event.
    /// - `raw`: the body as it came.
    #[must_use]
    pub fn new(
        gateway: crate::GatewayId,
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

    /// The gateway it comes from.
    #[must_use]
    pub fn gateway(&self) -> &crate::GatewayId {
        self.payment.gateway()
    }

    /// The merchant's reference; none for a deposit that came without an order, and for an order that was made elsewhere
    /// under a text that is no [`MerchantRef`].
    #[must_use]
    pub fn reference(&self) -> Option<&MerchantRef> {
        self.payment.reference()
    }

    /// The provider's id of the order.
    #[must_use]
    pub fn provider_ref(&self) -> Option<&ProviderRef> {
        self.payment.provider_ref()
    }

    /// What it is about, as far as the provider tells.
    #[must_use]
    pub fn kind(&self) -> PaymentKind {
        self.payment.kind()
    }

    /// Where the payment stands by this event alone. [`Merge`](Payment::merge) it with what is known for the whole.
    #[must_use]
    pub fn status(&self) -> Status {
        self.payment.status()
    }

    /// What came, by this event alone: the sum of this transfer where there may be several.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        self.payment.funds().received
    }

    /// Whether the provider says that the money came after the end.
    #[must_use]
    pub fn late(&self) -> bool {
        self.payment.funds().late
    }

    /// The transaction on its chain.
    #[must_use]
    pub fn transaction(&self) -> Option<&str> {
        self.payment.transactions().next()
    }

    /// When the provider says that the payment was made; an event has no time of its own.
    #[must_use]
    pub fn made_at(&self) -> Option<Timestamp> {
        self.payment.made_at()
    }

    /// The key under which a business effect of this must be unique.
    #[must_use]
    pub fn effect_key(&self) -> &EffectKey {
        &self.effect
    }

    /// What this event knows of the payment, to be merged with what is known already.
    #[must_use]
    pub fn payment(&self) -> &Payment {
        &self.payment
    }

    /// As [`payment`](Self::payment), by value.
    #[must_use]
    pub fn into_payment(self) -> Payment {
        self.payment
    }

    /// The provider's typed event, where it is of type `P`.
    #[must_use]
    pub fn provided<P: Send + Sync + 'static>(&self) -> Option<&P> {
        self.provided.get()
    }

    /// The body as it came. Treat it as confidential.
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
