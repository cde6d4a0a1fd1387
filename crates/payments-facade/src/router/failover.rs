//! When a failed call may go on to another gateway.

use payments_core::{Kind, Refusal};

use crate::error::Error;
use crate::error::may_have_made_order;

/// What to do after a failed call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// The order was not sent, or the gateway refused it for certain. Another gateway may be asked.
    AskAnother,
    /// The call had no effect, and no other gateway is asked.
    GiveUp,
    /// The gateway may have an order under the reference.
    OrderMayExist,
}

pub(super) fn after(error: &Error, passes_on_declined: bool) -> After {
    if error.ticket().is_some() || may_have_made_order(error.cause()) {
        return After::OrderMayExist;
    }
    match error.kind() {
        Kind::Refused(Refusal::Declined) if !passes_on_declined => After::GiveUp,
        Kind::Refused(_) | Kind::Invalid | Kind::Unsupported | Kind::Configuration | Kind::Busy => {
            After::AskAnother
        }
        // The outcome is certain: the order was not sent, or a query before it failed. A query also fails with a code that is not
        // documented (`Ambiguous`), or with an answer about something else (`Integrity`).
        Kind::Connect
        | Kind::Timeout
        | Kind::Network
        | Kind::Unavailable
        | Kind::Undecodable
        | Kind::Unverified
        | Kind::Ambiguous
        | Kind::Integrity => After::AskAnother,
        _ => After::OrderMayExist,
    }
}

/// Whether the gateway has a problem, and not only this order.
pub(super) fn is_in_trouble(error: &Error) -> bool {
    match error.kind() {
        // Nothing was sent. The rate limit is that of the gateway; every other cause is a coin in maintenance.
        Kind::Busy if error.attempts() == 0 => error.field() == Some("rate"),
        Kind::Connect
        | Kind::Timeout
        | Kind::Network
        | Kind::Unavailable
        | Kind::Busy
        | Kind::Undecodable
        | Kind::Unverified => true,
        _ => false,
    }
}
