//! `getUserCoinAssetList`: all balances of a user.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp};
use serde::Serialize;

use super::get_app_coin_asset_list::Assets;
use crate::v2::protocol::{Account, Call};
use crate::v2::user;

/// Asks for the balances of a user of the user wallet system: `POST getUserCoinAssetList`.
///
/// **Effect: read.**
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "a query is made by `Client::user_assets`"]
pub struct UserAssetsQuery {
    user_id: SensitiveString,
}

impl UserAssetsQuery {
    /// Of this user.
    pub fn new(user_id: impl Into<String>) -> Self {
        Self {
            user_id: SensitiveString::from(user_id),
        }
    }
}

impl Operation for UserAssetsQuery {
    type Output = Assets;
    const NAME: &'static str = "user_assets";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        user::check("user_id", &self.user_id)
    }
}

impl Call for UserAssetsQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserCoinAssetList", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Assets, Fault> {
        user::expect_owner(&answer, &self.user_id)?;
        let assets: Assets = answer.data()?;
        Ok(answer.keep(assets))
    }
}
