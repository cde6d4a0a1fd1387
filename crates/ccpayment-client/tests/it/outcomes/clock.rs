//! Wrong clocks: which answers correct them, and which calls are repeated.

use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Kind, NextStep, Outcome, Timestamp};

use crate::support::{
    self, APP_ID, STAMP, recorded, signed, signed_at, timestamps, unsigned, with_headers,
};

/// A clock that is `off` seconds behind the gateway's, which is at [`STAMP`].
fn behind(off: i64) -> ManualClock {
    ManualClock::at(Timestamp::from_secs(STAMP.saturating_add_signed(-off)))
}

/// A gateway that enforces its two minutes, with an unpublished code.
fn strict_gateway(steps: usize) -> ScriptedTransport {
    (0..steps).fold(ScriptedTransport::new(), |script, _| {
        script.respond(|request| {
            let stamp = request.headers()["timestamp"].to_str().unwrap();
            let off = stamp.parse::<u64>().unwrap().abs_diff(STAMP);
            let path = request.uri().path().to_owned();
            Ok(match (off > 120, path.rsplit('/').next()) {
                (true, _) => signed(r#"{"code":999999,"msg":"stale","data":null}"#),
                (false, Some("withdraw")) => signed(recorded("withdraw")),
                (false, Some("info")) => signed(recorded("withdrawals")),
                (false, _) => signed(recorded("token-rate")),
            })
        })
    })
}

#[test]
fn a_read_with_a_wrong_clock_is_repeated_once_with_the_correction() {
    for off in [600, -600, 86_400, -86_400] {
        let transport = strict_gateway(3);
        let client = support::clocked(&transport, &behind(off));
        assert!(
            block_on(client.token_rate(support::rate())).is_ok(),
            "{off}"
        );
        let first = STAMP.saturating_add_signed(-off);
        assert_eq!(timestamps(&transport), [first, STAMP], "{off}");
        assert_eq!(client.clock_skew_secs(), off);
        // Later first attempts are right.
        assert!(block_on(client.token_rate(support::rate())).is_ok());
        assert_eq!(timestamps(&transport), [first, STAMP, STAMP]);
    }
}

#[test]
fn a_withdrawal_with_a_wrong_clock_is_not_repeated_and_its_query_succeeds() {
    let transport = strict_gateway(3);
    let client = support::clocked(&transport, &behind(600));
    let error = block_on(client.withdraw(support::payout())).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Unverified, Outcome::Unknown)
    );
    assert_eq!(
        (error.attempts(), error.code()),
        (1, Some("999999")),
        "{error}"
    );
    let found = block_on(client.withdrawals(support::payout().query())).unwrap();
    assert_eq!(found.withdrawals.len(), 1);
    assert_eq!(
        timestamps(&transport),
        [STAMP - 600, STAMP],
        "the query is corrected"
    );
}

#[test]
fn a_clock_that_is_off_by_days_is_not_corrected() {
    let transport = strict_gateway(3);
    let client = support::clocked(&transport, &behind(2 * 86_400));
    let error = block_on(client.token_rate(support::rate())).unwrap_err();
    assert_eq!(
        (error.kind(), error.next_step()),
        (Kind::Unverified, NextStep::FixConfiguration)
    );
    assert_eq!((error.attempts(), client.clock_skew_secs()), (2, 0));
}

#[test]
fn the_correction_is_dropped_when_the_clock_is_set() {
    let clock = behind(3_600);
    let transport = strict_gateway(4);
    let client = support::clocked(&transport, &clock);
    block_on(client.token_rate(support::rate())).unwrap();
    assert_eq!(client.clock_skew_secs(), 3_600);
    clock.set(support::now());
    // Now the correction is wrong, and the refusal corrects it.
    let error = block_on(client.token_rate(support::rate())).unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Ambiguous, Some("999999"))
    );
    assert_eq!(client.clock_skew_secs(), 0);
    assert!(block_on(client.token_rate(support::rate())).is_ok());
}

#[test]
fn only_a_verified_answer_changes_the_correction() {
    let off = STAMP + 600;
    let body = r#"{"code":224066,"msg":"Service error"}"#;
    let good = signed_at(body, off);
    let sign = good.headers()["sign"].to_str().unwrap();
    let mut unsigned_stamp = unsigned(body);
    unsigned_stamp
        .headers_mut()
        .insert("Timestamp", off.to_string().parse().unwrap());
    let push = r#"{"pay_status":"success","order_type":"Refund","record_id":"1"}"#;
    for (name, answer) in [
        ("an unsigned timestamp", unsigned_stamp),
        ("no headers", unsigned(body)),
        (
            "a wrong sign",
            with_headers(body, [APP_ID, &off.to_string(), &sign.replace('0', "1")]),
        ),
        (
            "of another app",
            with_headers(body, ["1", &off.to_string(), sign]),
        ),
        ("a replayed webhook", signed_at(push, off)),
        (
            "a replayed request",
            signed_at(r#"{"merchant_order_ids":["a"]}"#, off),
        ),
    ] {
        let client = support::client();
        assert!(
            client
                .parse(&support::rate(), &answer, support::now())
                .is_err(),
            "{name}"
        );
        assert_eq!(client.clock_skew_secs(), 0, "{name}");
    }
    let client = support::client();
    assert!(
        client
            .parse(&support::rate(), &good, support::now())
            .is_err()
    );
    assert_eq!(client.clock_skew_secs(), 600);
    let request = client.prepare(&support::rate(), support::now()).unwrap();
    assert_eq!(
        request.headers()["timestamp"].to_str().unwrap(),
        off.to_string()
    );
    assert_eq!(client.clone().clock_skew_secs(), 600, "clones share it");
}

#[test]
fn an_answer_is_fresh_for_two_minutes_before_and_after_its_timestamp() {
    for (stamp, fresh) in [
        (STAMP - 121, false),
        (STAMP - 120, true),
        (STAMP + 120, true),
        (STAMP + 121, false),
    ] {
        let answer = signed_at(recorded("token-rate"), stamp);
        let got = support::client().parse(&support::rate(), &answer, support::now());
        assert_eq!(got.is_ok(), fresh, "{stamp}");
    }
}
