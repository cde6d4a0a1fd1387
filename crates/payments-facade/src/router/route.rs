//! Why an order went where it went.

use std::fmt;

use payments_core::{BoxError, Kind, MerchantRef, Outcome, Reach, Refusal, TransportError};

use super::SkipReason;
use crate::error::Error;
use crate::error::may_have_made_order;
use crate::gateway::GatewayId;
use crate::ticket::{MoneyCall, Ticket};

/// Every gateway that was considered for an order, in the router's order, and what became of it.
#[derive(Debug)]
pub struct Route {
    pub(super) call: MoneyCall,
    pub(super) reference: MerchantRef,
    pub(super) considered: Vec<Candidate>,
}

/// One gateway that was considered.
#[derive(Debug)]
pub struct Candidate {
    /// Which.
    pub gateway: GatewayId,
    /// Whether it rested after a failure, and so came after those that did not.
    pub is_resting: bool,
    /// What became of it.
    pub verdict: Verdict,
    /// The place of its rule in the router.
    pub(super) rule: usize,
}

/// What became of a gateway that was considered.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// It made the order; before anything was sent: it would be asked first.
    Chosen,
    /// Its turn did not come. Before anything was sent: it fits, and would be asked later.
    NotTried,
    /// It was not asked, and would not be.
    SkipReason(SkipReason),
    /// It was asked, and this came of it.
    Failed(Error),
}

impl Route {
    /// Which call.
    #[must_use]
    pub fn call(&self) -> MoneyCall {
        self.call
    }

    /// The merchant's reference: the same at every gateway.
    #[must_use]
    pub fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// All gateways, in the router's order.
    #[must_use]
    pub fn considered(&self) -> &[Candidate] {
        &self.considered
    }

    /// The gateway that made the order, or would be asked first.
    #[must_use]
    pub fn chosen(&self) -> Option<&GatewayId> {
        let mut all = self.considered.iter();
        all.find(|one| matches!(one.verdict, Verdict::Chosen))
            .map(|one| &one.gateway)
    }

    /// The gateways that this call may have told the merchant's reference: their statements and webhooks may name it.
    pub fn may_know_reference(&self) -> impl Iterator<Item = &GatewayId> {
        let all = self.considered.iter();
        all.filter(|one| one.verdict.may_know_reference())
            .map(|one| &one.gateway)
    }
}

impl Verdict {
    fn may_know_reference(&self) -> bool {
        match self {
            Self::Chosen => true,
            Self::Failed(error) => {
                let nothing_left = error.attempts() == 1 && reach(error) == Some(Reach::NotSent);
                error.attempts() > 0 && !nothing_left
            }
            Self::NotTried | Self::SkipReason(_) => false,
        }
    }
}

/// How far the last attempt's request got, where there was no answer.
fn reach(error: &Error) -> Option<Reach> {
    let source = std::error::Error::source(error.cause())?;
    source
        .downcast_ref::<TransportError>()
        .map(TransportError::reach)
}

/// What is to be done after a failed call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing came of it, and another gateway may be asked: the order was not sent, or the gateway refused for certain.
    AskAnother,
    /// Nothing came of it, and no other gateway is asked.
    GiveUp,
    /// An order may exist there under the same reference.
    OrderMayExist,
}

pub(super) fn after(error: &Error, passes_on_declined: bool) -> After {
    if error.ticket().is_some() || may_have_made_order(error.cause()) {
        return After::OrderMayExist;
    }
    match error.kind() {
        Kind::Invalid | Kind::Unsupported | Kind::Configuration | Kind::Busy => After::AskAnother,
        // The outcome is certain, so the order itself was not sent, or a question that came before it failed.
        Kind::Connect
        | Kind::Timeout
        | Kind::Network
        | Kind::Unavailable
        | Kind::Undecodable
        | Kind::Unverified => After::AskAnother,
        Kind::Refused(Refusal::Declined) if !passes_on_declined => After::GiveUp,
        Kind::Refused(_) => After::AskAnother,
        // A code whose effect nobody documents, above all.
        _ => After::OrderMayExist,
    }
}

/// Whether the gateway itself is in trouble, and not this one order.
pub(super) fn is_in_trouble(error: &Error) -> bool {
    matches!(
        error.kind(),
        Kind::Connect
            | Kind::Timeout
            | Kind::Network
            | Kind::Unavailable
            | Kind::Busy
            | Kind::Undecodable
            | Kind::Unverified
    )
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => f.write_str("chosen"),
            Self::NotTried => f.write_str("not needed"),
            Self::SkipReason(unfit) => unfit.fmt(f),
            Self::Failed(error) => write!(f, "asked: {error}"),
        }
    }
}

/// A line for the order and one for each gateway.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call.as_str(), self.reference)?;
        for one in &self.considered {
            let resting = if one.is_resting { " (resting)" } else { "" };
            write!(f, "\n  {}{resting}: {}", one.gateway, one.verdict)?;
        }
        Ok(())
    }
}

