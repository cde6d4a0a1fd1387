//! What one source said about a payment, once.

use payments_core::{MerchantRef, ProviderRef, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::stated::Stated;
use crate::{EffectKey, Money, Phase};

/// Where an [`Observation`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The application's own books: what it asked for.
    Books,
    /// The answer to the call that made it.
    Created,
    /// The answer to a query.
    Queried,
    /// A verified webhook.
    Event,
    /// A row of a statement.
    Statement,
}

/// What a payment is. It is part of what makes it one: what are of two kinds are two payments, also under one reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaymentKind {
    /// The source does not tell: webhooks of some providers look alike for all kinds.
    Unstated,
    /// Money in, by an order.
    Checkout,
    /// Money in, by a card the merchant handed over.
    Card,
    /// Money in, to a standing address without an order.
    Deposit,
    /// Money out.
    Payout,
    /// One asset of the merchant's into another.
    Exchange,
    /// Money back to a payer: a payment beside the order it gives back from, whose reference it names.
    Refund,
}

impl PaymentKind {
    /// Whether it is told what it is.
    #[must_use]
    pub fn is_stated(self) -> bool {
        self != Self::Unstated
    }
}

/// What one source said about a payment, once: never changed afterwards, and equal to another one that says the same.
///
/// It has no time of arrival, so the same answer to two queries is one observation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Observation {
    pub(super) source: Source,
    pub(super) kind: PaymentKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<MerchantRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) provider_ref: Option<ProviderRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) phase: Option<Phase>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<Stated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ordered: Option<Stated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) paid: Option<Stated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) credited: Option<Stated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) transfer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fee: Option<Stated>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) transaction: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) late: bool,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "millis")]
    pub(super) made_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) effect: Option<EffectKey>,
}

impl Observation {
    /// Something a source said about a payment of this kind. It says nothing yet.
    #[must_use]
    pub const fn new(source: Source, kind: PaymentKind) -> Self {
        Self {
            source,
            kind,
            reference: None,
            provider_ref: None,
            phase: None,
            status_text: None,
            expected: None,
            ordered: None,
            paid: None,
            credited: None,
            transfer: None,
            fee: None,
            transaction: None,
            late: false,
            made_at: None,
            effect: None,
        }
    }

    /// The merchant's reference it names.
    #[must_use]
    pub fn reference(mut self, reference: Option<MerchantRef>) -> Self {
        self.reference = reference;
        self
    }

    /// The provider's id it names.
    #[must_use]
    pub fn provider_ref(mut self, id: Option<ProviderRef>) -> Self {
        self.provider_ref = id;
        self
    }

    /// How far the payment is, and the provider's own words or number for it.
    #[must_use]
    pub fn phase(mut self, phase: Phase, provider_text: impl Into<String>) -> Self {
        self.phase = Some(phase);
        self.status_text = Some(provider_text.into()).filter(|text| !text.is_empty());
        self
    }

    /// What was asked for: for a payout, what is to reach the payee. A price and the coins it comes to are two observations.
    #[must_use]
    pub fn expected(mut self, money: Option<Money>) -> Self {
        self.expected = money.map(Stated);
        self
    }

    /// The sum of a payout's order, whoever bears the fee: what a [`Ticket`](crate::Ticket) is compared with. It says
    /// nothing about what is to arrive.
    #[must_use]
    pub fn ordered(mut self, money: Option<Money>) -> Self {
        self.ordered = money.map(Stated);
        self
    }

    /// What was paid in all so far, confirmed and before fees: what the payer sent; for a payout, what left the account. It
    /// stands in for [`credited`](Self::credited) only together with a [`fee`](Self::fee) in the same asset, less that.
    #[must_use]
    pub fn paid(mut self, money: Option<Money>) -> Self {
        self.paid = money.map(Stated);
        self
    }

    /// What arrived in all so far, after fees: what the merchant was credited with; for a payout, what reached the payee. It
    /// stands in for [`paid`](Self::paid) only together with a [`fee`](Self::fee) in the same asset, and that on top.
    #[must_use]
    pub fn credited(mut self, money: Option<Money>) -> Self {
        self.credited = money.map(Stated);
        self
    }

    /// Makes [`paid`](Self::paid) and [`credited`](Self::credited) those of one transfer out of several, by the provider's
    /// id of it: transfers with different ids are added up.
    #[must_use]
    pub fn transfer(mut self, id: impl Into<String>) -> Self {
        self.transfer = Some(id.into());
        self
    }

    /// What the provider charges.
    #[must_use]
    pub fn fee(mut self, money: Option<Money>) -> Self {
        self.fee = money.map(Stated);
        self
    }

    /// The transaction on its chain.
    #[must_use]
    pub fn transaction(mut self, hash: Option<String>) -> Self {
        self.transaction = hash;
        self
    }

    /// Whether the provider itself says that money came after the end.
    #[must_use]
    pub fn late(mut self, late: bool) -> Self {
        self.late = late;
        self
    }

    /// When the provider says that it was made.
    #[must_use]
    pub fn made_at(mut self, time: Option<Timestamp>) -> Self {
        self.made_at = time;
        self
    }

    /// The key under which a business effect of this must be unique.
    #[must_use]
    pub fn effect(mut self, key: Option<EffectKey>) -> Self {
        self.effect = key;
        self
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// What the source says it is.
    #[must_use]
    pub fn kind(&self) -> PaymentKind {
        self.kind
    }

    /// The key under which a business effect of this must be unique. Where there is none, never book from this observation:
    /// answers to exchanges, rows of statements and the books themselves have none, and a webhook or a query tells the same
    /// thing under its key.
    #[must_use]
    pub fn effect_key(&self) -> Option<&EffectKey> {
        self.effect.as_ref()
    }
}

/// A time as a number of milliseconds.
mod millis {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Timestamp};

    pub(super) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(Timestamp::as_millis).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Timestamp::from_millis))
    }
}
