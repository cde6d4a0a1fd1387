//! What is kept of an API request, masked and within limits.

use std::sync::Arc;

use axum::http::Method;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::shared::api_request::ApiRequest;
use crate::shared::exchange::{Received, SentAnswer, WireMessage};
use crate::shared::fault::Fault;
use crate::shared::gateway::Gateway;
use crate::shared::masking::{self, is_plain};
use crate::shared::text::shorten;

/// Characters kept of a reason or a note: some quote the request.
const LONGEST_SENTENCE: usize = 500;
const LONGEST_METHOD: usize = 16;
const LONGEST_PATH: usize = 200;
const LONGEST_CANONICAL: usize = 4_096;
/// Twice the length of a valid signature.
const LONGEST_SIGN: usize = 128;

/// Whether the request was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The request was carried out.
    Accepted,
    /// The request was refused; `reason` says why.
    Refused,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Refused];

    /// The name in JSON and on the pages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }
}

/// One API request as the sandbox saw it. Contains no secret and no card data.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// Number of the request, from 1.
    pub id: u64,
    /// When it arrived, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The gateway it was meant for.
    pub gateway: Gateway,
    /// The call's published name; `None` for an unknown path.
    pub operation: Option<&'static str>,
    /// HTTP method.
    pub method: String,
    /// Path without the query. In a path that no call has, what may be a value, a secret or a card number is masked.
    pub path: String,
    /// Accepted or refused.
    pub verdict: Verdict,
    /// Why it was refused, in detail.
    pub reason: Option<String>,
    /// The code in the answer.
    pub code: i64,
    /// The message in the answer.
    pub message: String,
    /// Whether the message is the sandbox's own wording, which no document contains.
    pub message_assumed: bool,
    /// The trace id in the answer; empty if the gateway has none.
    pub trace_id: String,
    /// The signed text as the sandbox builds it, or as it was found inside an encrypted envelope. Secrets, tokens and card
    /// data are masked.
    pub canonical: Option<String>,
    /// The valid signature of that text, if the sandbox computes one.
    pub expected_sign: Option<String>,
    /// The signature that came with the request.
    pub received_sign: Option<String>,
    /// Leniency that was used, items that were left out, and what the sandbox assumed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The query, secrets masked; empty without one, and for an unknown path.
    pub query: String,
    /// Headers and body as received, secrets masked.
    pub request: WireMessage,
    /// What was answered. `None` until the answer was sent.
    pub answer: Option<SentAnswer>,
    /// The references of orders in request and answer: the merchant's and the gateway's.
    pub references: Vec<String>,
    /// The fault that the request met.
    #[serde(skip)]
    pub(crate) fault: Option<Fault>,
    /// The request under way, which gets the number of this record.
    #[serde(skip)]
    pub(super) received: Option<Arc<Received>>,
}

impl RequestRecord {
    /// A request that has just arrived. It counts as accepted until it is [refused](Self::refuse).
    pub(crate) fn received(
        gateway: Gateway,
        at_ms: u64,
        operation: Option<&'static str>,
        request: &ApiRequest,
    ) -> Self {
        Self {
            received: Some(Arc::clone(&request.received)),
            ..Self::new(gateway, at_ms, operation, request.method(), request.path())
        }
    }

    /// A request of which only method and path are shown.
    pub(crate) fn new(
        gateway: Gateway,
        at_ms: u64,
        operation: Option<&'static str>,
        method: &Method,
        path: &str,
    ) -> Self {
        Self {
            id: 0,
            at_ms,
            gateway,
            operation,
            method: method.as_str().to_owned(),
            path: match operation {
                Some(_) => path.to_owned(),
                None => masked_path(path),
            },
            verdict: Verdict::Accepted,
            reason: None,
            code: 0,
            message: String::new(),
            message_assumed: false,
            trace_id: String::new(),
            canonical: None,
            expected_sign: None,
            received_sign: None,
            notes: Vec::new(),
            query: String::new(),
            request: WireMessage::default(),
            answer: None,
            references: Vec::new(),
            fault: None,
            received: None,
        }
    }

    /// Sets the answer of a request that is carried out.
    pub(crate) fn accept(&mut self, code: i64, message: &str) {
        self.code = code;
        self.message = message.to_owned();
    }

    /// Marks the request as refused, with the reason and the answer.
    pub(crate) fn refuse(&mut self, reason: &str, code: i64, message: &str, is_assumed: bool) {
        self.verdict = Verdict::Refused;
        self.reason = Some(reason.to_owned());
        self.code = code;
        self.message = message.to_owned();
        self.message_assumed = is_assumed;
    }

