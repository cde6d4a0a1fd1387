//! Failed answers and broken connections: what each proves, how often the call was sent, what to do next.

use std::fmt::Write as _;

use super::support::{self, APP_ID, SECRET, STAMP, answer, recorded, refusal, signed};
use bytes::Bytes;
use ccpayment_client::v2::{Client, codes};
use http::{Response, StatusCode};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, Outcome, Reach, TransportError};

fn under(status: u16, mut answer: Response<Bytes>) -> Response<Bytes> {
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

/// A success of both writes that this test makes.
const GOOD: &str = r#"{"code":10000,"msg":"Success","data":{"recordId":"1","address":"T1"}}"#;

fn answers() -> Vec<(&'static str, Response<Bytes>)> {
    let wrong_sign = |name: &str, value: &str| {
        let mut answer = signed(GOOD, SECRET, STAMP);
        answer.headers_mut().insert(
            name.parse::<http::HeaderName>().unwrap(),
            value.parse().unwrap(),
        );
        answer
    };
    let mut without_app_id = signed(GOOD, SECRET, STAMP);
    without_app_id.headers_mut().remove("Appid");
    let mut twice = signed(GOOD, SECRET, STAMP);
    let sign = twice.headers()["Sign"].clone();
    twice.headers_mut().append("Sign", sign);
    vec![
        (
            "a success with the sign of another secret",
            signed(GOOD, "another", STAMP),
        ),
        (
            "a success with an old sign",
            signed(GOOD, SECRET, STAMP - 121),
        ),
        (
            "a success with a sign of the future",
            signed(GOOD, SECRET, STAMP + 121),
        ),
        ("a success with an empty sign", wrong_sign("Sign", "")),
        (
            "a success with another app id",
            wrong_sign("Appid", "another"),
        ),
        (
            "a success with a stamp in milliseconds",
            wrong_sign("Timestamp", "1800000000000"),
        ),
        ("a success with a sign and no app id", without_app_id),
        ("a success with two signs", twice),
        ("a success under 500", under(500, answer(GOOD))),
        (
            "a success without data",
            answer(r#"{"code":10000,"msg":"Success"}"#),
        ),
        (
            "a success with null data",
            answer(r#"{"code":10000,"data":null}"#),
        ),
        (
            "no code",
            answer(r#"{"msg":"Success","data":{"recordId":"1"}}"#),
        ),
        ("14000", answer(refusal("14000"))),
        ("14000 as text", answer(recorded("refused-with-reason"))),
        ("14000 under 502", under(502, answer(refusal("14000")))),
        ("14000 under 201", under(201, answer(refusal("14000")))),
        ("11000", answer(refusal("11000"))),
        ("11005", answer(refusal("11005"))),
        ("11006", answer(refusal("11006"))),
        ("12002", answer(refusal("12002"))),
        ("14017", answer(refusal("14017"))),
        ("11003", answer(refusal("11003"))),
        ("11004", answer(refusal("11004"))),
        ("11011", answer(recorded("refused"))),
        ("11018", answer(refusal("11018"))),
        ("11011 under 409", under(409, answer(recorded("refused")))),
        ("10001", answer(refusal("10001"))),
        ("11002", answer(refusal("11002"))),
        ("an unlisted code", answer(refusal("14030"))),
        ("a negative code", answer(r#"{"code":-1}"#)),
        ("an HTML page under 200", answer("<html>Welcome</html>")),
        (
            "an HTML page under 502",
            under(502, answer("<html>Bad Gateway</html>")),
        ),
        (
            "too many requests, as text",
            under(429, answer("slow down")),
        ),
        ("nothing under 200", answer("")),
        ("half a JSON text", answer(&GOOD.as_bytes()[..40])),
        ("an envelope as an array", answer(r#"[10000,"Success"]"#)),
        ("nested 100,000 deep", answer(vec![b'['; 100_000])),
    ]
}

/// One call of each effect that always gets the same result.
fn meet(step: impl Fn(ScriptedTransport) -> ScriptedTransport) -> [(Error, usize); 3] {
    let met = |call: fn(&Client) -> Option<Error>| {
        let transport = (0..10).fold(ScriptedTransport::new(), |script, _| step(script));
        let error = call(&support::scripted(&transport)).unwrap();
        (error, transport.requests().len())
    };
    [
        met(|client| block_on(client.withdraw(support::payout())).err()),
        met(|client| block_on(client.deposit_address(support::deposit_address())).err()),
        met(|client| {
            let coin = ccpayment_client::v2::CoinQuery::new(1280);
            block_on(client.coin(coin)).err()
        }),
    ]
}

fn row(table: &mut String, name: &str, met: &[(Error, usize); 3]) {
    write!(table, "{name}").unwrap();
    for (error, sent) in met {
        let (outcome, kind, next) = (
            error.outcome().as_str(),
            error.kind().as_str(),
            error.next_step().as_str(),
        );
        write!(table, " | {outcome}, {kind}, {next}, sent {sent}").unwrap();
        assert!(!error.to_string().contains('\n'));
        assert_eq!(error.provider(), "ccpayment_v2");
    }
    table.push('\n');
}

#[test]
fn failed_answers_prove_what_the_code_table_says() {
    let mut table =
        String::from("answer | withdraw (unkeyed) | deposit_address (keyed) | coin (read)\n");
    for (name, answer) in answers() {
        let met = meet(|script| {
            let answer = answer.clone();
            script.respond(move |_| Ok(answer))
        });
        row(&mut table, name, &met);
    }
    insta::assert_snapshot!("v2_answers", table);
}

#[test]
fn broken_connections_leave_the_outcome_of_a_withdrawal_unknown() {
    let mut table =
        String::from("connection | withdraw (unkeyed) | deposit_address (keyed) | coin (read)\n");
    for (name, reach) in [
        ("not sent", Reach::NotSent),
        ("maybe sent", Reach::MaybeSent),
        ("half an answer", Reach::ResponseStarted),
    ] {
        let met = meet(|script| script.fail(TransportError::timeout(reach)));
        row(&mut table, name, &met);
    }
    insta::assert_snapshot!("v2_broken_connections", table);
}

/// Every code of the table, in the answer to a withdrawal that was sent once.
#[test]
fn a_withdrawal_is_not_applied_only_by_a_code_that_says_why_it_was_refused() {
    for row in codes::CODES {
        if row.meaning == codes::Meaning::Success {
            continue;
        }
        let transport = ScriptedTransport::new().answer(200, refusal(row.code));
        let client = support::scripted(&transport);
        let error = block_on(client.withdraw(support::payout())).unwrap_err();
        let expected = match row.meaning {
            codes::Meaning::Refused(_) | codes::Meaning::TooMany | codes::Meaning::Duplicate => {
                Outcome::NotApplied
            }
            _ => Outcome::Unknown,
        };
        assert_eq!(error.outcome(), expected, "{}", row.code);
        assert_eq!(error.code(), Some(row.code));
        if row.meaning == codes::Meaning::Duplicate {
            assert_eq!(error.kind(), Kind::Duplicate, "{}", row.code);
            assert_eq!(error.next_step().as_str(), "query", "{}", row.code);
        }
        // The same code under another status may come from something in between.
        let transport = ScriptedTransport::new().answer(503, refusal(row.code));
        let client = support::scripted(&transport);
        let error = block_on(client.withdraw(support::payout())).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown, "{} under 503", row.code);
    }
}

/// A refusal speaks of the second request only: the first may have been executed.
#[test]
fn a_refused_resend_does_not_prove_that_the_first_send_had_no_effect() {
    for code in ["14000", "11011", "14004", "11004"] {
        let transport = ScriptedTransport::new()
            .fail(TransportError::timeout(Reach::MaybeSent))
            .answer(200, refusal(code));
        let client = support::scripted(&transport);
        let error = block_on(client.deposit_address(support::deposit_address())).unwrap_err();
        assert_eq!(transport.requests().len(), 2, "a keyed call is resent");
        assert_eq!(error.outcome(), Outcome::Unknown, "{code}");
    }
}

#[test]
fn answers_that_are_signed_rightly_are_read() {
    let body = recorded("withdraw");
    let right = signed(body.clone(), SECRET, STAMP - 120);
    assert_eq!(right.headers()["Appid"], APP_ID);
    let transport = ScriptedTransport::new().respond(move |_| Ok(right));
    let client = support::scripted(&transport);
    assert!(block_on(client.withdraw(support::payout())).is_ok());
    // A `Timestamp` of something in between is no signature.
    let mut unsigned = answer(body);
    unsigned
        .headers_mut()
        .insert("Timestamp", "1".parse().unwrap());
    let transport = ScriptedTransport::new().respond(move |_| Ok(unsigned));
    let client = support::scripted(&transport);
    assert!(block_on(client.withdraw(support::payout())).is_ok());
}

#[test]
fn the_gateways_reason_is_shown() {
    let transport = support::answering([recorded("refused-with-reason")]);
    let client = support::scripted(&transport);
    let error = block_on(client.withdraw(support::payout())).unwrap_err();
    assert_eq!(error.message(), Some("BalanceInsufficient (balance)"));
    assert_eq!(
        (error.code(), error.next_step().as_str()),
        (Some("14000"), "add_funds")
    );
}
