//! What a sandbox remembers, in memory: orders, recorded requests, webhook deliveries.

mod deliveries;
mod orders;
mod requests;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use deliveries::{Attempt, Delivery, DeliveryState};
pub(crate) use deliveries::{Deliveries, Due, NewDelivery};
pub(crate) use orders::{AddRefused, Orders};
pub use orders::{Funds, Order, OrderStatus};
pub(crate) use requests::Requests;
pub use requests::{RequestRecord, Verdict};

use serde::Serialize;

/// The gateway an order, a request or a delivery belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Gateway {
    /// C-Pay (cpay.ltd).
    Cpay,
}

impl Gateway {
    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpay => "cpay",
        }
    }
}

/// The tables of one sandbox. The lock is held for single steps only, never across an await.
#[derive(Default)]
pub(crate) struct Store {
    tables: Mutex<Tables>,
}

#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) orders: Orders,
    pub(crate) requests: Requests,
    pub(crate) deliveries: Deliveries,
}

impl Store {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    /// Forgets everything. Numbers are not given out twice, so an answer still on its way finds nothing to change.
    pub(crate) fn clear(&mut self) {
        self.orders.clear();
        self.requests.clear();
        self.deliveries.clear();
    }
}

/// A text for a record: at most `max` characters of it.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
