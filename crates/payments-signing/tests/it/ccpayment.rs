//! CCPayment against the golden cases, and the two forgeries that its construction allows.

use std::time::Duration;

use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};
use payments_signing::{KeyError, Secret};
use sha2::block_api::compress256;

use crate::support::{Case, cases};

const APP_ID: &str = "202302010636261620672405236006912";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: u64 = 1_677_152_490;

fn key() -> Key {
    Key::new(APP_ID, Secret::new(SECRET).unwrap()).unwrap()
}

fn key_of(case: &Case) -> Key {
    Key::new(
        case.text("app_id"),
        Secret::new(case.text("app_secret")).unwrap(),
    )
    .unwrap()
}

fn body(case: &Case) -> Vec<u8> {
    if !case.has("body_hex") {
        return case.text("body").as_bytes().to_vec();
    }
    base16ct::lower::decode_vec(case.text("body_hex")).unwrap()
}

fn headers<'a>(case: &'a Case) -> Headers<'a> {
    let app_id = case.text(if case.has("header_app_id") {
        "header_app_id"
    } else {
        "app_id"
    });
    Headers {
        app_id,
        timestamp: case.text("timestamp"),
        sign: case.text("sign"),
    }
}

#[test]
fn reproduces_every_positive_case() {
    for case in cases("ccpayment/positive.json") {
        let (name, key, body) = (case.name(), key_of(&case), body(&case));
        let timestamp = Timestamp::parse(case.text("timestamp")).unwrap();
        assert_eq!(
            key.sign(timestamp, &body).as_str(),
            case.text("sign"),
            "{name}"
        );
        let now = timestamp.as_secs();
        assert_eq!(
            key.verify(&headers(&case), &body, now, &Window::default()),
            Ok(()),
            "{name}"
        );
        assert_eq!(
            key.verify_request(&headers(&case), &body, now, &Window::default()),
            Ok(()),
            "{name}"
        );
        let is_object = !body.is_empty();
        assert_eq!(
            key.verify_webhook(&headers(&case), &body, now, &Window::default())
                .is_ok(),
            is_object,
            "{name}"
        );
        assert_eq!(
            key.verify_response(&headers(&case), &body, now, &Window::default())
                .is_ok(),
            is_object,
            "{name}"
        );
    }
}

#[test]
fn refuses_every_negative_case() {
    for case in cases("ccpayment/negative.json") {
        assert!(!case.accepts());
        let now = if case.has("now") {
            case.get("now").as_u64().unwrap()
        } else {
            NOW
        };
        let (key, body, headers, window) = (
            key_of(&case),
            body(&case),
            headers(&case),
            Window::default(),
        );
        assert!(
            key.verify_webhook(&headers, &body, now, &window).is_err(),
            "{}",
            case.name()
        );
        assert!(
            key.verify_response(&headers, &body, now, &window).is_err(),
            "{}",
            case.name()
        );
        assert!(
            key.verify_request(&headers, &body, now, &window).is_err(),
            "{}",
            case.name()
        );
    }
}

/// Merkle–Damgård padding of a message of `len` bytes.
fn padding(len: usize) -> Vec<u8> {
    let mut bytes = vec![0x80];
    bytes.resize(1 + (119 - len % 64) % 64, 0);
    bytes.extend(((len as u64) * 8).to_be_bytes());
    bytes
}

/// Computes, from the digest of a message of `len` unknown bytes, the digest of that message, its padding and `suffix`.
fn extended(digest: &str, len: usize, suffix: &[u8]) -> String {
    let mut state: [u32; 8] =
        std::array::from_fn(|at| u32::from_str_radix(&digest[at * 8..at * 8 + 8], 16).unwrap());
    let mut rest = suffix.to_vec();
    rest.extend(padding(len + padding(len).len() + suffix.len()));
    compress256(&mut state, rest.as_chunks::<64>().0);
    state.iter().map(|word| format!("{word:08x}")).collect()
}

#[test]
fn refuses_an_extended_message_with_a_valid_signature() {
    let key = key();
    let timestamp = Timestamp::from_secs(NOW).unwrap();
    // Every length around the block borders, so that the padding has every length.
    for len in 0..130 {
        let original = if len < 8 {
            Vec::new()
        } else {
            format!("{{\"a\":\"{}\"}}", "x".repeat(len - 8)).into_bytes()
        };
        let seen = key.sign(timestamp, &original);

        // A forger knows the digest, the lengths and the body.
        let suffix = br#"{"pay_status":"success","paid_amount":"1000"}"#;
        let unknown = APP_ID.len() + SECRET.len() + 10 + original.len();
        let sign = extended(seen.as_str(), unknown, suffix);
        let forged = [&original[..], &padding(unknown), suffix].concat();

        assert_eq!(
            key.sign(timestamp, &forged).as_str(),
            sign,
            "the forged signature must be valid"
        );
        let headers = Headers {
            app_id: APP_ID,
            timestamp: timestamp.as_str(),
            sign: &sign,
        };
        assert!(
            key.verify(&headers, &forged, NOW, &Window::default())
                .is_err(),
            "verify, length {len}"
        );
        assert!(
            key.verify_webhook(&headers, &forged, NOW, &Window::default())
                .is_err(),
            "webhook, length {len}"
        );
        assert!(
            key.verify_response(&headers, &forged, NOW, &Window::default())
                .is_err(),
            "response, length {len}"
        );
        assert!(
            key.verify_request(&headers, &forged, NOW, &Window::default())
                .is_err(),
            "request, length {len}"
        );
    }
}

