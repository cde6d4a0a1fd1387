//! What another HTTP status than 200 changes, and `Retry-After`.

use crate::support::{Gateway, Look, Order, Payout, executor, reference};
use bytes::Bytes;
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{
    Clock, Effect, Error, Fault, Kind, NextStep, Operation, Outcome, Policy, RawAnswer, Refusal,
    Timestamp, open_answer,
};
use std::time::Duration;

fn answer(status: u16, body: &str) -> http::Response<Bytes> {
    let answer = http::Response::builder().status(status);
    answer.body(Bytes::from(body.to_owned())).unwrap()
}

fn says(word: &str) -> String {
    format!("{{\"says\": \"{word}\"}}")
}

/// The kind and the outcome for each effect, as the executor and as a caller with another HTTP stack get them.
fn read(answer: &http::Response<Bytes>) -> [String; 3] {
    fn one<O>(op: &O, answer: &http::Response<Bytes>) -> String
    where
        O: Operation<Output = String> + crate::support::Referenced,
    {
        let Err(fault) = open_answer(&Gateway, op, answer, Timestamp::from_secs(0)) else {
            return "done".to_owned();
        };
        let with = |fault, raw| Error::from_fault("gateway", O::NAME, O::EFFECT, fault, raw);
        let transport = answer.clone();
        let transport = ScriptedTransport::new().respond(move |_| Ok(transport));
        let executor = executor(&transport, &ManualClock::new(), 0, Policy::once());
        let sent = block_on(executor.execute(&Gateway, op)).unwrap_err();
        let parsed = with(fault, None);
        let line = |error: &Error| {
            format!(
                "{:?} {:?} {:?}",
                error.outcome(),
                error.kind(),
                error.next_step()
            )
        };
        assert_eq!(line(&sent), line(&parsed), "{answer:?}");
        assert_eq!(sent.status(), parsed.status());
        assert_eq!(sent.to_string(), parsed.to_string());
        line(&sent)
    }
    [
        one(&Look(reference()), answer),
        one(&Order(reference()), answer),
        one(&Payout(reference()), answer),
    ]
}

const STATUSES: [u16; 14] = [
    201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 500, 502, 503, 520,
];

#[test]
fn under_another_status_than_200_nothing_is_proven_about_a_write() {
    let answers = [
        "done",
        "no",
        "busy",
        "exists",
        "hm",
        "other amount",
        "forged",
        "news",
    ];
    for status in STATUSES.into_iter().chain([429]) {
        for word in answers {
            let [read, keyed, unkeyed] = read(&answer(status, &says(word)));
            assert!(read.starts_with("NotApplied"), "{status} {word}: {read}");
            for write in [keyed, unkeyed] {
                let unknown = write.starts_with("Unknown ") && write.ends_with(" Query");
                assert!(unknown, "{status} {word}: {write}");
            }
        }
    }
}

#[test]
fn a_success_counts_under_status_200_only() {
    assert_eq!(read(&answer(200, &says("done"))), ["done"; 3]);
    for status in STATUSES {
        let [read, keyed, unkeyed] = read(&answer(status, &says("done")));
        let next = match status {
            300..=499 => "FixConfiguration",
            _ => "RetryLater",
        };
        assert_eq!(read, format!("NotApplied Unavailable {next}"), "{status}");
        assert_eq!([keyed, unkeyed], ["Unknown Unavailable Query"; 2]);
    }
}

#[test]
fn a_refused_read_keeps_its_reason_unless_the_server_failed() {
    let refused = |status| {
        let answer = answer(status, &says("no"));
        let fault = open_answer(
            &Gateway,
            &Look(reference()),
            &answer,
            Timestamp::from_secs(0),
        );
        let fault = fault.unwrap_err();
        assert_eq!(fault.provider_code(), Some("7"), "the code stays");
        fault.kind()
    };
    for status in [200, 201, 302, 403] {
        assert_eq!(refused(status), Kind::Refused(Refusal::Limit), "{status}");
    }
    for status in [500, 502, 503] {
        assert_eq!(refused(status), Kind::Unavailable, "{status}");
    }
    let line = |status, word| {
        let answer = answer(status, &says(word));
        let fault = open_answer(
            &Gateway,
            &Look(reference()),
            &answer,
            Timestamp::from_secs(0),
        );
        fault.unwrap_err().to_string()
    };
    assert_eq!(
        line(502, "no"),
        "the gateway's server failed, code 7, \"too much\""
    );
    assert_eq!(
        line(502, "done"),
        "a success counts under HTTP status 200 only"
    );
}

#[test]
fn a_success_that_differs_is_applied_under_status_200_only() {
    let [_, _, payout] = read(&answer(200, &says("other amount")));
    assert_eq!(payout, "Applied Integrity Investigate");
    let [_, _, payout] = read(&answer(502, &says("other amount")));
    assert_eq!(payout, "Unknown Integrity Query");
}

