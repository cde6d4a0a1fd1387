//! Why a message of CCPayment failed verification, for both versions.

mod computation;
mod headers;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Headers, Key, MESSAGE, SIGN_HEADER, Timestamp, WEBHOOK, Window};
use crate::diagnosis::signature_text::{self, Received};
use crate::diagnosis::{Cause, Diagnosis, body as body_check, quoted};
use crate::json_shape::{Limits, is_one_object};
use crate::secret::Secret;
use crate::signature::Signature;
use crate::verify::same;

impl Key {
    /// Why [`verify_webhook`](Self::verify_webhook) refuses a message; `None` if it does not.
    ///
    /// - `headers`: all headers of the message, as received. Besides the three of the signature, `Content-Length` and
    ///   `Content-Encoding` are read.
    ///
    /// Run it only after verification failed and the reply is sent. It computes a fixed number of other signatures, each over
    /// at most a few times the size of a body.
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose_webhook<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Option<Diagnosis> {
        let message = Message::webhook(headers, body, now_s, window);
        message.diagnose(&self.account(), |parts| {
            self.verify_webhook(parts, body, now_s, window).is_ok()
        })
    }

    /// Why [`verify_request`](Self::verify_request) refuses a message; `None` if it does not. Like
    /// [`diagnose_webhook`](Self::diagnose_webhook).
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose_request<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Option<Diagnosis> {
        let message = Message::request(headers, body, now_s, window);
        message.diagnose(&self.account(), |parts| {
            self.verify_request(parts, body, now_s, window).is_ok()
        })
    }

    fn account(&self) -> Account<'_> {
        Account {
            version: Version::V1,
            app_id: &self.app_id,
            secret: &self.secret,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// The account that a message should be for.
pub(super) struct Account<'k> {
    pub(super) version: Version,
    pub(super) app_id: &'k str,
    pub(super) secret: &'k Secret,
}

/// A message as received.
pub(super) struct Message<'m> {
    headers: Vec<(&'m str, &'m [u8])>,
    body: &'m [u8],
    now_s: u64,
    window: &'m Window,
    limits: Limits,
    is_webhook: bool,
}

impl<'m> Message<'m> {
    pub(super) fn webhook<'h: 'm>(
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: &'m [u8],
        now_s: u64,
        window: &'m Window,
    ) -> Self {
        Self {
            headers: Vec::from_iter(headers),
            body,
            now_s,
            window,
            limits: WEBHOOK,
            is_webhook: true,
        }
    }

    pub(super) fn request<'h: 'm>(
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: &'m [u8],
        now_s: u64,
        window: &'m Window,
    ) -> Self {
        Self {
            limits: MESSAGE,
            is_webhook: false,
            ..Self::webhook(headers, body, now_s, window)
        }
    }

