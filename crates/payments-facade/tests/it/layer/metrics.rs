//! `Metered`: every call and webhook is counted.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;
use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use payments_core::Refusal;
use payments_core::scripted::{ManualClock, block_on};
use payments_facade::layer::{Call, Metered};
use payments_facade::{Capabilities, Gateway, GatewayId};
use payments_testkit::{FakeFault, FakeGateway, FakeGroup};

use super::support::{make, money};

/// Collects what is recorded, by name and labels.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

struct Cell(Recorded, String);

impl Cell {
    fn keep(&self, value: f64) {
        let mut all = self.0.0.lock().unwrap();
        all.entry(self.1.clone()).or_default().push(value);
    }
}

impl CounterFn for Cell {
    fn increment(&self, value: u64) {
        self.keep(value as f64);
    }

    fn absolute(&self, _: u64) {
        panic!("counters only grow");
    }
}

impl HistogramFn for Cell {
    fn record(&self, value: f64) {
        self.keep(value);
    }
}

fn text(key: &Key) -> String {
    let labels = key.labels();
    let labels: Vec<_> = labels
        .map(|label| format!("{}={}", label.key(), label.value()))
        .collect();
    format!("{} {}", key.name(), labels.join(" "))
}

impl Recorder for Recorded {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::new(Cell(self.clone(), text(key))))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("there are no gauges");
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Cell(self.clone(), text(key))))
    }
}

impl Recorded {
    fn count(&self, name: &str) -> usize {
        self.0.lock().unwrap().get(name).map_or(0, Vec::len)
    }

    fn names(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    /// Records while `run` runs on this thread.
    fn during<T>(&self, run: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(self, run)
    }
}

fn fake(clock: &ManualClock) -> FakeGateway {
    FakeGateway::builder("fake", "main")
        .balance(&money("1000", "USDT"))
        .rate("USDT", "BTC", "50000".parse().unwrap())
        .clock(Arc::new(clock.clone()))
        .build()
        .unwrap()
}

fn counter(call: Call, outcome: &str, kind: &str) -> String {
    format!(
        "payments_calls_total provider=fake account=main operation={call} outcome={outcome} kind={kind}"
    )
}

#[test]
fn counts_every_call_by_its_outcome() {
    let (kept, clock) = (Recorded::default(), ManualClock::new());
    let fake = fake(&clock);
    let metered = Metered::new(fake.clone(), Arc::new(clock));
    let mut expected = 0;
    for call in Call::ALL.iter().copied() {
        // The fake gateway resolves by a query.
        let outcome = if call.is_read() || call == Call::Resolve {
            "not_applied"
        } else {
            "unknown"
        };
        let faults = [
            (FakeFault::Lost { applied: false }, outcome, "timeout"),
            (FakeFault::NoConnection, "not_applied", "connect"),
            (
                FakeFault::Refused(Refusal::Funds),
                "not_applied",
                "refused_funds",
            ),
        ];
        for (fault, outcome, kind) in faults {
            fake.script(call, fault);
            kept.during(|| block_on(make(&metered, call, "r-1")))
                .unwrap_err();
            assert_eq!(
                kept.count(&counter(call, outcome, kind)),
                1,
                "{call} {kind}"
            );
        }
        expected += 3;
    }
    // Cancelling an order that does not exist is refused. All other calls succeed, each under its own reference.
    for (number, call) in Call::ALL.iter().copied().enumerate() {
        let result = kept.during(|| block_on(make(&metered, call, &format!("r-{number}"))));
        let (outcome, kind) = match call {
            Call::CancelCheckout => ("not_applied", "refused_not_found"),
            _ => ("ok", "none"),
        };
        assert_eq!(result.is_ok(), outcome == "ok", "{call}: {result:?}");
        assert_eq!(kept.count(&counter(call, outcome, kind)), 1, "{call}");
        expected += 1;
    }
    let names = kept.names();
    let total = |prefix: &str| -> usize {
        let names = names.iter().filter(|name| name.starts_with(prefix));
        names.map(|name| kept.count(name)).sum()
    };
    assert_eq!(total("payments_calls_total"), expected);
    assert_eq!(total("payments_call_seconds"), expected);
    assert!(
        names
            .iter()
            .all(|name| !name.contains("r-1") && !name.contains("USDT"))
    );
}

#[test]
fn measures_durations_by_the_given_clock() {
    #[derive(Debug)]
    struct Slow(ManualClock);
    impl payments_facade::layer::Layer for Slow {
        async fn around<T, F>(
            &self,
            _: Call,
            start: impl FnOnce() -> F + Send,
        ) -> Result<T, payments_facade::Error>
        where
            T: Send,
            F: Future<Output = Result<T, payments_facade::Error>> + Send,
        {
            self.0.advance(Duration::from_millis(250));
            start().await
        }
        fn rows<'a>(
            &'a self,
            start: impl FnOnce() -> payments_facade::statement::Rows<'a> + Send + 'a,
        ) -> payments_facade::statement::Rows<'a> {
            self.0.advance(Duration::from_millis(500));
            start()
        }
        fn received(&self, _: Result<&payments_facade::Received, payments_facade::WebhookError>) {}
        fn now(&self) -> payments_core::Timestamp {
            payments_core::Clock::now(&self.0)
        }
    }
    let (kept, clock) = (Recorded::default(), ManualClock::new());
    let slow = payments_facade::layer::Layered::around(fake(&clock), Slow(clock.clone()));
    let metered = Metered::new(slow, Arc::new(clock));
    for call in [Call::Balances, Call::Statement] {
        kept.during(|| block_on(make(&metered, call, "r-1")))
            .unwrap();
    }
    let seconds = |call| {
        let name =
            format!("payments_call_seconds provider=fake account=main operation={call} outcome=ok");
        kept.0.lock().unwrap().get(&name).cloned()
    };
    assert_eq!(seconds(Call::Balances), Some(vec![0.25]));
    assert_eq!(seconds(Call::Statement), Some(vec![0.5]));
}

