//! Messages of CCPayment, good and with a planted mistake.

mod texts;

use payments_signing::ccpayment::{Key, Window, v2};

use super::*;

const APP: &str = "202302010636261620672405236006912";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: u64 = 1_677_152_490;
const BODY: &str =
    r#"{"pay_status":"success","url":"https://a.example/ü","amount":1.50,"a":{"b":[1,2]}}"#;

pub(super) type Message = (Vec<(String, Vec<u8>)>, Vec<u8>);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Version {
    V1,
    V2,
}

impl Version {
    pub(super) const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// By the provider's rule, written down a second time.
    fn sign(self, [app_id, secret, time, body]: [&str; 4]) -> String {
        match self {
            Self::V1 => sha(&[app_id, secret, time, body]),
            Self::V2 => hmac(secret, &[app_id, time, body]),
        }
    }

    pub(super) fn diagnose(self, (headers, body): &Message) -> Option<Diagnosis> {
        let headers = headers.iter().map(|(name, value)| (&**name, &**value));
        let (secret, window) = (Secret::new(SECRET).unwrap(), Window::default());
        match self {
            Self::V1 => Key::new(APP, secret)
                .unwrap()
                .diagnose_webhook(headers, body, NOW, &window),
            Self::V2 => v2::Key::new(APP, secret)
                .unwrap()
                .diagnose_webhook(headers, body, NOW, &window),
        }
    }

    fn diagnose_request(self, (headers, body): &Message) -> Option<Diagnosis> {
        let headers = headers.iter().map(|(name, value)| (&**name, &**value));
        let (secret, window) = (Secret::new(SECRET).unwrap(), Window::default());
        match self {
            Self::V1 => Key::new(APP, secret)
                .unwrap()
                .diagnose_request(headers, body, NOW, &window),
            Self::V2 => v2::Key::new(APP, secret)
                .unwrap()
                .diagnose_request(headers, body, NOW, &window),
        }
    }
}

fn sha(pieces: &[&str]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(pieces.concat()))
}

fn hmac(key: &str, pieces: &[&str]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(pieces.concat().as_bytes());
    base16ct::lower::encode_string(&mac.finalize().into_bytes())
}

