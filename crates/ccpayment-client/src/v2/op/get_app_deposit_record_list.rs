//! `getAppDepositRecordList`: deposits, newest first, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, SensitiveString, Timestamp,
};
use serde::Serialize;

use super::get_app_deposit_record::Deposit;
use crate::v2::limits;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;

/// Asks for a page of deposits: `POST getAppDepositRecordList`. All pages: [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days; it refuses longer ones with code 11008.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::deposits` or `Client::rows`"]
pub struct DepositsQuery {
    reference_id: Option<SensitiveString>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reference_ids: Vec<SensitiveString>,
    order_id: Option<MerchantRef>,
    #[serde(flatten)]
    conditions: Conditions,
    limit: Option<u64>,
}

paged!(DepositsQuery of Deposit, up to 50 ids: coin chain to_address records orders times);

impl DepositsQuery {
    /// All deposits.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only of this user. Not together with [`order`](Self::order).
    pub fn user(mut self, reference_id: impl Into<String>) -> Self {
        self.reference_id = Some(SensitiveString::from(reference_id));
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

    /// Only of this order or invoice. Not together with [`user`](Self::user).
    pub fn order(mut self, order_id: MerchantRef) -> Self {
        self.order_id = Some(order_id);
        self
    }

    /// The records of a page: 1 to 100. Default: the gateway's 20.
    pub const fn per_page(mut self, limit: u64) -> Self {
        self.limit = Some(limit);
        self
    }
}

impl Operation for DepositsQuery {
    type Output = Page<Deposit>;
    const NAME: &'static str = "deposits";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        let users: Vec<&str> = self.reference_ids.iter().map(|id| id.expose()).collect();
        let mut each = users.iter();
        InvalidRequest::all([
            self.reference_id
                .as_ref()
                .map_or(Ok(()), |user| limits::user("reference_id", user)),
            match (&self.reference_id, &self.order_id) {
                (Some(_), Some(_)) => Err(InvalidRequest::request(
                    "order_id",
                    "is given beside a user",
                )
                .allowed("one of both")),
                _ => limits::optional_reference("order_id", self.order_id.as_ref()),
            },
            limits::list("reference_ids", &users, 50),
            each.try_for_each(|id| limits::user("reference_ids", id)),
            self.conditions.check(50),
            limits::per_page(self.limit),
        ])
    }
}

impl Call for DepositsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppDepositRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<Deposit>, Fault> {
        let page: Page<Deposit> = self.conditions.read(answer)?;
        for row in &page.records {
            if let (Some(asked), Some(found)) = (&self.order_id, &row.order_id)
                && asked.as_str() != found
            {
                return Err(Fault::foreign("orderId"));
            }
            let mut users = self
                .reference_id
                .iter()
                .chain(&self.reference_ids)
                .peekable();
            if let Some(found) = row.reference_id.as_deref()
                && users.peek().is_some()
                && !users.any(|user| user.expose() == found)
            {
                return Err(Fault::foreign("referenceId"));
            }
        }
        Ok(page)
    }
}
