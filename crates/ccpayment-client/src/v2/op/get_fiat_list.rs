//! `getFiatList`: the fiat currencies of prices.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::protocol::{Account, Call};

/// Asks for the fiat currencies: `POST getFiatList`.
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FiatsQuery {}

impl FiatsQuery {
    /// All currencies: the call has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for FiatsQuery {
    type Output = Fiats;
    const NAME: &'static str = "fiats";
    const EFFECT: Effect = Effect::Read;
}

impl Call for FiatsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getFiatList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Fiats, Fault> {
        let fiats: Fiats = answer.data()?;
        Ok(answer.keep(fiats))
    }
}

/// The answer to `getFiatList`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Fiats {
    /// The currencies.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub fiats: Vec<Fiat>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

impl Fiats {
    /// The currency with this symbol: `USD`.
    #[must_use]
    pub fn by_symbol(&self, symbol: &str) -> Option<&Fiat> {
        self.fiats
            .iter()
            .find(|fiat| fiat.symbol.as_deref() == Some(symbol))
    }
}

keeps_raw!(Fiats);

/// A fiat currency.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Fiat {
    /// The id, for [`Price::fiat`](crate::v2::Price::fiat).
    #[serde_as(as = "Scalar")]
    pub fiat_id: u64,
    /// The code: `USD`.
    pub symbol: Option<String>,
    /// The URL of its icon.
    pub logo_url: Option<String>,
    /// The sign: `$`.
    pub mark: Option<String>,
    /// Units of this currency for one US dollar.
    pub usd_rate: Option<Amount>,
}