fn message(time: &str, sign: &str, body: &[u8]) -> Message {
    let headers = [("Appid", APP), ("Timestamp", time), ("Sign", sign)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    (headers.to_vec(), body.to_vec())
}

pub(super) fn mistakes(version: Version) -> Vec<(String, Message, Cause)> {
    let time = NOW.to_string();
    let sign_at = |time: &str, body: &str| version.sign([APP, SECRET, time, body]);
    let sign = sign_at(&time, BODY);
    let mut mistakes: Vec<(String, Message, Cause)> = Vec::new();
    let mut plant = |name: &str, message: Message, cause| {
        mistakes.push((format!("{version:?}: {name}"), message, cause));
    };
    let good = message(&time, &sign, BODY.as_bytes());
    let signed = |sign: &str| message(&time, sign, BODY.as_bytes());
    let as_body = |body: &str| message(&time, &sign, body.as_bytes());
    for name in ["Appid", "Timestamp", "Sign"] {
        let mut without = good.clone();
        without.0.retain(|(other, _)| other != name);
        plant(&format!("no {name}"), without, Cause::MissingHeader);
        let mut empty = good.clone();
        for (other, value) in &mut empty.0 {
            if other == name {
                value.clear();
            }
        }
        plant(&format!("empty {name}"), empty, Cause::MissingHeader);
        let mut renamed = good.clone();
        for (other, _) in &mut renamed.0 {
            if other == name {
                *other = format!("X-{name}");
            }
        }
        plant(&format!("renamed {name}"), renamed, Cause::MissingHeader);
        let mut twice = good.clone();
        let header = twice
            .0
            .iter()
            .find(|(other, _)| other == name)
            .unwrap()
            .clone();
        twice.0.push(header);
        plant(&format!("{name} twice"), twice, Cause::Repeated);
    }
    plant(
        "no headers",
        (Vec::new(), BODY.into()),
        Cause::MissingHeader,
    );
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(20), "]".repeat(20));
    let names: Vec<String> = (0..300).map(|number| format!("\"n{number}\":1")).collect();
    let wide = format!("{{{}}}", names.join(","));
    for (name, body) in [("many levels", deep), ("many names", wide)] {
        let authentic = message(&time, &sign_at(&time, &body), body.as_bytes());
        plant(name, authentic, Cause::TooManyFields);
    }
    let mut other_app = good.clone();
    other_app.0[0].1 = b"202302010636261620672405236006913".to_vec();
    plant("another app id", other_app, Cause::OtherAccount);
    plant(
        "upper-case signature",
        signed(&sign.to_uppercase()),
        Cause::UpperCaseSignature,
    );
    plant("63 digits", signed(&sign[1..]), Cause::SignatureForm);
    plant("no digits", signed("hello"), Cause::SignatureForm);
    for (name, at, cause) in [
        ("stale", NOW - 121, Cause::Stale),
        ("an hour ahead", NOW + 3600, Cause::AheadOfClock),
    ] {
        let at = at.to_string();
        let sign = sign_at(&at, BODY);
        plant(name, message(&at, &sign, BODY.as_bytes()), cause);
    }
    let millis = format!("{NOW}123");
    plant(
        "milliseconds",
        message(&millis, &sign_at(&millis, BODY), BODY.as_bytes()),
        Cause::Milliseconds,
    );
    plant(
        "milliseconds sent, seconds signed",
        message(&millis, &sign, BODY.as_bytes()),
        Cause::Milliseconds,
    );
    plant(
        "a date",
        message("now", &sign_at("now", BODY), BODY.as_bytes()),
        Cause::MalformedTimestamp,
    );
    for (name, app_id, time, body, cause) in [
        (
            "digit moved from the app id",
            &APP[..APP.len() - 1],
            format!("{}{time}", &APP[APP.len() - 1..]),
            BODY,
            Cause::OtherAccount,
        ),
        (
            "digit moved to the app id",
            &*format!("{APP}1"),
            time[1..].to_owned(),
            BODY,
            Cause::OtherAccount,
        ),
        (
            "bracket moved to the timestamp",
            APP,
            format!("{time}{{"),
            &BODY[1..],
            Cause::MalformedTimestamp,
        ),
    ] {
        let mut altered = message(&time, &sign, body.as_bytes());
        altered.0[0].1 = app_id.as_bytes().to_vec();
        plant(name, altered, cause);
    }
    for (sign, cause) in other_computations(version, &time) {
        plant("another computation", signed(&sign), cause);
        plant(
            "another computation in upper case",
            signed(&sign.to_uppercase()),
            cause,
        );
    }
    for separator in ["&", ",", "\n", "|"] {
        plant(
            "parts with separators",
            signed(&match version {
                Version::V1 => sha(&[&[APP, SECRET, &time, BODY].join(separator)]),
                Version::V2 => hmac(SECRET, &[&[APP, &time, BODY].join(separator)]),
            }),
            Cause::SignedText,
        );
    }
    let value: serde_json::Value = serde_json::from_str(r#"{"a":[1,{"b":"ü"}],"c":{}}"#).unwrap();
    let compact = value.to_string();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    for indented in [
        pretty.replace("  ", "    "),
        pretty.replace("  ", "\t"),
        pretty,
    ] {
        plant(
            "an indented text signed",
            message(&time, &sign_at(&time, &indented), compact.as_bytes()),
            Cause::Reserialised,
        );
    }
    let escaped = BODY.replace('ü', "\\u00FC");
    plant(
        "upper-case escapes signed",
        signed(&sign_at(&time, &escaped)),
        Cause::Reserialised,
    );
    for (name, body) in [
        ("blanks", BODY.replace(',', ", ").replace("\":", "\": ")),
        ("line end", format!("{BODY}\n")),
        ("escapes", BODY.replace('ü', "\\u00fc")),
        ("slashes", BODY.replace('/', "\\/").replace('ü', "\\u00fc")),
        (
            "indented",
            BODY.replace("{\"", "{\n  \"").replace(",\"", ",\n  \""),
        ),
    ] {
        plant(name, as_body(&body), Cause::Reserialised);
    }
    let sorted =
        r#"{"a":{"b":[1,2]},"amount":1.50,"pay_status":"success","url":"https://a.example/ü"}"#;
    plant(
        "order",
        message(&time, &sign_at(&time, sorted), BODY.as_bytes()),
        Cause::Reserialised,
    );
    plant(
        "gzip",
        message(&time, &sign, b"\x1f\x8b\x08\0\0"),
        Cause::Compressed,
    );
    plant(
        "page",
        as_body("<html><title>Sign in</title></html>"),
        Cause::WebPage,
    );
    plant("cut", as_body(&BODY[..40]), Cause::CutBody);
    let mut shorter = as_body(&BODY[..40]);
    shorter
        .0
        .push(("content-length".to_owned(), b"85".to_vec()));
    plant("shorter than stated", shorter, Cause::CutBody);
    plant("empty body", as_body(""), Cause::EmptyBody);
    let twice = r#"{"a":1,"a":2}"#;
    plant(
        "doubled name, signed",
        message(&time, &sign_at(&time, twice), twice.as_bytes()),
        Cause::Repeated,
    );
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000));
    plant(
        "70 kB, signed",
        message(&time, &sign_at(&time, &long), long.as_bytes()),
        Cause::TooLarge,
    );
    plant(
        "altered amount",
        as_body(&BODY.replace("1.50", "9.50")),
        Cause::WrongSecretOrAltered,
    );
    plant(
        "another secret",
        signed(&version.sign([APP, "other", &time, BODY])),
        Cause::WrongSecretOrAltered,
    );
    mistakes
}

