//! `get/network/height/info`: the block heights of the chains.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::protocol::{Account, Call, rows};

/// Asks for the heights of all chains: `POST get/network/height/info`, "Block Height Information Retrieval API".
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BlockHeightsQuery {}

impl BlockHeightsQuery {
    /// All chains: the call has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for BlockHeightsQuery {
    type Output = BlockHeights;
    const NAME: &'static str = "block_heights";
    const EFFECT: Effect = Effect::Read;
}

impl Call for BlockHeightsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("get/network/height/info", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<BlockHeights, Fault> {
        let chains = rows(&answer)?;
        Ok(answer.keep(BlockHeights { chains, raw: None }))
    }
}

/// The answer to `get/network/height/info`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BlockHeights {
    /// One row for each chain.
    pub chains: Vec<BlockHeight>,
    raw: Option<RawAnswer>,
}

keeps_raw!(BlockHeights);

/// The height of one chain.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BlockHeight {
    /// The chain: `ETH`.
    #[serde_as(as = "NonEmpty")]
    pub chain: String,
    /// The number of its latest block.
    pub current_chain_height: Option<u64>,
    /// How many blocks confirm a transaction.
    pub tx_confirm_block_num: Option<u64>,
    /// `block_rate`, a decimal number that no page explains; missing for some chains. Exact: it is never a float.
    pub block_rate: Option<Amount>,
}
