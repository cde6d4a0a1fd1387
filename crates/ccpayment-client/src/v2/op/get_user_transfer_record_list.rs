//! `getUserTransferRecordList`: transfers between users, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp};
use serde::Serialize;

use super::get_user_transfer_record::UserTransferRecord;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;
use crate::v2::user;

/// Asks for a page of transfers between users: `POST getUserTransferRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days. The limit of ids is `assumed` from
/// [`WithdrawalsQuery`](crate::v2::WithdrawalsQuery).
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::user_transfer_records` or `Client::rows`"]
pub struct UserTransfersQuery {
    from_user_id: SensitiveString,
    to_user_id: Option<SensitiveString>,
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(UserTransfersQuery of UserTransferRecord, up to 20 ids: coin orders times);

impl UserTransfersQuery {
    /// From this user.
    pub fn from(user_id: impl Into<String>) -> Self {
        Self {
            from_user_id: SensitiveString::from(user_id),
            to_user_id: None,
            conditions: Conditions::default(),
        }
    }

    /// Only to this user. The page's table requires it, its sample leaves it out.
    pub fn to(mut self, user_id: impl Into<String>) -> Self {
        self.to_user_id = Some(SensitiveString::from(user_id));
        self
    }
}

impl Operation for UserTransfersQuery {
    type Output = Page<UserTransferRecord>;
    const NAME: &'static str = "user_transfer_records";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            user::check("from_user_id", &self.from_user_id),
            self.to_user_id
                .as_ref()
                .map_or(Ok(()), |user| user::check("to_user_id", user)),
            self.conditions.check(20),
        ])
    }
}

impl Call for UserTransfersQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserTransferRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<UserTransferRecord>, Fault> {
        let page: Page<UserTransferRecord> = self.conditions.read(answer)?;
        for row in &page.records {
            user::expect(
                "fromUserId",
                &self.from_user_id,
                row.from_user_id.as_deref(),
            )?;
            if let Some(user) = &self.to_user_id {
                user::expect("toUserId", user, row.to_user_id.as_deref())?;
            }
        }
        Ok(page)
    }
}
