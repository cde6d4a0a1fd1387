//! Failed answers and broken connections: what each proves, how often the call was sent, what to do next.

mod clock;

use std::fmt::Write as _;
use std::time::Duration;

use crate::support::{self, APP_ID, STAMP, recorded, signed, signed_at, unsigned, with_headers};
use bytes::Bytes;
use ccpayment_client::v1::{Client, Fee, WithdrawalStatus};
use http::{Response, StatusCode};
use payments_core::scripted::{Break, ManualClock, ScriptedTransport, block_on};
use payments_core::{Error, Kind, NextStep, Outcome, Reach, TransportError};

fn under(status: u16, mut answer: Response<Bytes>) -> Response<Bytes> {
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

/// Answers of a gateway, or of something in front of it, that are not an acceptable success.
fn failed_answers() -> Vec<(&'static str, Response<Bytes>)> {
    // A success of each of the three calls, so that only its signature decides.
    let good =
        r#"{"code":10000,"msg":"success","data":{"order_id":"1","address":"T1","price":"2"}}"#;
    let failed = r#"{"code":224066,"msg":"Service error","data":null}"#;
    let stamp = STAMP.to_string();
    let sign = signed(good).headers()["sign"].to_str().unwrap().to_owned();
    let resealed =
        |app_id: &str, stamp: &str, sign: &str| with_headers(good, [app_id, stamp, sign]);
    let without = |name: &str| {
        let mut answer = signed(good);
        answer.headers_mut().remove(name);
        answer
    };
    let mut twice = signed(good);
    twice.headers_mut().append("Sign", sign.parse().unwrap());
    vec![
        ("an unsigned success", unsigned(good)),
        ("a success without Sign", without("Sign")),
        ("a success without Appid", without("Appid")),
        ("a success without Timestamp", without("Timestamp")),
        ("a success with two signs", twice),
        (
            "a success of another app",
            resealed("202302010636261620672405236006913", &stamp, &sign),
        ),
        (
            "a success with a wrong sign",
            resealed(APP_ID, &stamp, &sign.replace('0', "1")),
        ),
        (
            "a success with a sign in capitals",
            resealed(APP_ID, &stamp, &sign.to_uppercase()),
        ),
        (
            "a success with another stamp",
            resealed(APP_ID, "1677152491", &sign),
        ),
        (
            "a success of two days ago",
            signed_at(good, STAMP - 172_800),
        ),
        (
            "a success of the day after tomorrow",
            signed_at(good, STAMP + 172_800),
        ),
        (
            "a success followed by more text",
            signed(format!("{good}{{}}")),
        ),
        (
            "a success with a duplicate field",
            signed(good.replacen("{", r#"{"code":1,"#, 1)),
        ),
        (
            "a signed success without data",
            signed(r#"{"code":10000,"msg":"success"}"#),
        ),
        (
            "a signed success with null data",
            signed(r#"{"code":10000,"msg":"success","data":null}"#),
        ),
        (
            "a signed success with data as an array",
            signed(r#"{"code":10000,"data":["1","T1"]}"#),
        ),
        (
            "a signed text that is no envelope",
            signed(r#"{"order_id":"1"}"#),
        ),
        ("224066, signed", signed(failed)),
        ("224066, unsigned", unsigned(failed)),
        ("224066 under 500, unsigned", under(500, unsigned(failed))),
        ("224083, signed", signed(recorded("failed-with-reason"))),
        (
            "225213, signed",
            signed(r#"{"code":225213,"msg":"v2 only"}"#),
        ),
        (
            "225213, unsigned",
            unsigned(r#"{"code":225213,"msg":"v2 only"}"#),
        ),
        (
            "an unpublished code, signed",
            signed(r#"{"code":"11006","msg":"expired","data":null}"#),
        ),
        ("a negative code, unsigned", unsigned(r#"{"code":-1}"#)),
        ("an HTML page under 200", unsigned("<html>Welcome</html>")),
        (
            "an HTML page under 502",
            under(502, unsigned("<html>Bad Gateway</html>")),
        ),
        (
            "too many requests, as text",
            under(429, unsigned("slow down")),
        ),
        ("nothing under 200", unsigned("")),
        ("half a JSON text", unsigned(&good.as_bytes()[..40])),
        (
            "an envelope as an array",
            unsigned(r#"[224066,"Service error"]"#),
        ),
        ("nested 100,000 deep", unsigned(vec![b'['; 100_000])),
    ]
}

/// One call of each effect that always gets the same answer.
fn meet(step: impl Fn(ScriptedTransport) -> ScriptedTransport) -> [(Error, ScriptedTransport); 3] {
    let script = || (0..10).fold(ScriptedTransport::new(), |script, _| step(script));
    let met = |call: fn(&Client) -> Option<Error>| {
        let transport = script();
        let error = call(&support::scripted(&transport)).unwrap();
        (error, transport)
    };
    [
        met(|client| block_on(client.withdraw(support::payout())).err()),
        met(|client| block_on(client.deposit_address(support::deposit_address())).err()),
        met(|client| block_on(client.token_rate(support::rate())).err()),
    ]
}

const HEAD: &str = "answer | withdraw (unkeyed) | deposit_address (keyed) | token_rate (read)";

fn row(line: &mut String, error: &Error, transport: &ScriptedTransport) {
    let (sent, code) = (transport.requests().len(), error.code().unwrap_or("-"));
    assert_eq!(error.attempts() as usize, sent);
    let (kind, outcome, next) = (error.kind(), error.outcome(), error.next_step());
    write!(
        line,
        " | {kind:?}, {outcome:?}, {next:?}, code {code}, sent {sent}"
    )
    .unwrap();
}

#[test]
fn an_answer_never_counts_for_more_than_it_proves() {
    let mut table = HEAD.to_owned();
    for (name, answer) in failed_answers() {
        let met = meet(|script| {
            let answer = answer.clone();
            script.respond(move |_| Ok(answer))
        });
        write!(table, "\n{name}").unwrap();
        for (error, transport) in &met {
            row(&mut table, error, transport);
            assert_eq!(error.raw().unwrap().body(), answer.body(), "{name}");
            assert_eq!(error.provider(), "ccpayment");
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
        // A withdrawal is sent once, and no answer proves that it was not made.
        let (payout, transport) = &met[0];
        assert_eq!(transport.requests().len(), 1, "{name}");
        assert_eq!(
            (payout.outcome(), payout.next_step()),
            (Outcome::Unknown, NextStep::Query)
        );
    }
    insta::assert_snapshot!("answers", table);
}

#[test]
fn a_broken_connection_repeats_reads_and_leaves_withdrawals_unknown() {
    let mut table = HEAD.to_owned();
    for broken in Break::ALL {
        let failure = || broken.error(b"{\"code\":10000,");
        let met = meet(|script| script.fail(failure()));
        write!(table, "\n{broken}").unwrap();
        for (error, transport) in &met {
            row(&mut table, error, transport);
        }
        let (error, transport) = &met[0];
        let once = transport.requests().len() == 1;
        assert!(error.outcome() == Outcome::NotApplied || once, "{broken}");
    }
    insta::assert_snapshot!("broken_connections", table);
}

#[test]
fn gives_up_at_the_deadline() {
    let met = meet(ScriptedTransport::hang);
    let outcomes = met
        .each_ref()
        .map(|(error, _)| (error.kind(), error.outcome()));
    assert_eq!(
        outcomes,
        [
            (Kind::Timeout, Outcome::Unknown),
            (Kind::Timeout, Outcome::Unknown),
            (Kind::Timeout, Outcome::NotApplied)
        ]
    );
}

#[test]
fn orders_are_never_resent() {
    for failure in [Reach::MaybeSent, Reach::ResponseStarted] {
        let script = || ScriptedTransport::new().fail(TransportError::timeout(failure));
        let (native, hosted) = (script(), script());
        let error = block_on(support::scripted(&native).create_order(support::order()));
        assert_eq!(error.unwrap_err().outcome(), Outcome::Unknown);
        let error = block_on(support::scripted(&hosted).create_checkout(support::checkout()));
        assert_eq!(error.unwrap_err().outcome(), Outcome::Unknown);
        assert_eq!((native.requests().len(), hosted.requests().len()), (1, 1));
    }
}

#[test]
fn an_answer_that_differs_from_the_request_is_applied() {
    let text = String::from_utf8(recorded("create-order")).unwrap();
    for (from, to, field) in [
        ("\"amount\": \"0.5\"", "\"amount\": \"5\"", "amount"),
        ("\"token_id\": \"0", "\"token_id\": \"1", "token_id"),
    ] {
        let transport = support::answering(text.replace(from, to));
        let error = block_on(support::scripted(&transport).create_order(support::order()));
        let error = error.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Integrity, Outcome::Applied)
        );
        assert_eq!(error.next_step(), NextStep::Investigate);
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn a_request_that_never_left_is_resent_with_a_new_timestamp() {
    let clock = ManualClock::at(support::now());
    let moved = clock.clone();
    let transport = ScriptedTransport::new()
        .respond(move |_| {
            moved.advance(Duration::from_secs(5));
            Err(TransportError::connect(std::io::Error::other("refused")))
        })
        .respond(|_| Ok(signed_at(recorded("withdraw"), STAMP + 5)));
    let client = support::clocked(&transport, &clock);
    let payout = block_on(client.withdraw(support::payout())).unwrap();
    assert_eq!(
        payout.order_id.as_str(),
        "202303130821441654321098765432111"
    );
    let sent = transport.requests();
    assert_eq!(support::timestamps(&transport), [STAMP, STAMP + 5]);
    assert_eq!(sent[0].body(), sent[1].body(), "the same withdrawal");
    assert_ne!(sent[0].headers()["sign"], sent[1].headers()["sign"]);
}

#[test]
fn an_unknown_withdrawal_is_resolved_by_its_id() {
    let transport = ScriptedTransport::new()
        .fail(TransportError::timeout(Reach::MaybeSent))
        .respond(|_| Ok(signed(recorded("withdrawals"))))
        .respond(|_| Ok(signed(r#"{"code":10000,"msg":"success","data":[]}"#)));
    let client = support::scripted(&transport);
    let payout = support::payout();
    let query = payout.query();
    let error = block_on(client.withdraw(payout)).unwrap_err();
    assert_eq!(
        (error.outcome(), error.next_step()),
        (Outcome::Unknown, NextStep::Query)
    );
    let found = block_on(client.withdrawals(query.clone())).unwrap();
    let found = found.find(&support::reference("payout-1001")).unwrap();
    assert_eq!(found.status, WithdrawalStatus::Processing);
    let fee = found.transfers[0].network_fee.as_ref();
    assert_eq!(fee.and_then(Fee::crypto), Some("TRX"));
    // Not found is neither an error nor a proof.
    assert!(
        block_on(client.withdrawals(query))
            .unwrap()
            .withdrawals
            .is_empty()
    );
}

#[test]
fn ignores_the_content_type_of_answers() {
    let mut answer = signed(recorded("token-rate"));
    answer
        .headers_mut()
        .insert("content-type", "text/html".parse().unwrap());
    assert!(
        support::client()
            .parse(&support::rate(), &answer, support::now())
            .is_ok()
    );
}

#[test]
fn messages_are_shown_on_one_line_without_control_characters() {
    let words = "no\r\nFAKE LOG LINE \u{1b}[2J\u{202e}".repeat(50);
    let answer = serde_json::json!({"code": 224066, "msg": words, "reason": "R\n"}).to_string();
    let transport = support::answering(answer);
    let error = block_on(support::scripted(&transport).create_order(support::order())).unwrap_err();
    assert_eq!(
        error.message(),
        Some(&*format!("{words} (R\n)")),
        "kept in full"
    );
    let line = error.to_string();
    assert!(
        line.chars().count() < 500 && !line.chars().any(char::is_control),
        "{line}"
    );
}
