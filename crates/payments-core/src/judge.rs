//! What an answer proves under its HTTP status.

use crate::decide::Event;
use crate::retry_after::retry_after;
use crate::{Effect, Fault, Kind, Operation, Protocol, Timestamp, evidence};
use bytes::Bytes;
use http::StatusCode;
use std::borrow::Cow;
use std::time::Duration;

/// Reads an answer with [`Protocol::open`] and judges the result by the HTTP status.
///
/// A provider's own answers, successes and refusals, have status 200; no provider documents another one. Under another status, a proxy or the
/// server's framework may have written the answer, even after the request was executed. So it proves nothing about a write:
///
/// | the answer under a status other than 200 | [`Read`](Effect::Read) | write |
/// |---|---|---|
/// | 429, or 503 with `Retry-After` | [`Kind::Busy`] | [`Kind::Busy`], effect unknown |
/// | a success | [`Kind::Unavailable`] | [`Kind::Unavailable`], effect unknown |
/// | a success that differs from the request | [`Kind::Integrity`] | [`Kind::Integrity`], effect unknown |
/// | a refusal, "busy", "exists already" | under 5xx [`Kind::Unavailable`], else as it is | [`Kind::Ambiguous`], effect unknown |
/// | not the documented shape | under 5xx, 408 and 425 [`Kind::Unavailable`], else as it is | the same, effect unknown |
/// | anything else | as it is | as it is, effect unknown |
///
/// The provider's code and message stay in the fault. The [`Executor`](crate::Executor) and the clients' `parse` use this function.
///
/// # Errors
/// A [`Fault`]: what the answer proves.
///
/// ```
/// use payments_core::{
///     Effect, Fault, InvalidRequest, Kind, Operation, Protocol, Refusal, Timestamp, open_answer,
/// };
/// # use bytes::Bytes;
/// # struct Payout;
/// # impl Operation for Payout {
/// #     type Output = ();
/// #     const NAME: &'static str = "payout";
/// #     const EFFECT: Effect = Effect::Unkeyed;
/// # }
/// # struct Gateway;
/// # impl Protocol<Payout> for Gateway {
/// #     fn provider(&self) -> &'static str { "gateway" }
/// #     fn seal(&self, _: &Payout, _: Timestamp) -> Result<http::Request<Bytes>, InvalidRequest> {
/// #         Ok(http::Request::new(Bytes::new()))
/// #     }
/// #     fn open(&self, _: &Payout, _: &http::Response<Bytes>, _: Timestamp) -> Result<(), Fault> {
/// #         Err(Fault::refused(Refusal::Permission).code("7"))
/// #     }
/// # }
/// // A gateway whose every answer is a refusal.
/// let mut answer = http::Response::new(bytes::Bytes::from_static(b"7"));
/// let kind = |answer: &_| {
///     open_answer(&Gateway, &Payout, answer, Timestamp::from_secs(0)).unwrap_err().kind()
/// };
/// assert_eq!(kind(&answer), Kind::Refused(Refusal::Permission));
/// *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
/// assert_eq!(kind(&answer), Kind::Ambiguous);
/// ```
pub fn open_answer<P, O>(
    protocol: &P,
    op: &O,
    answer: &http::Response<Bytes>,
    now: Timestamp,
) -> Result<O::Output, Fault>
where
    P: Protocol<O> + ?Sized,
    O: Operation,
{
    let status = answer.status();
    let fault = match protocol.open(op, answer, now) {
        Ok(output) if status == StatusCode::OK => return Ok(output),
        Ok(_) => Fault::unavailable().headline("a success counts under HTTP status 200 only"),
        Err(fault) => evidence::name_compression(fault, answer),
    };
    let wait = retry_after(answer.headers(), now);
    Err(judged(fault, O::EFFECT, status, wait))
}

/// The fault under the status of its answer. A fault that was judged before stays as it is.
pub(crate) fn judged(
    fault: Fault,
    effect: Effect,
    status: StatusCode,
    retry_after: Option<Duration>,
) -> Fault {
    if fault.judged_by().is_some() {
        return fault;
    }
    let fault = fault.with_status(status);
    let is_busy = status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE && retry_after.is_some());
    if is_busy {
        let about = if status == StatusCode::TOO_MANY_REQUESTS {
            "429 too many requests"
        } else {
            "503 service unavailable"
        };
        return fault
            .about(Cow::Borrowed(about))
            .quote(None)
            .with_meaning(Kind::Busy, Event::MaybeSent)
            .with_retry_after(retry_after);
    }
    if status == StatusCode::OK {
        return fault;
    }
    match fault.event() {
        Event::Mismatch => fault.with_meaning(Kind::Integrity, Event::Ambiguous),
        Event::Refused | Event::Busy | Event::Duplicate if effect != Effect::Read => {
            fault.with_meaning(Kind::Ambiguous, Event::Ambiguous)
        }
        Event::Refused | Event::Busy | Event::Duplicate | Event::Ambiguous
            if effect == Effect::Read && status.is_server_error() =>
        {
            fault
                .with_meaning(Kind::Unavailable, Event::MaybeSent)
                .headline("the gateway's server failed")
        }
        Event::Unusable if fault.kind() == Kind::Undecodable && asks_again(status) => {
            fault.with_meaning(Kind::Unavailable, Event::MaybeSent)
        }
        _ => fault,
    }
}

/// Whether another attempt may get an answer: the server failed, or asks to send the request again.
fn asks_again(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY)
}

/// Whether an answer with this status that is not the API's comes from another place than the provider's application: the base
/// URL is wrong, or a proxy or firewall refused the request. Another attempt later does not help.
pub(crate) fn is_from_elsewhere(status: StatusCode) -> bool {
    status.is_redirection()
        || (status.is_client_error()
            && status != StatusCode::TOO_MANY_REQUESTS
            && !asks_again(status))
}
