//! `getUserDepositRecord`: one deposit of a user of the user wallet system.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Effect, Fault, InvalidRequest, Operation, ProviderRef, Timestamp};
use serde::Serialize;

use super::get_app_deposit_record::Deposit;
use crate::v2::protocol::{Account, Call};
use crate::v2::record::Key;

/// Asks for a deposit of a user of the user wallet system: `POST getUserDepositRecord`.
///
/// **Effect: read.** An unknown record is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::user_deposit`"]
pub struct UserDepositQuery {
    key: Key,
}

impl UserDepositQuery {
    /// By the gateway's id, which webhooks contain.
    pub const fn new(record_id: ProviderRef) -> Self {
        Self {
            key: Key::Record(record_id),
        }
    }
}

impl Operation for UserDepositQuery {
    type Output = Deposit;
    const NAME: &'static str = "user_deposit";
    const EFFECT: Effect = Effect::Read;
}

impl Call for UserDepositQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserDepositRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Deposit, Fault> {
        self.key.read(answer)
    }
}
