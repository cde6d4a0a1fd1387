//! The error of a failed call.

use std::fmt;
use std::time::Duration;

use payments_core::{InvalidRequest, Kind, NextStep, Outcome, RawAnswer, Refusal};

use crate::ticket::Ticket;

/// A failed call: what happened, whether it took effect, what to do next.
///
/// The error of a call that moves money holds a [`Ticket`], unless it is certain that no order exists under the reference.
/// Store the ticket and [`resolve`](Ticket::resolve) it until the outcome is known. `Display` is one line without secrets. It
/// ends with the ticket's label. If the provider finds orders by reference, the label can be resolved as well, but without
/// comparing the payee.
#[derive(Debug)]
pub struct Error {
    cause: payments_core::Error,
    ticket: Option<Box<Ticket>>,
}

impl Error {
    /// See [`adapter::read_error`](crate::adapter::read_error).
    pub(crate) fn of_read(cause: payments_core::Error) -> Self {
        Self {
            cause,
            ticket: None,
        }
    }

    /// See [`adapter::money_error`](crate::adapter::money_error).
    pub(crate) fn of_move(cause: payments_core::Error, ticket: impl FnOnce() -> Ticket) -> Self {
        let ticket = may_have_made_order(&cause).then(ticket);
        let ticket = if cause.outcome() == Outcome::NotApplied {
            ticket.map(Ticket::refused)
        } else {
            ticket
        };
        Self {
            cause,
            ticket: ticket.map(Box::new),
        }
    }

    /// See [`adapter::refused`](crate::adapter::refused).
    pub(crate) fn local(
        provider: &'static str,
        operation: &'static str,
        invalid: InvalidRequest,
    ) -> Self {
        Self::of_read(payments_core::Error::local(provider, operation, invalid))
    }

    /// The ticket to resolve, if a call that moves money may have made an order.
    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        self.ticket.as_deref()
    }

    /// Whether the call took effect: the worst outcome of all attempts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.cause.outcome()
    }

    /// What went wrong in the last attempt.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.cause.kind()
    }

    /// What to do about it.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        self.cause.next_step()
    }

    /// The option or field that was refused before any I/O. With [`Kind::Unsupported`], the feature this provider lacks.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.cause.field()
    }

    /// The provider's error code, unchanged.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.cause.code()
    }

    /// The provider's name.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.cause.provider()
    }

    /// The operation: the provider's name for it, or the adapter's if the request was refused before any I/O.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.cause.operation()
    }

    /// The HTTP status of the response in [`raw`](Self::raw).
    #[must_use]
    pub fn status(&self) -> Option<http::StatusCode> {
        self.cause.status()
    }

    /// The id under which the provider can find the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.cause.request_id()
    }

    /// How long the gateway asks to wait before another request, at most a day: `Retry-After` of an answer with HTTP status 429
    /// or 503.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.cause.retry_after()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.cause.attempts()
    }

    /// The latest response, unchanged.
    #[must_use]
    pub fn raw(&self) -> Option<&RawAnswer> {
        self.cause.raw()
    }

    pub(crate) fn into_cause(self) -> payments_core::Error {
        self.cause
    }

    /// The typed client's error, with all details.
    #[must_use]
    pub fn cause(&self) -> &payments_core::Error {
        &self.cause
    }
}

/// Whether this call, or an earlier one, may have made an order under the reference.
pub(crate) fn may_have_made_order(cause: &payments_core::Error) -> bool {
    let by_earlier_call = matches!(
        cause.kind(),
        Kind::Duplicate | Kind::Refused(Refusal::State)
    );
    by_earlier_call || cause.outcome() != Outcome::NotApplied
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cause, f)?;
        match &self.ticket {
            Some(ticket) => write!(f, "; ticket {ticket}"),
            None => Ok(()),
        }
    }
}

/// `Display` includes the text of the client's error, so the source is the one below it.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.source()
    }
}
