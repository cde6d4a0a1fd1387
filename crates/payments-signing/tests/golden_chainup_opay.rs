//! ChainUp OPay against the vectors: every text opened, every signature reproduced bit by bit.
#![cfg(any(feature = "rsa", feature = "rsa-portable"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use payments_signing::KeyError;
use payments_signing::chainup_opay::{Backend, Keys};
use payments_signing::rsa::{PrivateKey, PublicKey};
use support::{Case, cases, read};

/// Every backend that is compiled in.
fn backends() -> Vec<Backend> {
    vec![
        #[cfg(feature = "rsa")]
        Backend::AwsLc,
        #[cfg(feature = "rsa-portable")]
        Backend::Portable,
    ]
}

/// The keys of `merchant` or `platform`, read in one of their text forms.
fn keys(own: &str, form: &str, backend: Backend) -> Keys {
    let peer = if own == "merchant" {
        "platform"
    } else {
        "merchant"
    };
    Keys::new(
        PrivateKey::parse_with(&read(&format!("chainup_opay/{own}.pri.{form}")), backend).unwrap(),
        PublicKey::parse_with(&read(&format!("chainup_opay/{peer}.pub.{form}")), backend).unwrap(),
    )
}

/// Sender and receiver of a case.
fn sides(case: &Case) -> (&'static str, &'static str) {
    match case.text("direction") {
        "c2p" => ("merchant", "platform"),
        "p2c" => ("platform", "merchant"),
        other => panic!("{}: direction {other:?}", case.name()),
    }
}

#[test]
fn every_positive_case_is_reproduced() {
    for backend in backends() {
        for case in cases("chainup_opay/positive.json")
            .iter()
            .chain(&cases("chainup_opay/edge.json"))
        {
            let name = format!("{backend:?}, {}", case.name());
            let (sender, receiver) = sides(case);
            let (sender, receiver) = (
                keys(sender, "pem", backend),
                keys(receiver, "b64u", backend),
            );
            let (plaintext, data, sign) = (
                case.text("plaintext").as_bytes(),
                case.text("data"),
                case.text("sign"),
            );

            #[cfg(feature = "explain")]
            {
                let stages = sender.explain(plaintext).unwrap();
                assert_eq!(
                    stages.get("md5 (the text that is signed)"),
                    Some(case.text("md5hex")),
                    "{name}"
                );
            }
            assert_eq!(sender.sign(plaintext).unwrap(), sign, "{name}: sign");
            assert_eq!(receiver.verify(plaintext, sign), Ok(()), "{name}: verify");
            assert_eq!(
                receiver.open(data, sign).unwrap().as_slice(),
                plaintext,
                "{name}: open"
            );

            let sealed = sender.seal(plaintext).unwrap();
            assert_eq!(sealed.sign, sign, "{name}: seal");
            assert_eq!(
                receiver
                    .open(&sealed.data, &sealed.sign)
                    .unwrap()
                    .as_slice(),
                plaintext,
                "{name}: open own"
            );
        }
    }
}

#[test]
fn every_negative_case_is_judged_as_recorded() {
    for backend in backends() {
        let platform = keys("platform", "pem", backend);
        for case in cases("chainup_opay/negative.json")
            .iter()
            .chain(&cases("chainup_opay/negative_more.json"))
        {
            let opened = platform.open(case.text("data"), case.text("sign"));
            assert_eq!(
                opened.is_ok(),
                case.accepts(),
                "{backend:?}, {}",
                case.name()
            );
        }
    }
}

