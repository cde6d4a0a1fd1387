//! Why a gateway was chosen for an order.

use std::fmt;

use payments_core::{MerchantRef, Reach, TransportError};

use super::failover::{After, after};
use super::rule::SkipReason;
use crate::error::Error;
use crate::gateway::GatewayId;
use crate::ticket::{MoneyCall, Ticket};

/// Every gateway that was considered for an order, in the router's order, with its verdict.
#[derive(Debug)]
pub struct Route {
    pub(super) call: MoneyCall,
    pub(super) reference: MerchantRef,
    pub(super) candidates: Vec<Candidate>,
}

/// A gateway that was considered.
#[derive(Debug)]
pub struct Candidate {
    /// Its name.
    pub gateway: GatewayId,
    /// Whether it was in cooldown after a failure, so that the others were asked first.
    pub in_cooldown: bool,
    /// Whether it was chosen, and if not, why.
    pub verdict: Verdict,
    /// The index of its rule in the router.
    pub(super) rule: usize,
}

/// Whether a candidate was chosen, and if not, why.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// It made the order. In a route of `why_checkout` or `why_payout`: it would be asked first.
    Chosen,
    /// It was not needed. In a route of `why_checkout` or `why_payout`: it would be asked if the chosen one fails.
    NotTried,
    /// It was not asked, for this reason.
    Skipped(SkipReason),
    /// It was asked and failed.
    Failed(Error),
}

impl Route {
    /// The call that was routed.
    #[must_use]
    pub fn call(&self) -> MoneyCall {
        self.call
    }

    /// The merchant's reference, which is the same at every gateway.
    #[must_use]
    pub fn reference(&self) -> &MerchantRef {
        &self.reference
    }

    /// All candidates, in the router's order.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The gateway that made the order, or would be asked first.
    #[must_use]
    pub fn chosen(&self) -> Option<&GatewayId> {
        let mut all = self.candidates.iter();
        all.find(|one| matches!(one.verdict, Verdict::Chosen))
            .map(|one| &one.gateway)
    }

    /// The gateways that may have received the merchant's reference: their statements and webhooks may contain it.
    pub fn may_know_reference(&self) -> impl Iterator<Item = &GatewayId> {
        let all = self.candidates.iter();
        all.filter(|one| one.verdict.may_know_reference())
            .map(|one| &one.gateway)
    }

    /// The error with the worst outcome, which ended the routing; the last one among equals.
    pub(super) fn worst_error(&self) -> Option<&Error> {
        let failed = self.candidates.iter().filter_map(|one| match &one.verdict {
            Verdict::Failed(error) => Some(error),
            _ => None,
        });
        failed.max_by_key(|error| (error.outcome(), after(error, true) == After::OrderMayExist))
    }
}

impl Candidate {
    pub(super) fn is_untried(&self) -> bool {
        matches!(self.verdict, Verdict::NotTried)
    }

    pub(super) fn was_asked(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }
}

impl Verdict {
    fn may_know_reference(&self) -> bool {
        match self {
            Self::Chosen => true,
            Self::Failed(error) => {
                let not_sent = error.attempts() == 1 && reach(error) == Some(Reach::NotSent);
                error.attempts() > 0 && !not_sent
            }
            Self::NotTried | Self::Skipped(_) => false,
        }
    }
}

/// How far the request of the last attempt got, if there was no answer.
fn reach(error: &Error) -> Option<Reach> {
    let source = std::error::Error::source(error.cause())?;
    source
        .downcast_ref::<TransportError>()
        .map(TransportError::reach)
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chosen => f.write_str("chosen"),
            Self::NotTried => f.write_str("not needed"),
            Self::Skipped(reason) => reason.fmt(f),
            Self::Failed(error) => write!(f, "asked: {error}"),
        }
    }
}

/// A line for the order and one for each candidate.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call.as_str(), self.reference)?;
        for one in &self.candidates {
            let cooldown = if one.in_cooldown {
                " (in cooldown)"
            } else {
                ""
            };
            write!(f, "\n  {}{cooldown}: {}", one.gateway, one.verdict)?;
        }
        Ok(())
    }
}

/// An order that was made, and why at this gateway.
#[derive(Debug)]
pub struct Routed<T> {
    /// The gateway's answer.
    pub answer: T,
    /// The gateway that made it. Store it with the order: all further calls go there.
    pub gateway: GatewayId,
    pub(super) ticket: Ticket,
    pub(super) route: Route,
}

impl<T> Routed<T> {
    /// The ticket for [`Router::forget`](super::Router::forget), once no repeated job can ask for this order again.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// All gateways that were considered, with the reason why this one was chosen.
    #[must_use]
    pub fn why(&self) -> &Route {
        &self.route
    }
}
