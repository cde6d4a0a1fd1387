//! `payments resolve`.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use clap::{Args, ValueEnum};
use payments_core::{Kind, Timestamp};
use payments_facade::payment::Agreement;
use payments_facade::ticket::{MoneyCall, Pending, TicketError};
use payments_facade::{Resolution, Ticket};
use serde::Serialize;

use super::input;
use crate::access::{Access, Session, now};
use crate::confirm;
use crate::failure::{FailedCall, Failure};
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;
use crate::ticket_store::{self, Closed, TicketStore};
use crate::view::moment;

const HELP: &str = "\
Example:
  payments resolve 'pt1:cpay/main:payout:payout-7:4.00:USDT::1700000000000::086cf215'
  payments resolve - < ticket
  payments resolve FILE --close not-applied --because 'case 4711'
      end a ticket by hand; nothing is sent, and the reason is recorded

Exit status:
  0  there is an order under the ticket's reference; its state is printed
  1  the call took no effect, and that is proven (none of the three providers
     documents such a proof) or assumed by --assume-absent-after
  3  still unknown, or the order under the reference is a different one

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
    #[arg(long, value_enum, value_name = "OUTCOME", requires = "because")]
    close: Option<CloseAs>,
    /// How you know the outcome; recorded
    #[arg(long, value_name = "TEXT", requires = "close")]
    because: Option<String>,
    /// Who closes the ticket; recorded
    #[arg(long, value_name = "NAME", requires = "close")]
    by: Option<String>,
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

impl CloseAs {
    fn outcome(self) -> &'static str {
        match self {
            Self::Applied => ticket_store::APPLIED,
            Self::NotApplied => ticket_store::NOT_APPLIED,
        }
    }
}

/// `{"ticket":"…","resolution":"found","sum":"same","payment":{…},"ask_again_at_ms":null,"cause":null}`
#[derive(Serialize)]
struct Resolved {
    ticket: String,
    resolution: &'static str,
    /// Whether the provider states the ticket's amount; only for an order that was found.
    sum: Option<&'static str>,
    payment: Option<PaymentView>,
    ask_again_at_ms: Option<u64>,
    cause: Option<FailedCall>,
}

/// One more than the facade accepts.
const MOST_BYTES: u64 = 8 * 1024 + 1;

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
    if let (Some(outcome), Some(because)) = (options.close, &options.because) {
        return close(access, &ticket, outcome, because, options.by.as_deref());
    }
    let session = access.open().map_err(not_exit_1)?;
    let resolution = runtime()
        .map_err(not_exit_1)?
        .block_on(ticket.resolve(&session.gateways, now()))
        .map_err(|error| Failure::bad(error.to_string()))?;
    let age = options.assume_absent_after;
    if let Some(age) = age.filter(|age| is_absent_for(&session, &ticket, &resolution, *age)) {
        return assume_absent(&session, &ticket, age);
    }
    let is_proven = match &resolution {
        Resolution::Found(payment) => ticket.agreement(payment) == Agreement::Same,
        Resolution::Absent => true,
        Resolution::Pending(_) => false,
    };
    let result = print(&session, &ticket, resolution);
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
    because: &str,
    by: Option<&str>,
) -> Result<(), Failure> {
    if because.trim().is_empty() {
        return Err(Failure::bad(
            "--because is empty: write how you know the outcome",
        ));
    }
    let closed = Closed {
        outcome: outcome.outcome().to_owned(),
        because: because.to_owned(),
        by: by.map(str::to_owned),
        at_ms: now().as_millis(),
    };
    let path = TicketStore::new(access.state_dir()).close(ticket, closed)?;
    let file = path.display().to_string();
    if access.json {
        return Ok(output::json(&serde_json::json!({
            "ticket": ticket.export().expose(),
            "resolution": "closed",
            "outcome": outcome.outcome(),
            "file": file,
        }))?);
    }
    Ok(say!(
        "The ticket is closed; nothing was sent. The record is in {file}"
    )?)
}

/// Whether the provider answered "not found" and the call is older than `age` and the provider's own quiet period.
fn is_absent_for(
    session: &Session,
    ticket: &Ticket,
    resolution: &Resolution,
    age: Duration,
) -> bool {
    let is_not_found = matches!(resolution, Resolution::Pending(Pending { cause: None, .. }));
    let quiet = session.gateways.get(ticket.gateway());
    let quiet = quiet.map_or(Duration::MAX, |gateway| gateway.facts().quiet_period.value);
    let end = ticket.at().checked_add(age.max(quiet));
    is_not_found && end.is_some_and(|end| now() >= end)
}

