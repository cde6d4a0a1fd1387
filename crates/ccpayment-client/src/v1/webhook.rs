//! The gateway's notices of payments, withdrawals and refunds.

mod event;
mod fields;
mod kinds;

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use payments_core::Timestamp;
use payments_signing::ccpayment::{Headers, Key, Window};
use payments_signing::{Refused, Verified};

use super::Config;
use super::signed::Signed;

pub use event::{Event, Quote, Transfer, Unlisted};
pub use kinds::{ApiDeposit, ApiWithdrawal, DirectDeposit, Invoice, Refund};

/// Verifies webhooks. Made by [`Client::webhooks`](super::Client::webhooks), or from a [`Config`] alone where a
/// service only receives.
///
/// A webhook is valid for two minutes to both sides of its stamp (that the future counts too is `assumed`), by the clock
/// that [`receive`](Self::receive) is given: it has to be right. The correction that the client learns from answers is
/// not applied here.
#[derive(Clone)]
pub struct Webhooks {
    key: Key,
}

impl Webhooks {
    /// Verifies with the key of `config`.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { key: config.key() }
    }

    /// Verifies the headers and the exact bytes of a request's body, and reads the event.
    ///
    /// Hand over the bytes as they came: a body that was parsed and written again has another signature. The same event
    /// comes up to seven times until it is acknowledged, and can be asked for again: handle it once, by
    /// [`dedup_key`](Event::dedup_key).
    ///
    /// # Errors
    /// [`WebhookError::Refused`] when it is not this merchant's, not genuine or not fresh, for one public reason.
    /// [`WebhookError::Unreadable`] when it is genuine but lacks a field that every webhook has, has one that cannot be
    /// read, or tells of money that came in and not how much of what.
    ///
    /// ```
    /// use ccpayment_client::v1::{Config, DEFAULT_BASE_URL, Event, Webhooks};
    /// use payments_core::Timestamp;
    ///
    /// let config = Config::new(DEFAULT_BASE_URL, "202302010636261620672405236006912", "0123456789abcdef0123456789abcdef")?;
    /// let webhooks = Webhooks::new(&config);
    /// # let mut headers = http::HeaderMap::new();
    /// # headers.insert("Appid", "202302010636261620672405236006912".parse()?);
    /// # headers.insert("Timestamp", "1677152490".parse()?);
    /// # headers.insert("Sign", "07feae6c7cfc4b95b553063343c25c4c938c857c39bf700d1241dc0b68737a1f".parse()?);
    /// # let body: &[u8] = br#"{"pay_status":"success","order_type":"API Deposit","record_id":"20230313082144160","order_id":"202303130821441654","extend":{"merchant_order_id":"3735077979050379"},"paid_amount":"1.5","crypto":"USDT","txid":"internal transfer"}"#;
    /// let now = Timestamp::from_secs(1_677_152_500); // from the clock
    /// let event = webhooks.receive(&headers, body, now)?;
    /// assert!(event.is_credit());
    /// assert_eq!(event.transfer().amount, Some("1.5".parse()?));
    /// let Event::ApiDeposit(deposit) = &*event else { panic!("another kind") };
    /// assert_eq!(deposit.merchant_order_id.as_deref(), Some("3735077979050379"));
    /// // ... commit to the database under event.dedup_key(), then:
    /// let reply = ccpayment_client::v1::ack();
    /// assert_eq!(reply.body().as_ref(), b"success");
    ///
    /// assert!(webhooks.receive(&headers, b"{}", now).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn receive(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified<Event>, WebhookError> {
        match Signed::of(headers) {
            Signed::Yes(parts) => self.receive_parts(&parts, body, now),
            Signed::No | Signed::Broken => Err(WebhookError::Refused),
        }
    }

    /// As [`receive`](Self::receive), for a stack whose headers are no [`HeaderMap`].
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_parts(
        &self,
        headers: &Headers<'_>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified<Event>, WebhookError> {
        self.key
            .verify_webhook(headers, body, now.as_secs(), &Window::default())?
            .try_map(Event::read)
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks")
            .field("app_id", &self.key.app_id())
            .finish_non_exhaustive()
    }
}

/// Why a webhook gave no event. Answer with [`nack`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// Not genuine, not for this merchant, or too old. Which of them, and why, is nobody's business outside.
    #[error("the webhook was refused: nothing in it may be acted on")]
    Refused,
    /// Genuine, but a field that every webhook has is missing, or the amount or coin of money that came in, or a field
    /// cannot be read. Ask for the order instead.
    #[error("the webhook is genuine but its {field} cannot be read: query the order instead")]
    Unreadable {
        /// The wire name.
        field: &'static str,
    },
}

impl From<Refused> for WebhookError {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

/// The reply after the event was committed: `success` under HTTP status 200, and nothing else. The gateway then sends
/// it no more.
#[must_use]
pub fn ack() -> http::Response<Bytes> {
    reply(StatusCode::OK, "success")
}

/// The reply that makes the gateway send the webhook again, which it does up to six times: a status of 500, for every
/// reply other than success counts as a failure.
#[must_use]
pub fn nack() -> http::Response<Bytes> {
    reply(StatusCode::INTERNAL_SERVER_ERROR, "failed")
}

fn reply(status: StatusCode, text: &'static str) -> http::Response<Bytes> {
    let mut reply = http::Response::new(Bytes::from_static(text.as_bytes()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    reply
}
