//! `get/network/height/info`: the heights of the chains.

use serde::{Serialize, Serializer};

use super::answer::{self, Outcome};
use super::chains::Chain;
use super::state::Ccpayment;
use super::verify::Verified;

/// The answer is a bare array of these, unlike the page's table.
#[derive(Serialize)]
struct Row {
    chain: &'static str,
    current_chain_height: u64,
    tx_confirm_block_num: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_rate: Option<Rate>,
}

/// Seconds per block (assumed: the page has no unit).
struct Rate {
    block_ms: u64,
}

/// Without `.0`, as JavaScript writes numbers: an official client serialises the answer again before it checks the signature.
impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.block_ms.is_multiple_of(1_000) {
            serializer.serialize_u64(self.block_ms / 1_000)
        } else {
            serializer.serialize_f64(self.block_ms as f64 / 1_000.0)
        }
    }
}

pub(super) fn run(ccpayment: &Ccpayment, _: &Verified) -> Outcome {
    let now_ms = ccpayment.context.clock.now_ms();
    let row = |chain: Chain| {
        let (height, pace) = chain.height(now_ms)?;
        Some(Row {
            chain: chain.name(),
            current_chain_height: height,
            tx_confirm_block_num: pace.confirmations,
            block_rate: pace.has_rate.then_some(Rate {
                block_ms: pace.block_ms,
            }),
        })
    };
    let rows: Vec<Row> = Chain::ALL.into_iter().filter_map(row).collect();
    answer::data(&rows)
}
