//! `getUserDepositRecordList`: deposits of a user, newest first, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp};
use serde::Serialize;

use super::get_app_deposit_record::Deposit;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;
use crate::v2::user;

/// Asks for a page of deposits of a user, newest first: `POST getUserDepositRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::user_deposits` or `Client::rows`"]
pub struct UserDepositsQuery {
    user_id: SensitiveString,
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(UserDepositsQuery of Deposit, up to 0 ids: coin chain to_address times);

impl UserDepositsQuery {
    /// Of this user.
    pub fn of(user_id: impl Into<String>) -> Self {
        Self {
            user_id: SensitiveString::from(user_id),
            conditions: Conditions::default(),
        }
    }
}

impl Operation for UserDepositsQuery {
    type Output = Page<Deposit>;
    const NAME: &'static str = "user_deposits";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            user::check("user_id", &self.user_id),
            self.conditions.check(0),
        ])
    }
}

impl Call for UserDepositsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserDepositRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<Deposit>, Fault> {
        let page: Page<Deposit> = self.conditions.read(answer)?;
        let mut owners = page.records.iter().map(|row| row.user_id.as_deref());
        owners.try_for_each(|owner| user::expect("userId", &self.user_id, owner))?;
        Ok(page)
    }
}
