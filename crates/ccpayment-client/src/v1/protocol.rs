//! Where the signature goes, and what an answer says.
//!
//! Every call has one shape: a POST of a JSON object, signed in three headers, and an answer
//! `{"code": …, "msg": …, "data": …}` under HTTP status 200, success or not, that is signed alike. The body is written
//! once: what is signed is what is sent.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use payments_core::wire::{self, Code, Json};
use payments_core::{Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp};
use payments_signing::ccpayment::{
    APP_ID_HEADER, Headers, Key, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp as Stamp, Window,
};
use serde::{Deserialize, Serialize};

use super::resend_limit::ResendLimit;
use super::signed::Signed;
use super::skew::Skew;
use super::{Config, codes};

/// The name of the provider in errors.
pub(crate) const PROVIDER: &str = "ccpayment";

/// A call of the CCPayment v1 gateway. Sealed: the calls are this crate's operations.
pub trait Call: Operation + wiring::Wired {}

impl<O: Operation + wiring::Wired> Call for O {}

/// How a call is written and read; private to this crate by living in a private module.
pub(crate) mod wiring {
    use super::{Answer, Fault, Operation, Serialize};

    pub trait Wired: Operation {
        /// What follows the base URL: `bill/create`.
        const PATH: &'static str;

        /// The JSON object of the request.
        fn body(&self) -> impl Serialize;

        fn read(&self, answer: Answer<'_>) -> Result<Self::Output, Fault>;

        /// The gateway's own words about this call, without what they may repeat of it and must not be printed. Empty
        /// text is none.
        fn redact(&self, words: String) -> String {
            words
        }
    }
}

/// The body of a call that takes nothing. `{}` and not no bytes at all: of the official SDKs Go, Java and Python send
/// it, and it keeps to the rule that a body is a JSON object.
#[derive(Serialize)]
pub(crate) struct NoParameters {}

/// The merchant's side of every call: where to, with which key, and what is kept between calls.
pub(crate) struct Account {
    base_url: String,
    key: Key,
    skew: Skew,
    resends: ResendLimit,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url().to_owned(),
            key: config.key(),
            skew: Skew::default(),
            resends: ResendLimit::default(),
        }
    }

    pub(crate) const fn skew(&self) -> &Skew {
        &self.skew
    }

    pub(crate) const fn resends(&self) -> &ResendLimit {
        &self.resends
    }

    fn post(&self, path: &str, body: Vec<u8>, stamp: Stamp) -> http::Result<http::Request<Bytes>> {
        let sign = self.key.sign(stamp, &body);
        let mut uri = String::with_capacity(self.base_url.len() + path.len());
        uri.push_str(&self.base_url);
        uri.push_str(path);
        http::Request::post(uri)
            .header(name(APP_ID_HEADER)?, self.key.app_id())
            .header(name(TIMESTAMP_HEADER)?, stamp.as_str())
            .header(name(SIGN_HEADER)?, sign.as_str())
            .header(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            )
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .body(Bytes::from(body))
    }

    /// The envelope of an answer, and whether it was signed. A success that is not signed is none.
    fn envelope<'a>(
        &self,
        answer: &'a http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<(Envelope<'a>, Authenticity), Fault> {
        match Signed::of(answer.headers()) {
            Signed::Yes(headers) => {
                let envelope = self.verified(&headers, answer, now)?;
                Ok((envelope, Authenticity::Signed))
            }
            Signed::Broken => Err(Fault::unverified()),
            Signed::No => {
                let envelope: Envelope<'a> = wire::read_answer(answer)?;
                if envelope.is_success() {
                    return Err(Fault::unverified());
                }
                Ok((envelope, Authenticity::Unsigned))
            }
        }
    }

    /// Looks at the signature before anything is read. Whether the stamp is fresh is asked last: one that is not still
    /// tells how far the clock here is off.
    fn verified<'a>(
        &self,
        headers: &Headers<'_>,
        answer: &'a http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<Envelope<'a>, Fault> {
        let stamp = Stamp::parse(headers.timestamp).map_err(|_| Fault::unverified())?;
        let at_its_own_time = Window {
            past: std::time::Duration::ZERO,
            future: std::time::Duration::ZERO,
        };
        self.key
            .verify_response(headers, answer.body(), stamp.as_secs(), &at_its_own_time)
            .map_err(|_| Fault::unverified())?;
        // Only what is an answer may move the correction: a webhook or a request of ours is signed alike.
        let envelope: Envelope<'a> = wire::read_answer(answer)?;
        if self.skew.observe(stamp.as_secs(), now) {
            Ok(envelope)
        } else {
            let code = envelope.code.as_str().to_owned();
            Err(Fault::unverified().code(code))
        }
    }
}

fn name(header: &'static str) -> http::Result<HeaderName> {
    Ok(HeaderName::from_bytes(header.as_bytes())?)
}