/// Ends a ticket by the rule that the operator chose. It is recorded as an assumption.
fn assume_absent(session: &Session, ticket: &Ticket, age: Duration) -> Result<(), Failure> {
    let hours = age.as_secs().div_euclid(3_600);
    let closed = Closed {
        outcome: ticket_store::NOT_APPLIED.to_owned(),
        because: format!(
            "assumed: not found {hours} hours or more after the call (--assume-absent-after)"
        ),
        by: None,
        at_ms: now().as_millis(),
    };
    session.tickets.close(ticket, closed)?;
    if session.json {
        output::json(&serde_json::json!({
            "ticket": ticket.export().expose(),
            "resolution": "absent_assumed",
        }))?;
    } else {
        say!(
            "The provider does not find the order. It is assumed, not proven, that the call took no effect \
             (--assume-absent-after). The ticket is closed."
        )?;
    }
    Err(Failure::Refused)
}

fn print(session: &Session, ticket: &Ticket, resolution: Resolution) -> Result<(), Failure> {
    if session.json {
        return print_json(ticket, resolution);
    }
    match resolution {
        Resolution::Found(payment) => {
            let meaning = match ticket.agreement(&payment) {
                Agreement::Same if matches!(ticket.call(), MoneyCall::Payout) => {
                    "The order under this reference has the ticket's amount. The payee was not compared: compare it \
                     before you treat this order as the ticket's call."
                }
                Agreement::Same => {
                    "The call took effect: the order under this reference has the ticket's amount."
                }
                Agreement::Unstated | Agreement::Other => {
                    "There is an order under this reference. The provider does not state its amount, and the payee was \
                     not compared: it is this call's order unless the reference was used before. If you are sure that it \
                     is, end the ticket with --close applied."
                }
            };
            let result = say!("{meaning}\n").and_then(|()| payment_view::print(&payment));
            confirm::printed(ticket, result)
        }
        Resolution::Absent => {
            say!("The call took no effect, and that is proven. You can make it again.")?;
            Err(Failure::Refused)
        }
        Resolution::Pending(Pending { until, cause }) => {
            let mut text = match &cause {
                Some(cause) if cause.kind() == Kind::Integrity => {
                    "The order under this reference is different from the ticket's call. Whether that call took effect \
                     is unknown: check by hand."
                        .to_owned()
                }
                _ => format!(
                    "The outcome is still unknown. Do not retry. Run this command again after {}, or end the ticket by \
                     hand with --close.",
                    moment(until)
                ),
            };
            if let Some(cause) = cause {
                text.extend(["\n", &printable(&cause.to_string())]);
            }
            // Whether this can be printed or not, the exit status reports the unknown outcome.
            let _ = say!("{text}");
            Err(Failure::Unknown)
        }
    }
}

/// Exit status 1 is reserved for a proven absence.
fn not_exit_1(failure: Failure) -> Failure {
    match failure {
        Failure::Failed(message) => Failure::BadInput(message),
        other => other,
    }
}

fn print_json(ticket: &Ticket, resolution: Resolution) -> Result<(), Failure> {
    let mut resolved = Resolved {
        ticket: ticket.export().expose().to_owned(),
        resolution: "found",
        sum: None,
        payment: None,
        ask_again_at_ms: None,
        cause: None,
    };
    let result = match resolution {
        Resolution::Found(payment) => {
            resolved.sum = Some(match ticket.agreement(&payment) {
                Agreement::Same => "same",
                Agreement::Unstated | Agreement::Other => "not_stated",
            });
            resolved.payment = Some(PaymentView::from(&*payment));
            Ok(())
        }
        Resolution::Absent => {
            resolved.resolution = "absent";
            Err(Failure::Refused)
        }
        Resolution::Pending(Pending { until, cause }) => {
            resolved.resolution = "pending";
            resolved.ask_again_at_ms = Some(Timestamp::as_millis(until));
            resolved.cause = cause.as_ref().map(FailedCall::new);
            Err(Failure::Unknown)
        }
    };
    match (output::json(&resolved), result) {
        (printed, Ok(())) => confirm::printed(ticket, printed),
        (_, result) => result,
    }
}
