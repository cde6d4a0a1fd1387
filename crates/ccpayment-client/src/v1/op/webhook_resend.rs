//! `webhook/resend`: sends past webhooks again.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, Seconds};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::{Deserialize, Serialize, Serializer};

use crate::v1::protocol::{Account, Call};
use crate::v1::status::OrderType;

/// The longest period of one call.
const HOUR_SECS: u64 = 60 * 60;

/// Asks for past webhooks again: `POST webhook/resend`, "Resend Webhook Notification".
///
/// Of confirmed transactions only. Allowed once a minute and 25 times a day: the client counts its calls and refuses further
/// ones before anything is sent.
///
/// **Effect: unkeyed.** No money moves; a second call sends the webhooks a second time and uses another of the day's 25.
///
/// ```
/// use ccpayment_client::v1::{OrderType, ResendWebhooks};
/// use payments_core::Timestamp;
///
/// let outage = Timestamp::from_secs(1_700_000_000);
/// let resend = ResendWebhooks::since(outage).only(OrderType::ApiDeposit).delivered_too(true);
/// # let _ = resend;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "webhooks are resent by `Client::resend_webhooks`"]
pub struct ResendWebhooks {
    start: Timestamp,
    end: Option<Timestamp>,
    delivered_too: bool,
    only: Option<OrderType>,
}

impl ResendWebhooks {
    /// The undelivered webhooks of every type in the hour from `start` on. Fractions of a second are cut off.
    pub const fn since(start: Timestamp) -> Self {
        Self {
            start,
            end: None,
            delivered_too: false,
            only: None,
        }
    }

    /// The end of the period: one second to one hour after the start. Default: one hour. Fractions of a second are cut off.
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.end = Some(end);
        self
    }

    /// Also the delivered webhooks. Default: only the undelivered.
    pub const fn delivered_too(mut self, delivered_too: bool) -> Self {
        self.delivered_too = delivered_too;
        self
    }

    /// Only webhooks of this type. Default: all.
    pub fn only(mut self, order_type: OrderType) -> Self {
        self.only = Some(order_type);
        self
    }
}

impl Operation for ResendWebhooks {
    type Output = Resent;
    const NAME: &'static str = "resend_webhooks";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        let only = match self.only {
            Some(OrderType::Other(_)) => {
                Err(InvalidRequest::request("only", "is not a listed type")
                    .allowed("one of the named types"))
            }
            _ => Ok(()),
        };
        InvalidRequest::all([only, self.check_end()])
    }
}

impl ResendWebhooks {
    fn check_end(&self) -> Result<(), InvalidRequest> {
        let Some(end) = self.end else {
            return Ok(());
        };
        // In whole seconds, as they are sent.
        let (start, end) = (self.start.as_secs(), end.as_secs());
        let problem = if end <= start {
            "is not after the start"
        } else if end - start > HOUR_SECS {
            "is too far from the start"
        } else {
            return Ok(());
        };
        Err(InvalidRequest::request("until", problem).allowed("up to one hour later"))
    }
}

/// `delivered_too` becomes a text.
impl Serialize for ResendWebhooks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireResend {
            start_timestamp: self.start,
            end_timestamp: self.end,
            webhook_result: self.delivered_too.then_some("All Result"),
            transaction_type: self.only.as_ref(),
        }
        .serialize(serializer)
    }
}

#[serde_with::skip_serializing_none]
#[serde_with::serde_as]
#[derive(Serialize)]
struct WireResend<'a> {
    #[serde_as(as = "Seconds")]
    start_timestamp: Timestamp,
    #[serde_as(as = "Option<Seconds>")]
    end_timestamp: Option<Timestamp>,
    webhook_result: Option<&'static str>,
    transaction_type: Option<&'a OrderType>,
}

impl Call for ResendWebhooks {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("webhook/resend", self, now)
    }

    /// No page shows the answer: `data` of any shape is accepted.
    fn decode(&self, answer: Answer<'_>) -> Result<Resent, Fault> {
        let wire: WireResent = answer.data().unwrap_or_default();
        Ok(answer.keep(Resent {
            count: wire.camel_case.or(wire.snake_case),
            raw: None,
        }))
    }
}

#[serde_with::apply(Option => #[serde(default)] #[serde_as(as = "Lenient")])]
#[serde_with::serde_as]
#[derive(Default, Deserialize)]
struct WireResent {
    #[serde(rename = "resendCount")]
    camel_case: Option<u64>,
    #[serde(rename = "resend_count")]
    snake_case: Option<u64>,
}

/// The answer to `webhook/resend`: the request was accepted. No page of v1 shows more.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Resent {
    /// How many webhooks are resent, if the answer contains it (`assumed` from v2).
    pub count: Option<u64>,
    raw: Option<RawAnswer>,
}

keeps_raw!(Resent);
