//! Errors of a command: the message, the exit status, and the JSON for scripts.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use payments_core::{InvalidRequest, Kind, NextStep, Outcome, Refusal};
use payments_facade::{Error, Ticket};
use serde::Serialize;

use crate::output;
use crate::ticket_store::Record;
use crate::wording;

/// Why a command did not succeed, by exit status.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit 1: refused or failed; the reason was printed.
    Refused,
    /// Exit 1: failed, with the message.
    Failed(String),
    /// Exit 2: the input is invalid, with a message that says what to do.
    BadInput(String),
    /// Exit 2: the input is invalid; the reason was printed.
    Invalid,
    /// Exit 3: the outcome of a call is unknown; the details were printed.
    Unknown,
    /// Exit 4: another order exists under the ticket's reference; the details were printed.
    Conflict,
    /// A call to a gateway failed; the exit status depends on its outcome.
    Call(Box<FailedCall>),
}

/// A call to a gateway that failed, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct FailedCall {
    message: String,
    kind: &'static str,
    outcome: &'static str,
    next_step: &'static str,
    code: Option<String>,
    field: Option<&'static str>,
    ticket: Option<String>,
    #[serde(skip)]
    exit: u8,
    /// What to do if there is no ticket.
    #[serde(skip)]
    advice: Option<String>,
    /// Standard output cannot be written to: the JSON goes to standard error.
    #[serde(skip)]
    on_stderr: bool,
}

impl Failure {
    pub(crate) fn failed(what: &str, cause: impl Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::BadInput(message.into())
    }

    /// A failed call that moves money, and the ticket that was made before the call.
    pub(crate) fn of_move(error: &Error, ticket: &Ticket) -> Self {
        let mut failed = FailedCall::new(error);
        // The provider refuses because of the state of an order, so there may be one.
        if error.kind() == Kind::Refused(Refusal::State) {
            failed.exit = 3;
        }
        if failed.exit == 3 {
            failed
                .ticket
                .get_or_insert_with(|| ticket.export().expose().to_owned());
        }
        Self::Call(Box::new(failed))
    }

    /// The program was stopped during a call that moves money.
    pub(crate) fn interrupted(ticket: &Ticket) -> Self {
        Self::Call(Box::new(FailedCall::here(
            "stopped before the response arrived; the call may have taken effect".to_owned(),
            "interrupted",
            Outcome::Unknown,
            ticket,
        )))
    }

    /// Nothing was sent: an earlier call under the same reference took effect, or may have.
    pub(crate) fn earlier(earlier: &Record, ticket: &Ticket) -> Self {
        let (state, outcome) = match &earlier.closed {
            None => ("has an unknown outcome", Outcome::Unknown),
            Some(_) => (
                "was closed by hand as one that took effect",
                Outcome::Applied,
            ),
        };
        let message = format!(
            "nothing was sent: an earlier call under the reference {} {state}",
            ticket.reference()
        );
        let failed = FailedCall::here(message, "duplicate", outcome, ticket);
        Self::Call(Box::new(FailedCall {
            ticket: Some(earlier.ticket.clone()),
            ..failed
        }))
    }

    /// Whether the call may have taken effect, so that its ticket must be kept.
    pub(crate) fn is_open(&self) -> bool {
        self.exit() == 3
    }

    /// A call that moves money took effect, but the result could not be printed.
    pub(crate) fn unprinted(error: &std::io::Error, ticket: &Ticket) -> Self {
        let message = format!(
            "the call took effect (outcome: applied), but the result cannot be printed: {error}"
        );
        let failed = FailedCall::here(message, "unprinted", Outcome::Applied, ticket);
        Self::Call(Box::new(FailedCall {
            on_stderr: true,
            ..failed
        }))
    }

    /// An order was found under the ticket's reference, but not confirmed to be its own, and the result could not be printed.
    pub(crate) fn unprinted_unconfirmed(error: &std::io::Error, ticket: &Ticket) -> Self {
        let message = format!(
            "there is an order under the reference, but the result cannot be printed: {error}"
        );
        let failed = FailedCall::here(message, "unprinted", Outcome::Unknown, ticket);
        Self::Call(Box::new(FailedCall {
            on_stderr: true,
            ..failed
        }))
    }

    /// A call with an effect but without a ticket. `advice` says how to find out what happened; it replaces the general
    /// advice of the library.
    pub(crate) fn of_call(error: &Error, advice: impl Into<String>) -> Self {
        let failed = FailedCall::new(error);
        let is_open = failed.exit == 3 || error.next_step() == NextStep::Query;
        let usual = format!("; {}", NextStep::Query);
        let message = match failed.message.strip_suffix(&usual) {
            Some(message) => message.to_owned(),
            None => failed.message.clone(),
        };
        Self::Call(Box::new(FailedCall {
            message,
            advice: is_open.then(|| advice.into()),
            ..failed
        }))
    }

