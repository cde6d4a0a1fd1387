//! The provider with its state: orders, the merchant's and the payers' money.

use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use super::account::{Account, Settings};
use super::coins::{self, Coin};
use super::credentials::ChainupOpayCredentials;
use super::order::Order;
use super::payers::{self, Payer};
use crate::credentials::value::CredentialsError;
use crate::shared::context::{Context, lock};
use crate::shared::decimal::Decimal;
use crate::shared::document::{Changes, Documents, Small, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::ledger::{self, Ledger, Move, MoveRefused};
use crate::shared::order_table::OrderTable;

impl Gateway {
    /// ChainUp OPay.
    pub const CHAINUP_OPAY: Self = Self::new("chainup_opay", "ChainUp OPay");
}

/// The provider.
pub(crate) struct ChainupOpay {
    pub(super) context: Arc<Context>,
    pub(super) account: Account,
    state: Mutex<State>,
}

impl ChainupOpay {
    pub(crate) fn new(
        context: Arc<Context>,
        credentials: &ChainupOpayCredentials,
        settings: Settings,
    ) -> Result<Self, CredentialsError> {
        Ok(Self {
            context,
            account: Account::new(credentials, settings)?,
            state: Mutex::default(),
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// What a payer has of a coin.
#[derive(Serialize, Deserialize)]
struct Purse {
    payer: &'static Payer,
    coin: &'static Coin,
    left: Decimal,
}

pub(super) struct State {
    pub(super) orders: OrderTable<Order>,
    /// What was paid, per coin.
    pub(super) ledger: Ledger,
    purses: Vec<Purse>,
    pub(super) small: Small,
}

impl Default for State {
    fn default() -> Self {
        let purses = |payer: &'static Payer| {
            coins::ALL.iter().map(move |coin| Purse {
                payer,
                coin,
                left: payer.balance,
            })
        };
        Self {
            orders: OrderTable::default(),
            ledger: Ledger::new(coins::ALL.iter().map(|coin| coin.symbol)),
            purses: payers::ALL.iter().flat_map(purses).collect(),
            small: Small::default(),
        }
    }
}

impl State {
    pub(super) fn save(&mut self, to: &mut Changes<'_>) {
        self.small.begin(to);
        self.orders.save("order", to);
        self.small.put("ledger", &self.ledger, to);
        self.small.put("purses", &self.purses, to);
    }

    pub(super) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        self.orders.load("order", from)?;
        self.ledger.load(from)?;
        for purse in from.take_small::<Vec<Purse>>("purses")?.unwrap_or_default() {
            self.set_left(purse.payer, purse.coin, purse.left);
        }
        Ok(())
    }

    /// What a payer has left of a coin.
    pub(super) fn left(&self, payer: &Payer, coin: &Coin) -> Decimal {
        let own = |purse: &&Purse| purse.payer == payer && purse.coin == coin;
        let purse = self.purses.iter().find(own);
        purse.map(|purse| purse.left).unwrap_or_default()
    }

    /// Moves money from a payer to the merchant, all of it or nothing.
    pub(super) fn pay(
        &mut self,
        payer: &Payer,
        coin: &Coin,
        amount: Decimal,
    ) -> Result<(), MoveRefused> {
        let available = self.left(payer, coin);
        let left = available
            .minus(amount)
            .filter(|left| !left.is_negative())
            .ok_or(MoveRefused::Insufficient {
                currency: coin.symbol,
                needed: amount,
                there: available,
            })?;
        self.ledger.credit(coin.symbol, amount)?;
        self.set_left(payer, coin, left);
        Ok(())
    }

    /// Moves money from the merchant to a payer, all of it or nothing.
    pub(super) fn pay_back(
        &mut self,
        payer: &Payer,
        coin: &Coin,
        amount: Decimal,
    ) -> Result<(), MoveRefused> {
        let left = self.left(payer, coin).plus(amount);
        let left = left.ok_or(MoveRefused::Overflow)?;
        self.ledger.post(&[Move {
            currency: coin.symbol,
            from: ledger::Account::Available,
            to: ledger::Account::Outside,
            amount,
        }])?;
        self.set_left(payer, coin, left);
        Ok(())
    }

    fn set_left(&mut self, payer: &Payer, coin: &Coin, left: Decimal) {
        for purse in &mut self.purses {
            if purse.payer == payer && purse.coin == coin {
                purse.left = left;
            }
        }
    }
}
