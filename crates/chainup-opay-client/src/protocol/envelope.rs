//! The JSON around the encrypted text, in both directions.
//!
//! A request is `{"app_id": …, "data": …, "sign": …, "time": …}`, an answer is
//! `{"code": …, "msg": …, "data": …, "sign": …}`. The signature covers the text inside `data` and nothing else: TLS alone
//! protects `code`, `msg`, the path and the time.

use std::borrow::Cow;

use bytes::Bytes;
use payments_core::Fault;
use payments_core::wire::{self, Code, Json, Lenient, Optional};
use serde::{Deserialize, Serialize};

use crate::codes;

/// The largest answer that is read: twice a statement of 2,000 long rows.
pub(crate) const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The envelope of a request, its fields in the documented order.
#[derive(Serialize)]
pub(crate) struct RequestEnvelope<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) data: &'a str,
    pub(crate) sign: &'a str,
    pub(crate) time: Time,
}

/// Milliseconds since the Unix epoch.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Time {
    Number(u64),
    Text(String),
}

/// The envelope of an answer; `data` is read only once `code` shows what it must be.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
pub(crate) struct AnswerEnvelope<'a> {
    #[serde_as(as = "Optional<_>")]
    pub(crate) code: Option<Code>,
    #[serde_as(as = "Lenient")]
    pub(crate) msg: Option<String>,
    #[serde(borrow)]
    data: Option<Json<'a>>,
    #[serde(borrow)]
    sign: Option<Json<'a>>,
}

/// `data` of an answer.
pub(crate) enum Data<'a> {
    /// Missing, `null`, `""`, `{}` or `[]`.
    Empty,
    /// A string: encrypted, with the signature beside it, which is empty if it is missing.
    Encrypted {
        data: Cow<'a, str>,
        sign: Cow<'a, str>,
    },
    /// Any other JSON.
    Plain(Json<'a>),
}

impl<'a> AnswerEnvelope<'a> {
    pub(crate) fn data(&self) -> Data<'a> {
        let Some(data) = self.data.filter(|data| !is_empty(*data)) else {
            return Data::Empty;
        };
        match string(data) {
            Some(data) => Data::Encrypted {
                data,
                sign: self.sign.and_then(string).unwrap_or_default(),
            },
            None => Data::Plain(data),
        }
    }
}

/// `data` and `sign` of a success that has encrypted data.
pub(crate) fn encrypted_parts(body: &[u8]) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    if body.len() > MAX_ANSWER {
        return None;
    }
    let envelope: AnswerEnvelope<'_> = wire::read(body).ok()?;
    let success = envelope.code.as_ref()?.as_str() == codes::SUCCESS;
    match envelope.data() {
        Data::Encrypted { data, sign } if success => Some((data, sign)),
        _ => None,
    }
}

/// The fault of an answer whose envelope has no code: it may be the JSON of a proxy.
pub(crate) fn without_code(answer: &http::Response<Bytes>) -> Fault {
    #[derive(Deserialize)]
    struct Required {
        #[serde(rename = "code")]
        _code: Code,
    }
    let read: Result<Required, Fault> = wire::read_answer(answer);
    read.err()
        .unwrap_or_else(|| Fault::undecodable("`code` is empty"))
}

/// The text of a JSON string, borrowed unless it contains escapes.
fn string(json: Json<'_>) -> Option<Cow<'_, str>> {
    let borrowed = json.read::<&str>().map(Cow::Borrowed);
    borrowed
        .or_else(|_| json.read::<String>().map(Cow::Owned))
        .ok()
}

fn is_empty(json: Json<'_>) -> bool {
    let inside = |open, close| {
        let content = json.as_str().strip_prefix(open)?.strip_suffix(close)?;
        Some(content.trim().is_empty())
    };
    json.is_blank() || inside('{', '}') == Some(true) || inside('[', ']') == Some(true)
}
