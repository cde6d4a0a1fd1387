//! Why a message of C-Pay failed verification.

mod reading;
mod readings;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Key;
use super::fields::{self, MAX_BODY, Problem};
use crate::diagnosis::signature_text::{self, Received};
use crate::diagnosis::{Cause, Diagnosis, body as body_check, quoted};
use crate::signature::Signature;
use crate::verify::same;
use reading::{Message, Reading};

impl Key {
    /// Why [`verify_webhook`](Self::verify_webhook) refuses a body; `None` if it does not.
    ///
    /// Run it only after verification failed and the reply is sent. It computes a few dozen other signatures over
    /// the body, and some hundred if the body is short.
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose_webhook(&self, body: &[u8]) -> Option<Diagnosis> {
        if self.verify_webhook(body).is_ok() {
            return None;
        }
        Some(self.refused_webhook(body))
    }

    /// Why [`verify`](Self::verify) refuses parameters; `None` if it does not. Like
    /// [`diagnose_webhook`](Self::diagnose_webhook), for parameters that were read before, in the order in which they came.
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose<'a>(
        &self,
        params: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
        sign: &str,
    ) -> Option<Diagnosis> {
        if self.verify(params.clone(), sign).is_ok() {
            return None;
        }
        let params: Vec<_> = params
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        if let Err(error) = self.sign(params.iter().map(|(name, value)| (&**name, &**value))) {
            return Some(Diagnosis::new(Cause::NotAMessage, error.to_string()));
        }
        if let Some((name, _)) = params.iter().find(|(name, _)| !fields::is_plain(name)) {
            return Some(unreadable(b"", &Problem::Separator(name.as_str().into())));
        }
        Some(self.wrong_signature(&Message::of_params(params), sign))
    }

    fn refused_webhook(&self, body: &[u8]) -> Diagnosis {
        if let Some(diagnosis) = body_check::check(body, MAX_BODY) {
            return diagnosis;
        }
        if let Some(diagnosis) = not_a_form(body) {
            return diagnosis;
        }
        let mut fields = match fields::read(body) {
            Ok(fields) => fields,
            Err(problem) => return unreadable(body, &problem),
        };
        let Some(sign) = fields.remove("sign").filter(|sign| !sign.is_empty()) else {
            return missing_signature(fields.iter().map(|(name, _)| name));
        };
        let digest = self.sign(fields.iter());
        if digest.is_ok_and(|digest| same(digest.as_bytes(), sign.as_bytes()).is_ok()) {
            return Diagnosis::new(
                Cause::EmbeddedField,
                "the signature is right, but a value with `&` may contain another field, which was moved into it: query the order",
            );
        }
        let diagnosis = self.wrong_signature(&Message::of_body(body), &sign);
        // A cut form is a form; a cut signature is the sign of it.
        if diagnosis.cause() == Cause::SignatureForm && body.ends_with(sign.as_bytes()) {
            return Diagnosis::new(
                Cause::CutBody,
                format!("the form breaks off in its signature: {diagnosis}"),
            );
        }
        diagnosis
    }

    fn wrong_signature(&self, message: &Message<'_>, given: &str) -> Diagnosis {
        let received = match signature_text::read("sign", given) {
            Ok(received) => received,
            Err(diagnosis) => return diagnosis,
        };
        let Received { digits, form } = &received;
        let holds = |digest: [u8; 32]| {
            let expected = Signature::from_digest(&digest);
            same(expected.as_bytes(), digits.as_bytes()).is_ok()
        };
        let documented = Reading::documented(message, self.rules);
        let text = |reading: &Reading| self.with_tail(&reading.text());
        if holds(self.hmac(&text(&documented))) {
            return received.right();
        }
        let note = form.as_ref().map(|(_, text)| text.clone());
        if let Some((cause, what)) = self.other_construction(&documented.text(), &holds) {
            return Diagnosis::new(cause, what).with_note(note);
        }
        for reading in readings::others(message, self.rules) {
            if holds(self.hmac(&text(&reading))) {
                return Diagnosis::new(reading.cause, reading.what).with_note(note);
            }
        }
        let loose = message.has_loose_piece().then(|| {
            "a piece of the form has no `=`, which is the mark of an unencoded `&`".to_owned()
        });
        received
            .unexplained(
                "wrong secret or altered body: the signature fits neither the body as it came nor any of the usual mistakes; compare the secret, and verify the bytes as they were received",
            )
            .with_note(loose)
    }

    /// Another computation over the right text.
    fn other_construction(
        &self,
        text: &str,
        holds: &impl Fn([u8; 32]) -> bool,
    ) -> Option<(Cause, &'static str)> {
        let secret = self.tail.get(b"key=".len()..).unwrap_or_default();
        let with_tail = self.with_tail(text);
        let with_secret = joined(text.as_bytes(), secret);
        let without_end = text.strip_suffix('&').unwrap_or(text);
        let plain = |text: &[u8]| holds(Sha256::digest(text).into());
        if plain(&with_tail) || plain(&with_secret) {
            return Some((
                Cause::PlainHash,
                "the signature is a plain SHA-256; C-Pay's is an HMAC-SHA256 of the same text, with the secret as its key",
            ));
        }
        let hmac = |text: &[u8]| holds(self.hmac(text));
        if hmac(without_end.as_bytes()) || hmac(text.as_bytes()) {
            return Some((
                Cause::SignedText,
                "the signed text does not end with `&key=` and the secret: the secret is the key of the HMAC and the end of its text",
            ));
        }
        if hmac(&with_secret) || hmac(&joined(without_end.as_bytes(), secret)) {
            return Some((
                Cause::SignedText,
                "the signed text ends with the bare secret instead of `&key=` and the secret",
            ));
        }
        None
    }

    fn hmac(&self, text: &[u8]) -> [u8; 32] {
        use hmac::Mac as _;

        let mut mac = (*self.mac).clone();
        mac.update(text);
        mac.finalize_reset().into_bytes().into()
    }

    fn with_tail(&self, text: &str) -> Zeroizing<Vec<u8>> {
        joined(text.as_bytes(), &self.tail)
    }
}

