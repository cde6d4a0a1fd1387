//! The provider with its state: orders, deposits, withdrawals, swaps, addresses and queued webhooks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::account::{Account, Settings};
use super::addresses::Addresses;
use super::chains::Chain;
use super::checkout::{Checkout, Choice, Family};
use super::coins::COINS;
use super::credentials::CcpaymentV2Credentials;
use super::deposit::Deposit;
use super::gate::Gate;
use super::messages::Queued;
use super::swap::Swap;
use super::transfers::Transfer;
use super::withdrawal::Withdrawal;
use crate::shared::clock;
use crate::shared::context::{Context, lock};
use crate::shared::decimal::PLACES;
use crate::shared::document::{Changes, Documents, Small, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::kept::Kept;
use crate::shared::ledger::Ledger;
use crate::shared::order_table::OrderTable;
use crate::start_error::StartError;

impl Gateway {
    /// CCPayment, version 2.
    pub const CCPAYMENT_V2: Self = Self::new("ccpayment_v2", "CCPayment v2");
}

/// The provider.
pub(crate) struct CcpaymentV2 {
    pub(super) context: Arc<Context>,
    pub(super) account: Account,
    opening: Ledger,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) ledger: Ledger,
    pub(super) addresses: Addresses,
    orders: OrderTable<Checkout>,
    invoices: OrderTable<Checkout>,
    /// How many orders and invoices are paid at an address. On chains with memos it is one address for all.
    paying: HashMap<(Chain, String), usize>,
    /// Every payment: to orders, invoices and permanent addresses.
    pub(super) deposits: OrderTable<Deposit>,
    pub(super) withdrawals: OrderTable<Withdrawal>,
    pub(super) swaps: OrderTable<Swap>,
    /// Automatic withdrawals and refunds.
    pub(super) transfers: OrderTable<Transfer>,
    /// By the number of the delivery.
    pub(super) webhooks: Kept<u64, Queued>,
    /// When `webhook/resend` was carried out.
    pub(super) resends_ms: Vec<u64>,
    pub(super) gate: Gate,
    small: Small,
}

impl State {
    pub(super) fn checkouts(&self, family: Family) -> &OrderTable<Checkout> {
        match family {
            Family::Order => &self.orders,
            Family::Invoice => &self.invoices,
        }
    }

    /// Whether an order or invoice is paid at this address.
    pub(super) fn has_paying_address(&self, chain: Chain, address: &str) -> bool {
        self.paying.contains_key(&(chain, chain.key_of(address)))
    }

    /// An order or invoice has another address than before.
    pub(super) fn moved(&mut self, before: Option<&Choice>, now: Option<&Choice>) {
        let key = |choice: &Choice| {
            let chain = choice.network.chain;
            (chain, chain.key_of(&choice.place.address))
        };
        if let Some(now) = now.map(key) {
            *self.paying.entry(now).or_default() += 1;
        }
        if let Some(before) = before.map(key)
            && let Some(count) = self.paying.get_mut(&before)
        {
            *count -= 1;
            if *count == 0 {
                self.paying.remove(&before);
            }
        }
    }

    /// Whether coins that are sent to this address arrive at this account.
    pub(super) fn is_own_address(&self, chain: Chain, address: &str) -> bool {
        self.has_paying_address(chain, address) || self.addresses.at(chain, address).is_some()
    }

    pub(super) fn checkouts_mut(&mut self, family: Family) -> &mut OrderTable<Checkout> {
        match family {
            Family::Order => &mut self.orders,
            Family::Invoice => &mut self.invoices,
        }
    }
}

/// What a state file keeps. Bans and the requests of the last second are not kept.
impl State {
    pub(super) fn save(&mut self, to: &mut Changes<'_>) {
        self.small.begin(to);
        self.orders.save("order", to);
        self.invoices.save("invoice", to);
        self.deposits.save("deposit", to);
        self.withdrawals.save("withdrawal", to);
        self.swaps.save("swap", to);
        self.transfers.save("transfer", to);
        self.addresses.save(to);
        self.webhooks.save("webhook", to);
        self.small.put("ledger", &self.ledger, to);
        self.small.put("resends_ms", &self.resends_ms, to);
    }

    pub(super) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.orders.load("order", from)?;
        self.invoices.load("invoice", from)?;
        self.deposits.load("deposit", from)?;
        self.withdrawals.load("withdrawal", from)?;
        self.swaps.load("swap", from)?;
        self.transfers.load("transfer", from)?;
        self.addresses.load(from)?;
        self.webhooks.load("webhook", from)?;
        self.ledger.load(from)?;
        self.resends_ms = from.take_small("resends_ms")?.unwrap_or_default();
        self.small = Small::default();
        let all = self.orders.iter().chain(self.invoices.iter());
        let choices: Vec<_> = all.filter_map(|checkout| checkout.choice.clone()).collect();
        for choice in &choices {
            self.moved(None, Some(choice));
        }
        Ok(())
    }
}

/// The balances at the start.
pub(crate) fn opening(settings: &Settings) -> Result<Ledger, StartError> {
    let usual = COINS.iter().map(|coin| (coin.symbol, coin.opening));
    let symbols = COINS.map(|coin| coin.symbol);
    let opening = Ledger::open(&symbols, PLACES, usual, &settings.balances);
    opening.map_err(StartError::balance(Gateway::CCPAYMENT_V2))
}

impl CcpaymentV2 {
    pub(crate) fn new(
        context: Arc<Context>,
        credentials: &CcpaymentV2Credentials,
        v1_app_id: &str,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let opening = opening(&settings)?;
        let account = Account::new(credentials, v1_app_id, settings, &context.ids)?;
        let provider = Self {
            context,
            account,
            opening,
            state: Mutex::default(),
        };
        provider.clear();
        Ok(provider)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Forgets everything; balances and settings are those of the start.
    pub(super) fn clear(&self) {
        self.account.settings.restore();
        let mut state = self.state();
        *state = State {
            ledger: self.opening.clone(),
            small: Small::cleared(),
            ..State::default()
        };
        let mut deliveries = self.context.deliveries();
        deliveries.remove_all_of(Gateway::CCPAYMENT_V2);
    }

    /// A new id of 32 digits, which begins with the time as the samples do.
    pub(super) fn new_id(&self, now_ms: u64) -> String {
        let ids = &self.context.ids;
        format!("20{}{}", clock::stamp(now_ms), ids.digits(18))
    }

    /// A made-up transaction of a chain.
    pub(super) fn new_txid(&self, is_evm: bool) -> String {
        let digits = self.context.ids.hex(64);
        if is_evm {
            format!("0x{digits}")
        } else {
            digits
        }
    }
}
