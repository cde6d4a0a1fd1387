//! Orders that were not made, or whose outcome is unknown.

use std::fmt;

use payments_core::{BoxError, Outcome};

use super::route::Route;
use crate::error::Error;
use crate::ticket::Ticket;

/// An order that was not made, or may have been.
#[derive(Debug)]
pub struct RouteError {
    pub(super) route: Box<Route>,
    pub(super) stop: RouteStop,
}

/// Why a router stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum RouteStop {
    /// No gateway can make the order. This call sent nothing, and the journal was not asked about earlier ones.
    NoGateway,
    /// The last gateway that was asked failed in a way that forbids asking another, or it was the last one. The ticket is
    /// set if that gateway may have an order.
    Failed(Option<Box<Ticket>>),
    /// An earlier call under the same reference is running, or its outcome is unknown. This call sent nothing.
    /// [Resolve](super::Router::resolve) the ticket first.
    Unresolved(Box<Ticket>),
    /// An earlier call under the same reference made the order, at the ticket's gateway. This call sent nothing. The ticket
    /// finds the payment.
    AlreadyMade(Box<Ticket>),
    /// The journal could not be read or written. The next gateway was not asked.
    Journal(BoxError),
}

impl RouteError {
    /// Which gateways were considered, with their verdicts.
    #[must_use]
    pub fn why(&self) -> &Route {
        &self.route
    }

    /// Why the router stopped.
    #[must_use]
    pub fn stop(&self) -> &RouteStop {
        &self.stop
    }

    /// Whether an order exists under this reference, at any gateway, made by this call or an earlier one.
    ///
    /// - [`NotApplied`](Outcome::NotApplied): this call had no effect, and neither the router nor its journal, if it was
    ///   asked, knows of an earlier one.
    /// - [`Applied`](Outcome::Applied): an order exists, perhaps not as it was asked for.
    /// - [`Unknown`](Outcome::Unknown): an order may exist. Without a [`ticket`](Self::ticket) the journal failed: make the
    ///   same call again.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.stop {
            RouteStop::NoGateway | RouteStop::Failed(None) => Outcome::NotApplied,
            RouteStop::AlreadyMade(_) => Outcome::Applied,
            RouteStop::Unresolved(_) | RouteStop::Journal(_) => Outcome::Unknown,
            // Even if this call had no effect, an earlier one may have made the order.
            RouteStop::Failed(Some(_)) => match self.cause().map(Error::outcome) {
                Some(Outcome::Applied) => Outcome::Applied,
                _ => Outcome::Unknown,
            },
        }
    }

    /// The ticket of the call that made the order, or may have: resolve it before anything else is done under this
    /// reference. It is [marked](Ticket::refused) if the provider refused the call because the reference exists already: store it
    /// as it is, in place of the one from before the call.
    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        match &self.stop {
            RouteStop::Unresolved(ticket) | RouteStop::AlreadyMade(ticket) => Some(ticket),
            RouteStop::Failed(ticket) => ticket.as_deref(),
            RouteStop::NoGateway | RouteStop::Journal(_) => None,
        }
    }

    /// The error that stopped the router. [`why`](Self::why) contains all errors.
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        self.route.worst_error()
    }
}

/// One line.
impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (call, reference) = (self.route.call().as_str(), self.route.reference());
        write!(f, "{call} {reference}: ")?;
        match (&self.stop, self.cause()) {
            (RouteStop::NoGateway, _) => f.write_str("no gateway can make it; nothing was sent"),
            (RouteStop::Unresolved(ticket), _) => write!(
                f,
                "an earlier call at {} is not resolved; nothing was sent now; resolve ticket {ticket}",
                ticket.gateway()
            ),
            (RouteStop::AlreadyMade(ticket), _) => write!(
                f,
                "it was made already, at {}; nothing was sent now; ticket {ticket}",
                ticket.gateway()
            ),
            (RouteStop::Journal(_), _) => {
                f.write_str("the journal failed; the next gateway was not asked; try again")
            }
            (RouteStop::Failed(_), Some(error)) => error.fmt(f),
            (RouteStop::Failed(_), None) => f.write_str("failed"),
        }
    }
}

impl std::error::Error for RouteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.stop {
            RouteStop::Journal(error) => Some(&**error),
            _ => std::error::Error::source(self.cause()?),
        }
    }
}
