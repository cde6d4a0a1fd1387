//! `getCoinUSDTPrice`: prices of coins.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Json, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Asks for prices of coins: `POST getCoinUSDTPrice`.
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::prices`"]
pub struct PricesQuery {
    coin_ids: Vec<u64>,
}

impl PricesQuery {
    /// Of these coins, up to 100 (`assumed` from code 11010).
    pub fn new(coin_ids: impl IntoIterator<Item = u64>) -> Self {
        Self {
            coin_ids: coin_ids.into_iter().collect(),
        }
    }
}

impl Operation for PricesQuery {
    type Output = Prices;
    const NAME: &'static str = "prices";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        if self.coin_ids.is_empty() {
            return Err(InvalidRequest::request("coin_ids", "is empty").allowed("1 to 100 ids"));
        }
        limits::list("coin_ids", &self.coin_ids, 100)?;
        self.coin_ids
            .iter()
            .try_for_each(|id| limits::id("coin_ids", *id))
    }
}

impl Call for PricesQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getCoinUSDTPrice", self, now)
    }

    /// An answer without any of the requested coins is one to another request.
    fn decode(&self, answer: Answer<'_>) -> Result<Prices, Fault> {
        let wire: WirePrices<'_> = answer.data()?;
        let mut prices = BTreeMap::new();
        for (id, price) in wire.prices {
            let id: u64 = id
                .parse()
                .map_err(|_| Fault::undecodable("a price whose name is not a coin's id"))?;
            if !price.is_blank() {
                prices.insert(id, price.read_as::<Scalar, Amount>()?);
            }
        }
        if !prices.is_empty() && !self.coin_ids.iter().any(|id| prices.contains_key(id)) {
            return Err(Fault::foreign("prices"));
        }
        Ok(answer.keep(Prices { prices, raw: None }))
    }
}

#[derive(Deserialize)]
struct WirePrices<'a> {
    #[serde(borrow)]
    prices: BTreeMap<String, Json<'a>>,
}

/// The answer to `getCoinUSDTPrice`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prices {
    /// USDT for one unit, by the id of the coin. Coins that the gateway does not know may be missing.
    pub prices: BTreeMap<u64, Amount>,
    raw: Option<RawAnswer>,
}

keeps_raw!(Prices);
