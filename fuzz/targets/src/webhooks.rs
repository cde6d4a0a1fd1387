//! Webhooks: what is accepted means what a recorded webhook means, and the owner's diagnosis agrees with the verdict.

use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue};
use payments_core::WebhookError;
use serde_json::Value;

use crate::accounts::{self, CCPAYMENT_NOW, CCPAYMENT_V2_NOW, SIGNATURE, Signer};
use crate::corpus;

/// A message as a receiver gets it: headers and body.
pub type Message = (HeaderMap, Vec<u8>);

/// What an accepted message means, and the signature that vouches for it. Two messages with the same meaning may be spelled
/// differently, but a recorded text under the signature of another one is a forgery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Everything that is signed, in one spelling. What the facade books is read from it and from nothing else.
    pub content: Vec<u8>,
    /// The signature, in one spelling.
    pub signature: Vec<u8>,
}

/// What a receiver does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is refused.
    Refused,
    /// It is accepted, and means what a recorded message means.
    Genuine,
    /// It is accepted, and means something else: a forgery.
    Forged,
}

/// A receiver of webhooks.
#[derive(Debug)]
pub struct Scheme {
    /// The name of the provider, and of the version.
    pub name: &'static str,
    /// The headers that it reads: none where the signature is in the body.
    pub headers: &'static [&'static str],
    /// Receives a message. `None` if it is refused.
    pub receive: fn(&HeaderMap, &[u8]) -> Option<Meaning>,
    /// The recorded messages: genuine ones, and some that are refused.
    pub recorded: fn() -> Vec<Message>,
    /// Messages with an altered text that a forger signs with a key of another account.
    pub forged: fn() -> Vec<Message>,
}

impl Scheme {
    /// What the recorded messages that it accepts mean.
    #[must_use]
    pub fn genuine(&self) -> Vec<Meaning> {
        let recorded = (self.recorded)().into_iter();
        recorded
            .filter_map(|(headers, body)| (self.receive)(&headers, &body))
            .collect()
    }

    /// Receives a message. `genuine` is from [`genuine`](Self::genuine).
    #[must_use]
    pub fn judge(&self, genuine: &[Meaning], headers: &HeaderMap, body: &[u8]) -> Verdict {
        match (self.receive)(headers, body) {
            None => Verdict::Refused,
            Some(meaning) if genuine.contains(&meaning) => Verdict::Genuine,
            Some(_) => Verdict::Forged,
        }
    }

