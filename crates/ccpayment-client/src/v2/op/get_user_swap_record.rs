//! `getUserSwapRecord`: one swap of a user of the user wallet system.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, Timestamp,
};
use serde::Serialize;

use super::get_swap_record::SwapRecord;
use crate::v2::protocol::{Account, Call};
use crate::v2::record::Key;

/// Asks for a swap of a user of the user wallet system: `POST getUserSwapRecord`.
///
/// **Effect: read.** An unknown swap is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003. Right after a
/// swap was sent, that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::user_swap_record`"]
pub struct UserSwapQuery {
    key: Key,
}

impl UserSwapQuery {
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

impl Operation for UserSwapQuery {
    type Output = SwapRecord;
    const NAME: &'static str = "user_swap_record";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.key.check()
    }
}

impl Call for UserSwapQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserSwapRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<SwapRecord, Fault> {
        self.key.read(answer)
    }
}
