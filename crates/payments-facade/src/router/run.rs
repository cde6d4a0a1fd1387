//! One order on its way through the gateways.

use super::book::{Fate, Key, Standing};
use super::job::Job;
use super::route::{After, after, is_in_trouble};
use super::{
    Candidate, JournalError, Route, RouteError, RouteStop, Routed, Router, SkipReason, Verdict,
};

impl Router {
    /// The gateways that may get the order as far as rules and earlier calls go. Whether they can carry it out is looked at
    /// when their turn comes.
    fn plan<J: Job>(&self, job: &J, standing: &Standing) -> Route {
        let mut route = Route {
            call: J::CALL,
            reference: job.reference().clone(),
            considered: Vec::with_capacity(self.rules.len()),
        };
        for (rule, place) in self.rules.iter().zip(0..) {
            let gateway = &rule.gateway;
            // A gateway that fits by an earlier rule is not asked twice.
            let mut earlier = route.considered.iter();
            if earlier.any(|other| other.gateway == *gateway && other.is_spare()) {
                continue;
            }
            let (is_disabled, is_resting) = self.health(gateway);
            let unfit = match (is_disabled, standing.bars(gateway)) {
                (true, _) => Some(SkipReason::Disabled),
                (_, Some(place)) => Some(SkipReason::Bound(place.clone())),
                _ => rule.check(job.money(), job.network()).err(),
            };
            route.considered.push(Candidate {
                gateway: gateway.clone(),
                is_resting,
                verdict: unfit.map_or(Verdict::NotTried, Verdict::SkipReason),
                rule: place,
            });
        }
        route
    }

    pub(super) fn choice<J: Job>(&self, job: &J) -> Route {
        let key: Key = (J::CALL, job.reference().clone());
        let mut route = self.plan(job, &self.book.standing(&key));
        for one in route.considered.iter_mut().filter(|one| one.is_spare()) {
            let gateway = self.gateways.get(&one.gateway);
            let fits = gateway.map_or(Err(SkipReason::Disabled), |gateway| job.fits(gateway));
            if let Err(unfit) = fits {
                one.verdict = Verdict::SkipReason(unfit);
            }
        }
        if let Some(first) = next(&mut route) {
            first.verdict = Verdict::Chosen;
        }
        route
    }

    pub(super) async fn make<J: Job>(&self, job: &J) -> Result<Routed<J::Made>, RouteError> {
        let key: Key = (J::CALL, job.reference().clone());
        let standing = self.book.standing(&key);
        let mut route = self.plan(job, &standing);
        if let Some(stop) = closed(standing) {
            return Err(stopped(route, stop));
        }
        loop {
            let Some(one) = next(&mut route) else {
                let stop = match route.considered.iter().any(Candidate::was_asked) {
                    true => RouteStop::Failed(None),
                    false => RouteStop::NoGateway,
                };
                return Err(stopped(route, stop));
            };
            let Some(gateway) = self.gateways.get(&one.gateway) else {
                one.verdict = Verdict::SkipReason(SkipReason::Disabled);
                continue;
            };
            if let Err(unfit) = job.fits(gateway) {
                one.verdict = Verdict::SkipReason(unfit);
                continue;
            }
            let Some(ticket) = job.ticket(gateway, self.clock.now()) else {
                one.verdict = Verdict::SkipReason(SkipReason::Group(J::CALL.as_str()));
                continue;
            };
            let mut hold = match self.book.enter(&*self.clock, &key, &ticket) {
                Ok(hold) => hold,
                Err(standing) => {
                    if let Some(place) = standing.bars(&one.gateway) {
                        one.verdict = Verdict::SkipReason(SkipReason::Bound(place.clone()));
                    }
                    match closed(standing) {
                        Some(stop) => return Err(stopped(route, stop)),
                        None => continue,
                    }
                }
            };
            if let Some(journal) = &self.journal
                && let Err(error) = journal.sending(&ticket).await
            {
                let stop = match error {
                    JournalError::Unresolved(ticket) => RouteStop::Unresolved(ticket),
                    JournalError::Made(ticket) => RouteStop::AlreadyMade(ticket),
                    JournalError::Failed(error) => RouteStop::Journal(error),
                };
                return Err(stopped(route, stop));
            }
            hold.fate = Fate::Unknown;
            let goes_on = match job.make(gateway).await {
                Some(Ok(answer)) => {
                    hold.fate = Fate::Made;
                    drop(hold);
                    self.is_well(&one.gateway);
                    one.verdict = Verdict::Chosen;
                    if let Some(journal) = &self.journal {
                        journal.applied(&ticket).await;
                    }
                    return Ok(Routed {
                        answer,
                        gateway: one.gateway.clone(),
                        ticket,
                        route,
                    });
                }
                Some(Err(error)) => {
                    let rule = self.rules.get(one.rule);
                    let after = after(&error, rule.is_some_and(|rule| rule.passes_on_declined));
                    if is_in_trouble(&error) {
                        self.rest(&one.gateway);
                    }
                    one.verdict = Verdict::Failed(error);
                    if after == After::OrderMayExist {
                        drop(hold);
                        return Err(stopped(route, RouteStop::Failed(Some(Box::new(ticket)))));
                    }
                    after == After::AskAnother
                }
                None => {
                    one.verdict = Verdict::SkipReason(SkipReason::Group(J::CALL.as_str()));
                    true
                }
            };
            hold.fate = Fate::Nothing;
            if let Some(journal) = &self.journal {
                journal.not_applied(&ticket).await;
            }
            drop(hold);
            if !goes_on {
                return Err(stopped(route, RouteStop::Failed(None)));
            }
        }
    }
}

/// The gateway to ask next: the first one that is fresh, failing that the first one that rests.
fn next(route: &mut Route) -> Option<&mut Candidate> {
    let all = route.considered.iter_mut().filter(|one| one.is_spare());
    all.min_by_key(|one| one.is_resting)
}

/// Why no gateway may get the reference.
fn closed(standing: Standing) -> Option<RouteStop> {
    match standing {
        Standing::Free | Standing::Bound(_) => None,
        Standing::Unresolved(ticket) => Some(RouteStop::Unresolved(ticket)),
        Standing::Made(ticket) => Some(RouteStop::AlreadyMade(ticket)),
    }
}

fn stopped(route: Route, stop: RouteStop) -> RouteError {
    RouteError {
        route: Box::new(route),
        stop,
    }
}

impl Candidate {
    fn is_spare(&self) -> bool {
        matches!(self.verdict, Verdict::NotTried)
    }

    fn was_asked(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }
}
