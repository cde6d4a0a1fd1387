//! One run: a money call meets a scenario, and what the gateway reports is compared with the provider.

use std::time::Duration;

use fastrand::Rng;
use payments_core::{Kind, MerchantRef, Outcome};
use payments_facade::facts::{Basis, Strategy};
use payments_facade::{Error, Gateway, Resolution, Ticket};
use payments_sandbox::{Fault, FaultKind, FaultWhen};
use payments_testkit::conformance::{Created, Env as _, Op, Order};

use super::figures::RunResult;
use super::scenario::{Faults, Scenario};
use crate::providers::fixture::{Provider, ProviderFixture};
use crate::support::leaks;

/// A right signature of an hour ago.
const STALE: Scenario = Scenario::Kind(FaultKind::StaleTimestamp, FaultWhen::After);

/// The state of a run.
pub(crate) struct Run<'a, P> {
    pub(crate) fixture: &'a ProviderFixture<P>,
    pub(crate) gateway: &'a dyn Gateway,
    pub(crate) order: Order,
    pub(crate) scenario: Scenario,
    pub(crate) random: Rng,
    pub(crate) result: RunResult,
    seed: u64,
}

impl<'a, P: Provider> Run<'a, P> {
    pub(crate) fn new(
        fixture: &'a ProviderFixture<P>,
        gateway: &'a dyn Gateway,
        op: Op,
        scenario: Scenario,
        seed: u64,
    ) -> Self {
        let order = P::order(op, fixture.reference(), fixture.receiver.url());
        Self {
            fixture,
            gateway,
            order: order.unwrap(),
            scenario,
            random: Rng::with_seed(seed),
            result: RunResult::default(),
            seed,
        }
    }

    /// Records a violation unless the condition is true.
    pub(crate) fn expect(&mut self, condition: bool, message: impl FnOnce() -> String) {
        if !condition {
            let (op, scenario, seed) = (self.order.op().name(), self.scenario, self.seed);
            let violation = format!("{op} {scenario:?} seed {seed}: {}", message());
            self.result.violations.push(violation);
        }
    }

    fn reference(&self) -> &MerchantRef {
        self.order.reference()
    }

    /// The number of orders at the provider.
    async fn held(&self) -> usize {
        self.fixture.count(self.reference()).await
    }

    /// The number of requests at the provider that create this order.
    fn sent(&self) -> u64 {
        self.fixture.sent(self.order.op(), self.reference())
    }

    /// Makes the call and checks its result.
    pub(crate) async fn call(&mut self) -> Result<Created, Error> {
        let op = self.order.op();
        match self.scenario.faults::<P>(op, &mut self.random) {
            Faults::Local(faults) => self.fixture.transport.plan(faults),
            Faults::Sandbox(faults) => {
                for fault in faults {
                    self.fixture.sandbox.fault(fault).unwrap();
                }
            }
        }
        let result = self.order.create(self.gateway).await;
        if let Err(error) = &result {
            leaks::check_error("an error under a fault", error);
        }
        let left = self.fixture.transport.left() + self.fixture.sandbox.waiting_faults();
        self.expect(left == 0, || format!("{left} faults were not used"));
        self.check_result(&result).await;
        result
    }

    async fn check_result(&mut self, result: &Result<Created, Error>) {
        let (held, sent) = (self.held().await, self.sent());
        let exists = held == 1;
        self.result.applied = exists;
        self.expect(!self.scenario.reaches_provider() || exists, || {
            "the request did not reach the provider".to_owned()
        });
        let is_true = match result.as_ref().map_err(Error::outcome) {
            Ok(_) | Err(Outcome::Applied) => exists,
            Err(Outcome::NotApplied) => held == 0,
            Err(Outcome::Unknown) => true,
        };
        self.expect(is_true, || {
            let outcome = result.as_ref().map(drop).map_err(Error::outcome);
            format!("reports {outcome:?}, but the provider has {held} orders")
        });
        self.expect(held <= 1, || format!("the provider has {held} orders"));
        if let Err(error) = result {
            let is_unknown = error.outcome() == Outcome::Unknown;
            let may_exist =
                error.outcome() != Outcome::NotApplied || error.kind() == Kind::Duplicate;
            self.expect(error.ticket().is_some() == may_exist, || {
                format!("an error must have a ticket if and only if the order may exist: {error}")
            });
            // The gateway may send again if the provider deduplicates by the reference.
            let is_keyed = self.gateway.facts().strategy.value == Strategy::Repeat;
            self.expect(sent <= 1 || !is_unknown || is_keyed, || {
                format!("sent {sent} times: {error}")
            });
        }
    }

