use crate::decide::{Event, History, decide};
use crate::judge::{is_from_elsewhere, judged};
use crate::outcome::next_step;
use crate::redact::one_line;
use crate::{
    Effect, Fault, InvalidKind, InvalidRequest, Kind, NextStep, Outcome, RawAnswer, Reach,
    TransportError, TransportErrorKind,
};
use http::StatusCode;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// A failed call: what happened, whether it took effect, and what to do next.
///
/// `Display` is one line without query, body or secret; the provider's message in it is shortened and escaped.
/// [`message`](Self::message) and [`raw`](Self::raw) return everything unchanged.
#[derive(Debug)]
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    provider: &'static str,
    operation: &'static str,
    /// `None` if the request was refused before any I/O.
    effect: Option<Effect>,
    outcome: Outcome,
    attempts: u32,
    cause: Cause,
    raw: Option<RawAnswer>,
}

/// One failed attempt: what it means for the decision is [`event`](Self::event).
#[derive(Debug)]
pub(crate) enum Cause {
    Invalid(InvalidRequest),
    Transport(TransportError),
    Fault(Fault),
}

impl Error {
    /// A refusal before any I/O: nothing was sent, nothing took effect.
    pub fn local(provider: &'static str, operation: &'static str, invalid: InvalidRequest) -> Self {
        let cause = Cause::Invalid(invalid);
        Self::new(
            provider,
            operation,
            None,
            Outcome::NotApplied,
            0,
            cause,
            None,
        )
    }

    /// The error of a single attempt that the provider answered with a fault, for callers with another HTTP stack.
    ///
    /// `fault` comes from a client's `parse` or from [`open_answer`](crate::open_answer), which have judged it by the HTTP status. A fault
    /// that a [`Protocol`](crate::Protocol) returned directly is judged by the status of `raw`. Without `raw` it is used unchanged: do this
    /// only for a provider that documents what each status proves.
    ///
    /// The error does not include other attempts: a caller who may have reached the provider with the same reference before
    /// must treat [`Kind::Duplicate`] as [`Outcome::Unknown`].
    pub fn from_fault(
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
        fault: Fault,
        raw: Option<RawAnswer>,
    ) -> Self {
        let fault = match &raw {
            Some(raw) => judged(fault, effect, raw.status(), None),
            None => fault,
        };
        Self::single(provider, operation, effect, Cause::Fault(fault), raw)
    }

    /// The error of a single attempt without a usable answer, for callers with another HTTP stack.
    pub fn from_transport(
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
        error: TransportError,
    ) -> Self {
        Self::single(provider, operation, effect, Cause::Transport(error), None)
    }

    fn single(
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
        cause: Cause,
        raw: Option<RawAnswer>,
    ) -> Self {
        let outcome = decide(effect, History::EMPTY, cause.event()).outcome;
        Self::new(provider, operation, Some(effect), outcome, 1, cause, raw)
    }

    pub(crate) fn new(
        provider: &'static str,
        operation: &'static str,
        effect: Option<Effect>,
        outcome: Outcome,
        attempts: u32,
        cause: Cause,
        raw: Option<RawAnswer>,
    ) -> Self {
        let raw = match &cause {
            Cause::Transport(error) => error.partial().cloned().or(raw),
            Cause::Invalid(_) | Cause::Fault(_) => raw,
        };
        Self(Box::new(Details {
            provider,
            operation,
            effect,
            outcome,
            attempts,
            cause,
            raw,
        }))
    }

    /// What went wrong, in the last attempt.
    pub fn kind(&self) -> Kind {
        self.0.cause.kind()
    }

    /// Whether the call took effect: the worst over all attempts.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// What to do about it.
    pub fn next_step(&self) -> NextStep {
        let elsewhere = self.judged_by().is_some_and(is_from_elsewhere);
        next_step(self.kind(), self.0.outcome, elsewhere)
    }

    /// How long the gateway asks to wait before another request: `Retry-After` of an answer with HTTP status 429 or 503, at most
    /// a day. No attempt was made before that time.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.cause.retry_after()
    }

    /// The provider's name.
    pub fn provider(&self) -> &'static str {
        self.0.provider
    }

    /// The operation's name.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The provider's code as received, known or not.
    pub fn code(&self) -> Option<&str> {
        self.fault().and_then(Fault::provider_code)
    }

    /// The provider's message, unchanged: untrusted text of any length. Escape it before you log or display it.
    pub fn message(&self) -> Option<&str> {
        self.fault().and_then(Fault::provider_message)
    }

    /// The id under which the provider can find the request.
    pub fn request_id(&self) -> Option<&str> {
        self.fault().and_then(Fault::provider_request_id)
    }

    /// The field, option or setting that was refused before any I/O.
    pub fn field(&self) -> Option<&'static str> {
        match &self.0.cause {
            Cause::Invalid(invalid) => Some(invalid.field()),
            Cause::Transport(_) | Cause::Fault(_) => None,
        }
    }

    /// The HTTP status of the last answer: see [`raw`](Self::raw).
    pub fn status(&self) -> Option<StatusCode> {
        let raw = self.0.raw.as_ref().map(RawAnswer::status);
        self.judged_by().or(raw)
    }

    /// How many requests were passed to the transport; zero if the call was refused before any I/O.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The last answer as received, or the received part of it. If the last attempt has none, it is the answer of an
    /// earlier one.
    pub fn raw(&self) -> Option<&RawAnswer> {
        self.0.raw.as_ref()
    }

    /// The status of the answer that is the cause.
    fn judged_by(&self) -> Option<StatusCode> {
        self.fault().and_then(Fault::judged_by)
    }

    fn fault(&self) -> Option<&Fault> {
        match &self.0.cause {
            Cause::Fault(fault) => Some(fault),
            Cause::Invalid(_) | Cause::Transport(_) => None,
        }
    }
}

