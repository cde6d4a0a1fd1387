//! The table of `Executor`, row by row, through the executor itself.

use crate::support::{Gateway, Look, Order, Payout, Run, Step, executor, play};
use Step::*;
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Effect, InvalidRequest, Kind, NextStep, Outcome, Policy, Protocol, Timestamp};

const ENTROPY: u64 = 1 << 63;

/// `done x2` for a success in the second attempt, `Unknown Timeout Query x1` for a failure.
fn summary(run: &Run) -> String {
    let sent = run.sent();
    match &run.result {
        Ok(_) => format!("done x{sent}"),
        Err(error) => {
            assert_eq!(error.attempts() as usize, sent, "attempts are counted");
            format!(
                "{:?} {:?} {:?} x{sent}",
                error.outcome(),
                error.kind(),
                error.next_step()
            )
        }
    }
}

#[track_caller]
fn row(steps: &[Step], read: &str, keyed: &str, unkeyed: &str) {
    let summary = [Effect::Read, Effect::Keyed, Effect::Unkeyed]
        .map(|effect| summary(&play(effect, steps, ENTROPY, Policy::new())));
    assert_eq!(summary, [read, keyed, unkeyed], "{steps:?}");
}

#[track_caller]
fn same(steps: &[Step], all: &str) {
    row(steps, all, all, all);
}

#[test]
fn success() {
    same(&[Done], "done x1");
}

#[test]
fn a_rule_of_the_transport_is_final() {
    same(
        &[Forbidden, Done],
        "NotApplied Configuration FixConfiguration x1",
    );
}

#[test]
fn a_request_that_was_not_sent_is_repeated() {
    same(&[NoConnection, Done], "done x2");
    same(&[ConnectTimeout, Done], "done x2");
    same(&[NoConnection, NoConnection, Done], "done x3");
    same(&[NoConnection; 3], "NotApplied Connect RetryLater x3");
    same(&[ConnectTimeout; 3], "NotApplied Timeout RetryLater x3");
}

#[test]
fn maybe_sent() {
    for (step, kind, next) in [
        (Timeout, "Timeout", "RetryLater"),
        (Reset, "Network", "RetryLater"),
        (Half, "Network", "RetryLater"),
        (CutJson, "Unavailable", "RetryLater"),
        // Of a firewall: it will be there tomorrow, too.
        (Html, "Unavailable", "FixConfiguration"),
        (BadGateway, "Unavailable", "RetryLater"),
    ] {
        let once = format!("Unknown {kind} Query x1");
        row(&[step, Done], "done x2", "done x2", &once);
        row(
            &[step; 3],
            &format!("NotApplied {kind} {next} x3"),
            &format!("Unknown {kind} Query x3"),
            &once,
        );
    }
}

#[test]
fn busy_as_documented() {
    same(&[Busy, Done], "done x2");
    same(&[Busy; 3], "NotApplied Busy RetryLater x3");
}

#[test]
fn unusable_answers() {
    for (step, kind, read_next) in [
        (Garbage, "Undecodable", "Investigate"),
        (TooLarge, "Undecodable", "Investigate"),
        (Forged, "Unverified", "FixConfiguration"),
    ] {
        let write = format!("Unknown {kind} Query x1");
        row(&[step, Done], "done x2", &write, &write);
        let read = format!("NotApplied {kind} {read_next} x2");
        row(&[step, step, Done], &read, &write, &write);
    }
}

#[test]
fn definite_refusal() {
    same(&[Refused, Done], "NotApplied Refused(Limit) FixRequest x1");
}

#[test]
fn effect_not_documented() {
    let write = "Unknown Ambiguous Query x1";
    row(
        &[Ambiguous, Done],
        "NotApplied Ambiguous ContactProvider x1",
        write,
        write,
    );
}

#[test]
fn duplicate() {
    same(&[Exists, Done], "NotApplied Duplicate Query x1");
    same(&[NoConnection, Exists], "NotApplied Duplicate Query x2");

    let unkeyed = "Unknown Timeout Query x1";
    row(
        &[Timeout, Exists],
        "NotApplied Duplicate Query x2",
        "Unknown Duplicate Query x2",
        unkeyed,
    );
    row(
        &[Timeout, NoConnection, Exists],
        "NotApplied Duplicate Query x3",
        "Unknown Duplicate Query x3",
        unkeyed,
    );
    // The provider contradicts itself: it executed nothing, and the order exists.
    let write = "Unknown Duplicate Query x2";
    row(
        &[Busy, Exists],
        "NotApplied Duplicate Query x2",
        write,
        write,
    );
}

