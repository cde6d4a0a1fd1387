//! Where the envelope goes, and what an answer says.
//!
//! Every call is a POST of `{"app_id": …, "data": …, "sign": …, "time": …}`, `data` being the encrypted JSON of the
//! call, and is answered by `{"code": …, "msg": …, "data": …, "sign": …}`. The signature covers the text inside `data` and
//! nothing else: `code`, `msg`, the path and the time are protected by TLS alone.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::thread;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT};
use payments_core::SensitiveString;
use payments_core::wire::{self, Code, Json, informative};
use payments_core::{Fault, InvalidRequest, Operation, Protocol, RawAnswer, Timestamp};
use payments_signing::chainup_opay::Keys;
use payments_signing::{Refused, SignError};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::answer::{Answer, Inside, Plaintext};
use crate::choices::Choices;
use crate::opening::Opened;
use crate::{CancelPath, Config, OrderDetailMode, TimeForm, codes};

/// The name of the provider in errors.
pub(crate) const PROVIDER: &str = "chainup-opay";

/// Where the calls are, below the base URL.
pub(crate) const OPEN: &str = "/platformapi/chainup/open/opay/";
/// Where the specification has `cancelOrder`.
const BARE: &str = "/opay/";

/// The largest answer that is read: twice 2,000 long rows of a statement.
pub(crate) const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// A text of more blocks is opened by several threads.
const FEW_BLOCKS: usize = 16;

/// A call of the ChainUp OPay gateway. Sealed: the calls are this crate's operations.
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
        fn read(&self, answer: Answer) -> Result<Self::Output, Fault>;

        /// Whether this call takes an answer whose data is plain.
        fn takes_plain(&self, _account: &Account) -> bool {
            false
        }

        /// The gateway's own words about this call, without what they may repeat of it and must not be printed.
        fn redact(&self, words: String) -> String {
            words
        }
    }
}

/// The merchant's side of every call: where to, as whom, with which keys.
pub struct Account {
    base_url: String,
    app_id: String,
    keys: Keys,
    choices: Choices,
    workers: NonZeroUsize,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            base_url: config.base_url().to_owned(),
            app_id: config.app_id().to_owned(),
            keys: config.keys().clone(),
            choices: config.choices(),
            workers: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn app_id(&self) -> &str {
        &self.app_id
    }

    pub(crate) fn asks_plainly(&self) -> bool {
        self.choices.order_detail_mode == OrderDetailMode::Plain
    }

