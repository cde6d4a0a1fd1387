//! A call to a gateway that failed: what `--json` prints, and what people read.

use std::io::Write;

use payments_core::{InvalidRequest, Kind, NextStep, Outcome};
use payments_facade::{Error, Ticket};
use serde::Serialize;

use crate::answer_view::AnswerView;
use crate::output;
use crate::wording;

/// A call to a gateway that failed, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct FailedCall {
    pub(super) message: String,
    pub(super) kind: &'static str,
    pub(super) outcome: &'static str,
    /// `None` if there is nothing left to do.
    pub(super) next_step: Option<&'static str>,
    pub(super) code: Option<String>,
    pub(super) field: Option<&'static str>,
    /// The wait that the gateway asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retry_after_seconds: Option<u64>,
    pub(super) ticket: Option<String>,
    /// With `--show-answer`: the answer, with the values of the request masked.
    pub(super) answer: Option<AnswerView>,
    /// The answer as received.
    #[serde(skip)]
    pub(super) received: Option<AnswerView>,
    #[serde(skip)]
    pub(super) exit: u8,
    #[serde(skip)]
    pub(super) is_connection_refused: bool,
    /// Where the reason can be found.
    #[serde(skip)]
    pub(super) hint: Option<String>,
    /// What to do if there is no ticket.
    #[serde(skip)]
    pub(super) advice: Option<String>,
    /// Standard output cannot be written to: the JSON goes to standard error.
    #[serde(skip)]
    pub(super) on_stderr: bool,
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
            message: message(error),
            kind: error.kind().as_str(),
            outcome: error.outcome().as_str(),
            next_step: Some(error.next_step().as_str()),
            code: error.code().map(str::to_owned),
            field: error.field(),
            retry_after_seconds: error
                .retry_after()
                .map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
            ticket: error
                .ticket()
                .map(|ticket| ticket.export().expose().to_owned()),
            exit,
            answer: None,
            received: error.raw().map(AnswerView::new),
            hint: None,
            is_connection_refused: is_connection_refused(error),
            advice: None,
            on_stderr: false,
        }
    }

    /// With the provider's answer, if it is to be shown.
    pub(crate) fn with_answer(mut self, is_shown: bool) -> Self {
        let received = self.received.take().filter(|_| is_shown);
        self.answer = received.map(AnswerView::for_output);
        self
    }

    /// A failure in this program during or after a call that moves money.
    pub(super) fn here<'a>(
        message: String,
        kind: &'static str,
        outcome: Outcome,
        ticket: impl Into<Option<&'a Ticket>>,
    ) -> Self {
        Self {
            message,
            kind,
            outcome: outcome.as_str(),
            next_step: Some(NextStep::Query.as_str()),
            code: None,
            field: None,
            retry_after_seconds: None,
            ticket: ticket
                .into()
                .map(|ticket| ticket.export().expose().to_owned()),
            answer: None,
            received: None,
            hint: None,
            is_connection_refused: false,
            exit: 3,
            advice: None,
            on_stderr: false,
        }
    }

    /// The call took effect, but its result could not be printed.
    pub(super) fn unprinted<'a>(
        error: &std::io::Error,
        ticket: impl Into<Option<&'a Ticket>>,
    ) -> Self {
        let message = format!(
            "the call took effect (outcome: applied), but the result cannot be printed: {error}"
        );
        Self {
            on_stderr: true,
            ..Self::here(message, "unprinted", Outcome::Applied, ticket)
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let width = output::error_width();
        let wrapped = |text: &str| output::wrapped(text, width);
        let text = format!("error: {}", output::printable_lines(&self.message));
        writeln!(out, "{}", wrapped(&text))?;
        if let Some(answer) = &self.answer {
            write!(out, "{answer}")?;
        }
        if let Some(hint) = &self.hint {
            writeln!(out, "{}", wrapped(hint))?;
        }
        let Some(ticket) = &self.ticket else {
            return match &self.advice {
                Some(advice) => writeln!(out, "{}", wrapped(advice)),
                None => Ok(()),
            };
        };
        writeln!(
            out,
            "Do not retry. To find out what happened, run:\n  payments resolve '{ticket}'"
        )
    }
}

/// What happened. A request that was refused before it was sent is described in the words of the command line.
fn message(error: &Error) -> String {
    let cause = std::error::Error::source(error.cause());
    match cause.and_then(|cause| cause.downcast_ref::<InvalidRequest>()) {
        Some(invalid) => wording::refused(wording::provider(error.provider()), invalid),
        None => error.cause().to_string(),
    }
}

fn is_connection_refused(error: &Error) -> bool {
    let mut cause = std::error::Error::source(error.cause());
    std::iter::from_fn(|| {
        let this = cause?;
        cause = this.source();
        Some(this)
    })
    .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
    .any(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}
