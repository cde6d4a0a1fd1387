//! Counts and durations of calls through the `metrics` facade.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use metrics::{SharedString, counter, describe_counter, describe_histogram, histogram};
use payments_core::{Clock, Outcome, Timestamp};

use super::call::Call;
use super::layered::{Layer, Layered};
use crate::answer::Answer;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::payment::Payment;
use crate::statement::Rows;
use crate::webhook::{Received, WebhookError};

/// A gateway whose calls and webhooks are counted through the recorder that the application installs.
///
/// | name | type | labels |
/// |---|---|---|
/// | `payments_calls_total` | counter | `provider`, `account`, `operation`, `outcome`, `kind` |
/// | `payments_call_seconds` | histogram | `provider`, `account`, `operation`, `outcome` |
/// | `payments_webhooks_total` | counter | `provider`, `account`, `result` |
///
/// - `operation` is one of [`Call::ALL`].
/// - `outcome` is `ok`, `not_applied`, `unknown` or `applied`.
/// - `kind` is the name of the error's kind ([`Kind::as_str`](payments_core::Kind::as_str)), `none` for a success, and
///   `dropped` if the caller dropped the future. The outcome of a dropped call is `unknown` unless it was a read.
/// - `result` is `received`, `refused` or `unreadable`.
///
/// No label contains a reference, an amount, a provider's code or anything else with unbounded values. A call that is
/// refused before any I/O is counted like any other. A statement is one call, from the first row to the last.
///
/// ```
/// use std::sync::Arc;
///
/// use payments_facade::layer::Metered;
/// use payments_facade::{Gateway, Gateways};
///
/// # fn wrap(gateway: impl Gateway, clock: Arc<dyn payments_core::Clock>) -> Result<(), Box<dyn std::error::Error>> {
/// let mut gateways = Gateways::new();
/// gateways.add(Metered::new(gateway, clock))?;
/// # Ok(())
/// # }
/// ```
pub type Metered<G> = Layered<G, MetricsLayer>;

/// The [`Layer`] of [`Metered`].
#[derive(Clone, Debug)]
pub struct MetricsLayer {
    provider: SharedString,
    account: SharedString,
    clock: Arc<dyn Clock>,
}

/// The counter of calls.
const CALLS: &str = "payments_calls_total";
/// The histogram of how long they took.
const SECONDS: &str = "payments_call_seconds";
/// The counter of webhooks.
const WEBHOOKS: &str = "payments_webhooks_total";

impl<G: Gateway> Metered<G> {
    /// Counts the calls of this gateway. Durations are measured by this clock.
    pub fn new(gateway: G, clock: Arc<dyn Clock>) -> Self {
        describe_counter!(CALLS, "Calls to payment gateways, by outcome");
        describe_histogram!(
            SECONDS,
            metrics::Unit::Seconds,
            "How long calls to payment gateways took, waits and repeats included"
        );
        describe_counter!(WEBHOOKS, "Webhooks of payment gateways");
        let layer = MetricsLayer {
            provider: shared(gateway.id().provider()),
            account: shared(gateway.id().account()),
            clock,
        };
        Self::around(gateway, layer)
    }
}

impl MetricsLayer {
    fn started(&self, call: Call) -> Running<'_> {
        Running {
            layer: self,
            call,
            since: self.clock.monotonic(),
            is_over: false,
        }
    }

    fn count(&self, call: Call, took: Duration, outcome: &'static str, kind: &'static str) {
        let (provider, account) = (self.provider.clone(), self.account.clone());
        histogram!(SECONDS, "provider" => provider.clone(), "account" => account.clone(),
            "operation" => call.as_str(), "outcome" => outcome)
        .record(took.as_secs_f64());
        counter!(CALLS, "provider" => provider, "account" => account,
            "operation" => call.as_str(), "outcome" => outcome, "kind" => kind)
        .increment(1);
    }
}

/// A call in progress. If it is dropped before it ends, it is counted as dropped.
struct Running<'a> {
    layer: &'a MetricsLayer,
    call: Call,
    since: Duration,
    is_over: bool,
}

impl Running<'_> {
    fn ended(&mut self, error: Option<&Error>) {
        match error {
            None => self.count("ok", "none"),
            Some(error) => self.count(error.outcome().as_str(), error.kind().as_str()),
        }
    }

    fn count(&mut self, outcome: &'static str, kind: &'static str) {
        if !std::mem::replace(&mut self.is_over, true) {
            let now = self.layer.clock.monotonic();
            let took = now.saturating_sub(self.since);
            self.layer.count(self.call, took, outcome, kind);
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let outcome = if self.call.is_read() {
            Outcome::NotApplied
        } else {
            Outcome::Unknown
        };
        self.count(outcome.as_str(), "dropped");
    }
}

impl Layer for MetricsLayer {
    async fn around<T, F>(&self, call: Call, start: impl FnOnce() -> F + Send) -> Result<T, Error>
    where
        T: Send,
        F: Future<Output = Result<T, Error>> + Send,
    {
        let mut running = self.started(call);
        let result = start().await;
        running.ended(result.as_ref().err());
        result
    }

    fn rows<'a>(&'a self, start: impl FnOnce() -> Rows<'a> + Send + 'a) -> Rows<'a> {
        Box::pin(MeteredRows {
            running: self.started(Call::Statement),
            rows: start(),
        })
    }

    fn received(&self, result: Result<&Received, WebhookError>) {
        let result = match result {
            Ok(_) => "received",
            Err(WebhookError::OnlyHint) => "hint",
            Err(WebhookError::Unreadable { .. }) => "unreadable",
            Err(_) => "refused",
        };
        counter!(WEBHOOKS, "provider" => self.provider.clone(), "account" => self.account.clone(),
            "result" => result)
        .increment(1);
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

struct MeteredRows<'a> {
    running: Running<'a>,
    rows: Rows<'a>,
}

impl Stream for MeteredRows<'_> {
    type Item = Result<Answer<Payment>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = self.rows.as_mut().poll_next(cx);
        match &row {
            Poll::Ready(None) => self.running.ended(None),
            Poll::Ready(Some(Err(error))) => self.running.ended(Some(error)),
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        row
    }
}

/// A label whose clones share one text.
fn shared(text: &str) -> SharedString {
    SharedString::from(Arc::<str>::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_the_text_of_a_label() {
        let label = shared("main");
        assert_eq!(label.clone().as_ptr(), label.as_ptr());
    }
}
