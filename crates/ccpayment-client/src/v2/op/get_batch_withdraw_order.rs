//! `getBatchWithdrawOrder`: one batch of withdrawals.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, Timestamp,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};
use serde_with::Same;

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::status::BatchStatus;
use crate::v2::wire::{NonZero, Time};

/// Asks for a batch: `POST getBatchWithdrawOrder`. In no page: see [`CreateBatch`](crate::v2::CreateBatch). Its rows:
/// [`BatchRowsQuery`](crate::v2::BatchRowsQuery).
///
/// **Effect: read.** That an unknown batch is code 11003 is `assumed`. Right after a batch was sent, that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::batch`"]
pub struct BatchQuery {
    batch_order_id: MerchantRef,
}

impl BatchQuery {
    /// By the merchant's id.
    pub const fn new(batch_order_id: MerchantRef) -> Self {
        Self { batch_order_id }
    }
}

impl Operation for BatchQuery {
    type Output = Batch;
    const NAME: &'static str = "batch";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::reference("batch_order_id", &self.batch_order_id)
    }
}

impl Call for BatchQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getBatchWithdrawOrder", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Batch, Fault> {
        Batch::read(answer, &self.batch_order_id)
    }
}

/// A batch of withdrawals.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Batch {
    /// The merchant's id.
    #[serde_as(as = "NonEmpty")]
    pub batch_order_id: String,
    /// The gateway's id.
    #[serde_as(as = "Optional")]
    pub bill_id: Option<String>,
    /// The status. No status means that every row was paid out: see [`stats`](Self::stats) and the rows.
    #[serde_as(as = "NonEmpty")]
    pub status: BatchStatus,
    /// The coin.
    #[serde_as(as = "Lenient<Same>")]
    pub coin: Option<BatchCoin>,
    /// The sum of the rows (`assumed`), in units of the coin.
    #[serde_as(as = "Lenient")]
    pub amount: Option<Amount>,
    /// The network fee, in units of [`network_fee_coin`](Self::network_fee_coin).
    #[serde_as(as = "Lenient")]
    pub network_fee: Option<Amount>,
    /// The coin of the fee.
    #[serde_as(as = "Lenient<Same>")]
    pub network_fee_coin: Option<BatchCoin>,
    /// Why it was rejected.
    #[serde_as(as = "Lenient")]
    pub reason: Option<String>,
    /// `Single` or `Batch`.
    #[serde_as(as = "Lenient")]
    pub mode: Option<String>,
    /// How many rows are in which state.
    #[serde_as(as = "Lenient<Same>")]
    pub stats: Option<BatchStats>,
    /// When it was created.
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde_as(as = "Time")]
    pub updated_at: Option<Timestamp>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Batch);

debug_masked!(Batch shows batch_order_id, bill_id, status, coin, amount, network_fee, network_fee_coin, mode, stats,
    created_at, updated_at, raw; masks reason);

impl Batch {
    pub(super) fn read(answer: Answer<'_>, asked: &MerchantRef) -> Result<Self, Fault> {
        let batch: Self = answer.data()?;
        answer.expect_reference("batchOrderId", asked.as_str(), Some(&*batch.batch_order_id))?;
        Ok(answer.keep(batch))
    }
}

/// A coin of a batch. Its names on the wire differ from those of all other coins.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct BatchCoin {
    /// The coin.
    #[serde_as(as = "NonZero")]
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// Its price, in a currency that is not documented.
    #[serde_as(as = "Lenient")]
    pub coin_price: Option<Amount>,
}

/// How many rows of a batch are in which state.
#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct BatchStats {
    /// All rows.
    pub total: Option<u64>,
    /// Paid out.
    pub succeeded: Option<u64>,
    /// Not paid out.
    pub failed: Option<u64>,
    /// Cancelled.
    pub canceled: Option<u64>,
    /// Being paid out.
    pub processing: Option<u64>,
}
