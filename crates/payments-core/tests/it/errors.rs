//! What an error shows, and what it must not show.

use crate::support::{Step, play};
use bytes::Bytes;
use http::StatusCode;
use payments_core::scripted::ScriptedTransport;
use payments_core::{
    Effect, Error, Fault, InvalidRequest, Kind, NextStep, Outcome, Policy, RawAnswer, Reach,
    Refusal, TransportError, TransportErrorKind,
};
use proptest::prelude::*;
use std::error::Error as _;

fn fail(effect: Effect, steps: &[Step]) -> Error {
    play(effect, steps, 0, Policy::new()).result.unwrap_err()
}

fn refused(fault: Fault) -> Error {
    let raw = RawAnswer::new(StatusCode::OK, Bytes::from_static(b"{}"));
    Error::from_fault("gateway", "order", Effect::Keyed, fault, Some(raw))
}

#[test]
fn an_error_line_states_the_cause_the_outcome_and_the_next_step() {
    let line = |effect, steps: &[Step]| fail(effect, steps).to_string();
    assert_eq!(
        line(Effect::Keyed, &[Step::Refused]),
        "gateway order: refused: outside a limit, code 7, \"too much\", HTTP 200; \
         it did not take effect; correct the request"
    );
    assert_eq!(
        line(Effect::Unkeyed, &[Step::Reset]),
        "gateway payout: the connection broke, the request may have arrived; \
         it may have taken effect; query by the merchant's reference before you do anything else"
    );
    assert_eq!(
        line(Effect::Read, &[Step::NoConnection; 3]),
        "gateway look: no connection, nothing was sent, after 3 attempts; \
         it did not take effect; try again later"
    );
    assert_eq!(
        line(Effect::Unkeyed, &[Step::NoConnection; 3]),
        "gateway payout: no connection, nothing was sent, after 3 attempts; \
         it did not take effect; try again later with the same reference"
    );
    assert_eq!(
        line(Effect::Unkeyed, &[Step::OtherAmount]),
        "gateway payout: the answer differs from the request: amount, HTTP 200; \
         it took effect; have a person check it"
    );
    assert_eq!(
        line(Effect::Unkeyed, &[Step::Forbidden]),
        "gateway payout: the transport refused the request: plain http, nothing was sent; \
         it did not take effect; correct the configuration"
    );
    let local = Error::local(
        "gateway",
        "order",
        InvalidRequest::request("amount", "is zero").allowed("more than zero"),
    );
    assert_eq!(
        local.to_string(),
        "gateway order: amount is zero (allowed: more than zero); \
         it did not take effect; correct the request"
    );
}

#[test]
fn the_providers_message_is_escaped_in_the_line_and_kept_unchanged() {
    let hostile = "oops\n2026-11-21 INFO paid\r\u{1b}[2K\u{202e}".to_owned() + &"x".repeat(5_000);
    let error = refused(
        Fault::refused(Refusal::Declined)
            .code("9\n9")
            .message(hostile.clone())
            .request_id("trace\t1"),
    );
    let line = error.to_string();
    assert!(!line.chars().any(char::is_control), "{line}");
    assert!(line.contains(r"oops\n2026"), "{line}");
    assert!(line.chars().count() < 400, "{line}");

    assert_eq!(error.message(), Some(hostile.as_str()));
    assert_eq!(error.code(), Some("9\n9"));
    assert_eq!(error.request_id(), Some("trace\t1"));
}

#[test]
fn an_empty_provider_message_is_none() {
    let error = refused(Fault::busy().code("").message("").request_id(""));
    assert_eq!(
        (error.code(), error.message(), error.request_id()),
        (None, None, None)
    );
}

#[test]
fn the_raw_answer_is_kept() {
    let error = fail(Effect::Keyed, &[Step::Garbage]);
    assert_eq!(error.raw().unwrap().body(), "[]");
    assert!(!error.raw().unwrap().is_partial());
    assert_eq!(error.status(), Some(StatusCode::OK));

    for step in [Step::Half, Step::TooLarge] {
        let error = fail(Effect::Unkeyed, &[step]);
        let raw = error.raw().unwrap();
        assert_eq!(
            (raw.body().as_ref(), raw.is_partial()),
            (&b"{\"sa"[..], true)
        );
        assert_eq!(error.status(), Some(StatusCode::OK));
    }
    assert!(fail(Effect::Unkeyed, &[Step::Reset]).raw().is_none());
}

