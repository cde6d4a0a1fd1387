//! The log of webhook deliveries: what to send, when, and the result.

mod delivery;
mod index;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use self::index::Index;
use super::document::{Changes, Documents, Unreadable};
use super::fault::FaultKind;
use super::gateway::Gateway;

pub use self::delivery::{Attempt, Delivery, DeliveryState};
pub(crate) use self::delivery::{Due, NewDelivery};

/// Deliveries that are kept, so that a sandbox that runs for weeks does not grow.
const MOST_DELIVERIES: usize = 10_000;

/// The lengths of all texts of the deliveries that are kept.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Of the documents.
const KIND: &str = "delivery";

/// The log of deliveries. Every change goes through [`change`](Self::change), so the index never differs from the rows.
#[derive(Default)]
pub(crate) struct Deliveries {
    given: u64,
    rows: BTreeMap<u64, Delivery>,
    index: Index,
    /// How many attempts have ended at each gateway.
    ended: HashMap<Gateway, u64>,
    /// Those that wait for another webhook of their gateway.
    held: HashMap<Gateway, Vec<u64>>,
    /// Those that were added, may have been changed or were removed since they were saved. `None` without a state file.
    unsaved: Option<BTreeSet<u64>>,
}

impl Deliveries {
    /// Adds a message, due at once, and returns its number.
    pub(crate) fn add(&mut self, new: NewDelivery, now_ms: u64) -> u64 {
        self.given += 1;
        let row = Delivery {
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
        };
        self.index.add(&row);
        note_unsaved(&mut self.unsaved, row.id);
        self.rows.insert(row.id, row);
        self.shrink();
        self.given
    }

    /// Changes a delivery. `None` if it is not there: a reset or the limits have removed it.
    fn change<T>(&mut self, id: u64, change: impl FnOnce(&mut Delivery) -> T) -> Option<T> {
        let row = self.rows.get_mut(&id)?;
        self.index.remove(row);
        let changed = change(row);
        self.index.add(row);
        note_unsaved(&mut self.unsaved, id);
        self.shrink();
        Some(changed)
    }

    /// Forgets deliveries beyond the limits: the oldest that is over, else the oldest.
    fn shrink(&mut self) {
        while self.rows.len() > MOST_DELIVERIES || self.index.bytes() > MOST_BYTES {
            let oldest = || self.rows.keys().next().copied();
            let Some(id) = self.index.first_over().or_else(oldest) else {
                return;
            };
            if let Some(row) = self.rows.remove(&id) {
                self.index.remove(&row);
                note_unsaved(&mut self.unsaved, id);
            }
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.rows.get(&id)
    }

    /// Lets the next attempt of a delivery meet a fault, or none.
    pub(crate) fn meet(&mut self, id: u64, fault: Option<FaultKind>) {
        self.change(id, |row| row.fault = fault);
    }

    /// Makes a delivery due at once, with all its attempts again.
    pub(crate) fn again(&mut self, id: u64, attempts: usize, now_ms: u64) -> Option<&Delivery> {
        self.change(id, |row| {
            row.state = DeliveryState::Waiting;
            row.due_ms = Some(now_ms);
            row.tries_left = attempts;
        })?;
        self.rows.get(&id)
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
        let ids: Vec<u64> = self.index.due_until(now_ms).take(most).collect();
        let taken = ids.into_iter().filter_map(|id| {
            self.change(id, |row| {
                row.state = DeliveryState::Sending;
                row.due_ms = None;
                row.tries_left = row.tries_left.saturating_sub(1);
                Due {
                    id,
                    gateway: row.gateway,
                    url: row.url.clone(),
                    body: row.body.clone(),
                    fault: row.fault.take(),
                }
            })
        });
        taken.collect()
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
        self.change(id, |row| {
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
        });
    }

    /// Stores the result of an attempt that another one follows at once.
    pub(crate) fn note(&mut self, id: u64, attempt: Attempt) {
        self.change(id, |row| row.keep(attempt));
    }

    /// Drops a delivery that is being sent, with the attempt that says so.
    pub(crate) fn drop_for_good(&mut self, id: u64, attempt: Attempt) {
        self.change(id, |row| {
            row.state = DeliveryState::Dropped;
            row.keep(attempt);
        });
    }

    /// Puts a delivery back that is being sent: nothing was sent, and it is due then. If it is `held`, it is due as soon as another
    /// webhook of its gateway was sent.
    pub(crate) fn put_back(&mut self, id: u64, due_ms: u64, held: bool) {
        let put_back = self.change(id, |row| {
            row.state = DeliveryState::Waiting;
            row.due_ms = Some(due_ms);
            row.tries_left += 1;
            row.gateway
        });
        if held && let Some(gateway) = put_back {
            self.held.entry(gateway).or_default().push(id);
        }
    }

    /// Makes the held deliveries of a gateway due.
    fn release(&mut self, gateway: Gateway, now_ms: u64) {
        for id in self.held.remove(&gateway).unwrap_or_default() {
            self.change(id, |row| {
                if row.state == DeliveryState::Waiting {
                    row.due_ms = Some(now_ms);
                }
            });
        }
    }

    /// How many attempts have ended at a gateway.
    pub(crate) fn attempts_at(&self, gateway: Gateway) -> u64 {
        self.ended.get(&gateway).copied().unwrap_or_default()
    }

    /// When the next delivery is due.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.index.first_due()
    }

    /// The number of a delivery that is due at exactly this time.
    pub(crate) fn due_at(&self, due_ms: u64) -> Option<u64> {
        self.index.due_at(due_ms)
    }

