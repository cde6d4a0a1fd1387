//! What is printed about a resolved ticket, and the exit status.

use payments_core::{InvalidRequest, NextStep, Timestamp};
use payments_facade::payment::Agreement;
use payments_facade::ticket::{Difference, MoneyCall, Pending};
use payments_facade::{Error, Payment, Resolution, Ticket};
use serde::Serialize;

use crate::access::Session;
use crate::answer_view::AnswerView;
use crate::confirm;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::view::moment;
use crate::wording;

/// `{"ticket":"…","resolution":"found","confirmed":false,"sum":"same","payee":"not_stated","differences":[],"payment":{…},…}`
#[derive(Serialize)]
pub(super) struct Resolved {
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

pub(super) fn print(
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

impl Resolved {
    pub(super) fn new(ticket: &Ticket, resolution: &'static str) -> Self {
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
