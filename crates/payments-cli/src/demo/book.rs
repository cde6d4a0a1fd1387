//! The merchant's own books: the balances that the calls of a story should leave.

use std::collections::BTreeMap;

use payments_core::Amount;

use super::story::{Result, ensure};

pub(crate) struct Book(BTreeMap<String, Amount>);

impl Book {
    /// Starts with the provider's balances.
    pub(crate) fn open<'a>(
        balances: impl Iterator<Item = (&'a String, Option<Amount>)>,
    ) -> Result<Self> {
        let entries = balances.map(|(asset, amount)| Some((asset.clone(), amount?)));
        let entries: Option<_> = entries.collect();
        Ok(Self(entries.ok_or("a balance has no amount")?))
    }

    pub(crate) fn credit(&mut self, asset: &str, amount: Option<Amount>) -> Result<()> {
        self.change(asset, amount, Amount::checked_add)
    }

    pub(crate) fn debit(&mut self, asset: &str, amount: Option<Amount>) -> Result<()> {
        self.change(asset, amount, Amount::checked_sub)
    }

    fn change(
        &mut self,
        asset: &str,
        amount: Option<Amount>,
        apply: fn(Amount, Amount) -> Option<Amount>,
    ) -> Result<()> {
        let amount = amount.ok_or_else(|| format!("the response has no amount of {asset}"))?;
        let entry = self.0.entry(asset.to_owned()).or_insert(Amount::ZERO);
        *entry = apply(*entry, amount).ok_or_else(|| format!("not enough {asset}"))?;
        Ok(())
    }

    /// Compares every balance to the last digit. The result is for the last step of a story.
    pub(crate) fn compare(&self, balance: impl Fn(&str) -> Option<Amount>) -> Result<String> {
        for (asset, booked) in &self.0 {
            let actual = balance(asset);
            ensure(actual == Some(*booked), actual)?;
        }
        Ok(format!("{} balances match the books", self.0.len()))
    }
}
