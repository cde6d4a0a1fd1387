//! How much happened.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts of one day, or of many.
#[derive(Debug, Default)]
pub struct Totals {
    pub(super) requests: AtomicUsize,
    pub(super) payouts: AtomicUsize,
    pub(super) faults: AtomicUsize,
    pub(super) webhooks: AtomicUsize,
    pub(super) forged: AtomicUsize,
    pub(super) crashes: AtomicUsize,
    pub(super) effects: AtomicUsize,
    pub(super) failovers: AtomicUsize,
}

impl Totals {
    fn all(&self) -> [(&AtomicUsize, &'static str); 8] {
        [
            (&self.requests, "requests"),
            (&self.payouts, "for payouts"),
            (&self.failovers, "orders at the second gateway"),
            (&self.faults, "faults"),
            (&self.webhooks, "webhooks"),
            (&self.forged, "forged"),
            (&self.crashes, "crashes"),
            (&self.effects, "effects booked"),
        ]
    }

    pub(super) fn add(&self, other: &Self) {
        for ((total, _), (more, _)) in self.all().into_iter().zip(other.all()) {
            total.fetch_add(more.load(Ordering::SeqCst), Ordering::SeqCst);
        }
    }
}

impl Clone for Totals {
    fn clone(&self) -> Self {
        let copy = Self::default();
        copy.add(self);
        copy
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (total, name)) in self.all().into_iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{} {name}", total.load(Ordering::SeqCst))?;
        }
        Ok(())
    }
}

/// Counts one.
pub(super) fn count(total: &AtomicUsize) {
    total.fetch_add(1, Ordering::SeqCst);
}