    /// The same exit status, for an error that was printed with the result.
    pub(crate) fn already_printed(error: &Error) -> Self {
        match FailedCall::new(error).exit {
            2 => Self::Invalid,
            3 => Self::Unknown,
            _ => Self::Refused,
        }
    }

    fn exit(&self) -> u8 {
        match self {
            Self::Refused | Self::Failed(_) => 1,
            Self::BadInput(_) | Self::Invalid => 2,
            Self::Unknown => 3,
            Self::Conflict => 4,
            Self::Call(call) => call.exit,
        }
    }

    /// Prints the error for people.
    pub(crate) fn report(&self) -> ExitCode {
        let mut stderr = anstream::stderr().lock();
        // If standard error is closed, the exit status is all that can be reported.
        let _ = match self {
            Self::Refused | Self::Invalid | Self::Unknown | Self::Conflict => Ok(()),
            Self::Failed(message) | Self::BadInput(message) => {
                writeln!(stderr, "error: {}", output::printable_lines(message))
            }
            Self::Call(call) => call.print(&mut stderr),
        };
        ExitCode::from(self.exit())
    }

    /// Prints the error for scripts: one object on standard output.
    pub(crate) fn report_json(&self) -> ExitCode {
        #[derive(Serialize)]
        struct Report<'a> {
            error: Body<'a>,
        }
        #[derive(Serialize)]
        struct Body<'a> {
            exit: u8,
            #[serde(flatten)]
            call: Option<&'a FailedCall>,
            #[serde(flatten)]
            plain: Option<Plain<'a>>,
        }
        #[derive(Serialize)]
        struct Plain<'a> {
            message: &'a str,
            kind: &'static str,
        }
        let (call, plain) = match self {
            Self::Refused | Self::Invalid | Self::Unknown | Self::Conflict => {
                return ExitCode::from(self.exit());
            }
            Self::Failed(message) => (None, Some(("failed", message))),
            Self::BadInput(message) => (None, Some(("bad_input", message))),
            Self::Call(call) => (Some(&**call), None),
        };
        let plain = plain.map(|(kind, message)| Plain { message, kind });
        let exit = self.exit();
        let on_stderr = call.is_some_and(|call| call.on_stderr);
        let report = Report {
            error: Body { exit, call, plain },
        };
        if on_stderr || output::json(&report).is_err() {
            // The ticket must not get lost because a disk is full.
            let text = serde_json::to_string(&report).unwrap_or_default();
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        }
        ExitCode::from(exit)
    }
}

impl FailedCall {
    pub(crate) fn new(error: &Error) -> Self {
        let exit = match (error.outcome(), error.kind()) {
            // An order may exist, made by an earlier run under the same reference.
            _ if error.ticket().is_some() => 3,
            // A call that took effect must not be repeated either: money would move twice.
            (Outcome::Unknown | Outcome::Applied, _) => 3,
            (Outcome::NotApplied, Kind::Invalid | Kind::Unsupported) => 2,
            (Outcome::NotApplied, _) => 1,
        };
        Self {
            message: wording::by_option(&error.cause().to_string(), error.field()).into_owned(),
            kind: error.kind().as_str(),
            outcome: error.outcome().as_str(),
            next_step: error.next_step().as_str(),
            code: error.code().map(str::to_owned),
            field: error.field(),
            ticket: error
                .ticket()
                .map(|ticket| ticket.export().expose().to_owned()),
            exit,
            advice: None,
            on_stderr: false,
        }
    }

    /// A failure in this program during or after a call that moves money.
    fn here(message: String, kind: &'static str, outcome: Outcome, ticket: &Ticket) -> Self {
        Self {
            message,
            kind,
            outcome: outcome.as_str(),
            next_step: NextStep::Query.as_str(),
            code: None,
            field: None,
            ticket: Some(ticket.export().expose().to_owned()),
            exit: 3,
            advice: None,
            on_stderr: false,
        }
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "error: {}", output::printable(&self.message))?;
        let Some(ticket) = &self.ticket else {
            return match &self.advice {
                Some(advice) => writeln!(out, "{advice}"),
                None => Ok(()),
            };
        };
        writeln!(
            out,
            "Do not retry. To find out what happened, run:\n  payments resolve '{ticket}'"
        )
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(FailedCall::new(&error)))
    }
}

impl From<InvalidRequest> for Failure {
    fn from(invalid: InvalidRequest) -> Self {
        Self::BadInput(wording::invalid(&invalid))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed("cannot write to standard output", error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_the_same_exit_status_when_it_was_printed_before() {
        let invalid = payments_core::MerchantRef::new("").unwrap_err();
        let error = payments_facade::adapter::refused("cpay", "statement", invalid);
        assert_eq!(Failure::already_printed(&error).exit(), 2);
        assert_eq!(Failure::from(error).exit(), 2);
    }
}