    /// What `cancelOrder` stands behind.
    pub(crate) fn cancel_folder(&self) -> &'static str {
        match self.choices.cancel_path {
            CancelPath::Prefixed => OPEN,
            CancelPath::Bare => BARE,
        }
    }

    /// A call in its envelope. What is signed is what is encrypted, byte for byte.
    pub(crate) fn sealed(
        &self,
        (folder, method): (&str, &str),
        inner: &impl Serialize,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let text = SensitiveString::json("parameters", inner)?;
        let sealed = self
            .keys
            .seal(text.as_bytes())
            .map_err(|error| match error {
                SignError::TooManyBlocks { .. } => {
                    InvalidRequest::request("parameters", "are too long")
                }
                _ => InvalidRequest::configuration("private_key", "cannot sign"),
            })?;
        let millis = now.to_text();
        let envelope = Outgoing {
            app_id: &self.app_id,
            data: &sealed.data,
            sign: &sealed.sign,
            time: match self.choices.time_form {
                TimeForm::Number => Time::Number(now.as_millis()),
                TimeForm::Text => Time::Text(&millis),
            },
        };
        let body = serde_json::to_vec(&envelope)
            .map_err(|_| InvalidRequest::request("parameters", "cannot be written as JSON"))?;
        self.request(folder, method, Bytes::from(body))
    }

    /// A call as plain JSON, in a body that is wiped when its last user drops it.
    pub(crate) fn plain(
        &self,
        (folder, method): (&str, &str),
        inner: &impl Serialize,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let body = Bytes::from_owner(SensitiveString::json("parameters", inner)?);
        self.request(folder, method, body)
    }

    fn request(
        &self,
        folder: &str,
        method: &str,
        body: Bytes,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let is_json = HeaderValue::from_static("application/json");
        http::Request::post(format!("{}{folder}{method}", self.base_url))
            .header(CONTENT_TYPE, is_json.clone())
            .header(ACCEPT, is_json)
            .header(USER_AGENT, self.choices.user_agent.clone())
            .body(body)
            .map_err(|_| InvalidRequest::configuration("base_url", "makes no usable URL"))
    }

    /// Decrypts and verifies; of a long text the blocks are shared between threads.
    pub(crate) fn open_text(&self, data: &str, sign: &str) -> Result<Plaintext, Refused> {
        let workers = if self.keys.blocks_in(data) > FEW_BLOCKS {
            self.workers
        } else {
            NonZeroUsize::MIN
        };
        self.keys
            .open_with_workers(data, sign, workers)
            .map(|text| Plaintext::new(text.into_inner()))
    }

    /// What a success carries. Every code but `0` is a fault.
    ///
    /// A signed success is one under any HTTP status. What nobody signed counts only under 2xx, for no document says
    /// under which status the gateway answers, and anything in front of it may answer under another. An error page of
    /// such has no code.
    fn inside<C: Call>(&self, call: &C, answer: &http::Response<Bytes>) -> Result<Inside, Fault> {
        if answer.body().len() > MAX_ANSWER {
            return Err(Fault::undecodable("an answer of more than 4 MiB"));
        }
        // What was opened is a success with data and sign, and the envelope need not be read once more.
        let before = answer.extensions().get::<Opened>();
        if let Some(opened) = before.and_then(|opened| opened.of(self, answer.body())) {
            return opened.map(Inside::Opened).map_err(|_| Fault::unverified());
        }
        let Envelope {
            code,
            msg,
            data,
            sign,
        } = wire::read_answer(answer)?;
        let status = answer.status();
        let takes_plain = call.takes_plain(self) && status.is_success();
        let Some(code) = code else {
            return if takes_plain {
                Ok(Inside::Plain(wiped(answer.body())))
            } else if status.is_server_error() {
                Err(Fault::unavailable())
            } else {
                Err(Fault::undecodable("`code` is missing"))
            };
        };
        if code.as_str() != codes::SUCCESS {
            let words = msg.map(|words| call.redact(words)).unwrap_or_default();
            let fault = codes::fault(code.as_str(), C::NAME, C::EFFECT, status);
            return Err(fault.code(code).message(words));
        }
        let Some(data) = data.filter(|data| !is_nothing(*data)) else {
            return if status.is_success() {
                Ok(Inside::Nothing)
            } else {
                Err(Fault::undecodable(
                    "a success without data under a status of failure",
                ))
            };
        };
        if let Some(data) = text_of(data) {
            let sign = sign.and_then(text_of).unwrap_or_default();
            let opened = self.open_text(&data, &sign);
            return opened.map(Inside::Opened).map_err(|_| Fault::unverified());
        }
        if takes_plain {
            return Ok(Inside::Plain(wiped(data.as_str().as_bytes())));
        }
        Err(Fault::unverified())
    }
}

fn wiped(text: &[u8]) -> Plaintext {
    Plaintext::new(Zeroizing::new(text.to_vec()))
}

/// Opaque: an account holds a key.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

impl<C: Call> Protocol<C> for Account {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn seal(&self, call: &C, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        call.write(self, now)
    }

    fn open(
        &self,
        call: &C,
        answer: &http::Response<Bytes>,
        _now: Timestamp,
    ) -> Result<C::Output, Fault> {
        let inside = self.inside(call, answer)?;
        call.read(Answer::new(inside, RawAnswer::from(answer)))
    }
}

#[derive(Serialize)]
struct Outgoing<'a> {
    app_id: &'a str,
    data: &'a str,
    sign: &'a str,
    time: Time<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Time<'a> {
    Number(u64),
    Text(&'a str),
}

/// The envelope of an answer; `data` is read only after `code` has said what it is.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, deserialize_with = "wire::optional")]
    code: Option<Code>,
    #[serde(default, deserialize_with = "informative::text")]
    msg: Option<String>,
    #[serde(borrow, default)]
    data: Option<Json<'a>>,
    #[serde(borrow, default)]
    sign: Option<Json<'a>>,
}

/// `data` and `sign` of a success that has both as text, and something in `data`.
pub(crate) fn sealed_parts(body: &[u8]) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    if body.len() > MAX_ANSWER {
        return None;
    }
    let Envelope {
        code, data, sign, ..
    } = wire::read(body).ok()?;
    let success = code?.as_str() == codes::SUCCESS;
    let data = data.filter(|data| success && !is_nothing(*data))?;
    Some((text_of(data)?, text_of(sign?)?))
}

/// The text of a JSON string, borrowed unless there are escapes in it.
fn text_of(json: Json<'_>) -> Option<Cow<'_, str>> {
    let borrowed = json.read::<&str>().map(Cow::Borrowed);
    borrowed
        .or_else(|_| json.read::<String>().map(Cow::Owned))
        .ok()
}

/// Whether `data` says nothing: `null`, `""`, `{}` or `[]`.
fn is_nothing(json: Json<'_>) -> bool {
    let inside = |open, close| {
        json.as_str()
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
    };
    let empty = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
    json.is_blank() || empty(inside('{', '}')) || empty(inside('[', ']'))
}
