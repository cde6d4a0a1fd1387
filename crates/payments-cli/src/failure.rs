//! How a command ends when it does not end well.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use payments_core::{Invalid, Kind, NextStep, Outcome, Refusal};
use payments_facade::{Error, Ticket};
use serde::Serialize;

use crate::output;

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
        if failed.exit == 3 {
            failed
                .ticket
                .get_or_insert_with(|| ticket.export().expose().to_owned());
        }
        Self::Call(Box::new(failed))
    }

    /// Somebody stopped the program while a call that moves money was under way.
    pub(crate) fn interrupted(ticket: &Ticket) -> Self {
        Self::Call(Box::new(FailedCall {
            message: "stopped while the call was under way: it may have taken effect".to_owned(),
            kind: "interrupted",
            outcome: "unknown",
            next_step: "query",
            code: None,
            field: None,
            ticket: Some(ticket.export().expose().to_owned()),
            exit: 3,
        }))
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
        let _ = output::json(&Report {
            error: Told { exit, call, plain },
        });
        ExitCode::from(exit)
    }
}

impl FailedCall {
    pub(crate) fn new(error: &Error) -> Self {
        let exit = match (error.outcome(), error.kind()) {
            // One that took effect is no refusal either: making it again would move money twice.
            (Outcome::Unknown | Outcome::Applied, _) => 3,
            (Outcome::NotApplied, Kind::Invalid | Kind::Unsupported) => 2,
            (Outcome::NotApplied, _) => 1,
        };
        Self {
            message: error.cause().to_string(),
            kind: kind(error.kind()),
            outcome: outcome(error.outcome()),
            next_step: next_step(error.next_step()),
            code: error.code().map(str::to_owned),
            field: error.field(),
            ticket: error
                .ticket()
                .map(|ticket| ticket.export().expose().to_owned()),
            exit,
        }
    }

    fn tell(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "error: {}", output::printable(&self.message))?;
        let Some(ticket) = &self.ticket else {
            return Ok(());
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

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        Self::BadInput(invalid.to_string())
    }
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotApplied => "not_applied",
        Outcome::Applied => "applied",
        Outcome::Unknown => "unknown",
    }
}

fn next_step(step: NextStep) -> &'static str {
    match step {
        NextStep::FixRequest => "fix_request",
        NextStep::FixConfiguration => "fix_configuration",
        NextStep::RetryLater => "retry_later",
        NextStep::AddFunds => "add_funds",
        NextStep::Query => "query",
        NextStep::ContactProvider => "contact_provider",
        _ => "investigate",
    }
}

/// A closed list of names: what is added later is `other`.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Unsupported => "unsupported",
        Kind::Configuration => "configuration",
        Kind::Connect => "connect",
        Kind::Timeout => "timeout",
        Kind::Network => "network",
        Kind::Unavailable => "unavailable",
        Kind::Busy => "busy",
        Kind::Refused(refusal) => match refusal {
            Refusal::Request => "refused_request",
            Refusal::Authentication => "refused_authentication",
            Refusal::Permission => "refused_permission",
            Refusal::NotFound => "refused_not_found",
            Refusal::Funds => "refused_funds",
            Refusal::Limit => "refused_limit",
            Refusal::State => "refused_state",
            Refusal::Declined => "refused_declined",
            _ => "refused",
        },
        Kind::Duplicate => "duplicate",
        Kind::Ambiguous => "ambiguous",
        Kind::Undecodable => "undecodable",
        Kind::Unverified => "unverified",
        Kind::Integrity => "integrity",
        _ => "other",
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
