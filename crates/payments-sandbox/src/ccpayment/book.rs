//! What only CCPayment's room remembers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::chains::{Chain, Place};
use super::checkout::Checkout;
use super::coins::{self, COINS, Coin, Token};
use super::notice::OrderType;
use crate::amount;
use crate::decimal::{Decimal, PLACES};
use crate::store::{Account, Balance, Ledger, Move};

/// Permanent addresses of one App ID.
pub(super) const MOST_ADDRESSES: usize = 1_000;

/// Money on its way out: a withdrawal or a refund.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    pub(super) record_id: String,
    pub(super) token: &'static Token,
    pub(super) to: String,
    pub(super) memo: String,
    /// Taken from the balance of the coin, the fee in the same coin included.
    pub(super) debit: Decimal,
    /// What was asked for: `value`, or the refund's amount.
    pub(super) value: Decimal,
    /// What arrives.
    pub(super) net: Decimal,
    pub(super) fee: Fee,
    pub(super) merchant_pays_fee: bool,
    /// Whether it stays inside CCPayment.
    pub(super) internal: bool,
    pub(super) token_rate: Decimal,
    /// Its transaction, once there is one.
    pub(super) txid: String,
    /// Of a refund: the order whose money goes back.
    pub(super) refund_of: Option<String>,
}

/// What the network costs.
#[derive(Clone, Debug)]
pub(super) struct Fee {
    pub(super) coin: &'static Coin,
    pub(super) amount: Decimal,
    /// In USD, to the cent.
    pub(super) value: String,
    /// Whether the balance of `coin` pays it, and not what is sent.
    pub(super) apart: bool,
}

/// A user's own address on a chain.
#[derive(Clone, Debug)]
pub(crate) struct Permanent {
    pub(crate) place: Place,
    /// Where its deposits are told; empty for the account's URL.
    pub(crate) notify_url: String,
}

/// A webhook that was queued, for `webhook/resend`.
pub(super) struct Notice {
    pub(super) delivery_id: u64,
    pub(super) order_type: OrderType,
    pub(super) at_ms: u64,
    /// Whether it tells how something ended.
    pub(super) confirmed: bool,
}

#[derive(Default)]
pub(crate) struct Book {
    pub(super) ledger: Ledger,
    opening: Ledger,
    /// By order id.
    pub(super) checkouts: BTreeMap<String, Checkout>,
    /// Order ids by the keys of their pages.
    keys: HashMap<String, String>,
    /// Withdrawals and refunds, by order id.
    pub(super) transfers: BTreeMap<String, Transfer>,
    /// By user and chain.
    pub(super) addresses: BTreeMap<(String, &'static str), Permanent>,
    /// Lightning invoices that were withdrawn to: each takes one payment.
    pub(super) used_invoices: BTreeSet<String>,
    pub(super) notices: Vec<Notice>,
    /// When `webhook/resend` was carried out.
    pub(super) resends_ms: Vec<u64>,
}

/// Why an opening balance cannot be used: the coin, and what is wrong.
pub(crate) type BadOpening = (String, String);

impl Book {
    /// An empty memory with the usual balances, each replaced by what was asked for last.
    pub(crate) fn open(asked: &[(String, String)]) -> Result<Self, BadOpening> {
        let mut balances: BTreeMap<&str, &str> = COINS
            .into_iter()
            .map(|coin| (coin.symbol, coin.opening))
            .collect();
        for (symbol, amount) in asked {
            let known = coins::by_symbol(symbol).ok_or_else(|| {
                let known = COINS.map(|coin| coin.symbol).join(", ");
                (symbol.clone(), format!("does not exist; there are {known}"))
            })?;
            balances.insert(known.symbol, amount);
        }
        let mut ledger = Ledger::new(COINS.map(|coin| coin.symbol));
        for (currency, text) in balances {
            let bad = |what: String| (currency.to_owned(), what);
            let amount = amount::decimal(text, PLACES).map_err(|error| bad(error.to_string()))?;
            let credit = Move {
                currency,
                from: Account::Outside,
                to: Account::Available,
                amount,
            };
            ledger
                .post(&[credit])
                .map_err(|refused| bad(refused.to_string()))?;
        }
        Ok(Self {
            opening: ledger.clone(),
            ledger,
            ..Self::default()
        })
    }

    pub(crate) fn balances(&self) -> Vec<Balance> {
        self.ledger.balances().collect()
    }

    pub(crate) fn addresses(&self) -> impl Iterator<Item = (&str, &'static str, &Permanent)> {
        let rows = self.addresses.iter();
        rows.map(|((user, chain), row)| (user.as_str(), *chain, row))
    }

    pub(crate) fn clear(&mut self) {
        *self = Self {
            ledger: self.opening.clone(),
            opening: std::mem::take(&mut self.opening),
            ..Self::default()
        };
    }

    pub(super) fn add_checkout(&mut self, order_id: &str, checkout: Checkout) {
        self.keys.insert(checkout.key.clone(), order_id.to_owned());
        self.checkouts.insert(order_id.to_owned(), checkout);
    }

    /// The order whose page this key opens.
    pub(super) fn by_key(&self, key: &str) -> Option<&str> {
        self.keys.get(key).map(String::as_str)
    }

    pub(super) fn has_key(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    pub(super) fn address(&self, user_id: &str, chain: Chain) -> Option<&Permanent> {
        self.addresses.get(&(user_id.to_owned(), chain.name()))
    }
}
