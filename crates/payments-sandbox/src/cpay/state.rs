//! The provider with its state: orders, balances and users.

use std::sync::{Arc, Mutex, MutexGuard};

use super::account::{Account, Settings};
use super::coins::{CURRENCIES, DECIMALS, START_BALANCES};
use super::credentials::CpayCredentials;
use super::order::{Order, Status};
use super::users::Users;
use super::webhook;
use crate::shared::action::ActionError;
use crate::shared::context::{Context, lock};
use crate::shared::document::{Changes, Documents, Small, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Ledger;
use crate::shared::order_table::OrderTable;
use crate::start_error::StartError;

impl Gateway {
    /// C-Pay (cpay.ltd).
    pub const CPAY: Self = Self::new("cpay", "C-Pay");
}

/// The provider.
pub(crate) struct Cpay {
    pub(super) context: Arc<Context>,
    pub(super) account: Account,
    opening: Ledger,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) orders: OrderTable<Order>,
    pub(super) ledger: Ledger,
    pub(super) users: Users,
    small: Small,
}

impl State {
    fn new(ledger: Ledger) -> Self {
        Self {
            ledger,
            ..Self::default()
        }
    }

    pub(super) fn save(&mut self, to: &mut Changes<'_>) {
        self.small.begin(to);
        self.orders.save("order", to);
        self.users.save(to);
        self.small.put("ledger", &self.ledger, to);
    }

    pub(super) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.orders.load("order", from)?;
        self.users.load(from)?;
        self.ledger.load(from)
    }
}

/// The balances at the start.
pub(crate) fn opening(settings: &Settings) -> Result<Ledger, StartError> {
    let opening = Ledger::open(&CURRENCIES, DECIMALS, START_BALANCES, &settings.balances);
    opening.map_err(StartError::balance(Gateway::CPAY))
}

impl Cpay {
    pub(crate) fn new(
        context: Arc<Context>,
        credentials: &CpayCredentials,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let opening = opening(&settings)?;
        Ok(Self {
            account: Account::new(credentials, settings, &context.ids)?,
            context,
            state: Mutex::new(State::new(opening.clone())),
            opening,
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Forgets orders and users; balances are those of the start.
    pub(super) fn clear(&self) {
        let mut state = self.state();
        self.account.settings.restore();
        *state = State::new(self.opening.clone());
        state.small = Small::cleared();
        self.context.deliveries().remove_all_of(Gateway::CPAY);
    }

    /// Queues the webhook about an order whose state is final or, if the account asks for it, any other.
    pub(super) fn announce(&self, order: &Order) {
        if (order.status.is_final() || self.account.settings.get().every_state)
            && let Some(webhook) = webhook::compose(&self.account, order)
        {
            self.context.queue(webhook);
        }
    }

    /// Sets the final state of an order and queues its webhook.
    pub(super) fn settle(
        &self,
        mut state: MutexGuard<'_, State>,
        id: &str,
        status: Status,
    ) -> Result<Order, ActionError> {
        let order = state.orders.find_mut(id)?;
        order.status = status;
        order.settled_ms = Some(self.context.clock.now_ms());
        order.due_ms = None;
        let order = order.clone();
        self.announce(&order);
        Ok(order)
    }
}
