//! ChainUp OPay against the golden cases: every text is opened, every signature is reproduced bit by bit.

use payments_signing::chainup_opay::{Backend, Keys};
use payments_signing::rsa::{PrivateKey, PublicKey};

use crate::support::{Case, backends, cases, read};

/// The keys of `merchant` or `platform`, from one of their text forms.
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
fn reproduces_every_positive_case() {
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
fn verifies_the_signature_of_that_text_and_side_only() {
    for backend in backends() {
        let [merchant, platform] = ["merchant", "platform"].map(|side| keys(side, "pem", backend));
        let sign = merchant.sign(b"{\"amount\":\"1\"}").unwrap();
        assert!(platform.verify(b"{\"amount\":\"1\"}", &sign).is_ok());
        assert!(platform.verify(b"{\"amount\":\"2\"}", &sign).is_err());
        assert!(platform.verify(b"", &sign).is_err());
        assert!(
            merchant.verify(b"{\"amount\":\"1\"}", &sign).is_err(),
            "an own signature"
        );
        for damaged in ["", "AA", &sign[4..], &format!("AAAA{}", &sign[4..])] {
            assert!(
                platform.verify(b"{\"amount\":\"1\"}", damaged).is_err(),
                "{damaged}"
            );
        }
    }
}

#[cfg(feature = "explain")]
#[test]
fn explains_how_many_blocks_a_text_needs() {
    let merchant = keys("merchant", "pem", Backend::default());
    // A block of 256 bytes has room for 245.
    for (length, blocks) in [(1, "1"), (245, "1"), (246, "2"), (490, "2"), (491, "3")] {
        let stages = merchant.explain(&vec![b'x'; length]).unwrap();
        assert_eq!(stages.get("RSA blocks of data"), Some(blocks), "{length}");
    }
}

#[test]
fn judges_every_negative_case_as_recorded() {
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
fn opens_envelopes() {
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
            "sealed for the platform"
        );
    }
}

#[test]
fn works_with_keys_of_different_sizes() {
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
fn debug_prints_no_text_and_no_key() {
    let merchant = keys("merchant", "pem", Backend::default());
    let sealed = merchant.seal(b"{}").unwrap();
    assert_eq!(
        format!("{sealed:?}"),
        "Sealed { data: 342 characters, sign: 342 characters }"
    );
    let printed = format!("{merchant:?}");
    for key in [
        "PrivateKey { bits: 2048, .. }",
        "PublicKey { bits: 2048, .. }",
    ] {
        assert!(printed.contains(key), "{printed}");
    }
}