/// An order that was made, and why there.
#[derive(Debug)]
pub struct Routed<T> {
    /// The gateway's answer.
    pub answer: T,
    /// The gateway that made it. Store it with the order: from now on it is the one to ask.
    pub gateway: GatewayId,
    pub(super) ticket: Ticket,
    pub(super) route: Route,
}

impl<T> Routed<T> {
    /// What [`Router::forget`](crate::router::Router::forget) takes, once no repeated job can ask for this order again.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Why there.
    #[must_use]
    pub fn why(&self) -> &Route {
        &self.route
    }
}

/// An order that was not made, or may have been.
#[derive(Debug)]
pub struct RouteError {
    pub(super) route: Box<Route>,
    pub(super) stop: RouteStop,
}

/// Why a router went no further.
#[derive(Debug)]
#[non_exhaustive]
pub enum RouteStop {
    /// No gateway fits. Nothing was sent by this call, and the journal was not asked about earlier ones.
    NoGateway,
    /// The last gateway that was asked failed in a way that forbids asking another, or there was none left. The ticket is
    /// there where an order may exist at it.
    Failed(Option<Box<Ticket>>),
    /// An earlier call under the same reference went to a gateway, or is under way, and it is not known that nothing came
    /// of it. Nothing was sent now. [`Router::resolve`](crate::router::Router::resolve) it first.
    Unresolved(Box<Ticket>),
    /// An earlier call under the same reference made the order, at the ticket's gateway. Nothing was sent now; the ticket
    /// finds the payment.
    AlreadyMade(Box<Ticket>),
    /// The journal could not be read or written. The gateway that came next was not asked.
    Journal(BoxError),
}

impl RouteError {
    /// Which gateways were considered, and what became of each.
    #[must_use]
    pub fn why(&self) -> &Route {
        &self.route
    }

    /// What ended it.
    #[must_use]
    pub fn stop(&self) -> &RouteStop {
        &self.stop
    }

    /// Whether there is an order under this reference, at any gateway, made by this call or an earlier one.
    ///
    /// - [`NotApplied`](Outcome::NotApplied): nothing came of this call, and neither the router nor its journal, where it was
    ///   asked, knows of an earlier one.
    /// - [`Applied`](Outcome::Applied): there is one, made already or not as it was asked for.
    /// - [`Unknown`](Outcome::Unknown): there may be one. Where there is no [`ticket`](Self::ticket) the journal could not be
    ///   read: make the same call again.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.stop {
            RouteStop::NoGateway | RouteStop::Failed(None) => Outcome::NotApplied,
            RouteStop::AlreadyMade(_) => Outcome::Applied,
            RouteStop::Unresolved(_) | RouteStop::Journal(_) => Outcome::Unknown,
            // That this very call did nothing is no comfort: an earlier one may have made the order.
            RouteStop::Failed(Some(_)) => match self.cause().map(Error::outcome) {
                Some(Outcome::Applied) => Outcome::Applied,
                _ => Outcome::Unknown,
            },
        }
    }

    /// The call that made the order, or may have: resolve it before anything else is done under this reference. It is the
    /// ticket that the journal has.
    #[must_use]
    pub fn ticket(&self) -> Option<&Ticket> {
        match &self.stop {
            RouteStop::Unresolved(ticket) | RouteStop::AlreadyMade(ticket) => Some(ticket),
            RouteStop::Failed(ticket) => ticket.as_deref(),
            RouteStop::NoGateway | RouteStop::Journal(_) => None,
        }
    }

    /// The error that ended it: the worst one. All of them stand in [`why`](Self::why).
    #[must_use]
    pub fn cause(&self) -> Option<&Error> {
        self.route.worst_error()
    }
}

impl Route {
    /// Of those that were asked, the worst, for it ended the matter; the last where all are alike.
    fn worst_error(&self) -> Option<&Error> {
        let failed = self.considered.iter().filter_map(|one| match &one.verdict {
            Verdict::Failed(error) => Some(error),
            _ => None,
        });
        failed.max_by_key(|error| (error.outcome(), after(error, true) == After::OrderMayExist))
    }
}

/// One line.
impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (call, reference) = (self.route.call.as_str(), &self.route.reference);
        write!(f, "{call} {reference}: ")?;
        match (&self.stop, self.cause()) {
            (RouteStop::NoGateway, _) => f.write_str("no gateway fits; nothing was sent"),
            (RouteStop::Unresolved(ticket), _) => write!(
                f,
                "an earlier call at {} is not resolved; nothing was sent now; ticket {ticket}",
                ticket.gateway()
            ),
            (RouteStop::AlreadyMade(ticket), _) => write!(
                f,
                "it was made already, at {}; nothing was sent now; ticket {ticket}",
                ticket.gateway()
            ),
            (RouteStop::Journal(_), _) => {
                f.write_str("the journal failed; the next gateway was not asked")
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
