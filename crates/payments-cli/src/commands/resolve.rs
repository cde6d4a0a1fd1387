//! `payments resolve`.

mod print;

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use clap::{Args, ValueEnum};
use payments_facade::ticket::{Closed, ClosedAs, TicketError};
use payments_facade::{Resolution, Ticket};

use super::input;
use crate::access::{Access, Session, now};
use crate::failure::Failure;
use crate::output;
use crate::runtime::runtime;
use crate::ticket_store::{self, TicketStore};
use print::{Resolved, print};

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
  3  still unknown; with --close: closed, but that could not be printed
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
    /// End the ticket by hand without querying the provider
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
    access.for_call_of(ticket.gateway())?;
    if let (Some(outcome), Some(reason)) = (options.close, &options.reason) {
        return close(access, &ticket, outcome, reason, options.name.as_deref());
    }
    let session = access.open().map_err(Failure::not_exit_1)?;
    let resolution = runtime()
        .map_err(Failure::not_exit_1)?
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
        // A ticket that stays is no reason to report another outcome.
        if let Err(failure) = session.tickets.forget(&ticket) {
            let _ = failure.report();
        }
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
    let printed = if access.json {
        output::json(&serde_json::json!({
            "ticket": ticket.export().expose(),
            "resolution": "closed",
            "outcome": outcome.as_str(),
            "file": file,
        }))
    } else {
        output::prose(&format!(
            "The ticket is closed; nothing was sent. The record is in {file}"
        ))
    };
    printed.map_err(|error| Failure::unprinted_close(&error, outcome))
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
