//! What the deliveries have in common, kept up to date so that no question reads all of them.

use std::collections::BTreeSet;

use super::{Delivery, DeliveryState};

#[derive(Default)]
pub(super) struct Index {
    /// When the next attempt of a delivery is due, with its number.
    due: BTreeSet<(u64, u64)>,
    /// Those that are over, by their numbers.
    over: BTreeSet<u64>,
    sending: usize,
    bytes: usize,
}

impl Index {
    /// The delivery is there now.
    pub(super) fn add(&mut self, row: &Delivery) {
        self.due.extend(row.due_ms.map(|due_ms| (due_ms, row.id)));
        if is_over(row) {
            self.over.insert(row.id);
        }
        self.sending += usize::from(row.state == DeliveryState::Sending);
        self.bytes += row.text_bytes();
    }

    /// The delivery is no longer there, or it is about to be changed.
    pub(super) fn remove(&mut self, row: &Delivery) {
        if let Some(due_ms) = row.due_ms {
            self.due.remove(&(due_ms, row.id));
        }
        self.over.remove(&row.id);
        self.sending -= usize::from(row.state == DeliveryState::Sending);
        self.bytes -= row.text_bytes();
    }

    /// When the next attempt is due.
    pub(super) fn first_due(&self) -> Option<u64> {
        self.due.first().map(|(due_ms, _)| *due_ms)
    }

    /// The oldest delivery that is due at exactly this time.
    pub(super) fn due_at(&self, due_ms: u64) -> Option<u64> {
        let mut due = self.due.range((due_ms, 0)..=(due_ms, u64::MAX));
        due.next().map(|(_, id)| *id)
    }

    /// The deliveries that are due, earliest first.
    pub(super) fn due_until(&self, now_ms: u64) -> impl Iterator<Item = u64> {
        let due = self.due.range(..=(now_ms, u64::MAX));
        due.map(|(_, id)| *id)
    }

    /// The oldest delivery that is over.
    pub(super) fn first_over(&self) -> Option<u64> {
        self.over.first().copied()
    }

    pub(super) fn is_sending(&self) -> bool {
        self.sending > 0
    }

    /// The lengths of all texts together.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Whether nothing happens to the delivery any more, unless it is sent again.
fn is_over(row: &Delivery) -> bool {
    row.due_ms.is_none() && row.state != DeliveryState::Sending
}