/// Signatures over the same message by the rule of the other version, or over other parts.
fn other_computations(version: Version, time: &str) -> Vec<(String, Cause)> {
    let hmacs = [
        hmac(SECRET, &[time, APP, BODY]),
        hmac(SECRET, &[APP, SECRET, time, BODY]),
        hmac(SECRET, &[APP, BODY]),
        hmac(SECRET, &[time, BODY]),
        hmac(SECRET, &[BODY]),
    ];
    let hashes = [
        [SECRET, APP, time, BODY],
        [APP, time, BODY, SECRET],
        [APP, time, SECRET, BODY],
        [APP, SECRET, BODY, ""],
        [APP, "", time, BODY],
    ]
    .map(|pieces| sha(&pieces));
    let (hmac_cause, hash_cause, other) = match version {
        Version::V1 => (Cause::Hmac, Cause::SignedText, (Version::V2, Cause::Hmac)),
        Version::V2 => (
            Cause::SignedText,
            Cause::PlainHash,
            (Version::V1, Cause::PlainHash),
        ),
    };
    let mut found = vec![(other.0.sign([APP, SECRET, time, BODY]), other.1)];
    found.extend(
        ["", "{}"].map(|body| (version.sign([APP, SECRET, time, body]), Cause::SignedText)),
    );
    found.extend(hmacs.map(|sign| (sign, hmac_cause)));
    found.extend(hashes.map(|sign| (sign, hash_cause)));
    found
}

/// The bodies of calls without parameters, as the SDKs of each version send them.
#[test]
fn requests_without_parameters_are_diagnosed_as_requests() {
    let time = NOW.to_string();
    for (version, body) in [
        (Version::V1, ""),
        (Version::V1, "{}"),
        (Version::V2, ""),
        (Version::V2, "{}"),
        (Version::V2, "[]"),
    ] {
        let request = |secret| {
            let sign = version.sign([APP, secret, &time, body]);
            version.diagnose_request(&message(&time, &sign, body.as_bytes()))
        };
        assert_eq!(request(SECRET), None, "{version:?} {body}");
        let cause = Cause::WrongSecretOrAltered;
        assert_cause("another secret", request("other"), cause);
    }
    let sign = Version::V1.sign([APP, SECRET, &time, "[]"]);
    let found = Version::V1.diagnose_request(&message(&time, &sign, b"[]"));
    assert_cause("a list in v1", found, Cause::NotAMessage);
}

#[test]
fn an_rsa_signature_of_v2_is_named() {
    let case = cases("ccpayment_v2/vectors.json").into_iter();
    let rsa: Vec<_> = case
        .filter(|case| case.text("name").starts_with("RSA"))
        .collect();
    assert_eq!(rsa.len(), 1);
    let signed = message(&NOW.to_string(), rsa[0].text("sign"), BODY.as_bytes());
    let found = Version::V2.diagnose(&signed);
    assert_cause("RSA", found, Cause::OtherAlgorithm);
    let found = Version::V1.diagnose(&signed);
    assert_cause("RSA in v1", found, Cause::SignatureForm);
}

#[test]
fn the_signature_of_the_other_version_names_that_version() {
    let time = NOW.to_string();
    for (version, other, text) in [
        (Version::V1, Version::V2, "as CCPayment v2 signs"),
        (Version::V2, Version::V1, "as CCPayment v1 signs"),
    ] {
        let sign = other.sign([APP, SECRET, &time, BODY]);
        let found = version.diagnose(&message(&time, &sign, BODY.as_bytes()));
        assert!(found.unwrap().to_string().contains(text), "{version:?}");
    }
}

pub(super) fn good(version: Version, random: &mut Random) -> Message {
    let time = (NOW - 120 + random.below(241)).to_string();
    let members: BTreeMap<String, String> = (0..random.below(8))
        .map(|at| (format!("f{at}"), random.text()))
        .collect();
    let body = serde_json::to_string(&members).unwrap();
    let sign = version.sign([APP, SECRET, &time, &body]);
    message(&time, &sign, body.as_bytes())
}
