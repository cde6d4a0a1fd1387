//! What only ChainUp OPay's room remembers: the merchant's and the payers' money, and faults that wait.

use std::collections::VecDeque;

use super::coins::{self, Coin};
use super::fault::ChainupOpayFault;
use super::payers::{self, Payer};
use crate::decimal::Decimal;
use crate::store::{Account, Balance, Ledger, Move, MoveRefused};

/// What a payer has of a coin.
struct Purse {
    user_id: &'static str,
    symbol: &'static str,
    left: Decimal,
}

pub(crate) struct Book {
    merchant: Ledger,
    purses: Vec<Purse>,
    pub(super) faults: VecDeque<ChainupOpayFault>,
}

impl Default for Book {
    fn default() -> Self {
        let purse = |payer: &'static Payer| {
            coins::ALL.iter().map(|coin| Purse {
                user_id: payer.user_id,
                symbol: coin.symbol,
                left: payer.balance,
            })
        };
        Self {
            merchant: Ledger::new(coins::ALL.iter().map(|coin| coin.symbol)),
            purses: payers::ALL.iter().flat_map(purse).collect(),
            faults: VecDeque::new(),
        }
    }
}

impl Book {
    /// What was paid, per coin.
    pub(crate) fn balances(&self) -> Vec<Balance> {
        self.merchant.balances().collect()
    }

    /// What a payer has left of a coin.
    pub(super) fn left(&self, payer: &Payer, coin: &Coin) -> Decimal {
        let own = |purse: &&Purse| purse.user_id == payer.user_id && purse.symbol == coin.symbol;
        self.purses
            .iter()
            .find(own)
            .map(|purse| purse.left)
            .unwrap_or_default()
    }

    /// Moves money from a payer to the merchant, all of it or none.
    pub(super) fn pay(
        &mut self,
        payer: &Payer,
        coin: &Coin,
        amount: Decimal,
    ) -> Result<(), MoveRefused> {
        let there = self.left(payer, coin);
        let left = there
            .minus(amount)
            .filter(|left| !left.is_negative())
            .ok_or(MoveRefused::Insufficient {
                currency: coin.symbol,
                needed: amount,
                there,
            })?;
        self.merchant.post(&[Move {
            currency: coin.symbol,
            from: Account::Outside,
            to: Account::Available,
            amount,
        }])?;
        for purse in &mut self.purses {
            if purse.user_id == payer.user_id && purse.symbol == coin.symbol {
                purse.left = left;
            }
        }
        Ok(())
    }

    pub(super) fn next_fault(&mut self) -> Option<ChainupOpayFault> {
        self.faults.pop_front()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
