//! `get/network/height/info`: how far the chains are.

use payments_core::{Amount, Effect, Fault, Operation, RawAnswer};
use serde::{Deserialize, Serialize};

use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, NoParameters, keeps_raw};

/// Asks for the heights of all chains: `POST get/network/height/info`, "Block Height Information Retrieval API".
///
/// **Effect: read.**
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockHeightsQuery;

impl BlockHeightsQuery {
    /// All chains: the gateway offers no choice.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Operation for BlockHeightsQuery {
    type Output = BlockHeights;
    const NAME: &'static str = "block_heights";
    const EFFECT: Effect = Effect::Read;
}

impl Wired for BlockHeightsQuery {
    const PATH: &'static str = "get/network/height/info";

    fn body(&self) -> impl Serialize {
        NoParameters {}
    }

    fn read(&self, answer: Answer<'_>) -> Result<BlockHeights, Fault> {
        let chains = answer.rows()?;
        Ok(answer.keep(BlockHeights { chains, raw: None }))
    }
}

/// What `get/network/height/info` answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BlockHeights {
    /// One row for each chain.
    pub chains: Vec<BlockHeight>,
    raw: Option<RawAnswer>,
}

keeps_raw!(BlockHeights);

/// How far one chain is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BlockHeight {
    /// The chain: `ETH`.
    #[serde(deserialize_with = "super::present_text")]
    pub chain: String,
    /// The number of its latest block.
    #[serde(default, deserialize_with = "crate::v1::informative::integer")]
    pub current_chain_height: Option<u64>,
    /// How many blocks confirm a transaction.
    #[serde(default, deserialize_with = "crate::v1::informative::integer")]
    pub tx_confirm_block_num: Option<u64>,
    /// `block_rate`, a decimal number that no page explains; missing for some chains. Read from its text, exactly.
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    pub block_rate: Option<Amount>,
}
