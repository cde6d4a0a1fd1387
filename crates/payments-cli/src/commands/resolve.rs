//! `payments resolve`.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use clap::{Args, ValueEnum};
use payments_core::{InvalidRequest, NextStep, Timestamp};
use payments_facade::payment::Agreement;
use payments_facade::ticket::{Closed, ClosedAs, Difference, MoneyCall, Pending, TicketError};
use payments_facade::{Error, Payment, Resolution, Ticket};
use serde::Serialize;

use super::input;
use crate::access::{Access, Session, now};
use crate::answer_view::AnswerView;
use crate::confirm;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;
use crate::ticket_store::{self, TicketStore};
use crate::view::moment;
use crate::wording;

const HELP: &str = "\
Example:
  payments resolve 'pt1:cpay/main:payout:payout-7:4.00:USDT::1700000000000::086cf215'
  payments resolve - < ticket
  payments resolve FILE --close not-applied --reason 'case 4711'
      end a ticket by hand; nothing is sent, and the reason is recorded

Exit status:
  0  there is an order under the ticket's reference; its state is printed. The
     ticket stays open if the provider does not state amount and payee: compare
     the order, then end the ticket with --close applied
  1  the call took no effect, and that is proven (no provider documents such a
     proof) or assumed by --assume-absent-after
  3  still unknown
  4  another order exists under the reference; what differs is printed

This never sends a payout again. ChainUp OPay finds an order only by creating it
again: if the order did not exist, resolving its ticket creates it.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The ticket of a command with exit status 3, or its file; - reads
    /// standard input
    #[arg(value_name = "TICKET")]
    ticket: String,
    /// End the ticket by hand without asking the provider
    #[arg(long, value_enum, value_name = "OUTCOME", requires = "reason")]
    close: Option<CloseAs>,
    /// How you know the outcome; recorded
    #[arg(long, value_name = "TEXT", requires = "close")]
    reason: Option<String>,
    /// Who closes the ticket; recorded
    #[arg(long, value_name = "NAME", requires = "close")]
    name: Option<String>,
    /// Take "not found" for "took no effect" if the call is at least this old,
    /// as in 48h; no provider documents that
    #[arg(long, value_name = "TIME", value_parser = input::duration, conflicts_with = "close")]
    assume_absent_after: Option<Duration>,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CloseAs {
    /// The call took effect
    Applied,
    /// The call took no effect
    NotApplied,
}

impl From<CloseAs> for ClosedAs {
    fn from(outcome: CloseAs) -> Self {
        match outcome {
            CloseAs::Applied => Self::Applied,
            CloseAs::NotApplied => Self::NotApplied,
        }
    }
}

/// `{"ticket":"…","resolution":"found","confirmed":false,"sum":"same","payee":"not_stated","differences":[],"payment":{…},…}`
#[derive(Serialize)]
struct Resolved {
    ticket: String,
    resolution: &'static str,
    /// Whether the provider states everything that identifies the ticket's order; only for an order that was found.
    confirmed: Option<bool>,
    /// Whether the provider states the ticket's amount and asset; only for an order that was found.
    sum: Option<&'static str>,
    /// Whether the provider states the ticket's payee; only for a payout that was found.
    payee: Option<&'static str>,
    differences: Vec<&'static str>,
    payment: Option<PaymentView>,
    ask_again_at_ms: Option<u64>,
    cause: Option<Cause>,
}

/// Why the query failed. The outcome of a query is not that of the ticket's call, so it is not printed.
#[derive(Serialize)]
struct Cause {
    message: String,
    kind: &'static str,
    next_step: &'static str,
    code: Option<String>,
    /// With `--show-answer`: the answer to the query.
    answer: Option<AnswerView>,
}

impl Cause {
    fn new(error: &Error, show_answer: bool) -> Self {
        let source = std::error::Error::source(error.cause());
        let reason = match source.and_then(|source| source.downcast_ref::<InvalidRequest>()) {
            Some(invalid) => wording::refused(wording::provider(error.provider()), invalid),
            None => source.map_or_else(|| error.kind().as_str().to_owned(), ToString::to_string),
        };
        let (provider, operation) = (error.provider(), error.operation());
        let step = match error.next_step() {
            // The words for calls that move money name the reference.
            NextStep::RetryLater => "try again later".to_owned(),
            step => step.to_string(),
        };
        let message = format!("{provider} {operation}: {reason}; {step}");
        Self {
            message,
            kind: error.kind().as_str(),
            next_step: error.next_step().as_str(),
            code: error.code().map(str::to_owned),
            answer: error
                .raw()
                .filter(|_| show_answer)
                .map(|raw| AnswerView::new(raw).for_output()),
        }
    }
}

/// More than any ticket has.
const MOST_BYTES: u64 = ticket_store::MOST_BYTES;

