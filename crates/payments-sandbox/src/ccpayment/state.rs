//! The provider with its state: orders, balances, permanent addresses and queued webhooks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use super::account::{Account, Settings};
use super::chains::{Chain, Place};
use super::coins::COINS;
use super::credentials::CcpaymentCredentials;
use super::order::{Order, OrderType};
use crate::shared::context::{Context, lock};
use crate::shared::decimal::PLACES;
use crate::shared::document::{Changes, Documents, Small, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::kept::Kept;
use crate::shared::ledger::Ledger;
use crate::shared::order_table::{AddRefused, OrderTable};
use crate::shared::rate_limit::RateLimit;
use crate::start_error::StartError;

/// Permanent addresses of one App ID.
pub(super) const MOST_ADDRESSES: usize = 1_000;

impl Gateway {
    /// CCPayment, version 1.
    pub const CCPAYMENT: Self = Self::new("ccpayment", "CCPayment");
}

/// The provider.
pub(crate) struct Ccpayment {
    pub(super) context: Arc<Context>,
    pub(super) account: Account,
    opening: Ledger,
    state: Mutex<State>,
    rate_limit: Mutex<RateLimit>,
}

/// A user's permanent address on a chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Permanent {
    pub(super) place: Place,
    /// Where webhooks about its deposits go; empty for the account's URL.
    pub(super) notify_url: String,
}

/// A webhook that was queued, for `webhook/resend`.
#[derive(Serialize, Deserialize)]
pub(super) struct Queued {
    pub(super) order_type: OrderType,
    pub(super) at_ms: u64,
    /// Whether it is about a final state.
    pub(super) is_final: bool,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) orders: OrderTable<Order>,
    pub(super) ledger: Ledger,
    /// Order ids by the keys of their pages.
    keys: HashMap<String, String>,
    /// By user and chain.
    pub(super) addresses: Kept<(String, Chain), Permanent>,
    /// Lightning invoices of withdrawals: each takes one payment.
    pub(super) used_invoices: Kept<String, ()>,
    /// By the number of the delivery.
    pub(super) webhooks: Kept<u64, Queued>,
    /// When `webhook/resend` was carried out.
    pub(super) resends_ms: Vec<u64>,
    small: Small,
}

/// The balances at the start.
pub(crate) fn opening(settings: &Settings) -> Result<Ledger, StartError> {
    let usual = COINS.iter().map(|coin| (coin.symbol, coin.opening));
    let symbols = COINS.map(|coin| coin.symbol);
    let opening = Ledger::open(&symbols, PLACES, usual, &settings.balances);
    opening.map_err(StartError::balance(Gateway::CCPAYMENT))
}

impl Ccpayment {
    pub(crate) fn new(
        context: Arc<Context>,
        credentials: &CcpaymentCredentials,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let opening = opening(&settings)?;
        Ok(Self {
            account: Account::new(credentials, settings, &context.ids)?,
            context,
            state: Mutex::new(State::new(opening.clone())),
            opening,
            rate_limit: Mutex::default(),
        })
    }

    pub(super) fn rate_limit(&self) -> MutexGuard<'_, RateLimit> {
        lock(&self.rate_limit)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Forgets everything; balances are those of the start.
    pub(super) fn clear(&self) {
        let mut state = self.state();
        self.account.settings.restore();
        *state = State::new(self.opening.clone());
        state.small = Small::cleared();
        self.context.deliveries().remove_all_of(Gateway::CCPAYMENT);
    }
}

impl State {
    fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            ..Self::default()
        }
    }

    /// Adds an order whose page is opened by this key.
    pub(super) fn add_with_page(
        &mut self,
        key: &str,
        order: Order,
        place: u64,
    ) -> Result<(), AddRefused> {
        let order_id = order.order_id.clone();
        self.orders.add(order, place)?;
        self.keys.insert(key.to_owned(), order_id);
        Ok(())
    }

    /// The order whose page is opened by this key.
    pub(super) fn by_key(&self, key: &str) -> Option<&Order> {
        self.keys.get(key).and_then(|id| self.orders.by_id(id))
    }

    pub(super) fn has_key(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    pub(super) fn address(&self, user_id: &str, chain: Chain) -> Option<&Permanent> {
        self.addresses.get(&(user_id.to_owned(), chain))
    }

    pub(super) fn save(&mut self, to: &mut Changes<'_>) {
        self.small.begin(to);
        self.orders.save("order", to);
        self.addresses.save("address", to);
        self.used_invoices.save("used_invoice", to);
        self.webhooks.save("webhook", to);
        self.small.put("ledger", &self.ledger, to);
        self.small.put("resends_ms", &self.resends_ms, to);
    }

    pub(super) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.orders.load("order", from)?;
        self.addresses.load("address", from)?;
        self.used_invoices.load("used_invoice", from)?;
        self.webhooks.load("webhook", from)?;
        self.ledger.load(from)?;
        self.resends_ms = from.take_small("resends_ms")?.unwrap_or_default();
        let pages = self.orders.iter().filter_map(|order| {
            let key = order.checkout()?.key.clone();
            Some((key, order.order_id.clone()))
        });
        self.keys = pages.collect();
        Ok(())
    }
}
