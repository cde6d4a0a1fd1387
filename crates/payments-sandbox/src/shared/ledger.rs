//! The merchant's money as a double-entry ledger: every entry takes from one account what it adds to another, and entries
//! that are refused change nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::amount;
use super::decimal::Decimal;
use super::document::{Documents, Unreadable};

/// Where money can be, per currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// Outside the gateway: payers and payees.
    Outside,
    /// The merchant's, available.
    Available,
    /// The merchant's, frozen for payouts under way.
    Frozen,
    /// Fees that the gateway kept.
    Fees,
    /// The gateway's own coins, the other side of exchanges.
    Exchange,
}

/// One entry: moves `amount` of `currency` from one account to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move<'a> {
    pub(crate) currency: &'a str,
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) amount: Decimal,
}

/// Why entries were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MoveRefused {
    #[error("{needed} {currency} are needed and {there} are available")]
    Insufficient {
        currency: &'static str,
        needed: Decimal,
        there: Decimal,
    },
    #[error("the sum is larger than the sandbox can count (assumed limit: about 1.7e20)")]
    Overflow,
    #[error("there is no balance of `{0}`")]
    Currency(String),
}

/// The merchant's balance of one currency. Amounts are exact decimal texts without trailing zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Balance {
    /// The currency, e.g. `USDT`.
    pub currency: String,
    /// What can be spent.
    pub available: String,
    /// What is frozen for payouts under way.
    pub frozen: String,
}

#[derive(Clone, Debug, Default)]
struct Row {
    currency: &'static str,
    sums: Sums,
}

/// What is on each account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Sums {
    outside: Decimal,
    available: Decimal,
    frozen: Decimal,
    fees: Decimal,
    exchange: Decimal,
}

impl Row {
    fn account(&mut self, account: Account) -> &mut Decimal {
        match account {
            Account::Outside => &mut self.sums.outside,
            Account::Available => &mut self.sums.available,
            Account::Frozen => &mut self.sums.frozen,
            Account::Fees => &mut self.sums.fees,
            Account::Exchange => &mut self.sums.exchange,
        }
    }
}

/// The balances of a merchant at a gateway, with a row for every currency of the gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    rows: Vec<Row>,
}

impl Ledger {
    pub(crate) fn new(currencies: impl IntoIterator<Item = &'static str>) -> Self {
        let row = |currency| Row {
            currency,
            ..Row::default()
        };
        Self {
            rows: currencies.into_iter().map(row).collect(),
        }
    }

    /// Makes all entries, or none of them.
    pub(crate) fn post(&mut self, moves: &[Move<'_>]) -> Result<(), MoveRefused> {
        let mut rows = self.rows.clone();
        for entry in moves {
            let row = rows
                .iter_mut()
                .find(|row| row.currency == entry.currency)
                .ok_or_else(|| MoveRefused::Currency(entry.currency.to_owned()))?;
            let currency = row.currency;
            let from = row.account(entry.from);
            let there = *from;
            let left = there.minus(entry.amount).ok_or(MoveRefused::Overflow)?;
            // Only the merchant's own accounts must not become negative.
            let own = matches!(entry.from, Account::Available | Account::Frozen);
            if own && left.is_negative() {
                return Err(MoveRefused::Insufficient {
                    currency,
                    needed: entry.amount,
                    there,
                });
            }
            *from = left;
            let to = row.account(entry.to);
            *to = to.plus(entry.amount).ok_or(MoveRefused::Overflow)?;
        }
        self.rows = rows;
        Ok(())
    }

    /// Makes a ledger with opening balances. Those of `asked` replace the `usual` ones, and a later entry an earlier one of the same
    /// currency.
    ///
    /// # Errors
    /// The currency, and what is wrong with its balance.
    pub(crate) fn open<'a>(
        currencies: &[&'static str],
        decimals: usize,
        usual: impl IntoIterator<Item = (&'a str, &'a str)>,
        asked: &'a [(String, String)],
    ) -> Result<Self, (String, String)> {
        let asked = asked.iter().map(|(name, amount)| (&**name, &**amount));
        let mut opening: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, amount) in usual.into_iter().chain(asked) {
            let known = currencies.iter().find(|known| **known == name);
            let known = known.ok_or_else(|| {
                let known = currencies.join(", ");
                (
                    name.to_owned(),
                    format!("does not exist; there are {known}"),
                )
            })?;
            opening.insert(known, amount);
        }
        let mut ledger = Self::new(currencies.iter().copied());
        for (currency, text) in opening {
            let refuse = |problem: String| (currency.to_owned(), problem);
            let amount = amount::decimal(text, decimals).map_err(|bad| refuse(bad.to_string()))?;
            ledger
                .credit(currency, amount)
                .map_err(|refused| refuse(refused.to_string()))?;
        }
        Ok(ledger)
    }

