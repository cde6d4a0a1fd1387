//! [`RawCall`]: a call that this crate has no type for.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Fault, InvalidRequest, RawCall, RawResponse, Timestamp};

use crate::v1::protocol::{Account, Call};

/// The calls that change something.
const WRITES: &[&str] = &[
    "bill/create",
    "concise/url/get",
    "payment/address/get",
    "webhook/resend",
    "withdraw",
];

impl<const WRITE: bool> Call for RawCall<WRITE> {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        self.refuse_read_of(WRITES)?;
        account.post_json(self.name(), self.fields()?.as_bytes().to_vec(), now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<RawResponse, Fault> {
        Ok(answer.into_raw_response())
    }

    fn redact(&self, message: String) -> String {
        self.mask(&message)
    }
}
