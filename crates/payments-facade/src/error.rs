//! A failed call, with what it takes to find out what became of it.

use std::fmt;

use payments_core::{InvalidRequest, Kind, NextStep, Outcome, RawAnswer, Refusal};

use crate::Ticket;

/// A failed call: what happened, whether it took effect, what to do next.
///
/// Unless it is certain that no order exists under the reference of a call that moves money, it holds a [`Ticket`]: store
/// it, and [`resolve`](Ticket::resolve) it until the answer is known. `Display` is one line without a secret; the ticket's
/// label is part of it, and where the provider is asked by the reference that is the whole ticket.
#[derive(Debug)]
pub struct Error {
    cause: payments_core::Error,
    ticket: Option<Box<Ticket>>,
}

impl Error {
    /// The failure of a call that moves no money: a query, or one that may simply be made again.
    #[must_use]
    pub fn of_read(cause: payments_core::Error) -> Self {
        Self {
            cause,
            ticket: None,
        }
    }

    /// The failure of a call that moves money. The ticket is made unless it is certain that there is no order under the
    /// reference: for an unknown outcome, for a success that differs from what was asked, for a reference that exists
    /// already, which an earlier run of the same program may have used, and for "not possible in this state": what is in a
    /// state exists.
    #[must_use]
    pub fn of_move(cause: payments_core::Error, ticket: impl FnOnce() -> Ticket) -> Self {
        let maybe_there = may_have_made_order(&cause);
        Self {
            cause,
            ticket: maybe_there.then(|| Box::new(ticket())),
        }
    }

    /// A refusal before any I/O.
    #[must_use]
    pub fn local(provider: &'static str, operation: &'static str, invalid: InvalidRequest) -> Self {
        Self::of_read(payments_core::Error::local(provider, operation, invalid))
    }

    /// What it takes to find out what became of the call: present where one that moves money may have made an order.
    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        self.ticket.as_deref()
    }

    /// Whether the call took effect: the worst over all its attempts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.cause.outcome()
    }

    /// What went wrong, in the last attempt.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.cause.kind()
    }

    /// What to do about it.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        self.cause.next_step()
    }

    /// The option or field that was refused before any I/O; with [`Kind::Unsupported`], what this provider cannot do.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.cause.field()
    }

    /// The provider's code, as it spells it.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.cause.code()
    }

    /// The provider's name.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.cause.provider()
    }

    /// The operation's name, by the provider or, where it was refused before any I/O, by the adapter.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.cause.operation()
    }

    /// The HTTP status of the answer in [`raw`](Self::raw).
    #[must_use]
    pub fn status(&self) -> Option<http::StatusCode> {
        self.cause.status()
    }

    /// The id under which the provider can find the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.cause.request_id()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.cause.attempts()
    }

    /// The latest answer as it came.
    #[must_use]
    pub fn raw(&self) -> Option<&RawAnswer> {
        self.cause.raw()
    }

    pub(crate) fn into_cause(self) -> payments_core::Error {
        self.cause
    }

    /// Everything the client knows of it.
    #[must_use]
    pub fn cause(&self) -> &payments_core::Error {
        &self.cause
    }
}

/// Whether an order may exist under the reference of a call that moves money, made by this call or an earlier one.
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

/// Its text is that of the client's error and the ticket, so the source is the one beneath the client's error.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.source()
    }
}
