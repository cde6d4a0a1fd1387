//! Webhook deliveries: what to send, when, and the result.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Deserializer, Serialize};

use super::document::{Changes, Documents, Unreadable, by_name};
use super::due::DueIndex;
use super::exchange::WireMessage;
use super::fault::FaultKind;
use super::gateway::Gateway;
use super::order::OrderStatus;

/// Deliveries that are kept, so that a sandbox that runs for weeks does not grow.
const MOST_DELIVERIES: usize = 10_000;

/// Attempts kept per delivery; the oldest go first.
const ATTEMPTS_KEPT: usize = 50;

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
    /// The body before it is signed. A gateway that encrypts its webhooks encrypts this text anew for every attempt.
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
}

impl Delivery {
    fn keep(&mut self, attempt: Attempt) {
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

/// Of the documents.
const KIND: &str = "delivery";

#[derive(Default)]
pub(crate) struct Deliveries {
    given: u64,
    rows: BTreeMap<u64, Delivery>,
    /// How many attempts have ended at each gateway.
    ended: HashMap<Gateway, u64>,
    /// Those that wait for another webhook of their gateway.
    held: HashSet<u64>,
    due: DueIndex<u64>,
    /// Those that were added, may have been changed or were removed since they were saved.
    unsaved: BTreeSet<u64>,
}

impl Deliveries {
    /// Adds a message, due at once, and returns its number.
    pub(crate) fn add(&mut self, new: NewDelivery, now_ms: u64) -> u64 {
        if self.rows.len() >= MOST_DELIVERIES {
            self.forget_one();
        }
        self.given += 1;
        self.touch(self.given);
        self.rows.insert(
            self.given,
            Delivery {
                id: self.given,
                gateway: new.gateway,
                order_id: new.order_id,
                merchant_ref: new.merchant_ref,
                order_status: new.order_status,
                url: new.url,
                body: new.body,
                state: DeliveryState::Waiting,
                due_ms: Some(now_ms),
                tries_left: new.attempts,
                attempts: Vec::new(),
                fault: None,
            },
        );
        self.given
    }

    /// Forgets the oldest delivery that is over, or the oldest one.
    fn forget_one(&mut self) {
        let is_over = |row: &&Delivery| row.due_ms.is_none() && row.state != DeliveryState::Sending;
        let mut rows = self.rows.values();
        let over = rows.find(is_over).or_else(|| self.rows.values().next());
        if let Some(id) = over.map(|row| row.id) {
            self.touch(id);
            self.rows.remove(&id);
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.rows.get(&id)
    }

    fn touch(&mut self, id: u64) {
        self.due.touch(id);
        self.unsaved.insert(id);
    }

    /// A delivery that may be changed.
    fn row_mut(&mut self, id: u64) -> Option<&mut Delivery> {
        self.touch(id);
        self.rows.get_mut(&id)
    }

    fn refresh_due(&mut self) {
        let due_ms = |id| self.rows.get(&id).and_then(|row| row.due_ms);
        self.due.refresh(due_ms);
    }

    /// Lets the next attempt of a delivery meet a fault, or none.
    pub(crate) fn meet(&mut self, id: u64, fault: Option<FaultKind>) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.fault = fault;
        }
    }

    /// Makes a delivery due at once, with all its attempts again.
    pub(crate) fn again(&mut self, id: u64, attempts: usize, now_ms: u64) -> Option<&Delivery> {
        let row = self.row_mut(id)?;
        row.state = DeliveryState::Waiting;
        row.due_ms = Some(now_ms);
        row.tries_left = attempts;
        Some(row)
    }

    /// The same message once more, as another delivery.
    pub(crate) fn duplicate(&mut self, id: u64, attempts: usize, now_ms: u64) -> Option<&Delivery> {
        let row = self.rows.get(&id)?;
        let copy = NewDelivery {
            gateway: row.gateway,
            order_id: row.order_id.clone(),
            merchant_ref: row.merchant_ref.clone(),
            order_status: row.order_status,
            url: row.url.clone(),
            body: row.body.clone(),
            attempts,
        };
        let copy = self.add(copy, now_ms);
        self.rows.get(&copy)
    }

    /// Takes up to `most` deliveries that are due, earliest first, and marks them as being sent.
    pub(crate) fn take_due(&mut self, now_ms: u64, most: usize) -> Vec<Due> {
        self.refresh_due();
        let ids: Vec<u64> = self.due.until(now_ms).take(most).collect();
        let mut taken = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(row) = self.row_mut(id) else {
                continue;
            };
            row.state = DeliveryState::Sending;
            row.due_ms = None;
            row.tries_left = row.tries_left.saturating_sub(1);
            taken.push(Due {
                id,
                gateway: row.gateway,
                url: row.url.clone(),
                body: row.body.clone(),
                fault: row.fault.take(),
            });
        }
        taken
    }

