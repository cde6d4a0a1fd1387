//! One statement of one source about a payment.

use payments_core::{MerchantRef, ProviderRef, SensitiveString, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::stated::Stated;
use super::status::Phase;
use crate::money::Money;
use crate::webhook::EffectKey;

/// The source of an [`Observation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The application's own record of what it requested.
    Books,
    /// The response to the call that created the payment.
    Created,
    /// The response to a query.
    Queried,
    /// A verified webhook.
    Event,
    /// A row of a statement.
    Statement,
}

/// The kind of a payment. It is part of the payment's identity: two kinds under one reference are two payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PaymentKind {
    /// The source does not state it: webhooks of some providers are the same for all kinds.
    Unstated,
    /// An incoming payment for an order.
    Checkout,
    /// An incoming payment by a host-to-host card charge, which is made on the typed client.
    Card,
    /// An incoming payment to a deposit address, without an order.
    Deposit,
    /// An outgoing payment.
    Payout,
    /// An exchange of one of the merchant's assets into another.
    Exchange,
    /// Money returned to a payer. It names the reference of the order, but is a separate payment.
    Refund,
}

impl PaymentKind {
    /// All kinds that a source can state.
    pub const STATED: &'static [Self] = &[
        Self::Checkout,
        Self::Card,
        Self::Deposit,
        Self::Payout,
        Self::Exchange,
        Self::Refund,
    ];

    /// The name in capability tables, in errors and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unstated => "unstated",
            Self::Checkout => "checkout",
            Self::Card => "card",
            Self::Deposit => "deposit",
            Self::Payout => "payout",
            Self::Exchange => "exchange",
            Self::Refund => "refund",
        }
    }

    /// Whether the kind is known.
    #[must_use]
    pub fn is_stated(self) -> bool {
        self != Self::Unstated
    }
}

/// One statement of one source about a payment. It never changes.
///
/// It has no time of arrival, so the same response to two queries is one observation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Observation {
    // Boxed, because it is large and moved often: by each of its setters, and in sets of many.
    pub(super) content: Box<Content>,
}

/// What an [`Observation`] states.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Content {
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
    pub(super) refunded: Option<Stated>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_unknown_refund: bool,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payee: Option<SensitiveString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payee_memo: Option<SensitiveString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<SensitiveString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<SensitiveString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) invoice: Option<SensitiveString>,
}

impl Observation {
    /// An empty statement about a payment of this kind.
    #[must_use]
    pub fn new(source: Source, kind: PaymentKind) -> Self {
        let content = Box::new(Content {
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
            refunded: None,
            has_unknown_refund: false,
            transfer: None,
            fee: None,
            transaction: None,
            late: false,
            made_at: None,
            effect: None,
            payee: None,
            payee_memo: None,
            customer: None,
            metadata: None,
            invoice: None,
        });
        Self { content }
    }

    /// The merchant's reference.
    #[must_use]
    pub fn reference(mut self, reference: Option<MerchantRef>) -> Self {
        self.content.reference = reference;
        self
    }

    /// The provider's id.
    #[must_use]
    pub fn provider_ref(mut self, id: Option<ProviderRef>) -> Self {
        self.content.provider_ref = id;
        self
    }

    /// The phase, and the provider's own status text or number.
    #[must_use]
    pub fn phase(mut self, phase: Phase, provider_text: impl Into<String>) -> Self {
        self.content.phase = Some(phase);
        self.content.status_text = Some(provider_text.into()).filter(|text| !text.is_empty());
        self
    }

    /// The expected amount; for a payout, what is to reach the payee. A price and its amount in coins are two observations.
    #[must_use]
    pub fn expected(mut self, money: Option<Money>) -> Self {
        self.content.expected = money.map(Stated);
        self
    }

    /// The amount of the order as it was requested: for a payout, whoever bears the fee; for an incoming payment, the price. A
    /// [`Ticket`](crate::Ticket) is compared with it. It does not say what is to arrive.
    #[must_use]
    pub fn ordered(mut self, money: Option<Money>) -> Self {
        self.content.ordered = money.map(Stated);
        self
    }

