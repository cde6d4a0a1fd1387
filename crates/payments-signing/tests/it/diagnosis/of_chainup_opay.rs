//! Planted mistakes of ChainUp's messages.

mod texts;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use payments_signing::Cause;
use payments_signing::chainup_opay::{Keys, Sealed};
use payments_signing::rsa::{PrivateKey, PublicKey};

use super::assert_cause;
use crate::support::{cases, keys, read};

const APP: &str = "xxx_xxx";

/// A private key that belongs to neither side.
fn other_private() -> PrivateKey {
    let key = aws_lc_rs::rsa::PrivateDecryptingKey::generate(aws_lc_rs::rsa::KeySize::Rsa2048);
    let der: Pkcs8V1Der<'_> = key.unwrap().as_der().unwrap();
    PrivateKey::parse(&STANDARD_NO_PAD.encode(der.as_ref())).unwrap()
}

fn private(side: &str) -> PrivateKey {
    PrivateKey::parse(&read(&format!("chainup_opay/{side}.pri.pem"))).unwrap()
}

fn public(side: &str) -> PublicKey {
    PublicKey::parse(&read(&format!("chainup_opay/{side}.pub.pem"))).unwrap()
}

fn sealed() -> Sealed {
    let text = format!(r#"{{"orderNum":"7","note":"{}"}}"#, "ü".repeat(200));
    keys("platform", "merchant").seal(text.as_bytes()).unwrap()
}

#[test]
fn names_wrong_keys() {
    let Sealed { data, sign } = sealed();
    let merchant = keys("merchant", "platform");
    assert_eq!(merchant.diagnose(&data, &sign), None);
    for (name, own, peer, cause) in [
        (
            "another own key",
            other_private(),
            public("platform"),
            Cause::WrongOwnKey,
        ),
        (
            "own public key as the peer's",
            private("merchant"),
            public("merchant"),
            Cause::WrongPeerKey,
        ),
        (
            "both sides swapped",
            private("platform"),
            public("merchant"),
            Cause::SwappedKeys,
        ),
        (
            "the peer's private key",
            private("platform"),
            public("platform"),
            Cause::WrongOwnKey,
        ),
    ] {
        let found = Keys::new(own, peer).diagnose(&data, &sign);
        assert_cause(name, found, cause);
    }
    let own = merchant.seal(b"{}").unwrap();
    assert_cause(
        "an own message",
        merchant.diagnose(&own.data, &own.sign),
        Cause::SwappedKeys,
    );
    let unrelated = Keys::new(other_private(), public("merchant"));
    assert_cause(
        "two wrong keys",
        unrelated.diagnose(&data, &sign),
        Cause::WrongSecretOrAltered,
    );
}

#[test]
fn names_damaged_texts() {
    let merchant = keys("merchant", "platform");
    let standard = |text: &str| text.replace('-', "+").replace('_', "/");
    // The encryption is random: until there is a plus in both texts.
    let (data, sign) = loop {
        let Sealed { data, sign } = sealed();
        if standard(&data).contains('+') {
            break (standard(&data), standard(&sign));
        }
    };
    assert_eq!(merchant.diagnose(&data, &sign), None);
    let escaped: String = form_urlencoded::byte_serialize(format!("{data}=").as_bytes()).collect();
    let cut = data.len() - 11;
    for (name, data, sign, cause) in [
        (
            "plus as blank in data",
            data.replace('+', " "),
            sign.clone(),
            Cause::PlusAsBlank,
        ),
        (
            "data encoded for URLs",
            escaped,
            sign.clone(),
            Cause::EncodedValues,
        ),
        (
            "data cut",
            data[..cut].to_owned(),
            sign.clone(),
            Cause::CutData,
        ),
        (
            "data cut within a group",
            data[..data.len() - 1].to_owned(),
            sign.clone(),
            Cause::CutData,
        ),
        ("no data", String::new(), sign.clone(), Cause::MissingField),
        (
            "data is not encrypted",
            r#"{"orderNum":"7"}"#.to_owned(),
            sign.clone(),
            Cause::NotEncrypted,
        ),
        (
            "no signature",
            data.clone(),
            String::new(),
            Cause::MissingSignature,
        ),
        (
            "signature cut",
            data.clone(),
            sign[..200].to_owned(),
            Cause::CutData,
        ),
        (
            "signature in hexadecimal digits",
            data.clone(),
            "0f".repeat(256),
            Cause::SignatureForm,
        ),
        (
            "quotes around data",
            format!("\"{data}\""),
            sign.clone(),
            Cause::EncodedTwice,
        ),
        (
            "signature of another message",
            data.clone(),
            keys("platform", "merchant").sign(b"{}").unwrap(),
            Cause::AlteredText,
        ),
    ] {
        assert_cause(name, merchant.diagnose(&data, &sign), cause);
    }
    // The second of the two blocks is replaced by one that was encrypted for the platform.
    let mut mixed = STANDARD_NO_PAD.decode(&data).unwrap();
    let other = merchant.seal(b"{}").unwrap();
    let other = STANDARD_NO_PAD.decode(standard(&other.data)).unwrap();
    mixed[256..].copy_from_slice(&other);
    assert_cause(
        "mixed blocks",
        merchant.diagnose(&STANDARD_NO_PAD.encode(mixed), &sign),
        Cause::CutData,
    );
}

#[test]
fn names_the_mistakes_of_the_golden_cases() {
    for (file, name, cause) in [
        (
            "negative",
            "bad_sign_sha256_of_plaintext",
            Cause::SignedText,
        ),
        ("negative", "bad_sign_over_ciphertext", Cause::SignedText),
        ("negative", "bad_blocks_swapped", Cause::AlteredText),
        ("negative", "bad_truncated_byte", Cause::CutData),
        (
            "negative_more",
            "sign_over_upper_case_md5",
            Cause::Md5Spelling,
        ),
        ("negative_more", "sign_over_raw_md5", Cause::Md5Spelling),
        ("negative_more", "sign_over_plaintext", Cause::SignedText),
        (
            "negative_more",
            "sign_by_md5_with_rsa",
            Cause::OtherAlgorithm,
        ),
        ("negative_more", "sign_by_pss", Cause::WrongPeerKey),
        ("negative_more", "sign_empty", Cause::MissingSignature),
        ("negative_more", "sign_cut_off", Cause::CutData),
        ("negative_more", "sign_too_long", Cause::CutData),
        ("negative_more", "blocks_dropped", Cause::AlteredText),
        ("negative_more", "blocks_repeated", Cause::AlteredText),
        ("negative_more", "blocks_exchanged", Cause::AlteredText),
        ("negative_more", "one_byte_more", Cause::CutData),
        ("negative_more", "no_blocks", Cause::MissingField),
        ("negative_more", "not_base64", Cause::CutData),
    ] {
        let case = cases(&format!("chainup_opay/{file}.json"))
            .into_iter()
            .find(|case| case.text("name") == name)
            .unwrap_or_else(|| panic!("no case {name}"));
        let (data, sign) = (case.text("data"), case.text("sign"));
        // The cases do not state their direction: the side whose signature it may be.
        let found = [keys("merchant", "platform"), keys("platform", "merchant")]
            .map(|keys| keys.diagnose(data, sign));
        let causes = found.clone().map(|found| found.map(|found| found.cause()));
        assert!(causes.contains(&Some(cause)), "{name}: {found:?}");
    }
}

#[test]
fn names_mistakes_of_an_envelope() {
    let merchant = keys("merchant", "platform");
    let good = read("chainup_opay/envelope_notify_paid.json");
    assert_eq!(merchant.diagnose_callback(APP, good.as_bytes()), None);
    assert_cause(
        "another app",
        merchant.diagnose_callback("other", good.as_bytes()),
        Cause::OtherAccount,
    );
    let object = |change: fn(&mut serde_json::Map<String, serde_json::Value>)| {
        let mut envelope: serde_json::Value = serde_json::from_str(&good).unwrap();
        change(envelope.as_object_mut().unwrap());
        envelope.to_string()
    };
    for (name, body, cause) in [
        (
            "no app_id",
            object(|fields| drop(fields.remove("app_id"))),
            Cause::MissingField,
        ),
        (
            "no data",
            object(|fields| drop(fields.remove("data"))),
            Cause::MissingField,
        ),
        (
            "no sign",
            object(|fields| drop(fields.remove("sign"))),
            Cause::MissingSignature,
        ),
        (
            "data is an object",
            object(|fields| drop(fields.insert("data".into(), serde_json::json!({"a": 1})))),
            Cause::NotEncrypted,
        ),
        (
            "sign is null",
            object(|fields| drop(fields.insert("sign".into(), serde_json::Value::Null))),
            Cause::MissingSignature,
        ),
        (
            "appId instead of app_id",
            good.replace("\"app_id\"", "\"appId\""),
            Cause::MissingField,
        ),
        ("cut", good[..good.len() / 2].to_owned(), Cause::CutBody),
        (
            "page",
            "<html><title>Login</title></html>".to_owned(),
            Cause::WebPage,
        ),
        (
            "doubled",
            good.replacen('{', "{\"time\":1,", 1),
            Cause::Repeated,
        ),
        (
            "many names",
            object(|fields| {
                let names = (0..100).map(|name| (format!("n{name}"), serde_json::json!(1)));
                fields.extend(names);
            }),
            Cause::TooManyFields,
        ),
        (
            "many levels",
            good.replacen(
                '{',
                &format!("{{\"a\":{}1{},", "[".repeat(20), "]".repeat(20)),
                1,
            ),
            Cause::TooManyFields,
        ),
        ("empty", String::new(), Cause::EmptyBody),
        (
            "long",
            format!("{good}{}", " ".repeat(70_000)),
            Cause::TooLarge,
        ),
    ] {
        assert_cause(
            name,
            merchant.diagnose_callback(APP, body.as_bytes()),
            cause,
        );
    }
}

#[test]
fn good_messages_have_no_diagnosis() {
    let (merchant, platform) = (keys("merchant", "platform"), keys("platform", "merchant"));
    for len in 0..250 {
        let text = format!(r#"{{"note":"{}"}}"#, "ü".repeat(len));
        let Sealed { data, sign } = platform.seal(text.as_bytes()).unwrap();
        assert_eq!(merchant.diagnose(&data, &sign), None, "{len}");
    }
}

#[test]
fn random_texts_get_no_specific_cause() {
    let merchant = keys("merchant", "platform");
    let mut state = 0x1234_5678_u32;
    let mut text = |len: usize| -> String {
        (0..len)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let digit = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                    [(state >> 24) as usize % 64];
                char::from(digit)
            })
            .collect()
    };
    for _ in 0..50 {
        // 256 bytes each; the last character has four unused bits.
        let (data, sign) = (format!("{}A", text(341)), format!("{}A", text(341)));
        assert_cause(
            "random",
            merchant.diagnose(&data, &sign),
            Cause::WrongSecretOrAltered,
        );
    }
}
