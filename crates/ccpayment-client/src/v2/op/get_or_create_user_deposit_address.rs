//! `getOrCreateUserDepositAddress`: the deposit address of a user of the user wallet system.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, SensitiveString, Timestamp, check,
};
use serde::Serialize;

use super::get_or_create_app_deposit_address::DepositAddress;
use crate::v2::protocol::{Account, Call};
use crate::v2::{limits, user};

/// Assigns a deposit address to a user of the user wallet system, or returns the one that was assigned:
/// `POST getOrCreateUserDepositAddress`. What is paid to it is credited to the user.
///
/// **Effect: keyed.** The page calls it the permanent address of the user and states that the call creates or gets it. An
/// account has at most 1,000 addresses of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "an address is assigned by `Client::user_deposit_address`"]
pub struct AssignUserAddress {
    user_id: SensitiveString,
    chain: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
}

impl AssignUserAddress {
    /// The address of a user on a chain. `user_id` is the merchant's id of the user: 5 to 64 characters that do not begin with
    /// `sys`.
    pub fn new(user_id: impl Into<String>, chain: impl Into<String>) -> Self {
        Self {
            user_id: SensitiveString::from(user_id),
            chain: chain.into(),
            notify_url: SensitiveString::default(),
        }
    }

    /// Where the webhooks of this address are sent, up to 150 characters. Default: the account's URL. The provider's page does
    /// not list it; its field tables do.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }
}

impl Operation for AssignUserAddress {
    type Output = DepositAddress;
    const NAME: &'static str = "user_deposit_address";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            user::check("user_id", &self.user_id),
            check::text("chain", &self.chain, limits::CHAIN),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
        ])
    }
}

impl Call for AssignUserAddress {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getOrCreateUserDepositAddress", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<DepositAddress, Fault> {
        let address: DepositAddress = answer.data()?;
        Ok(answer.keep(address))
    }
}
