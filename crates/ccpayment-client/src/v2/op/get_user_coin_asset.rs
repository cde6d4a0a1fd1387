//! `getUserCoinAsset`: a user's balance of one coin.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp};
use serde::Serialize;

use super::get_app_coin_asset::OneAsset;
use crate::v2::protocol::{Account, Call};
use crate::v2::{limits, user};

/// Asks for the balance of one coin of a user of the user wallet system: `POST getUserCoinAsset`.
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::user_asset`"]
pub struct UserAssetQuery {
    user_id: SensitiveString,
    coin_id: u64,
}

impl UserAssetQuery {
    /// Of this user and this coin.
    pub fn new(user_id: impl Into<String>, coin_id: u64) -> Self {
        Self {
            user_id: SensitiveString::from(user_id),
            coin_id,
        }
    }
}

impl Operation for UserAssetQuery {
    type Output = OneAsset;
    const NAME: &'static str = "user_asset";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            user::check("user_id", &self.user_id),
            limits::id("coin_id", self.coin_id),
        ])
    }
}

impl Call for UserAssetQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserCoinAsset", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<OneAsset, Fault> {
        user::expect_owner(&answer, &self.user_id)?;
        OneAsset::read(answer, self.coin_id)
    }
}
