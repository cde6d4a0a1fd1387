//! `getSwapRecordList`: swaps, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, Timestamp};
use serde::Serialize;

use super::get_swap_record::SwapRecord;
use crate::v2::limits;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;

/// Asks for a page of swaps: `POST getSwapRecordList`. All pages: [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** A range is at most three months long; the gateway refuses longer ones.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::swap_records` or `Client::rows`"]
pub struct SwapsQuery {
    coin_id_in: Option<u64>,
    coin_id_out: Option<u64>,
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(SwapsQuery of SwapRecord, up to 20 ids: records orders times);

impl SwapsQuery {
    /// All swaps.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only of this coin that was given.
    pub const fn coin_in(mut self, coin_id: u64) -> Self {
        self.coin_id_in = Some(coin_id);
        self
    }

    /// Only of this coin that was received.
    pub const fn coin_out(mut self, coin_id: u64) -> Self {
        self.coin_id_out = Some(coin_id);
        self
    }
}

impl Operation for SwapsQuery {
    type Output = Page<SwapRecord>;
    const NAME: &'static str = "swap_records";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::optional_id("coin_id_in", self.coin_id_in),
            limits::optional_id("coin_id_out", self.coin_id_out),
            self.conditions.check(20),
        ])
    }
}

impl Call for SwapsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getSwapRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<SwapRecord>, Fault> {
        let page: Page<SwapRecord> = self.conditions.read(answer)?;
        page.records
            .iter()
            .try_for_each(|row| row.expect_coins(self.coin_id_in, self.coin_id_out))?;
        Ok(page)
    }
}