#[test]
fn envelopes_are_opened() {
    for backend in backends() {
        let create = read("chainup_opay/envelope_create_req.json");
        let plaintext = keys("platform", "pem", backend)
            .open_callback("xxx_xxx", create.as_bytes())
            .unwrap();
        assert!(plaintext.starts_with(br#"{"appOrderId":"11321""#));

        let paid = read("chainup_opay/envelope_notify_paid.json");
        let merchant = keys("merchant", "pem", backend);
        let plaintext = merchant.open_callback("xxx_xxx", paid.as_bytes()).unwrap();
        assert!(plaintext.starts_with(br#"{"outOrderId":"11321""#));
        assert!(
            merchant.open_callback("xxx_xxy", paid.as_bytes()).is_err(),
            "another app id"
        );
        assert!(
            merchant
                .open_callback("xxx_xxx", create.as_bytes())
                .is_err(),
            "not meant for the merchant"
        );
    }
}

#[test]
fn every_form_of_a_key_is_judged_as_recorded() {
    for backend in backends() {
        for case in cases("chainup_opay/keys.json") {
            let name = format!("{backend:?}, {}", case.name());
            let parsed = match case.text("kind") {
                "private" => {
                    PrivateKey::parse_with(case.text("text"), backend).map(|key| key.bits())
                }
                "public" => PublicKey::parse_with(case.text("text"), backend).map(|key| key.bits()),
                other => panic!("{name}: kind {other:?}"),
            };
            let expect = case.text("expect");
            match parsed {
                Ok(bits) => assert_eq!(expect, format!("accept: {bits} bits"), "{name}"),
                Err(KeyError::TooShort { bits } | KeyError::UnusableLength { bits, .. }) => {
                    assert_eq!(expect, format!("reject: {bits} bits"), "{name}");
                }
                Err(KeyError::WrongFormat { found, .. })
                    if !found.contains("unknown") && !found.contains("DER") =>
                {
                    assert_eq!(expect, format!("reject: {found}"), "{name}");
                }
                Err(_) => assert!(!case.accepts(), "{name}"),
            }
        }
    }
}

#[test]
fn a_short_key_is_refused_with_the_length_found() {
    let weak = cases("chainup_opay/keys.json")
        .into_iter()
        .find(|case| case.text("name") == "weak private")
        .unwrap();
    let refused = PrivateKey::parse(weak.text("text")).unwrap_err();
    assert_eq!(refused, KeyError::TooShort { bits: 1024 });
    assert_eq!(
        refused.to_string(),
        "the RSA key has 1024 bits, at least 2048 are required"
    );
}

#[test]
fn keys_of_two_sizes_work_together() {
    let find = |name: &str| {
        let keys = cases("chainup_opay/keys.json");
        let case = keys.iter().find(|case| case.text("name") == name).unwrap();
        case.text("text").to_owned()
    };
    for backend in backends() {
        let large = Keys::new(
            PrivateKey::parse_with(&find("large private"), backend).unwrap(),
            PublicKey::parse_with(&read("chainup_opay/merchant.pub.pem"), backend).unwrap(),
        );
        let small = Keys::new(
            PrivateKey::parse_with(&read("chainup_opay/merchant.pri.pem"), backend).unwrap(),
            PublicKey::parse_with(&find("large public"), backend).unwrap(),
        );
        // One byte more than fits into a block of either size.
        let text = [b'x'; 374];
        let there = small.seal(&text).unwrap();
        assert_eq!(there.data.len(), 1024, "two blocks of 384 bytes");
        assert_eq!(
            large.open(&there.data, &there.sign).unwrap().as_slice(),
            text
        );
        let back = large.seal(&text).unwrap();
        assert_eq!(back.data.len(), 683, "two blocks of 256 bytes");
        assert_eq!(small.open(&back.data, &back.sign).unwrap().as_slice(), text);
    }
}

#[test]
fn debug_shows_nothing_worth_stealing() {
    let merchant = keys("merchant", "pem", Backend::default());
    let sealed = merchant.seal(b"{}").unwrap();
    assert_eq!(
        format!("{sealed:?}"),
        "Sealed { data: 342 characters, sign: 342 characters }"
    );
    assert!(format!("{merchant:?}").contains("PrivateKey { bits: 2048, .. }"));
}
