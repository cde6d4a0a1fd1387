//! The orders of all providers as they are now, with what happened to each: an index for lists, so that no list copies every order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::{Changes, Documents, Unreadable};
use super::order::{Order, OrderStatus};
use super::unsaved::Unsaved;

/// Events kept of an order; the oldest go first, except its creation.
const MOST_EVENTS: usize = 50;

/// The state of an order from some time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrderEvent {
    /// When the sandbox saw the state, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The state.
    pub status: OrderStatus,
    /// The gateway's own name of the state; empty if it has none.
    pub gateway_state: String,
    /// What the payer had sent by then; of a payout, what had left the balance.
    pub actual_amount: String,
    /// What the merchant had got by then; of a payout, what the user had got.
    pub received_amount: String,
}

impl OrderEvent {
    fn of(order: &Order, at_ms: u64) -> Self {
        Self {
            at_ms,
            status: order.status,
            gateway_state: order.gateway_state.clone(),
            actual_amount: order.actual_amount.clone(),
            received_amount: order.received_amount.clone(),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        Self {
            at_ms: other.at_ms,
            ..self.clone()
        } == *other
    }
}

/// An order and its history.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) order: Order,
    pub(crate) events: Vec<OrderEvent>,
}

impl Entry {
    /// Everything that finds the order, for a search over all.
    pub(crate) fn names(&self) -> [&str; 5] {
        let order = &self.order;
        [
            &order.order_id,
            &order.merchant_ref,
            &order.user_id,
            &order.address,
            &order.hash,
        ]
    }
}

/// Of the documents.
const KIND: &str = "events";

#[derive(Default)]
pub(crate) struct Journal {
    /// By the place among the orders of all providers.
    entries: BTreeMap<u64, Entry>,
    /// Those whose events changed since they were saved.
    unsaved: Unsaved<u64>,
    /// What a state file had of orders that are not yet here.
    saved: BTreeMap<u64, Vec<OrderEvent>>,
}

impl Journal {
    /// Takes over the present state of an order.
    pub(crate) fn note(&mut self, place: u64, order: Order, now_ms: u64) {
        let event = OrderEvent::of(&order, now_ms);
        let mut events = if let Some(entry) = self.entries.get_mut(&place) {
            std::mem::take(&mut entry.events)
        } else {
            self.saved.remove(&place).unwrap_or_default()
        };
        if events.last().is_none_or(|last| !last.is_like(&event)) {
            if events.len() >= MOST_EVENTS {
                events.remove(1);
            }
            events.push(event);
            self.unsaved.note(place);
        }
        self.entries.insert(place, Entry { order, events });
    }

    /// Newest first, each with its place.
    pub(crate) fn newest(&self) -> impl DoubleEndedIterator<Item = (u64, &Entry)> {
        let entries = self.entries.iter().rev();
        entries.map(|(place, entry)| (*place, entry))
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What happened to an order, oldest first.
    pub(crate) fn events(&self, order: &Order) -> Vec<OrderEvent> {
        let is_it = |entry: &&Entry| {
            entry.order.gateway == order.gateway && entry.order.order_id == order.order_id
        };
        let entry = self.entries.values().rev().find(is_it);
        entry.map_or_else(Vec::new, |entry| entry.events.clone())
    }

    /// Writes the events of the orders to which something happened.
    pub(crate) fn save(&mut self, to: &mut Changes<'_>) {
        for place in self.unsaved.take_if(|_| true) {
            match self.entries.get(&place) {
                Some(entry) => to.put(KIND, &place, &entry.events),
                None => to.remove(KIND, &place),
            }
        }
    }

    /// Takes over what was saved, for the orders that are noted next.
    pub(crate) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.saved = from.take(KIND)?;
        self.unsaved.begin();
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        for place in std::mem::take(&mut self.entries).into_keys() {
            self.unsaved.note(place);
        }
    }
}
