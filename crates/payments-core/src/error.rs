use crate::decide::{Event, History, decide};
use crate::outcome::next_step;
use crate::redact::one_line;
use crate::{
    Effect, Fault, InvalidKind, InvalidRequest, Kind, NextStep, Outcome, RawAnswer, Reach,
    TransportError, TransportErrorKind,
};
use http::StatusCode;
use std::error::Error as StdError;
use std::fmt;

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
        Self::new(provider, operation, Outcome::NotApplied, 0, cause, None)
    }

    /// The error of a single attempt that the provider answered with a fault, for callers with another HTTP stack.
    ///
    /// It does not include other attempts: a caller who may have reached the provider with the same reference before
    /// must treat [`Kind::Duplicate`] as [`Outcome::Unknown`].
    pub fn from_fault(
        provider: &'static str,
        operation: &'static str,
        effect: Effect,
        fault: Fault,
        raw: Option<RawAnswer>,
    ) -> Self {
        let fault = match &raw {
            Some(raw) => fault.under(effect, raw.status()),
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
        Self::new(provider, operation, outcome, 1, cause, raw)
    }

    pub(crate) fn new(
        provider: &'static str,
        operation: &'static str,
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
        next_step(self.kind(), self.0.outcome)
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

    /// The HTTP status of the answer in [`raw`](Self::raw).
    pub fn status(&self) -> Option<StatusCode> {
        self.0.raw.as_ref().map(RawAnswer::status)
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
        let Details {
            provider,
            operation,
            outcome,
            attempts,
            cause,
            raw,
        } = &*self.0;
        write!(f, "{provider} {operation}: ")?;
        match cause {
            Cause::Invalid(invalid) => {
                write!(f, "{}", one_line(&invalid.to_string(), LOCAL_CHARS))?;
            }
            Cause::Transport(error) => {
                write!(f, "{}", one_line(&error.to_string(), LOCAL_CHARS))?;
            }
            Cause::Fault(fault) => {
                write!(f, "{fault}")?;
                if let Some(raw) = raw {
                    write!(f, ", HTTP {}", raw.status().as_u16())?;
                }
            }
        }
        if *attempts > 1 {
            write!(f, ", after {attempts} attempts")?;
        }
        write!(f, "; {outcome}; {}", self.next_step())
    }
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
