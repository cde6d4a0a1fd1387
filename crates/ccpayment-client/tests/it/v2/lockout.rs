//! A client whose credentials are refused stops sending before the provider bans it.

use std::time::Duration;

use super::support::{self, USDT, refusal};
use ccpayment_client::v2::{Client, CoinQuery};
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Error, Kind, NextStep, Outcome};

fn ask(client: &Client) -> Option<Error> {
    block_on(client.coin(CoinQuery::new(USDT))).err()
}

fn setting<'a>(
    codes: impl IntoIterator<Item = &'a str>,
) -> (ScriptedTransport, ManualClock, Client) {
    let bodies = codes.into_iter().map(|code| match code {
        "10000" => support::recorded("coin"),
        code => refusal(code).into_bytes(),
    });
    let transport = support::answering(bodies.collect::<Vec<_>>());
    let clock = ManualClock::at(support::now());
    let client = support::clocked(&transport, &clock);
    (transport, clock, client)
}

#[test]
fn nothing_is_sent_after_three_refusals_in_a_row_until_the_pause_is_over() {
    let (transport, clock, client) = setting(["11005", "12001", "11005", "10000", "10000"]);
    for _ in 0..3 {
        let kind = ask(&client).unwrap().kind();
        assert_eq!(kind.as_str(), "refused_authentication");
    }
    // A clone shares the count, and a withdrawal is not sent either.
    for error in [
        ask(&client.clone()).unwrap(),
        block_on(client.withdraw(support::payout())).unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Configuration, Outcome::NotApplied)
        );
        assert_eq!(
            (error.next_step(), error.attempts()),
            (NextStep::FixConfiguration, 0)
        );
        let shown = error.to_string();
        assert!(shown.contains("refused 3 times in a row"), "{shown}");
        assert!(
            shown.contains("600 seconds") && !shown.contains('\n'),
            "{shown}"
        );
    }
    assert_eq!(transport.requests().len(), 3);
    clock.advance(Duration::from_secs(599));
    assert!(ask(&client).is_some());
    assert_eq!(transport.requests().len(), 3);
    clock.advance(Duration::from_secs(1));
    assert!(ask(&client).is_none(), "one request after the pause");
    assert!(ask(&client).is_none(), "a success ends it");
    assert_eq!(transport.requests().len(), 5);
}

#[test]
fn a_success_in_between_starts_the_count_again() {
    let codes = ["11005", "11005", "10000", "12001", "12001", "10000"];
    let (transport, _clock, client) = setting(codes);
    for code in codes {
        assert_eq!(ask(&client).is_none(), code == "10000");
    }
    assert_eq!(transport.requests().len(), codes.len());
}

#[test]
fn a_ban_stops_the_client_for_a_day() {
    let (transport, clock, client) = setting(["11014", "10000"]);
    assert_eq!(ask(&client).unwrap().code(), Some("11014"));
    clock.advance(Duration::from_secs(86_399));
    let shown = ask(&client).unwrap().to_string();
    assert!(shown.contains("code 11014"), "{shown}");
    assert_eq!(transport.requests().len(), 1);
    clock.advance(Duration::from_secs(1));
    assert!(ask(&client).is_none());
}

#[test]
fn prepare_and_parse_count_too() {
    let client = support::client();
    let call = CoinQuery::new(USDT);
    let answer = support::answer(refusal("11005"));
    for _ in 0..3 {
        assert!(client.prepare(&call, support::now()).is_ok());
        assert!(client.parse(&call, &answer, support::now()).is_err());
    }
    let invalid = client.prepare(&call, support::now()).unwrap_err();
    assert_eq!(invalid.field(), "app_id");
}

/// Refusals come with status 200: under another one neither the count goes on nor does it end.
#[test]
fn only_answers_under_status_200_count() {
    let client = support::client();
    let call = CoinQuery::new(USDT);
    let parse = |status: u16, body: Vec<u8>| {
        let mut answer = support::answer(body);
        *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
        let _ = client.parse(&call, &answer, support::now());
    };
    for status in [401, 403, 429, 500, 502] {
        parse(status, refusal("11005").into_bytes());
        parse(status, refusal("11014").into_bytes());
    }
    assert!(client.prepare(&call, support::now()).is_ok());
    parse(200, refusal("11005").into_bytes());
    parse(200, refusal("11005").into_bytes());
    parse(502, support::recorded("coin"));
    parse(404, refusal("14000").into_bytes());
    parse(200, refusal("12001").into_bytes());
    assert!(client.prepare(&call, support::now()).is_err());
}
