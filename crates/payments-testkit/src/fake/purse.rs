//! The merchant's money at a fake gateway.

use std::collections::BTreeMap;

use payments_core::Amount;

use payments_facade::Money;

/// What there is of one coin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Account {
    pub(super) available: Amount,
    pub(super) held: Amount,
}

/// By coin, whichever network it moves on. Every change is made whole or not at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Purse(BTreeMap<String, Account>);

/// There is not enough of it, or it would take more than 38 digits.
#[derive(Debug)]
pub(super) struct DoesNotAddUp;

impl Purse {
    fn change(
        &mut self,
        money: &Money,
        change: impl FnOnce(Account, Amount) -> Option<Account>,
    ) -> Result<(), DoesNotAddUp> {
        let symbol = money.asset.symbol();
        let account = self.0.get(symbol).copied().unwrap_or_default();
        let changed = change(account, money.amount).ok_or(DoesNotAddUp)?;
        self.0.insert(symbol.to_owned(), changed);
        Ok(())
    }

    /// Money comes in.
    pub(super) fn credit(&mut self, money: &Money) -> Result<(), DoesNotAddUp> {
        self.change(money, |account, amount| {
            Some(Account {
                available: account.available.checked_add(amount)?,
                ..account
            })
        })
    }

    /// Money goes at once.
    pub(super) fn debit(&mut self, money: &Money) -> Result<(), DoesNotAddUp> {
        self.change(money, |account, amount| {
            Some(Account {
                available: account.available.checked_sub(amount)?,
                ..account
            })
        })
    }

    /// Money is put aside for a payout.
    pub(super) fn hold(&mut self, money: &Money) -> Result<(), DoesNotAddUp> {
        self.change(money, |account, amount| {
            Some(Account {
                available: account.available.checked_sub(amount)?,
                held: account.held.checked_add(amount)?,
            })
        })
    }

    /// What was put aside goes out.
    pub(super) fn pay_out(&mut self, money: &Money) -> Result<(), DoesNotAddUp> {
        self.change(money, |account, amount| {
            Some(Account {
                held: account.held.checked_sub(amount)?,
                ..account
            })
        })
    }

    /// What was put aside comes back.
    pub(super) fn give_back(&mut self, money: &Money) -> Result<(), DoesNotAddUp> {
        self.change(money, |account, amount| {
            Some(Account {
                available: account.available.checked_add(amount)?,
                held: account.held.checked_sub(amount)?,
            })
        })
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = (&str, Account)> {
        let accounts = self.0.iter();
        accounts.map(|(symbol, account)| (symbol.as_str(), *account))
    }
}
