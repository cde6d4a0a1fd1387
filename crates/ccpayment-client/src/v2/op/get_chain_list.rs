//! `getChainList`: the chains.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, List, NonEmpty};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::status::ChainStatus;

/// Asks for chains: `POST getChainList`.
///
/// **Effect: read.**
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a query is made by `Client::chains`"]
pub struct ChainsQuery {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chains: Vec<String>,
}

impl ChainsQuery {
    /// All chains.
    pub fn all() -> Self {
        Self::default()
    }

    /// These chains, up to 100 (`assumed`).
    pub fn of<T: Into<String>>(chains: impl IntoIterator<Item = T>) -> Self {
        Self {
            chains: chains.into_iter().map(Into::into).collect(),
        }
    }
}

impl Operation for ChainsQuery {
    type Output = Chains;
    const NAME: &'static str = "chains";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::list("chains", &self.chains, 100)?;
        self.chains
            .iter()
            .try_for_each(|chain| check::text("chains", chain, limits::CHAIN))
    }
}

impl Call for ChainsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getChainList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Chains, Fault> {
        let chains: Chains = answer.data()?;
        Ok(answer.keep(chains))
    }
}

/// The answer to `getChainList`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Chains {
    /// The chains.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub chains: Vec<Chain>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Chains);

/// A chain.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Chain {
    /// The name that every call takes: `POLYGON`.
    #[serde_as(as = "NonEmpty")]
    pub chain: String,
    /// The full name.
    pub chain_full_name: Option<String>,
    /// The URL of its explorer.
    pub explorer: Option<String>,
    /// The URL of its icon.
    pub logo_url: Option<String>,
    /// Whether it can be used.
    pub status: Option<ChainStatus>,
    /// How many confirmations a payment needs.
    pub confirmations: Option<u64>,
    /// The URL of a transaction, with `%s` for its hash.
    pub base_url: Option<String>,
    /// Whether it is an EVM chain.
    #[serde(rename = "isEVM")]
    pub is_evm: Option<bool>,
    /// Whether its addresses have a memo or tag.
    pub support_memo: Option<bool>,
}
