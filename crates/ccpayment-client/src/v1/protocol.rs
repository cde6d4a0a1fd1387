//! How calls are signed and sent, and how answers are verified and read.
//!
//! Every call is a POST of a JSON object, signed in three headers. Every answer is `{"code": …, "msg": …, "data": …}`
//! under HTTP status 200, success or not, and is signed in the same way. The body is serialized once: the signed bytes
//! are the bytes sent.

mod clock_skew;
mod response;

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp, wire,
};
use payments_signing::ccpayment::{Headers, Key, Timestamp as Stamp, Window};
use serde::Serialize;

use super::codes;
use super::config::Config;
use crate::envelope::Envelope;
use crate::headers::Signature;
use crate::request;
use clock_skew::ClockSkew;

pub(crate) use response::rows;

/// The name of the provider in errors.
pub(crate) const PROVIDER: &str = "ccpayment";

/// A call of the CCPayment v1 API, for [`Client::prepare`](super::Client::prepare) and
/// [`Client::parse`](super::Client::parse): the typed calls and [`RawCall`](payments_core::RawCall).
///
/// Sealed: `Account` cannot be named outside this crate.
pub trait Call: Operation {
    /// Writes and signs the request.
    #[doc(hidden)]
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest>;

    /// Reads a verified success.
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
    "chain",
    "coin_id",
    "denominated_currency",
    "end_timestamp",
    "merchant_order_id",
    "merchant_order_ids",
    "order_valid_period",
    "product_price",
    "start_timestamp",
    "token_id",
    "transaction_type",
    "value",
    "webhook_result",
];

/// The merchant's account: base URL, key and the clock correction.
pub struct Account {
    base_url: String,
    key: Key,
    skew: ClockSkew,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url().to_owned(),
            key: config.key(),
            skew: ClockSkew::default(),
        }
    }

    /// The clock correction in seconds.
    pub(crate) fn skew_secs(&self) -> i64 {
        self.skew.seconds()
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
        let stamp = request::stamp(self.skew.corrected(now))?;
        let sign = self.key.sign(stamp, &body);
        let headers = Headers {
            app_id: self.key.app_id(),
            timestamp: stamp.as_str(),
            sign: sign.as_str(),
        };
        request::post(format!("{}{path}", self.base_url), &headers, body)
    }

    /// Reads an answer, whose envelope is signed if it is a success.
    fn read<O: Call>(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault> {
        let (envelope, is_signed) = self.envelope(answer, now)?;
        if envelope.is_success() {
            return op.decode(Answer::new(envelope.data, RawAnswer::from(answer)));
        }
        let message = envelope.message();
        let fault = codes::fault(envelope.code.as_str(), O::NAME, O::EFFECT, is_signed);
        Err(fault.code(envelope.code).message(message))
    }

    /// Parses the envelope; the flag says whether it was signed. Unsigned successes are rejected as unverified.
    fn envelope<'a>(
        &self,
        answer: &'a http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<(Envelope<'a>, bool), Fault> {
        match Signature::of(answer.headers()) {
            Signature::Present(headers) => Ok((self.verified(&headers, answer, now)?, true)),
            Signature::Malformed => Err(Fault::unverified()),
            Signature::Absent => {
                let envelope: Envelope<'a> = wire::read_answer(answer)?;
                if envelope.is_success() {
                    return Err(Fault::not_signed());
                }
                Ok((envelope, false))
            }
        }
    }

    /// Verifies the signature before anything is read. Freshness is checked last: the timestamp of an answer that is not
    /// fresh still measures how far the local clock is off.
    fn verified<'a>(
        &self,
        headers: &Headers<'_>,
        answer: &'a http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<Envelope<'a>, Fault> {
        let stamp = Stamp::parse(headers.timestamp).map_err(|_| Fault::unverified())?;
        let only_its_own_second = Window {
            past: Duration::ZERO,
            future: Duration::ZERO,
        };
        self.key
            .verify_response(
                headers,
                answer.body(),
                stamp.as_secs(),
                &only_its_own_second,
            )
            .map_err(|_| Fault::unverified())?;
        // Only an answer may move the correction: webhooks and our own requests are signed in the same way.
        let envelope: Envelope<'a> = wire::read_answer(answer)?;
        if self.skew.observe(stamp.as_secs(), now) {
            Ok(envelope)
        } else {
            let code = envelope.code.as_str().to_owned();
            Err(Fault::unverified().code(code))
        }
    }
}

/// Without the key.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .field("app_id", &self.key.app_id())
            .field("skew", &self.skew)
            .finish_non_exhaustive()
    }
}

impl<O: Call> Protocol<O> for Account {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn seal(&self, op: &O, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        op.encode(self, now)
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
