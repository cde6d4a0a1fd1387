//! The log of webhook deliveries: what to send, when, and the result.

mod delivery;
mod index;

use std::collections::{BTreeMap, HashMap};

use self::index::Index;
use super::document::{Changes, Documents, Unreadable};
use super::fault::FaultKind;
use super::gateway::Gateway;
use super::kept::Kept;
use super::unsaved::Unsaved;

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
    /// How many attempts have begun.
    begun: u64,
    /// The last begun of the attempts that have sent something, by gateway.
    sent: HashMap<Gateway, u64>,
    /// Those that wait for another webhook of their gateway, each with its attempt's number.
    held: HashMap<Gateway, Vec<(u64, u64)>>,
    unsaved: Unsaved<u64>,
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
            begun: 0,
        };
        self.index.add(&row);
        self.unsaved.note(row.id);
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
        self.unsaved.note(id);
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
                self.unsaved.note(id);
            }
        }
    }

    /// Forgets what a provider notes about deliveries that are no longer kept. Looks only if there are twice as many notes as
    /// deliveries can be, so a note costs the same whatever there is.
    pub(crate) fn forget_notes<V>(&self, notes: &mut Kept<u64, V>) {
        if notes.len() > 2 * MOST_DELIVERIES {
            notes.retain(|id| self.rows.contains_key(id));
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
            self.begun += 1;
            let begun = self.begun;
            self.change(id, |row| {
                row.state = DeliveryState::Sending;
                row.begun = begun;
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
        let Some((gateway, begun)) = self.rows.get(&id).map(|row| (row.gateway, row.begun)) else {
            return; // removed by a reset meanwhile
        };
        if !attempt.sent.is_empty() {
            let last = self.sent.entry(gateway).or_default();
            *last = begun.max(*last);
            self.release(gateway, begun, attempt.at_ms);
        }
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

    /// Puts a delivery back that is being sent: nothing was sent, and it is due then. If it is `held`, it is due as soon as an attempt
    /// of its gateway that began after its own has sent something.
    pub(crate) fn put_back(&mut self, id: u64, due_ms: u64, held: bool) {
        let put_back = self.change(id, |row| {
            row.state = DeliveryState::Waiting;
            row.due_ms = Some(due_ms);
            row.tries_left += 1;
            (row.gateway, row.begun)
        });
        if held && let Some((gateway, begun)) = put_back {
            self.held.entry(gateway).or_default().push((id, begun));
        }
    }

    /// Makes the deliveries of a gateway due that were held before this attempt began.
    fn release(&mut self, gateway: Gateway, begun: u64, now_ms: u64) {
        let held = self.held.remove(&gateway).unwrap_or_default();
        let (free, held): (Vec<_>, Vec<_>) = held.into_iter().partition(|(_, at)| *at < begun);
        if !held.is_empty() {
            self.held.insert(gateway, held);
        }
        for (id, _) in free {
            self.change(id, |row| {
                if row.state == DeliveryState::Waiting {
                    row.due_ms = Some(now_ms);
                }
            });
        }
    }

    /// How many attempts have begun.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    /// Whether a gateway has sent a webhook in an attempt that began after so many others.
    pub(crate) fn has_sent_since(&self, gateway: Gateway, begun: u64) -> bool {
        self.sent.get(&gateway).is_some_and(|last| *last > begun)
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
        let rows = &self.rows;
        let elsewhere = |id: &u64| rows.get(id).is_some_and(|row| row.gateway != gateway);
        for id in self.unsaved.take_if(|id| !elsewhere(id)) {
            match rows.get(&id) {
                Some(row) => to.put(KIND, &id, row),
                None => to.remove(KIND, &id),
            }
        }
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
        self.unsaved.begin();
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
                unsaved.note(*id);
            }
            stays
        });
        self.held.remove(&gateway);
    }
}

#[cfg(test)]
mod tests;