    /// The headers of a message without those that it does not read.
    #[must_use]
    pub fn headers_of(&self, all: &HeaderMap) -> HeaderMap {
        let read = |name: &http::HeaderName| self.headers.iter().any(|own| name == own);
        let kept = all.iter().filter(|(name, _)| read(name));
        kept.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

/// All schemes.
pub const SCHEMES: &[Scheme] = &[CPAY, CHAINUP, CCPAYMENT, CCPAYMENT_V2];

const CPAY: Scheme = Scheme {
    name: "cpay",
    headers: &[],
    receive: |_, body| {
        let event = CPAY_RECEIVER.receive(body).ok()?;
        let fields: Vec<_> = event.fields().iter().collect();
        Some(Meaning {
            content: format!("{fields:?}").into_bytes(),
            signature: cpay_signature(body)?.into_bytes(),
        })
    },
    recorded: || in_bodies("wire/cpay/webhooks.json"),
    forged: || {
        let bodies = corpus::cpay_contents().into_iter();
        let forged = |body: Vec<u8>| accounts::sign_cpay(Signer::Forger, &altered(&body));
        let forged = bodies.filter_map(forged);
        forged.map(|body| (HeaderMap::new(), body)).collect()
    },
};

const CHAINUP: Scheme = Scheme {
    name: "chainup_opay",
    headers: &[],
    receive: |_, body| {
        let event = CHAINUP_RECEIVER.receive(body).ok()?;
        Some(Meaning {
            content: event.plaintext().as_bytes().to_vec(),
            signature: chainup_signature(body)?.into_bytes(),
        })
    },
    recorded: || in_bodies("wire/chainup_opay/callbacks.json"),
    forged: || {
        let texts = corpus::chainup_texts().into_iter();
        let forged = |text: Vec<u8>| accounts::seal_callback(Signer::Forger, &altered(&text));
        texts.map(|text| (HeaderMap::new(), forged(text))).collect()
    },
};

const CCPAYMENT: Scheme = Scheme {
    name: "ccpayment",
    headers: &SIGNATURE,
    receive: |headers, body| {
        let result = CCPAYMENT_RECEIVER.receive(headers, body, CCPAYMENT_NOW);
        result.ok().map(|_| signed_body(headers, body))
    },
    recorded: || recorded("wire/ccpayment/webhooks.json"),
    forged: || {
        forged_bodies("wire/ccpayment/webhooks.json", |body| {
            accounts::sign_ccpayment(Signer::Forger, body)
        })
    },
};

const CCPAYMENT_V2: Scheme = Scheme {
    name: "ccpayment_v2",
    headers: &SIGNATURE,
    receive: |headers, body| {
        let result = CCPAYMENT_V2_RECEIVER.receive(headers, body, CCPAYMENT_V2_NOW);
        result.ok().map(|_| signed_body(headers, body))
    },
    recorded: || recorded("wire/ccpayment_v2/webhooks.json"),
    forged: || {
        forged_bodies("wire/ccpayment_v2/webhooks.json", |body| {
            accounts::sign_ccpayment_v2(Signer::Forger, body)
        })
    },
};

/// The text in `sign`, of a body that was accepted.
fn cpay_signature(body: &[u8]) -> Option<String> {
    if let Ok(Value::Object(object)) = serde_json::from_slice(body) {
        return object.get("sign")?.as_str().map(str::to_owned);
    }
    let mut fields = form_urlencoded::parse(body);
    fields
        .find(|(name, _)| name == "sign")
        .map(|(_, sign)| sign.into_owned())
}

/// The text in `sign`, of a body that was accepted: base64 in one alphabet, without padding and spaces.
fn chainup_signature(body: &[u8]) -> Option<String> {
    let object: Value = serde_json::from_slice(body).ok()?;
    let sign = object.get("sign")?.as_str()?;
    let letters = sign
        .chars()
        .filter(|it| !it.is_ascii_whitespace() && *it != '=');
    let letters = letters.map(|it| match it {
        '+' => '-',
        '/' => '_',
        other => other,
    });
    Some(letters.collect())
}

/// The meaning where headers sign the body as it is: application and time are signed, too.
fn signed_body(headers: &HeaderMap, body: &[u8]) -> Meaning {
    let [app, time, sign] = SIGNATURE.map(|name| headers[name].as_bytes());
    Meaning {
        content: [app, b"\n", time, b"\n", body].concat(),
        signature: sign.to_vec(),
    }
}

fn in_bodies(path: &str) -> Vec<Message> {
    let bodies = corpus::bodies(path).into_iter();
    bodies.map(|body| (HeaderMap::new(), body)).collect()
}

fn recorded(path: &str) -> Vec<Message> {
    let with_headers = |case: Value| {
        let mut headers = HeaderMap::new();
        for name in SIGNATURE {
            let value = HeaderValue::from_str(case.get("headers")?.get(name)?.as_str()?).ok()?;
            headers.insert(name, value);
        }
        Some((headers, case.get("body")?.as_str()?.as_bytes().to_vec()))
    };
    corpus::cases(path)
        .into_iter()
        .filter_map(with_headers)
        .collect()
}

fn forged_bodies(path: &str, sign: impl Fn(&[u8]) -> HeaderMap) -> Vec<Message> {
    let bodies = corpus::bodies(path).into_iter();
    let bodies = bodies.map(|body| altered(&body));
    bodies.map(|body| (sign(&body), body)).collect()
}

/// A text with other amounts, references and times.
fn altered(text: &[u8]) -> Vec<u8> {
    let digits = text.iter().map(|byte| match byte {
        b'1' => b'7',
        other => *other,
    });
    digits.collect()
}

/// Panics if a forgery is accepted, or if verdict and diagnosis disagree. Returns whether the message is accepted.
fn checked<T>(verdict: Verdict, result: &Result<T, WebhookError>, is_diagnosed: bool) -> bool {
    assert_ne!(verdict, Verdict::Forged, "a forged webhook was accepted");
    assert_eq!(
        result.is_err(),
        is_diagnosed,
        "the verdict and the diagnosis disagree"
    );
    result.is_ok()
}

static CPAY_RECEIVER: LazyLock<cpay_client::Webhooks> =
    LazyLock::new(|| cpay_client::Webhooks::new(&accounts::cpay()));

pub(crate) fn cpay(body: &[u8]) -> bool {
    static GENUINE: LazyLock<Vec<Meaning>> = LazyLock::new(|| CPAY.genuine());
    let verdict = CPAY.judge(&GENUINE, &HeaderMap::new(), body);
    let result = CPAY_RECEIVER.receive(body);
    // A body with a signature is never a hint, whether the signature is right or wrong.
    if CPAY_RECEIVER.hint(body).is_ok() {
        assert!(result.is_err());
    }
    checked(verdict, &result, CPAY_RECEIVER.diagnose(body).is_some())
}

static CHAINUP_RECEIVER: LazyLock<chainup_opay_client::Webhooks> =
    LazyLock::new(|| chainup_opay_client::Webhooks::new(&accounts::chainup()));

pub(crate) fn chainup(body: &[u8]) -> bool {
    static GENUINE: LazyLock<Vec<Meaning>> = LazyLock::new(|| CHAINUP.genuine());
    let verdict = CHAINUP.judge(&GENUINE, &HeaderMap::new(), body);
    let result = CHAINUP_RECEIVER.receive(body);
    checked(verdict, &result, CHAINUP_RECEIVER.diagnose(body).is_some())
}

/// The recorded messages of a scheme whose signature is in the headers, and what they mean.
struct Recorded {
    messages: Vec<Message>,
    genuine: Vec<Meaning>,
}

impl Recorded {
    fn of(scheme: &Scheme) -> Self {
        Self {
            messages: (scheme.recorded)(),
            genuine: scheme.genuine(),
        }
    }

    /// The signature's headers of a recorded webhook with this body; of the first one for any other body.
    fn headers(&self, body: &[u8]) -> HeaderMap {
        let same = self.messages.iter().find(|(_, known)| known == body);
        same.or(self.messages.first()).unwrap().0.clone()
    }
}

static CCPAYMENT_RECEIVER: LazyLock<ccpayment_client::v1::Webhooks> =
    LazyLock::new(|| ccpayment_client::v1::Webhooks::new(&accounts::ccpayment()));

pub(crate) fn ccpayment(body: &[u8]) -> bool {
    static RECORDED: LazyLock<Recorded> = LazyLock::new(|| Recorded::of(&CCPAYMENT));
    let headers = RECORDED.headers(body);
    let verdict = CCPAYMENT.judge(&RECORDED.genuine, &headers, body);
    let result = CCPAYMENT_RECEIVER.receive(&headers, body, CCPAYMENT_NOW);
    let diagnosis = CCPAYMENT_RECEIVER.diagnose(&headers, body, CCPAYMENT_NOW);
    checked(verdict, &result, diagnosis.is_some())
}

static CCPAYMENT_V2_RECEIVER: LazyLock<ccpayment_client::v2::Webhooks> =
    LazyLock::new(|| ccpayment_client::v2::Webhooks::new(&accounts::ccpayment_v2()));

pub(crate) fn ccpayment_v2(body: &[u8]) -> bool {
    static RECORDED: LazyLock<Recorded> = LazyLock::new(|| Recorded::of(&CCPAYMENT_V2));
    let headers = RECORDED.headers(body);
    let verdict = CCPAYMENT_V2.judge(&RECORDED.genuine, &headers, body);
    let result = CCPAYMENT_V2_RECEIVER.receive(&headers, body, CCPAYMENT_V2_NOW);
    let diagnosis = CCPAYMENT_V2_RECEIVER.diagnose(&headers, body, CCPAYMENT_V2_NOW);
    checked(verdict, &result, diagnosis.is_some())
}