    /// Adds money from outside to what is available.
    pub(crate) fn credit(&mut self, currency: &str, amount: Decimal) -> Result<(), MoveRefused> {
        self.post(&[Move {
            currency,
            from: Account::Outside,
            to: Account::Available,
            amount,
        }])
    }

    /// Makes exactly this much available, by money from or to the outside.
    pub(crate) fn set_available(
        &mut self,
        currency: &str,
        amount: Decimal,
    ) -> Result<(), MoveRefused> {
        let row = self.rows.iter().find(|row| row.currency == currency);
        let row = row.ok_or_else(|| MoveRefused::Currency(currency.to_owned()))?;
        let more = amount
            .minus(row.sums.available)
            .ok_or(MoveRefused::Overflow)?;
        let less = row
            .sums
            .available
            .minus(amount)
            .ok_or(MoveRefused::Overflow)?;
        let (from, to, amount) = if more.is_negative() {
            (Account::Available, Account::Outside, less)
        } else {
            (Account::Outside, Account::Available, more)
        };
        self.post(&[Move {
            currency,
            from,
            to,
            amount,
        }])
    }

    /// Takes over the sums that were saved.
    pub(crate) fn load(&mut self, from: &mut Documents) -> Result<(), Unreadable> {
        let saved: Option<BTreeMap<String, Sums>> = from.take_small("ledger")?;
        for (currency, sums) in saved.unwrap_or_default() {
            let mut rows = self.rows.iter_mut();
            let row = rows.find(|row| row.currency == currency);
            let missing = || Unreadable::new("ledger", format!("there is no currency {currency}"));
            row.ok_or_else(missing)?.sums = sums;
        }
        Ok(())
    }

    /// In the order of the currencies' rows.
    pub(crate) fn balances(&self) -> impl Iterator<Item = Balance> {
        self.rows.iter().map(|row| Balance {
            currency: row.currency.to_owned(),
            available: row.sums.available.to_string(),
            frozen: row.sums.frozen.to_string(),
        })
    }
}

/// The sums by currency.
impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.rows.iter().map(|row| (row.currency, &row.sums)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ACCOUNTS: [Account; 5] = [
        Account::Outside,
        Account::Available,
        Account::Frozen,
        Account::Fees,
        Account::Exchange,
    ];

    fn units(number: i128) -> Decimal {
        Decimal::constant(number, 8)
    }

    #[test]
    fn a_refused_entry_undoes_the_entries_before_it() {
        let mut ledger = Ledger::new(["USDT", "BTC"]);
        let entry = |from, to, amount| Move {
            currency: "USDT",
            from,
            to,
            amount: units(amount),
        };
        let refused = ledger.post(&[
            entry(Account::Outside, Account::Available, 5),
            entry(Account::Available, Account::Frozen, 6),
        ]);
        assert!(matches!(refused, Err(MoveRefused::Insufficient { .. })));
        assert!(ledger.balances().all(|row| row.available == "0"));
        let doge = Move {
            currency: "DOGE",
            ..entry(Account::Outside, Account::Available, 5)
        };
        assert_eq!(
            ledger.post(&[doge]),
            Err(MoveRefused::Currency("DOGE".to_owned()))
        );
    }

    proptest! {
        #[test]
        fn the_accounts_of_a_currency_always_add_up_to_zero(moves in proptest::collection::vec((0_usize..5, 0_usize..5, 0_i128..1_000), 0..60)) {
            let mut ledger = Ledger::new(["USDT"]);
            for (from, to, amount) in moves {
                let entry = Move { currency: "USDT", from: ACCOUNTS[from], to: ACCOUNTS[to], amount: units(amount) };
                let _ = ledger.post(&[entry]);
                let row = &mut ledger.rows[0];
                let sum = ACCOUNTS.iter().try_fold(Decimal::default(), |sum, account| sum.plus(*row.account(*account)));
                prop_assert_eq!(sum, Some(Decimal::default()));
                prop_assert!(!row.sums.available.is_negative() && !row.sums.frozen.is_negative());
            }
        }
    }
}