    /// What is wrong with it; `None` if `is_good` accepts it.
    pub(super) fn diagnose(
        &self,
        account: &Account<'_>,
        is_good: impl Fn(&Headers<'_>) -> bool,
    ) -> Option<Diagnosis> {
        let parts = headers::parts(&self.headers);
        if parts.as_ref().is_ok_and(is_good) {
            return None;
        }
        // Before the signature: a page or a compressed body often comes without one.
        if let Some(diagnosis) = self.unusable_body() {
            return Some(diagnosis);
        }
        Some(match parts {
            Ok(parts) => self.refused(account, &parts),
            Err(diagnosis) => diagnosis,
        })
    }

    fn refused(&self, account: &Account<'_>, parts: &Headers<'_>) -> Diagnosis {
        let time = wrong_time(parts.timestamp, self.now_s, self.window);
        let note = time.as_ref().map(|time| format!("also, {time}"));
        match self.refused_at_any_time(account, parts) {
            Some(diagnosis) if diagnosis.cause() == Cause::Milliseconds => diagnosis,
            Some(diagnosis) => diagnosis.with_note(note),
            // The signature is right.
            None => time.unwrap_or_else(|| unusable_shape(account.version, self.body, self.limits)),
        }
    }

    /// What is wrong with account and signature.
    fn refused_at_any_time(&self, account: &Account<'_>, parts: &Headers<'_>) -> Option<Diagnosis> {
        if parts.app_id != account.app_id {
            return Some(Diagnosis::new(
                Cause::OtherAccount,
                format!(
                    "the message is for the app id {}, but this account has {}",
                    quoted(parts.app_id),
                    quoted(account.app_id)
                ),
            ));
        }
        let received = match signature_text::read(SIGN_HEADER, parts.sign) {
            Ok(received) => received,
            Err(_) if account.version == Version::V2 && is_rsa_signature(parts.sign) => {
                return Some(Diagnosis::new(
                    Cause::OtherAlgorithm,
                    "Sign has the length of an RSA signature: the account signs with RSA, which is not supported; choose HMAC in the console",
                ));
            }
            Err(diagnosis) => return Some(diagnosis),
        };
        let Received { digits, form } = &received;
        let holds = |digest: [u8; 32]| {
            let expected = Signature::from_digest(&digest);
            same(expected.as_bytes(), digits.as_bytes()).is_ok()
        };
        let note = form.as_ref().map(|(_, text)| text.clone());
        if holds(account.digest(parts.timestamp, self.body)) {
            return form.is_some().then(|| received.right());
        }
        if let Some((cause, text)) = account.other_computation(parts.timestamp, self.body, &holds) {
            return Some(Diagnosis::new(cause, text).with_note(note));
        }
        if !self.is_call_without_parameters()
            && let Some(diagnosis) = body_check::not_one_object(self.body)
        {
            return Some(diagnosis);
        }
        Some(received.unexplained(
            "wrong secret or altered body: Sign fits neither the body as it came nor any of the usual mistakes; compare the secret, and verify the bytes as they were received",
        ))
    }

    fn unusable_body(&self) -> Option<Diagnosis> {
        let body = self.body;
        let header = |name: &str| {
            let mut values = self
                .headers
                .iter()
                .filter(|(other, _)| other.eq_ignore_ascii_case(name));
            values
                .next()
                .and_then(|(_, value)| core::str::from_utf8(value).ok())
        };
        if let Some(stated) =
            header("content-length").and_then(|text| text.trim().parse::<usize>().ok())
            && body.len() < stated
            && header("content-encoding").is_none()
        {
            return Some(Diagnosis::new(
                Cause::CutBody,
                format!(
                    "the body has {} of the {stated} bytes that Content-Length states: read the request to its end",
                    body.len()
                ),
            ));
        }
        let found = body_check::check(body, self.limits.bytes)?;
        let is_accepted = found.cause() == Cause::EmptyBody && self.is_call_without_parameters();
        (!is_accepted).then_some(found)
    }

    /// Calls without parameters have such a body in some SDKs. It is signed like any other.
    fn is_call_without_parameters(&self) -> bool {
        !self.is_webhook && matches!(self.body.trim_ascii(), b"" | b"[]")
    }
}

/// Accounts of v2 can sign with RSA keys of 2,048 bits and more, in base64.
fn is_rsa_signature(sign: &str) -> bool {
    let bytes = STANDARD.decode(sign.trim());
    bytes.is_ok_and(|bytes| matches!(bytes.len(), 256 | 384 | 512))
}

fn wrong_time(text: &str, now_s: u64, window: &Window) -> Option<Diagnosis> {
    let Ok(timestamp) = Timestamp::parse(text) else {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        return Some(if is_number && text.len() == 13 {
            Diagnosis::new(
                Cause::Milliseconds,
                "Timestamp has 13 digits: milliseconds instead of seconds",
            )
        } else {
            Diagnosis::new(
                Cause::MalformedTimestamp,
                format!(
                    "Timestamp is {}; expected ten digits of Unix seconds",
                    quoted(text)
                ),
            )
        });
    };
    if window.contains(timestamp, now_s) {
        return None;
    }
    let apart = now_s.abs_diff(timestamp.as_secs());
    let (cause, direction, allowed) = if timestamp.as_secs() < now_s {
        (Cause::Stale, "behind", window.past)
    } else {
        (Cause::AheadOfClock, "ahead of", window.future)
    };
    Some(Diagnosis::new(
        cause,
        format!(
            "Timestamp is {apart} seconds {direction} this machine's clock; {} are allowed: check both clocks, or it is an old message",
            allowed.as_secs()
        ),
    ))
}

/// Why an authentic body is not accepted.
fn unusable_shape(version: Version, body: &[u8], limits: Limits) -> Diagnosis {
    // A plain hash can be extended to such a body, an HMAC cannot.
    if version == Version::V1 && body.contains(&0) {
        return Diagnosis::new(
            Cause::NotAMessage,
            "the signature fits, but the body contains a zero byte: it may be another message with a text added to it",
        );
    }
    if let Some(diagnosis) = body_check::not_one_object(body) {
        return Diagnosis::new(
            diagnosis.cause(),
            format!("the signature is right, but {diagnosis}"),
        );
    }
    let roomy = Limits {
        depth: u8::MAX,
        names: usize::MAX,
        ..limits
    };
    if is_one_object(body, roomy) {
        Diagnosis::new(
            Cause::TooManyFields,
            format!(
                "the signature is right, but the JSON has more than {} levels or {} names in an object",
                limits.depth, limits.names
            ),
        )
    } else {
        Diagnosis::new(
            Cause::Repeated,
            "the signature is right, but a name occurs twice in an object of the body",
        )
    }
}
