//! `coin/all`: which coins and tokens the merchant takes, and their ids.

use payments_core::{Amount, Effect, Fault, Operation, RawAnswer, wire};
use serde::{Deserialize, Serialize};

use crate::v1::TokenStatus;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, NoParameters, keeps_raw};

/// Asks for the coins and tokens that the merchant has switched on: `POST coin/all`, "Token ID Interface".
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoinsQuery;

impl CoinsQuery {
    /// All of them: the gateway offers no choice.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Operation for CoinsQuery {
    type Output = Coins;
    const NAME: &'static str = "coins";
    const EFFECT: Effect = Effect::Read;
}

impl Wired for CoinsQuery {
    const PATH: &'static str = "coin/all";

    fn body(&self) -> impl Serialize {
        NoParameters {}
    }

    fn read(&self, answer: Answer<'_>) -> Result<Coins, Fault> {
        let coins = answer.rows()?;
        Ok(answer.keep(Coins { coins, raw: None }))
    }
}

/// What `coin/all` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Coins {
    /// The coins, each with its tokens.
    pub coins: Vec<Coin>,
    raw: Option<RawAnswer>,
}

impl Coins {
    /// The token of a coin on a chain, both spelt as the gateway spells them: `USDT`, `TRX`.
    #[must_use]
    pub fn token(&self, crypto: &str, chain: &str) -> Option<&Token> {
        let coins = self
            .coins
            .iter()
            .filter(|coin| coin.crypto.as_deref() == Some(crypto));
        coins
            .flat_map(|coin| &coin.tokens)
            .find(|token| token.chain.as_deref() == Some(chain))
    }
}

keeps_raw!(Coins);

/// A coin: one balance, on as many chains as it has tokens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Coin {
    /// The id of the coin, for [`AssetsQuery`](super::AssetsQuery).
    #[serde(deserialize_with = "super::present_text")]
    pub coin_id: String,
    /// `symbol`.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub symbol: Option<String>,
    /// The symbol that the other calls use: `USDT`.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub crypto: Option<String>,
    /// The name: `Tether USD`.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub name: Option<String>,
    /// The URL of its picture.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub logo: Option<String>,
    /// The least that can be moved (`assumed` from its name), in units of the coin.
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    pub min: Option<Amount>,
    /// US dollars for one unit (`assumed`).
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    pub price: Option<Amount>,
    /// How many decimals an amount may have.
    #[serde(default, deserialize_with = "crate::v1::informative::integer")]
    pub precision: Option<u64>,
    /// What can be done with it.
    #[serde(default, deserialize_with = "crate::v1::informative::word")]
    pub status: Option<TokenStatus>,
    /// Its tokens, one for each network.
    #[serde(default, deserialize_with = "wire::list")]
    pub tokens: Vec<Token>,
}

/// A coin on one network.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Token {
    /// The id that orders, withdrawals and rates are asked by.
    #[serde(deserialize_with = "super::present_text")]
    pub token_id: String,
    /// The symbol of the coin.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub crypto: Option<String>,
    /// The URL of its picture.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub logo: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub name: Option<String>,
    /// The network: `TRC20`.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub network: Option<String>,
    /// The chain: `TRX`. What [`AssignAddress`](super::AssignAddress) is made with.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub contract: Option<String>,
    /// The URL of the chain's picture.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub chain_logo: Option<String>,
    /// Whether its addresses have a memo or tag.
    #[serde(default, deserialize_with = "crate::v1::informative::flag")]
    pub is_support_memo: Option<bool>,
    /// What can be done with it.
    #[serde(default, deserialize_with = "crate::v1::informative::word")]
    pub status: Option<TokenStatus>,
    /// How many decimals an amount may have.
    #[serde(default, deserialize_with = "crate::v1::informative::integer")]
    pub precision: Option<u64>,
    /// The id of the coin in which the network's fee is charged.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub network_coin_id: Option<String>,
    /// The symbol of the coin in which the network's fee is charged.
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    pub network_fee_crypto: Option<String>,
}
