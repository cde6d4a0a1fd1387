//! CCPayment v2: HMAC-SHA256 over app id, timestamp and body, under the header names of v1.
//!
//! From the provider's page: `Sign` is the lower-case hexadecimal HMAC-SHA256, keyed with the app secret, of `Appid`, the
//! text of the `Timestamp` header and the exact bytes of the body, joined without separators. Requests and webhooks are
//! signed alike; a message is valid for two minutes. No document describes signatures of answers.
//!
//! An HMAC cannot be extended, unlike the plain hash of v1. But nothing separates the three parts, so a character can
//! *move* between app id and timestamp, or between timestamp and body, and the signature still matches. So the methods here
//! compare the app id with the key's own, and require exactly ten digits of a timestamp, before they compare signatures.
//!
//! The path of a request is not signed. TLS is what prevents someone from sending a request to another call.
//!
//! A v1 signature never verifies here, nor a v2 signature with [`super::Key`]. The headers look alike: choose the key by the
//! version that the account is configured for, and never try both. Accounts that sign with RSA are not supported.

use core::fmt;

use hmac::{HmacReset, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Headers, MESSAGE, Timestamp, WEBHOOK, Window, is_app_id};
use crate::error::KeyError;
use crate::json_shape::{Limits, is_one_object};
use crate::secret::Secret;
use crate::signature::Signature;
use crate::verified::Verified;
use crate::verify::{Refused, same};

/// App id and secret, ready for use: the HMAC state after the app id is computed once, here.
///
/// ```
/// use payments_signing::Secret;
/// use payments_signing::ccpayment::v2::Key;
/// use payments_signing::ccpayment::{Headers, Timestamp, Window};
///
/// let key = Key::new("ccpv2TestAppId01", Secret::new("0123456789abcdef0123456789abcdef")?)?;
/// let body = br#"{"type":"ActivateWebhookURL","msg":{}}"#;
/// let timestamp = Timestamp::from_secs(1_800_000_000)?;
/// let sign = key.sign(timestamp, body);
/// assert_eq!(sign.as_str(), "f2bfc824a9c6dac38897dec76778736d50022e44e98fb81a78db606f16d2a9ab");
///
/// let headers = Headers { app_id: key.app_id(), timestamp: timestamp.as_str(), sign: sign.as_str() };
/// let window = Window::default();
/// assert!(key.verify_webhook(&headers, body, 1_800_000_120, &window).is_ok());
/// assert!(key.verify_webhook(&headers, body, 1_800_000_121, &window).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Key {
    app_id: Box<str>,
    /// The state after the app id. Wiped when dropped. Boxed, so that moving the key does not copy it.
    mac: Box<HmacReset<Sha256>>,
}

impl Key {
    /// Prepares a key.
    ///
    /// # Errors
    ///
    /// [`KeyError::AppId`] unless the app id is 1 to 64 printable ASCII characters without spaces: it travels in a
    /// header.
    pub fn new(app_id: impl Into<String>, secret: Secret) -> Result<Self, KeyError> {
        let app_id = app_id.into().into_boxed_str();
        if !is_app_id(&app_id) {
            return Err(KeyError::AppId);
        }
        // Kept in its place and cloned: unwrapping would move it and leave a copy that is never wiped.
        let mac = HmacReset::new_from_slice(secret.expose());
        #[expect(clippy::expect_used, reason = "HMAC accepts keys of every length")]
        let mac = mac.as_ref().expect("HMAC accepts keys of every length");
        let mut mac = Box::new(mac.clone());
        mac.update(app_id.as_bytes());
        Ok(Self { app_id, mac })
    }

    /// The app id, as it goes into the `Appid` header.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// Signs the exact bytes of a body; an empty body is signed as no bytes. Nothing is allocated.
    #[must_use]
    pub fn sign(&self, timestamp: Timestamp, body: &[u8]) -> Signature {
        let mut mac = HmacReset::clone(&self.mac);
        mac.update(timestamp.as_str().as_bytes());
        mac.update(body);
        // `finalize` would move the state and leave a copy behind.
        Signature::from_digest(&mac.finalize_reset().into_bytes().into())
    }

    /// Verifies headers and signature. The shape of the body is not checked. Nothing is allocated.
    ///
    /// `now_s` is the receiver's time in Unix seconds.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause: another app id, a timestamp that is not ten digits or outside the window, another
    /// signature.
    pub fn verify(
        &self,
        headers: &Headers<'_>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Result<(), Refused> {
        let timestamp = Timestamp::parse(headers.timestamp).map_err(|_| Refused::new())?;
        if *headers.app_id != *self.app_id || !window.contains(timestamp, now_s) {
            return Err(Refused::new());
        }
        same(
            self.sign(timestamp, body).as_bytes(),
            headers.sign.as_bytes(),
        )
    }

    /// Verifies a webhook: [`verify`](Self::verify), and the body is exactly one JSON object of at most 64 KiB and
    /// 16 levels, without a doubled name at any level and with nothing after it.
    ///
    /// Returns the body, which is not read any further.
    ///
    /// Anyone who saw a webhook can repeat it within the window: de-duplicate on `recordId` and `status`. The signature does
    /// not cover the purpose of a message, so one of our own requests passes as a webhook: rely on `type` and `msg`.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause.
    pub fn verify_webhook<'b>(
        &self,
        headers: &Headers<'_>,
        body: &'b [u8],
        now_s: u64,
        window: &Window,
    ) -> Result<Verified<&'b [u8]>, Refused> {
        self.verify_object(headers, body, now_s, window, WEBHOOK)
    }

    /// Verifies an answer that carries the three headers: like [`verify_webhook`](Self::verify_webhook), but up to 4 MiB and
    /// 32 levels. No document states that answers are signed; that they would be signed in this way is `assumed` from v1.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause.
    pub fn verify_response<'b>(
        &self,
        headers: &Headers<'_>,
        body: &'b [u8],
        now_s: u64,
        window: &Window,
    ) -> Result<Verified<&'b [u8]>, Refused> {
        self.verify_object(headers, body, now_s, window, MESSAGE)
    }

    /// Verifies a request, on the gateway's side: like [`verify_response`](Self::verify_response), but the body may also be
    /// empty or `[]`, as the official Go and PHP SDKs send it for calls without parameters.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause.
    pub fn verify_request(
        &self,
        headers: &Headers<'_>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Result<(), Refused> {
        if matches!(body.trim_ascii(), b"" | b"[]") {
            self.verify(headers, body, now_s, window)
        } else {
            self.verify_object(headers, body, now_s, window, MESSAGE)
                .map(|_| ())
        }
    }

    /// The stages of a signature: `signed text`, which does not contain the secret, and `sign`.
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn explain(&self, timestamp: Timestamp, body: &[u8]) -> crate::explain::Explanation {
        let (app_id, body_text) = (&self.app_id, String::from_utf8_lossy(body));
        crate::explain::Explanation::new()
            .stage("signed text", format!("{app_id}{timestamp}{body_text}"))
            .stage("sign", self.sign(timestamp, body).as_str())
    }

    fn verify_object<'b>(
        &self,
        headers: &Headers<'_>,
        body: &'b [u8],
        now_s: u64,
        window: &Window,
        limits: Limits,
    ) -> Result<Verified<&'b [u8]>, Refused> {
        if body.len() > limits.bytes {
            return Err(Refused::new());
        }
        self.verify(headers, body, now_s, window)?;
        // Last, so that only authentic bodies are parsed.
        if is_one_object(body, limits) {
            Ok(Verified::new(body))
        } else {
            Err(Refused::new())
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ccpayment::v2::Key")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}
