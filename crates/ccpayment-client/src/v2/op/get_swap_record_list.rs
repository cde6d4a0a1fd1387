//! `getSwapRecordList`: swaps, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{List, Optional, Seconds};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_swap_record::SwapRecord;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::Paged;

/// Asks for a page of swaps: `POST getSwapRecordList`. All pages: [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** A range is at most three months long; the gateway refuses longer ones.
#[serde_with::skip_serializing_none]
#[serde_with::apply(Vec => #[serde(skip_serializing_if = "Vec::is_empty")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::swap_records` or `Client::rows`"]
pub struct SwapsQuery {
    record_ids: Vec<ProviderRef>,
    order_ids: Vec<MerchantRef>,
    coin_id_in: Option<u64>,
    coin_id_out: Option<u64>,
    #[serde_as(as = "Option<Seconds>")]
    start_at: Option<Timestamp>,
    #[serde_as(as = "Option<Seconds>")]
    end_at: Option<Timestamp>,
    next_id: Option<String>,
}

impl SwapsQuery {
    /// All swaps.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these records, up to 20.
    pub fn records(mut self, record_ids: impl IntoIterator<Item = ProviderRef>) -> Self {
        self.record_ids = record_ids.into_iter().collect();
        self
    }

    /// Only these swaps, up to 20.
    pub fn orders(mut self, order_ids: impl IntoIterator<Item = MerchantRef>) -> Self {
        self.order_ids = order_ids.into_iter().collect();
        self
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

    /// Only from this time on.
    pub const fn since(mut self, start: Timestamp) -> Self {
        self.start_at = Some(start);
        self
    }

    /// Only until this time.
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.end_at = Some(end);
        self
    }
}

impl Operation for SwapsQuery {
    type Output = SwapRecords;
    const NAME: &'static str = "swap_records";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::list("record_ids", &self.record_ids, 20)?;
        limits::list("order_ids", &self.order_ids, 20)?;
        limits::optional_id("coin_id_in", self.coin_id_in)?;
        limits::optional_id("coin_id_out", self.coin_id_out)?;
        limits::range("end_at", self.start_at, self.end_at)?;
        limits::cursor(self.next_id.as_deref())
    }
}

impl Call for SwapsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getSwapRecordList", self, now)
    }

    /// A gateway that ignores a condition lists other swaps: that is an error.
    fn decode(&self, answer: Answer<'_>) -> Result<SwapRecords, Fault> {
        let page: SwapRecords = answer.data()?;
        for row in &page.records {
            answer.expect_reference("coinIdIn", &row.coin_id_in, self.coin_id_in.as_ref())?;
            answer.expect_reference("coinIdOut", &row.coin_id_out, self.coin_id_out.as_ref())?;
            if !self.record_ids.is_empty() && !self.record_ids.contains(&row.record_id) {
                return Err(Fault::foreign("recordId"));
            }
            let is_asked = |asked: &MerchantRef| asked.as_str() == row.order_id;
            if !self.order_ids.is_empty() && !self.order_ids.iter().any(is_asked) {
                return Err(Fault::foreign("orderId"));
            }
        }
        Ok(answer.keep(page))
    }
}

impl Paged for SwapsQuery {
    type Row = SwapRecord;

    fn at_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.next_id = Some(cursor.into());
        self
    }

    fn cursor(&self) -> Option<&str> {
        self.next_id.as_deref()
    }

    fn split(page: SwapRecords) -> (Vec<SwapRecord>, Option<String>) {
        (page.records, page.next_id)
    }
}

/// The answer to `getSwapRecordList`: a page.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SwapRecords {
    /// The swaps, newest first (`assumed`).
    #[serde(default)]
    #[serde_as(as = "List")]
    pub records: Vec<SwapRecord>,
    /// The cursor of the next page; `None` on the last one.
    #[serde_as(as = "Optional")]
    pub next_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(SwapRecords);
