//! `getRiskyRefundRecordList`: refunds of risky deposits, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Json, Lenient, List, NonEmpty, Optional, Scalar, Seconds};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_with::Same;

use crate::v2::fee::Fee;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::Paged;
use crate::v2::status::WithdrawalStatus;
use crate::v2::wire::Time;

/// Asks for a page of refunds of risky deposits: `POST getRiskyRefundRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Only the provider's field tables and SDKs list this call; no sample of its answer is published.
#[serde_with::skip_serializing_none]
#[serde_with::serde_as]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::risky_refunds` or `Client::rows`"]
pub struct RiskyRefundsQuery {
    chain: Option<String>,
    coin_id: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    record_ids: Vec<ProviderRef>,
    #[serde_as(as = "Option<Seconds>")]
    start_at: Option<Timestamp>,
    #[serde_as(as = "Option<Seconds>")]
    end_at: Option<Timestamp>,
    to_address: Option<SensitiveString>,
    next_id: Option<String>,
}

impl RiskyRefundsQuery {
    /// All of them.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only of this coin.
    pub const fn coin(mut self, coin_id: u64) -> Self {
        self.coin_id = Some(coin_id);
        self
    }

    /// Only on this chain.
    pub fn chain(mut self, chain: impl Into<String>) -> Self {
        self.chain = Some(chain.into());
        self
    }

    /// Only these records, up to 50 (`assumed` from deposits).
    pub fn records(mut self, record_ids: impl IntoIterator<Item = ProviderRef>) -> Self {
        self.record_ids = record_ids.into_iter().collect();
        self
    }

    /// Only to this address.
    pub fn to_address(mut self, address: impl Into<String>) -> Self {
        self.to_address = Some(SensitiveString::from(address));
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

impl Operation for RiskyRefundsQuery {
    type Output = RiskyRefunds;
    const NAME: &'static str = "risky_refunds";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::optional_id("coin_id", self.coin_id)?;
        limits::optional_chain(self.chain.as_deref())?;
        limits::list("record_ids", &self.record_ids, 50)?;
        if let Some(address) = &self.to_address {
            check::text("to_address", address, limits::ADDRESS)?;
        }
        limits::range("end_at", self.start_at, self.end_at)?;
        limits::cursor(self.next_id.as_deref())
    }
}

impl Call for RiskyRefundsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getRiskyRefundRecordList", self, now)
    }

    /// A gateway that ignores a condition lists other records: that is an error.
    fn decode(&self, answer: Answer<'_>) -> Result<RiskyRefunds, Fault> {
        let page: RiskyRefunds = answer.data()?;
        for row in &page.records {
            answer.expect_reference("coinId", &row.coin_id, self.coin_id.as_ref())?;
            if let (Some(asked), Some(found)) = (&self.chain, &row.chain) {
                limits::expect_chain(asked, found)?;
            }
            if let (Some(asked), Some(found)) = (&self.to_address, &row.to_address)
                && !limits::is_same_address(asked.expose(), found)
            {
                return Err(Fault::foreign("toAddress"));
            }
            if !self.record_ids.is_empty() && !self.record_ids.contains(&row.record_id) {
                return Err(Fault::foreign("recordId"));
            }
        }
        Ok(answer.keep(page))
    }
}

impl Paged for RiskyRefundsQuery {
    type Row = RiskyRefund;

    fn at_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.next_id = Some(cursor.into());
        self
    }

    fn cursor(&self) -> Option<&str> {
        self.next_id.as_deref()
    }

    fn split(page: RiskyRefunds) -> (Vec<RiskyRefund>, Option<String>) {
        (page.records, page.next_id)
    }
}

/// The answer to `getRiskyRefundRecordList`: a page.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RiskyRefunds {
    /// The records, newest first (`assumed`).
    #[serde(default)]
    #[serde_as(as = "List")]
    pub records: Vec<RiskyRefund>,
    /// The cursor of the next page; `None` on the last one.
    #[serde_as(as = "Optional")]
    pub next_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(RiskyRefunds);

/// A refund of deposits that were flagged as risky.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RiskyRefund {
    /// The gateway's id.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// The chain.
    #[serde_as(as = "Optional")]
    pub chain: Option<String>,
    /// The id of the order.
    #[serde_as(as = "Optional")]
    pub order_id: Option<String>,
    /// Where it went.
    #[serde_as(as = "Optional")]
    pub to_address: Option<String>,
    /// The memo or tag of the address.
    #[serde_as(as = "Optional")]
    pub to_memo: Option<String>,
    /// The amount, in units of the coin.
    #[serde_as(as = "Optional")]
    pub amount: Option<Amount>,
    /// The hash of the transaction.
    #[serde_as(as = "Lenient")]
    pub tx_id: Option<String>,
    /// The status.
    #[serde_as(as = "Optional")]
    pub status: Option<WithdrawalStatus>,
    /// The network fee, in its own coin.
    #[serde_as(as = "Lenient<Same>")]
    pub fee: Option<Fee>,
    /// When it was made.
    #[serde_as(as = "Time")]
    pub created_at: Option<Timestamp>,
    /// The deposits that are refunded.
    #[serde(rename = "fromDeposit", default)]
    #[serde_as(as = "List")]
    pub deposits: Vec<RefundedDeposit>,
}

debug_masked!(RiskyRefund shows record_id, coin_id, coin_symbol, chain, order_id, amount, tx_id, status, fee, created_at,
    deposits; masks to_address, to_memo);

/// The gateway's id of a deposit that is refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundedDeposit {
    /// As in [`Deposit::record_id`](crate::v2::Deposit::record_id).
    pub record_id: ProviderRef,
}

/// The field tables describe objects, two official SDKs texts: both are read.
impl<'de> Deserialize<'de> for RefundedDeposit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[serde_with::serde_as]
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire {
            #[serde_as(as = "NonEmpty")]
            record_id: ProviderRef,
        }

        let json = Json::deserialize(deserializer)?;
        let record_id = if json.as_str().starts_with('{') {
            json.read_object::<Wire>().map(|wire| wire.record_id)
        } else {
            json.read_as::<NonEmpty, ProviderRef>()
        };
        record_id
            .map(|record_id| Self { record_id })
            .map_err(serde::de::Error::custom)
    }
}
