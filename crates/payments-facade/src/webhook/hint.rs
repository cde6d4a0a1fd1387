//! A webhook that is only a reason to query an order.

use bytes::Bytes;

use super::effect::EffectKey;
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::lookup::Lookup;
use crate::payment::{Payment, PaymentKind};

/// A webhook that is no event: the order or payment that it names, and nothing else of it.
///
/// There are two: *unsigned* ones, which anyone can send, and [signed](Self::is_signed) ones of providers whose webhooks state no
/// money and are not final.
///
/// A hint has no amount and no acknowledgement. [`query`](Self::query) asks the provider, whose answer is what counts:
///
/// ```
/// use bytes::Bytes;
/// use http::{HeaderMap, Response};
/// use payments_core::Timestamp;
/// use payments_facade::{Gateway, Payment};
///
/// async fn handle(gateway: &dyn Gateway, headers: &HeaderMap, body: &Bytes, now: Timestamp, commit: fn(&Payment) -> bool) -> Response<Bytes> {
///     let webhooks = gateway.webhooks();
///     if let Ok(received) = webhooks.receive(headers, body, now) {
///         return if commit(received.event().payment()) { received.ack() } else { webhooks.nack() };
///     }
///     // Refused, unless it is signed, or the account was configured for hints without a signature.
///     let Ok(hint) = webhooks.hint(headers, body) else {
///         return webhooks.nack();
///     };
///     match hint.query(gateway).await {
///         Ok(queried) if queried.payment().is_none_or(|payment| commit(payment)) => queried.reply(),
///         Ok(_) | Err(_) => webhooks.nack(),
///     }
/// }
/// # let _ = handle;
/// ```
///
/// Every hint costs requests: limit how many unsigned ones you follow, or strangers can use up your rate limit. Book the queried
/// payment under its effect key, as that of any other query: another report of the same event has the same one.
#[derive(Clone, Debug)]
#[must_use = "a hint is only a reason to query"]
pub struct Hint {
    lookup: Option<Lookup>,
    kind: PaymentKind,
    is_signed: bool,
    queries: bool,
    reported: Vec<EffectKey>,
    ack: http::Response<Bytes>,
    nack: http::Response<Bytes>,
}

impl Hint {
    /// For adapters: the order that an unsigned webhook names, and the two replies.
    pub fn new(lookup: Lookup, ack: http::Response<Bytes>, nack: http::Response<Bytes>) -> Self {
        Self {
            is_signed: false,
            ..Self::signed(Some(lookup), ack, nack)
        }
    }

    /// For adapters: what a verified webhook names, and the two replies. `None` if it is about nothing, such as a check of the
    /// URL.
    pub fn signed(
        lookup: Option<Lookup>,
        ack: http::Response<Bytes>,
        nack: http::Response<Bytes>,
    ) -> Self {
        Self {
            queries: lookup.is_some(),
            lookup,
            kind: PaymentKind::Unstated,
            is_signed: true,
            reported: Vec::new(),
            ack,
            nack,
        }
    }

    /// For adapters: the kind of payment that it is about. A [`Payout`](PaymentKind::Payout) is queried as one.
    pub fn about(self, kind: PaymentKind) -> Self {
        Self { kind, ..self }
    }

    /// For adapters: adds an event that the verified webhook may report. The webhook is acknowledged once the query states one of these
    /// events, or, if no event was added, once the query finds the payment.
    pub fn reporting(mut self, event: EffectKey) -> Self {
        self.reported.push(event);
        self
    }

    /// For adapters: [`query`](Self::query) asks nothing, and the webhook is acknowledged.
    pub fn without_query(self) -> Self {
        Self {
            queries: false,
            ..self
        }
    }

    /// What the sender named. Unproven, unless it is [signed](Self::is_signed). `None` if the webhook is about nothing, such as a
    /// check of the URL.
    #[must_use]
    pub const fn lookup(&self) -> Option<&Lookup> {
        self.lookup.as_ref()
    }

    /// The kind of payment that it is about, if the webhook states it.
    #[must_use]
    pub const fn kind(&self) -> PaymentKind {
        self.kind
    }

    /// Whether the provider sent it.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// Queries what it names at the gateway that received the hint. Effect: read. If the webhook is about nothing, or the account
    /// is configured not to query, nothing is sent and there is no payment.
    ///
    /// # Errors
    /// [`Error`] of the query. Reply with [`nack`](super::Webhooks::nack): the provider sends the webhook again.
    pub async fn query(self, gateway: &dyn Gateway) -> Result<Queried, Error> {
        let lookup = self.lookup.as_ref().filter(|_| self.queries);
        let payment = match lookup {
            Some(lookup) => self.find(gateway, lookup).await?,
            None => None,
        };
        let is_acknowledged = match &payment {
            None => !self.queries,
            Some(payment) if self.is_signed => {
                let stated = payment.observations().iter();
                let mut stated = stated.filter_map(|one| one.effect_key());
                self.reported.is_empty() || stated.any(|key| self.reported.contains(key))
            }
            Some(payment) => payment.phase().is_final(),
        };
        Ok(Queried {
            payment,
            reply: if is_acknowledged { self.ack } else { self.nack },
        })
    }

    async fn find(
        &self,
        gateway: &dyn Gateway,
        lookup: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        let kind = lookup.kind();
        let checkout = gateway.checkout().filter(|group| group.finds_by(kind));
        let payouts = gateway.payouts().filter(|group| group.finds_by(kind));
        let is_payout = self.kind == PaymentKind::Payout;
        match (checkout.filter(|_| !is_payout), payouts) {
            (Some(checkout), _) => checkout.find(lookup).await,
            (None, Some(payouts)) => payouts.find(lookup).await,
            (None, None) => Ok(None),
        }
    }
}

/// What the provider answered to the query that a [`Hint`] caused.
#[derive(Clone, Debug)]
pub struct Queried {
    payment: Option<Answer<Payment>>,
    reply: http::Response<Bytes>,
}

impl Queried {
    /// The payment as queried: its status, amounts and effect key come from the provider. `None` if it was not found, or if
    /// nothing was queried.
    #[must_use]
    pub fn payment(&self) -> Option<&Answer<Payment>> {
        self.payment.as_ref()
    }

    /// Like [`payment`](Self::payment), by value.
    #[must_use]
    pub fn into_payment(self) -> Option<Answer<Payment>> {
        self.payment
    }

    /// The reply after the payment was committed.
    ///
    /// After a signed hint it is an acknowledgement if the query states what the webhook reported, or if there was nothing to
    /// query. After an unsigned one, only if the query showed a final status. Otherwise the reply makes the provider send the
    /// webhook again: the query may lag behind it, and the sender of an unsigned one may be a stranger.
    #[must_use]
    pub fn reply(&self) -> http::Response<Bytes> {
        self.reply.clone()
    }
}
