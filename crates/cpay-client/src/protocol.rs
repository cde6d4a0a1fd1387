//! Where the signature goes, and what an answer says.
//!
//! Every call has one shape: parameters in the query (GET) or in a form body (POST), `sign` among them,
//! and an answer `{"code": …, "msg": …, "data": …, "traceid": …}` under HTTP status 200. Answers carry no
//! signature: TLS is what makes them the gateway's.

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use payments_core::wire::{self, Code, Json};
use payments_core::{Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp};
use payments_signing::cpay::Key;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{Config, codes, form};

/// The name of the provider in errors.
pub(crate) const PROVIDER: &str = "cpay";

/// A call of the C-Pay gateway. Sealed: the calls are this crate's operations.
pub trait Call: Operation + wiring::Wired {}

impl<O: Operation + wiring::Wired> Call for O {}

/// How a call is written and read; private to this crate by living in a private module.
pub(crate) mod wiring {
    use super::{Account, Answer, Bytes, Fault, InvalidRequest, Operation, Timestamp};

    pub trait Wired: Operation {
        fn write(
            &self,
            account: &Account,
            now: Timestamp,
        ) -> Result<http::Request<Bytes>, InvalidRequest>;
        fn read(&self, answer: Answer<'_>) -> Result<Self::Output, Fault>;

        /// The gateway's own words about this call, without what they may repeat of it and must not be printed. Empty
        /// text is none.
        fn redact(&self, words: String) -> String {
            words
        }
    }
}

/// A parameter by its wire name. An empty value is neither sent nor signed.
pub(crate) type Field<'a> = (&'static str, &'a str);

/// The merchant's side of every call: where to, as whom, with which key.
pub struct Account {
    base_url: String,
    merchant_id: String,
    key: Key,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url().to_owned(),
            merchant_id: config.merchant_id().to_owned(),
            key: Key::new(config.secret()),
        }
    }

    pub(crate) fn merchant_id(&self) -> &str {
        &self.merchant_id
    }

    /// A GET with the signed parameters in the query. `fields` ascend by name.
    pub(crate) fn get(
        &self,
        method: &str,
        fields: &[Field<'_>],
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let mut uri = self.uri(method, encoded_len(fields));
        uri.push('?');
        request(self.sign_onto(uri, fields)?, Bytes::new())
    }

    /// A POST with the signed parameters as a form. `fields` ascend by name.
    pub(crate) fn post(
        &self,
        method: &str,
        fields: &[Field<'_>],
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let form = self.sign_onto(String::with_capacity(encoded_len(fields)), fields)?;
        self.form_request(method, Bytes::from(form))
    }

    /// A [`post`](Self::post) whose body is wiped when its last user drops it, for fields that hold a card or an
    /// identity. What the HTTP stack copies on its way out is beyond this.
    pub(crate) fn post_wiped(
        &self,
        method: &str,
        fields: &[Field<'_>],
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let form = self.sign_onto(String::with_capacity(most_encoded_len(fields)), fields)?;
        self.form_request(method, Bytes::from_owner(Zeroizing::new(form.into_bytes())))
    }

    fn form_request(
        &self,
        method: &str,
        form: Bytes,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let mut request = request(self.uri(method, 0), form)?;
        *request.method_mut() = Method::POST;
        request.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        Ok(request)
    }

    fn uri(&self, method: &str, room: usize) -> String {
        const PATH: &str = "/openapi/v1/";
        let mut uri =
            String::with_capacity(self.base_url.len() + PATH.len() + method.len() + 1 + room);
        uri.push_str(&self.base_url);
        uri.push_str(PATH);
        uri.push_str(method);
        uri
    }

    /// Signs the raw values and appends their percent-encoded form: what is signed is what is sent.
    fn sign_onto(&self, target: String, fields: &[Field<'_>]) -> Result<String, InvalidRequest> {
        let sign = self
            .key
            .sign_sorted(fields.iter().copied())
            .map_err(|error| InvalidRequest::request("parameters", error.to_string()))?;
        let mut form = target;
        let start = form.len();
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            form::push(&mut form, start, name, value);
        }
        form::push(&mut form, start, "sign", sign.as_str());
        Ok(form)
    }
}

/// Opaque: an account holds a key.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("merchant_id", &self.merchant_id)
            .finish_non_exhaustive()
    }
}

/// A GET until it is told otherwise.
fn request(uri: String, body: Bytes) -> Result<http::Request<Bytes>, InvalidRequest> {
    let mut request = http::Request::new(body);
    *request.uri_mut() = uri
        .try_into()
        .map_err(|_| InvalidRequest::configuration("base_url", "makes no usable URL"))?;
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    Ok(request)
}

