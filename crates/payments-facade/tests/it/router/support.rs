//! Three fake gateways and routers over them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use payments_core::scripted::ManualClock;
use payments_core::{Clock, Timestamp};
use payments_facade::facts::{Fact, Facts, Strategy};
use payments_facade::layer::Call;
use payments_facade::router::{Router, Rule, SkipReason, Verdict};
use payments_facade::{GatewayId, Gateways};
use payments_testkit::FakeGateway;

use super::journal::MemoryJournal;
use crate::layer::support::money;

pub(crate) const NAMES: [&str; 3] = ["one", "two", "three"];

pub(crate) const QUIET: Duration = Duration::from_secs(60);

/// "Not found" proves that there is no order after the quiet period.
const fn facts(quiet: Duration) -> Facts {
    Facts::new(
        Fact::documented(Strategy::Query, "this test"),
        Fact::documented(quiet, "this test"),
        Fact::documented(true, "this test"),
    )
}

pub(crate) struct Three {
    pub(crate) fakes: Vec<FakeGateway>,
    pub(crate) gateways: Gateways,
    pub(crate) clock: ManualClock,
}

impl Three {
    pub(crate) fn new() -> Self {
        Self::with_quiet_period(QUIET)
    }

    pub(crate) fn with_quiet_period(quiet: Duration) -> Self {
        let clock = ManualClock::new();
        let mut gateways = Gateways::new();
        let fakes: Vec<_> = NAMES
            .iter()
            .map(|name| {
                let fake = FakeGateway::builder(name, "main")
                    .balance(&money("100000", "USDT"))
                    .clock(Arc::new(clock.clone()))
                    .facts(facts(quiet))
                    .build()
                    .unwrap();
                gateways.add(fake.clone()).unwrap();
                fake
            })
            .collect();
        Self {
            fakes,
            gateways,
            clock,
        }
    }

    pub(crate) fn router(&self) -> Router {
        let clock = Arc::new(self.clock.clone());
        in_order(Router::in_memory_only(self.gateways.clone(), clock))
    }

    pub(crate) fn journaled(&self, journal: &Arc<MemoryJournal>) -> Router {
        let clock = Arc::new(self.clock.clone());
        in_order(Router::new(self.gateways.clone(), clock, journal.clone()))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How many payouts were sent, to whichever gateway.
    pub(crate) fn sent(&self) -> usize {
        let fakes = self.fakes.iter();
        fakes.map(|fake| fake.sent(Call::CreatePayout)).sum()
    }

    /// At how many gateways a payout or an order of this reference exists.
    pub(crate) fn made(&self, name: &str) -> usize {
        self.fakes
            .iter()
            .filter(|fake| fake.order(name).is_some())
            .count()
    }
}

fn in_order(router: Router) -> Router {
    let rules = NAMES.iter().map(|name| rule(name));
    rules.fold(router, |router, rule| router.then(rule).unwrap())
}

pub(crate) fn id(name: &str) -> GatewayId {
    GatewayId::new(name, "main").unwrap()
}

pub(crate) fn rule(name: &str) -> Rule {
    Rule::new(id(name))
}

pub(crate) fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

pub(crate) fn skipped(route: &payments_facade::router::Route) -> Vec<(String, Option<SkipReason>)> {
    let all = route.candidates().iter().map(|one| {
        let reason = match &one.verdict {
            Verdict::Skipped(reason) => Some(reason.clone()),
            _ => None,
        };
        (one.gateway.to_string(), reason)
    });
    all.collect()
}
