//! The merchant's own books: what each call should have done to the balances.

use std::collections::BTreeMap;

use cpay_client::Balances;
use payments_core::Amount;

/// What should be available of each currency.
pub(super) struct Book {
    expected: BTreeMap<String, Amount>,
}

impl Book {
    pub(super) fn open(balances: &Balances) -> Result<Self, String> {
        let available = |balance: &cpay_client::Balance| {
            balance
                .available
                .map(|amount| (balance.currency.clone(), amount))
        };
        let expected = balances
            .balances
            .iter()
            .map(available)
            .collect::<Option<_>>();
        Ok(Self {
            expected: expected.ok_or("a balance without an available amount")?,
        })
    }

    pub(super) fn credit(&mut self, currency: &str, amount: Option<Amount>) -> Result<(), String> {
        self.book(currency, amount, Amount::checked_add)
    }

    pub(super) fn debit(&mut self, currency: &str, amount: Option<Amount>) -> Result<(), String> {
        self.book(currency, amount, Amount::checked_sub)
    }

    fn book(
        &mut self,
        currency: &str,
        amount: Option<Amount>,
        apply: fn(Amount, Amount) -> Option<Amount>,
    ) -> Result<(), String> {
        let amount = amount.ok_or_else(|| format!("no amount of {currency} was told"))?;
        let entry = self
            .expected
            .entry(currency.to_owned())
            .or_insert(Amount::ZERO);
        *entry = apply(*entry, amount).ok_or_else(|| format!("the {currency} do not suffice"))?;
        Ok(())
    }

    /// Holds the books against the gateway's balances; gives how many currencies agree.
    pub(super) fn settle(&self, balances: &Balances) -> Result<usize, String> {
        for (currency, expected) in &self.expected {
            let balance = balances
                .of(currency)
                .ok_or_else(|| format!("no balance of {currency}"))?;
            if balance.available != Some(*expected) {
                return Err(format!(
                    "{currency}: the books say {expected}, the gateway {:?}",
                    balance.available
                ));
            }
            if balance.frozen.is_some_and(|frozen| !frozen.is_zero()) {
                return Err(format!("{currency}: {:?} are still frozen", balance.frozen));
            }
        }
        Ok(self.expected.len())
    }
}