    /// Adds what was received, masks what may not be shown, and shortens the texts. Nothing of this needs a lock.
    pub(crate) fn complete(&mut self) {
        if let Some(received) = &self.received {
            let shown = received.take();
            self.query = shown.query;
            self.request = shown.message;
            self.references = shown.references;
            let texts = [
                &mut self.reason,
                &mut self.canonical,
                &mut self.received_sign,
            ];
            for text in texts.into_iter().flatten().chain(&mut self.notes) {
                *text = masking::without(&received.secrets, std::mem::take(text));
            }
            let is_shown = |text: &String| !masking::has_secret(&received.secrets, text);
            self.references.retain(is_shown);
        }
        self.cap();
        let Some(canonical) = self.canonical.take() else {
            return;
        };
        let canonical = masking::signed(canonical);
        // The text inside an encrypted envelope has references that the body does not show.
        if canonical.starts_with('{') {
            self.refer(masking::json(&canonical, &|_| false).references);
        }
        self.canonical = Some(canonical);
    }

    /// The lengths of all texts.
    pub(super) fn text_bytes(&self) -> usize {
        let texts = [
            &self.method,
            &self.path,
            &self.message,
            &self.trace_id,
            &self.query,
        ];
        let optional = [
            &self.reason,
            &self.canonical,
            &self.expected_sign,
            &self.received_sign,
        ];
        let texts = texts.into_iter().chain(optional.into_iter().flatten());
        let texts = texts.chain(&self.notes).chain(&self.references);
        let answer = self.answer.as_ref();
        let answer = answer.map_or(0, |answer| answer.message.text_bytes());
        texts.map(String::len).sum::<usize>() + self.request.text_bytes() + answer
    }

    pub(super) fn refer(&mut self, references: Vec<String>) {
        for reference in references {
            if !self.references.contains(&reference) {
                self.references.push(reference);
            }
        }
    }

    /// Shortens every text that the client controls.
    fn cap(&mut self) {
        let limits = [
            (Some(&mut self.method), LONGEST_METHOD),
            (Some(&mut self.path), LONGEST_PATH),
            (Some(&mut self.message), LONGEST_SENTENCE),
            (self.reason.as_mut(), LONGEST_SENTENCE),
            (self.canonical.as_mut(), LONGEST_CANONICAL),
            (self.received_sign.as_mut(), LONGEST_SIGN),
        ];
        let notes = self.notes.iter_mut().map(|note| (note, LONGEST_SENTENCE));
        let texts = limits
            .into_iter()
            .filter_map(|(text, most)| text.map(|text| (text, most)));
        for (text, most) in texts.chain(notes) {
            if text.len() > most {
                *text = shorten(text, most);
            }
        }
    }
}

/// A path that no call has, for the record: a client with a mistake may have put parameters into it.
pub(crate) fn masked_path(path: &str) -> String {
    let shown = |part: &str| {
        let text = percent_decode_str(part).decode_utf8_lossy();
        match text.find(|letter: char| !letter.is_alphanumeric() && !"-_.".contains(letter)) {
            Some(end) if is_plain(text.get(..end).unwrap_or_default()) => {
                format!("{}***", text.get(..end).unwrap_or_default())
            }
            None if is_plain(&text) => text.into_owned(),
            _ => "***".to_owned(),
        }
    };
    let parts: Vec<String> = path.split('/').map(shown).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_shows_names_and_masks_values() {
        for (path, shown) in [
            (
                "/openapi/v1/getExchangeRateForCreditCards",
                "/openapi/v1/getExchangeRateForCreditCards",
            ),
            ("/webhooks/cpay/main", "/webhooks/cpay/main"),
            ("/", "/"),
            (
                "/openapi/v1/pwpp&cardNumber=4242424242424242&cvv=1",
                "/openapi/v1/pwpp***",
            ),
            ("/openapi/v1/pwpp%26cvv%3D123", "/openapi/v1/pwpp***"),
            ("/openapi/v1/pwpp;sign=ab", "/openapi/v1/pwpp***"),
            ("/pay/4242424242424242", "/pay/***"),
            ("/pay/4242-4242-4242-4242", "/pay/***"),
            ("/pay/%34242424242424242", "/pay/***"),
            ("/z6h3cuw9grtbun9sgg5u1j35u72hycq0/x", "/***/x"),
            ("/user:secret@host/", "/user***/"),
            ("/public-test-secret-of-cpay-sandbox", "/***"),
        ] {
            assert_eq!(masked_path(path), shown, "{path}");
        }
    }
}
