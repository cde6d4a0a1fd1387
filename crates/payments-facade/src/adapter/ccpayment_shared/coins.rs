//! Finds the provider's id of a coin in its list of coins.
//!
//! The list is queried when it is first needed and used for [`VALID_FOR`]. Before a refusal a new list is queried if the current
//! one is older than [`RECENT`], because a coin may have been enabled since.
//!
//! This happens before the call that moves money. So if the list cannot be fetched, or the coin is unknown, in maintenance or
//! delisted, nothing was created and there is no ticket.

use std::sync::Arc;
use std::time::Duration;

use payments_core::{Amount, InvalidRequest, Timestamp, check};

use super::{Cached, names};
use crate::adapter::{read_error, refused};
use crate::error::Error;
use crate::payout;

/// How long a list is used. Ids do not change, but states do.
pub(in crate::adapter) const VALID_FOR: Duration = Duration::from_secs(10 * 60);

/// A list younger than this is not queried again before a refusal, so that invalid orders do not cause a flood of queries.
pub(in crate::adapter) const RECENT: Duration = Duration::from_secs(30);

/// A coin to look up.
#[derive(Clone, Copy, Debug)]
pub(in crate::adapter) struct Wanted<'a> {
    pub(in crate::adapter) symbol: &'a str,
    /// `None` if any network is acceptable: for a price, or a payout within CCPayment.
    pub(in crate::adapter) network: Option<&'a str>,
    pub(in crate::adapter) purpose: Purpose,
    /// The field of the order that names it.
    pub(in crate::adapter) field: &'static str,
}

/// What the coin is used for.
#[derive(Clone, Copy, Debug)]
pub(in crate::adapter) enum Purpose {
    /// A customer pays with it.
    Receive,
    /// A payout.
    Send {
        value: Amount,
        /// Whether it goes to an address on a chain without a memo, and that was not explicitly allowed.
        bare: bool,
    },
    /// Only its id counts: a price, an exchange, a payout for which the limits of the chains do not hold.
    Price,
}

/// Whether the provider lets a coin be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::adapter) enum Use {
    Possible,
    /// Not now.
    Busy,
    /// Not any more, with the problem.
    Ended(&'static str),
}

/// A coin on one network, by the provider's list. Rows are sorted, so that the choice does not depend on the provider's order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::adapter) struct Row<Id> {
    pub(in crate::adapter) symbol: String,
    pub(in crate::adapter) chain: Option<String>,
    /// Another name of the chain.
    pub(in crate::adapter) label: Option<String>,
    /// What calls take.
    pub(in crate::adapter) id: Id,
    /// The coin on all its networks.
    pub(in crate::adapter) coin: String,
    pub(in crate::adapter) contract: Option<String>,
    pub(in crate::adapter) receive: Use,
    pub(in crate::adapter) send: Use,
    pub(in crate::adapter) has_memo: bool,
    pub(in crate::adapter) precision: Option<u64>,
    pub(in crate::adapter) min: Option<Amount>,
    pub(in crate::adapter) max: Option<Amount>,
}

impl<Id> Row<Id> {
    fn is(&self, wanted: Wanted<'_>) -> bool {
        let on = |network: &str| {
            let mut names = [&self.chain, &self.label].into_iter().flatten();
            names.any(|name| names::is_same(name, network))
        };
        self.symbol.eq_ignore_ascii_case(wanted.symbol) && wanted.network.is_none_or(on)
    }

    /// Whether the list permits this use. In an unlisted state the provider decides.
    fn allows(&self, wanted: Wanted<'_>) -> Result<(), InvalidRequest> {
        let usable = |state: Use| match state {
            Use::Possible => Ok(()),
            Use::Busy => Err(InvalidRequest::busy(
                wanted.field,
                "is in maintenance at the provider",
            )),
            Use::Ended(problem) => Err(InvalidRequest::request(wanted.field, problem)),
        };
        match wanted.purpose {
            Purpose::Price => Ok(()),
            Purpose::Receive => usable(self.receive),
            Purpose::Send { value, bare } => {
                usable(self.send)?;
                if bare && self.has_memo {
                    return Err(InvalidRequest::request("memo", "is missing")
                        .allowed("the payee's memo or tag"));
                }
                self.takes(value)
            }
        }
    }

    fn takes(&self, value: Amount) -> Result<(), InvalidRequest> {
        let symbol = &self.symbol;
        let decimals = u64::from(value.without_zeros_beyond(0).decimals());
        if let Some(most) = self.precision.filter(|most| decimals > *most) {
            let problem = format!("has {decimals} decimals, more than {symbol} has");
            return Err(InvalidRequest::request("amount", problem).allowed(format!("up to {most}")));
        }
        if let Some(least) = self.min.filter(|least| value < *least) {
            let problem = "is less than the provider's minimum";
            let allowed = format!("{least} {symbol} or more");
            return Err(InvalidRequest::request("amount", problem).allowed(allowed));
        }
        if let Some(most) = self.max.filter(|most| value > *most) {
            let problem = "is more than the provider's maximum";
            let allowed = format!("up to {most} {symbol}");
            return Err(InvalidRequest::request("amount", problem).allowed(allowed));
        }
        Ok(())
    }

