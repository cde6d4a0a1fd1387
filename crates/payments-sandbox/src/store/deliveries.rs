//! Webhook deliveries: what is to be sent, when, and what came of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Gateway, OrderStatus};

/// Attempts kept per delivery; the oldest go first.
const ATTEMPTS_KEPT: usize = 50;

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryState {
    /// Waiting for its due time.
    Waiting,
    /// Being sent right now.
    Sending,
    /// The receiver acknowledged it.
    Delivered,
    /// The last try failed; only a resend sends it again.
    GivenUp,
    /// The sandbox's own rules forbid the target; nothing was sent.
    Refused,
}

impl DeliveryState {
    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::Refused => "refused",
        }
    }
}

/// One try to deliver a webhook.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Attempt {
    /// When it ended, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// HTTP status of the answer, if there was one.
    pub http_status: Option<u16>,
    /// The beginning of the answer's body, if there was one.
    pub answer: Option<String>,
    /// Why the try does not count as delivered; none for a delivered one.
    pub problem: Option<String>,
}

/// A webhook: the message, its target and its tries.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Number of the delivery, from 1.
    pub id: u64,
    /// The gateway it speaks for.
    pub gateway: Gateway,
    /// The order it tells about.
    pub order_id: String,
    /// The status it tells.
    pub order_status: OrderStatus,
    /// The target.
    pub url: String,
    /// The exact body; of ChainUp OPay the text that every try seals anew.
    pub body: String,
    /// What became of it.
    pub state: DeliveryState,
    /// When the next try is due, in milliseconds since the Unix epoch.
    pub due_ms: Option<u64>,
    /// Tries left before the sandbox gives up.
    pub tries_left: usize,
    /// The tries so far, oldest first.
    pub attempts: Vec<Attempt>,
}

/// A message to be delivered.
pub(crate) struct NewDelivery {
    pub(crate) gateway: Gateway,
    pub(crate) order_id: String,
    pub(crate) order_status: OrderStatus,
    pub(crate) url: String,
    pub(crate) body: String,
}

/// A delivery whose time has come.
pub(crate) struct Due {
    pub(crate) id: u64,
    pub(crate) gateway: Gateway,
    pub(crate) url: String,
    pub(crate) body: String,
}

#[derive(Default)]
pub(crate) struct Deliveries {
    given: u64,
    rows: BTreeMap<u64, Delivery>,
}

impl Deliveries {
    /// Adds a message, due at once, and gives its number.
    pub(crate) fn add(&mut self, new: NewDelivery, tries: usize, now_ms: u64) -> u64 {
        self.given += 1;
        self.rows.insert(
            self.given,
            Delivery {
                id: self.given,
                gateway: new.gateway,
                order_id: new.order_id,
                order_status: new.order_status,
                url: new.url,
                body: new.body,
                state: DeliveryState::Waiting,
                due_ms: Some(now_ms),
                tries_left: tries,
                attempts: Vec::new(),
            },
        );
        self.given
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.rows.get(&id)
    }

    /// Makes a delivery due at once, with all its tries again.
    pub(crate) fn again(&mut self, id: u64, tries: usize, now_ms: u64) -> Option<&Delivery> {
        let row = self.rows.get_mut(&id)?;
        row.state = DeliveryState::Waiting;
        row.due_ms = Some(now_ms);
        row.tries_left = tries;
        Some(row)
    }

    /// Takes up to `most` deliveries that are due and marks them as being sent.
    pub(crate) fn take_due(&mut self, now_ms: u64, most: usize) -> Vec<Due> {
        self.rows
            .values_mut()
            .filter(|row| row.due_ms.is_some_and(|due| due <= now_ms))
            .take(most)
            .map(|row| {
                row.state = DeliveryState::Sending;
                row.due_ms = None;
                row.tries_left = row.tries_left.saturating_sub(1);
                Due {
                    id: row.id,
                    gateway: row.gateway,
                    url: row.url.clone(),
                    body: row.body.clone(),
                }
            })
            .collect()
    }

    /// Notes the result of a try. `next` gives the wait before the following one from the tries left.
    pub(crate) fn finish(
        &mut self,
        id: u64,
        attempt: Attempt,
        forbidden: bool,
        next: impl FnOnce(usize) -> Option<u64>,
    ) {
        let Some(row) = self.rows.get_mut(&id) else {
            return; // forgotten by a reset meanwhile
        };
        row.state = if attempt.problem.is_none() {
            DeliveryState::Delivered
        } else if forbidden {
            DeliveryState::Refused
        } else if let Some(wait_ms) = next(row.tries_left) {
            row.due_ms = Some(attempt.at_ms.saturating_add(wait_ms));
            DeliveryState::Waiting
        } else {
            DeliveryState::GivenUp
        };
        if row.attempts.len() >= ATTEMPTS_KEPT {
            row.attempts.remove(0);
        }
        row.attempts.push(attempt);
    }

    /// When the next delivery is due.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.rows.values().filter_map(|row| row.due_ms).min()
    }

    /// Whether nothing is being sent and nothing is due.
    pub(crate) fn is_quiet(&self, now_ms: u64) -> bool {
        self.rows.values().all(|row| {
            row.state != DeliveryState::Sending && row.due_ms.is_none_or(|due| due > now_ms)
        })
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.rows.values()
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }
}