impl Cause {
    pub(crate) fn event(&self) -> Event {
        match self {
            Self::Invalid(_) => Event::Local,
            Self::Fault(fault) => fault.event(),
            Self::Transport(error) => match (error.kind(), error.reach()) {
                (TransportErrorKind::Refused, Reach::NotSent) => Event::Local,
                (TransportErrorKind::TooLarge, _) => Event::Unusable,
                (_, Reach::NotSent) => Event::NotSent,
                (_, Reach::MaybeSent | Reach::ResponseStarted) => Event::MaybeSent,
            },
        }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Fault(fault) => fault.retry_after(),
            Self::Invalid(_) | Self::Transport(_) => None,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Fault(fault) => fault.kind(),
            Self::Invalid(invalid) => match invalid.kind() {
                InvalidKind::Request => Kind::Invalid,
                InvalidKind::Unsupported => Kind::Unsupported,
                InvalidKind::Configuration => Kind::Configuration,
                InvalidKind::Busy => Kind::Busy,
            },
            Self::Transport(error) => match error.kind() {
                TransportErrorKind::Connect => Kind::Connect,
                TransportErrorKind::Timeout => Kind::Timeout,
                TransportErrorKind::Io => Kind::Network,
                TransportErrorKind::TooLarge => Kind::Undecodable,
                TransportErrorKind::Refused => Kind::Configuration,
            },
        }
    }
}

/// The longest local text in a line, in characters.
const LOCAL_CHARS: usize = 200;

/// One line: provider and operation, what happened, whether it took effect, what to do next.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        write!(f, "{} {}: ", details.provider, details.operation)?;
        match &details.cause {
            Cause::Invalid(invalid) => {
                write!(f, "{}", one_line(&invalid.to_string(), LOCAL_CHARS))?;
            }
            Cause::Transport(error) => {
                write!(f, "{}", one_line(&error.to_string(), LOCAL_CHARS))?;
            }
            Cause::Fault(fault) => {
                write!(f, "{fault}")?;
                if let Some(status) = self.status() {
                    write!(f, ", HTTP {}", status.as_u16())?;
                    f.write_str(hint(status, fault.kind()))?;
                }
            }
        }
        if details.attempts > 1 {
            write!(f, ", after {} attempts", details.attempts)?;
        }
        write!(f, "; {}; ", details.outcome)?;
        self.write_next_step(f)
    }
}

impl Error {
    fn write_next_step(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.next_step();
        if step != NextStep::RetryLater {
            return write!(f, "{step}");
        }
        match self.retry_after() {
            Some(wait) => write!(f, "try again in {} s", seconds(wait))?,
            None => f.write_str("try again later")?,
        }
        // A read has no reference that prevents duplicates.
        match self.0.effect {
            Some(Effect::Read) => Ok(()),
            _ => f.write_str(" with the same reference"),
        }
    }
}

/// What the status of an answer that is not the API's suggests.
fn hint(status: StatusCode, kind: Kind) -> &'static str {
    let is_foreign = matches!(kind, Kind::Unavailable | Kind::Undecodable);
    match (status.as_u16(), kind) {
        (300..=399 | 404 | 405 | 410 | 421, _) if is_foreign => ": check base_url",
        // The API's own form, perhaps of another version of it.
        (300..=399 | 404 | 405 | 410 | 421, Kind::Unverified | Kind::Ambiguous) => {
            ": check base_url"
        }
        (401 | 403 | 407 | 451, _) if is_foreign => " from a proxy or firewall",
        _ => "",
    }
}

/// Rounded up: whoever waits as many whole seconds is not early.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs()
        .saturating_add(u64::from(wait.subsec_nanos() > 0))
}

/// The refusal, transport error or fault of the last attempt, with its sources.
impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(match &self.0.cause {
            Cause::Invalid(invalid) => invalid,
            Cause::Transport(error) => error,
            Cause::Fault(fault) => fault,
        })
    }
}
