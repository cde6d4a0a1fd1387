//! CCPayment v2 against the golden cases, and messages that must be refused.

use std::time::Duration;

use payments_signing::ccpayment::{self, Headers, Timestamp, Window, v2::Key};
use payments_signing::{KeyError, Secret};

use crate::support::{Case, cases};

const APP_ID: &str = "ccpv2TestAppId01";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: u64 = 1_800_000_000;

fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

fn key() -> Key {
    Key::new(APP_ID, secret()).unwrap()
}

/// The verdict on a case: its key has `own_app_id`, its clock shows `now`.
fn accepted(case: &Case) -> bool {
    let own = if case.has("own_app_id") {
        "own_app_id"
    } else {
        "app_id"
    };
    let secret = Secret::new(case.text("app_secret")).unwrap();
    let key = Key::new(case.text(own), secret).unwrap();
    let now = match case.has("now") {
        true => case.get("now").as_u64().unwrap(),
        false => case.text("timestamp").parse().unwrap_or(NOW),
    };
    let headers = Headers {
        app_id: case.text("app_id"),
        timestamp: case.text("timestamp"),
        sign: case.text("sign"),
    };
    let (body, window) = (case.text("body").as_bytes(), Window::default());
    match case.text("kind") {
        "webhook" => key.verify_webhook(&headers, body, now, &window).is_ok(),
        "request" => key.verify_request(&headers, body, now, &window).is_ok(),
        other => panic!("{}: {other}", case.name()),
    }
}

#[test]
fn decides_every_golden_case_as_recorded() {
    let (mut valid, mut refused) = (0, 0);
    for file in ["ccpayment_v2/vectors.json", "ccpayment_v2/negative.json"] {
        for case in cases(file) {
            // No document states that a longer timestamp or an RSA signature is accepted.
            if case.has("mode") || case.text("timestamp").len() == 13 && case.has("disputed") {
                continue;
            }
            let expected = case.get("valid").as_bool().unwrap();
            assert_eq!(accepted(&case), expected, "{}", case.name());
            *if expected { &mut valid } else { &mut refused } += 1;
        }
    }
    assert_eq!((valid, refused), (25, 40));
}

#[test]
fn reproduces_every_valid_signature() {
    for case in cases("ccpayment_v2/vectors.json") {
        if case.has("mode") || !case.get("valid").as_bool().unwrap() {
            continue;
        }
        let secret = Secret::new(case.text("app_secret")).unwrap();
        let key = Key::new(case.text("app_id"), secret).unwrap();
        // Without separators, the digits after the tenth are signed like the beginning of the body.
        let (ten, rest) = case.text("timestamp").split_at(10);
        let body = [rest, case.text("body")].concat();
        let sign = key.sign(Timestamp::parse(ten).unwrap(), body.as_bytes());
        assert_eq!(sign.as_str(), case.text("sign"), "{}", case.name());
    }
}

#[test]
fn a_signature_of_one_version_is_refused_by_the_other() {
    let (v1, v2) = (
        ccpayment::Key::new(APP_ID, secret()).unwrap(),
        Key::new(APP_ID, secret()).unwrap(),
    );
    let timestamp = Timestamp::from_secs(NOW).unwrap();
    let window = Window::default();
    for body in [&b"{}"[..], br#"{"orderId":"order-1001"}"#] {
        let by_v1 = v1.sign(timestamp, body);
        let by_v2 = v2.sign(timestamp, body);
        let headers = |sign| Headers {
            app_id: APP_ID,
            timestamp: timestamp.as_str(),
            sign,
        };
        let (given_v1, given_v2) = (headers(by_v1.as_str()), headers(by_v2.as_str()));
        assert!(v1.verify_webhook(&given_v1, body, NOW, &window).is_ok());
        assert!(v2.verify_webhook(&given_v2, body, NOW, &window).is_ok());
        for verdict in [
            v1.verify(&given_v2, body, NOW, &window),
            v1.verify_request(&given_v2, body, NOW, &window),
            v2.verify(&given_v1, body, NOW, &window),
            v2.verify_request(&given_v1, body, NOW, &window),
        ] {
            assert!(verdict.is_err());
        }
        assert!(v1.verify_response(&given_v2, body, NOW, &window).is_err());
        assert!(v2.verify_response(&given_v1, body, NOW, &window).is_err());
        assert!(v1.verify_webhook(&given_v2, body, NOW, &window).is_err());
        assert!(v2.verify_webhook(&given_v1, body, NOW, &window).is_err());
    }
}

