//! JSON that a program wrote again after it was signed. CCPayment signs the bytes, so that each difference counts.

use payments_signing::ccpayment::{Key, Timestamp, Window};

use super::*;

const NOW: u64 = 1_677_152_490;

/// What is found if `received` arrives with the signature of `signed`.
fn cause(signed: &str, received: &str) -> Cause {
    let key = Key::new("1", Secret::new("k3y-of-merchant").unwrap()).unwrap();
    let sign = key.sign(Timestamp::from_secs(NOW).unwrap(), signed.as_bytes());
    let time = NOW.to_string();
    let headers = [
        ("Appid", "1"),
        ("Timestamp", &time),
        ("Sign", sign.as_str()),
    ];
    let found = key.diagnose_webhook(
        headers.map(|(name, value)| (name, value.as_bytes())),
        received.as_bytes(),
        NOW,
        &Window::default(),
    );
    found.unwrap().cause()
}

#[test]
fn escapes_in_texts_are_read_and_written_as_programs_do() {
    for (name, signed, received) in [
        (
            "a quote within a text does not end it",
            r#"{"b":"x\"y z","a":1}"#,
            r#"{ "b" : "x\"y z", "a" : 1 }"#,
        ),
        (
            "a quote behind a backslash does",
            r#"{"b":"c:\\","a":"x y"}"#,
            r#"{ "b" : "c:\\", "a" : "x y" }"#,
        ),
        ("Python", r#"{"b":"\u00fc\"\n"}"#, "{\"b\":\"ü\\\"\\n\"}"),
        (".NET", r#"{"b":"\u00FC\u0022\n"}"#, "{\"b\":\"ü\\\"\\n\"}"),
    ] {
        assert_eq!(cause(signed, received), Cause::Reserialised, "{name}");
    }
}

#[test]
fn indented_texts_are_tried_up_to_eight_levels() {
    for (levels, expected) in [(8, Cause::Reserialised), (9, Cause::WrongSecretOrAltered)] {
        let nested = (0..levels).fold(
            serde_json::json!(1),
            |inner, _| serde_json::json!({ "a": inner }),
        );
        let signed = serde_json::to_string_pretty(&nested).unwrap();
        assert_eq!(cause(&signed, &nested.to_string()), expected, "{levels}");
    }
}
