//! What a sandbox remembers, in memory: orders, balances, users, recorded requests, webhook deliveries.

mod deliveries;
mod ledger;
mod orders;
mod requests;
mod users;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use deliveries::{Attempt, Delivery, DeliveryState};
pub(crate) use deliveries::{Deliveries, Due, NewDelivery};
pub use ledger::Balance;
pub(crate) use ledger::{Account, Ledger, Move, MoveRefused};
pub(crate) use orders::{AddRefused, Orders};
pub use orders::{Exchanged, Funds, Order, OrderKind, OrderStatus};
pub(crate) use requests::Requests;
pub use requests::{RequestRecord, Verdict};
pub(crate) use users::{User, Users};

use serde::Serialize;

use crate::{ccpayment, chainup_opay};

/// The gateway an order, a request or a delivery belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Gateway {
    /// C-Pay (cpay.ltd).
    Cpay,
    /// ChainUp OPay.
    ChainupOpay,
    /// CCPayment, version 1.
    Ccpayment,
}

impl Gateway {
    /// All of them, in the order of the pages.
    pub const ALL: [Self; 3] = [Self::Cpay, Self::ChainupOpay, Self::Ccpayment];

    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpay => "cpay",
            Self::ChainupOpay => "chainup_opay",
            Self::Ccpayment => "ccpayment",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpay => "C-Pay",
            Self::ChainupOpay => "ChainUp OPay",
            Self::Ccpayment => "CCPayment",
        }
    }
}

/// The tables of one sandbox. The lock is held for single steps only, never across an await.
pub(crate) struct Store {
    tables: Mutex<Tables>,
}

#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) orders: Orders,
    pub(crate) requests: Requests,
    pub(crate) deliveries: Deliveries,
    pub(crate) users: Users,
    /// The merchant's balances at C-Pay.
    pub(crate) ledger: Ledger,
    /// What only ChainUp OPay knows.
    pub(crate) chainup_opay: chainup_opay::Book,
    /// What only CCPayment knows, its balances among it.
    pub(crate) ccpayment: ccpayment::Book,
    /// The balances to begin with, and to go back to.
    opening: Ledger,
}

impl Store {
    /// An empty memory with these balances.
    pub(crate) fn new(opening: Ledger) -> Self {
        Self {
            tables: Mutex::new(Tables {
                ledger: opening.clone(),
                opening,
                ..Tables::default()
            }),
        }
    }

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
        self.users.clear();
        self.ledger.clone_from(&self.opening);
        self.chainup_opay.clear();
        self.ccpayment.clear();
    }
}

/// A text for a record: at most `max` characters of it.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
