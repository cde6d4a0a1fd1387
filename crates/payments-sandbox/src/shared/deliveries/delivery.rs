//! A webhook with its attempts.

use serde::{Deserialize, Deserializer, Serialize};

use crate::shared::document::by_name;
use crate::shared::exchange::WireMessage;
use crate::shared::fault::FaultKind;
use crate::shared::gateway::Gateway;
use crate::shared::order::OrderStatus;

/// Attempts kept per delivery; the oldest go first.
pub(super) const ATTEMPTS_KEPT: usize = 50;

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryState {
    /// Waiting for its due time.
    Waiting,
    /// Being sent right now.
    Sending,
    /// The receiver acknowledged it.
    Delivered,
    /// The last attempt failed; only a resend sends it again.
    GivenUp,
    /// The sandbox's own rules forbid the target; nothing was sent.
    Refused,
    /// A fault dropped it; only a resend sends it.
    Dropped,
}

impl DeliveryState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Sending,
        Self::Delivered,
        Self::GivenUp,
        Self::Refused,
        Self::Dropped,
    ];

    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}

/// One attempt to deliver a webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// When it ended, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// HTTP status of the answer, if there was one.
    pub http_status: Option<u16>,
    /// The beginning of the answer's body, if there was one.
    pub answer: Option<String>,
    /// Why the attempt failed; `None` if the webhook was delivered.
    pub problem: Option<String>,
    /// The signed or encrypted message as it was sent. Empty if nothing was sent.
    pub sent: WireMessage,
    /// The kind of fault that the attempt met.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "read_fault"
    )]
    pub fault: Option<FaultName>,
}

/// An alias, because serde would borrow a field of this type.
type FaultName = &'static str;

fn read_fault<'de, D: Deserializer<'de>>(input: D) -> Result<Option<FaultName>, D::Error> {
    by_name(input, |name| {
        FaultKind::by_name(name).map(FaultKind::as_str)
    })
    .map(Some)
}

impl Attempt {
    fn text_bytes(&self) -> usize {
        let texts = [&self.answer, &self.problem].into_iter().flatten();
        self.sent.text_bytes() + texts.map(String::len).sum::<usize>()
    }
}

/// A webhook: the message, its target and its attempts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Number of the delivery, from 1.
    pub id: u64,
    /// The gateway that sends it.
    pub gateway: Gateway,
    /// The order it is about; at CCPayment v2 the payment or withdrawal.
    pub order_id: String,
    /// The merchant's reference of that order; empty if it has none.
    pub merchant_ref: String,
    /// The status of the order in the message.
    pub order_status: OrderStatus,
    /// The target.
    pub url: String,
    /// The body before it is signed. A gateway that encrypts its webhooks encrypts this text again for every attempt.
    pub body: String,
    /// Its state.
    pub state: DeliveryState,
    /// When the next attempt is due, in milliseconds since the Unix epoch.
    pub due_ms: Option<u64>,
    /// Attempts left before the sandbox gives up.
    pub tries_left: usize,
    /// The attempts so far, oldest first.
    pub attempts: Vec<Attempt>,
    /// What the next attempt meets.
    #[serde(skip)]
    pub(crate) fault: Option<FaultKind>,
    /// The place of its last attempt among all attempts, in the order in which they began.
    #[serde(skip)]
    pub(super) begun: u64,
}

impl Delivery {
    /// The lengths of all texts.
    pub(super) fn text_bytes(&self) -> usize {
        let attempts = self.attempts.iter().map(Attempt::text_bytes);
        let texts = [&self.order_id, &self.merchant_ref, &self.url, &self.body];
        texts.map(String::len).iter().sum::<usize>() + attempts.sum::<usize>()
    }

    pub(super) fn keep(&mut self, attempt: Attempt) {
        if self.attempts.len() >= ATTEMPTS_KEPT {
            self.attempts.remove(0);
        }
        self.attempts.push(attempt);
    }
}

/// A message to send.
pub(crate) struct NewDelivery {
    pub(crate) gateway: Gateway,
    pub(crate) order_id: String,
    pub(crate) merchant_ref: String,
    pub(crate) order_status: OrderStatus,
    pub(crate) url: String,
    pub(crate) body: String,
    /// How often it is sent at most.
    pub(crate) attempts: usize,
}

/// A delivery that is due.
pub(crate) struct Due {
    pub(crate) id: u64,
    pub(crate) gateway: Gateway,
    pub(crate) url: String,
    pub(crate) body: String,
    pub(crate) fault: Option<FaultKind>,
}