/// Room for the encoded parameters with `sign`, when few characters need three bytes.
fn encoded_len(fields: &[Field<'_>]) -> usize {
    const SIGN: usize = "&sign=".len() + 64;
    const ESCAPES: usize = 48;
    fields
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2)
        .sum::<usize>()
        + SIGN
        + ESCAPES
}

/// Room for the encoded parameters if every byte of every value needed an escape: a text that never outgrows
/// it leaves no copy of itself behind.
fn most_encoded_len(fields: &[Field<'_>]) -> usize {
    const ESCAPED: usize = "%FF".len();
    let escapes: usize = fields
        .iter()
        .map(|(_, value)| value.len() * (ESCAPED - 1))
        .sum();
    encoded_len(fields) + escapes
}

impl<O: Call> Protocol<O> for Account {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn seal(&self, op: &O, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        op.write(self, now)
    }

    fn open(
        &self,
        op: &O,
        answer: &http::Response<Bytes>,
        _now: Timestamp,
    ) -> Result<O::Output, Fault> {
        op.read(envelope(answer, O::NAME, |words| op.redact(words))?)
    }
}

/// The envelope of every answer; `data` is read only after `code` has said what it is.
#[derive(Deserialize)]
struct Envelope<'a> {
    code: Code,
    #[serde(default, deserialize_with = "wire::optional_text")]
    msg: Option<String>,
    #[serde(borrow, default)]
    data: Option<Json<'a>>,
    /// Absent in three examples of the specification.
    #[serde(default, deserialize_with = "wire::optional_text")]
    traceid: Option<String>,
}

/// A successful answer, on its way to become a typed value.
pub struct Answer<'a> {
    data: Option<Json<'a>>,
    raw: RawAnswer,
    traceid: Option<String>,
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

        impl crate::protocol::KeepsRaw for $answer {
            fn keep(&mut self, raw: payments_core::RawAnswer) {
                self.raw = Some(raw);
            }
        }
    };
}
pub(crate) use keeps_raw;

/// Reads the envelope; every code but `0` is a fault.
///
/// Business errors come under HTTP 200 like successes, so the code decides where there is one, whatever
/// the status. An error page of something in front of the gateway has none.
fn envelope<'a>(
    answer: &'a http::Response<Bytes>,
    operation: &str,
    redact: impl FnOnce(String) -> String,
) -> Result<Answer<'a>, Fault> {
    let Envelope {
        code,
        msg,
        data,
        traceid,
    } = wire::read_answer(answer)?;
    if code.as_str() != codes::SUCCESS {
        let fault = codes::fault(code.as_str(), operation)
            .code(code)
            .message(msg.map(redact).unwrap_or_default());
        return Err(fault.request_id(traceid.unwrap_or_default()));
    }
    Ok(Answer {
        data,
        raw: RawAnswer::from(answer),
        traceid,
    })
}

impl<'a> Answer<'a> {
    /// The typed `data` of a success.
    pub(crate) fn data<T: Deserialize<'a>>(&self) -> Result<T, Fault> {
        let Some(data) = self.data else {
            return Err(self.traced(Fault::undecodable("a success without data")));
        };
        data.read_object()
            .map_err(|error| self.traced(Fault::from(error)))
    }

    /// The typed rows of a success whose `data` is a list. No `data` is an empty one: that is how a server in Go
    /// writes it (`assumed`).
    pub(crate) fn rows<T: Deserialize<'a>>(&self) -> Result<Vec<T>, Fault> {
        let Some(data) = self.data.filter(|data| !data.is_blank()) else {
            return Ok(Vec::new());
        };
        let rows: Result<Vec<T>, _> = data
            .read::<Vec<Json<'a>>>()
            .and_then(|rows| rows.into_iter().map(Json::read_object).collect());
        rows.map_err(|error| self.traced(Fault::from(error)))
    }

    /// Where the answer tells `field`, it must tell what was asked for; otherwise it took effect, but not so.
    pub(crate) fn expect<T: PartialEq + ?Sized>(
        &self,
        field: &'static str,
        asked: &T,
        told: Option<&T>,
    ) -> Result<(), Fault> {
        match told {
            Some(told) if told != asked => Err(self.traced(Fault::mismatch(field))),
            _ => Ok(()),
        }
    }

    /// As [`expect`](Self::expect), for currencies and coins: whether in capitals or not is all one.
    pub(crate) fn expect_currency(
        &self,
        field: &'static str,
        asked: &str,
        told: Option<&str>,
    ) -> Result<(), Fault> {
        let same = told.is_none_or(|told| told.eq_ignore_ascii_case(asked));
        self.expect(field, &true, Some(&same))
    }

    /// The value with the answer it was read from.
    pub(crate) fn keep<T: KeepsRaw>(self, mut value: T) -> T {
        value.keep(self.raw);
        value
    }

    fn traced(&self, fault: Fault) -> Fault {
        fault.request_id(self.traceid.clone().unwrap_or_default())
    }
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
