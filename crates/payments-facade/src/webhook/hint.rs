//! A webhook that is only a reason to query an order.

use bytes::Bytes;

use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::lookup::Lookup;
use crate::payment::Payment;

/// A webhook that is no event: the order that it names, and nothing else of it. Most hints are *unsigned*, and anyone can send
/// one.
///
/// It has no status, no amount and no acknowledgement. [`query`](Self::query) asks the provider, whose answer is what counts:
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
///     // Refused, unless the account was configured for hints and the webhook has no signature.
///     let Ok(hint) = webhooks.hint(headers, body) else {
///         return webhooks.nack();
///     };
///     match hint.query(gateway).await {
///         Ok(queried) if queried.payment().is_some_and(|payment| commit(payment)) => queried.reply(),
///         Ok(_) | Err(_) => webhooks.nack(),
///     }
/// }
/// # let _ = handle;
/// ```
///
/// Every hint costs a request: limit how many you follow, or strangers can use up your rate limit. Book the queried payment
/// under its effect key, as that of any other query: a signed webhook of the same event has the same one.
#[derive(Clone, Debug)]
#[must_use = "a hint is only a reason to query"]
pub struct Hint {
    lookup: Lookup,
    ack: http::Response<Bytes>,
    nack: http::Response<Bytes>,
}

impl Hint {
    /// For adapters: the order that an unsigned webhook names, and the two replies.
    pub fn new(lookup: Lookup, ack: http::Response<Bytes>, nack: http::Response<Bytes>) -> Self {
        Self { lookup, ack, nack }
    }

    /// The order that the sender named. Unproven.
    #[must_use]
    pub fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// Queries the order at the gateway that received the hint. Effect: read.
    ///
    /// # Errors
    /// [`Error`] of the query. Reply with [`nack`](super::Webhooks::nack): the provider sends the webhook again.
    pub async fn query(self, gateway: &dyn Gateway) -> Result<Queried, Error> {
        let kind = self.lookup.kind();
        let payment = match (gateway.checkout(), gateway.payouts()) {
            (Some(checkout), _) if checkout.finds_by(kind) => checkout.find(&self.lookup).await?,
            (_, Some(payouts)) if payouts.finds_by(kind) => payouts.find(&self.lookup).await?,
            _ => None,
        };
        Ok(Queried {
            payment,
            ack: self.ack,
            nack: self.nack,
        })
    }
}

/// What the provider answered to the query that a [`Hint`] caused.
#[derive(Clone, Debug)]
pub struct Queried {
    payment: Option<Answer<Payment>>,
    ack: http::Response<Bytes>,
    nack: http::Response<Bytes>,
}

impl Queried {
    /// The payment as queried: its status, amounts and effect key come from the provider. `None` if it was not found.
    #[must_use]
    pub fn payment(&self) -> Option<&Answer<Payment>> {
        self.payment.as_ref()
    }

    /// Like [`payment`](Self::payment), by value.
    #[must_use]
    pub fn into_payment(self) -> Option<Answer<Payment>> {
        self.payment
    }

    /// The reply after the payment was committed: an acknowledgement if the query showed a final status. Otherwise the
    /// reply makes the provider send the webhook again: the query may lag behind it, and the sender may be a stranger.
    #[must_use]
    pub fn reply(&self) -> http::Response<Bytes> {
        let is_final = |payment: &Answer<Payment>| payment.phase().is_final();
        if self.payment.as_ref().is_some_and(is_final) {
            self.ack.clone()
        } else {
            self.nack.clone()
        }
    }
}
