//! Verifies and reads webhooks: notifications of payments and withdrawals.

mod event;

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use payments_core::{Timestamp, WebhookError};
use payments_signing::Verified;
use payments_signing::ccpayment::v2::Key;
use payments_signing::ccpayment::{Headers, Window};
#[cfg(feature = "explain")]
use payments_signing::{Cause, Diagnosis};

use super::config::Config;
use crate::headers::Signature;
use crate::reply;

pub use event::{
    ApiDeposit, ApiWithdrawal, DirectDeposit, Event, Unlisted, UserDeposit, UserWithdrawal,
};

/// Verifies webhooks. Created by [`Client::webhooks`](super::Client::webhooks), or from a [`Config`] in a service that
/// only receives.
///
/// A webhook is valid for two minutes before and after its timestamp (that the future counts is `assumed`), by the time
/// given to [`receive`](Self::receive). A v1 webhook has the same three headers and is refused here: choose the version by the
/// account, and do not try both.
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

    /// Verifies the headers and the exact bytes of the body, and reads the event.
    ///
    /// Pass the bytes as received: a body that was parsed and serialized again has another signature. The same event
    /// arrives up to seven times until it is acknowledged, and again when it is resent on request: handle it once, by
    /// [`dedup_key`](Event::dedup_key).
    ///
    /// **An event is a hint and not a credit.** It has no amount, no address and no fee, and it is not final: query the
    /// record with [`Client::deposit`](super::Client::deposit) or [`Client::withdrawal`](super::Client::withdrawal), and book
    /// what the record says.
    ///
    /// # Errors
    /// - [`WebhookError::Refused`] if it is not genuine, not for this merchant or not fresh. Which of them is not revealed.
    /// - [`WebhookError::Unreadable`] if it is genuine and of a known kind, but lacks the id of its record or its status. A
    ///   genuine webhook of an unknown kind is [`Event::Unlisted`]: acknowledge it.
    ///
    /// ```
    /// use ccpayment_client::v2::{Config, DEFAULT_BASE_URL, DepositStatus, Event, Webhooks};
    /// use payments_core::Timestamp;
    ///
    /// let config = Config::new(DEFAULT_BASE_URL, "ccpv2TestAppId01", "0123456789abcdef0123456789abcdef")?;
    /// let webhooks = Webhooks::new(&config);
    /// # let mut headers = http::HeaderMap::new();
    /// # headers.insert("Appid", "ccpv2TestAppId01".parse()?);
    /// # headers.insert("Timestamp", "1800000000".parse()?);
    /// # headers.insert("Sign", "91b7f6a86d8043571b510f0ccb40cf3d9dc23c83af47ed97d4916129ac29a866".parse()?);
    /// # let body: &[u8] = br#"{"type":"ApiDeposit","msg":{"recordId":"20270115080000123456789012345678","orderId":"order-1001","coinId":1280,"coinSymbol":"USDT","status":"Success","isFlaggedAsRisky":false}}"#;
    /// let now = Timestamp::from_secs(1_800_000_005); // from the clock
    /// let event = webhooks.receive(&headers, body, now)?;
    /// let Event::ApiDeposit(deposit) = &*event else { panic!("another kind") };
    /// assert_eq!(deposit.status, DepositStatus::Success);
    /// // ... store it under event.dedup_key(), query the record with deposit.query(), book that, then:
    /// let reply = ccpayment_client::v2::ack();
    /// assert_eq!(reply.body().as_ref(), b"Success");
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
        match Signature::of(headers) {
            Signature::Present(parts) => self.receive_parts(&parts, body, now),
            Signature::Absent | Signature::Malformed => Err(WebhookError::Refused),
        }
    }

    /// Why [`receive`](Self::receive) does not accept a webhook, for **the owner of the secret**; `None` if it does.
    ///
    /// Print or log it, and never send it back: each difference between refusals helps a forger. Call it after the reply is
    /// sent.
    #[cfg(feature = "explain")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Option<Diagnosis> {
        let error = self.receive(headers, body, now).err()?;
        if matches!(error, WebhookError::Unreadable { .. }) {
            return Some(Diagnosis::new(Cause::UnreadableField, error.to_string()));
        }
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()));
        let window = Window::default();
        self.key
            .diagnose_webhook(headers, body, now.as_secs(), &window)
    }

    /// As [`receive`](Self::receive), for headers that are not in a [`HeaderMap`].
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
            .verify_webhook(headers, body, now.as_secs(), &Window::default())
            .map_err(|_| WebhookError::Refused)?
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

/// The acknowledgement, sent after the event was committed: exactly `Success` as plain text under HTTP status 200. The gateway
/// then stops sending the webhook. The activation probe needs it too, or the console does not store the URL.
#[must_use]
pub fn ack() -> http::Response<Bytes> {
    reply::text(StatusCode::OK, "Success")
}

/// The reply that makes the gateway send the webhook again, up to six times: status 500.
#[must_use]
pub fn nack() -> http::Response<Bytes> {
    reply::text(StatusCode::INTERNAL_SERVER_ERROR, "Failed")
}