    /// The total paid so far, confirmed and before fees: what the payer sent; for a payout, what left the account. Less a
    /// [`fee`](Self::fee) in the same asset it can replace [`credited`](Self::credited).
    #[must_use]
    pub fn paid(mut self, money: Option<Money>) -> Self {
        self.content.paid = money.map(Stated);
        self
    }

    /// The total credited so far, after fees: what the merchant was credited with; for a payout, what reached the payee. Plus a
    /// [`fee`](Self::fee) in the same asset it can replace [`paid`](Self::paid).
    #[must_use]
    pub fn credited(mut self, money: Option<Money>) -> Self {
        self.content.credited = money.map(Stated);
        self
    }

    /// The total sent back to the payer so far, with the fee of sending it back. It lowers what counts as paid.
    #[must_use]
    pub fn refunded(mut self, money: Option<Money>) -> Self {
        self.content.refunded = money.map(Stated);
        self
    }

    /// Whether something was sent back whose amount is not known. The payment then never counts as paid.
    #[must_use]
    pub fn with_unknown_refund(mut self, has_unknown_refund: bool) -> Self {
        self.content.has_unknown_refund = has_unknown_refund;
        self
    }

    /// Marks [`paid`](Self::paid), [`credited`](Self::credited) and [`refunded`](Self::refunded) as the amounts of one transfer
    /// of several, identified by the provider's id. Transfers with different ids are added.
    #[must_use]
    pub fn transfer(mut self, id: impl Into<String>) -> Self {
        self.content.transfer = Some(id.into());
        self
    }

    /// The provider's fee.
    #[must_use]
    pub fn fee(mut self, money: Option<Money>) -> Self {
        self.content.fee = money.map(Stated);
        self
    }

    /// The hash of the transaction on its chain.
    #[must_use]
    pub fn transaction(mut self, hash: Option<String>) -> Self {
        self.content.transaction = hash;
        self
    }

    /// Whether the provider states that money arrived after the order ended.
    #[must_use]
    pub fn late(mut self, late: bool) -> Self {
        self.content.late = late;
        self
    }

    /// When the payment was created, according to the provider.
    #[must_use]
    pub fn made_at(mut self, time: Option<Timestamp>) -> Self {
        self.content.made_at = time;
        self
    }

    /// The key under which a business effect of this must be unique.
    #[must_use]
    pub fn effect(mut self, key: Option<EffectKey>) -> Self {
        self.content.effect = key;
        self
    }

    /// The address or account that a payout goes to, with the memo if one is stated. A [`Ticket`](crate::Ticket) is compared
    /// with both.
    #[must_use]
    pub fn payee(mut self, address: Option<String>, memo: Option<String>) -> Self {
        self.content.payee = address.map(SensitiveString::from);
        self.content.payee_memo = memo.map(SensitiveString::from);
        self
    }

    /// The merchant's own id of the customer.
    #[must_use]
    pub fn customer(mut self, id: Option<String>) -> Self {
        self.content.customer = id.map(SensitiveString::from);
        self
    }

    /// The merchant's own text, as the provider returns it.
    #[must_use]
    pub fn metadata(mut self, text: Option<String>) -> Self {
        self.content.metadata = text.map(SensitiveString::from);
        self
    }

    /// The provider's id of the invoice that was paid.
    #[must_use]
    pub fn invoice(mut self, id: Option<String>) -> Self {
        self.content.invoice = id.map(SensitiveString::from);
        self
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> Source {
        self.content.source
    }

    /// The kind, as the source states it.
    #[must_use]
    pub fn kind(&self) -> PaymentKind {
        self.content.kind
    }

    /// The key under which a business effect of this must be unique. Do not book from an observation without a key: responses to
    /// exchanges, statement rows and the application's own record have none, and a webhook or a query reports the same event
    /// with its key.
    #[must_use]
    pub fn effect_key(&self) -> Option<&EffectKey> {
        self.content.effect.as_ref()
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
