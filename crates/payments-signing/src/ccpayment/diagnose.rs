//! Why a message of CCPayment failed verification.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::{
    APP_ID_HEADER, Headers, Key, MESSAGE, SIGN_HEADER, TIMESTAMP_HEADER, Timestamp, WEBHOOK, Window,
};
use crate::diagnosis::signature_text::{self, Received};
use crate::diagnosis::{Cause, Diagnosis, body as body_check, json_text, quoted};
use crate::json_shape::{Limits, is_one_object};
use crate::signature::Signature;
use crate::verify::same;

/// Larger bodies are not written in other ways: that takes longer than all the rest. A usual message has 500 bytes.
const MAX_OTHER_TEXTS_LEN: usize = 16 * 1024;

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
        let headers: Vec<_> = headers.into_iter().collect();
        let good = |parts: &Headers<'_>| self.verify_webhook(parts, body, now_s, window).is_ok();
        self.diagnose(&headers, body, now_s, window, WEBHOOK, good)
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
        let headers: Vec<_> = headers.into_iter().collect();
        let good = |parts: &Headers<'_>| self.verify_request(parts, body, now_s, window).is_ok();
        self.diagnose(&headers, body, now_s, window, MESSAGE, good)
    }

    fn diagnose(
        &self,
        headers: &[(&str, &[u8])],
        body: &[u8],
        now_s: u64,
        window: &Window,
        limits: Limits,
        is_good: impl Fn(&Headers<'_>) -> bool,
    ) -> Option<Diagnosis> {
        let parts = parts(headers);
        if parts.as_ref().is_ok_and(is_good) {
            return None;
        }
        // Before the signature: a page or a compressed body often comes without one.
        if let Some(diagnosis) = unusable_body(headers, body, limits) {
            return Some(diagnosis);
        }
        let parts = match parts {
            Ok(parts) => parts,
            Err(diagnosis) => return Some(diagnosis),
        };
        Some(self.refused(&parts, body, now_s, window, limits))
    }

    fn refused(
        &self,
        parts: &Headers<'_>,
        body: &[u8],
        now_s: u64,
        window: &Window,
        limits: Limits,
    ) -> Diagnosis {
        let time = self.wrong_time(parts.timestamp, now_s, window);
        let note = time.as_ref().map(|time| format!("also, {time}"));
        match self.refused_at_any_time(parts, body) {
            Some(diagnosis) if diagnosis.cause() == Cause::Milliseconds => diagnosis,
            Some(diagnosis) => diagnosis.with_note(note),
            // The signature is right.
            None => time.unwrap_or_else(|| unusable_shape(body, limits)),
        }
    }

    /// What is wrong with account and signature.
    fn refused_at_any_time(&self, parts: &Headers<'_>, body: &[u8]) -> Option<Diagnosis> {
        if parts.app_id != self.app_id() {
            return Some(Diagnosis::new(
                Cause::OtherAccount,
                format!(
                    "the message is for the app id {}, but this account has {}",
                    quoted(parts.app_id),
                    quoted(self.app_id())
                ),
            ));
        }
        let received = match signature_text::read(SIGN_HEADER, parts.sign) {
            Ok(received) => received,
            Err(diagnosis) => return Some(diagnosis),
        };
        let Received { digits, form } = &received;
        let holds = |digest: [u8; 32]| {
            let expected = Signature::from_digest(&digest);
            same(expected.as_bytes(), digits.as_bytes()).is_ok()
        };
        let note = form.as_ref().map(|(_, text)| text.clone());
        if holds(self.hash(parts.timestamp, body)) {
            return form.is_some().then(|| received.right());
        }
        if let Some((cause, text)) = self.other_computation(parts.timestamp, body, &holds) {
            return Some(Diagnosis::new(cause, text).with_note(note));
        }
        if !body.is_empty()
            && let Some(diagnosis) = body_check::not_one_object(body)
        {
            return Some(diagnosis);
        }
        Some(received.unexplained(
            "wrong secret or altered body: Sign fits neither the body as it came nor any of the usual mistakes; compare the secret, and verify the bytes as they were received",
        ))
    }

    /// The documented computation, over any text as the timestamp.
    fn hash(&self, timestamp: &str, body: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::clone(&self.prefix);
        hash.update(timestamp);
        hash.update(body);
        hash.finalize().into()
    }

    /// What may be signed instead.
    fn other_computation(
        &self,
        timestamp: &str,
        body: &[u8],
        holds: &impl Fn([u8; 32]) -> bool,
    ) -> Option<(Cause, &'static str)> {
        let (app_id, time) = (self.app_id.as_bytes(), timestamp.as_bytes());
        let secret = self.secret.expose();
        let hmac = |pieces: [&[u8]; 4]| {
            let mac = Hmac::<Sha256>::new_from_slice(secret);
            mac.is_ok_and(|mut mac| {
                pieces.iter().for_each(|piece| mac.update(piece));
                holds(mac.finalize().into_bytes().into())
            })
        };
        if hmac([app_id, time, body, b""]) {
            return Some((
                Cause::Hmac,
                "Sign is an HMAC-SHA256, as CCPayment v2 signs; v1 is a plain SHA-256: the account or the webhook's URL is one of v2",
            ));
        }
        if hmac([app_id, secret, time, body])
            || hmac([time, body, b"", b""])
            || hmac([body, b"", b"", b""])
        {
            return Some((
                Cause::Hmac,
                "Sign is an HMAC-SHA256; CCPayment v1 is a plain SHA-256 of app id, secret, timestamp and body",
            ));
        }
        if let Some(seconds) = timestamp.get(..10).filter(|_| timestamp.len() == 13)
            && holds(self.hash(seconds, body))
        {
            return Some((
                Cause::Milliseconds,
                "Timestamp has 13 digits, milliseconds, but the signature holds over seconds: send the ten digits that were signed",
            ));
        }
        let plain = |pieces: &[&[u8]]| {
            let mut hash = Sha256::new();
            pieces.iter().for_each(|piece| hash.update(piece));
            holds(hash.finalize().into())
        };
        let other_orders: [&[&[u8]]; 8] = [
            &[secret, app_id, time, body],
            &[app_id, time, secret, body],
            &[app_id, time, body, secret],
            &[body, app_id, secret, time],
            &[app_id, secret, body, time],
            &[app_id, secret, body],
            &[secret, time, body],
            &[body, secret],
        ];
        let separators: [&[u8]; 7] = [b"&", b",", b"\n", b".", b"|", b":", b"+"];
        let mut separated = separators
            .into_iter()
            .map(|separator| [app_id, separator, secret, separator, time, separator, body]);
        if other_orders.into_iter().any(plain) || separated.any(|pieces| plain(&pieces)) {
            return Some((
                Cause::SignedText,
                "Sign is a SHA-256 of the parts in another order, with separators, or of some of them: expected app id, secret, timestamp and body, without separators",
            ));
        }
        let empty: [&[u8]; 3] = [b"", b"{}", b"[]"];
        if empty
            .into_iter()
            .any(|other| other != body && holds(self.hash(timestamp, other)))
        {
            return Some((
                Cause::SignedText,
                "Sign is that of an empty body: sign the bytes of the body that is sent",
            ));
        }
        let text = core::str::from_utf8(body).ok()?;
        if text.len() > MAX_OTHER_TEXTS_LEN {
            return None;
        }
        let mut others = json_text::other_texts(text).into_iter();
        others.any(|other| holds(self.hash(timestamp, other.as_bytes()))).then_some((
            Cause::Reserialised,
            "Sign is that of the same JSON with other white space, escapes or order: the body was parsed and written again; verify the bytes as they were received",
        ))
    }

    fn wrong_time(&self, text: &str, now_s: u64, window: &Window) -> Option<Diagnosis> {
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
}

/// The three headers, each once.
fn parts<'a>(headers: &[(&'a str, &'a [u8])]) -> Result<Headers<'a>, Diagnosis> {
    let named = |name: &'static str| {
        headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
    };
    let names = [APP_ID_HEADER, TIMESTAMP_HEADER, SIGN_HEADER];
    let missing: Vec<_> = names
        .into_iter()
        .filter(|name| named(name).all(|(_, value)| value.trim_ascii().is_empty()))
        .collect();
    if !missing.is_empty() {
        let similar = headers.iter().map(|(name, _)| *name).find(|name| {
            let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
            let letters = letters.to_ascii_lowercase();
            matches!(
                letters.trim_start_matches('x'),
                "appid" | "timestamp" | "sign" | "signature"
            ) && !names.iter().any(|known| known.eq_ignore_ascii_case(name))
        });
        let instead = similar.map(|name| format!("; there is one named {}", quoted(name)));
        let plural = if missing.len() == 1 {
            "header"
        } else {
            "headers"
        };
        let verb = if missing.len() == 1 { "is" } else { "are" };
        return Err(Diagnosis::new(
            Cause::MissingHeader,
            format!(
                "the {plural} {} {verb} missing or empty{}: a program on the way may have removed what it does not know",
                missing.join(", "),
                instead.unwrap_or_default()
            ),
        ));
    }
    let one = |name: &'static str| {
        let mut values = named(name);
        let value = values.next().map(|(_, value)| *value).unwrap_or_default();
        if values.next().is_some() {
            return Err(Diagnosis::new(
                Cause::Repeated,
                format!("the header {name} occurs more than once"),
            ));
        }
        // What a header value of visible text consists of.
        let visible = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
        core::str::from_utf8(value)
            .ok()
            .filter(|_| visible)
            .ok_or_else(|| {
                Diagnosis::new(
                    Cause::SignatureForm,
                    format!("the header {name} is not plain text"),
                )
            })
    };
    Ok(Headers {
        app_id: one(APP_ID_HEADER)?,
        timestamp: one(TIMESTAMP_HEADER)?,
        sign: one(SIGN_HEADER)?,
    })
}

fn unusable_body(headers: &[(&str, &[u8])], body: &[u8], limits: Limits) -> Option<Diagnosis> {
    let header = |name: &str| {
        let mut values = headers
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
    let found = body_check::check(body, limits.bytes)?;
    // Calls without parameters have an empty body in some SDKs, and an empty body is signed like any other.
    (found.cause() != Cause::EmptyBody || limits.bytes == WEBHOOK.bytes).then_some(found)
}

/// Why an authentic body is not accepted.
fn unusable_shape(body: &[u8], limits: Limits) -> Diagnosis {
    if body.contains(&0) {
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
