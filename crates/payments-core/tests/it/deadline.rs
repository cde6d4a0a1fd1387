//! The total deadline, the waits between attempts, and a call that is dropped.

use crate::support::{Gateway, Order, Payout, Step, executor, play, reference};
use async_trait::async_trait;
use bytes::Bytes;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Clock, Effect, Executor, Kind, NextStep, Outcome, Policy, Reach, Timestamp, Transport,
    TransportError,
};
use std::future::{Future, pending};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

const HALF: u64 = 1 << 63;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn an_attempt_that_hangs_ends_at_the_deadline() {
    for (effect, outcome) in [
        (Effect::Read, Outcome::NotApplied),
        (Effect::Keyed, Outcome::Unknown),
        (Effect::Unkeyed, Outcome::Unknown),
    ] {
        let run = play(effect, &[Step::Hang, Step::Done], HALF, Policy::new());
        assert_eq!(run.elapsed(), Duration::from_secs(30));
        let error = run.result.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (Kind::Timeout, outcome));
        assert_eq!(error.attempts(), 1);
        let words = "no answer in time: the deadline of 30s for the call passed, the request may have arrived; ";
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn the_deadline_covers_all_attempts() {
    // The first attempt takes 20 of the 30 seconds, so the second gets what is left.
    let clock = ManualClock::new();
    let slow = clock.clone();
    let transport = ScriptedTransport::new()
        .respond(move |_| {
            slow.advance(Duration::from_secs(20));
            Err(TransportError::timeout(Reach::MaybeSent))
        })
        .hang();
    let executor = executor(&transport, &clock, 0, Policy::new());

    let error = block_on(executor.execute(&Gateway, &Order(reference()))).unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert_eq!(clock.sleeps(), [Duration::ZERO, Duration::from_secs(10)]);
    assert_eq!(clock.monotonic(), Duration::from_secs(30));
}

#[test]
fn does_not_wait_beyond_the_deadline() {
    let policy = Policy::new()
        .with_deadline(millis(250))
        .with_max_attempts(5);
    // Waits of 100, 200, …: the second would end at 300.
    let run = play(Effect::Keyed, &[Step::NoConnection; 5], HALF, policy);
    assert_eq!(run.clock.sleeps(), [millis(100)]);

    let error = run.result.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Connect, 2));
    assert_eq!(error.next_step(), NextStep::RetryLater);
}

#[test]
fn does_not_wait_until_the_deadline() {
    let policy = Policy::new().with_deadline(millis(100));
    let run = play(Effect::Keyed, &[Step::Timeout; 3], HALF, policy);
    assert!(run.clock.sleeps().is_empty());
    assert_eq!(run.result.unwrap_err().outcome(), Outcome::Unknown);
}

#[test]
fn waits_double_up_to_the_cap() {
    let policy = Policy::new()
        .with_max_attempts(7)
        .with_backoff(millis(200), millis(2_000));
    let run = play(Effect::Read, &[Step::Reset; 7], HALF, policy);
    assert_eq!(
        run.clock.sleeps(),
        [100, 200, 400, 800, 1_000, 1_000].map(millis)
    );
}

#[test]
fn accepts_an_answer_that_arrives_at_the_deadline() {
    let clock = ManualClock::new();
    let slow = clock.clone();
    let transport = ScriptedTransport::new().respond(move |_| {
        slow.advance(Duration::from_secs(31));
        Ok(http::Response::new(Bytes::from_static(
            br#"{"says": "done"}"#,
        )))
    });
    let executor = executor(&transport, &clock, 0, Policy::new());
    let done = block_on(executor.execute(&Gateway, &Payout(reference())));
    assert_eq!(done.unwrap(), "done");
}

#[test]
fn the_deadline_ignores_changes_of_the_wall_clock() {
    let clock = ManualClock::new();
    let other = clock.clone();
    let transport = ScriptedTransport::new()
        .respond(move |_| {
            other.set(Timestamp::from_secs(1));
            Err(TransportError::timeout(Reach::MaybeSent))
        })
        .hang();
    let executor = executor(&transport, &clock, 0, Policy::new());
    let error = block_on(executor.execute(&Gateway, &Order(reference()))).unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert_eq!(clock.monotonic(), Duration::from_secs(30));
    assert!(transport.requests()[1].body().ends_with(b"time=1000"));
}

/// Sleeps an hour longer than it was asked to, as a machine does that was suspended.
#[derive(Debug)]
struct Oversleeper(ManualClock);

