//! Misleading answers and broken connections: the outcome, the number of attempts and the next step.

use crate::support;
use std::fmt::Write as _;

use crate::support::{fixture, order, query};
use payments_core::scripted::{Break, ScriptedTransport, block_on};
use payments_core::{Error, Kind, NextStep, Outcome, RawAnswer, Reach, TransportError};

fn misleading_answers() -> Vec<(&'static str, u16, Vec<u8>)> {
    let cut = |file: &str| {
        let mut whole = fixture(file);
        whole.truncate(whole.len() / 2);
        whole
    };
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
        ("nothing under 204", 204, Vec::new()),
        (
            "half a JSON text",
            200,
            cut("wire/cpay/create-order.answer.json"),
        ),
        (
            "not UTF-8",
            200,
            b"{\"code\":0,\"msg\":\"\xff\xfe\",\"data\":{}}".to_vec(),
        ),
        ("a number", 200, b"0".to_vec()),
        (
            "a refusal as an array",
            200,
            br#" [90751002,"illegal IP",null,"t-1"]"#.to_vec(),
        ),
        (
            "a success as an array",
            200,
            br#"[0,"success",{"orderId":"1","status":"14"},"t-1"]"#.to_vec(),
        ),
        (
            "an order as an array",
            200,
            br#"{"code":0,"data":["1","14"]}"#.to_vec(),
        ),
        (
            "JSON without a code",
            200,
            br#"{"msg":"success","data":{}}"#.to_vec(),
        ),
        ("nested 100,000 deep", 200, vec![b'['; 100_000]),
        ("plain text under 403", 403, b"Forbidden".to_vec()),
        ("a redirect", 302, Vec::new()),
        (
            "success without data",
            200,
            br#"{"code":0,"msg":"success","traceid":"t-1"}"#.to_vec(),
        ),
        (
            "success with null data",
            200,
            br#"{"code":0,"msg":"success","data":null}"#.to_vec(),
        ),
        (
            "success with empty data",
            200,
            br#"{"code":0,"msg":"success","data":""}"#.to_vec(),
        ),
        (
            "success without an order id",
            200,
            br#"{"code":"0","data":{"status":"14"}}"#.to_vec(),
        ),
        (
            "code 1",
            200,
            br#"{"code":1,"msg":"fail","data":{},"traceid":"t-1"}"#.to_vec(),
        ),
        (
            "code 1 as a text under 500",
            500,
            br#"{"code":"1","msg":"system error"}"#.to_vec(),
        ),
        (
            "an unpublished code",
            200,
            br#"{"code":90759999,"msg":"???","data":[]}"#.to_vec(),
        ),
        (
            "a negative code",
            200,
            br#"{"code":-1,"msg":"no","data":""}"#.to_vec(),
        ),
        (
            "illegal IP",
            200,
            fixture("wire/cpay/illegal-ip.answer.json"),
        ),
        ("pay fail", 200, fixture("wire/cpay/declined.answer.json")),
    ]
}