#[test]
fn refuses_messages_outside_the_window() {
    let key = key();
    let timestamp = Timestamp::from_secs(NOW).unwrap();
    let sign = key.sign(timestamp, b"{}");
    let headers = Headers {
        app_id: APP_ID,
        timestamp: timestamp.as_str(),
        sign: sign.as_str(),
    };
    let narrow = Window {
        past: Duration::from_secs(100),
        future: Duration::from_secs(5),
    };
    let accepted = |now, window: &Window| key.verify_webhook(&headers, b"{}", now, window).is_ok();
    for (now, expected) in [(0, true), (120, true), (121, false), (500, false)] {
        assert_eq!(accepted(NOW + now, &Window::default()), expected, "+{now}");
        assert_eq!(accepted(NOW - now, &Window::default()), expected, "-{now}");
    }
    assert!(accepted(NOW + 100, &narrow) && accepted(NOW - 5, &narrow));
    assert!(!accepted(NOW + 101, &narrow) && !accepted(NOW - 6, &narrow));
    assert!(!accepted(0, &Window::default()) && !accepted(u64::MAX, &Window::default()));
}

#[test]
fn limits_size_depth_and_names_of_a_body() {
    let key = key();
    let timestamp = Timestamp::from_secs(NOW).unwrap();
    let check = |body: &[u8]| {
        let sign = key.sign(timestamp, body);
        let headers = Headers {
            app_id: APP_ID,
            timestamp: timestamp.as_str(),
            sign: sign.as_str(),
        };
        let window = Window::default();
        (
            key.verify_webhook(&headers, body, NOW, &window).is_ok(),
            key.verify_response(&headers, body, NOW, &window).is_ok(),
            key.verify_request(&headers, body, NOW, &window).is_ok(),
        )
    };
    let of_length = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    assert_eq!(check(of_length(64 * 1024).as_bytes()), (true, true, true));
    assert_eq!(
        check(of_length(64 * 1024 + 1).as_bytes()),
        (false, true, true)
    );
    assert_eq!(
        check(of_length(4 * 1024 * 1024 + 1).as_bytes()),
        (false, false, false)
    );
    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert_eq!(check(nested(17).as_bytes()), (false, true, true));
    assert_eq!(check(nested(33).as_bytes()), (false, false, false));
    // A call without parameters.
    for body in [&b""[..], b"[]", b"\r\n"] {
        assert_eq!(check(body), (false, false, true));
    }
    for body in [&b"[1]"[..], b"{}{}", b"null", br#"{"a":1,"a":2}"#, b"\xff"] {
        assert_eq!(check(body), (false, false, false));
    }
}

#[test]
fn refuses_an_app_id_that_does_not_fit_into_a_header() {
    for app_id in ["", "a b", "a\n", "é", &"1".repeat(65)] {
        let refused = Key::new(app_id, secret()).unwrap_err();
        assert_eq!(refused, KeyError::AppId, "{app_id:?}");
    }
}

#[test]
fn a_key_names_its_app_id_and_a_signature_is_its_text() {
    let key = key();
    assert_eq!(key.app_id(), APP_ID);
    let sign = key.sign(Timestamp::from_secs(NOW).unwrap(), b"{}");
    assert_eq!(sign.as_ref() as &str, sign.as_str());
}

#[test]
fn debug_prints_no_secret() {
    assert_eq!(
        format!("{:?}", key()),
        format!("ccpayment::v2::Key {{ app_id: {APP_ID:?}, .. }}")
    );
}

#[cfg(feature = "explain")]
#[test]
fn explanations_contain_no_secret() {
    let stages = key().explain(Timestamp::from_secs(NOW).unwrap(), b"{}");
    assert_eq!(
        stages.get("signed text"),
        Some(&*format!("{APP_ID}{NOW}{{}}"))
    );
    assert!(!stages.to_string().contains(SECRET));
}
