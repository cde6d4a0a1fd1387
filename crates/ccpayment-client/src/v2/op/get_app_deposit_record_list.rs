//! `getAppDepositRecordList`: deposits, newest first, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{List, Optional, Seconds};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::get_app_deposit_record::Deposit;
use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::Paged;

/// Asks for a page of deposits: `POST getAppDepositRecordList`. All pages: [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days; it refuses longer ones with code 11008.
#[serde_with::skip_serializing_none]
#[serde_with::apply(Vec => #[serde(skip_serializing_if = "Vec::is_empty")])]
#[serde_with::serde_as]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::deposits` or `Client::rows`"]
pub struct DepositsQuery {
    coin_id: Option<u64>,
    chain: Option<String>,
    reference_id: Option<SensitiveString>,
    order_id: Option<MerchantRef>,
    to_address: Option<SensitiveString>,
    record_ids: Vec<ProviderRef>,
    reference_ids: Vec<SensitiveString>,
    order_ids: Vec<MerchantRef>,
    #[serde_as(as = "Option<Seconds>")]
    start_at: Option<Timestamp>,
    #[serde_as(as = "Option<Seconds>")]
    end_at: Option<Timestamp>,
    next_id: Option<String>,
    limit: Option<u64>,
}

impl DepositsQuery {
    /// All deposits.
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

    /// Only of this user. Not together with [`order`](Self::order).
    pub fn user(mut self, reference_id: impl Into<String>) -> Self {
        self.reference_id = Some(SensitiveString::from(reference_id));
        self
    }

    /// Only of this order or invoice. Not together with [`user`](Self::user).
    pub fn order(mut self, order_id: MerchantRef) -> Self {
        self.order_id = Some(order_id);
        self
    }

    /// Only to this address.
    pub fn to_address(mut self, address: impl Into<String>) -> Self {
        self.to_address = Some(SensitiveString::from(address));
        self
    }

    /// Only these records, up to 50.
    pub fn records(mut self, record_ids: impl IntoIterator<Item = ProviderRef>) -> Self {
        self.record_ids = record_ids.into_iter().collect();
        self
    }

    /// Only of these users, up to 50.
    pub fn users<T: Into<String>>(mut self, reference_ids: impl IntoIterator<Item = T>) -> Self {
        self.reference_ids = reference_ids
            .into_iter()
            .map(SensitiveString::from)
            .collect();
        self
    }

    /// Only of these orders and invoices, up to 50.
    pub fn orders(mut self, order_ids: impl IntoIterator<Item = MerchantRef>) -> Self {
        self.order_ids = order_ids.into_iter().collect();
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

    /// The records of a page: 1 to 100. Default: the gateway's 20.
    pub const fn per_page(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl Operation for DepositsQuery {
    type Output = Deposits;
    const NAME: &'static str = "deposits";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        limits::optional_id("coin_id", self.coin_id)?;
        limits::optional_chain(self.chain.as_deref())?;
        if let Some(user) = &self.reference_id {
            limits::user("reference_id", user)?;
            if self.order_id.is_some() {
                return Err(
                    InvalidRequest::request("order_id", "is given beside a user")
                        .allowed("one of both"),
                );
            }
        }
        if let Some(order) = &self.order_id {
            limits::reference("order_id", order)?;
        }
        if let Some(address) = &self.to_address {
            check::text("to_address", address, limits::ADDRESS)?;
        }
        limits::list("record_ids", &self.record_ids, 50)?;
        let users: Vec<&str> = self.reference_ids.iter().map(|id| id.expose()).collect();
        limits::list("reference_ids", &users, 50)?;
        users
            .iter()
            .try_for_each(|id| limits::user("reference_ids", id))?;
        limits::list("order_ids", &self.order_ids, 50)?;
        limits::range("end_at", self.start_at, self.end_at)?;
        limits::cursor(self.next_id.as_deref())?;
        if self.limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
            return Err(InvalidRequest::request("limit", "is out of range").allowed("1 to 100"));
        }
        Ok(())
    }
}

impl Call for DepositsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppDepositRecordList", self, now)
    }

    /// A gateway that ignores a condition lists the deposits of others: that is an error.
    fn decode(&self, answer: Answer<'_>) -> Result<Deposits, Fault> {
        let page: Deposits = answer.data()?;
        for row in &page.records {
            answer.expect_reference("coinId", &row.coin_id, self.coin_id.as_ref())?;
            if let Some(chain) = &self.chain {
                limits::expect_chain(chain, &row.chain)?;
            }
            if let Some(user) = &self.reference_id {
                answer.expect_reference(
                    "referenceId",
                    user.expose(),
                    row.reference_id.as_deref(),
                )?;
            }
            if let Some(order) = &self.order_id {
                answer.expect_reference("orderId", order.as_str(), row.order_id.as_deref())?;
            }
            if let (Some(asked), Some(found)) = (&self.to_address, &row.to_address)
                && !limits::is_same_address(asked.expose(), found)
            {
                return Err(Fault::foreign("toAddress"));
            }
            if !self.record_ids.is_empty() && !self.record_ids.contains(&row.record_id) {
                return Err(Fault::foreign("recordId"));
            }
            if let Some(found) = row.reference_id.as_deref()
                && !self.reference_ids.is_empty()
                && !self.reference_ids.iter().any(|id| id.expose() == found)
            {
                return Err(Fault::foreign("referenceId"));
            }
            if let Some(found) = row.order_id.as_deref()
                && !self.order_ids.is_empty()
                && !self.order_ids.iter().any(|asked| asked.as_str() == found)
            {
                return Err(Fault::foreign("orderId"));
            }
        }
        Ok(answer.keep(page))
    }
}

impl Paged for DepositsQuery {
    type Row = Deposit;

    fn at_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.next_id = Some(cursor.into());
        self
    }

    fn cursor(&self) -> Option<&str> {
        self.next_id.as_deref()
    }

    fn split(page: Deposits) -> (Vec<Deposit>, Option<String>) {
        (page.records, page.next_id)
    }
}

/// The answer to `getAppDepositRecordList`: a page.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Deposits {
    /// The deposits, newest first.
    #[serde(default)]
    #[serde_as(as = "List")]
    pub records: Vec<Deposit>,
    /// The cursor of the next page; `None` on the last one.
    #[serde_as(as = "Optional")]
    pub next_id: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Deposits);
