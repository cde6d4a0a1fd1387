//! CCPayment v1: SHA-256 over app id, secret, timestamp and body, in three headers.
//!
//! From the provider's page: `Sign` is the lower-case hexadecimal SHA-256 of `Appid`, the app secret, the text of the
//! `Timestamp` header and the exact bytes of the body, joined without separators. Requests, answers and webhooks are
//! signed alike. A message is valid for two minutes.
//!
//! The construction has two well-known weaknesses, and this module refuses what each of them makes possible:
//!
//! - Plain SHA-256 can be *extended*: from one signed message anyone can compute the signature of that message
//!   followed by padding bytes and a chosen text. The padding always contains a zero byte, which no JSON text can
//!   contain, so every method here refuses it. The methods for webhooks and answers also require exactly one JSON
//!   object.
//! - Without separators a digit can *move* from the timestamp to the body and back. A timestamp has exactly ten
//!   digits here, so every text can be split in one way only.
//!
//! This is the `v1` scheme. The provider's v2 uses HMAC under the same header names: [`v2`].

#[cfg(feature = "explain")]
mod diagnose;
mod timestamp;
pub mod v2;

use core::fmt;

use sha2::{Digest, Sha256};

use crate::error::KeyError;
use crate::json_shape::{Limits, is_one_object};
use crate::secret::Secret;
use crate::verified::Verified;
use crate::verify::{Refused, same};

pub use crate::signature::Signature;
pub use timestamp::{Timestamp, Window};

/// Name of the header that carries the app id.
pub const APP_ID_HEADER: &str = "Appid";
/// Name of the header that carries the timestamp.
pub const TIMESTAMP_HEADER: &str = "Timestamp";
/// Name of the header that carries the signature.
pub const SIGN_HEADER: &str = "Sign";

const WEBHOOK: Limits = Limits {
    bytes: 64 * 1024,
    depth: 16,
    names: 256,
};
const MESSAGE: Limits = Limits {
    bytes: 4 * 1024 * 1024,
    depth: 32,
    names: 256,
};

/// Whether the text can be an app id: it travels in a header.
fn is_app_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// App id and secret, ready for use: the hash state after both is computed once, here.
///
/// ```
/// use payments_signing::Secret;
/// use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};
///
/// let key = Key::new("202302010636261620672405236006912", Secret::new("0123456789abcdef0123456789abcdef")?)?;
/// let now = 1_677_152_490;
/// let timestamp = Timestamp::from_secs(now)?;
/// let sign = key.sign(timestamp, b"{}");
/// assert_eq!(sign.as_str(), "da75e5716782aedace10c441398b4470f71486ae9e9573b83d485a419c68e743");
///
/// let headers = Headers { app_id: key.app_id(), timestamp: timestamp.as_str(), sign: sign.as_str() };
/// let body = key.verify_webhook(&headers, b"{}", now + 60, &Window::default())?;
/// assert_eq!(*body, b"{}");
/// assert!(key.verify_webhook(&headers, b"{}", now + 121, &Window::default()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Key {
    app_id: Box<str>,
    /// The hash state after app id and secret. Wiped when dropped. Boxed, so that a moved key leaves no copy behind.
    prefix: Box<Sha256>,
    /// For other computations over the same message.
    #[cfg(feature = "explain")]
    secret: Secret,
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
        let mut prefix = Box::new(Sha256::new());
        prefix.update(app_id.as_bytes());
        prefix.update(secret.expose());
        Ok(Self {
            app_id,
            prefix,
            #[cfg(feature = "explain")]
            secret,
        })
    }

    /// The app id, as it goes into the `Appid` header.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// Signs the exact bytes of a body; an empty body is signed as no bytes. Nothing is allocated.
    #[must_use]
    pub fn sign(&self, timestamp: Timestamp, body: &[u8]) -> Signature {
        let mut hash = Sha256::clone(&self.prefix);
        hash.update(timestamp.as_str());
        hash.update(body);
        // `finalize` would move the state and leave a copy behind.
        Signature::from_digest(&hash.finalize_reset().into())
    }

    /// Verifies headers and signature, and that the body cannot be the extension of another one. The shape of the
    /// body is not checked. Nothing is allocated.
    ///
    /// `now_s` is the receiver's time in Unix seconds.
    ///
    /// # Errors
    ///
    /// [`Refused`] for every cause: another app id, a timestamp that is not ten digits or outside the window, a zero
    /// byte in the body, another signature.
    pub fn verify(
        &self,
        headers: &Headers<'_>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Result<(), Refused> {
        let timestamp = Timestamp::parse(headers.timestamp).map_err(|_| Refused::new())?;
        if *headers.app_id != *self.app_id
            || !window.contains(timestamp, now_s)
            || body.contains(&0)
        {
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
    /// Anyone who saw a webhook can repeat it within the window: de-duplicate on `record_id` and `pay_status`.
    /// The signature does not cover the purpose of a message, so one of our own requests passes as a webhook: rely on
    /// the fields that only webhooks have.
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

    /// Verifies an answer and returns its body: like [`verify_webhook`](Self::verify_webhook), but up to 4 MiB and 32
    /// levels.
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

    /// Verifies a request, on the gateway's side: like [`verify_response`](Self::verify_response), but the body may be
    /// empty, as the official Node and PHP SDKs send it for calls without parameters.
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
        if body.is_empty() {
            self.verify(headers, body, now_s, window)
        } else {
            self.verify_object(headers, body, now_s, window, MESSAGE)
                .map(|_| ())
        }
    }

    /// The stages of a signature: `hashed text` with the secret masked, `sign`.
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn explain(&self, timestamp: Timestamp, body: &[u8]) -> crate::explain::Explanation {
        let (app_id, mask, body_text) = (
            &self.app_id,
            crate::explain::MASK,
            String::from_utf8_lossy(body),
        );
        crate::explain::Explanation::new()
            .stage(
                "hashed text",
                format!("{app_id}{mask}{timestamp}{body_text}"),
            )
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
        f.debug_struct("ccpayment::Key")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

/// The three headers of a signed message, as received.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a> {
    /// `Appid`.
    pub app_id: &'a str,
    /// `Timestamp`: ten digits of Unix seconds.
    pub timestamp: &'a str,
    /// `Sign`: 64 lower-case hexadecimal digits.
    pub sign: &'a str,
}
