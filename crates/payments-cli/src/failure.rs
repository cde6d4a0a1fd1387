//! Errors of a command: the message, the exit status, and the JSON for scripts.

mod call;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use payments_core::redact::Confidential;
use payments_core::{InvalidRequest, Kind, NextStep, Outcome, Refusal};
use payments_facade::ticket::ClosedAs;
use payments_facade::{Error, Gateway, Ticket};
use serde::Serialize;

use crate::output;
use crate::ticket_store::Record;
use crate::url;
use crate::wording;
pub(crate) use call::FailedCall;

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
    /// Exit 5: findings are open; what was asked for was done and printed.
    Findings,
    /// A call to a gateway failed; the exit status depends on its outcome.
    Call(Box<FailedCall>),
}

impl Failure {
    pub(crate) fn failed(what: &str, cause: impl Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::BadInput(message.into())
    }

    /// A request that the gateway's provider does not accept: all problems at once.
    pub(crate) fn refused(gateway: &dyn Gateway, invalid: &InvalidRequest) -> Self {
        let provider = wording::provider(gateway.id().provider());
        Self::BadInput(wording::refused(provider, invalid))
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
            "stopped before the answer arrived; the call may have taken effect".to_owned(),
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

    /// The program was stopped during a call without a ticket that changes something.
    pub(crate) fn stopped(advice: impl Into<String>) -> Self {
        let message = "stopped before the answer arrived; the call may have taken effect";
        Self::Call(Box::new(FailedCall {
            advice: Some(advice.into()),
            ..FailedCall::here(message.to_owned(), "interrupted", Outcome::Unknown, None)
        }))
    }

    /// A call that moves money took effect, but the result could not be printed.
    pub(crate) fn unprinted(error: &std::io::Error, ticket: &Ticket) -> Self {
        Self::Call(Box::new(FailedCall::unprinted(error, ticket)))
    }

    /// As [`unprinted`](Self::unprinted), for a call without a ticket. `advice` says how to see what it did.
    pub(crate) fn unprinted_change(error: &std::io::Error, advice: impl Into<String>) -> Self {
        Self::Call(Box::new(FailedCall {
            advice: Some(advice.into()),
            ..FailedCall::unprinted(error, None)
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

    /// A ticket was ended by hand, but the result could not be printed.
    pub(crate) fn unprinted_close(error: &std::io::Error, outcome: ClosedAs) -> Self {
        let message = format!("the ticket is closed, but the result cannot be printed: {error}");
        let outcome = match outcome {
            ClosedAs::Applied => Outcome::Applied,
            ClosedAs::NotApplied => Outcome::NotApplied,
        };
        Self::Call(Box::new(FailedCall {
            advice: Some("`payments tickets list --all` prints the record.".to_owned()),
            next_step: None,
            on_stderr: true,
            ..FailedCall::here(message, "unprinted", outcome, None)
        }))
    }

    /// For commands whose exit status 1 is a result: that a call took no effect.
    pub(crate) fn not_exit_1(self) -> Self {
        match self {
            Self::Failed(message) => Self::BadInput(message),
            other => other,
        }
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

    /// With another name of an argument, for a command that has another one than the others.
    pub(crate) fn renamed(self, usual: &str, here: &str) -> Self {
        match self {
            Self::BadInput(message) => Self::BadInput(message.replace(usual, here)),
            other => other,
        }
    }

    /// Adds what is known about the gateway at `base_url`, which the library does not know: whether it is a sandbox.
    pub(crate) fn at(mut self, base_url: &str) -> Self {
        if let Self::Call(call) = &mut self
            && let Some(sandbox) = url::local(base_url)
        {
            let had_no_effect = call.outcome == Outcome::NotApplied.as_str();
            if call.is_connection_refused && had_no_effect {
                let address = sandbox.trim_start_matches("http://");
                call.message = format!("connection refused by {address}; nothing was sent");
                let hint = "Is the sandbox running? Start it with `payments sandbox`.";
                call.hint = Some(hint.to_owned());
            } else if call.received.is_some() {
                call.hint = Some(format!(
                    "If this is `payments sandbox`, its page shows the reason:\n  {sandbox}/_sandbox"
                ));
            }
        }
        self
    }

    /// Names the provider's call where the library says that it was a raw one.
    pub(crate) fn of_operation(mut self, name: &str) -> Self {
        if let Self::Call(call) = &mut self {
            call.message = call.message.replacen("call_raw", name, 1);
        }
        self
    }

    /// Hides values of the request in the provider's answer.
    pub(crate) fn masking(mut self, confidential: &Confidential) -> Self {
        if let Self::Call(call) = &mut self {
            call.received = call
                .received
                .take()
                .map(|answer| answer.masked(confidential));
        }
        self
    }

    /// With the provider's answer, if it is to be shown.
    pub(crate) fn with_answer(self, is_shown: bool) -> Self {
        match self {
            Self::Call(call) => Self::Call(Box::new(call.with_answer(is_shown))),
            other => other,
        }
    }

    /// The same exit status, for an error that was printed with the result.
    pub(crate) fn already_printed(error: &Error) -> Self {
        match FailedCall::new(error).exit {
            2 => Self::Invalid,
            3 => Self::Unknown,
            _ => Self::Refused,
        }
    }

    /// The message, if it is not printed yet.
    pub(crate) fn message(&self) -> Option<&str> {
        match self {
            Self::Failed(message) | Self::BadInput(message) => Some(message),
            Self::Call(call) => Some(&call.message),
            _ => None,
        }
    }

    fn exit(&self) -> u8 {
        match self {
            Self::Refused | Self::Failed(_) => 1,
            Self::BadInput(_) | Self::Invalid => 2,
            Self::Unknown => 3,
            Self::Conflict => 4,
            Self::Findings => 5,
            Self::Call(call) => call.exit,
        }
    }

    /// Prints the error for people.
    pub(crate) fn report(&self) -> ExitCode {
        let mut stderr = anstream::stderr().lock();
        // If standard error is closed, the exit status is all that can be reported.
        let _ = match self {
            Self::Refused | Self::Invalid | Self::Unknown | Self::Conflict | Self::Findings => {
                Ok(())
            }
            Self::Failed(message) | Self::BadInput(message) => {
                let text = format!("error: {}", output::printable_lines(message));
                writeln!(stderr, "{}", output::wrapped(&text, output::error_width()))
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
            Self::Refused | Self::Invalid | Self::Unknown | Self::Conflict | Self::Findings => {
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

/// The error of a call that changes nothing: the message does not speak of an effect or of a reference.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut failed = FailedCall::new(&error);
        let general = format!("; {}; {}", error.outcome(), error.next_step());
        if let Some(message) = failed.message.strip_suffix(&general) {
            failed.message = match error.next_step() {
                NextStep::RetryLater => format!("{message}; try again later"),
                NextStep::Query => message.to_owned(),
                next => format!("{message}; {next}"),
            };
        }
        Self::Call(Box::new(failed))
    }
}

/// The end of a command, whose error is reported for scripts or for people.
pub(crate) fn ended(result: Result<(), Failure>, json: bool) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if json => failure.report_json(),
        Err(failure) => failure.report(),
    }
}

/// Two results, or the problems of both.
pub(crate) fn both<A, B>(
    first: Result<A, Failure>,
    second: Result<B, Failure>,
) -> Result<(A, B), Failure> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(Failure::BadInput(first)), Err(Failure::BadInput(second))) => {
            Err(Failure::BadInput(format!("{first}\n{second}")))
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    }
}

/// A value that cannot be used with any provider.
impl From<InvalidRequest> for Failure {
    fn from(invalid: InvalidRequest) -> Self {
        Self::BadInput(wording::refused("the provider", &invalid))
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
