//! Forged webhooks, and receivers with a deliberate mistake, each of which has to be found.

use std::sync::LazyLock;

use http::HeaderMap;
use payments_fuzz_targets::{Meaning, Message, Scheme};
use payments_proofs::forgery::{SCHEMES, forge};
use serde_json::Value;

fn scheme(name: &str) -> &'static Scheme {
    SCHEMES.iter().find(|scheme| scheme.name == name).unwrap()
}

#[test]
fn no_forged_webhook_is_accepted_with_another_meaning() {
    for scheme in SCHEMES {
        let it = forge(scheme, 1_000);
        println!("{}: {it:?}", scheme.name);
        assert_eq!(it.tried, 1_000, "{}", scheme.name);
        assert_eq!(it.accepted, [""; 0], "{}", scheme.name);
        // A signed text has one spelling where headers sign the whole body, otherwise many.
        let has_spellings = scheme.headers.is_empty();
        assert_eq!(it.same_meaning > 0, has_spellings, "{}", scheme.name);
    }
}

/// Some forgeries that a receiver with this mistake accepts.
fn found(name: &str, receive: fn(&HeaderMap, &[u8]) -> Option<Meaning>) -> usize {
    let Scheme {
        name,
        headers,
        recorded,
        forged,
        ..
    } = *scheme(name);
    let defective = Scheme {
        name,
        headers,
        receive,
        recorded,
        forged,
    };
    forge(&defective, 3_000).accepted.len()
}

#[test]
fn an_amount_that_is_not_signed_is_found() {
    /// Verifies as if the gross amount were the recorded one, and reads the one that came.
    fn receive(headers: &HeaderMap, body: &[u8]) -> Option<Meaning> {
        let mut fields: Value = serde_json::from_slice(body).ok()?;
        let came = fields.as_object()?.get("actualAmount")?.clone();
        fields["actualAmount"] = "10.50".into();
        let verified = (scheme("cpay").receive)(headers, fields.to_string().as_bytes())?;
        Some(Meaning {
            content: [verified.content, came.to_string().into_bytes()].concat(),
            ..verified
        })
    }
    assert!(found("cpay", receive) > 0);
}

#[test]
fn a_recorded_text_under_another_recorded_signature_is_found() {
    /// Accepts a genuine body under any genuine signature.
    fn receive(headers: &HeaderMap, body: &[u8]) -> Option<Meaning> {
        static GENUINE: LazyLock<Vec<Message>> = LazyLock::new(|| {
            let scheme = scheme("ccpayment");
            let recorded = (scheme.recorded)().into_iter();
            recorded
                .filter(|(headers, body)| (scheme.receive)(headers, body).is_some())
                .collect()
        });
        let sign = headers.get("Sign")?;
        let mut genuine = GENUINE.iter();
        let is_known = genuine.any(|(known, _)| known["Sign"] == sign);
        let (known, _) = GENUINE.iter().find(|(_, known)| known == body)?;
        let verified = (scheme("ccpayment").receive)(known, body)?;
        is_known.then(|| Meaning {
            signature: sign.as_bytes().to_vec(),
            ..verified
        })
    }
    assert!(found("ccpayment", receive) > 0);
}
