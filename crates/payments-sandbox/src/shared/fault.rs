//! Faults on demand: what the next request to a gateway or its next webhook meets, at every gateway in the same way.

pub(crate) mod answer;
mod body;
mod data;
mod json;
mod kind;
pub(crate) mod meet;
mod problems;
pub(crate) mod waiting;
pub(crate) mod webhook;
mod wire;

use std::time::Duration;

use super::clock::millis;
use super::gateway::Gateway;

pub use kind::{FaultKind, FaultWhen};

/// Requests that one fault can meet at most.
pub(crate) const MOST_TIMES: u32 = 1_000;
/// The parts that a rate is counted in.
const RATE_PARTS: u32 = 1_000_000;

/// What the next valid request to a gateway meets: its answer is lost, late, broken or another one, before or after the request
/// took effect. Or what its next webhook meets. Only requests with a valid signature count.
///
/// A request that its gateway refuses anyway keeps its own refusal where a fault would change the content of a success; what
/// happens to the connection, the headers or the body happens to a refusal as well.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use std::time::Duration;
/// use payments_sandbox::{Fault, FaultKind, Gateway, Sandbox};
///
/// let sandbox = Sandbox::builder().start().await?;
/// // The next payout is made, and the connection closes without an answer.
/// sandbox.fault(Fault::after(Gateway::CPAY).call("withdraw"))?;
/// // The next two requests of any kind are not carried out: a proxy answers 502.
/// sandbox.fault(Fault::instead(Gateway::CCPAYMENT).http_status(502).times(2))?;
/// // A fifth of all requests for one hour, always the same ones: the answer breaks off.
/// let half = Fault::after(Gateway::CCPAYMENT_V2).kind(FaultKind::Half);
/// sandbox.fault(half.rate(0.2, 7).lasting(Duration::from_secs(3_600)))?;
/// // The next webhook is sent twice.
/// sandbox.fault(Fault::webhook(Gateway::CPAY, FaultKind::WebhookDuplicate))?;
/// // ChainUp has no such code.
/// assert!(sandbox.fault(Fault::instead(Gateway::CHAINUP_OPAY).code(12_345)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until `Sandbox::fault`"]
pub struct Fault {
    pub(crate) gateway: Gateway,
    pub(crate) call: Option<String>,
    pub(crate) when: FaultWhen,
    pub(crate) kind: FaultKind,
    pub(crate) code: Option<i64>,
    pub(crate) http_status: Option<u16>,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) field: Option<String>,
    pub(crate) bytes: Option<u32>,
    pub(crate) delay_ms: u64,
    /// `None`: once, or without this limit if there is a rate or an end.
    pub(crate) times: Option<u32>,
    pub(crate) lasting_ms: Option<u64>,
    pub(crate) rate: Option<Rate>,
}

/// The header `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Seconds(u64),
    /// The date so many seconds from now on the machine's clock.
    Date(u64),
}

/// The part of the requests that meet a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Of a million. `None` if the number that was asked for is no rate.
    pub(crate) parts: Option<u32>,
    pub(crate) seed: u64,
}

impl Rate {
    /// As a number up to 1.
    pub(crate) fn part(self) -> Option<f64> {
        self.parts
            .map(|parts| f64::from(parts) / f64::from(RATE_PARTS))
    }
}

impl Fault {
    fn new(gateway: Gateway, when: FaultWhen, kind: FaultKind) -> Self {
        Self {
            gateway,
            call: None,
            when,
            kind,
            code: None,
            http_status: None,
            retry_after: None,
            field: None,
            bytes: None,
            delay_ms: 0,
            times: None,
            lasting_ms: None,
            rate: None,
        }
    }

    /// The request is not carried out. Unless something else is set, the connection closes without an answer.
    pub fn instead(gateway: Gateway) -> Self {
        Self::new(gateway, FaultWhen::Instead, FaultKind::Cut)
    }

    /// The request is carried out, and its answer does not arrive. Unless something else is set, the connection closes.
    pub fn after(gateway: Gateway) -> Self {
        Self::new(gateway, FaultWhen::After, FaultKind::Cut)
    }

    /// The next attempt to send a webhook meets this kind of fault, one of the group `webhook`.
    pub fn webhook(gateway: Gateway, kind: FaultKind) -> Self {
        Self::new(gateway, FaultWhen::Webhook, kind)
    }

    /// The request arrives this much later, on the sandbox's clock, and is then carried out and answered as usual, also if its
    /// client has gone.
    pub fn late_request(gateway: Gateway, delay: Duration) -> Self {
        Self::new(gateway, FaultWhen::Instead, FaultKind::Late).delay(delay)
    }

