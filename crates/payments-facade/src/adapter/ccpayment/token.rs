//! Finds CCPayment's `token_id` of an asset.
//!
//! The facade names a coin and a network; CCPayment uses a UUID for both. It is looked up in this order:
//!
//! 1. the tokens set with `with_token`, without a request or further checks;
//! 2. the list of `coin/all`, which is queried when it is first needed and used for [`VALID_FOR`];
//! 3. before a refusal, a new list if the current one is older than [`RECENT`], because a coin may have been enabled since.
//!
//! This happens before the call that moves money. So if the list cannot be fetched, or the coin is unknown, in maintenance or
//! delisted, nothing was created and there is no ticket.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ccpayment_client::v1::{Client, Coin, Coins, Token, TokenStatus};
use payments_core::{Amount, Asset, InvalidRequest, Timestamp, check};

use super::names::{self, PROVIDER};
use crate::adapter::{read_error, refused};
use crate::error::Error;
use crate::payout;

/// How long a list is used. Ids do not change, but states do.
const VALID_FOR: Duration = Duration::from_secs(10 * 60);

/// A list younger than this is not queried again before a refusal, so that invalid orders do not cause a flood of queries.
const RECENT: Duration = Duration::from_secs(30);

/// A value of the right format, to check the other values of a request before the token is known.
pub(super) const ANY_TOKEN: &str = "00000000-0000-0000-0000-000000000000";

/// A coin to look up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) symbol: &'a str,
    /// `None` if any network is acceptable: for a price, or a payout within CCPayment.
    pub(super) network: Option<&'a str>,
    pub(super) purpose: Purpose,
    /// The field of the order that names it.
    pub(super) field: &'static str,
}

/// What the coin is used for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// A customer pays with it.
    Receive,
    /// A payout.
    Send {
        value: Amount,
        /// Whether it goes to an address on a chain without a memo, and that was not explicitly allowed.
        bare: bool,
    },
    /// A price.
    Price,
}

/// A token of the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    symbol: String,
    chain: Option<String>,
    /// Another name of the chain.
    label: Option<String>,
    token_id: String,
    contract: Option<String>,
    coin_id: String,
    in_maintenance: bool,
    is_given_up: bool,
    has_memo: bool,
    precision: Option<u64>,
    min: Option<Amount>,
}

impl Row {
    fn of(coin: &Coin, token: &Token) -> Option<Self> {
        let either =
            |status| coin.status.as_ref() == Some(status) || token.status.as_ref() == Some(status);
        let symbol = [&token.crypto, &coin.crypto, &coin.symbol];
        Some(Self {
            symbol: symbol.into_iter().flatten().next()?.clone(),
            chain: token.chain.clone(),
            label: token.network.clone(),
            token_id: token.token_id.clone(),
            contract: token.contract.clone(),
            coin_id: coin.coin_id.clone(),
            in_maintenance: either(&TokenStatus::Maintenance),
            is_given_up: either(&TokenStatus::Delisting),
            has_memo: token.is_support_memo == Some(true),
            precision: token.precision.or(coin.precision),
            min: coin.min,
        })
    }

    fn is(&self, wanted: Wanted<'_>) -> bool {
        let on = |network: &str| {
            let mut names = [&self.chain, &self.label].into_iter().flatten();
            names.any(|name| names::is_same(name, network))
        };
        self.symbol.eq_ignore_ascii_case(wanted.symbol) && wanted.network.is_none_or(on)
    }

