//! `getAppWithdrawRecordList`: withdrawals, newest first, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, Timestamp};
use serde::Serialize;

use super::get_app_withdraw_record::WithdrawalRecord;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;

/// Asks for a page of withdrawals: `POST getAppWithdrawRecordList`. All pages: [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days (`assumed` from deposits).
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::withdrawals` or `Client::rows`"]
pub struct WithdrawalsQuery {
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(WithdrawalsQuery of WithdrawalRecord, up to 20 ids: coin chain to_address orders times);

impl WithdrawalsQuery {
    /// All withdrawals.
    pub fn all() -> Self {
        Self::default()
    }
}

impl Operation for WithdrawalsQuery {
    type Output = Page<WithdrawalRecord>;
    const NAME: &'static str = "withdrawals";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.conditions.check(20)
    }
}

impl Call for WithdrawalsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getAppWithdrawRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<WithdrawalRecord>, Fault> {
        self.conditions.read(answer)
    }
}
