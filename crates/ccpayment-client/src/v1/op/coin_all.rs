//! `coin/all`: the coins and tokens that the merchant accepts, and their ids.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, NonEmpty};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::fee::Fee;
use crate::v1::protocol::{Account, Call, rows};
use crate::v1::status::TokenStatus;

/// Asks for the coins and tokens that the merchant has enabled: `POST coin/all`, "Token ID Interface".
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
        account.post("coin/all", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Coins, Fault> {
        let coins = rows(&answer)?;
        Ok(answer.keep(Coins { coins, raw: None }))
    }
}

/// The answer to `coin/all`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Coins {
    /// The coins, each with its tokens.
    pub coins: Vec<Coin>,
    raw: Option<RawAnswer>,
}

impl Coins {
    /// The token of a coin on a chain, by their exact names: `USDT`, `TRX`.
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
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Coin {
    /// The id of the coin, for [`AssetsQuery`](crate::v1::AssetsQuery).
    #[serde_as(as = "NonEmpty")]
    pub coin_id: String,
    /// `symbol`.
    pub symbol: Option<String>,
    /// The symbol that the other calls use: `USDT`.
    pub crypto: Option<String>,
    /// The name: `Tether USD`.
    pub name: Option<String>,
    /// The URL of its icon.
    pub logo: Option<String>,
    /// The smallest amount that can be moved (`assumed` from its name), in units of the coin.
    pub min: Option<Amount>,
    /// US dollars for one unit (`assumed`).
    pub price: Option<Amount>,
    /// How many decimals an amount may have.
    pub precision: Option<u64>,
    /// What can be done with it.
    pub status: Option<TokenStatus>,
    /// Its tokens, one for each network.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub tokens: Vec<Token>,
}

/// A coin on one network.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Token {
    /// The id that orders, withdrawals and rates use.
    #[serde_as(as = "NonEmpty")]
    pub token_id: String,
    /// The symbol of the coin.
    pub crypto: Option<String>,
    /// The URL of its icon.
    pub logo: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The network: `TRC20`.
    pub network: Option<String>,
    /// The chain: `TRX`, as [`AssignAddress`](crate::v1::AssignAddress) takes it.
    pub chain: Option<String>,
    /// The token's contract; for a coin of the chain itself, the chain's number.
    pub contract: Option<String>,
    /// The URL of the chain's icon.
    pub chain_logo: Option<String>,
    /// Whether its addresses have a memo or tag.
    pub is_support_memo: Option<bool>,
    /// What can be done with it.
    pub status: Option<TokenStatus>,
    /// How many decimals an amount may have.
    pub precision: Option<u64>,
    /// The id of the coin in which the network fee is charged.
    pub network_coin_id: Option<String>,
    /// The symbol of the coin in which the network fee is charged.
    pub network_fee_crypto: Option<String>,
}

/// The comparisons with a [`Coin`].
impl Fee {
    /// The fee in units of `coin`; `None` if it is in another or an unknown coin. Compares the coin's id, and the symbol
    /// only if the fee has no coin id.
    #[must_use]
    pub fn amount_of(&self, coin: &Coin) -> Option<Amount> {
        match self.coin_id() {
            Some(own) => (own == coin.coin_id).then_some(self.parts().0),
            None => self.amount_in(coin.crypto.as_deref()?),
        }
    }

    /// What remains of `gross` units of `coin`: as [`net`](Self::net), with the coins compared as in
    /// [`amount_of`](Self::amount_of).
    #[must_use]
    pub fn net_of(&self, gross: Amount, coin: &Coin) -> Option<Amount> {
        self.subtract_from(gross, self.amount_of(coin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    fn coin(id: &str, crypto: &str) -> Coin {
        serde_json::from_str(&format!(r#"{{"coin_id":"{id}","crypto":"{crypto}"}}"#)).unwrap()
    }

    #[test]
    fn the_coin_id_of_a_fee_takes_precedence_over_its_symbol() {
        let fee = Fee::from_wire(
            Some(amount("2")),
            Some("USDT".into()),
            Some("id-1".into()),
            None,
        )
        .unwrap();
        let gross = amount("5");
        for (coin, is_same) in [
            (coin("id-1", "USDT"), true),
            (coin("id-1", "USDT20"), true),
            (coin("id-2", "USDT"), false),
        ] {
            assert_eq!(fee.amount_of(&coin).is_some(), is_same, "{coin:?}");
            let left = is_same.then(|| amount("3"));
            assert_eq!(fee.net_of(gross, &coin), left, "{coin:?}");
        }
        assert_eq!(fee.net_of(amount("1"), &coin("id-1", "USDT")), None);
        let without_id = Fee::new(amount("2")).in_crypto("USDT");
        assert_eq!(
            without_id.amount_of(&coin("id-2", "USDT")),
            Some(amount("2"))
        );
        assert_eq!(without_id.amount_of(&coin("id-2", "TRX")), None);
        let free = Fee::new(Amount::ZERO);
        assert_eq!(free.net_of(gross, &coin("id-2", "TRX")), Some(gross));
    }
}