#[test]
fn a_success_that_differs_is_applied() {
    let write = "Applied Integrity Investigate x1";
    row(
        &[OtherAmount, Done],
        "NotApplied Integrity Investigate x1",
        write,
        write,
    );
}

#[test]
fn the_worst_of_all_attempts() {
    row(
        &[Timeout, NoConnection, NoConnection],
        "NotApplied Connect RetryLater x3",
        "Unknown Connect Query x3",
        "Unknown Timeout Query x1",
    );
    row(
        &[Timeout, Refused],
        "NotApplied Refused(Limit) FixRequest x2",
        "Unknown Refused(Limit) Query x2",
        "Unknown Timeout Query x1",
    );
    row(
        &[Reset, Forbidden],
        "NotApplied Configuration FixConfiguration x2",
        "Unknown Configuration Query x2",
        "Unknown Network Query x1",
    );
    row(
        &[NoConnection, Busy, Timeout],
        "NotApplied Timeout RetryLater x3",
        "Unknown Timeout Query x3",
        "Unknown Timeout Query x3",
    );
}

#[test]
fn one_attempt_when_the_policy_says_so() {
    for effect in [Effect::Read, Effect::Keyed, Effect::Unkeyed] {
        let run = play(effect, &[NoConnection, Done], ENTROPY, Policy::once());
        assert_eq!(summary(&run), "NotApplied Connect RetryLater x1");
        assert!(run.clock.sleeps().is_empty());
    }
}

#[test]
fn a_check_that_fails_sends_nothing() {
    let transport = ScriptedTransport::new().answer(200, "{}");
    let executor = executor(&transport, &ManualClock::new(), 0, Policy::new());
    let forbidden = || "forbidden".parse().unwrap();

    let errors = [
        block_on(executor.execute(&Gateway, &Look(forbidden()))).unwrap_err(),
        block_on(executor.execute(&Gateway, &Order(forbidden()))).unwrap_err(),
        block_on(executor.execute(&Gateway, &Payout(forbidden()))).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), Kind::Invalid);
        assert_eq!(error.outcome(), Outcome::NotApplied);
        assert_eq!(error.next_step(), NextStep::FixRequest);
        assert_eq!(error.field(), Some("reference"));
        assert_eq!(error.attempts(), 0);
    }
    assert!(transport.requests().is_empty());
}

/// Cannot seal once the clock has passed a moment.
struct Expiring(Timestamp);

impl Protocol<Order> for Expiring {
    fn provider(&self) -> &'static str {
        "expiring"
    }

    fn seal(
        &self,
        op: &Order,
        now: Timestamp,
    ) -> Result<http::Request<bytes::Bytes>, InvalidRequest> {
        if now > self.0 {
            return Err(InvalidRequest::configuration("key", "has expired"));
        }
        Gateway.seal(op, now)
    }

    fn open(
        &self,
        op: &Order,
        answer: &http::Response<bytes::Bytes>,
        now: Timestamp,
    ) -> Result<String, payments_core::Fault> {
        Gateway.open(op, answer, now)
    }
}

#[test]
fn a_signing_failure_sends_nothing_and_keeps_earlier_doubt() {
    let clock = ManualClock::new();
    let now = payments_core::Clock::now(&clock);
    let transport = [Timeout, Done]
        .into_iter()
        .fold(ScriptedTransport::new(), |script, step| step.add_to(script));
    let executor = executor(&transport, &clock, ENTROPY, Policy::new());

    // The first attempt goes out, the second cannot be sealed: the first is still in doubt.
    let order = Order(crate::support::reference());
    let error = block_on(executor.execute(&Expiring(now), &order)).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    assert_eq!(error.next_step(), NextStep::Query);

    let error = block_on(executor.execute(&Expiring(now), &order)).unwrap_err();
    assert_eq!(
        (error.outcome(), error.attempts()),
        (Outcome::NotApplied, 0)
    );
    assert_eq!(error.next_step(), NextStep::FixConfiguration);
    assert_eq!(transport.requests().len(), 1);
}

#[test]
fn every_attempt_is_sealed_anew_for_the_same_reference() {
    let run = play(
        Effect::Keyed,
        &[Timeout, Busy, Done],
        ENTROPY,
        Policy::new(),
    );
    let bodies: Vec<_> = run
        .transport
        .requests()
        .iter()
        .map(|request| String::from_utf8(request.body().to_vec()).unwrap())
        .collect();
    // Half of 200 ms, then half of 400 ms, pass in between.
    assert_eq!(
        bodies,
        [
            "ref=order-1&time=1700000000000",
            "ref=order-1&time=1700000000100",
            "ref=order-1&time=1700000000300",
        ]
    );
}
