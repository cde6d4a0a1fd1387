//! `abortBatchWithdraw`: cancels what a batch has not yet paid out.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{List, Optional, Scalar};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Cancels the rows of a batch that are not paid out: `POST abortBatchWithdraw`. In no page: see
/// [`CreateBatch`](crate::v2::CreateBatch). By the field tables, rows that are being paid out can be cancelled in the mode
/// `Single` only. Single rows can be cancelled by fields whose names are disputed; this call cancels all of them.
///
/// **Effect: unkeyed.** After an unknown outcome query the batch, or list its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a batch is cancelled by `Client::abort_batch`"]
pub struct AbortBatch {
    batch_order_id: MerchantRef,
}

impl AbortBatch {
    /// This batch.
    pub const fn new(batch_order_id: MerchantRef) -> Self {
        Self { batch_order_id }
    }
}

impl Operation for AbortBatch {
    type Output = AbortedBatch;
    const NAME: &'static str = "abort_batch";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::reference("batch_order_id", &self.batch_order_id)
    }
}

impl Call for AbortBatch {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("abortBatchWithdraw", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<AbortedBatch, Fault> {
        let aborted: AbortedBatch = answer.data()?;
        let (asked, found) = (
            self.batch_order_id.as_str(),
            aborted.batch_order_id.as_deref(),
        );
        answer.expect_reference("batchOrderId", asked, found)?;
        Ok(answer.keep(aborted))
    }
}

/// The answer to `abortBatchWithdraw`. By the field tables, empty lists of ignored rows mean that the batch was cancelled
/// completely; list its rows to be sure.
#[serde_with::apply(Vec => #[serde(default)] #[serde_as(as = "List<Scalar>")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbortedBatch {
    /// The merchant's id.
    #[serde(default)]
    #[serde_as(as = "Optional")]
    pub batch_order_id: Option<String>,
    /// The numbers of the rows that were cancelled.
    pub canceled_seqs: Vec<u64>,
    /// Their ids, in the SDK's form of the answer.
    pub canceled_order_ids: Vec<String>,
    /// The numbers of the rows that were paid out, or are being paid out.
    pub ignored_seqs: Vec<u64>,
    /// Their ids, in the SDK's form of the answer.
    pub ignored_order_ids: Vec<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(AbortedBatch);
