//! The span of a call and the events of its attempts.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Clock, Effect, Executor, Operation, Reach, Timestamp, Transport, TransportError,
};

use crate::recorder::Recorder;
use crate::support::{Gateway, Look, Order, Payout, SECRET, reference};

/// Runs a call and returns its span and events.
fn traced<O: Operation>(transport: &ScriptedTransport, op: &O) -> (String, Vec<String>)
where
    Gateway: payments_core::Protocol<O>,
{
    let recorder = Recorder::default();
    let executor = transport.executor(&ManualClock::new());
    recorder.during(|| {
        drop(block_on(executor.execute(&Gateway, op)));
    });
    let text = recorder.text();
    assert!(
        !text.contains(SECRET) && !text.contains("order-1"),
        "{text}"
    );
    let all = recorder.recorded();
    assert_eq!(all.closed, [1], "one span, which is closed");
    assert!(
        all.events.iter().all(|(span, _)| *span == Some(1)),
        "{text}"
    );
    let events = all.events.iter().map(|(_, event)| event.clone());
    (all.spans[&1].clone(), events.collect())
}

const SPAN: &str = "INFO payments_core payments.call provider=gateway operation=";

#[test]
fn a_call_is_a_span_with_what_became_of_it() {
    let ok = r#"{"says":"done"}"#;
    let (span, events) = traced(
        &ScriptedTransport::new().answer(200, ok),
        &Look(reference()),
    );
    assert_eq!(
        span,
        format!("{SPAN}look effect=read attempts=1 duration_ms=0 outcome=succeeded")
    );
    assert_eq!(
        events,
        ["DEBUG payments_core message=answered attempt=1 status=200"]
    );
}

#[test]
fn every_attempt_is_an_event_with_its_reach_or_status() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::connect(std::io::Error::other(SECRET)))
        .fail(TransportError::timeout(Reach::MaybeSent).with_source(SECRET))
        .answer(502, SECRET);
    let (span, events) = traced(&transport, &Order(reference()));
    assert_eq!(
        span,
        format!(
            "{SPAN}order effect=keyed attempts=3 duration_ms=0 outcome=unknown kind=unavailable"
        )
    );
    let event = "payments_core message=";
    assert_eq!(
        events,
        [
            format!("WARN {event}no usable answer attempt=1 reach=not_sent cause=connect"),
            format!("WARN {event}no usable answer attempt=2 reach=maybe_sent cause=timeout"),
            format!("DEBUG {event}answered attempt=3 status=502"),
        ]
    );
}

#[test]
fn a_call_that_is_refused_before_it_is_sent_has_no_attempt() {
    let forbidden = Payout("forbidden".parse().unwrap());
    let (span, events) = traced(&ScriptedTransport::new(), &forbidden);
    assert_eq!(
        span,
        format!(
            "{SPAN}payout effect=unkeyed attempts=0 duration_ms=0 outcome=not_applied kind=invalid"
        )
    );
    assert_eq!(events, [""; 0]);
}

#[test]
fn a_dropped_call_is_unknown_if_it_moves_money() {
    for (effect, outcome) in [(Effect::Read, "not_applied"), (Effect::Unkeyed, "unknown")] {
        let recorder = Recorder::default();
        let executor = Executor::new(
            Arc::new(Silent),
            Arc::new(Silent),
            Arc::new(FixedEntropy::new(0)),
        );
        recorder.during(|| {
            let mut context = Context::from_waker(Waker::noop());
            let (look, payout) = (Look(reference()), Payout(reference()));
            if effect == Effect::Read {
                let mut call = Box::pin(executor.execute(&Gateway, &look));
                assert!(call.as_mut().poll(&mut context).is_pending());
            } else {
                let mut call = Box::pin(executor.execute(&Gateway, &payout));
                assert!(call.as_mut().poll(&mut context).is_pending());
            }
        });
        let span = recorder.recorded().spans[&1].clone();
        let end = format!(" attempts=1 outcome={outcome} kind=dropped");
        assert!(span.ends_with(&end), "{span}");
    }
}

/// Neither an answer nor the deadline ever comes.
#[derive(Debug)]
struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn send(
        &self,
        _: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, TransportError> {
        std::future::pending().await
    }
}

#[async_trait::async_trait]
impl Clock for Silent {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending().await
    }
}

#[test]
fn the_duration_is_that_of_the_injected_clock() {
    let recorder = Recorder::default();
    let (clock, lost) = (ManualClock::new(), || {
        TransportError::timeout(Reach::MaybeSent)
    });
    let executor = Executor::new(
        Arc::new(
            ScriptedTransport::new()
                .fail(lost())
                .fail(lost())
                .fail(lost()),
        ),
        Arc::new(clock.clone()),
        Arc::new(FixedEntropy::new(u64::MAX)),
    );
    recorder.during(|| {
        assert!(block_on(executor.execute(&Gateway, &Look(reference()))).is_err());
    });
    let waited: Duration = clock.sleeps().iter().sum();
    assert!(!waited.is_zero());
    let span = recorder.recorded().spans[&1].clone();
    assert!(
        span.contains(&format!(" duration_ms={} ", waited.as_millis())),
        "{span}"
    );
}