/// One call of each kind that meets the same answer again and again.
fn meet(step: impl Fn(ScriptedTransport) -> ScriptedTransport) -> [(Error, ScriptedTransport); 2] {
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
fn a_misleading_answer_proves_nothing_about_a_write() {
    let mut table = String::from("answer | create_order | order_detail");
    for (name, status, body) in misleading_answers() {
        let met = meet(|script| script.answer(status, body.clone()));
        write!(table, "\n{name}").unwrap();
        for (error, transport) in &met {
            row(&mut table, error, transport);
            let raw = error.raw().unwrap();
            assert_eq!(
                (raw.status().as_u16(), raw.body().as_ref()),
                (status, &body[..]),
                "{name}"
            );
            assert_eq!(error.provider(), "cpay");
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
        // Whatever it is, an order is sent once: no document says what a second one would do.
        assert_eq!(met[0].1.requests().len(), 1, "{name}");
    }
    insta::assert_snapshot!(table, @r"
    answer | create_order | order_detail
    an HTML page under 200 | Unavailable, Unknown, Query, code -, sent 1 | Unavailable, NotApplied, RetryLater, code -, sent 3
    an HTML page under 502 | Unavailable, Unknown, Query, code -, sent 1 | Unavailable, NotApplied, RetryLater, code -, sent 3
    nothing under 200 | Unavailable, Unknown, Query, code -, sent 1 | Unavailable, NotApplied, RetryLater, code -, sent 3
    nothing under 204 | Unavailable, Unknown, Query, code -, sent 1 | Unavailable, NotApplied, RetryLater, code -, sent 3
    half a JSON text | Unavailable, Unknown, Query, code -, sent 1 | Unavailable, NotApplied, RetryLater, code -, sent 3
    not UTF-8 | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    a number | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    a refusal as an array | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    a success as an array | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    an order as an array | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    JSON without a code | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    nested 100,000 deep | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    plain text under 403 | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, FixConfiguration, code -, sent 2
    a redirect | Unavailable, Unknown, Query, code -, sent 1 | Unavailable, NotApplied, FixConfiguration, code -, sent 3
    success without data | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    success with null data | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    success with empty data | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    success without an order id | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    code 1 | Ambiguous, Unknown, Query, code 1, sent 1 | Ambiguous, NotApplied, ContactProvider, code 1, sent 1
    code 1 as a text under 500 | Ambiguous, Unknown, Query, code 1, sent 1 | Unavailable, NotApplied, RetryLater, code 1, sent 3
    an unpublished code | Ambiguous, Unknown, Query, code 90759999, sent 1 | Ambiguous, NotApplied, ContactProvider, code 90759999, sent 1
    a negative code | Ambiguous, Unknown, Query, code -1, sent 1 | Ambiguous, NotApplied, ContactProvider, code -1, sent 1
    illegal IP | Refused(Permission), NotApplied, FixConfiguration, code 90751002, sent 1 | Refused(Permission), NotApplied, FixConfiguration, code 90751002, sent 1
    pay fail | Ambiguous, Unknown, Query, code 90751015, sent 1 | Ambiguous, NotApplied, ContactProvider, code 90751015, sent 1
    ");
}

#[test]
fn after_a_broken_connection_an_order_is_unknown_and_a_query_is_repeated() {
    let mut table = String::from("failure | create_order | order_detail");
    for broken in Break::ALL {
        let failure = || broken.error(b"{\"code\":0,");
        let met = meet(|script| script.fail(failure()));
        write!(table, "\n{broken}").unwrap();
        for (error, transport) in &met {
            row(&mut table, error, transport);
            let partial = failure().partial().is_some();
            assert_eq!(
                error.raw().is_some_and(RawAnswer::is_partial),
                partial,
                "{broken}"
            );
        }
        let (error, transport) = &met[0];
        assert!(
            error.outcome() == Outcome::NotApplied || transport.requests().len() == 1,
            "{broken}"
        );
    }
    insta::assert_snapshot!(table, @r"
    failure | create_order | order_detail
    no connection | Connect, NotApplied, RetryLater, code -, sent 3 | Connect, NotApplied, RetryLater, code -, sent 3
    connecting took too long | Timeout, NotApplied, RetryLater, code -, sent 3 | Timeout, NotApplied, RetryLater, code -, sent 3
    no answer in time | Timeout, Unknown, Query, code -, sent 1 | Timeout, NotApplied, RetryLater, code -, sent 3
    reset after sending | Network, Unknown, Query, code -, sent 1 | Network, NotApplied, RetryLater, code -, sent 3
    half an answer | Network, Unknown, Query, code -, sent 1 | Network, NotApplied, RetryLater, code -, sent 3
    an answer without end | Undecodable, Unknown, Query, code -, sent 1 | Undecodable, NotApplied, Investigate, code -, sent 2
    forbidden by the transport | Configuration, NotApplied, FixConfiguration, code -, sent 1 | Configuration, NotApplied, FixConfiguration, code -, sent 1
    ");
}

#[test]
fn a_call_without_an_answer_ends_at_the_deadline() {
    let [create, ask] = meet(ScriptedTransport::hang);
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

/// The order of the fixture is of 3 USDT under `test114`. It exists now, and it is not what was asked for.
#[test]
fn a_success_that_differs_from_the_request_is_applied() {
    for (field, other) in [
        ("orderAmount", "3.01"),
        ("orderAmount", "30"),
        ("cryptoCurrency", "BTC"),
    ] {
        let mut answer = support::json("wire/cpay/create-order.answer.json");
        answer["data"][field] = serde_json::json!(other);
        let transport = ScriptedTransport::new().answer(200, answer.to_string());
        let error = block_on(support::scripted(&transport).create_order(order())).unwrap_err();
        assert_eq!(error.kind(), Kind::Integrity, "{field}");
        assert_eq!(error.outcome(), Outcome::Applied, "{field}");
        assert_eq!(error.next_step(), NextStep::Investigate);
        assert_eq!(error.request_id(), Some("221117083310X220052"));
        assert!(error.to_string().contains(field), "{error}");
        assert_eq!(error.raw().unwrap().body(), answer.to_string().as_bytes());
        assert_eq!(transport.requests().len(), 1);
    }
}

/// A late answer to an earlier request, for example: whether this order was made is unknown.
#[test]
fn a_success_for_another_reference_proves_nothing() {
    let mut answer = support::json("wire/cpay/create-order.answer.json");
    answer["data"]["merchantTradeNo"] = serde_json::json!("test115");
    let transport = ScriptedTransport::new().answer(200, answer.to_string());
    let error = block_on(support::scripted(&transport).create_order(order())).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.next_step()),
        (Kind::Integrity, Outcome::Unknown, NextStep::Query)
    );
    assert!(error.to_string().contains("merchantTradeNo"), "{error}");
    assert_eq!(transport.requests().len(), 1);
}

#[test]
fn amounts_are_compared_by_value() {
    let mut answer = support::json("wire/cpay/create-order.answer.json");
    answer["data"]["orderAmount"] = serde_json::json!("3.000000");
    let transport = ScriptedTransport::new().answer(200, answer.to_string());
    let created = block_on(support::scripted(&transport).create_order(order())).unwrap();
    assert_eq!(created.order_amount.unwrap().to_string(), "3.000000");
}

#[test]
fn a_query_is_repeated_until_it_is_answered() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .answer(502, "<html>")
        .answer(200, fixture("wire/cpay/order-detail.answer.json"));
    let detail = block_on(support::scripted(&transport).order_detail(query())).unwrap();
    assert_eq!(detail.status, cpay_client::OrderStatus::Completed);
    let sent = transport.requests();
    assert_eq!(sent.len(), 3);
    assert!(
        sent.iter().all(|request| request.uri() == sent[0].uri()),
        "the same question every time"
    );
}

#[test]
fn an_order_that_was_not_sent_is_sent_again() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::connect(std::io::Error::other("refused")))
        .answer(200, fixture("wire/cpay/create-order.answer.json"));
    let created = block_on(support::scripted(&transport).create_order(order())).unwrap();
    assert_eq!(created.order_id.as_str(), "221116112637772768014");
    assert_eq!(transport.requests().len(), 2);
}

