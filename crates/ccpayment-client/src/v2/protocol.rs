//! How calls are signed and sent, and how answers are read.
//!
//! Every call is a POST of a JSON object, signed in three headers. Every answer is `{"code": …, "msg": …, "data": …}`,
//! success or not. The body is serialized once: the signed bytes are the bytes sent. A call without parameters sends `{}`, as
//! most official SDKs do.
//!
//! **No document describes signatures of answers**, unlike v1, whose answers are all signed. What an answer proves rests on
//! TLS. If an answer has a `Sign` header anyway, it must verify by the rule for requests (`assumed`).

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use payments_core::redact::Confidential;
use payments_core::{
    Answer, Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp, wire,
};
use payments_signing::ccpayment::v2::Key;
use payments_signing::ccpayment::{
    APP_ID_HEADER, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp as Stamp, Window,
};
use serde::Serialize;

use super::codes;
use super::config::Config;
use super::lockout::Lockout;
use crate::envelope::Envelope;
use crate::headers::Signature;

/// The name of the provider in errors.
pub(crate) const PROVIDER: &str = "ccpayment_v2";

/// A call of the CCPayment v2 API, for [`Client::prepare`](super::Client::prepare) and
/// [`Client::parse`](super::Client::parse): the typed calls and [`RawCall`](payments_core::RawCall).
///
/// Sealed: `Account` cannot be named outside this crate.
pub trait Call: Operation {
    /// Writes and signs the request.
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
    "chain",
    "chains",
    "coinId",
    "coinIdIn",
    "coinIdOut",
    "coinIds",
    "endAt",
    "endTimestamp",
    "expiredAt",
    "fiatId",
    "limit",
    "nextId",
    "orderId",
    "orderIds",
    "price",
    "priceCoinId",
    "priceFiatId",
    "recordId",
    "recordIds",
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
        let body = serde_json::to_vec(request)
            .map_err(|_| InvalidRequest::request("request", "cannot be written as JSON"))?;
        self.post_json(path, body, now)
    }

    /// A signed POST of a JSON object.
    pub(crate) fn post_json(
        &self,
        path: &str,
        body: Vec<u8>,
        now: Timestamp,
    ) -> Result<Request<Bytes>, InvalidRequest> {
        let stamp = Stamp::from_secs(now.as_secs()).map_err(|_| {
            InvalidRequest::configuration("clock", "is out of range")
                .allowed("Unix seconds of ten digits")
        })?;
        let sign = self.key.sign(stamp, &body);
        Request::post(format!("{}{path}", self.base_url))
            .header(APP_ID_HEADER, self.key.app_id())
            .header(TIMESTAMP_HEADER, stamp.as_str())
            .header(SIGN_HEADER, sign.as_str())
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header(ACCEPT, "application/json")
            .body(Bytes::from(body))
            .map_err(|_| {
                InvalidRequest::configuration(
                    "base_url",
                    "does not form a URL with the path of the call",
                )
            })
    }

    fn read<O: Call>(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault> {
        self.check_signature(answer, now)?;
        let envelope: Envelope<'_> = wire::read_answer(answer)?;
        self.lockout.observe(envelope.code.as_str(), now);
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
            let json = sent
                .as_ref()
                .and_then(|sent| std::str::from_utf8(sent.body()).ok());
            match json {
                Some(json) => {
                    let confidential = Confidential::of_json(json, PUBLIC);
                    fault.masked(&confidential, |message| op.redact(message))
                }
                // It was written before. If it cannot be again, nothing of the gateway's texts is kept.
                None => fault.message(""),
            }
        })
    }
}
