//! `webhook/resend`: asks for past webhooks again.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, Seconds};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, ProviderRef, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::limits;
use crate::v2::protocol::{Account, Call};
use crate::v2::status::WebhookType;

/// The longest range.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Asks for the webhooks of up to an hour again: `POST webhook/resend`.
///
/// **Effect: unkeyed.** It moves no money. How often it may be called is not documented; v1 allowed one call a minute. Code
/// 11009 refuses more.
#[serde_with::skip_serializing_none]
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "webhooks are requested by `Client::resend_webhooks`"]
pub struct ResendWebhooks {
    #[serde_as(as = "Seconds")]
    #[serde(rename = "startTimestamp")]
    start: Timestamp,
    #[serde_as(as = "Option<Seconds>")]
    #[serde(rename = "endTimestamp")]
    end: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    record_ids: Vec<ProviderRef>,
    webhook_result: Option<&'static str>,
    transaction_type: Option<WebhookType>,
}

impl ResendWebhooks {
    /// From this time on, for an hour, unless [`until`](Self::until) limits it.
    pub const fn since(start: Timestamp) -> Self {
        Self {
            start,
            end: None,
            record_ids: Vec::new(),
            webhook_result: None,
            transaction_type: None,
        }
    }

    /// Until this time, up to an hour after the start.
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.end = Some(end);
        self
    }

    /// Only of these records, up to 50.
    pub fn records(mut self, record_ids: impl IntoIterator<Item = ProviderRef>) -> Self {
        self.record_ids = record_ids.into_iter().collect();
        self
    }

    /// Whether webhooks that were acknowledged are sent again, too. Default: only the others.
    pub const fn delivered_too(mut self, delivered_too: bool) -> Self {
        self.webhook_result = if delivered_too {
            Some("AllResult")
        } else {
            None
        };
        self
    }

    /// Only of this kind. Default: all.
    pub fn only(mut self, kind: WebhookType) -> Self {
        self.transaction_type = Some(kind);
        self
    }
}

impl Operation for ResendWebhooks {
    type Output = Resent;
    const NAME: &'static str = "resend_webhooks";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        let latest = self.start.checked_add(HOUR);
        let is_too_late = |end| latest.is_none_or(|latest| end > latest);
        InvalidRequest::all([
            limits::range("end", Some(self.start), self.end),
            match self.end {
                Some(end) if is_too_late(end) => Err(InvalidRequest::request("end", "is too late")
                    .allowed("an hour after the start")),
                _ => Ok(()),
            },
            limits::list("record_ids", &self.record_ids, 50),
            match self.transaction_type {
                Some(WebhookType::ActivateWebhookUrl | WebhookType::Other(_)) => Err(
                    InvalidRequest::request("transaction_type", "is not one that can be resent")
                        .allowed(
                            "ApiDeposit, DirectDeposit, ApiWithdrawal, UserDeposit, UserWithdrawal",
                        ),
                ),
                _ => Ok(()),
            },
        ])
    }
}

impl Call for ResendWebhooks {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("webhook/resend", self, now)
    }

    /// The answer repeats nothing of the request.
    fn decode(&self, answer: Answer<'_>) -> Result<Resent, Fault> {
        let resent: Resent = answer.data()?;
        Ok(answer.keep(resent))
    }
}

/// The answer to `webhook/resend`.
#[serde_with::serde_as]
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Resent {
    /// How many webhooks are sent again.
    #[serde(default)]
    #[serde_as(as = "Lenient")]
    pub resend_count: Option<u64>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Resent);
