//! `get/network/height/info`: how high the chains are.

use serde::{Serialize, Serializer};

use super::answer::{self, Outcome};
use super::chains::Chain;
use super::verify::Verified;
use crate::app::App;

/// The answer is a bare array of these, whatever the page's table says.
#[derive(Serialize)]
struct Row {
    chain: &'static str,
    current_chain_height: u64,
    tx_confirm_block_num: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    block_rate: Option<Rate>,
}

/// Seconds for one block (assumed: the page gives no unit).
struct Rate {
    block_ms: u64,
}

/// Without `.0`, as JavaScript writes numbers: an official client writes the answer again before it checks the signature.
impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.block_ms.is_multiple_of(1_000) {
            serializer.serialize_u64(self.block_ms / 1_000)
        } else {
            serializer.serialize_f64(self.block_ms as f64 / 1_000.0)
        }
    }
}

pub(super) fn run(app: &App, _: &Verified) -> Outcome {
    let now_ms = app.clock.now_ms();
    let row = |chain: Chain| {
        let (height, pace) = chain.height(now_ms)?;
        Some(Row {
            chain: chain.name(),
            current_chain_height: height,
            tx_confirm_block_num: pace.confirmations,
            block_rate: pace.tells_rate.then_some(Rate {
                block_ms: pace.block_ms,
            }),
        })
    };
    let rows: Vec<Row> = Chain::ALL.into_iter().filter_map(row).collect();
    answer::data(&rows)
}
