//! How a call becomes a signed request, and how an answer is verified.

pub(crate) mod answer;
pub(crate) mod envelope;

use std::fmt;
use std::num::NonZeroUsize;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, USER_AGENT};
use payments_core::redact::Confidential;
use payments_core::{
    Fault, InvalidRequest, Operation, Protocol, RawAnswer, SensitiveString, Timestamp, wire,
};
use payments_signing::{Refused, SignError};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::codes;
use crate::config::{CancelPath, Config, OrderDetailMode, TimeForm};
use answer::{Answer, Payload, Plaintext};
use envelope::{AnswerEnvelope, Data, MAX_ANSWER, RequestEnvelope, Time};

/// The provider's name in errors.
pub(crate) const PROVIDER: &str = "chainup-opay";

/// Texts of more blocks than this are decrypted by several threads.
const FEW_BLOCKS: usize = 16;

/// A call of the ChainUp OPay gateway.
///
/// Sealed: the types that its methods take are private, so only the operations of this crate implement it.
pub trait Call: Operation {
    /// The name of the call in the URL.
    #[doc(hidden)]
    fn wire_name(&self) -> &str;

    /// The text that is encrypted and signed: a JSON object.
    #[doc(hidden)]
    fn text(&self, account: &Account) -> Result<SensitiveString, InvalidRequest>;

    /// Reads a success.
    #[doc(hidden)]
    fn decode(&self, answer: Answer) -> Result<Self::Output, Fault>;

    /// Whether the request is plain JSON, and plain `data` is accepted.
    #[doc(hidden)]
    fn accepts_plain(&self, _account: &Account) -> bool {
        false
    }

    /// Masks more in the gateway's message, in which the confidential values of the request are masked already.
    #[doc(hidden)]
    fn redact(&self, message: String) -> String {
        message
    }
}

/// The fields whose values errors may show. All others are confidential: a new one has to be named here to be shown.
const PUBLIC: &[&str] = &[
    "appKey",
    "appOrderId",
    "day",
    "orderAmount",
    "orderNum",
    "orderSceneType",
    "orderType",
    "pageNum",
    "pageSize",
    "payCoinSymbol",
];

/// A request as the JSON text of its fields.
pub(crate) fn json(fields: &impl Serialize) -> Result<SensitiveString, InvalidRequest> {
    SensitiveString::json("parameters", fields)
}

/// The merchant's side of every call.
pub struct Account {
    config: Config,
}

impl Account {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Whether `orderDetail` is asked without envelope and signature.
    pub(crate) fn plain_order_detail(&self) -> bool {
        self.config.order_detail_mode == OrderDetailMode::Plain
    }

    /// A call in its envelope. The signed bytes are exactly the encrypted bytes.
    fn sealed(
        &self,
        wire_name: &str,
        text: &str,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let sealed = self
            .config
            .keys
            .seal(text.as_bytes())
            .map_err(|error| match error {
                SignError::TooManyBlocks { .. } => {
                    InvalidRequest::request("parameters", "are too long")
                }
                _ => InvalidRequest::configuration("private_key", "cannot sign"),
            })?;
        let envelope = RequestEnvelope {
            app_id: self.config.app_id(),
            data: &sealed.data,
            sign: &sealed.sign,
            time: match self.config.time_form {
                TimeForm::Number => Time::Number(now.as_millis()),
                TimeForm::Text => Time::Text(now.as_millis().to_string()),
            },
        };
        let body = serde_json::to_vec(&envelope)
            .map_err(|_| InvalidRequest::request("parameters", "cannot be written as JSON"))?;
        self.request(wire_name, Bytes::from(body))
    }

    fn request(
        &self,
        wire_name: &str,
        body: Bytes,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        let folder = match self.config.cancel_path {
            CancelPath::Bare if wire_name == "cancelOrder" => "/opay/",
            // Raw calls may name another folder, as in `auth/token`.
            _ if wire_name.contains('/') => "/platformapi/chainup/open/",
            _ => "/platformapi/chainup/open/opay/",
        };
        let json = HeaderValue::from_static("application/json");
        http::Request::post(format!("{}{folder}{wire_name}", self.config.base_url()))
            .header(CONTENT_TYPE, json.clone())
            .header(ACCEPT, json)
            .header(USER_AGENT, self.config.user_agent.clone())
            .body(body)
            .map_err(|_| InvalidRequest::configuration("base_url", "makes no usable URL"))
    }