    /// Whether nothing is being sent and nothing is due.
    pub(crate) fn is_quiet(&self, now_ms: u64) -> bool {
        !self.index.is_sending() && self.next_due().is_none_or(|due_ms| due_ms > now_ms)
    }

    /// Writes those of a gateway that changed, and removes those that were forgotten.
    pub(crate) fn save(&mut self, gateway: Gateway, to: &mut Changes<'_>) {
        let (rows, Some(unsaved)) = (&self.rows, &mut self.unsaved) else {
            return;
        };
        unsaved.retain(|id| match rows.get(id) {
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
        self.unsaved = Some(BTreeSet::new());
        self.rows = from.take(KIND)?;
        for (id, row) in &mut self.rows {
            self.given = self.given.max(*id);
            if row.state == DeliveryState::Sending {
                row.state = DeliveryState::Waiting;
                row.due_ms = Some(now_ms);
                row.tries_left += 1;
            }
            self.index.add(row);
        }
        self.shrink();
        Ok(())
    }

    /// Oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Delivery> {
        self.rows.values()
    }

    /// Removes the deliveries of a gateway. Numbers are not given out twice, so an attempt that is still under way finds
    /// nothing to change.
    pub(crate) fn remove_all_of(&mut self, gateway: Gateway) {
        let (index, unsaved) = (&mut self.index, &mut self.unsaved);
        self.rows.retain(|id, row| {
            let stays = row.gateway != gateway;
            if !stays {
                index.remove(row);
                note_unsaved(unsaved, *id);
            }
            stays
        });
        self.held.remove(&gateway);
    }
}

/// The delivery is to be written to the state file, if there is one.
fn note_unsaved(unsaved: &mut Option<BTreeSet<u64>>, id: u64) {
    if let Some(unsaved) = unsaved {
        unsaved.insert(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::deliveries::delivery::ATTEMPTS_KEPT;
    use crate::shared::exchange::WireMessage;
    use crate::shared::order::OrderStatus;

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

    fn refused(text_bytes: usize) -> Attempt {
        Attempt {
            at_ms: 1,
            http_status: None,
            answer: Some("x".repeat(text_bytes)),
            problem: Some(String::new()),
            sent: WireMessage::default(),
            fault: None,
        }
    }

    /// What the index knows, read from all rows.
    fn check(deliveries: &Deliveries) {
        let rows = || deliveries.iter();
        let bytes: usize = rows().map(Delivery::text_bytes).sum();
        assert_eq!(bytes, deliveries.index.bytes());
        assert!(bytes <= MOST_BYTES && rows().count() <= MOST_DELIVERIES);
        let due = rows().filter_map(|row| row.due_ms).min();
        assert_eq!(deliveries.next_due(), due);
        let is_sending = |row: &Delivery| row.state == DeliveryState::Sending;
        let is_quiet = |now_ms| !rows().any(is_sending) && due.is_none_or(|due| due > now_ms);
        for now_ms in [0, 1, 5, 9] {
            assert_eq!(deliveries.is_quiet(now_ms), is_quiet(now_ms), "{now_ms}");
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
        deliveries.finish(2, refused(0), true, |_| None);

        let added = deliveries.add(message(), 9);
        check(&deliveries);
        assert!(deliveries.get(2).is_none());
        assert!(deliveries.get(waiting).is_some() && deliveries.get(added).is_some());
        deliveries.remove_all_of(Gateway::CPAY);
        check(&deliveries);
        assert_eq!(deliveries.iter().count(), 0);
    }

    #[test]
    fn all_texts_together_stay_within_their_limit() {
        let mut deliveries = Deliveries::default();
        let waiting = deliveries.add(message(), 5);
        for _ in 0..20 {
            let id = deliveries.add(message(), 1);
            for _ in 0..2 * ATTEMPTS_KEPT {
                deliveries.take_due(1, 1);
                deliveries.finish(id, refused(MOST_BYTES / 500), false, |_| Some(0));
            }
            deliveries.take_due(1, 1);
            deliveries.finish(id, refused(0), false, |_| None);
            check(&deliveries);
        }
        let kept: Vec<u64> = deliveries.iter().map(|row| row.id).collect();
        assert_eq!(kept.first(), Some(&waiting), "it is not over");
        assert_eq!(kept.last(), Some(&21));
        assert!(kept.len() < 12, "ten fill the limit: {kept:?}");
        let attempts = deliveries.get(21).map(|row| row.attempts.len());
        assert_eq!(attempts, Some(ATTEMPTS_KEPT));

        // Nothing is over: the oldest goes.
        deliveries.again(21, 1, 1);
        let body = "x".repeat(MOST_BYTES - 1_000);
        let large = deliveries.add(NewDelivery { body, ..message() }, 1);
        check(&deliveries);
        assert_eq!(
            deliveries.iter().map(|row| row.id).collect::<Vec<_>>(),
            [large]
        );
    }

    #[test]
    fn a_held_delivery_is_due_after_another_one_of_its_gateway() {
        let mut deliveries = Deliveries::default();
        let held = deliveries.add(message(), 1);
        let other = deliveries.add(message(), 1);
        assert_eq!(deliveries.take_due(1, 2).len(), 2);
        deliveries.put_back(held, 100, true);
        check(&deliveries);
        assert_eq!(deliveries.next_due(), Some(100));
        deliveries.finish(other, refused(0), true, |_| None);
        check(&deliveries);
        assert_eq!(
            (deliveries.next_due(), deliveries.due_at(1)),
            (Some(1), Some(held))
        );
    }
}
