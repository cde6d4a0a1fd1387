//! `getUserWithdrawRecordList`: withdrawals of a user, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp};
use serde::Serialize;

use super::get_app_withdraw_record::WithdrawalRecord;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;
use crate::v2::user;

/// Asks for a page of withdrawals of a user: `POST getUserWithdrawRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days. The limit of ids is `assumed` from
/// [`WithdrawalsQuery`](crate::v2::WithdrawalsQuery).
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::user_withdrawals` or `Client::rows`"]
pub struct UserWithdrawalsQuery {
    user_id: SensitiveString,
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(UserWithdrawalsQuery of WithdrawalRecord, up to 20 ids: coin chain to_address orders times);

impl UserWithdrawalsQuery {
    /// Of this user.
    pub fn of(user_id: impl Into<String>) -> Self {
        Self {
            user_id: SensitiveString::from(user_id),
            conditions: Conditions::default(),
        }
    }
}

impl Operation for UserWithdrawalsQuery {
    type Output = Page<WithdrawalRecord>;
    const NAME: &'static str = "user_withdrawals";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            user::check("user_id", &self.user_id),
            self.conditions.check(20),
        ])
    }
}

impl Call for UserWithdrawalsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserWithdrawRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<WithdrawalRecord>, Fault> {
        let page: Page<WithdrawalRecord> = self.conditions.read(answer)?;
        let mut owners = page.records.iter().map(|row| row.user_id.as_deref());
        owners.try_for_each(|owner| user::expect("userId", &self.user_id, owner))?;
        Ok(page)
    }
}
