//! Wrong answers and broken connections: kind, outcome, next step and number of attempts of each.
use std::fmt::Write as _;

use chainup_opay_client::{CancelOrder, CreateOrder, OrderStatus, Payer, codes};
use payments_core::scripted::{Break, ScriptedTransport, block_on};
use payments_core::{Error, Kind, NextStep, Outcome, Reach, TransportError};
use serde_json::json;

use crate::support::{self, NUMBER, fixture, number, order, query};

fn wrong_answers() -> Vec<(&'static str, u16, Vec<u8>)> {
    let cut = |file: &str| {
        let mut body = fixture(file);
        body.truncate(body.len() / 2);
        body
    };
    let refusal = |code: &str| json!({"code": code, "msg": "no"}).to_string().into_bytes();
    let unsigned =
        |data: serde_json::Value| json!({"code": "0", "data": data}).to_string().into_bytes();
    vec![
        (
            "an HTML page under 200",
            200,
            b"<html><body>Welcome</body></html>".to_vec(),
        ),
        (
            "an HTML page under 502",
            502,
            b"<html>Bad Gateway</html>".to_vec(),
        ),
        ("nothing under 200", 200, Vec::new()),
        (
            "half a JSON text",
            200,
            cut("wire/chainup_opay/create-order.answer.json"),
        ),
        ("a number", 200, b"0".to_vec()),
        (
            "a success as an array",
            200,
            br#"["0","succ","AA","AA"]"#.to_vec(),
        ),
        (
            "JSON without a code",
            200,
            br#"{"msg":"succ","data":{}}"#.to_vec(),
        ),
        ("nested 100,000 deep", 200, vec![b'['; 100_000]),
        ("plain text under 403", 403, b"Forbidden".to_vec()),
        ("a redirect", 302, Vec::new()),
        ("success without data", 200, unsigned(json!(null))),
        ("success with unsigned data", 200, unsigned(json!("AAAA"))),
        (
            "success with plain data",
            200,
            unsigned(json!({"orderNum": NUMBER})),
        ),
        (
            "success without a number",
            200,
            support::sealed(r#"{"payUrl":"x"}"#).into_bytes(),
        ),
        ("10001 system exception", 200, refusal("10001")),
        ("10020 parameter error", 200, refusal("10020")),
        ("50005 signature error", 200, refusal("50005")),
        ("50009 request timeout", 200, refusal("50009")),
        ("50013 daily limit", 200, refusal("50013")),
        (
            "70001 not found",
            200,
            fixture("wire/chainup_opay/order-unknown.answer.json"),
        ),
        (
            "70002 exists",
            200,
            fixture("wire/chainup_opay/order-exists.answer.json"),
        ),
        (
            "70002 exists under 500",
            500,
            fixture("wire/chainup_opay/order-exists.answer.json"),
        ),
        ("10020 parameter error under 403", 403, refusal("10020")),
        ("50014 no such account", 200, refusal("50014")),
        ("60001 refresh token", 200, refusal("60001")),
        ("70003 status exception", 200, refusal("70003")),
        ("an unpublished code", 200, refusal("10002")),
        (
            "a negative code",
            200,
            br#"{"code":-1,"msg":"no","data":""}"#.to_vec(),
        ),
    ]
}

/// A keyed write and a read that get the same answer to every attempt.
fn call_both(
    step: impl Fn(ScriptedTransport) -> ScriptedTransport,
) -> [(Error, ScriptedTransport); 2] {
    let script = || (0..10).fold(ScriptedTransport::new(), |script, _| step(script));
    let (creating, asking) = (script(), script());
    let create = block_on(support::scripted(&creating).create_order(order())).unwrap_err();
    let ask = block_on(support::scripted(&asking).order_detail(query())).unwrap_err();
    [(create, creating), (ask, asking)]
}

fn row(line: &mut String, error: &Error, transport: &ScriptedTransport) {
    let (sent, code) = (transport.requests().len(), error.code().unwrap_or("-"));
    assert_eq!(error.attempts() as usize, sent);
    write!(
        line,
        " | {:?}, {:?}, {:?}, code {code}, sent {sent}",
        error.kind(),
        error.outcome(),
        error.next_step()
    )
    .unwrap();
}

#[test]
fn wrong_answers_have_the_outcome_they_prove() {
    let mut table = String::from("answer | create_order | order_detail");
    for (name, status, body) in wrong_answers() {
        let calls = call_both(|script| script.answer(status, body.clone()));
        write!(table, "\n{name}").unwrap();
        for (error, transport) in &calls {
            row(&mut table, error, transport);
            let raw = error.raw().unwrap();
            let came = (raw.status().as_u16(), raw.body().as_ref());
            assert_eq!(came, (status, &body[..]), "{name}");
            assert_eq!(error.provider(), "chainup-opay");
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn broken_connections_are_retried_where_that_is_safe() {
    let mut table = String::from("failure | create_order | order_detail");
    for broken in Break::ALL {
        let failure = || broken.error(b"{\"code\":0,");
        write!(table, "\n{broken}").unwrap();
        for (error, transport) in &call_both(|script| script.fail(failure())) {
            row(&mut table, error, transport);
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_attempt_signs_the_same_text_and_encrypts_it_anew() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(502, "<html>")
        .answer(200, fixture("wire/chainup_opay/create-order.answer.json"));
    let created = block_on(support::scripted(&transport).create_order(order())).unwrap();
    assert_eq!(created.order_num.as_str(), NUMBER);
    let bodies: Vec<serde_json::Value> = transport
        .requests()
        .iter()
        .map(|request| serde_json::from_slice(request.body()).unwrap())
        .collect();
    assert_eq!(bodies.len(), 3);
    for body in &bodies {
        assert_eq!(body["sign"], bodies[0]["sign"], "one text");
    }
    assert_ne!(bodies[0]["data"], bodies[1]["data"]);
}

#[test]
fn a_duplicate_is_unknown_only_after_an_attempt_that_may_have_arrived() {
    let exists = || fixture("wire/chainup_opay/order-exists.answer.json");
    let transport = ScriptedTransport::new().answer(200, exists());
    let first = block_on(support::scripted(&transport).create_order(order())).unwrap_err();
    assert_eq!(
        (first.kind(), first.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );

    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(200, exists());
    let second = block_on(support::scripted(&transport).create_order(order())).unwrap_err();
    assert_eq!(
        (second.kind(), second.outcome()),
        (Kind::Duplicate, Outcome::Unknown)
    );
    assert_eq!(
        (second.next_step(), second.attempts()),
        (NextStep::Query, 2)
    );
}

#[test]
fn a_cancellation_is_retried_and_unknown_where_it_may_have_arrived() {
    let cancel = || CancelOrder::new(number(NUMBER));
    let late = json!({"code": "70003", "msg": "Order status exception"}).to_string();
    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(200, late.clone());
    let error = block_on(support::scripted(&transport).cancel_order(cancel())).unwrap_err();
    // The first attempt may have cancelled the order, or it was paid.
    assert_eq!(
        (error.outcome(), error.next_step()),
        (Outcome::Unknown, NextStep::Query)
    );
    assert_eq!(error.code(), Some("70003"));

    let transport = ScriptedTransport::new().answer(200, late);
    let error = block_on(support::scripted(&transport).cancel_order(cancel())).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotApplied);

    let transport = ScriptedTransport::new().answer(502, "<html>").answer(
        200,
        fixture("wire/chainup_opay/cancel-order-unsigned.answer.json"),
    );
    let receipt = block_on(support::scripted(&transport).cancel_order(cancel())).unwrap();
    assert!(!receipt.is_verified(), "it is not signed");
    assert_eq!(receipt.order_num, number(NUMBER));

    // Not under another status than 200: a proxy may have written the answer.
    for status in [302, 403, 500] {
        let transport = ScriptedTransport::new().answer(status, r#"{"code":0}"#);
        let error = block_on(support::scripted(&transport).cancel_order(cancel())).unwrap_err();
        assert_eq!(
            (error.outcome(), error.next_step()),
            (Outcome::Unknown, NextStep::Query),
            "{status}"
        );
    }
}

#[test]
fn confirm_cancelled_requires_a_closed_order() {
    let cancelled = || ScriptedTransport::new().answer(200, r#"{"code":0}"#);
    let detail = |status: &str| {
        let mut inside = support::json("wire/chainup_opay/order-detail-live.inside.json");
        inside["orderStatus"] = json!(status);
        support::sealed(&inside.to_string())
    };
    let confirm = |transport: ScriptedTransport| {
        let client = support::scripted(&transport);
        let cancel = CancelOrder::new(number(NUMBER));
        let receipt = block_on(client.cancel_order(cancel)).unwrap();
        block_on(client.confirm_cancelled(&receipt))
    };
    let closed = confirm(cancelled().answer(200, detail("0"))).unwrap();
    assert_eq!(
        (closed.status, closed.order_num),
        (OrderStatus::Closed, number(NUMBER))
    );
    for status in ["1", "2", "3", "4"] {
        let error = confirm(cancelled().answer(200, detail(status))).unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (Kind::Integrity, "confirm_cancelled")
        );
        assert!(error.to_string().contains("orderStatus") && error.raw().is_some());
    }
    let gone = json!({"code": "70001", "msg": "no"}).to_string();
    let error = confirm(cancelled().answer(200, gone)).unwrap_err();
    assert_eq!(
        (error.code(), error.next_step()),
        (Some("70001"), NextStep::Query)
    );
}

#[test]
fn a_call_ends_at_the_deadline() {
    let [create, ask] = call_both(ScriptedTransport::hang);
    assert_eq!(
        (create.0.kind(), create.0.outcome()),
        (Kind::Timeout, Outcome::Unknown)
    );
    assert_eq!(create.0.next_step(), NextStep::Query);
    assert_eq!(
        (ask.0.kind(), ask.0.outcome()),
        (Kind::Timeout, Outcome::NotApplied)
    );
    assert_eq!((create.1.requests().len(), ask.1.requests().len()), (1, 1));
}

#[test]
fn a_query_is_retried_until_it_is_answered() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(200, json!({"code": 0, "data": "AAAA"}).to_string())
        .answer(200, fixture("wire/chainup_opay/order-detail.answer.json"));
    let detail = block_on(support::scripted(&transport).order_detail(query())).unwrap();
    assert_eq!(detail.status, OrderStatus::Paid);
    assert_eq!(transport.requests().len(), 3);
}

#[test]
fn every_listed_code_has_its_kind_and_outcome() {
    for row in codes::CODES.iter().filter(|row| row.kind.is_some()) {
        for code in [json!(row.code), json!(row.code.parse::<u32>().unwrap())] {
            let body = json!({"code": code, "msg": row.says, "data": {}, "sign": ""}).to_string();
            let script = || {
                let again = |script: ScriptedTransport, _| script.answer(200, body.clone());
                (0..3).fold(ScriptedTransport::new(), again)
            };
            let create = block_on(support::scripted(&script()).create_order(order()));
            let cancel = CancelOrder::new(number(NUMBER));
            let cancel = block_on(support::scripted(&script()).cancel_order(cancel));
            for error in [create.unwrap_err(), cancel.unwrap_err()] {
                let listed = (row.kind, row.outcome());
                let ambiguous = (Some(Kind::Ambiguous), Outcome::Unknown);
                let expected = if row.belongs_to(error.operation()) {
                    listed
                } else {
                    ambiguous
                };
                let name = (row.code, error.operation());
                assert_eq!((Some(error.kind()), error.outcome()), expected, "{name:?}");
                assert_eq!(
                    (error.code(), error.message()),
                    (Some(row.code), Some(row.says))
                );
                let attempts = if row.kind == Some(Kind::Busy) { 3 } else { 1 };
                assert_eq!(error.attempts(), attempts, "{name:?}");
            }
        }
    }
}

#[test]
fn gateway_messages_are_printed_in_one_line_without_request_values() {
    let words = "user 22033390: no\r\nFAKE LOG LINE \u{1b}[2J\u{202e}".repeat(50);
    let answer = json!({"code": 10001, "msg": words}).to_string();
    let transport = ScriptedTransport::new().answer(200, answer);
    let error = block_on(support::scripted(&transport).create_order(order())).unwrap_err();
    assert!(!error.message().unwrap().contains("22033390"));
    // One id may contain the other: both are removed.
    let payer = Payer::by_open_id("22033").and_user_id("22033390");
    let inside = CreateOrder::new(
        support::reference("1"),
        payer,
        "1".parse().unwrap(),
        "BTC",
        "https://shop.example/r/ana",
        "https://shop.example/n/ana",
    );
    let words = "22033390 at https://shop.example/r/ana or https://shop.example/n/ana";
    let answer = json!({"code": 10001, "msg": words}).to_string();
    let nested = ScriptedTransport::new().answer(200, answer);
    let nested = block_on(support::scripted(&nested).create_order(inside)).unwrap_err();
    assert_eq!(nested.message(), Some("*** at *** or ***"));
    let line = error.to_string();
    assert!(
        line.chars().count() < 500 && !line.chars().any(char::is_control),
        "{line}"
    );
}
