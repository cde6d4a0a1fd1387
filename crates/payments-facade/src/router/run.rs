//! One order on its way through the gateways.

use payments_core::Outcome;

use super::Router;
use super::failover::{After, after, is_in_trouble};
use super::intents::{Block, Key};
use super::job::Job;
use super::journal::JournalError;
use super::route::{Candidate, Route, Routed, Verdict};
use super::route_error::{RouteError, RouteStop};
use super::rule::SkipReason;
use crate::answer::Answer;
use crate::checkout::{CheckoutOrder, CreatedCheckout};
use crate::gateway::Gateway;
use crate::payment::Payment;
use crate::payout::PayoutOrder;
use crate::ticket::Ticket;

impl Router {
    /// Which gateway would be asked for this order, and why. No gateway is chosen if the reference is closed. Sends
    /// nothing and does not ask the journal.
    #[must_use]
    pub fn why_checkout(&self, order: &CheckoutOrder) -> Route {
        self.choice(order)
    }

    /// As [`why_checkout`](Self::why_checkout), for a payout.
    #[must_use]
    pub fn why_payout(&self, payout: &PayoutOrder) -> Route {
        self.choice(payout)
    }

    /// Creates an order at the first gateway that can make it and accepts it.
    ///
    /// # Errors
    /// [`RouteError`].
    pub async fn create_checkout(
        &self,
        order: &CheckoutOrder,
    ) -> Result<Routed<Answer<CreatedCheckout>>, RouteError> {
        self.make(order).await
    }

    /// Creates a payout at the first gateway that can make it and accepts it. If the outcome of a call is unknown, no
    /// other gateway is asked.
    ///
    /// # Errors
    /// [`RouteError`].
    pub async fn create_payout(
        &self,
        payout: &PayoutOrder,
    ) -> Result<Routed<Answer<Payment>>, RouteError> {
        self.make(payout).await
    }

    /// The candidates by rules and earlier calls. Whether a gateway can make the order is checked when its turn comes.
    fn plan<J: Job>(&self, job: &J, block: Option<&Block>) -> Route {
        let mut route = Route {
            call: J::CALL,
            reference: job.reference().clone(),
            candidates: Vec::with_capacity(self.rules.len()),
        };
        for (rule, index) in self.rules.iter().zip(0..) {
            let gateway = &rule.gateway;
            // A gateway that passes an earlier rule is not asked twice.
            let mut earlier = route.candidates.iter();
            if earlier.any(|other| other.gateway == *gateway && other.is_untried()) {
                continue;
            }
            let (is_disabled, in_cooldown) = self.health(gateway);
            let skip = match (is_disabled, block) {
                (true, _) => Some(SkipReason::Disabled),
                (_, Some(block)) => Some(SkipReason::ReferenceClosed(block.gateway().clone())),
                _ => rule.check(job.money(), job.network()).err(),
            };
            route.candidates.push(Candidate {
                gateway: gateway.clone(),
                in_cooldown,
                verdict: skip.map_or(Verdict::NotTried, Verdict::Skipped),
                rule: index,
            });
        }
        route
    }

    fn prepare<J: Job>(
        &self,
        job: &J,
        candidate: &Candidate,
    ) -> Result<(&dyn Gateway, Ticket), SkipReason> {
        let gateway = self.gateways.get(&candidate.gateway);
        let gateway = gateway.ok_or(SkipReason::Disabled)?;
        Ok((gateway, job.prepare(gateway, self.clock.now())?))
    }

    fn choice<J: Job>(&self, job: &J) -> Route {
        let key: Key = (J::CALL, job.reference().clone());
        let mut route = self.plan(job, self.intents.blocks(&key).as_ref());
        for candidate in route.candidates.iter_mut().filter(|it| it.is_untried()) {
            if let Err(reason) = self.prepare(job, candidate) {
                candidate.verdict = Verdict::Skipped(reason);
            }
        }
        if let Some(first) = next(&mut route) {
            first.verdict = Verdict::Chosen;
        }
        route
    }