    /// The request is carried out at once, and its answer comes this much later, on the sandbox's clock.
    pub fn late_answer(gateway: Gateway, delay: Duration) -> Self {
        Self::new(gateway, FaultWhen::After, FaultKind::Late).delay(delay)
    }

    /// What happens. Default: [`FaultKind::Cut`].
    pub fn kind(mut self, kind: FaultKind) -> Self {
        self.kind = kind;
        self
    }

    /// Only this call meets the fault, e.g. `withdraw` or `bill/create`. Default: every call.
    pub fn call(mut self, name: impl Into<String>) -> Self {
        self.call = Some(name.into());
        self
    }

    /// Nothing is answered, and the connection stays open until the client closes it.
    pub fn no_answer(self) -> Self {
        self.kind(FaultKind::Lost)
    }

    /// The answer is the gateway's own error with this code, signed as its errors are. ChainUp's codes must be published ones.
    pub fn code(mut self, code: i64) -> Self {
        self.code = Some(code);
        self.kind(FaultKind::Code)
    }

    /// The answer has this HTTP status, from 200 to 599. Without a [`code`](Self::code) or another kind, its body is the HTML page
    /// of a proxy. For a redirect a status from 301 to 308.
    pub fn http_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        if self.kind == FaultKind::Cut {
            self.kind = FaultKind::Page;
        }
        self
    }

    /// The answer has the header `Retry-After` with this many seconds. For a code or the page of a proxy.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(RetryAfter::Seconds(seconds));
        self
    }

    /// The answer has the header `Retry-After` with the date this many seconds from now, on the machine's clock.
    pub fn retry_after_date(mut self, seconds: u64) -> Self {
        self.retry_after = Some(RetryAfter::Date(seconds));
        self
    }

    /// The field of the answer's data that is changed; for [`FaultKind::ExtraField`] the name of the new one. Default: the first
    /// field that fits.
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// How many bytes of the answer are sent before a reset (default: 0), the size of the pieces of a slow answer (16), how much a
    /// truncated body keeps (half), or the place of the wrong letter in a signature (0). Up to one MiB.
    pub fn bytes(mut self, bytes: u32) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// What happens to the answer or the webhook happens this much later, on the sandbox's clock. Up to thirty days.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_ms = millis(delay);
        self
    }

    /// How many requests or webhooks meet the fault, from 1 to 1000. Default: 1; 1000 with a [rate](Self::rate) or an
    /// [end](Self::lasting). For [`FaultKind::Lagging`] at least 2: a request and its repetition.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The fault ends this long after it was asked for, on the sandbox's clock. Up to thirty days. Default: when it was met.
    pub fn lasting(mut self, time: Duration) -> Self {
        self.lasting_ms = Some(millis(time));
        self
    }

    /// Only this part of the requests meets the fault, e.g. `0.2`. The same seed chooses the same ones among the requests in their
    /// order.
    pub fn rate(mut self, part: f64, seed: u64) -> Self {
        // A number of millionths is small enough for every cast.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let parts =
            (part > 0.0 && part <= 1.0).then(|| (part * f64::from(RATE_PARTS)).round() as u32);
        self.rate = Some(Rate { parts, seed });
        self
    }

    /// The bytes that were set.
    fn byte_count(&self) -> Option<usize> {
        self.bytes.and_then(|bytes| usize::try_from(bytes).ok())
    }

    /// The wait before what happens to the answer. The pieces of a slow answer have the delay between them instead.
    fn wait_ms(&self) -> u64 {
        match self.kind {
            FaultKind::Trickle => 0,
            _ => self.delay_ms,
        }
    }

    /// How many requests can meet the fault.
    fn most_times(&self) -> u32 {
        let is_open = self.rate.is_some() || self.lasting_ms.is_some();
        self.times.unwrap_or(if is_open { MOST_TIMES } else { 1 })
    }

    /// What happens, for the record.
    fn sentence(&self) -> String {
        let deed = match self.when {
            FaultWhen::Instead if self.kind == FaultKind::Late => "the request arrived late",
            FaultWhen::Instead => "the request was not carried out",
            FaultWhen::After => "the request was carried out",
            FaultWhen::Webhook => "the webhook met it",
        };
        let (kind, what) = (self.kind.as_str(), self.kind.what());
        format!("fault {kind}: {deed}. {what}")
    }

    /// What happens to the answer of a request that its gateway refuses, for the record.
    fn sentence_of_refusal(&self) -> String {
        let (kind, what) = (self.kind.as_str(), self.kind.what());
        // A refusal has no data to change.
        let is_kept = matches!(self.kind, FaultKind::Code | FaultKind::Lagging)
            || self.kind.group() == "data";
        match is_kept {
            true => {
                format!("fault {kind}: the gateway refused the request; the fault changed nothing")
            }
            false => format!("fault {kind}: the gateway refused the request. {what}"),
        }
    }
}
