//! The merchant's money, as double entries: every movement takes from one account what it gives to another, so
//! nothing appears or disappears, and a movement that does not fit changes nothing.

use serde::Serialize;

use crate::decimal::Decimal;

/// Where money can be, per currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// Beyond the gateway: payers, and those who were paid out.
    Outside,
    /// The merchant's, to be used.
    Available,
    /// The merchant's, held for payouts under way.
    Frozen,
    /// What the gateway kept as fees.
    Fees,
    /// The gateway's own coins, the other side of exchanges.
    Desk,
}

/// One entry: `amount` of `currency` goes from one account to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move<'a> {
    pub(crate) currency: &'a str,
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) amount: Decimal,
}

/// Why entries were not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MoveRefused {
    #[error("{needed} {currency} are needed and {there} are there")]
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

/// What the merchant has of one currency. Amounts are exact decimal texts without trailing zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Balance {
    /// The currency, e.g. `USDT`.
    pub currency: String,
    /// What can be used.
    pub available: String,
    /// What is held for payouts under way.
    pub frozen: String,
}

#[derive(Clone, Debug, Default)]
struct Row {
    currency: &'static str,
    outside: Decimal,
    available: Decimal,
    frozen: Decimal,
    fees: Decimal,
    desk: Decimal,
}

impl Row {
    fn account(&mut self, account: Account) -> &mut Decimal {
        match account {
            Account::Outside => &mut self.outside,
            Account::Available => &mut self.available,
            Account::Frozen => &mut self.frozen,
            Account::Fees => &mut self.fees,
            Account::Desk => &mut self.desk,
        }
    }
}

/// The balances of one merchant at one gateway. Every currency has a row from the start.
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

    /// Makes all entries or none.
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
            // Only the merchant's own accounts have a bottom.
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

    /// In the order of the currencies' rows.
    pub(crate) fn balances(&self) -> impl Iterator<Item = Balance> {
        self.rows.iter().map(|row| Balance {
            currency: row.currency.to_owned(),
            available: row.available.to_string(),
            frozen: row.frozen.to_string(),
        })
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
        Account::Desk,
    ];

    fn units(number: i128) -> Decimal {
        Decimal::constant(number, 8)
    }

    #[test]
    fn a_refused_entry_undoes_the_ones_before_it() {
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
        fn nothing_appears_or_disappears(moves in proptest::collection::vec((0_usize..5, 0_usize..5, 0_i128..1_000), 0..60)) {
            let mut ledger = Ledger::new(["USDT"]);
            for (from, to, amount) in moves {
                let entry = Move { currency: "USDT", from: ACCOUNTS[from], to: ACCOUNTS[to], amount: units(amount) };
                let _ = ledger.post(&[entry]);
                let row = &mut ledger.rows[0];
                let sum = ACCOUNTS.iter().try_fold(Decimal::default(), |sum, account| sum.plus(*row.account(*account)));
                prop_assert_eq!(sum, Some(Decimal::default()));
                prop_assert!(!row.available.is_negative() && !row.frozen.is_negative());
            }
        }
    }
}