    /// Whether the list permits this use. In an unlisted state the provider decides.
    fn allows(&self, wanted: Wanted<'_>) -> Result<(), InvalidRequest> {
        let busy = || InvalidRequest::busy(wanted.field, "is in maintenance at the provider");
        match wanted.purpose {
            Purpose::Price => Ok(()),
            Purpose::Receive | Purpose::Send { .. } if self.in_maintenance => Err(busy()),
            Purpose::Receive if self.is_given_up => Err(InvalidRequest::request(
                wanted.field,
                "is being delisted by the provider: it can only be paid out",
            )),
            Purpose::Receive => Ok(()),
            Purpose::Send { bare: true, .. } if self.has_memo => {
                Err(InvalidRequest::request("memo", "is missing")
                    .allowed("the payee's memo or tag"))
            }
            Purpose::Send { value, .. } => self.takes(value),
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
        Ok(())
    }
}

/// The rows of a list, sorted, so that the choice does not depend on the provider's order.
fn rows(list: &Coins) -> Arc<[Row]> {
    let rows = list.coins.iter().flat_map(|coin| {
        let tokens = coin.tokens.iter();
        tokens.filter_map(|token| Row::of(coin, token))
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort();
    rows.into()
}

/// The wanted token. If any network is acceptable, the first usable token of the coin. If two coins share the symbol, it is
/// ambiguous.
fn pick<'a>(rows: &'a [Row], wanted: Wanted<'_>) -> Result<&'a Row, InvalidRequest> {
    let found: Vec<&Row> = rows.iter().filter(|row| row.is(wanted)).collect();
    let [first, others @ ..] = found.as_slice() else {
        return Err(not_enabled(rows, wanted));
    };
    let is_other_coin = |other: &&Row| other.coin_id != first.coin_id;
    if (wanted.network.is_some() && !others.is_empty()) || others.iter().any(is_other_coin) {
        return Err(
            InvalidRequest::request(wanted.field, "means two tokens at the provider")
                .allowed("its token id, in the account's settings"),
        );
    }
    let usable = found.iter().find(|row| row.allows(wanted).is_ok());
    match usable {
        Some(row) => Ok(row),
        None => first.allows(wanted).map(|()| *first),
    }
}

/// The refusal of a coin that the list does not have, with what the list has in its place: the networks of the coin, or the
/// coin that was probably meant.
fn not_enabled(rows: &[Row], wanted: Wanted<'_>) -> InvalidRequest {
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

/// The known tokens. Clones share the list.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    fixed: Vec<(Asset, String)>,
    listed: Arc<Mutex<Option<Listed>>>,
}

#[derive(Clone, Debug)]
struct Listed {
    at: Timestamp,
    rows: Arc<[Row]>,
}

impl Tokens {
    /// Sets a token. It replaces an earlier one for the same asset.
    pub(super) fn fix(&mut self, asset: &Asset, token_id: String) -> Result<(), InvalidRequest> {
        let network = asset.network().ok_or_else(missing_network)?;
        check::text("token_id", &token_id, 64)?;
        let wanted = (asset.symbol(), Some(network));
        self.fixed.retain(|(known, _)| !is_like(known, wanted));
        self.fixed.push((asset.clone(), token_id));
        Ok(())
    }

    fn fixed(&self, wanted: Wanted<'_>) -> Option<&str> {
        let mut fixed = self.fixed.iter();
        let found = fixed.find(|(known, _)| is_like(known, (wanted.symbol, wanted.network)));
        found.map(|(_, token_id)| token_id.as_str())
    }

    /// The list and its age. `None` if there is none, or if the clock was set back before its time.
    fn listed(&self, now: Timestamp) -> Option<(Arc<[Row]>, Duration)> {
        let listed = self.locked();
        let listed = listed.as_ref().filter(|listed| listed.at <= now)?;
        Some((Arc::clone(&listed.rows), now.since(listed.at)))
    }

    /// The `token_id` of the wanted coin, as described at the top of this file.
    pub(super) async fn id(
        &self,
        client: &Client,
        now: Timestamp,
        operation: &'static str,
        wanted: Wanted<'_>,
    ) -> Result<String, Error> {
        if let Some(token_id) = self.fixed(wanted) {
            return Ok(token_id.to_owned());
        }
        let refusal = |invalid| refused(PROVIDER, operation, invalid);
        if let Some((rows, age)) = self.listed(now) {
            match pick(&rows, wanted) {
                Ok(row) if age < VALID_FOR => return Ok(row.token_id.clone()),
                Err(invalid) if age < RECENT => return Err(refusal(invalid)),
                _ => {}
            }
        }
        let rows = rows(&client.coins().await.map_err(read_error)?);
        self.keep(now, Arc::clone(&rows));
        pick(&rows, wanted)
            .map(|row| row.token_id.clone())
            .map_err(refusal)
    }

    /// The coin of a token that is in the list. A coin of the chain itself has the chain's number in place of a contract.
    pub(super) fn coin(&self, token_id: &str) -> Option<payout::Coin> {
        let listed = self.locked();
        let mut rows = listed.as_ref()?.rows.iter();
        let contract = rows
            .find(|row| row.token_id == token_id)?
            .contract
            .clone()?;
        let is_number = contract.bytes().all(|byte| byte.is_ascii_digit());
        match (contract.is_empty(), is_number) {
            (true, _) => None,
            (false, true) => Some(payout::Coin::Native),
            (false, false) => Some(payout::Coin::Token { contract }),
        }
    }

    fn keep(&self, at: Timestamp, rows: Arc<[Row]>) {
        *self.locked() = Some(Listed { at, rows });
    }

    /// A panic elsewhere cannot leave the list inconsistent.
    fn locked(&self) -> MutexGuard<'_, Option<Listed>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_like(known: &Asset, (symbol, network): (&str, Option<&str>)) -> bool {
    let networks = match (known.network(), network) {
        (Some(known), Some(network)) => names::is_same(known, network),
        _ => true,
    };
    networks && known.symbol().eq_ignore_ascii_case(symbol)
}

pub(super) fn missing_network() -> InvalidRequest {
    InvalidRequest::request("network", "is missing")
        .allowed("the coin's network; for a price in a currency, the coin to pay with")
}
