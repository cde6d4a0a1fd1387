//! `webhook/resend`: webhooks of a time that has passed, once more.

use payments_core::{Effect, Fault, InvalidRequest, Operation, RawAnswer, Timestamp};
use serde::{Deserialize, Serialize};

use crate::v1::OrderType;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};

/// The most that one call may cover.
const HOUR_S: u64 = 60 * 60;

/// Asks for webhooks once more: `POST webhook/resend`, "Resend Webhook Notification".
///
/// Those of confirmed transactions only. Once a minute and 25 times a day: the client keeps count and refuses a call
/// beyond that before anything is sent.
///
/// **Effect: unkeyed.** No money moves; a second call sends the webhooks a second time and costs one of the day's.
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
#[must_use = "it is asked for by `Client::resend_webhooks`"]
pub struct ResendWebhooks {
    start: Timestamp,
    end: Option<Timestamp>,
    delivered_too: bool,
    only: Option<OrderType>,
}

impl ResendWebhooks {
    /// Those of the hour from `start` on, that were not delivered, of every type. Parts of a second are cut off.
    pub const fn since(start: Timestamp) -> Self {
        Self {
            start,
            end: None,
            delivered_too: false,
            only: None,
        }
    }

    /// Up to this moment: one second to one hour after the start, which is the default. Parts of a second are cut off.
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.end = Some(end);
        self
    }

    /// Also those that were delivered. By default only those that were not.
    pub const fn delivered_too(mut self, delivered_too: bool) -> Self {
        self.delivered_too = delivered_too;
        self
    }

    /// Of this type only. By default all.
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
        if matches!(self.only, Some(OrderType::Other(_))) {
            return Err(
                InvalidRequest::request("only", "is no type that the gateway lists")
                    .allowed("one of the named types"),
            );
        }
        let Some(end) = self.end else {
            return Ok(());
        };
        // By whole seconds, as they are sent.
        let (start, end) = (self.start.as_secs(), end.as_secs());
        if end <= start {
            return Err(InvalidRequest::request("until", "is not after the start")
                .allowed("up to one hour later"));
        }
        if end - start > HOUR_S {
            return Err(
                InvalidRequest::request("until", "is too far from the start")
                    .allowed("up to one hour later"),
            );
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    start_timestamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_timestamp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_result: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_type: Option<&'a OrderType>,
}

impl Wired for ResendWebhooks {
    const PATH: &'static str = "webhook/resend";

    fn body(&self) -> impl Serialize {
        Body {
            start_timestamp: self.start.as_secs(),
            end_timestamp: self.end.map(Timestamp::as_secs),
            webhook_result: self.delivered_too.then_some("All Result"),
            transaction_type: self.only.as_ref(),
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<Resent, Fault> {
        let told = answer.data_if_any::<Told>();
        Ok(answer.keep(Resent {
            count: told.and_then(|told| told.count.or(told.resend_count)),
            raw: None,
        }))
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(
        rename = "resendCount",
        default,
        deserialize_with = "crate::v1::informative::integer"
    )]
    count: Option<u64>,
    #[serde(default, deserialize_with = "crate::v1::informative::integer")]
    resend_count: Option<u64>,
}

/// What `webhook/resend` answers: it was taken. No page of v1 shows the rest.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Resent {
    /// How many are sent again, if the answer tells it (`assumed` from v2).
    pub count: Option<u64>,
    raw: Option<RawAnswer>,
}

keeps_raw!(Resent);
