//! CCPayment v1: SHA-256 over app id, secret, timestamp and body, in three headers.
//!
//! From the provider's page: `Sign` is the lower-case hexadecimal SHA-256 of `Appid`, the app secret, the text of the
//! `Timestamp` header and the exact bytes of the body, joined without separators. Requests, answers and webhooks are
//! signed alike. A message is valid for two minutes.
//!
//! The construction has two well-known weaknesses, and this module refuses what each of them makes possible:
//!
//! - Plain SHA-256 can be *continued*: from one signed message anyone can compute the signature of that message
//!   followed by padding bytes and a text of choice. The padding always holds a zero byte, which no JSON text can
//!   hold: every method here refuses it. Those for webhooks and answers also want exactly one JSON object.
//! - Without separators a digit can *move* from the timestamp to the body and back. A timestamp is exactly ten
//!   digits here, so every text can be cut in one way only.
//!
//! This is the `v1` scheme. The provider's v2 is another one (HMAC) under the same header names.

use core::fmt;
use core::time::Duration;

use sha2::{Digest, Sha256};

use crate::error::{KeyError, TimestampError};
use crate::json_shape::{Limits, is_one_object};
use crate::secret::Secret;
use crate::verified::Verified;
use crate::verify::{Refused, same};

pub use crate::digest::Signature;

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

/// App id and secret, ready for use: the hash of both is computed once, here.
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
    /// Has taken in app id and secret. Wiped when dropped, and boxed, so that moves leave no copies.
    prefix: Box<Sha256>,
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
        if !(1..=64).contains(&app_id.len()) || !app_id.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(KeyError::AppId);
        }
        let mut prefix = Box::new(Sha256::new());
        prefix.update(app_id.as_bytes());
        prefix.update(secret.expose());
        Ok(Self { app_id, prefix })
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
        hash.update(timestamp.0);
        hash.update(body);
        // Without a move, which would leave a copy of the state.
        Signature::from_digest(&hash.finalize_reset().into())
    }

    /// Verifies headers and signature, and that the body cannot be the continuation of another one. Says nothing
    /// about the shape of the body. Nothing is allocated.
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
        if *headers.app_id != *self.app_id || !window.holds(timestamp, now_s) || has_zero(body) {
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
    /// Gives the body, of which nothing else was read.
    ///
    /// A webhook within the window can be repeated by anyone who saw it: de-duplicate on `record_id` and `pay_status`.
    /// Nothing in a signature says what it was made for, so a request of our own passes as a webhook: rely on the
    /// fields that only webhooks have.
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

    /// Verifies an answer and gives its body: like [`verify_webhook`](Self::verify_webhook), but of up to 4 MiB and 32 levels.
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

    /// Verifies a request, on the side of a gateway: like [`verify_response`](Self::verify_response), but the body
    /// may be empty, as the official Node and PHP SDKs send it for calls without parameters.
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
        // Only now: what is not authentic is not parsed.
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

/// The three headers of a signed message, as they came.
#[derive(Debug, Clone, Copy)]
pub struct Headers<'a> {
    /// `Appid`.
    pub app_id: &'a str,
    /// `Timestamp`: ten digits of Unix seconds.
    pub timestamp: &'a str,
    /// `Sign`: 64 lower-case hexadecimal digits.
    pub sign: &'a str,
}

/// Unix seconds in exactly ten digits, the only form that the scheme can tell from the body behind it.
///
/// ```
/// use payments_signing::ccpayment::Timestamp;
///
/// assert_eq!(Timestamp::from_secs(1_677_152_490)?.as_str(), "1677152490");
/// assert!(Timestamp::parse("167715249").is_err());
/// # Ok::<(), payments_signing::TimestampError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timestamp([u8; 10]);

impl Timestamp {
    /// From Unix seconds between September 2001 and November 2286, which are those of ten digits.
    ///
    /// # Errors
    ///
    /// [`TimestampError`] outside that range.
    pub fn from_secs(secs: u64) -> Result<Self, TimestampError> {
        let mut digits = [b'0'; 10];
        let mut rest = secs;
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        if rest == 0 && secs >= 1_000_000_000 {
            Ok(Self(digits))
        } else {
            Err(TimestampError)
        }
    }

    /// From the text of a header.
    ///
    /// # Errors
    ///
    /// [`TimestampError`] unless it is ten ASCII digits, the first not a zero.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        match <[u8; 10]>::try_from(text.as_bytes()) {
            Ok(digits @ [b'1'..=b'9', ..]) if digits.iter().all(u8::is_ascii_digit) => {
                Ok(Self(digits))
            }
            _ => Err(TimestampError),
        }
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Unix seconds.
    #[must_use]
    pub fn as_secs(self) -> u64 {
        self.0
            .iter()
            .fold(0, |secs, digit| secs * 10 + u64::from(digit - b'0'))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How far a timestamp may lie from the receiver's time; both ends belong to the window.
///
/// The default is 120 seconds both ways: two minutes is what the provider documents for the past, the future side
/// is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How old a message may be; parts of a second are dropped.
    pub past: Duration,
    /// How far ahead the sender's clock may be; parts of a second are dropped.
    pub future: Duration,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            past: Duration::from_secs(120),
            future: Duration::from_secs(120),
        }
    }
}

impl Window {
    fn holds(&self, timestamp: Timestamp, now_s: u64) -> bool {
        let then_s = timestamp.as_secs();
        match now_s.checked_sub(then_s) {
            Some(age) => age <= self.past.as_secs(),
            None => then_s - now_s <= self.future.as_secs(),
        }
    }
}

/// Whether a zero byte occurs. Looks at every byte without branching, which vectorises: it must cost next to nothing
/// beside the hash.
fn has_zero(body: &[u8]) -> bool {
    body.chunks(256)
        .any(|chunk| chunk.iter().fold(false, |found, byte| found | (*byte == 0)))
}
