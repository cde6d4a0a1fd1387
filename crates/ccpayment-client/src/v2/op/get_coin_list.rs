//! `getCoinList`: the coins that the merchant accepts, and their chains.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};
use serde_with::{DefaultOnNull, Same};

use crate::v2::protocol::{Account, Call};
use crate::v2::status::CoinStatus;

/// Asks for the coins that the merchant has enabled: `POST getCoinList`.
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CoinsQuery {}

impl CoinsQuery {
    /// All coins: the call has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for CoinsQuery {
    type Output = Coins;
    const NAME: &'static str = "coins";
    const EFFECT: Effect = Effect::Read;
}

impl Call for CoinsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getCoinList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Coins, Fault> {
        let coins: Coins = answer.data()?;
        Ok(answer.keep(coins))
    }
}

/// The answer to `getCoinList`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Coins {
    /// The coins, each with its chains.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub coins: Vec<Coin>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl Coins {
    /// The coin with this id.
    #[must_use]
    pub fn get(&self, coin_id: u64) -> Option<&Coin> {
        self.coins.iter().find(|coin| coin.coin_id == coin_id)
    }

    /// The coin with this symbol, if exactly one has it. Prefer ids: the provider renames symbols.
    #[must_use]
    pub fn by_symbol(&self, symbol: &str) -> Option<&Coin> {
        let mut found = self
            .coins
            .iter()
            .filter(|coin| coin.symbol.as_deref() == Some(symbol));
        let coin = found.next()?;
        found.next().is_none().then_some(coin)
    }
}

keeps_raw!(Coins);

/// A coin: one balance, on as many chains as it has networks.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Coin {
    /// The id, which every call takes.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol, which the provider may change: `USDT`.
    pub symbol: Option<String>,
    /// The name: `Tether USD`.
    pub coin_full_name: Option<String>,
    /// The URL of its icon.
    pub logo_url: Option<String>,
    /// What can be done with it.
    pub status: Option<CoinStatus>,
    /// Its networks, by the name of the chain that every call takes.
    #[serde(default)]
    #[serde_as(as = "DefaultOnNull<BTreeMap<Same, Same>>")]
    pub networks: BTreeMap<String, Network>,
    /// A price. No document states its currency.
    pub price: Option<Amount>,
}

/// A coin on one chain.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Network {
    /// The chain: `POLYGON`.
    pub chain: Option<String>,
    /// The chain's name.
    pub chain_full_name: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// How many decimals an amount may have.
    pub precision: Option<u64>,
    /// Whether deposits are possible.
    pub can_deposit: Option<bool>,
    /// Whether withdrawals are possible.
    pub can_withdraw: Option<bool>,
    /// The smallest deposit, in units of the coin.
    pub minimum_deposit_amount: Option<Amount>,
    /// The smallest withdrawal, in units of the coin.
    pub minimum_withdraw_amount: Option<Amount>,
    /// The largest withdrawal, in units of the coin. Zero means that there is no maximum.
    pub maximum_withdraw_amount: Option<Amount>,
    /// Whether its addresses have a memo or tag.
    pub is_support_memo: Option<bool>,
    /// The token's standard.
    pub protocol: Option<String>,
}
