//! The period of a resend, and how often it is allowed.

use std::time::Duration;

use ccpayment_client::v1::ResendWebhooks;
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Kind, NextStep, Outcome, Reach, Timestamp, TransportError};

use crate::support;

#[test]
fn limits_the_period_to_an_hour_in_whole_seconds() {
    let at = |millis: u64| Timestamp::from_millis(1_700_000_000_000 + millis);
    for (start, end, sent) in [
        (200, 800, None),
        (0, 999, None),
        (999, 1_000, Some((0, 1))),
        (0, 3_600_999, Some((0, 3_600))),
        (999, 3_600_999, Some((0, 3_600))),
        (0, 3_601_000, None),
    ] {
        let resend = ResendWebhooks::since(at(start)).until(at(end));
        let request = support::client().prepare(&resend, support::now());
        let second = |body: &serde_json::Value, name: &str| {
            body[name].as_u64().map(|second| second - 1_700_000_000)
        };
        let got = request.ok().and_then(|request| {
            let body = serde_json::from_slice(request.body()).unwrap();
            second(&body, "start_timestamp").zip(second(&body, "end_timestamp"))
        });
        assert_eq!(got, sent, "{start} to {end}");
    }
}

#[test]
fn a_clock_set_back_by_a_second_does_not_allow_another_resend() {
    let answer = || support::signed(support::recorded("resend-webhooks"));
    let transport = (0..2).fold(ScriptedTransport::new(), |script, _| {
        script.respond(move |_| Ok(answer()))
    });
    let clock = ManualClock::at(support::now());
    let client = support::clocked(&transport, &clock);
    let resend = || block_on(client.resend_webhooks(ResendWebhooks::since(support::now())));
    assert!(resend().is_ok());
    clock.set(Timestamp::from_secs(support::STAMP - 1));
    assert_eq!(resend().unwrap_err().kind(), Kind::Busy);
    clock.set(Timestamp::from_secs(support::STAMP + 60));
    assert!(resend().is_ok());
}

#[test]
fn limits_resends_to_one_a_minute_and_25_a_day() {
    let transport = (0..30).fold(ScriptedTransport::new(), |script, _| {
        script.respond(|request| {
            let stamp = request.headers()["timestamp"].to_str().unwrap();
            let body = support::recorded("resend-webhooks");
            Ok(support::signed_at(body, stamp.parse().unwrap()))
        })
    });
    let clock = ManualClock::at(support::now());
    let client = support::clocked(&transport, &clock);
    let resend = || {
        block_on(
            client
                .clone()
                .resend_webhooks(ResendWebhooks::since(support::now())),
        )
    };
    assert!(resend().is_ok());
    let error = resend().unwrap_err();
    assert_eq!(
        (error.kind(), error.next_step(), error.attempts()),
        (Kind::Busy, NextStep::RetryLater, 0)
    );
    assert!(
        error.to_string().contains("less than a minute ago"),
        "{error}"
    );
    for n in 1..25 {
        clock.advance(Duration::from_secs(60));
        assert!(resend().is_ok(), "{n}");
    }
    clock.advance(Duration::from_secs(60));
    assert!(
        resend()
            .unwrap_err()
            .to_string()
            .contains("25 times within a day")
    );
    assert_eq!(transport.requests().len(), 25);
    clock.advance(Duration::from_secs(24 * 60 * 60));
    assert!(resend().is_ok());
}

#[test]
fn does_not_count_a_resend_that_was_not_sent() {
    let no_connection = || TransportError::connect(std::io::Error::other("refused"));
    let transport = (0..3).fold(ScriptedTransport::new(), |script, _| {
        script.fail(no_connection())
    });
    let answer = support::signed(support::recorded("resend-webhooks"));
    let transport = transport
        .respond(move |_| Ok(answer))
        .fail(TransportError::timeout(Reach::MaybeSent));
    let clock = ManualClock::at(support::now());
    let client = support::clocked(&transport, &clock);
    let resend = || block_on(client.resend_webhooks(ResendWebhooks::since(support::now())));
    assert_eq!(resend().unwrap_err().kind(), Kind::Connect);
    assert!(resend().is_ok(), "the first call was not sent");
    clock.advance(Duration::from_secs(60));
    assert_eq!(resend().unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(
        resend().unwrap_err().kind(),
        Kind::Busy,
        "the call may have been sent"
    );
}