    /// Resolves the ticket repeatedly, until after the quiet period.
    pub(crate) async fn resolve(&mut self, ticket: &Ticket) {
        self.result.has_ticket = true;
        let ticket = self.restarted(ticket);
        let quiet = self.gateway.facts().quiet_period.value;
        // The number of queries, all within the quiet period, that do not find the order yet.
        let mut lag = match self.scenario {
            Scenario::LaggingQuery => self.random.u8(1..4),
            _ => 0,
        };
        let all = [
            Duration::ZERO,
            quiet / 8,
            quiet / 4,
            quiet / 4,
            quiet,
            Duration::from_secs(86_400),
        ];
        // An order that is paid later must not expire before.
        let steps = if self.scenario.concerns_webhooks() {
            &all[..2]
        } else {
            &all[..]
        };
        for step in steps {
            self.fixture.advance(*step).await;
            let is_lagging = lag > 0;
            if is_lagging {
                lag -= 1;
                let fault = Fault::instead(P::GATEWAY).kind(FaultKind::UnknownOrder);
                self.fixture.sandbox.fault(fault).unwrap();
            }
            // CCPayment's client follows the time of signed answers, so its next request is refused, once.
            let is_refused = step.is_zero() && self.scenario == STALE;
            self.resolve_once(&ticket, is_lagging || is_refused).await;
        }
    }

    async fn resolve_once(&mut self, ticket: &Ticket, is_lagging: bool) {
        let now = self.fixture.now();
        let (sent, before) = (self.sent(), self.held().await);
        let resolution = ticket.resolve_at(self.gateway, now).await;
        let (sent, after) = (self.sent() - sent, self.held().await);
        self.result.resolutions += 1;

        let facts = *self.gateway.facts();
        let repeats = facts.strategy.value == Strategy::Repeat;
        let may_repeat = repeats && !self.order.op().is_payout();
        self.expect(sent == 0 || may_repeat, || {
            "resolving sent the call again".to_owned()
        });
        self.expect(before == after || may_repeat, || {
            format!("resolving changed the number of orders from {before} to {after}")
        });
        let age = now.since(ticket.at());
        let is_too_old = repeats && age > facts.repeat_within.value;
        let is_over = age >= facts.quiet_period.value;
        let fact = facts.not_found_proves;
        let proves = fact.value && matches!(fact.source, Basis::Documented(_));
        let is_right = match &resolution {
            Resolution::Found(found) => {
                after == 1 && !is_lagging && found.reference() == Some(self.reference())
            }
            Resolution::Conflict { .. } => after == 1 && !is_lagging && ticket.was_refused(),
            Resolution::Absent => after == 0 && is_over && proves,
            Resolution::Pending(pending) => {
                let is_unproven = after == 0 && !(is_over && proves);
                pending.until > now && (is_lagging || is_too_old || is_unproven)
            }
        };
        self.expect(is_right, || {
            format!("{after} orders, quiet period over: {is_over}, but resolved to {resolution:?}")
        });
    }

    /// The ticket after it was stored as JSON or text, as before a restart.
    fn restarted(&mut self, ticket: &Ticket) -> Ticket {
        let json = serde_json::to_string(ticket).unwrap();
        let by_json: Ticket = serde_json::from_str(&json).unwrap();
        let by_text: Ticket = ticket.export().expose().parse().unwrap();
        self.expect(by_json == *ticket && by_text == *ticket, || {
            format!("{ticket} changed when it was stored")
        });
        if self.random.bool() { by_json } else { by_text }
    }

    /// Checks the provider's orders at the end.
    pub(crate) async fn finish(mut self) -> RunResult {
        let (held, sent) = (self.held().await, self.sent());
        self.expect(held <= 1, || format!("the provider has {held} orders"));
        self.expect(sent <= 1 || !self.order.op().is_payout(), || {
            format!("a payout was sent {sent} times")
        });
        self.result.held = held as u64;
        self.result
    }
}