#[test]
fn refuses_digits_moved_between_timestamp_and_body() {
    let key = key();
    let timestamp = Timestamp::from_secs(NOW).unwrap();
    let text = format!("{timestamp}123{{}}");
    let sign = key.sign(timestamp, &text.as_bytes()[10..]);
    for cut in 0..text.len() {
        let (stamp, body) = text.split_at(cut);
        // The window must accept the time.
        let now = stamp.parse().unwrap_or(NOW);
        let headers = Headers {
            app_id: APP_ID,
            timestamp: stamp,
            sign: sign.as_str(),
        };
        // Ten digits are the signed message. Its body is not an object.
        assert_eq!(
            key.verify(&headers, body.as_bytes(), now, &Window::default())
                .is_ok(),
            cut == 10,
            "cut at {cut}"
        );
        assert!(
            key.verify_webhook(&headers, body.as_bytes(), now, &Window::default())
                .is_err(),
            "cut at {cut}"
        );
        assert!(
            key.verify_request(&headers, body.as_bytes(), now, &Window::default())
                .is_err(),
            "cut at {cut}"
        );
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
    let window = Window {
        past: Duration::from_secs(100),
        future: Duration::from_secs(5),
    };
    for (now, accepted) in [
        (NOW, true),
        (NOW + 100, true),
        (NOW + 101, false),
        (NOW - 5, true),
        (NOW - 6, false),
        (0, false),
        (u64::MAX, false),
    ] {
        assert_eq!(
            key.verify_webhook(&headers, b"{}", now, &window)
                .is_ok_and(|body| *body == b"{}"),
            accepted,
            "at {now}"
        );
    }
}

#[test]
fn refuses_a_timestamp_without_ten_digits() {
    for secs in [1_000_000_000, 1_677_152_490, 9_999_999_999] {
        let timestamp = Timestamp::from_secs(secs).unwrap();
        assert_eq!(timestamp.to_string(), secs.to_string());
        assert_eq!(Timestamp::parse(timestamp.as_str()), Ok(timestamp));
        assert_eq!(timestamp.as_secs(), secs);
    }
    for secs in [0, 999_999_999, 10_000_000_000, 1_677_152_490_000, u64::MAX] {
        assert!(Timestamp::from_secs(secs).is_err(), "{secs}");
    }
    for text in [
        "",
        "0677152490",
        "167715249",
        "16771524900",
        "167715249x",
        "+677152490",
        "١٢٣٤٥",
        " 677152490",
    ] {
        assert!(Timestamp::parse(text).is_err(), "{text:?}");
    }
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
        (
            key.verify_webhook(&headers, body, NOW, &Window::default())
                .is_ok(),
            key.verify_response(&headers, body, NOW, &Window::default())
                .is_ok(),
        )
    };
    let of_len = |len: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(len - 8)).into_bytes();
    assert_eq!(check(&of_len(64 * 1024)), (true, true));
    assert_eq!(check(&of_len(64 * 1024 + 1)), (false, true));
    assert_eq!(check(&of_len(4 * 1024 * 1024)), (false, true));
    assert_eq!(check(&of_len(4 * 1024 * 1024 + 1)), (false, false));
    let nested =
        |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).into_bytes();
    assert_eq!(check(&nested(16)), (true, true));
    assert_eq!(check(&nested(17)), (false, true));
    assert_eq!(check(&nested(33)), (false, false));
    let wide = |names: usize| {
        let members: Vec<String> = (0..names).map(|at| format!("\"{at}\":0")).collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    };
    assert_eq!(check(&wide(256)), (true, true));
    assert_eq!(check(&wide(257)), (false, false));
}

#[test]
fn refuses_an_app_id_that_does_not_fit_into_a_header() {
    for app_id in ["", "a b", "a\n", "é", &"1".repeat(65)] {
        let refused = Key::new(app_id, Secret::new(SECRET).unwrap()).unwrap_err();
        assert_eq!(refused, KeyError::AppId, "{app_id:?}");
    }
}

#[test]
fn a_key_names_its_app_id() {
    assert_eq!(key().app_id(), APP_ID);
}

#[test]
fn debug_prints_no_secret() {
    let printed = format!("ccpayment::Key {{ app_id: {APP_ID:?}, .. }}");
    assert_eq!(format!("{:?}", key()), printed);
    assert_eq!(format!("{:?}", Secret::new(SECRET).unwrap()), "Secret(***)");
}

#[test]
fn debug_prints_the_digits_of_a_signature() {
    let sign = key().sign(Timestamp::from_secs(NOW).unwrap(), b"{}");
    assert_eq!(format!("{sign:?}"), format!("Signature({sign})"));
}

#[cfg(feature = "explain")]
#[test]
fn masks_the_secret_in_explanations() {
    let stages = key().explain(Timestamp::from_secs(NOW).unwrap(), b"{}");
    assert_eq!(
        stages.get("hashed text"),
        Some(&*format!("{APP_ID}***{NOW}{{}}"))
    );
    let names = stages.stages().iter().map(|stage| stage.name);
    assert_eq!(Vec::from_iter(names), ["hashed text", "sign"]);
    let sign = key().sign(Timestamp::from_secs(NOW).unwrap(), b"{}");
    assert_eq!(
        stages.to_string(),
        format!("hashed text\n  {APP_ID}***{NOW}{{}}\nsign\n  {sign}\n")
    );
}
