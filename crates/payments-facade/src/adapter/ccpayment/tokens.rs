//! From an asset to CCPayment's `token_id`.
//!
//! The facade names a coin and a network; CCPayment wants a UUID that means both. Which UUID is found in this order:
//!
//! 1. what [`with_token`](super::Ccpayment::with_token) says: no request, no further checks;
//! 2. the list of `coin/all`, asked for when it is first needed and kept for [`BELIEVED`];
//! 3. before a refusal, the list once more, if it is older than [`SETTLED`]: a coin may have been switched on since.
//!
//! A list that cannot be had is an error of a question: nothing was made. All this is done before the call that moves
//! money, so a coin that is unknown, in maintenance or given up is refused for certain and leaves no ticket.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ccpayment_client::v1::{Coin, Coins, Token, TokenStatus};
use payments_core::{Amount, Asset, InvalidRequest, Timestamp};

use super::{Ccpayment, PROVIDER, names};
use crate::Error;

/// How long a list is used without asking again: ids stay, states do not.
const BELIEVED: Duration = Duration::from_secs(10 * 60);

/// How old a list must be to be asked for again before something is refused by it: bad orders must not become a flood
/// of questions.
const SETTLED: Duration = Duration::from_secs(30);

/// Any value of the right form: the other values of a request are checked before the token is known.
pub(super) const ANY_TOKEN: &str = "00000000-0000-0000-0000-000000000000";

/// A coin that is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) symbol: &'a str,
    /// None where any network will do: a price, a payout inside CCPayment.
    pub(super) network: Option<&'a str>,
    pub(super) purpose: Purpose,
    /// Which field of the order names it.
    pub(super) field: &'static str,
}

/// What it is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// A customer pays with it.
    Receive,
    /// It is paid out.
    Send {
        value: Amount,
        /// To an address on a chain, without a memo and without a word that it needs none.
        bare: bool,
    },
    /// Its price is asked for.
    Price,
}

/// A token of the list, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    symbol: String,
    chain: Option<String>,
    /// What the network is called beside its chain.
    label: Option<String>,
    token_id: String,
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

    /// Whether CCPayment would do this with it, as far as its list tells. A state that is not listed is left to the
    /// provider.
    fn allows(&self, wanted: Wanted<'_>) -> Result<(), InvalidRequest> {
        let busy = || InvalidRequest::busy(wanted.field, "is in maintenance at the provider");
        match wanted.purpose {
            Purpose::Price => Ok(()),
            Purpose::Receive | Purpose::Send { .. } if self.in_maintenance => Err(busy()),
            Purpose::Receive if self.is_given_up => Err(InvalidRequest::request(
                wanted.field,
                "is being given up by the provider: it can only be paid out",
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
        if self
            .precision
            .is_some_and(|most| u64::from(value.decimals()) > most)
        {
            return Err(InvalidRequest::request(
                "amount",
                "has more decimals than the coin",
            ));
        }
        if self.min.is_some_and(|least| value < least) {
            return Err(InvalidRequest::request(
                "amount",
                "is less than the provider moves",
            ));
        }
        Ok(())
    }
}

/// The rows of a list in an order of their own, so that a choice among them does not hang on the provider's.
fn rows(told: &Coins) -> Arc<[Row]> {
    let rows = told.coins.iter().flat_map(|coin| {
        let tokens = coin.tokens.iter();
        tokens.filter_map(|token| Row::of(coin, token))
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort();
    rows.into()
}

/// The one token that is wanted; where any network will do, the first of the one coin that is fit for it. Two coins may
/// share a ticker, and nothing tells which of them is meant.
fn pick<'a>(rows: &'a [Row], wanted: Wanted<'_>) -> Result<&'a Row, InvalidRequest> {
    let found: Vec<&Row> = rows.iter().filter(|row| row.is(wanted)).collect();
    let [first, others @ ..] = found.as_slice() else {
        let problem = "is no coin and network that the account has switched on";
        return Err(InvalidRequest::request(wanted.field, problem));
    };
    let is_other_coin = |other: &&Row| other.coin_id != first.coin_id;
    if (wanted.network.is_some() && !others.is_empty()) || others.iter().any(is_other_coin) {
        return Err(
            InvalidRequest::request(wanted.field, "means two tokens at the provider")
                .allowed("its token_id, by `with_token`"),
        );
    }
    let fit = found.iter().find(|row| row.allows(wanted).is_ok());
    match fit {
        Some(row) => Ok(row),
        None => first.allows(wanted).map(|()| *first),
    }
}

/// What is known of tokens. Clones share the list.
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
    /// Adds a token by hand. The later of two for one asset counts.
    pub(super) fn fix(&mut self, asset: &Asset, token_id: String) -> Result<(), InvalidRequest> {
        let network = asset.network().ok_or_else(missing_network)?;
        payments_core::check::text("token_id", &token_id, 64)?;
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

    /// The list, and how old it is; none where it lies ahead of the clock, which was set back.
    fn listed(&self, now: Timestamp) -> Option<(Arc<[Row]>, Duration)> {
        let listed = self.locked();
        let listed = listed.as_ref().filter(|listed| listed.at <= now)?;
        Some((Arc::clone(&listed.rows), now.since(listed.at)))
    }

    fn keep(&self, at: Timestamp, rows: Arc<[Row]>) {
        *self.locked() = Some(Listed { at, rows });
    }

    /// The list is whole also after a panic elsewhere.
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
    InvalidRequest::request("network", "is missing").allowed("the coin's network, with the asset")
}

impl Ccpayment {
    /// The `token_id` of what is wanted; see the head of this file.
    pub(super) async fn token_id(
        &self,
        operation: &'static str,
        wanted: Wanted<'_>,
    ) -> Result<String, Error> {
        if let Some(token_id) = self.tokens.fixed(wanted) {
            return Ok(token_id.to_owned());
        }
        let refused = |invalid| Error::local(PROVIDER, operation, invalid);
        let now = self.executor.now();
        if let Some((rows, age)) = self.tokens.listed(now) {
            match pick(&rows, wanted) {
                Ok(row) if age < BELIEVED => return Ok(row.token_id.clone()),
                Err(invalid) if age < SETTLED => return Err(refused(invalid)),
                _ => {}
            }
        }
        let told = self.client.coins().await.map_err(Error::of_read)?;
        let rows = rows(&told);
        self.tokens.keep(now, Arc::clone(&rows));
        pick(&rows, wanted)
            .map(|row| row.token_id.clone())
            .map_err(refused)
    }
}