#[test]
fn the_gateways_message_is_escaped_to_one_line() {
    let words = "no\r\nFAKE LOG LINE \u{1b}[2J\u{202e}".repeat(50);
    let answer = serde_json::json!({"code": 1, "msg": words, "traceid": "t-1"}).to_string();
    let transport = ScriptedTransport::new().answer(200, answer);
    let error = block_on(support::scripted(&transport).create_order(order())).unwrap_err();
    assert_eq!(error.message(), Some(&*words), "all of it is kept");
    let line = error.to_string();
    assert!(
        line.chars().count() < 500 && !line.chars().any(char::is_control),
        "{line}"
    );
    assert_eq!(error.request_id(), Some("t-1"));
}

/// A proxy may have written the answer after it passed the payout on.
#[test]
fn a_code_under_another_status_than_200_proves_nothing_about_a_write() {
    for row in cpay_client::codes::CODES {
        for status in [301, 403, 404, 429, 500, 502, 503] {
            let body = format!(r#"{{"code":{},"msg":"refused"}}"#, row.code);
            let met = meet(|script| script.answer(status, body.clone().into_bytes()));
            let (write, transport) = &met[0];
            assert_eq!(write.outcome(), Outcome::Unknown, "{} {status}", row.code);
            assert_eq!(write.next_step(), NextStep::Query);
            assert_eq!(transport.requests().len(), 1);
        }
    }
}
