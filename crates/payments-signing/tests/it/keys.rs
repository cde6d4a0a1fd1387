//! Keys in every text form that occurs: accepted, or refused with the true reason.

use payments_signing::KeyError;
use payments_signing::chainup_opay::Backend;
use payments_signing::rsa::{PrivateKey, PublicKey};

use crate::support::{Case, backends, cases, read};

/// The length of the key in `text`, read as the case's kind of key.
fn parse(case: &Case, text: &str, backend: Backend) -> Result<usize, KeyError> {
    match case.text("kind") {
        "private" => PrivateKey::parse_with(text, backend).map(|key| key.bits()),
        "public" => PublicKey::parse_with(text, backend).map(|key| key.bits()),
        other => panic!("{}: kind {other:?}", case.name()),
    }
}

#[test]
fn judges_every_text_form_as_recorded() {
    for backend in backends() {
        for case in cases("chainup_opay/keys.json") {
            let name = format!("{backend:?}, {}", case.name());
            let expect = case.text("expect");
            match parse(&case, case.text("text"), backend) {
                Ok(bits) => assert_eq!(expect, format!("accept: {bits} bits"), "{name}"),
                Err(KeyError::TooShort { bits } | KeyError::UnusableLength { bits, .. }) => {
                    assert_eq!(expect, format!("reject: {bits} bits"), "{name}");
                }
                Err(KeyError::WrongFormat { found, .. }) => {
                    assert_eq!(expect, format!("reject: {found}"), "{name}");
                }
                Err(_) => assert!(!case.accepts(), "{name}"),
            }
        }
    }
}

#[test]
fn judges_every_file_of_openssl_as_recorded() {
    for backend in backends() {
        for case in cases("chainup_opay/keys/forms.json") {
            let text = read(&format!("chainup_opay/keys/{}", case.text("file")));
            let found = match parse(&case, &text, backend) {
                Ok(bits) => format!("accept: {bits} bits"),
                Err(error) => format!("reject: {error}"),
            };
            assert_eq!(found, case.text("expect"), "{backend:?}, {}", case.name());
        }
    }
}

#[test]
fn reads_every_accepted_form_as_the_same_key() {
    let public = PublicKey::parse(&read("chainup_opay/merchant.pub.pem")).unwrap();
    let private = PrivateKey::parse(&read("chainup_opay/merchant.pri.pem")).unwrap();
    let probe = |private: PrivateKey, public: PublicKey| {
        let keys = payments_signing::chainup_opay::Keys::new(private, public);
        let sign = keys.sign(b"probe").unwrap();
        keys.verify(b"probe", &sign).is_ok()
    };
    for case in cases("chainup_opay/keys/forms.json") {
        let text = read(&format!("chainup_opay/keys/{}", case.text("file")));
        if !case.accepts() {
            continue;
        }
        let fits = if case.text("kind") == "private" {
            probe(PrivateKey::parse(&text).unwrap(), public.clone())
        } else {
            probe(private.clone(), PublicKey::parse(&text).unwrap())
        };
        assert!(fits, "{}", case.name());
    }
}

#[test]
fn refuses_a_short_key_with_its_length() {
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
