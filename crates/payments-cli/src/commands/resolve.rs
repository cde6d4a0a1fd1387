//! `payments resolve`.

use std::io::Read as _;

use clap::Args;
use payments_core::{Kind, Timestamp};
use payments_facade::payment::Agreement;
use payments_facade::ticket::Pending;
use payments_facade::{Resolution, Ticket};
use serde::Serialize;

use crate::access::{Access, now};
use crate::confirm;
use crate::failure::{FailedCall, Failure, runtime};
use crate::output::{self, printable, say};
use crate::view::{self, PaymentView, moment};

const HELP: &str = "\
Example:
  payments resolve 'pt1:cpay/main:payout:payout-7:4.00:USDT::1700000000000::086cf215'
  payments resolve - < ticket

Exit status: 0 there is an order under the reference, and how it stands; 1 the call did not take
effect, and that is proven (none of the three providers documents such a proof); 3 nobody knows yet,
or the order under the reference is another one. A payout is never sent again by this. ChainUp OPay knows its orders by sending
them again alone: the ticket of one makes the order if it was absent.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The ticket that a command with exit status 3 printed; - reads it from standard input
    #[arg(value_name = "TICKET")]
    ticket: String,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"ticket":"…","resolution":"found","sum":"same","payment":{…},"ask_again_at_ms":null,"cause":null}`
#[derive(Serialize)]
struct Told {
    ticket: String,
    resolution: &'static str,
    /// Whether the provider names the ticket's sum; only of what was found.
    sum: Option<&'static str>,
    payment: Option<PaymentView>,
    ask_again_at_ms: Option<u64>,
    cause: Option<FailedCall>,
}

/// The facade reads no longer one.
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
        text.parse()
            .map_err(|error: payments_facade::ticket::TicketError| Failure::bad(error.to_string()))
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let ticket = options.ticket()?;
    let session = access.open().map_err(before_asking)?;
    let resolution = runtime()
        .map_err(before_asking)?
        .block_on(ticket.resolve(&session.gateways, now()))
        .map_err(|error| Failure::bad(error.to_string()))?;
    if session.json {
        return tell_script(&ticket, resolution);
    }
    match resolution {
        Resolution::Found(payment) => {
            let sentence = match ticket.agreement(&payment) {
                Agreement::Same => {
                    "It took effect: there is an order of this sum under the reference."
                }
                Agreement::Unstated | Agreement::Other => {
                    "There is an order under the reference. The provider does not name the sum that was asked for, and the \
                     payee was not compared: it is this call's unless the reference was used before."
                }
            };
            let printed = say!("{sentence}\n").and_then(|()| view::print(&payment));
            confirm::told(&ticket, printed)
        }
        Resolution::Absent => {
            say!("It did not take effect, and that is proven: it may be made again.")?;
            Err(Failure::Refused)
        }
        Resolution::Pending(Pending { until, cause }) => {
            // Printed or not, the exit status says that nobody knows.
            let _ = match cause {
                Some(cause) if cause.kind() == Kind::Integrity => say!(
                    "The order under the reference is another one than the ticket's. Whether the ticket's call took effect is \
                     not known: a person has to look.\n{}",
                    printable(&cause.to_string())
                ),
                Some(cause) => say!(
                    "Nobody knows yet. Do not make it again; ask once more after {}.\nThe question was not answered: {}",
                    moment(until),
                    printable(&cause.to_string())
                ),
                None => say!(
                    "Nobody knows yet. Do not make it again; ask once more after {}.",
                    moment(until)
                ),
            };
            Err(Failure::Undecided)
        }
    }
}

/// Status 1 is a proven absence here, and nothing was asked yet.
fn before_asking(failure: Failure) -> Failure {
    match failure {
        Failure::Failed(sentence) => Failure::BadInput(sentence),
        other => other,
    }
}

fn tell_script(ticket: &Ticket, resolution: Resolution) -> Result<(), Failure> {
    let mut told = Told {
        ticket: ticket.export().expose().to_owned(),
        resolution: "found",
        sum: None,
        payment: None,
        ask_again_at_ms: None,
        cause: None,
    };
    let result = match resolution {
        Resolution::Found(payment) => {
            told.sum = Some(match ticket.agreement(&payment) {
                Agreement::Same => "same",
                Agreement::Unstated | Agreement::Other => "untold",
            });
            told.payment = Some(PaymentView::from(&*payment));
            Ok(())
        }
        Resolution::Absent => {
            told.resolution = "absent";
            Err(Failure::Refused)
        }
        Resolution::Pending(Pending { until, cause }) => {
            told.resolution = "still";
            told.ask_again_at_ms = Some(Timestamp::as_millis(until));
            told.cause = cause.as_ref().map(FailedCall::new);
            Err(Failure::Undecided)
        }
    };
    match (output::json(&told), result) {
        (printed, Ok(())) => confirm::told(ticket, printed),
        (_, result) => result,
    }
}