#[test]
fn counts_a_dropped_call_as_unknown() {
    let (kept, clock) = (Recorded::default(), ManualClock::new());
    let fake = fake(&clock);
    let metered = Metered::new(fake.clone(), Arc::new(clock));
    for (call, outcome) in [
        (Call::CreatePayout, "unknown"),
        (Call::FindPayout, "not_applied"),
        (Call::Statement, "not_applied"),
        // It may have been an order sent once more.
        (Call::Resolve, "unknown"),
    ] {
        fake.script(call, FakeFault::Hangs { applied: true });
        kept.during(|| {
            let mut calling = pin!(make(&metered, call, "p-1"));
            let mut context = Context::from_waker(Waker::noop());
            for _ in 0..3 {
                assert!(calling.as_mut().poll(&mut context).is_pending());
            }
            assert_eq!(kept.count(&counter(call, outcome, "dropped")), 0);
        });
        // The future was dropped with the scope of the recorder.
        assert_eq!(kept.count(&counter(call, outcome, "dropped")), 1, "{call}");
    }
}

#[test]
fn counts_webhooks_by_result() {
    let (kept, clock) = (Recorded::default(), ManualClock::new());
    let fake = fake(&clock);
    let metered = Metered::new(fake.clone(), Arc::new(clock));
    let webhook = fake.deposit(&money("1", "USDT")).unwrap();
    kept.during(|| {
        let receive = |body: &Bytes| {
            metered
                .webhooks()
                .receive(&webhook.headers, body, fake.now())
        };
        assert_eq!(receive(&webhook.body).unwrap().ack().status(), 200);
        assert_eq!(receive(&webhook.body).unwrap().ack().status(), 200);
        receive(&Bytes::from_static(b"{}")).unwrap_err();
    });
    let count = |result: &str| {
        kept.count(&format!(
            "payments_webhooks_total provider=fake account=main result={result}"
        ))
    };
    assert_eq!(
        (count("received"), count("refused"), count("unreadable")),
        (2, 1, 0)
    );
}

#[test]
fn has_the_groups_of_the_inner_gateway() {
    let clock: Arc<ManualClock> = Arc::default();
    let id: GatewayId = "fake/main".parse().unwrap();
    let mut all = BTreeSet::new();
    for group in FakeGroup::ALL.iter().copied() {
        for fake in [
            FakeGateway::builder("fake", "main").without(group),
            FakeGateway::builder("fake", "main").only(&[group]),
            FakeGateway::builder("fake", "main").only(&[FakeGroup::Checkout, group]),
        ] {
            let fake = fake.build().unwrap();
            let inside = Capabilities::of(&fake);
            all.extend(inside.iter());
            let shared: Arc<dyn Gateway> = Arc::new(fake);
            let metered = Metered::new(shared, clock.clone());
            assert_eq!(Capabilities::of(&metered), inside, "{group:?}");
            assert_eq!(metered.id(), &id);
            assert_eq!(metered.facts(), metered.inner().facts());
        }
    }
    assert!(all.len() > 30, "{}", all.len());
}
