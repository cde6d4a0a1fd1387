//! The merchant's balances at a fake gateway.

use std::collections::BTreeMap;

use payments_core::Amount;
use payments_facade::Money;

/// The balance of one symbol.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Account {
    pub(super) available: Amount,
    pub(super) held: Amount,
}

/// Balances by symbol, regardless of the network. A failed change has no effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(BTreeMap<String, Account>);

/// The balance is insufficient, or the sum has more than 38 digits.
#[derive(Debug)]
pub(super) struct LedgerError;

type Change = fn(Amount, Amount) -> Option<Amount>;

const ADD: Change = Amount::checked_add;
const SUBTRACT: Change = Amount::checked_sub;
const KEEP: Change = |balance, _| Some(balance);

impl Ledger {
    fn change(
        &mut self,
        money: &Money,
        available: Change,
        held: Change,
    ) -> Result<(), LedgerError> {
        let symbol = money.asset.symbol();
        let account = self.0.get(symbol).copied().unwrap_or_default();
        let changed = Account {
            available: available(account.available, money.amount).ok_or(LedgerError)?,
            held: held(account.held, money.amount).ok_or(LedgerError)?,
        };
        self.0.insert(symbol.to_owned(), changed);
        Ok(())
    }

    /// Adds incoming money.
    pub(super) fn credit(&mut self, money: &Money) -> Result<(), LedgerError> {
        self.change(money, ADD, KEEP)
    }

    /// Removes available money.
    pub(super) fn debit(&mut self, money: &Money) -> Result<(), LedgerError> {
        self.change(money, SUBTRACT, KEEP)
    }

    /// Holds available money for a payout.
    pub(super) fn hold(&mut self, money: &Money) -> Result<(), LedgerError> {
        self.change(money, SUBTRACT, ADD)
    }

    /// Removes held money: the payout is complete.
    pub(super) fn capture(&mut self, money: &Money) -> Result<(), LedgerError> {
        self.change(money, KEEP, SUBTRACT)
    }

    /// Makes held money available again: the payout was rejected.
    pub(super) fn release(&mut self, money: &Money) -> Result<(), LedgerError> {
        self.change(money, ADD, SUBTRACT)
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = (&str, Account)> {
        let accounts = self.0.iter();
        accounts.map(|(symbol, account)| (symbol.as_str(), *account))
    }
}