    /// Decrypts and verifies. The blocks of a long text are shared between threads.
    fn decrypt(&self, data: &str, sign: &str) -> Result<Plaintext, Refused> {
        let threads = NonZeroUsize::new(self.config.decryption_threads);
        let is_large = self.config.keys.blocks_in(data) > FEW_BLOCKS;
        let workers = threads.filter(|_| is_large).unwrap_or(NonZeroUsize::MIN);
        self.config
            .keys
            .open_with_workers(data, sign, workers)
            .map(|text| Plaintext::new(text.into_inner()))
    }

    /// The content of a success. Every code but `0` is a fault.
    fn payload<C: Call>(&self, call: &C, answer: &http::Response<Bytes>) -> Result<Payload, Fault> {
        if answer.body().len() > MAX_ANSWER {
            return Err(Fault::undecodable("an answer of more than 4 MiB"));
        }
        if let Some(Decrypted(text)) = answer.extensions().get() {
            return verified(text.clone());
        }
        let envelope: AnswerEnvelope<'_> = wire::read_answer(answer)?;
        let accepts_plain = call.accepts_plain(self);
        let data = envelope.data();
        let Some(code) = envelope.code else {
            return if accepts_plain {
                Ok(plain(answer.body()))
            } else {
                Err(envelope::without_code(answer))
            };
        };
        if code.as_str() != codes::SUCCESS {
            let fault = codes::fault(code.as_str(), C::NAME, C::EFFECT);
            return Err(fault.code(code).message(envelope.msg.unwrap_or_default()));
        }
        match data {
            Data::Encrypted { sign, .. } if sign.is_empty() => Err(Fault::not_signed()),
            Data::Encrypted { data, sign } => verified(self.decrypt(&data, &sign)),
            Data::Plain(data) if accepts_plain => Ok(plain(data.as_str().as_bytes())),
            Data::Plain(_) => Err(Fault::not_encrypted()),
            Data::Empty => Ok(Payload::Empty),
        }
    }
}

fn verified(text: Result<Plaintext, Refused>) -> Result<Payload, Fault> {
    text.map(Payload::Signed).map_err(|_| Fault::unverified())
}

fn plain(text: &[u8]) -> Payload {
    Payload::Plain(Plaintext::new(Zeroizing::new(text.to_vec())))
}

/// The decrypted `data` of a large success, kept in the answer's extensions so that it is decrypted once.
#[derive(Clone)]
pub(crate) struct Decrypted(Result<Plaintext, Refused>);

impl Decrypted {
    /// `None` if the body is not a success with encrypted data.
    pub(crate) fn of(account: &Account, body: &[u8]) -> Option<Self> {
        let (data, sign) = envelope::encrypted_parts(body)?;
        Some(Self(account.decrypt(&data, &sign)))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.config, f)
    }
}

impl<C: Call> Protocol<C> for Account {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    fn seal(&self, call: &C, now: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
        let (wire_name, text) = (call.wire_name(), call.text(self)?);
        if call.accepts_plain(self) {
            // The body is wiped when its last user drops it.
            self.request(wire_name, Bytes::from_owner(text))
        } else {
            self.sealed(wire_name, text.expose(), now)
        }
    }

    fn open(
        &self,
        call: &C,
        answer: &http::Response<Bytes>,
        _now: Timestamp,
    ) -> Result<C::Output, Fault> {
        let read = self.payload(call, answer).and_then(|payload| {
            call.decode(Answer {
                payload,
                raw: RawAnswer::from(answer),
            })
        });
        read.map_err(|fault| match call.text(self) {
            Ok(text) => {
                let confidential = Confidential::of_json(text.expose(), PUBLIC);
                fault.masked(&confidential, |message| call.redact(message))
            }
            // It was written before. If it cannot be again, nothing of the gateway's texts is kept.
            Err(_) => fault.message(""),
        })
    }
}