/// Of a `Protocol` of your own.
#[test]
fn a_fault_that_was_not_judged_is_judged_by_the_status_of_the_raw_answer() {
    let raw = |status| RawAnswer::new(http::StatusCode::from_u16(status).unwrap(), Bytes::new());
    let outcome = |status| {
        let fault = Fault::refused(Refusal::Funds);
        Error::from_fault("gateway", "pay", Effect::Unkeyed, fault, Some(raw(status))).outcome()
    };
    assert_eq!(outcome(200), Outcome::NotApplied);
    assert_eq!(outcome(502), Outcome::Unknown);
    // One that was judged keeps its status.
    let fault = open_answer(
        &Gateway,
        &Payout(reference()),
        &answer(502, &says("no")),
        Timestamp::from_secs(0),
    );
    let fault = fault.unwrap_err();
    let error = Error::from_fault("gateway", "pay", Effect::Unkeyed, fault, Some(raw(200)));
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn an_answer_from_elsewhere_asks_for_another_configuration() {
    for (status, body, expected) in [
        (301, "", ": check base_url"),
        (404, "<html>", ": check base_url"),
        (404, r#"{"says": "hm"}"#, ": check base_url"),
        (403, "<html>", " from a proxy or firewall"),
        (
            401,
            r#"{"message": "Unauthorized"}"#,
            " from a proxy or firewall",
        ),
        (400, "plain http to an https port", ""),
    ] {
        let answer = answer(status, body);
        let fault = open_answer(
            &Gateway,
            &Look(reference()),
            &answer,
            Timestamp::from_secs(0),
        );
        let error = Error::from_fault("gateway", "look", Effect::Read, fault.unwrap_err(), None);
        assert_eq!(error.next_step(), NextStep::FixConfiguration, "{error}");
        let end =
            format!("HTTP {status}{expected}; it did not take effect; correct the configuration");
        assert!(error.to_string().ends_with(&end), "{error}");
    }
    for status in [408, 425, 500, 504] {
        for body in ["<html>", "timeout"] {
            let [read, ..] = read(&answer(status, body));
            assert_eq!(read, "NotApplied Unavailable RetryLater", "{status}");
        }
    }
}

/// A script whose first answers have this status and header, and whose last one is a success.
fn limited(status: u16, header: Option<&'static str>, times: usize) -> ScriptedTransport {
    let script = ScriptedTransport::new();
    let script = (0..times).fold(script, |script, _| {
        script.respond(move |_| {
            let mut limited = answer(status, "slow down");
            if let Some(value) = header {
                let value = http::HeaderValue::from_static(value);
                limited.headers_mut().insert("retry-after", value);
            }
            Ok(limited)
        })
    });
    script.answer(200, says("done"))
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_read_waits_as_long_as_it_is_asked_to() {
    // 2023-11-14 22:13:20 UTC is the clock's start.
    for (status, header) in [
        (429, "7"),
        (503, "7"),
        (429, "Tue, 14 Nov 2023 22:13:27 GMT"),
    ] {
        let clock = ManualClock::new();
        let transport = limited(status, Some(header), 1);
        let executor = executor(&transport, &clock, 0, Policy::new());
        block_on(executor.execute(&Gateway, &Look(reference()))).unwrap();
        assert_eq!(clock.monotonic(), seconds(7), "{status} {header}");
        assert_eq!(transport.requests().len(), 2);
    }
}

#[test]
fn a_read_that_would_wait_beyond_the_deadline_fails_at_once() {
    let clock = ManualClock::new();
    let transport = limited(429, Some("3600"), 1);
    let executor = executor(&transport, &clock, 0, Policy::new());
    let error = block_on(executor.execute(&Gateway, &Look(reference()))).unwrap_err();
    assert_eq!(transport.requests().len(), 1);
    assert_eq!(clock.monotonic(), Duration::ZERO);
    assert_eq!(error.retry_after(), Some(seconds(3_600)));
    assert_eq!(
        (error.kind(), error.next_step()),
        (Kind::Busy, NextStep::RetryLater)
    );
    assert_eq!(
        error.to_string(),
        "gateway look: the gateway is busy: 429 too many requests, asks to wait 3600 s, HTTP 429; \
         it did not take effect; try again in 3600 s"
    );
}

#[test]
fn a_limited_read_without_a_wait_is_repeated_as_usual() {
    let clock = ManualClock::new();
    let transport = limited(429, None, 5);
    let executor = executor(&transport, &clock, u64::MAX, Policy::new());
    let error = block_on(executor.execute(&Gateway, &Look(reference()))).unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (3, None));
    assert_eq!(error.kind(), Kind::Busy);
    assert!(error.to_string().ends_with("try again later"), "{error}");
}

#[test]
fn a_limited_write_is_unknown_and_keeps_the_wait() {
    let clock = ManualClock::new();
    let transport = limited(429, Some("7"), 1);
    let executor = executor(&transport, &clock, 0, Policy::new());
    let error = block_on(executor.execute(&Gateway, &Payout(reference()))).unwrap_err();
    assert_eq!(transport.requests().len(), 1);
    assert_eq!(
        (error.kind(), error.outcome(), error.next_step()),
        (Kind::Busy, Outcome::Unknown, NextStep::Query)
    );
    assert_eq!(error.retry_after(), Some(seconds(7)));
    let line = error.to_string();
    assert!(line.contains("429 too many requests"), "{line}");
    assert!(!line.contains("try again"), "{line}");
}

#[test]
fn a_limited_keyed_write_is_repeated_after_the_wait() {
    let clock = ManualClock::new();
    let transport = limited(503, Some("7"), 1);
    let executor = executor(&transport, &clock, 0, Policy::new());
    block_on(executor.execute(&Gateway, &Order(reference()))).unwrap();
    assert_eq!(clock.monotonic(), seconds(7));
}

#[test]
fn other_statuses_do_not_use_the_wait() {
    for status in [200, 301, 403, 500, 502] {
        let mut answer = answer(status, &says("hm"));
        let value = http::HeaderValue::from_static("7");
        answer.headers_mut().insert("retry-after", value);
        let fault = open_answer(
            &Gateway,
            &Look(reference()),
            &answer,
            Timestamp::from_secs(0),
        );
        assert_eq!(fault.unwrap_err().retry_after(), None, "{status}");
    }
}
