//! `getUserWithdrawRecord`: one withdrawal of a user of the user wallet system.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, Timestamp,
};
use serde::Serialize;

use super::get_app_withdraw_record::WithdrawalRecord;
use crate::v2::protocol::{Account, Call};
use crate::v2::record::Key;

/// Asks for a withdrawal of a user of the user wallet system: `POST getUserWithdrawRecord`.
///
/// **Effect: read.** An unknown withdrawal is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003. Right
/// after a withdrawal was sent, that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::user_withdrawal`"]
pub struct UserWithdrawalQuery {
    key: Key,
}

impl UserWithdrawalQuery {
    /// By the merchant's id.
    pub const fn by_order(order_id: MerchantRef) -> Self {
        Self {
            key: Key::Order(order_id),
        }
    }

    /// By the gateway's id.
    pub const fn by_record(record_id: ProviderRef) -> Self {
        Self {
            key: Key::Record(record_id),
        }
    }
}

impl Operation for UserWithdrawalQuery {
    type Output = WithdrawalRecord;
    const NAME: &'static str = "user_withdrawal";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.key.check()
    }
}

impl Call for UserWithdrawalQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserWithdrawRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<WithdrawalRecord, Fault> {
        self.key.read(answer)
    }
}
