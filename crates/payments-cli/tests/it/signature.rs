//! `payments sign`, `verify` and `open` on the golden cases: output and exit status.

mod input;

use std::fs;

use crate::support::{fixture, payments, payments_with_input};
use serde_json::{Value, json};

/// Every case of a file.
fn cases(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(fixture(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn keys(own: &str, peer: &str) -> [String; 4] {
    [
        "--own-key".into(),
        fixture(&format!("chainup_opay/{own}")),
        "--peer-key".into(),
        fixture(&format!("chainup_opay/{peer}")),
    ]
}

#[test]
fn cpay_signs_and_verifies_every_case() {
    for case in cases("cpay/positive.json")
        .into_iter()
        .chain(cases("cpay/rules.json"))
    {
        let ran = payments_with_input(&["sign", "cpay"], &case);
        assert_eq!(ran.status, 0, "{case}: {}", ran.stderr);
        let canonical = case["canonical"].as_str().unwrap();
        let key = case["key"].as_str().unwrap();
        let masked = canonical
            .strip_suffix(&format!("key={key}"))
            .unwrap()
            .to_owned()
            + "key=***";
        assert_eq!(
            ran.json(),
            json!({"canonical": masked, "sign": case["sign"]})
        );

        let ran = payments_with_input(&["verify", "cpay"], &case);
        assert_eq!((ran.status, ran.json()), (0, json!({"valid": true})));
    }
}

#[test]
fn refuses_forged_cases_with_the_reason() {
    for (provider, file, named) in [
        ("cpay", "cpay/negative.json", "plain SHA-256"),
        ("ccpayment", "ccpayment/negative.json", "CCPayment v2"),
        ("ccpayment", "ccpayment_v2/negative.json", "milliseconds"),
    ] {
        let mut reasons = Vec::new();
        for case in cases(file) {
            let ran = payments_with_input(&["verify", provider], &case);
            assert_eq!(
                (ran.status, &ran.json()["valid"]),
                (1, &json!(false)),
                "{case}"
            );
            let reason = ran.json()["reason"].as_str().unwrap().to_owned();
            let secret = case.get("key").or(case.get("app_secret")).unwrap();
            assert!(!reason.contains(secret.as_str().unwrap()), "{reason}");
            reasons.push(reason);
        }
        assert!(
            reasons.iter().any(|reason| reason.contains(named)),
            "{reasons:?}"
        );
    }
}

/// The same bodies by hand and as a webhook.
#[test]
fn reads_values_of_cpay_as_the_receiver_does() {
    let key = payments_signing::cpay::Key::new(payments_signing::Secret::new("k").unwrap());
    for (value, text) in [
        ("\"1\"", Some("1")),
        ("10.50", Some("10.50")),
        ("null", Some("")),
        ("0", Some("0")),
        ("true", None),
        ("1e-8", None),
        ("{\"a\":1}", None),
        ("[1]", None),
        ("\"\\ud800\"", None),
    ] {
        let sign = key
            .sign([("a", "x"), ("field", text.unwrap_or(value))])
            .unwrap();
        let params = format!(r#"{{"a":"x","field":{value}}}"#);
        let input = format!(r#"{{"key":"k","params":{params},"sign":"{sign}"}}"#);
        let ran = payments(&["verify", "cpay"], &input);
        let signed = payments(&["sign", "cpay"], &input);
        let body = params.replace("{\"a\"", &format!("{{\"sign\":\"{sign}\",\"a\""));
        let received = key.verify_webhook(body.as_bytes()).is_ok();
        assert_eq!(received, text.is_some(), "{value}");
        assert_eq!(
            ran.status == 0,
            received,
            "{value}: {} {}",
            ran.stdout,
            ran.stderr
        );
        assert_eq!(signed.status == 0, received, "{value}");
        if received {
            assert_eq!(signed.json()["sign"], sign.as_str());
        } else {
            assert!(signed.stderr.contains("`field` is "), "{}", signed.stderr);
        }
    }
}

#[test]
fn applies_the_limit_of_webhooks_to_a_webhook_of_ccpayment() {
    for (version, fields, status) in [
        ("v1", r#""pay_status":"success","record_id":"1""#, 1),
        ("v1", r#""code":10000"#, 0),
        ("v2", r#""type":"ApiDeposit","msg":{}"#, 1),
        ("v2", r#""orderId":"1""#, 0),
    ] {
        let body = format!(r#"{{{fields},"note":"{}"}}"#, "x".repeat(70_000));
        let mut case = json!({"version": version, "app_id": "a", "app_secret": "b", "timestamp": "1677152490", "body": body});
        let signed = payments_with_input(&["sign", "ccpayment"], &case);
        case["sign"] = signed.json()["sign"].clone();
        let ran = payments_with_input(&["verify", "ccpayment"], &case);
        assert_eq!(ran.status, status, "{fields}: {}", ran.stderr);
        assert_eq!(ran.stdout.contains("at most 65536 are read"), status == 1);
    }
}

#[test]
fn ccpayment_signs_and_verifies_every_case() {
    for case in cases("ccpayment/positive.json") {
        let ran = payments_with_input(&["sign", "ccpayment"], &case);
        assert_eq!(ran.status, 0, "{case}: {}", ran.stderr);
        assert_eq!(ran.json()["sign"], case["sign"]);
        let canonical = ran.json()["canonical"].as_str().unwrap().to_owned();
        assert!(
            canonical.contains("***") && !canonical.contains(case["app_secret"].as_str().unwrap())
        );

        let ran = payments_with_input(&["verify", "ccpayment"], &case);
        assert_eq!(
            (ran.status, ran.json()),
            (0, json!({"valid": true})),
            "{case}"
        );
    }
}

#[test]
fn ccpayment_v2_decides_every_case_as_recorded() {
    for case in cases("ccpayment_v2/vectors.json") {
        // A disputed case proves the formula and not a verdict.
        if case.get("disputed").is_some() {
            continue;
        }
        let valid = case["valid"].as_bool().unwrap();
        let ran = payments_with_input(&["verify", "ccpayment"], &case);
        assert_eq!(ran.status, i32::from(!valid), "{case}: {}", ran.stderr);
        assert_eq!(ran.json()["valid"], case["valid"]);
        if valid {
            let ran = payments_with_input(&["sign", "ccpayment"], &case);
            let text = |name: &str| case[name].as_str().unwrap();
            let canonical = [text("app_id"), text("timestamp"), text("body")].concat();
            let expected = json!({"canonical": canonical, "sign": case["sign"]});
            assert_eq!((ran.status, ran.json()), (0, expected), "{}", ran.stderr);
        }
    }
}

/// Without a version it is v1.
#[test]
fn ccpayment_names_the_version_that_made_a_signature() {
    let mut of_v2 = cases("ccpayment_v2/vectors.json").remove(0);
    of_v2.as_object_mut().unwrap().remove("version");
    let mut of_v1 = cases("ccpayment/positive.json").remove(0);
    of_v1["version"] = "v2".into();
    for (case, reason) in [
        (of_v2, "as CCPayment v2 signs"),
        (of_v1, "as CCPayment v1 signs"),
    ] {
        let ran = payments_with_input(&["verify", "ccpayment"], &case);
        assert_eq!((ran.status, &ran.json()["valid"]), (1, &json!(false)));
        assert!(ran.stdout.contains(reason), "{}", ran.stdout);
    }
}

#[test]
fn ccpayment_refuses_a_body_that_is_not_hexadecimal_digits() {
    for digits in ["zz", "7b7", "+1"] {
        let input = json!({
            "app_id": "a", "app_secret": "k3y-of-app", "timestamp": "1677152490", "body_hex": digits,
        });
        let ran = payments_with_input(&["sign", "ccpayment"], &input);
        assert_eq!(ran.status, 2, "{digits}: {}", ran.stdout);
        assert!(ran.stderr.contains("hexadecimal"), "{}", ran.stderr);
    }
}

#[test]
fn ccpayment_checks_the_age_if_now_is_given() {
    let mut case = cases("ccpayment/positive.json").remove(0);
    let stamp: u64 = case["timestamp"].as_str().unwrap().parse().unwrap();
    for (now, status) in [
        (stamp + 120, 0),
        (stamp + 121, 1),
        (stamp - 120, 0),
        (stamp - 121, 1),
    ] {
        case["now"] = now.into();
        assert_eq!(
            payments_with_input(&["verify", "ccpayment"], &case).status,
            status,
            "{now}"
        );
    }
}

#[test]
fn chainup_opay_opens_sealed_messages() {
    for case in cases("chainup_opay/positive.json") {
        let (receiver, sender) = match case["direction"].as_str().unwrap() {
            "c2p" => (
                keys("platform.pri.pem", "merchant.pub.pem"),
                keys("merchant.pri.b64u", "platform.pub.b64u"),
            ),
            _ => (
                keys("merchant.pri.b64u", "platform.pub.pem"),
                keys("platform.pri.pem", "merchant.pub.b64u"),
            ),
        };
        let with = |command: &str, keys: &[String; 4], input: &Value| {
            let mut arguments = vec![command, "chainup-opay"];
            arguments.extend(keys.iter().map(String::as_str));
            payments_with_input(&arguments, input)
        };
        let opened = with("open", &receiver, &case);
        assert_eq!(
            (opened.status, opened.json()),
            (0, json!({"plaintext": case["plaintext"]})),
            "{}",
            opened.stderr
        );
        assert_eq!(
            with("verify", &receiver, &case).json(),
            json!({"valid": true})
        );

        let sealed = with("sign", &sender, &json!({"plaintext": case["plaintext"]}));
        assert_eq!(sealed.json()["sign"], case["sign"]);
        assert_eq!(
            with("open", &receiver, &sealed.json()).json()["plaintext"],
            case["plaintext"]
        );

        // The wrong side cannot open it.
        for command in ["open", "verify"] {
            let refused = with(command, &sender, &case);
            let reason = refused.json()["reason"].as_str().unwrap().to_owned();
            assert_eq!(
                (refused.status, &refused.json()["valid"]),
                (1, &json!(false))
            );
            assert!(reason.contains("swapped"), "{reason}");
        }
    }
}