    async fn make<J: Job>(&self, job: &J) -> Result<Routed<J::Made>, RouteError> {
        let key: Key = (J::CALL, job.reference().clone());
        let mut unresolved = None;
        let mut route = match self.intents.blocks(&key) {
            None => self.plan(job, None),
            Some(block @ Block::UpToJournal(_)) => {
                unresolved = Some(block);
                self.plan(job, None)
            }
            Some(block) => return Err(closed(self.plan(job, Some(&block)), block)),
        };
        loop {
            let Some(candidate) = next(&mut route) else {
                // The journal was not asked.
                if let Some(block) = unresolved {
                    return Err(closed(route, block));
                }
                let stop = match route.candidates.iter().any(Candidate::was_asked) {
                    true => RouteStop::Failed(None),
                    false => RouteStop::NoGateway,
                };
                return Err(stopped(route, stop));
            };
            let (gateway, ticket) = match self.prepare(job, candidate) {
                Ok(prepared) => prepared,
                Err(reason) => {
                    candidate.verdict = Verdict::Skipped(reason);
                    continue;
                }
            };
            let reserved = self.intents.reserve(&*self.clock, &key, &ticket);
            let mut reservation = match reserved {
                Ok(reservation) => reservation,
                Err(block) => return Err(closed(route, block)),
            };
            if let Some(journal) = &self.journal
                && let Err(error) = journal.sending(&ticket).await
            {
                let marked = |ticket| Box::new(self.intents.marked(ticket));
                let stop = match error {
                    JournalError::Unresolved(ticket) => RouteStop::Unresolved(marked(*ticket)),
                    JournalError::Made(ticket) => RouteStop::AlreadyMade(marked(*ticket)),
                    JournalError::Failed(error) => RouteStop::Journal(error),
                };
                return Err(stopped(route, stop));
            }
            if self.journal.is_some() {
                reservation.recorded();
                unresolved = None;
            }
            reservation.outcome = Outcome::Unknown;
            let error = match job.make(gateway).await {
                Ok(answer) => {
                    reservation.outcome = Outcome::Applied;
                    drop(reservation);
                    self.end_cooldown(&candidate.gateway);
                    candidate.verdict = Verdict::Chosen;
                    if let Some(journal) = &self.journal {
                        journal.applied(&ticket).await;
                    }
                    return Ok(Routed {
                        answer,
                        gateway: candidate.gateway.clone(),
                        ticket,
                        route,
                    });
                }
                Err(error) => error,
            };
            let rule = self.rules.get(candidate.rule);
            let after = after(&error, rule.is_some_and(|rule| rule.passes_on_declined));
            if is_in_trouble(&error) {
                self.start_cooldown(&candidate.gateway);
            }
            let was_refused = error.ticket().is_some_and(Ticket::was_refused);
            reservation.was_refused = was_refused;
            candidate.verdict = Verdict::Failed(error);
            if after == After::OrderMayExist {
                if let Some(journal) = &self.journal {
                    match was_refused {
                        true => journal.refused(&ticket).await,
                        false => journal.unknown(&ticket).await,
                    }
                }
                drop(reservation);
                let ticket = match was_refused {
                    true => ticket.refused(),
                    false => ticket,
                };
                return Err(stopped(route, RouteStop::Failed(Some(Box::new(ticket)))));
            }
            reservation.outcome = Outcome::NotApplied;
            if let Some(journal) = &self.journal {
                journal.not_applied(&ticket).await;
            }
            drop(reservation);
            if after == After::GiveUp {
                return Err(stopped(route, RouteStop::Failed(None)));
            }
        }
    }
}

/// The gateway to ask next: the first that is not in cooldown, or else the first.
fn next(route: &mut Route) -> Option<&mut Candidate> {
    let untried = route.candidates.iter_mut().filter(|it| it.is_untried());
    untried.min_by_key(|candidate| candidate.in_cooldown)
}

fn closed(route: Route, block: Block) -> RouteError {
    let stop = match block {
        Block::Unresolved(ticket) | Block::UpToJournal(ticket) => RouteStop::Unresolved(ticket),
        Block::Made(ticket) => RouteStop::AlreadyMade(ticket),
    };
    stopped(route, stop)
}

fn stopped(route: Route, stop: RouteStop) -> RouteError {
    RouteError {
        route: Box::new(route),
        stop,
    }
}
