//! `confirmBatchWithdraw`: pays out a batch.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, Timestamp};
use serde::Serialize;

use super::get_batch_withdraw_order::{Batch, BatchQuery};
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Carries out a batch: `POST confirmBatchWithdraw`. **It pays out, and nothing takes it back.** In no page: see
/// [`CreateBatch`](crate::v2::CreateBatch). The SDK of July 2026 has a further field `confirmExecution`, which is not sent
/// because nothing explains it: look at [`Batch::status`] to see whether the batch was started.
///
/// **Effect: unkeyed.** After an unknown outcome make the [`query`](Self::query): its status states whether it was started.
/// [`Client::confirm`](crate::v2::Client::confirm) does not take it, because the batch exists before this call.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a batch is carried out by `Client::confirm_batch`"]
pub struct ConfirmBatch {
    batch_order_id: MerchantRef,
    delay_seconds: Option<u64>,
}

impl ConfirmBatch {
    /// This batch.
    pub const fn new(batch_order_id: MerchantRef) -> Self {
        Self {
            batch_order_id,
            delay_seconds: None,
        }
    }

    /// How many seconds the gateway waits before it starts, up to 3,600. Until then the batch can be
    /// [aborted](crate::v2::AbortBatch).
    pub const fn delay_seconds(mut self, seconds: u64) -> Self {
        self.delay_seconds = Some(seconds);
        self
    }

    /// The query for this batch.
    pub fn query(&self) -> BatchQuery {
        BatchQuery::new(self.batch_order_id.clone())
    }
}

impl Operation for ConfirmBatch {
    type Output = Batch;
    const NAME: &'static str = "confirm_batch";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        let is_too_long = self.delay_seconds.is_some_and(|seconds| seconds > 3_600);
        InvalidRequest::all([
            limits::reference("batch_order_id", &self.batch_order_id),
            match is_too_long {
                true => {
                    Err(InvalidRequest::request("delay_seconds", "is too long")
                        .allowed("up to 3,600"))
                }
                false => Ok(()),
            },
        ])
    }
}

impl Call for ConfirmBatch {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("confirmBatchWithdraw", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Batch, Fault> {
        Batch::read(answer, &self.batch_order_id)
    }
}