#[test]
fn keeps_the_answer_of_an_earlier_attempt() {
    let error = fail(Effect::Keyed, &[Step::BadGateway, Step::Half, Step::Reset]);
    assert_eq!(error.kind(), Kind::Network);
    assert_eq!(error.raw().unwrap().body(), "{\"sa");

    let error = fail(
        Effect::Keyed,
        &[Step::BadGateway, Step::Reset, Step::NoConnection],
    );
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    assert_eq!(error.kind(), Kind::Connect);
}

#[test]
fn display_and_debug_hide_query_and_body() {
    for effect in [Effect::Read, Effect::Keyed, Effect::Unkeyed] {
        for step in Step::ALL.into_iter().filter(|step| *step != Step::Done) {
            let error = fail(effect, &[step]);
            for text in [
                error.to_string(),
                format!("{error:?}"),
                format!("{error:#?}"),
            ] {
                assert!(!text.contains(crate::support::SECRET), "{text}");
                assert!(
                    !text.contains("<html>") && !text.contains("says\":"),
                    "{text}"
                );
            }
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}

#[test]
fn the_cause_is_the_source() {
    let error = fail(Effect::Unkeyed, &[Step::Reset]);
    let transport: &TransportError = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(transport.kind(), TransportErrorKind::Io);
    assert_eq!(transport.reach(), Reach::MaybeSent);
    assert_eq!(transport.source().unwrap().to_string(), "reset by peer");

    let error = fail(Effect::Unkeyed, &[Step::Refused]);
    let fault: &Fault = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(fault.provider_code(), Some("7"));

    let error = Error::local("gateway", "order", InvalidRequest::unsupported("card"));
    assert!(
        error
            .source()
            .unwrap()
            .downcast_ref::<InvalidRequest>()
            .is_some()
    );
    assert_eq!(
        (error.kind(), error.field()),
        (Kind::Unsupported, Some("card"))
    );
}

/// Dashboards and scripts know them by these.
#[test]
fn names_stay_as_they_are() {
    let refusals = [
        (Refusal::Request, "refused_request"),
        (Refusal::Authentication, "refused_authentication"),
        (Refusal::Permission, "refused_permission"),
        (Refusal::NotFound, "refused_not_found"),
        (Refusal::Funds, "refused_funds"),
        (Refusal::Limit, "refused_limit"),
        (Refusal::State, "refused_state"),
        (Refusal::Declined, "refused_declined"),
        (Refusal::Temporary, "refused_temporary"),
        (Refusal::Other, "refused"),
    ];
    for (refusal, name) in refusals {
        assert_eq!(Kind::Refused(refusal).as_str(), name);
    }
    for (kind, name) in [
        (Kind::Invalid, "invalid"),
        (Kind::Unsupported, "unsupported"),
        (Kind::Configuration, "configuration"),
        (Kind::Connect, "connect"),
        (Kind::Timeout, "timeout"),
        (Kind::Network, "network"),
        (Kind::Unavailable, "unavailable"),
        (Kind::Busy, "busy"),
        (Kind::Duplicate, "duplicate"),
        (Kind::Ambiguous, "ambiguous"),
        (Kind::Undecodable, "undecodable"),
        (Kind::Unverified, "unverified"),
        (Kind::Integrity, "integrity"),
    ] {
        assert_eq!(kind.as_str(), name);
    }
    for (outcome, name) in [
        (Outcome::NotApplied, "not_applied"),
        (Outcome::Applied, "applied"),
        (Outcome::Unknown, "unknown"),
    ] {
        assert_eq!(outcome.as_str(), name);
    }
    for (step, name) in [
        (NextStep::FixRequest, "fix_request"),
        (NextStep::FixConfiguration, "fix_configuration"),
        (NextStep::RetryLater, "retry_later"),
        (NextStep::AddFunds, "add_funds"),
        (NextStep::Query, "query"),
        (NextStep::ContactProvider, "contact_provider"),
        (NextStep::Investigate, "investigate"),
    ] {
        assert_eq!(step.as_str(), name);
    }
}

#[test]
fn the_next_step_of_a_call_that_did_not_take_effect() {
    let step = |fault| refused(fault).next_step();
    let of = |refusal| step(Fault::refused(refusal));
    assert_eq!(of(Refusal::Request), NextStep::FixRequest);
    assert_eq!(of(Refusal::NotFound), NextStep::FixRequest);
    assert_eq!(of(Refusal::Limit), NextStep::FixRequest);
    assert_eq!(of(Refusal::Authentication), NextStep::FixConfiguration);
    assert_eq!(of(Refusal::Permission), NextStep::FixConfiguration);
    assert_eq!(of(Refusal::Funds), NextStep::AddFunds);
    assert_eq!(of(Refusal::State), NextStep::Query);
    assert_eq!(of(Refusal::Temporary), NextStep::RetryLater);
    assert_eq!(of(Refusal::Declined), NextStep::ContactProvider);
    assert_eq!(of(Refusal::Other), NextStep::ContactProvider);
    assert_eq!(step(Fault::busy()), NextStep::RetryLater);
    assert_eq!(step(Fault::duplicate()), NextStep::Query);
    let local = |invalid| Error::local("gateway", "order", invalid).next_step();
    assert_eq!(
        local(InvalidRequest::unsupported("card")),
        NextStep::FixRequest
    );
    assert_eq!(
        local(InvalidRequest::configuration("key", "is too short")),
        NextStep::FixConfiguration
    );
}

#[test]
fn a_single_attempt_over_another_http_stack_is_judged_the_same() {
    let timeout = |effect| {
        let error = TransportError::timeout(Reach::MaybeSent);
        Error::from_transport("gateway", "order", effect, error)
    };
    assert_eq!(timeout(Effect::Read).outcome(), Outcome::NotApplied);
    assert_eq!(timeout(Effect::Keyed).outcome(), Outcome::Unknown);
    assert_eq!(timeout(Effect::Unkeyed).next_step(), NextStep::Query);
    assert_eq!(
        refused(Fault::mismatch("asset")).outcome(),
        Outcome::Applied
    );
    // The answer to another request proves nothing about this one.
    let foreign = refused(Fault::foreign("reference"));
    assert_eq!(
        (foreign.kind(), foreign.outcome(), foreign.next_step()),
        (Kind::Integrity, Outcome::Unknown, NextStep::Query)
    );
    assert_eq!(refused(Fault::duplicate()).outcome(), Outcome::NotApplied);
}

#[test]
fn a_partial_answer_proves_that_the_request_arrived() {
    let part = RawAnswer::partial(StatusCode::OK, Bytes::new());
    let error = TransportError::timeout(Reach::NotSent).with_partial(part);
    assert_eq!(error.reach(), Reach::ResponseStarted);

    // Also where the transport's own rules then refuse what came, a redirect say.
    let part = RawAnswer::partial(StatusCode::TEMPORARY_REDIRECT, Bytes::new());
    let refused = TransportError::refused("redirects are not followed").with_partial(part);
    let error = Error::from_transport("gateway", "pay", Effect::Unkeyed, refused);
    assert_eq!(
        (error.outcome(), error.next_step()),
        (Outcome::Unknown, NextStep::Query)
    );
}

#[test]
fn a_provider_message_cannot_end_its_quotation() {
    let forged = Fault::ambiguous().message("no\", HTTP 200; it did not take effect");
    assert!(
        forged
            .to_string()
            .ends_with(r#""no\", HTTP 200; it did not take effect""#),
        "{forged}"
    );
    assert_eq!(format!("{forged:?}"), format!("Fault({forged})"));
}

#[test]
fn a_transport_error_shows_its_cause_only_as_source() {
    let error = TransportError::connect("https://api.example/pay?sign=abc");
    assert!(!error.to_string().contains("sign"));
    assert!(error.source().is_some());
}

#[test]
fn an_error_is_one_pointer_and_fits_any_thread() {
    fn fits<T: std::error::Error + Send + Sync + 'static>() -> usize {
        size_of::<T>()
    }
    assert_eq!(fits::<Error>(), size_of::<usize>());
    assert_eq!(fits::<Fault>(), size_of::<usize>());
    fits::<TransportError>();
    fits::<InvalidRequest>();
}

#[test]
fn an_exhausted_script_refuses_requests() {
    let transport = ScriptedTransport::new();
    let request = http::Request::new(Bytes::new());
    let sending = payments_core::Transport::send(&transport, request);
    let error = payments_core::scripted::block_on(sending).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Refused);
    assert_eq!(transport.requests().len(), 1);
}

proptest! {
    #[test]
    fn any_provider_message_becomes_one_bounded_line(
        code in "\\PC*|[\\x00-\\xff]*", message in "\\PC*|[\\x00-\\xff]*", id in ".*",
    ) {
        let fault = Fault::ambiguous().code(code).message(message).request_id(id);
        let line = refused(fault).to_string();
        prop_assert!(!line.chars().any(char::is_control));
        prop_assert!(line.len() < 6_000);
    }
}
