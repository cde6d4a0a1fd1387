//! Properties of every input.

use std::collections::BTreeMap;

use payments_signing::Secret;
use payments_signing::ccpayment::{self, Headers, Timestamp, Window};
use payments_signing::cpay::{EmptyValues, Key, Rules, ZeroValues};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::support::reference_sign;

fn rules() -> impl Strategy<Value = Rules> {
    (any::<bool>(), any::<bool>()).prop_map(|(empty, zero)| Rules {
        empty_values: if empty {
            EmptyValues::Sign
        } else {
            EmptyValues::Skip
        },
        zero_values: if zero {
            ZeroValues::Drop
        } else {
            ZeroValues::Sign
        },
    })
}

/// Names that share beginnings, contain zero bytes and collide with `sign`; values shorter and longer than the buffer.
fn params() -> impl Strategy<Value = BTreeMap<String, String>> {
    let name = prop_oneof![
        "[ab\u{0}]{1,12}",
        "merchant[a-c]{0,3}",
        "[a-zA-Z]{1,20}",
        Just("sign".to_owned()),
        "\\PC{1,6}",
    ];
    let value = prop_oneof![
        Just(String::new()),
        Just("0".to_owned()),
        "\\PC{0,70}",
        (0_usize..1200).prop_map(|len| "v".repeat(len)),
    ];
    btree_map(name, value, 0..24)
}

/// Removes fields that contain separators.
fn without_separators(mut params: BTreeMap<String, String>) -> BTreeMap<String, String> {
    params
        .retain(|name, value| name != "sign" && !name.contains(['=', '&']) && !value.contains('&'));
    params
}

fn secret() -> impl Strategy<Value = String> {
    let any = prop_oneof!["[!-~]{1,130}", "[!-~]{60,68}", "[!-~]{380,390}"];
    any.prop_filter("a placeholder is no secret", |text| {
        Secret::new(text.as_str()).is_ok()
    })
}

proptest! {
    #[test]
    fn cpay_signs_as_the_provider_documents(
        secret in secret(),
        params in params(),
        rules in rules(),
        seed in any::<u64>(),
    ) {
        let key = Key::new(Secret::new(secret.clone()).unwrap()).with_rules(rules);
        let expected = reference_sign(&secret, &params, rules);
        let ascending: Vec<(&str, &str)> = params.iter().map(|(name, value)| (&**name, &**value)).collect();
        let sorted = key.sign(ascending.iter().copied()).unwrap();
        prop_assert_eq!(sorted.as_str(), &*expected);

        let mut shuffled = ascending.clone();
        shuffled.sort_by_key(|(name, _)| name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17)
        }));
        let any_order = key.sign(shuffled.iter().copied()).unwrap();
        prop_assert_eq!(any_order.as_str(), &*expected);
        let plain = ascending.iter().all(|(name, _)| !name.contains(['&', '=']));
        prop_assert_eq!(key.verify(shuffled.iter().copied(), &expected).is_ok(), plain);
    }

    #[test]
    fn cpay_refuses_a_doubled_name(params in params(), at in any::<prop::sample::Index>()) {
        prop_assume!(params.len() > 1);
        let key = Key::new(Secret::new("k").unwrap());
        let mut pairs: Vec<(&str, &str)> = params.iter().map(|(name, value)| (&**name, &**value)).collect();
        let at = at.index(pairs.len() - 1);
        pairs[at] = pairs[at + 1];
        if pairs[at].0 != "sign" {
            prop_assert!(key.sign(pairs.iter().copied()).is_err());
        }
    }

    #[test]
    fn cpay_webhook_accepts_signed_json_and_forms(params in params()) {
        let key = Key::new(Secret::new("k").unwrap());
        let mut params = without_separators(params);
        let sign = reference_sign("k", &params, Rules::default());
        params.insert("sign".into(), sign);

        let json = serde_json::to_vec(&params).unwrap();
        let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let form: Vec<String> =
            params.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        params.remove("sign");
        for body in [json, form.join("&").into_bytes()] {
            let fields = key.verify_webhook(&body).unwrap();
            let expected: Vec<(&str, &str)> = params
                .iter()
                .map(|(name, value)| (&**name, &**value))
                .filter(|(_, value)| !value.is_empty())
                .collect();
            prop_assert_eq!(fields.iter().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn cpay_webhook_refuses_a_value_that_contains_the_next_fields(
        params in params(),
        at in any::<prop::sample::Index>(),
        count in 1_usize..4,
    ) {
        let key = Key::new(Secret::new("k").unwrap());
        let params: Vec<(String, String)> =
            without_separators(params).into_iter().filter(|(_, value)| !value.is_empty()).collect();
        prop_assume!(params.len() > 1);
        let at = at.index(params.len() - 1);
        let end = params.len().min(at + 1 + count);
        let embedded: String =
            params[at + 1..end].iter().map(|(name, value)| format!("&{name}={value}")).collect();
        let mut reshaped: BTreeMap<String, String> = params.iter().cloned().collect();
        reshaped.retain(|name, _| !params[at + 1..end].iter().any(|(gone, _)| gone == name));
        reshaped.entry(params[at].0.clone()).and_modify(|value| *value += &embedded);

        let sign = reference_sign("k", &params.into_iter().collect(), Rules::default());
        prop_assert_eq!(&reference_sign("k", &reshaped, Rules::default()), &sign, "the signature is valid");
        reshaped.insert("sign".into(), sign);
        prop_assert!(key.verify_webhook(&serde_json::to_vec(&reshaped).unwrap()).is_err());
    }

    #[test]
    fn cpay_webhook_never_panics(body in vec(any::<u8>(), 0..200), text in "[{}\":,&=%+a-f0-9 \\[\\]]{0,60}") {
        let key = Key::new(Secret::new("k").unwrap());
        prop_assert!(key.verify_webhook(&body).is_err());
        prop_assert!(key.verify_webhook(text.as_bytes()).is_err());
    }

    #[test]
    fn ccpayment_signs_as_the_provider_documents(
        secret in secret(),
        secs in 1_000_000_000_u64..=9_999_999_999,
        body in vec(any::<u8>(), 0..300),
    ) {
        let key = ccpayment::Key::new("app", Secret::new(secret.clone()).unwrap()).unwrap();
        let timestamp = Timestamp::from_secs(secs).unwrap();
        let text = [format!("app{secret}{secs}").as_bytes(), &body].concat();
        let expected = base16ct::lower::encode_string(&Sha256::digest(text));
        let sign = key.sign(timestamp, &body);
        prop_assert_eq!(sign.as_str(), &*expected);
        let headers = Headers { app_id: "app", timestamp: timestamp.as_str(), sign: &expected };
        let verified = key.verify(&headers, &body, secs, &Window::default());
        prop_assert_eq!(verified.is_ok(), !body.contains(&0));
    }

    #[test]
    fn ccpayment_never_panics(
        app_id in "\\PC{0,8}",
        timestamp in "\\PC{0,12}",
        sign in "\\PC{0,70}",
        body in vec(any::<u8>(), 0..64),
        now in any::<u64>(),
    ) {
        let key = ccpayment::Key::new("app", Secret::new("k").unwrap()).unwrap();
        let headers = Headers { app_id: &app_id, timestamp: &timestamp, sign: &sign };
        prop_assert!(key.verify_webhook(&headers, &body, now, &Window::default()).is_err());
    }
}