#[async_trait]
impl Clock for Oversleeper {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration + Duration::from_secs(3_600)).await;
    }
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let transport = [Step::Timeout, Step::Done]
        .into_iter()
        .fold(ScriptedTransport::new(), |script, step| step.add_to(script));
    let executor = Executor::new(
        Arc::new(transport.clone()),
        Arc::new(Oversleeper(ManualClock::new())),
        Arc::new(FixedEntropy::new(HALF)),
    );
    let error = block_on(executor.execute(&Gateway, &Order(reference()))).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(transport.requests().len(), 1);
}

/// Notes when its sending was cancelled.
#[derive(Debug, Default)]
struct Endless(Arc<AtomicBool>);

#[async_trait]
impl Transport for Endless {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        struct Cancelled(Arc<AtomicBool>);

        impl Drop for Cancelled {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }

        let _cancelled = Cancelled(self.0.clone());
        pending().await
    }
}

#[test]
fn the_deadline_cancels_the_request() {
    let transport = Endless::default();
    let cancelled = transport.0.clone();
    let executor = Executor::new(
        Arc::new(transport),
        Arc::new(ManualClock::new()),
        Arc::new(FixedEntropy::new(0)),
    );
    let error = block_on(executor.execute(&Gateway, &Payout(reference()))).unwrap_err();
    assert_eq!(error.kind(), Kind::Timeout);
    assert!(cancelled.load(Ordering::Relaxed));
}

/// Never answers, and states that it ends after this long.
#[derive(Debug)]
struct Limited(Duration);

#[async_trait]
impl Transport for Limited {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        pending().await
    }

    fn time_limit(&self) -> Option<Duration> {
        Some(self.0)
    }
}

#[test]
fn a_transport_that_ends_before_the_deadline_needs_no_timer() {
    let deadline = Policy::new().deadline();
    let second = Duration::from_secs(1);
    for (limit, sleeps) in [
        (deadline - second, vec![]),
        (deadline, vec![deadline]),
        (deadline + second, vec![deadline]),
    ] {
        let clock = ManualClock::new();
        let executor = Executor::new(
            Arc::new(Limited(limit)),
            Arc::new(clock.clone()),
            Arc::new(FixedEntropy::new(0)),
        );
        let payout = Payout(reference());
        let mut call = pin!(executor.execute(&Gateway, &payout));
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled.is_pending(), sleeps.is_empty());
        assert_eq!(clock.sleeps(), sleeps, "{limit:?}");
    }
}

/// A clock whose sleeps never end.
#[derive(Debug)]
struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        pending().await
    }
}

#[test]
fn a_dropped_call_cancels_the_request() {
    let transport = Endless::default();
    let cancelled = transport.0.clone();
    let executor = Executor::new(
        Arc::new(transport),
        Arc::new(Still),
        Arc::new(FixedEntropy::new(0)),
    );
    let order = Order(reference());
    {
        let mut call = pin!(executor.execute(&Gateway, &order));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(call.as_mut().poll(&mut context), Poll::Pending));
        assert!(!cancelled.load(Ordering::Relaxed));
    }
    assert!(cancelled.load(Ordering::Relaxed));
}

#[test]
fn a_call_can_move_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let transport = ScriptedTransport::new().answer(200, r#"{"says": "done"}"#);
    let executor = executor(&transport, &ManualClock::new(), 0, Policy::new());
    let order = Order(reference());
    let call = is_send(executor.execute(&Gateway, &order));
    let done = std::thread::scope(|scope| scope.spawn(|| block_on(call)).join().unwrap());
    assert_eq!(done.unwrap(), "done");
}

#[test]
fn keeps_a_certain_outcome_when_another_attempt_would_not_finish_in_time() {
    // A connection that takes 5 of 9 seconds to fail: a second attempt would meet the deadline while
    // connecting, and it would no longer be certain that nothing was sent.
    let fails_after = |clock: &ManualClock, secs| {
        let clock = clock.clone();
        move |_: &http::Request<Bytes>| {
            clock.advance(Duration::from_secs(secs));
            Err(TransportError::timeout(Reach::NotSent))
        }
    };
    for (deadline, attempts) in [(9, 1), (11, 2)] {
        let clock = ManualClock::new();
        let transport = ScriptedTransport::new()
            .respond(fails_after(&clock, 5))
            .respond(fails_after(&clock, 5));
        let policy = Policy::new()
            .with_deadline(Duration::from_secs(deadline))
            .with_max_attempts(2);
        let executor = executor(&transport, &clock, 0, policy);
        let error = block_on(executor.execute(&Gateway, &Payout(reference()))).unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::NotApplied, attempts)
        );
        assert_eq!(error.next_step(), NextStep::RetryLater);
    }
}
