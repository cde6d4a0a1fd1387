//! `getSwapCoinList`: the coins that can be swapped.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, Scalar};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::protocol::{Account, Call};

/// Asks for the coins that the merchant can swap: `POST getSwapCoinList`.
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SwapCoinsQuery {}

impl SwapCoinsQuery {
    /// All coins: the call has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for SwapCoinsQuery {
    type Output = SwapCoins;
    const NAME: &'static str = "swap_coins";
    const EFFECT: Effect = Effect::Read;
}

impl Call for SwapCoinsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getSwapCoinList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<SwapCoins, Fault> {
        let coins: SwapCoins = answer.data()?;
        Ok(answer.keep(coins))
    }
}

/// The answer to `getSwapCoinList`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct SwapCoins {
    /// The coins.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub coins: Vec<SwapCoin>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(SwapCoins);

/// A coin that can be swapped.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SwapCoin {
    /// The id.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol, which the provider may change.
    pub symbol: Option<String>,
    /// The URL of its icon.
    pub logo_url: Option<String>,
}
