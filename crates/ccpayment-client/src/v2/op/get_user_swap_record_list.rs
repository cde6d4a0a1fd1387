//! `getUserSwapRecordList`: swaps of users, in pages.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp};
use serde::Serialize;

use super::get_swap_record::SwapRecord;
use crate::v2::list::{Conditions, Page};
use crate::v2::protocol::{Account, Call};
use crate::v2::rows::paged;
use crate::v2::{limits, user};

/// Asks for a page of swaps of users: `POST getUserSwapRecordList`. All pages:
/// [`Client::rows`](crate::v2::Client::rows).
///
/// **Effect: read.** Without a range the gateway lists the last 90 days.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::user_swap_records` or `Client::rows`"]
pub struct UserSwapsQuery {
    user_id: Option<SensitiveString>,
    coin_id_in: Option<u64>,
    coin_id_out: Option<u64>,
    #[serde(flatten)]
    conditions: Conditions,
}

paged!(UserSwapsQuery of SwapRecord, up to 20 ids: records orders times);

impl UserSwapsQuery {
    /// The swaps of all users.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only of this user.
    pub fn user(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(SensitiveString::from(user_id));
        self
    }

    /// Only of this coin that was given.
    pub const fn coin_in(mut self, coin_id: u64) -> Self {
        self.coin_id_in = Some(coin_id);
        self
    }

    /// Only of this coin that was received.
    pub const fn coin_out(mut self, coin_id: u64) -> Self {
        self.coin_id_out = Some(coin_id);
        self
    }
}

impl Operation for UserSwapsQuery {
    type Output = Page<SwapRecord>;
    const NAME: &'static str = "user_swap_records";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            self.user_id
                .as_ref()
                .map_or(Ok(()), |user| user::check("user_id", user)),
            limits::optional_id("coin_id_in", self.coin_id_in),
            limits::optional_id("coin_id_out", self.coin_id_out),
            self.conditions.check(20),
        ])
    }
}

impl Call for UserSwapsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserSwapRecordList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Page<SwapRecord>, Fault> {
        let page: Page<SwapRecord> = self.conditions.read(answer)?;
        for row in &page.records {
            row.expect_coins(self.coin_id_in, self.coin_id_out)?;
            if let Some(user) = &self.user_id {
                user::expect("userId", user, row.user_id.as_deref())?;
            }
        }
        Ok(page)
    }
}
