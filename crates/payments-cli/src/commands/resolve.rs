//! `payments resolve`.

use std::io::Read as _;

use clap::Args;
use payments_core::{Kind, Timestamp};
use payments_facade::payment::Agreement;
use payments_facade::ticket::Pending;
use payments_facade::ticket::TicketError;
use payments_facade::{Resolution, Ticket};
use serde::Serialize;

use crate::access::{Access, now};
use crate::confirm;
use crate::failure::{FailedCall, Failure};
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;
use crate::view::moment;

const HELP: &str = "\
Example:
  payments resolve 'pt1:cpay/main:payout:payout-7:4.00:USDT::1700000000000::086cf215'
  payments resolve - < ticket

Exit status:
  0  there is an order under the ticket's reference; its state is printed
  1  the call took no effect, and that is proven (none of the three providers
     documents such a proof)
  3  still unknown, or the order under the reference is a different one

This never sends a payout again. ChainUp OPay finds an order only by creating it
again: if the order did not exist, resolving its ticket creates it.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The ticket of a command with exit status 3; - reads standard input
    #[arg(value_name = "TICKET")]
    ticket: String,
    #[command(flatten)]
    pub(crate) access: Access,
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
        } else {
            self.ticket.clone()
        };
        text.parse().map_err(|error| match error {
            TicketError::Malformed(_) => {
                Failure::bad(format!("{error}; a ticket begins with `pt1:`"))
            }
            _ => Failure::bad(error.to_string()),
        })
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let ticket = options.ticket()?;
    let session = access.open().map_err(not_exit_1)?;
    let resolution = runtime()
        .map_err(not_exit_1)?
        .block_on(ticket.resolve(&session.gateways, now()))
        .map_err(|error| Failure::bad(error.to_string()))?;
    if session.json {
        return print_json(&ticket, resolution);
    }
    match resolution {
        Resolution::Found(payment) => {
            let meaning = match ticket.agreement(&payment) {
                Agreement::Same => {
                    "The call took effect: the order under this reference has the ticket's amount."
                }
                Agreement::Unstated | Agreement::Other => {
                    "There is an order under this reference. The provider does not state its amount, and the payee was \
                     not compared: it is this call's order unless the reference was used before."
                }
            };
            let result = say!("{meaning}\n").and_then(|()| payment_view::print(&payment));
            confirm::printed(&ticket, result)
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
                    "The outcome is still unknown. Do not repeat the call. Run this command again after {}.",
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
