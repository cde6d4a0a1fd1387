//! `getRiskyRefundRecordList`: refunds of risky deposits, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, Timestamp};
use serde::Serialize;

use crate::v2::console_withdrawal::ConsoleWithdrawal;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;

/// Asks for a page of refunds of risky deposits: `POST getRiskyRefundRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Only the provider's field tables and SDKs list this call; no sample of its answer is published.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::risky_refunds` or `Client::rows`"]
pub struct RiskyRefundsQuery {
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(RiskyRefundsQuery of ConsoleWithdrawal, up to 50 ids: coin chain to_address records times);

impl RiskyRefundsQuery {
    /// All of them.
    pub fn all() -> Self {
        Self::default()
    }
}

impl Operation for RiskyRefundsQuery {
    type Output = Page<ConsoleWithdrawal>;
    const NAME: &'static str = "risky_refunds";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.conditions.check(50)
    }
}

impl Call for RiskyRefundsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getRiskyRefundRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<ConsoleWithdrawal>, Fault> {
        self.conditions.read(answer)
    }
}
