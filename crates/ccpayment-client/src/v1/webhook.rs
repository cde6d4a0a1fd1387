//! Verifies and reads webhooks: notifications of payments, withdrawals and refunds.

mod event;
mod kinds;
mod transfer;

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use payments_core::{Timestamp, WebhookError};
use payments_signing::Verified;
use payments_signing::ccpayment::{Headers, Key, Window};
#[cfg(feature = "explain")]
use payments_signing::{Cause, Diagnosis};

use super::config::Config;
use crate::headers::Signature;
use crate::reply;

pub use event::{Event, Unlisted};
pub use kinds::{ApiDeposit, ApiWithdrawal, DirectDeposit, Invoice, Refund};
pub use transfer::{Quote, Transfer};

/// Verifies webhooks. Created by [`Client::webhooks`](super::Client::webhooks), or from a [`Config`] in a service that
/// only receives.
///
/// A webhook is valid for two minutes before and after its timestamp (that the future counts is `assumed`), by the time
/// given to [`receive`](Self::receive). That clock must be right: the correction that the client learns from answers is
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

    /// Verifies the headers and the exact bytes of the body, and reads the event.
    ///
    /// Pass the bytes as received: a body that was parsed and serialized again has another signature. The same event
    /// arrives up to seven times until it is acknowledged, and again when it is resent on request: handle it once, by
    /// [`dedup_key`](Event::dedup_key).
    ///
    /// # Errors
    /// - [`WebhookError::Refused`] if it is not genuine, not for this merchant or not fresh. Which of them is not revealed.
    /// - [`WebhookError::Unreadable`] if it is genuine but lacks a field that every webhook has, has one that cannot be
    ///   read, or is a credit without amount or coin.
    ///
    /// ```
    /// use ccpayment_client::v1::{Config, DEFAULT_BASE_URL, Event, Webhooks};
    /// use payments_core::{Timestamp, WebhookError};
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

/// The acknowledgement, sent after the event was committed: exactly `success` under HTTP status 200. The gateway then
/// stops sending the webhook.
#[must_use]
pub fn ack() -> http::Response<Bytes> {
    reply::text(StatusCode::OK, "success")
}

/// The reply that makes the gateway send the webhook again, up to six times: status 500. The gateway treats every reply
/// other than `success` as a failure.
#[must_use]
pub fn nack() -> http::Response<Bytes> {
    reply::text(StatusCode::INTERNAL_SERVER_ERROR, "failed")
}