    /// Which coin of its chain it is. A coin of the chain itself has the chain's number or name in place of a contract.
    pub(in crate::adapter) fn on_chain(&self) -> Option<payout::Coin> {
        let contract = self.contract.as_ref()?;
        let is_number = contract.bytes().all(|byte| byte.is_ascii_digit());
        let is_chain = self.chain.as_ref() == Some(contract);
        match (contract.is_empty(), is_number || is_chain) {
            (true, _) => None,
            (false, true) => Some(payout::Coin::Native),
            (false, false) => Some(payout::Coin::Token {
                contract: contract.clone(),
            }),
        }
    }
}

/// The provider's list. Clones share it.
#[derive(Clone, Debug)]
pub(in crate::adapter) struct CoinList<Id> {
    rows: Cached<Row<Id>>,
    /// What to do about a symbol that two coins have.
    ambiguous: &'static str,
}

impl<Id: Clone + Ord> CoinList<Id> {
    pub(in crate::adapter) fn new(ambiguous: &'static str) -> Self {
        Self {
            rows: Cached::default(),
            ambiguous,
        }
    }

    /// The row of the wanted coin. `provider` and `operation` are those of an error.
    pub(in crate::adapter) async fn find<F>(
        &self,
        now: Timestamp,
        (provider, operation): (&'static str, &'static str),
        wanted: Wanted<'_>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Row<Id>, Error>
    where
        F: Future<Output = Result<Vec<Row<Id>>, payments_core::Error>>,
    {
        let refusal = |invalid| refused(provider, operation, invalid);
        if let Some((rows, age)) = self.rows.get(now) {
            match self.pick(&rows, wanted) {
                Ok(row) if age < VALID_FOR => return Ok(row.clone()),
                Err(invalid) if age < RECENT => return Err(refusal(invalid)),
                _ => {}
            }
        }
        let mut rows = fetch().await.map_err(read_error)?;
        rows.sort();
        let rows: Arc<[Row<Id>]> = rows.into();
        self.rows.keep(now, Arc::clone(&rows));
        self.pick(&rows, wanted).cloned().map_err(refusal)
    }

    /// The row with this id, if a list was fetched and has it.
    pub(in crate::adapter) fn known(&self, id: &Id) -> Option<Row<Id>> {
        let rows = self.rows.latest()?;
        rows.iter().find(|row| row.id == *id).cloned()
    }

    /// The wanted row. If any network is acceptable, the first usable one of the coin. If two coins share the symbol, it is
    /// ambiguous.
    fn pick<'a>(
        &self,
        rows: &'a [Row<Id>],
        wanted: Wanted<'_>,
    ) -> Result<&'a Row<Id>, InvalidRequest> {
        let found: Vec<&Row<Id>> = rows.iter().filter(|row| row.is(wanted)).collect();
        let [first, others @ ..] = found.as_slice() else {
            return Err(not_enabled(rows, wanted));
        };
        let is_other_coin = |other: &&Row<Id>| other.coin != first.coin;
        if (wanted.network.is_some() && !others.is_empty()) || others.iter().any(is_other_coin) {
            let problem = "means two tokens at the provider";
            return Err(InvalidRequest::request(wanted.field, problem).allowed(self.ambiguous));
        }
        let usable = found.iter().find(|row| row.allows(wanted).is_ok());
        match usable {
            Some(row) => Ok(row),
            None => first.allows(wanted).map(|()| *first),
        }
    }
}

/// The refusal of a coin that the list does not have, with what the list has in its place: the networks of the coin, or the
/// coin that was probably meant.
fn not_enabled<Id>(rows: &[Row<Id>], wanted: Wanted<'_>) -> InvalidRequest {
    let refused = |problem: String| InvalidRequest::request(wanted.field, problem);
    let of_coin = rows
        .iter()
        .filter(|row| row.symbol.eq_ignore_ascii_case(wanted.symbol));
    let mut networks: Vec<&str> = of_coin.filter_map(|row| row.chain.as_deref()).collect();
    networks.dedup();
    match (networks.is_empty(), wanted.network) {
        (false, Some(network)) => {
            let problem = "is not enabled for the account on this network";
            let problem = match check::nearest(network, networks.iter().copied()) {
                Some(meant) => format!("{problem}; did you mean {meant}?"),
                None => problem.to_owned(),
            };
            refused(problem).allowed(networks.join(", "))
        }
        _ => {
            let problem = "is not a coin enabled for the account";
            let symbols = rows.iter().map(|row| row.symbol.as_str());
            match check::nearest(wanted.symbol, symbols) {
                Some(meant) => refused(format!("{problem}; did you mean {meant}?")),
                None => refused(problem.to_owned()),
            }
        }
    }
}

pub(in crate::adapter) fn missing_network() -> InvalidRequest {
    InvalidRequest::request("network", "is missing")
        .allowed("the coin's network; for a price in a currency, the coin to pay with")
}
