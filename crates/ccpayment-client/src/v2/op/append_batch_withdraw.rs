//! `appendBatchWithdraw`: adds withdrawals to a batch.

use bytes::Bytes;
use http::Request;
use payments_core::wire::Lenient;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::apply_batch_withdraw::{BatchRow, check_rows};
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};

/// Adds up to 500 withdrawals to a batch: `POST appendBatchWithdraw`. In no page: see
/// [`CreateBatch`](crate::v2::CreateBatch).
///
/// **Effect: unkeyed.** After an unknown outcome list the rows of the batch with
/// [`BatchRowsQuery`](crate::v2::BatchRowsQuery) before you append again: a row that is there twice is paid twice.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "rows are appended by `Client::append_to_batch`"]
pub struct AppendToBatch {
    batch_order_id: MerchantRef,
    orders: Vec<BatchRow>,
}

impl AppendToBatch {
    /// These rows for this batch, whose `seq` continues the batch's.
    pub fn new(batch_order_id: MerchantRef, rows: impl IntoIterator<Item = BatchRow>) -> Self {
        Self {
            batch_order_id,
            orders: rows.into_iter().collect(),
        }
    }
}

impl Operation for AppendToBatch {
    type Output = Appended;
    const NAME: &'static str = "append_to_batch";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("batch_order_id", &self.batch_order_id),
            check_rows(&self.orders, 1),
        ])
    }
}

impl Call for AppendToBatch {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("appendBatchWithdraw", self, now)
    }

    /// By the field tables a success has no fields, so it may have no data, too.
    fn decode(&self, answer: Answer<'_>) -> Result<Appended, Fault> {
        let appended = match answer.json().filter(|json| !json.is_blank()) {
            Some(json) => json.read_object()?,
            None => Appended::default(),
        };
        Ok(answer.keep(appended))
    }
}

/// The answer to `appendBatchWithdraw`. By the field tables it has no fields, by the SDK these.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Appended {
    /// How many rows were added.
    pub appended: Option<u64>,
    /// How many the batch has.
    pub total: Option<u64>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Appended);
