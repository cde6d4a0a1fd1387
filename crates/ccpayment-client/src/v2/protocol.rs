//! How calls are signed and sent, and how answers are read.
//!
//! Every call is a POST of a JSON object, signed in three headers. Every answer is `{"code": …, "msg": …, "data": …}`,
//! success or not. The body is serialized once: the signed bytes are the bytes sent. A call without parameters sends `{}`, as
//! most official SDKs do.
//!
//! **No document describes signatures of answers**, unlike v1, whose answers are all signed. What an answer proves rests on
//! TLS. If an answer has a `Sign` header anyway, it must verify by the rule for requests (`assumed`).

use bytes::Bytes;
use http::{Request, StatusCode};
use payments_core::{
    Answer, Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp, wire,
};
use payments_signing::ccpayment::v2::Key;
use payments_signing::ccpayment::{Headers, SIGN_HEADER, Window};
use serde::Serialize;

use super::codes;
use super::config::Config;
use super::lockout::Lockout;
use crate::envelope::Envelope;
use crate::headers::Signature;
use crate::request;

/// The name of the provider in errors.
pub(crate) const PROVIDER: &str = "ccpayment_v2";

/// A call of the CCPayment v2 API, for [`Client::prepare`](super::Client::prepare) and
/// [`Client::parse`](super::Client::parse): the typed calls and [`RawCall`](payments_core::RawCall).
///
/// Sealed: `Account` cannot be named outside this crate.
pub trait Call: Operation {
    /// Checks what depends on the time, before the request is written.
    #[doc(hidden)]
    fn check_at(&self, _now: Timestamp) -> Result<(), InvalidRequest> {
        Ok(())
    }

    /// Writes and signs the request: again when its answer has come, to mask it, whatever the time is then.
    #[doc(hidden)]
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest>;

    /// Reads a success.
    #[doc(hidden)]
    fn decode(&self, answer: Answer<'_>) -> Result<Self::Output, Fault>;

    /// Masks more in the gateway's message, in which the confidential values of the request are masked already.
    #[doc(hidden)]
    fn redact(&self, message: String) -> String {
        message
    }
}

/// The fields whose values errors may show. All others are confidential: a new one has to be named here to be shown.
const PUBLIC: &[&str] = &[
    "amount",
    "amountIn",
    "amountOutMinimum",
    "batchOrderId",
    "chain",
    "chains",
    "coinId",
    "coinIdIn",
    "coinIdOut",
    "coinIds",
    "delaySeconds",
    "endAt",
    "endTimestamp",
    "expiredAt",
    "extraFeeRate",
    "fiatId",
    "limit",
    "mode",
    "nextId",
    "orderId",
    "orderIds",
    "price",
    "priceCoinId",
    "priceFiatId",
    "recordId",
    "recordIds",
    "seq",
    "startAt",
    "startTimestamp",
    "transactionType",
    "webhookResult",
];

/// The merchant's account: base URL, key and how often its credentials were refused.
pub struct Account {
    base_url: String,
    key: Key,
    lockout: Lockout,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url().to_owned(),
            key: config.key(),
            lockout: Lockout::default(),
        }
    }

    /// A signed POST of a typed request, which serializes as its body. `path` is below the base URL.
    pub(crate) fn post(
        &self,
        path: &str,
        request: &impl Serialize,
        now: Timestamp,
    ) -> Result<Request<Bytes>, InvalidRequest> {
        self.post_json(path, request::body(request)?, now)
    }

    /// A signed POST of a JSON object.
    pub(crate) fn post_json(
        &self,
        path: &str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<Request<Bytes>, InvalidRequest> {
        let stamp = request::stamp(now.as_secs())?;
        let sign = self.key.sign(stamp, &body);
        let headers = Headers {
            app_id: self.key.app_id(),
            timestamp: stamp.as_str(),
            sign: sign.as_str(),
        };
        request::post(format!("{}{path}", self.base_url), &headers, body)
    }

    fn read<O: Call>(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault> {
        self.check_signature(answer, now)?;
        let envelope: Envelope<'_> = wire::read_answer(answer)?;
        // The gateway refuses under status 200 (`assumed`: its SDKs read a code under no other one). What another status brings
        // may be a proxy's, which says nothing about these credentials.
        if answer.status() == StatusCode::OK {
            self.lockout.observe(envelope.code.as_str(), now);
        }
        if !envelope.is_success() {
            let message = envelope.message();
            let fault = codes::fault(envelope.code.as_str(), O::EFFECT);
            return Err(fault.code(envelope.code).message(message));
        }
        op.decode(Answer::new(envelope.data, RawAnswer::from(answer)))
    }

    /// An answer with a `Sign` header must verify; one without is read as it is.
    fn check_signature(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Result<(), Fault> {
        if !answer.headers().contains_key(SIGN_HEADER) {
            return Ok(());
        }
        let Signature::Present(headers) = Signature::of(answer.headers()) else {
            return Err(Fault::unverified());
        };
        self.key
            .verify_response(&headers, answer.body(), now.as_secs(), &Window::default())
            .map(|_| ())
            .map_err(|_| Fault::unverified())
    }
}

/// Without the key.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .field("app_id", &self.key.app_id())
            .finish_non_exhaustive()
    }
}

impl<O: Call> Protocol<O> for Account {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn seal(&self, op: &O, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        op.check_at(now)?;
        let request = op.encode(self, now)?;
        self.lockout.check(now)?;
        Ok(request)
    }

    fn open(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault> {
        self.read(op, answer, now).map_err(|fault| {
            let sent = op.encode(self, now).ok();
            request::masked(fault, sent.as_ref(), PUBLIC, |message| op.redact(message))
        })
    }
}
