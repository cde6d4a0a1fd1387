//! How a command ends when it does not end well.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use payments_core::{InvalidRequest, Kind, NextStep, Outcome, Refusal};
use payments_facade::{Error, Ticket};
use serde::Serialize;

use crate::output;
use crate::wording;

/// Why a command did not succeed, by exit status.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Exit 1: something was refused or failed, and what was printed already says so.
    Refused,
    /// Exit 1: something failed, said in one sentence.
    Failed(String),
    /// Exit 2: the input cannot be used, said in one sentence that tells what to do.
    BadInput(String),
    /// Exit 2: the input cannot be used, and what was printed already says so.
    Unusable,
    /// Exit 3: nobody knows yet what became of a call, and what was printed already says so.
    Undecided,
    /// A call to a gateway failed: exit by what that means for money.
    Call(Box<FailedCall>),
}

/// A call to a gateway that failed, as `--json` tells it.
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
    /// What to do where there is no ticket that finds out.
    #[serde(skip)]
    advice: Option<String>,
    /// Standard output has failed: it is told on standard error, to a script as well.
    #[serde(skip)]
    on_stderr: bool,
}

impl Failure {
    pub(crate) fn failed(what: &str, cause: impl Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }

    pub(crate) fn bad(sentence: impl Into<String>) -> Self {
        Self::BadInput(sentence.into())
    }

    /// A call that moves money: the ticket is one for it, made beforehand.
    pub(crate) fn of_move(error: &Error, ticket: &Ticket) -> Self {
        let mut failed = FailedCall::new(error);
        // The provider says how the order stands that it refuses to make: there may be one.
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

    /// Somebody stopped the program while a call that moves money was under way.
    pub(crate) fn interrupted(ticket: &Ticket) -> Self {
        Self::Call(Box::new(FailedCall::of_ours(
            "stopped while the call was under way: it may have taken effect".to_owned(),
            "interrupted",
            Outcome::Unknown,
            ticket,
        )))
    }

    /// A call that moves money took effect, and what it came to could not be printed.
    pub(crate) fn untold(&self, ticket: &Ticket) -> Self {
        let why = match self {
            Self::Failed(why) | Self::BadInput(why) => why.as_str(),
            _ => "it cannot be printed",
        };
        let message = format!("the call took effect (outcome: applied), and then: {why}");
        let failed = FailedCall::of_ours(message, "unprinted", Outcome::Applied, ticket);
        Self::Call(Box::new(FailedCall {
            on_stderr: true,
            ..failed
        }))
    }

    /// A call that has an effect and no ticket: `advice` says how to find out what became of it, which is not always by
    /// the reference.
    pub(crate) fn of_call(error: &Error, advice: impl Into<String>) -> Self {
        let failed = FailedCall::new(error);
        let wants_it = failed.exit == 3 || error.next_step() == NextStep::Query;
        let usual = format!("; {}", NextStep::Query);
        let message = match failed.message.strip_suffix(&usual) {
            Some(rest) => rest.to_owned(),
            None => failed.message.clone(),
        };
        Self::Call(Box::new(FailedCall {
            message,
            advice: wants_it.then(|| advice.into()),
            ..failed
        }))
    }

    /// As the same failure ends, where what was printed already tells it.
    pub(crate) fn already_told(error: &Error) -> Self {
        match FailedCall::new(error).exit {
            2 => Self::Unusable,
            3 => Self::Undecided,
            _ => Self::Refused,
        }
    }

    fn exit(&self) -> u8 {
        match self {
            Self::Refused | Self::Failed(_) => 1,
            Self::BadInput(_) | Self::Unusable => 2,
            Self::Undecided => 3,
            Self::Call(call) => call.exit,
        }
    }

    /// Says it to a person.
    pub(crate) fn report(&self) -> ExitCode {
        let mut stderr = anstream::stderr().lock();
        // Nobody may be there to read it; the exit status says the rest.
        let _ = match self {
            Self::Refused | Self::Unusable | Self::Undecided => Ok(()),
            Self::Failed(sentence) | Self::BadInput(sentence) => {
                writeln!(stderr, "error: {}", output::printable_lines(sentence))
            }
            Self::Call(call) => call.tell(&mut stderr),
        };
        ExitCode::from(self.exit())
    }

    /// Says it to a script: one object on standard output.
    pub(crate) fn report_json(&self) -> ExitCode {
        #[derive(Serialize)]
        struct Report<'a> {
            error: Told<'a>,
        }
        #[derive(Serialize)]
        struct Told<'a> {
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
            Self::Refused | Self::Unusable | Self::Undecided => return ExitCode::from(self.exit()),
            Self::Failed(message) => (None, Some(("failed", message))),
            Self::BadInput(message) => (None, Some(("bad_input", message))),
            Self::Call(call) => (Some(&**call), None),
        };
        let plain = plain.map(|(kind, message)| Plain { message, kind });
        let exit = self.exit();
        let on_stderr = call.is_some_and(|call| call.on_stderr);
        let report = Report {
            error: Told { exit, call, plain },
        };
        if on_stderr || output::json(&report).is_err() {
            // A ticket must not be lost with a disk that is full.
            let text = serde_json::to_string(&report).unwrap_or_default();
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        }
        ExitCode::from(exit)
    }
}

impl FailedCall {
    pub(crate) fn new(error: &Error) -> Self {
        let exit = match (error.outcome(), error.kind()) {
            // There may be an order all the same: under a reference that exists already, by an earlier run.
            _ if error.ticket().is_some() => 3,
            // One that took effect is no refusal either: making it again would move money twice.
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

    /// What this program has to say of a call that moves money, and not a gateway.
    fn of_ours(message: String, kind: &'static str, became: Outcome, ticket: &Ticket) -> Self {
        Self {
            message,
            kind,
            outcome: became.as_str(),
            next_step: NextStep::Query.as_str(),
            code: None,
            field: None,
            ticket: Some(ticket.export().expose().to_owned()),
            exit: 3,
            advice: None,
            on_stderr: false,
        }
    }

    fn tell(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "error: {}", output::printable(&self.message))?;
        let Some(ticket) = &self.ticket else {
            return match &self.advice {
                Some(advice) => writeln!(out, "{advice}"),
                None => Ok(()),
            };
        };
        writeln!(
            out,
            "Do not make it again. What became of it, this tells:\n  payments resolve '{ticket}'"
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

/// A runtime for the commands that talk HTTP.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start the async runtime", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_ends_alike_whether_it_was_told_before_or_not() {
        let invalid = payments_core::MerchantRef::new("").unwrap_err();
        let error = payments_facade::adapter::refused("cpay", "statement", invalid);
        assert_eq!(Failure::already_told(&error).exit(), 2);
        assert_eq!(Failure::from(error).exit(), 2);
    }
}