impl Options {
    fn ticket(&self) -> Result<Ticket, Failure> {
        let text = if self.ticket == "-" {
            let mut text = String::new();
            std::io::stdin()
                .take(MOST_BYTES)
                .read_to_string(&mut text)
                .map_err(|error| Failure::bad(format!("standard input cannot be read: {error}")))?;
            text
        } else if Path::new(&self.ticket).is_file() {
            ticket_store::ticket_text(Path::new(&self.ticket)).map_err(|error| {
                Failure::bad(format!("the file of the ticket cannot be read: {error}"))
            })?
        } else {
            self.ticket.clone()
        };
        text.parse().map_err(|error| match error {
            TicketError::Malformed(_) => Failure::bad(format!(
                "{error}; a ticket begins with `pt1:`, or name the file that contains it"
            )),
            _ => Failure::bad(error.to_string()),
        })
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let ticket = options.ticket()?;
    if let (Some(outcome), Some(reason)) = (options.close, &options.reason) {
        return close(access, &ticket, outcome, reason, options.name.as_deref());
    }
    let session = access.open().map_err(not_exit_1)?;
    let resolution = runtime()
        .map_err(not_exit_1)?
        .block_on(ticket.resolve(&session.gateways, now()))
        .map_err(|error| Failure::bad(error.to_string()))?;
    if let Some(closed) = options
        .assume_absent_after
        .and_then(|age| assumed_absent(&session, &ticket, &resolution, age))
    {
        return assume_absent(&session, &ticket, closed);
    }
    let is_proven = match &resolution {
        Resolution::Found(payment) => ticket.is_confirmed_by(payment),
        Resolution::Absent => true,
        Resolution::Conflict { .. } | Resolution::Pending(_) => false,
    };
    let result = print(&session, &ticket, resolution, access.show_answer);
    // A result that could not be printed does not end the ticket.
    if is_proven && matches!(result, Ok(()) | Err(Failure::Refused)) {
        session.tickets.forget(&ticket)?;
    }
    result
}

/// Ends a ticket by hand.
fn close(
    access: &Access,
    ticket: &Ticket,
    outcome: CloseAs,
    reason: &str,
    name: Option<&str>,
) -> Result<(), Failure> {
    let outcome = ClosedAs::from(outcome);
    let closed = ticket
        .close(outcome, name, reason, now())
        .map_err(|_| Failure::bad("--reason is empty: write how you know the outcome"))?;
    let path = TicketStore::new(access.state_dir()).close(ticket, closed)?;
    let file = path.display().to_string();
    if access.json {
        return Ok(output::json(&serde_json::json!({
            "ticket": ticket.export().expose(),
            "resolution": "closed",
            "outcome": outcome.as_str(),
            "file": file,
        }))?);
    }
    Ok(output::prose(&format!(
        "The ticket is closed; nothing was sent. The record is in {file}"
    ))?)
}

/// The record if the operator's rule ends the ticket.
fn assumed_absent(
    session: &Session,
    ticket: &Ticket,
    resolution: &Resolution,
    age: Duration,
) -> Option<Closed> {
    let gateway = session.gateways.get(ticket.gateway())?;
    ticket.assume_absent(resolution, gateway.facts(), age, now())
}

/// Ends a ticket by the rule that the operator chose. It is recorded as an assumption.
fn assume_absent(session: &Session, ticket: &Ticket, mut closed: Closed) -> Result<(), Failure> {
    closed.because.push_str(" (--assume-absent-after)");
    session.tickets.close(ticket, closed)?;
    if session.json {
        output::json(&Resolved::new(ticket, "absent_assumed"))?;
    } else {
        output::prose(
            "The provider does not find the order. It is assumed, not proven, that the call took no effect \
             (--assume-absent-after). The ticket is closed.",
        )?;
    }
    Err(Failure::Refused)
}

fn print(
    session: &Session,
    ticket: &Ticket,
    resolution: Resolution,
    show_answer: bool,
) -> Result<(), Failure> {
    if session.json {
        return print_json(ticket, resolution, show_answer);
    }
    match resolution {
        Resolution::Found(payment) => {
            let meaning = found_text(ticket, &payment);
            let result =
                output::prose(&format!("{meaning}\n")).and_then(|()| payment_view::print(&payment));
            printed_found(ticket, &payment, result)
        }
        Resolution::Conflict { found, differences } => {
            let meaning = conflict_text(ticket, &differences);
            // Whether this can be printed or not, the exit status reports the conflict.
            let _ =
                output::prose(&format!("{meaning}\n")).and_then(|()| payment_view::print(&found));
            Err(Failure::Conflict)
        }
        Resolution::Absent => {
            say!("The call took no effect, and that is proven. You can make it again.")?;
            Err(Failure::Refused)
        }
        Resolution::Pending(Pending { until, cause }) => {
            let mut answer = None;
            let mut text = format!(
                "The outcome is still unknown. Do not retry. Run this command again after {}, or end the ticket by \
                 hand with --close.",
                moment(until)
            );
            if let Some(cause) = cause {
                let cause = Cause::new(&cause, show_answer);
                text.push_str("\nThe query did not answer the question: ");
                text.push_str(&printable(&cause.message));
                answer = cause.answer;
            }
            // Whether this can be printed or not, the exit status reports the unknown outcome.
            let _ = output::prose(&text);
            if let Some(answer) = answer {
                let _ = say!("{answer}");
            }
            Err(Failure::Unknown)
        }
    }
}

/// The end of a command that found an order. Only a confirmed one proves that the call took effect.
fn printed_found(
    ticket: &Ticket,
    payment: &Payment,
    result: std::io::Result<()>,
) -> Result<(), Failure> {
    if ticket.is_confirmed_by(payment) {
        confirm::printed(ticket, result)
    } else {
        confirm::printed_unconfirmed(ticket, result)
    }
}

fn found_text(ticket: &Ticket, payment: &Payment) -> &'static str {
    match (ticket.agreement(payment), ticket.call()) {
        _ if ticket.is_confirmed_by(payment) => {
            "The call took effect: the order under this reference is the ticket's in all that can be compared."
        }
        (Agreement::Same, MoneyCall::Payout) => {
            "The order under this reference has the ticket's amount. The payee was not compared: compare it before you \
             treat this order as the ticket's call. The ticket stays open; if the order is this call's, end it with \
             --close applied."
        }
        _ => {
            "There is an order under this reference. The provider does not state its amount or payee, so they were not \
             compared: it is this call's order unless the reference was used before. The ticket stays open; if you are \
             sure that the order is this call's, end it with --close applied."
        }
    }
}

