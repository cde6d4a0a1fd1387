//! `getBatchWithdrawOrderRecordList`: the rows of a batch, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, Timestamp,
    debug_masked,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::record::Record;
use crate::v2::rows::paged;
use crate::v2::wire::{NonZero, Time};

/// Asks for a page of the rows of a batch: `POST getBatchWithdrawOrderRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows). In no page of the documents: see [`CreateBatch`](crate::v2::CreateBatch).
///
/// **Effect: read.**
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::batch_rows` or `Client::rows`"]
pub struct BatchRowsQuery {
    batch_order_id: MerchantRef,
    #[serde(flatten)]
    conditions: Conditions,
    limit: Option<u64>,
}

paged!(BatchRowsQuery of BatchRecord, up to 0 ids:);

impl BatchRowsQuery {
    /// The rows of this batch.
    pub fn of(batch_order_id: MerchantRef) -> Self {
        Self {
            batch_order_id,
            conditions: Conditions::default(),
            limit: None,
        }
    }

    /// The rows of a page: 1 to 100. The gateway's default is not documented.
    pub const fn per_page(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl Operation for BatchRowsQuery {
    type Output = Page<BatchRecord>;
    const NAME: &'static str = "batch_rows";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            limits::reference("batch_order_id", &self.batch_order_id),
            self.conditions.check(0),
            limits::per_page(self.limit),
        ])
    }
}

impl Call for BatchRowsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getBatchWithdrawOrderRecordList", self, now)
    }

    /// A row repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Page<BatchRecord>, Fault> {
        self.conditions.read(answer)
    }
}

/// A row of a batch, and what became of it. A row that has a number or an id, or both, is the one of that
/// [`BatchRow`](crate::v2::BatchRow).
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BatchRecord {
    /// Its number.
    #[serde_as(as = "NonZero")]
    pub seq: Option<u64>,
    /// The merchant's id.
    #[serde_as(as = "Optional")]
    pub order_id: Option<String>,
    /// The gateway's id of the withdrawal, once there is one.
    #[serde_as(as = "Optional")]
    pub record_id: Option<ProviderRef>,
    /// Where it goes.
    #[serde_as(as = "Optional")]
    pub address: Option<String>,
    /// The memo or tag of the address.
    #[serde_as(as = "Optional")]
    pub memo: Option<String>,
    /// The amount, in units of the batch's coin.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// The note.
    #[serde_as(as = "Lenient")]
    pub remark: Option<String>,
    /// The status as received: its values are not documented.
    #[serde_as(as = "Optional")]
    pub status: Option<String>,
    /// The network fee, in units of the batch's [`network_fee_coin`](crate::v2::Batch::network_fee_coin) (`assumed`).
    #[serde_as(as = "Lenient")]
    pub network_fee: Option<Amount>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub tx_id: Option<String>,
    /// Why it failed.
    #[serde_as(as = "Lenient")]
    pub reason: Option<String>,
    /// When it was created.
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde_as(as = "Time")]
    pub updated_at: Option<Timestamp>,
}

debug_masked!(BatchRecord shows seq, order_id, record_id, amount, status, network_fee, tx_id, created_at, updated_at;
    masks address, memo, remark, reason);

impl Record for BatchRecord {}
