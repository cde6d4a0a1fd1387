//! The signature by the rule of a version, and by the usual mistakes.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::{Account, Version};
use crate::diagnosis::{Cause, json_text};

/// Larger bodies are not written in other ways: that takes longer than all the rest. A usual message has 500 bytes.
const MAX_OTHER_TEXTS_LEN: usize = 16 * 1024;

const SEPARATORS: [&[u8]; 7] = [b"&", b",", b"\n", b".", b"|", b":", b"+"];

impl Account<'_> {
    /// The documented computation, over any text as the timestamp.
    pub(super) fn digest(&self, timestamp: &str, body: &[u8]) -> [u8; 32] {
        let (app_id, secret) = (self.app_id.as_bytes(), self.secret.expose());
        match self.version {
            Version::V1 => plain(&[app_id, secret, timestamp.as_bytes(), body]),
            Version::V2 => hmac(secret, &[app_id, timestamp.as_bytes(), body]),
        }
    }

    /// What may be signed instead.
    pub(super) fn other_computation(
        &self,
        timestamp: &str,
        body: &[u8],
        holds: &impl Fn([u8; 32]) -> bool,
    ) -> Option<(Cause, &'static str)> {
        if let Some(found) = self.other_parts(timestamp, body, holds) {
            return Some(found);
        }
        if let Some(seconds) = timestamp.get(..10).filter(|_| timestamp.len() == 13)
            && holds(self.digest(seconds, body))
        {
            return Some((
                Cause::Milliseconds,
                "Timestamp has 13 digits, milliseconds, but the signature holds over seconds: send the ten digits that were signed",
            ));
        }
        let empty: [&[u8]; 3] = [b"", b"{}", b"[]"];
        if empty
            .into_iter()
            .any(|other| other != body && holds(self.digest(timestamp, other)))
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
        others.any(|other| holds(self.digest(timestamp, other.as_bytes()))).then_some((
            Cause::Reserialised,
            "Sign is that of the same JSON with other white space, escapes or order: the body was parsed and written again; verify the bytes as they were received",
        ))
    }

    /// The rule of the other version, and either computation over other parts.
    fn other_parts(
        &self,
        timestamp: &str,
        body: &[u8],
        holds: &impl Fn([u8; 32]) -> bool,
    ) -> Option<(Cause, &'static str)> {
        let (app_id, time) = (self.app_id.as_bytes(), timestamp.as_bytes());
        let secret = self.secret.expose();
        // The first of each list is the rule of a version.
        let hmacs: [&[&[u8]]; 9] = [
            &[app_id, time, body],
            &[app_id, secret, time, body],
            &[time, app_id, body],
            &[app_id, body, time],
            &[body, app_id, time],
            &[body, time, app_id],
            &[app_id, body],
            &[time, body],
            &[body],
        ];
        let hashes: [&[&[u8]]; 10] = [
            &[app_id, secret, time, body],
            &[secret, app_id, time, body],
            &[app_id, time, secret, body],
            &[app_id, time, body, secret],
            &[body, app_id, secret, time],
            &[app_id, secret, body, time],
            &[app_id, secret, body],
            &[app_id, time, body],
            &[secret, time, body],
            &[body, secret],
        ];
        let is_separated = || {
            SEPARATORS.into_iter().any(|between| {
                holds(match self.version {
                    Version::V1 => plain(&[app_id, between, secret, between, time, between, body]),
                    Version::V2 => hmac(secret, &[app_id, between, time, between, body]),
                })
            })
        };
        let hmac_at = hmacs.iter().position(|parts| holds(hmac(secret, parts)));
        let hash_at = hashes.iter().position(|parts| holds(plain(parts)));
        Some(match (self.version, hmac_at, hash_at) {
            (Version::V1, Some(0), _) => (
                Cause::Hmac,
                "Sign is an HMAC-SHA256, as CCPayment v2 signs; v1 is a plain SHA-256: the account or the webhook's URL is one of v2",
            ),
            (Version::V1, Some(_), _) => (
                Cause::Hmac,
                "Sign is an HMAC-SHA256; CCPayment v1 is a plain SHA-256 of app id, secret, timestamp and body",
            ),
            (Version::V1, None, Some(_)) => (
                Cause::SignedText,
                "Sign is a SHA-256 of the parts in another order, or of some of them: expected app id, secret, timestamp and body, without separators",
            ),
            (Version::V2, _, Some(0)) => (
                Cause::PlainHash,
                "Sign is a plain SHA-256, as CCPayment v1 signs; v2 is an HMAC-SHA256: the account or the webhook's URL is one of v1",
            ),
            (Version::V2, _, Some(_)) => (
                Cause::PlainHash,
                "Sign is a plain SHA-256; CCPayment v2 is an HMAC-SHA256, keyed with the secret, of app id, timestamp and body",
            ),
            (Version::V2, Some(_), None) => (
                Cause::SignedText,
                "Sign is an HMAC-SHA256 of the parts in another order, or of some of them, or with the secret among them: expected app id, timestamp and body, without separators",
            ),
            (_, None, None) if is_separated() => (
                Cause::SignedText,
                "Sign is that of the parts with separators between them: they follow each other directly",
            ),
            (_, None, None) => return None,
        })
    }
}

fn plain(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC accepts keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts keys of every length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