    /// Stores the result of an attempt. `next` returns the wait before the next one from the attempts left.
    pub(crate) fn finish(
        &mut self,
        id: u64,
        attempt: Attempt,
        forbidden: bool,
        next: impl FnOnce(usize) -> Option<u64>,
    ) {
        let Some(gateway) = self.rows.get(&id).map(|row| row.gateway) else {
            return; // removed by a reset meanwhile
        };
        *self.ended.entry(gateway).or_default() += 1;
        self.release(gateway, attempt.at_ms);
        let Some(row) = self.row_mut(id) else {
            return;
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
        row.keep(attempt);
    }

    /// Stores the result of an attempt that another one follows at once.
    pub(crate) fn note(&mut self, id: u64, attempt: Attempt) {
        if let Some(row) = self.row_mut(id) {
            row.keep(attempt);
        }
    }

    /// Drops a delivery that is being sent, with the attempt that says so.
    pub(crate) fn drop_for_good(&mut self, id: u64, attempt: Attempt) {
        if let Some(row) = self.row_mut(id) {
            row.state = DeliveryState::Dropped;
            row.keep(attempt);
        }
    }

    /// Puts a delivery back that is being sent: nothing was sent, and it is due then. If it is `held`, it is due as soon as another
    /// webhook of its gateway was sent.
    pub(crate) fn put_back(&mut self, id: u64, due_ms: u64, held: bool) {
        let Some(row) = self.row_mut(id) else {
            return;
        };
        row.state = DeliveryState::Waiting;
        row.due_ms = Some(due_ms);
        row.tries_left += 1;
        if held {
            self.held.insert(id);
        }
    }

    /// Makes the held deliveries of a gateway due.
    fn release(&mut self, gateway: Gateway, now_ms: u64) {
        for id in std::mem::take(&mut self.held) {
            match self.row_mut(id) {
                Some(row) if row.gateway != gateway => {
                    self.held.insert(id);
                }
                Some(row) if row.state == DeliveryState::Waiting => row.due_ms = Some(now_ms),
                _ => {}
            }
        }
    }

    /// How many attempts have ended at a gateway.
    pub(crate) fn attempts_at(&self, gateway: Gateway) -> u64 {
        self.ended.get(&gateway).copied().unwrap_or_default()
    }

    /// When the next delivery is due.
    pub(crate) fn next_due(&mut self) -> Option<u64> {
        self.refresh_due();
        self.due.first()
    }

    /// Whether nothing is being sent and nothing is due.
    pub(crate) fn is_quiet(&self, now_ms: u64) -> bool {
        self.rows.values().all(|row| {
            row.state != DeliveryState::Sending && row.due_ms.is_none_or(|due| due > now_ms)
        })
    }

    /// Writes those of a gateway that changed, and removes those that were forgotten.
    pub(crate) fn save(&mut self, gateway: Gateway, to: &mut Changes<'_>) {
        let rows = &self.rows;
        self.unsaved.retain(|id| match rows.get(id) {
            Some(row) if row.gateway != gateway => true,
            Some(row) => {
                to.put(KIND, id, row);
                false
            }
            None => {
                to.remove(KIND, id);
                false
            }
        });
    }

    /// The number of the last one.
    pub(crate) fn last(&self) -> u64 {
        self.given
    }

    /// Takes over what was saved. What was being sent is sent again: its answer is not known.
    pub(crate) fn load(
        &mut self,
        last: u64,
        now_ms: u64,
        from: &mut Documents,
    ) -> Result<(), Unreadable> {
        self.given = last;
        self.rows = from.take(KIND)?;
        for (id, row) in &mut self.rows {
            self.given = self.given.max(*id);
            self.due.touch(*id);
            if row.state == DeliveryState::Sending {
                row.state = DeliveryState::Waiting;
                row.due_ms = Some(now_ms);
                row.tries_left += 1;
            }
        }
        Ok(())
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.rows.values()
    }

    /// Removes the deliveries of a gateway. Numbers are not given out twice, so an attempt that is still under way finds
    /// nothing to change.
    pub(crate) fn remove_all_of(&mut self, gateway: Gateway) {
        let (due, unsaved) = (&mut self.due, &mut self.unsaved);
        self.rows.retain(|id, row| {
            let stays = row.gateway != gateway;
            if !stays {
                due.touch(*id);
                unsaved.insert(*id);
            }
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> NewDelivery {
        NewDelivery {
            gateway: Gateway::CPAY,
            order_id: "order".to_owned(),
            merchant_ref: "order-1".to_owned(),
            order_status: OrderStatus::Completed,
            url: "http://127.0.0.1:1/".to_owned(),
            body: String::new(),
            attempts: 3,
        }
    }

    #[test]
    fn forgets_what_is_over_before_what_is_due() {
        let mut deliveries = Deliveries::default();
        let waiting = deliveries.add(message(), 5);
        for _ in 1..MOST_DELIVERIES {
            deliveries.add(message(), 1);
        }
        let taken = deliveries.take_due(1, 2);
        let ids: Vec<u64> = taken.iter().map(|due| due.id).collect();
        assert_eq!(ids, [2, 3]);
        let refused = Attempt {
            at_ms: 1,
            http_status: None,
            answer: None,
            problem: Some("forbidden".to_owned()),
            sent: WireMessage::default(),
            fault: None,
        };
        deliveries.finish(2, refused, true, |_| None);

        let added = deliveries.add(message(), 9);
        assert_eq!(deliveries.iter().count(), MOST_DELIVERIES);
        assert!(deliveries.get(2).is_none());
        assert!(deliveries.get(waiting).is_some() && deliveries.get(added).is_some());
        assert_eq!(deliveries.next_due(), Some(1));
        deliveries.remove_all_of(Gateway::CPAY);
        assert_eq!(deliveries.next_due(), None);
    }
}
