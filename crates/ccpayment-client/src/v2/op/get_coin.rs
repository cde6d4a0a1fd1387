//! `getCoin`: one coin.

use bytes::Bytes;
use http::Request;
use payments_core::wire::Json;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_coin_list::Coin;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks for one coin: `POST getCoin`.
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::coin`"]
pub struct CoinQuery {
    coin_id: u64,
}

impl CoinQuery {
    /// By the id.
    pub const fn new(coin_id: u64) -> Self {
        Self { coin_id }
    }
}

impl Operation for CoinQuery {
    type Output = OneCoin;
    const NAME: &'static str = "coin";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::id("coin_id", self.coin_id)
    }
}

impl Call for CoinQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getCoin", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<OneCoin, Fault> {
        let wire: WireCoin<'_> = answer.data()?;
        let coin: Coin = wire.coin.read_object()?;
        answer.expect_reference("coinId", &self.coin_id, Some(&coin.coin_id))?;
        Ok(answer.keep(OneCoin { coin, raw: None }))
    }
}

#[derive(Deserialize)]
struct WireCoin<'a> {
    #[serde(borrow)]
    coin: Json<'a>,
}

/// The answer to `getCoin`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OneCoin {
    /// The coin.
    pub coin: Coin,
    raw: Option<RawAnswer>,
}

keeps_raw!(OneCoin);
