//! [`RawCall`]: a call that this crate has no type for.

use bytes::Bytes;
use http::Request;
use payments_core::{Answer, Fault, InvalidRequest, RawCall, RawResponse, Timestamp};

use crate::v2::protocol::{Account, Call};

/// The calls that change something, among them those that this crate has no type for.
const WRITES: &[&str] = &[
    "abandonAddress",
    "abortBatchWithdraw",
    "addressUnbinding",
    "appendBatchWithdraw",
    "applyAppWithdrawToCwallet",
    "applyAppWithdrawToNetwork",
    "applyBatchWithdraw",
    "applyUserWithdrawToCwallet",
    "applyUserWithdrawToNetwork",
    "confirmBatchWithdraw",
    "createAppOrderDepositAddress",
    "createCheckoutUrl",
    "createInvoiceUrl",
    "getOrCreateAppDepositAddress",
    "getOrCreateUserDepositAddress",
    "rescanLostTransaction",
    "swap",
    "userBatchTransfer",
    "userSwap",
    "userTransfer",
    "webhook/resend",
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