/// Opaque: an account holds a key.
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

    fn seal(&self, op: &O, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        let body = serde_json::to_vec(&op.body())
            .map_err(|_| InvalidRequest::request("request", "cannot be written as JSON"))?;
        let stamp = Stamp::from_secs(self.skew.corrected(now)).map_err(|_| {
            InvalidRequest::configuration("clock", "is out of order")
                .allowed("Unix seconds of ten digits")
        })?;
        self.post(O::PATH, body, stamp)
            .map_err(|_| InvalidRequest::configuration("base_url", "makes no usable URL"))
    }

    fn open(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<O::Output, Fault> {
        let (envelope, authenticity) = self.envelope(answer, now)?;
        if envelope.is_success() {
            return op.read(Answer {
                data: envelope.data,
                raw: RawAnswer::from(answer),
            });
        }
        let words = op.redact(envelope.words());
        let fault = codes::fault(envelope.code.as_str(), O::NAME, O::EFFECT, authenticity);
        Err(fault.code(envelope.code).message(words))
    }
}

/// Whether an answer was signed, and the signature held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authenticity {
    Signed,
    Unsigned,
}

/// The envelope of every answer; `data` is read only after `code` has said what it is.
#[derive(Deserialize)]
struct Envelope<'a> {
    code: Code,
    #[serde(default, deserialize_with = "super::informative::text")]
    msg: Option<String>,
    /// Beside `msg` in some failures: `ToUserNotFound`.
    #[serde(default, deserialize_with = "super::informative::text")]
    reason: Option<String>,
    #[serde(borrow, default)]
    data: Option<Json<'a>>,
}

impl Envelope<'_> {
    fn is_success(&self) -> bool {
        self.code.as_str() == codes::SUCCESS
    }

    /// The gateway's words about a failure, `reason` behind `msg`.
    fn words(&self) -> String {
        match (self.msg.as_deref(), self.reason.as_deref()) {
            (Some(msg), Some(reason)) => format!("{msg} ({reason})"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => String::new(),
        }
    }
}

/// A successful answer, on its way to become a typed value.
pub struct Answer<'a> {
    data: Option<Json<'a>>,
    raw: RawAnswer,
}

/// A typed answer that keeps the one it was read from: see `keeps_raw!`.
pub(crate) trait KeepsRaw {
    fn keep(&mut self, raw: RawAnswer);
}

/// Gives an answer its `raw()`.
macro_rules! keeps_raw {
    ($answer:ty) => {
        impl $answer {
            /// The answer as it came, for fields that are not listed here.
            #[must_use]
            pub fn raw(&self) -> Option<&payments_core::RawAnswer> {
                self.raw.as_ref()
            }
        }

        impl crate::v1::protocol::KeepsRaw for $answer {
            fn keep(&mut self, raw: payments_core::RawAnswer) {
                self.raw = Some(raw);
            }
        }
    };
}
pub(crate) use keeps_raw;

/// A list in an object, as most calls wrap it.
#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    list: Json<'a>,
}

impl<'a> Answer<'a> {
    /// The typed `data` of a success.
    pub(crate) fn data<T: Deserialize<'a>>(&self) -> Result<T, Fault> {
        let data = self
            .data
            .ok_or_else(|| Fault::undecodable("a success without data"))?;
        Ok(data.read_object()?)
    }

    /// As [`data`](Self::data), for a call whose answer no document shows: what is no such object is none.
    pub(crate) fn data_if_any<T: Deserialize<'a>>(&self) -> Option<T> {
        self.data.and_then(|data| data.read_object().ok())
    }

    /// The rows of a success: a bare array, or the `list` of an object. No `data` and no list are an empty one: that is
    /// how a server in Go writes it (`assumed`).
    pub(crate) fn rows<T: Deserialize<'a>>(&self) -> Result<Vec<T>, Fault> {
        let Some(data) = self.data.filter(|data| !data.is_blank()) else {
            return Ok(Vec::new());
        };
        let list = if data.as_str().starts_with('{') {
            data.read::<Listed<'a>>()?.list
        } else {
            data
        };
        if list.is_blank() {
            return Ok(Vec::new());
        }
        let rows = list.read::<Vec<Json<'a>>>()?;
        Ok(rows
            .into_iter()
            .map(Json::read_object)
            .collect::<Result<_, _>>()?)
    }

    /// Where the answer tells `field`, it must tell what was asked for; otherwise it took effect, but not so.
    pub(crate) fn expect<T: PartialEq + ?Sized>(
        &self,
        field: &'static str,
        asked: &T,
        told: Option<&T>,
    ) -> Result<(), Fault> {
        match told {
            Some(told) if told != asked => Err(Fault::mismatch(field)),
            _ => Ok(()),
        }
    }

    /// The value with the answer it was read from.
    pub(crate) fn keep<T: KeepsRaw>(self, mut value: T) -> T {
        value.keep(self.raw);
        value
    }
}
