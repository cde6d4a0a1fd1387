//! Properties that hold for every input.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use payments_signing::Secret;
use payments_signing::ccpayment::{self, Headers, Timestamp, Window};
use payments_signing::cpay::{EmptyValues, Key, Rules, ZeroValues};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The provider's text word for word, as slow as it likes.
fn by_the_book(secret: &str, params: &BTreeMap<String, String>, rules: Rules) -> String {
    let mut text = String::new();
    for (name, value) in params {
        let left_out = name == "sign"
            || (value.is_empty() && rules.empty_values == EmptyValues::Skip)
            || (value == "0" && rules.zero_values == ZeroValues::Drop);
        if !left_out {
            text += &format!("{name}={value}&");
        }
    }
    text += &format!("key={secret}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

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

/// Names that share beginnings, hold zero bytes and collide with `sign`; values of every length around the copies'
/// and the buffer's borders.
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

/// Only what leaves no doubt where a field ends.
fn separable(mut params: BTreeMap<String, String>) -> BTreeMap<String, String> {
    params
        .retain(|name, value| name != "sign" && !name.contains(['=', '&']) && !value.contains('&'));
    params
}

fn secret() -> impl Strategy<Value = String> {
    prop_oneof!["[!-~]{1,130}", "[!-~]{60,68}", "[!-~]{380,390}"]
}

proptest! {
    #[test]
    fn cpay_signs_as_the_book_says(
        secret in secret(),
        params in params(),
        rules in rules(),
        seed in any::<u64>(),
    ) {
        let key = Key::new(Secret::new(secret.clone()).unwrap()).with_rules(rules);
        let expected = by_the_book(&secret, &params, rules);
        let ascending: Vec<(&str, &str)> = params.iter().map(|(name, value)| (&**name, &**value)).collect();
        let sorted = key.sign_sorted(ascending.iter().copied()).unwrap();
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
    fn cpay_refuses_every_other_order(params in params(), at in any::<prop::sample::Index>()) {
        prop_assume!(params.len() > 1);
        let key = Key::new(Secret::new("k").unwrap());
        let mut pairs: Vec<(&str, &str)> = params.iter().map(|(name, value)| (&**name, &**value)).collect();
        let at = at.index(pairs.len() - 1);
        pairs.swap(at, at + 1);
        prop_assert!(key.sign_sorted(pairs.iter().copied()).is_err());
        pairs[at] = pairs[at + 1];
        prop_assert!(key.sign_sorted(pairs.iter().copied()).is_err());
        if pairs[at].0 != "sign" {
            prop_assert!(key.sign(pairs.iter().copied()).is_err());
        }
    }

    #[test]
    fn cpay_webhook_takes_what_was_signed_in_both_shapes(params in params()) {
        let key = Key::new(Secret::new("k").unwrap());
        let mut params = separable(params);
        let sign = by_the_book("k", &params, Rules::default());
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
    fn cpay_webhook_refuses_every_field_that_swallowed_another(
        params in params(),
        at in any::<prop::sample::Index>(),
        count in 1_usize..4,
    ) {
        let key = Key::new(Secret::new("k").unwrap());
        let params: Vec<(String, String)> =
            separable(params).into_iter().filter(|(_, value)| !value.is_empty()).collect();
        prop_assume!(params.len() > 1);
        let at = at.index(params.len() - 1);
        let end = params.len().min(at + 1 + count);
        let swallowed: String =
            params[at + 1..end].iter().map(|(name, value)| format!("&{name}={value}")).collect();
        let mut reshaped: BTreeMap<String, String> = params.iter().cloned().collect();
        reshaped.retain(|name, _| !params[at + 1..end].iter().any(|(gone, _)| gone == name));
        reshaped.entry(params[at].0.clone()).and_modify(|value| *value += &swallowed);

        let sign = by_the_book("k", &params.into_iter().collect(), Rules::default());
        prop_assert_eq!(&by_the_book("k", &reshaped, Rules::default()), &sign, "the signature holds");
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
    fn ccpayment_signs_as_the_book_says(
        secret in "[!-~]{1,130}",
        secs in 1_000_000_000_u64..=9_999_999_999,
        body in vec(any::<u8>(), 0..300),
    ) {
        let key = ccpayment::Key::new("app", Secret::new(secret.clone()).unwrap()).unwrap();
        let timestamp = Timestamp::from_secs(secs).unwrap();
        let text = [format!("app{secret}{secs}").as_bytes(), &body].concat();
        let expected: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
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