/// Allocated once: a vector that grows leaves copies of the secret behind.
fn joined(text: &[u8], end: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut joined = Zeroizing::new(Vec::with_capacity(text.len() + end.len()));
    joined.extend_from_slice(text);
    joined.extend_from_slice(end);
    joined
}

/// Why a body could not be read as a flat message.
pub(super) fn unreadable(body: &[u8], problem: &Problem) -> Diagnosis {
    let (cause, text) = match problem {
        Problem::TooLarge => (
            Cause::TooLarge,
            format!("the message has more than {MAX_BODY} bytes"),
        ),
        Problem::TooManyFields => (
            Cause::TooManyFields,
            format!(
                "the message has more than {} fields beside sign",
                super::MAX_PARAMS
            ),
        ),
        Problem::Json => {
            return body_check::not_one_object(body).unwrap_or_else(|| {
                Diagnosis::new(Cause::NotAMessage, "the body is not valid JSON")
            });
        }
        Problem::Escape => (
            Cause::NotAMessage,
            "a % is not followed by two hexadecimal digits: the values of a form must be encoded for URLs".to_owned(),
        ),
        Problem::Utf8 => (
            Cause::NotUtf8,
            "the form is not UTF-8 when it is decoded; perhaps it is Latin-1".to_owned(),
        ),
        Problem::Repeated(name) => (
            Cause::Repeated,
            format!("the field {} occurs more than once", quoted(name)),
        ),
        Problem::Separator(name) => (
            Cause::NotAMessage,
            format!("the name {} contains `&` or `=`", quoted(name)),
        ),
        Problem::Value { name, found } => (
            Cause::UnsignableValue,
            format!(
                "the field {} is {found}; only texts, plain numbers and null can be signed",
                quoted(name)
            ),
        ),
    };
    Diagnosis::new(cause, text)
}

/// Why a body that does not begin as JSON is not a form either.
fn not_a_form(body: &[u8]) -> Option<Diagnosis> {
    let text = core::str::from_utf8(body).unwrap_or_default().trim();
    if text.starts_with('{') {
        return None;
    }
    let (before, is_json) = match text.split_once('{') {
        Some((before, _)) => (before, true),
        None => (text, text.starts_with(['"', '['])),
    };
    let has_fields = before.contains('=');
    if (is_json && !has_fields) || text.starts_with(['"', '[', '<']) {
        return body_check::not_one_object(body);
    }
    let is_encoded = text.starts_with("%7B") || text.starts_with("%7b");
    if is_encoded || (!has_fields && text.to_ascii_lowercase().contains("%3d")) {
        let what = "the body is encoded for URLs once more than a form or JSON is";
        return Some(Diagnosis::new(Cause::EncodedTwice, what));
    }
    (!has_fields).then(|| Diagnosis::new(Cause::NotAMessage, "the body is neither JSON nor a form"))
}

fn missing_signature<'a>(mut names: impl Iterator<Item = &'a str>) -> Diagnosis {
    let similar = names.find(|name| {
        let name = name.trim().to_ascii_lowercase();
        matches!(&*name, "sign" | "signature" | "sig")
    });
    match similar {
        Some(name) => Diagnosis::new(
            Cause::MissingSignature,
            format!("there is no field `sign`, but one named {}", quoted(name)),
        ),
        None => Diagnosis::new(
            Cause::MissingSignature,
            "there is no signature: the field `sign` is missing or empty",
        ),
    }
}
