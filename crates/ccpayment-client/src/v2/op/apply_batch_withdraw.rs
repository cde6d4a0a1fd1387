//! `applyBatchWithdraw`: creates a batch of withdrawals, which pays out after it is confirmed.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{NonEmpty, Optional};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer,
    SensitiveString, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_batch_withdraw_order::{Batch, BatchQuery};
use crate::v2::confirm::Confirm;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// A batch of up to 500 withdrawals of one coin on one chain: `POST applyBatchWithdraw`. By the field tables it pays out after
/// [`ConfirmBatch`](crate::v2::ConfirmBatch), a separate call.
///
/// **No page documents batches.** The provider's field tables of April 2026 and its SDK of July 2026 agree about this call
/// but for two points: rows are numbered by `seq` or named by `orderId`, so both are sent; and the title has two names, so
/// none is sent. Try it with small amounts first. Neither the facade nor the sandbox has batches.
///
/// **Effect: unkeyed.** What a second request with the same `batchOrderId` does is not documented.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a batch is created by `Client::create_batch`"]
pub struct CreateBatch {
    batch_order_id: MerchantRef,
    coin_id: u64,
    chain: String,
    mode: BatchMode,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    orders: Vec<BatchRow>,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
}

/// How a batch is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum BatchMode {
    /// `Single`: a transaction for each row.
    Single,
    /// `Batch`: many rows in one transaction.
    Batch,
}

/// One withdrawal of a batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a row belongs in a `CreateBatch` or an `AppendToBatch`"]
pub struct BatchRow {
    seq: u64,
    order_id: MerchantRef,
    address: SensitiveString,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
    amount: Amount,
    #[serde(skip_serializing_if = "str::is_empty")]
    remark: SensitiveString,
}

impl BatchRow {
    /// A withdrawal of `amount`.
    ///
    /// - `seq`: its number in the batch, from 1.
    /// - `order_id`: the merchant's unique id, of 3 to 64 characters.
    /// - `amount`: in units of the batch's coin, more than zero, sent without trailing zeros.
    pub fn new(
        seq: u64,
        order_id: MerchantRef,
        address: impl Into<String>,
        amount: Amount,
    ) -> Self {
        Self {
            seq,
            order_id,
            address: SensitiveString::from(address),
            memo: SensitiveString::default(),
            amount: amount.without_zeros_beyond(0),
            remark: SensitiveString::default(),
        }
    }

    /// The memo or tag of the address, up to 16 characters.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }

    /// A note, up to 64 characters.
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = SensitiveString::from(remark);
        self
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("order_id", &self.order_id),
            check::text("address", &self.address, limits::ADDRESS),
            check::optional_text("memo", &self.memo, 16),
            check::positive("amount", self.amount),
            check::optional_text("remark", &self.remark, 64),
        ])
    }
}

/// Checks the rows of one request, of which there must be `least`.
pub(super) fn check_rows(rows: &[BatchRow], least: usize) -> Result<(), InvalidRequest> {
    let numbers = limits::rows(rows.iter().map(|row| row.seq), least);
    // Too many numbers are too many rows, which are not checked one by one.
    if rows.len() > limits::ROWS {
        return numbers;
    }
    let ids: Vec<&MerchantRef> = rows.iter().map(|row| &row.order_id).collect();
    InvalidRequest::all([
        numbers,
        limits::list("order_id", &ids, limits::ROWS),
        InvalidRequest::all(rows.iter().map(BatchRow::check)),
    ])
}

impl CreateBatch {
    /// A batch of withdrawals of a coin on a chain, to which [`rows`](Self::rows) adds them.
    ///
    /// `batch_order_id` is the merchant's unique id, of 3 to 64 characters. Store it before the call.
    pub fn new(
        batch_order_id: MerchantRef,
        coin_id: u64,
        chain: impl Into<String>,
        mode: BatchMode,
    ) -> Self {
        Self {
            batch_order_id,
            coin_id,
            chain: chain.into(),
            mode,
            orders: Vec::new(),
            notify_url: SensitiveString::default(),
        }
    }

    /// Its withdrawals, up to 500. Further ones can be [appended](crate::v2::AppendToBatch).
    pub fn rows(mut self, rows: impl IntoIterator<Item = BatchRow>) -> Self {
        self.orders = rows.into_iter().collect();
        self
    }

    /// Where the webhooks of this batch are sent, up to 120 characters. Their shape is not documented.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }

    /// The query for this batch.
    pub fn query(&self) -> BatchQuery {
        BatchQuery::new(self.batch_order_id.clone())
    }
}

impl Operation for CreateBatch {
    type Output = CreatedBatch;
    const NAME: &'static str = "create_batch";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("batch_order_id", &self.batch_order_id),
            limits::id("coin_id", self.coin_id),
            check::text("chain", &self.chain, limits::CHAIN),
            check_rows(&self.orders, 0),
            check::optional_url("notify_url", &self.notify_url, 120),
        ])
    }
}

impl Call for CreateBatch {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("applyBatchWithdraw", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<CreatedBatch, Fault> {
        let created: CreatedBatch = answer.data()?;
        let (asked, found) = (self.batch_order_id.as_str(), &*created.batch_order_id);
        answer.expect_reference("batchOrderId", asked, Some(found))?;
        Ok(answer.keep(created))
    }
}

impl Confirm for CreateBatch {
    type Query = BatchQuery;

    fn query(&self) -> BatchQuery {
        Self::query(self)
    }

    /// The rows are not compared: the batch's answer has only their number, which grows when rows are appended.
    fn compare(&self, found: &Batch) -> Result<(), Fault> {
        match found.coin.as_ref().and_then(|coin| coin.coin_id) {
            Some(coin_id) if coin_id != self.coin_id => Err(Fault::mismatch("coin")),
            _ => Ok(()),
        }
    }
}

/// The answer to `applyBatchWithdraw`: the batch exists. Nothing was paid out.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CreatedBatch {
    /// The merchant's id, as requested. A success without it proves nothing, and is an error.
    #[serde_as(as = "NonEmpty")]
    pub batch_order_id: String,
    /// The gateway's id.
    #[serde(default)]
    #[serde_as(as = "Optional")]
    pub bill_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(CreatedBatch);
