//! `getAppWithdrawRecordList`: withdrawals, newest first, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{List, Optional, Seconds};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, SensitiveString,
    Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_app_withdraw_record::WithdrawalRecord;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::Paged;

/// Asks for a page of withdrawals: `POST getAppWithdrawRecordList`. All pages: [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days (`assumed` from deposits).
#[serde_with::skip_serializing_none]
#[serde_with::serde_as]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::withdrawals` or `Client::rows`"]
pub struct WithdrawalsQuery {
    chain: Option<String>,
    coin_id: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    order_ids: Vec<MerchantRef>,
    to_address: Option<SensitiveString>,
    #[serde_as(as = "Option<Seconds>")]
    start_at: Option<Timestamp>,
    #[serde_as(as = "Option<Seconds>")]
    end_at: Option<Timestamp>,
    next_id: Option<String>,
}

impl WithdrawalsQuery {
    /// All withdrawals.
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

    /// Only these withdrawals, up to 20.
    pub fn orders(mut self, order_ids: impl IntoIterator<Item = MerchantRef>) -> Self {
        self.order_ids = order_ids.into_iter().collect();
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

impl Operation for WithdrawalsQuery {
    type Output = Withdrawals;
    const NAME: &'static str = "withdrawals";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::optional_id("coin_id", self.coin_id)?;
        limits::optional_chain(self.chain.as_deref())?;
        limits::list("order_ids", &self.order_ids, 20)?;
        if let Some(address) = &self.to_address {
            check::text("to_address", address, limits::ADDRESS)?;
        }
        limits::range("end_at", self.start_at, self.end_at)?;
        limits::cursor(self.next_id.as_deref())
    }
}

impl Call for WithdrawalsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppWithdrawRecordList", self, now)
    }

    /// A gateway that ignores a condition lists other withdrawals: that is an error.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawals, Fault> {
        let page: Withdrawals = answer.data()?;
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
            let is_asked = |asked: &MerchantRef| asked.as_str() == row.order_id;
            if !self.order_ids.is_empty() && !self.order_ids.iter().any(is_asked) {
                return Err(Fault::foreign("orderId"));
            }
        }
        Ok(answer.keep(page))
    }
}

impl Paged for WithdrawalsQuery {
    type Row = WithdrawalRecord;

    fn at_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.next_id = Some(cursor.into());
        self
    }

    fn cursor(&self) -> Option<&str> {
        self.next_id.as_deref()
    }

    fn split(page: Withdrawals) -> (Vec<WithdrawalRecord>, Option<String>) {
        (page.records, page.next_id)
    }
}

/// The answer to `getAppWithdrawRecordList`: a page.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Withdrawals {
    /// The withdrawals, newest first.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub records: Vec<WithdrawalRecord>,
    /// The cursor of the next page; `None` on the last one.
    #[serde_as(as = "Optional")]
    pub next_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Withdrawals);
