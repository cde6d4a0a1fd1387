//! The figures of the receiver, for Prometheus.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{BoxError, Clock, Timestamp};
use payments_facade::{GatewayId, Gateways};
use payments_store::{DetachedHandler, IntentState, Overview, StoredEvent, WebhookResult};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::log::log;

/// What the text is, as Prometheus asks for it.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// From a query of the handler's database to the time limit of a handler, in seconds.
const ATTEMPT_SECONDS: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 30.0];

/// From an idle receiver to the last attempt after a day, in seconds.
const DELAY_SECONDS: [f64; 8] = [0.1, 1.0, 10.0, 60.0, 600.0, 3_600.0, 21_600.0, 86_400.0];

/// What is counted in this process. Labels have few values: the configured accounts and fixed names.
#[derive(Debug)]
pub(super) struct Metrics {
    clock: Arc<dyn Clock>,
    webhooks: Family<Labels, Counter>,
    attempts: Family<Labels, Counter>,
    attempt_seconds: Histogram,
    delay_seconds: Histogram,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    gateway: String,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

/// The results of an attempt.
const DONE: &str = "done";
const FAILED: &str = "failed";
const DROPPED: &str = "dropped";

impl Metrics {
    /// Every series starts at 0, so that the first webhook already shows as a rate.
    pub(super) fn new(gateways: &Gateways, clock: Arc<dyn Clock>) -> Self {
        let metrics = Self {
            clock,
            webhooks: Family::default(),
            attempts: Family::default(),
            attempt_seconds: Histogram::new(ATTEMPT_SECONDS),
            delay_seconds: Histogram::new(DELAY_SECONDS),
        };
        for gateway in gateways.iter() {
            for result in WebhookResult::ALL {
                let labels = labels(gateway.id(), result.as_str());
                drop(metrics.webhooks.get_or_create(&labels));
            }
            for result in [DONE, FAILED, DROPPED] {
                drop(
                    metrics
                        .attempts
                        .get_or_create(&labels(gateway.id(), result)),
                );
            }
        }
        metrics
    }

    pub(super) fn webhook(&self, gateway: &GatewayId, result: WebhookResult) {
        let labels = labels(gateway, result.as_str());
        self.webhooks.get_or_create(&labels).inc();
    }

    /// All figures as text. `overview` is `None` if the database did not answer.
    pub(super) fn text(&self, overview: Option<&Overview>) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::default();
        registry.register(
            "payments_inbox_webhooks",
            "Webhooks by what became of them",
            self.webhooks.clone(),
        );
        registry.register(
            "payments_inbox_attempts",
            "Calls of the handler by their result",
            self.attempts.clone(),
        );
        registry.register_with_unit(
            "payments_inbox_attempt",
            "How long a call of the handler took",
            Unit::Seconds,
            self.attempt_seconds.clone(),
        );
        registry.register_with_unit(
            "payments_inbox_delay",
            "From the receipt of an event to the end of the call that handled it",
            Unit::Seconds,
            self.delay_seconds.clone(),
        );
        let up = i64::from(overview.is_some());
        gauge(
            &mut registry,
            "payments_database_up",
            "Whether the database answers",
            up,
        );
        if let Some(overview) = overview {
            self.add_overview(&mut registry, overview);
        }
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }

    fn add_overview(&self, registry: &mut Registry, overview: &Overview) {
        let pending = "Events that wait for a handler, or have one";
        gauge(
            registry,
            "payments_inbox_pending",
            pending,
            signed(overview.pending),
        );
        let dead = "Events that are not handled any more";
        gauge(registry, "payments_inbox_dead", dead, signed(overview.dead));
        let findings = "Findings that a person has to look at";
        gauge(
            registry,
            "payments_findings",
            findings,
            signed(overview.findings),
        );
        let oldest = overview.oldest_pending;
        let age = oldest.map_or(Duration::ZERO, |since| since_then(self.clock.now(), since));
        let oldest = Gauge::<f64, AtomicU64>::default();
        oldest.set(age.as_secs_f64());
        registry.register_with_unit(
            "payments_inbox_oldest_pending",
            "The age of the oldest event that waits; 0 if there is no such event",
            Unit::Seconds,
            oldest,
        );
        let intents = Family::<State, Gauge>::default();
        for state in IntentState::ALL.into_iter().filter(|it| !it.is_final()) {
            let count = overview.open_intents.get(&state).copied();
            let state = State {
                state: state.as_str(),
            };
            intents
                .get_or_create(&state)
                .set(signed(count.unwrap_or(0)));
        }
        registry.register(
            "payments_intents_open",
            "Calls that move money and have not ended, by state",
            intents,
        );
    }
}

fn labels(gateway: &GatewayId, result: &'static str) -> Labels {
    Labels {
        gateway: gateway.as_str().to_owned(),
        result,
    }
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Zero if the clocks of two machines disagree.
fn since_then(now: Timestamp, then: Timestamp) -> Duration {
    Duration::from_millis(now.as_millis().saturating_sub(then.as_millis()))
}

/// A handler whose calls are counted, and whose failures are logged.
pub(super) struct Measured {
    pub(super) handler: Box<dyn DetachedHandler>,
    pub(super) metrics: Arc<Metrics>,
}

#[async_trait]
impl DetachedHandler for Measured {
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
        let mut attempt = Attempt {
            metrics: &self.metrics,
            event,
            started_at: self.metrics.clock.monotonic(),
            result: DROPPED,
        };
        let result = self.handler.handle(event).await;
        attempt.result = match &result {
            Ok(()) => DONE,
            Err(error) => {
                let number = event.attempt();
                log(
                    event.effect_key().as_str(),
                    &format!("attempt {number} failed: {error}"),
                );
                FAILED
            }
        };
        result
    }
}

/// A call of the handler. It is counted when it ends or is dropped, as at the end of its lease.
struct Attempt<'a> {
    metrics: &'a Metrics,
    event: &'a StoredEvent,
    started_at: Duration,
    result: &'static str,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let Self { metrics, event, .. } = self;
        let labels = labels(event.gateway(), self.result);
        metrics.attempts.get_or_create(&labels).inc();
        let took = metrics.clock.monotonic().saturating_sub(self.started_at);
        metrics.attempt_seconds.observe(took.as_secs_f64());
        if self.result == DONE {
            let delay = since_then(metrics.clock.now(), event.received_at());
            metrics.delay_seconds.observe(delay.as_secs_f64());
        }
    }
}
