//! [`RawCall`]: a call that this crate has no type for.

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, KnownCall, RawCall, RawResponse, Timestamp,
};

use crate::v1::protocol::{Account, Call};

/// All calls that the provider documents, with the titles of their pages.
pub const CALLS: &[KnownCall] = &[
    KnownCall::new(
        "bill/create",
        Effect::Unkeyed,
        "Native Checkout Integration",
    ),
    KnownCall::new(
        "concise/url/get",
        Effect::Unkeyed,
        "Hosted Checkout Page Integration",
    ),
    KnownCall::new(
        "bill/info",
        Effect::Read,
        "API Deposit Order Information Interface, Withdrawal Order Information Interface",
    ),
    KnownCall::new(
        "payment/address/get",
        Effect::Keyed,
        "Get permanent deposit address for users",
    ),
    KnownCall::new("withdraw", Effect::Unkeyed, "Create a withdrawal order"),
    KnownCall::new("coin/all", Effect::Read, "Token ID Interface"),
    KnownCall::new("token/rate", Effect::Read, "Current Token Rate Interface"),
    KnownCall::new("assets", Effect::Read, "Asset Balance Interface"),
    KnownCall::new("network/fee", Effect::Read, "Network Fee Interface"),
    KnownCall::new(
        "get/network/height/info",
        Effect::Read,
        "Block Height Information Retrieval API",
    ),
    KnownCall::new(
        "check/user",
        Effect::Read,
        "Check the Validity of Cwallet ID",
    ),
    KnownCall::new(
        "webhook/resend",
        Effect::Unkeyed,
        "Resend Webhook Notification",
    ),
    KnownCall::new("support/token", Effect::Read, "official SDKs only"),
    KnownCall::new("token/chain", Effect::Read, "official SDKs only"),
];

/// The documented call of this name, in whatever case.
#[must_use]
pub fn known_call(name: &str) -> Option<&'static KnownCall> {
    KnownCall::find(CALLS, name)
}

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        self.refuse_read_of_write(known_call(self.name()))?;
        account.post_json(self.name(), self.fields()?.as_bytes().to_vec(), now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<RawResponse, Fault> {
        Ok(answer.into_raw_response())
    }

    fn redact(&self, message: String) -> String {
        self.mask(&message)
    }
}