fn conflict_text(ticket: &Ticket, differences: &[Difference]) -> String {
    let stated: Vec<String> = differences
        .iter()
        .filter(|one| **one != Difference::EarlierCall)
        .map(|one| format!("another {one}"))
        .collect();
    let what = if stated.is_empty() {
        "An order of another call exists under this reference, and not everything about it can be compared.".to_owned()
    } else {
        format!(
            "Another order exists under this reference: it has {} than the ticket.",
            stated.join(" and ")
        )
    };
    let outcome = if ticket.was_refused() {
        "The provider refused the ticket's call because the reference was taken, so that call took no effect."
    } else {
        "It does not show whether the ticket's call took effect."
    };
    format!(
        "{what} {outcome} Do not make the call again under any reference before you have checked this order by hand. \
         The ticket stays open; end it with --close."
    )
}

/// Exit status 1 is reserved for a proven absence.
fn not_exit_1(failure: Failure) -> Failure {
    match failure {
        Failure::Failed(message) => Failure::BadInput(message),
        other => other,
    }
}

impl Resolved {
    fn new(ticket: &Ticket, resolution: &'static str) -> Self {
        Self {
            ticket: ticket.export().expose().to_owned(),
            resolution,
            confirmed: None,
            sum: None,
            payee: None,
            differences: Vec::new(),
            payment: None,
            ask_again_at_ms: None,
            cause: None,
        }
    }
}

fn print_json(ticket: &Ticket, resolution: Resolution, show_answer: bool) -> Result<(), Failure> {
    let mut resolved = Resolved::new(ticket, "found");
    let result = match resolution {
        Resolution::Found(payment) => {
            resolved.confirmed = Some(ticket.is_confirmed_by(&payment));
            resolved.sum = Some(agreement(ticket.agreement(&payment)));
            if ticket.call() == MoneyCall::Payout {
                resolved.payee = Some(agreement(ticket.payee_agreement(&payment)));
            }
            resolved.payment = Some(PaymentView::from(&*payment));
            return printed_found(ticket, &payment, output::json(&resolved));
        }
        Resolution::Conflict { found, differences } => {
            resolved.resolution = "conflict";
            resolved.differences = differences.iter().map(|one| one.as_str()).collect();
            resolved.payment = Some(PaymentView::from(&*found));
            Failure::Conflict
        }
        Resolution::Absent => {
            resolved.resolution = "absent";
            Failure::Refused
        }
        Resolution::Pending(Pending { until, cause }) => {
            resolved.resolution = "pending";
            resolved.ask_again_at_ms = Some(Timestamp::as_millis(until));
            resolved.cause = cause.map(|cause| Cause::new(&cause, show_answer));
            Failure::Unknown
        }
    };
    // Whether this can be printed or not, the exit status reports the result.
    let _ = output::json(&resolved);
    Err(result)
}

fn agreement(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Same => "same",
        Agreement::Unstated | Agreement::Other => "not_stated",
    }
}
