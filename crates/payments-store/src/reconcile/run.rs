//! One run: its report, and its calls.

use std::collections::BTreeMap;

use payments_facade::{Gateway, Gateways};

use super::budget::Budget;
use super::settings::{Problem, ReconcileReport, ReconcileSettings};
use crate::error::StoreError;
use crate::failures::Failures;
use crate::intent::IntentState;
use crate::store::Store;

/// How many problems of one gateway are reported.
const PROBLEMS: usize = 20;

/// A run. It ends when everything was looked at that was due when it came to it.
pub(super) struct Run<'a> {
    pub(super) store: &'a Store,
    pub(super) settings: &'a ReconcileSettings,
    pub(super) report: ReconcileReport,
    /// The calls of each provider in this run: all that a run may make, if a minute had none left.
    calls: BTreeMap<String, u32>,
    pub(super) failures: Failures,
}

impl<'a> Run<'a> {
    pub(super) fn new(store: &'a Store, settings: &'a ReconcileSettings) -> Self {
        Self {
            store,
            settings,
            report: ReconcileReport::default(),
            calls: BTreeMap::new(),
            failures: Failures::default(),
        }
    }

    /// Takes calls of the gateway's provider, if the budgets have them.
    pub(super) async fn take(
        &mut self,
        gateway: &dyn Gateway,
        calls: u32,
    ) -> Result<bool, StoreError> {
        let provider = gateway.id().provider();
        let made = self.calls.get(provider).copied().unwrap_or(0);
        let made = made.saturating_add(calls);
        if made > self.settings.calls_per_run {
            return Ok(false);
        }
        let budget = Budget::of_minute(gateway, self.settings.calls_per_minute);
        let is_taken = self.store.take_calls(&budget, calls).await?;
        match is_taken {
            true => self.calls.insert(provider.to_owned(), made),
            // Everything else waits for the next run, without a transaction that asks again.
            false if calls == 1 => {
                let all = self.settings.calls_per_run;
                self.calls.insert(provider.to_owned(), all)
            }
            false => None,
        };
        Ok(is_taken)
    }

    /// Takes a request of the account for webhooks.
    pub(super) async fn take_resend(&self, gateway: &dyn Gateway) -> Result<bool, StoreError> {
        let budget = Budget::of_resends(gateway, self.settings.resends_per_day);
        self.store.take_calls(&budget, 1).await
    }

    /// Counts new events, and wakes workers for them.
    pub(super) fn count_events(&mut self, events: usize) {
        self.report.events += events;
        if events > 0 {
            self.store.arrived.notify_waiters();
        }
    }

    pub(super) fn problem(&mut self, gateway: &dyn Gateway, text: String) {
        self.problems(gateway, vec![text]);
    }

    pub(super) fn problems(&mut self, gateway: &dyn Gateway, texts: Vec<String>) {
        for text in texts {
            let known = self.report.problems.iter();
            if known.filter(|it| it.gateway == *gateway.id()).count() < PROBLEMS {
                self.report.problems.push(Problem {
                    gateway: gateway.id().clone(),
                    text,
                });
            }
        }
    }

    /// Queries the providers about the intents that are due; as [`Store::resolve_due`], within the budgets.
    pub(super) async fn resolve_intents(&mut self, gateways: &Gateways) -> Result<(), StoreError> {
        let (store, grace) = (self.store, self.settings.webhook_grace);
        let start = store.now();
        while let Some(due) = store.claim_intent(gateways, start, &self.failures).await? {
            if let Some(gateway) = gateways.get(due.ticket.gateway())
                && !self.take(gateway, 1).await?
            {
                // It is due again after the shortest wait.
                self.report.waiting += 1;
                continue;
            }
            if let Some(queried) = store.query(gateways, due, grace).await? {
                let gateway = queried.intent.ticket.gateway();
                self.failures.count(gateway, queried.has_failed);
                self.report.events += queried.events;
                let is_known = queried.intent.state != IntentState::Unknown;
                self.report.resolved_intents += usize::from(is_known);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;

    use payments_core::scripted::{FixedEntropy, ManualClock};
    use payments_core::{Clock, Timestamp};
    use payments_testkit::FakeGateway;

    use super::*;
    use crate::engine::Sqlite;
    use crate::schema;

    async fn store() -> Store {
        let clock = ManualClock::at(Timestamp::from_secs(1_700_000_000));
        let engine = Sqlite::in_memory().unwrap();
        schema::migrate(&engine, clock.now()).await.unwrap();
        let entropy = Arc::new(FixedEntropy::new(0));
        Store::open(engine, Arc::new(clock), entropy).await.unwrap()
    }

    #[tokio::test]
    async fn new_events_wake_workers_and_nothing_else_does() {
        let (store, settings) = (store().await, ReconcileSettings::default());
        let mut run = Run::new(&store, &settings);
        for (events, wakes) in [(0, false), (2, true), (3, true)] {
            let mut arrived = pin!(store.arrived.notified());
            arrived.as_mut().enable();
            run.count_events(events);
            assert_eq!(arrived.as_mut().enable(), wakes, "{events}");
        }
        assert_eq!(run.report.events, 5);
    }

    #[tokio::test]
    async fn a_gateway_with_many_problems_leaves_room_for_those_of_others() {
        let (store, settings) = (store().await, ReconcileSettings::default());
        let mut run = Run::new(&store, &settings);
        for (account, problems, reported) in [("one", 21, 20), ("two", 3, 3)] {
            let gateway = FakeGateway::new("fake", account).unwrap();
            run.problems(&gateway, vec!["it is closed".to_owned(); problems]);
            let all = run.report.problems.iter();
            let of_gateway = all.filter(|it| it.gateway == *gateway.id());
            assert_eq!(of_gateway.count(), reported, "{account}");
        }
    }
}
