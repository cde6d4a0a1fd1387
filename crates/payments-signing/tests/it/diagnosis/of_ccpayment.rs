//! Messages of CCPayment, good and with a planted mistake.

use super::*;

pub(super) const APP: &str = "202302010636261620672405236006912";
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(super) const NOW: u64 = 1_677_152_490;
const BODY: &str =
    r#"{"pay_status":"success","url":"https://a.example/ü","amount":1.50,"a":{"b":[1,2]}}"#;

pub(super) type Message = (Vec<(String, Vec<u8>)>, Vec<u8>);

pub(super) fn key() -> ccpayment::Key {
    ccpayment::Key::new(APP, Secret::new(SECRET).unwrap()).unwrap()
}

pub(super) fn diagnose((headers, body): &Message) -> Option<Diagnosis> {
    let headers = headers.iter().map(|(name, value)| (&**name, &**value));
    key().diagnose_webhook(headers, body, NOW, &ccpayment::Window::default())
}

fn sha(pieces: &[&str]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(pieces.concat()))
}

fn hmac(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    base16ct::lower::encode_string(&mac.finalize().into_bytes())
}

fn message(time: &str, sign: &str, body: &[u8]) -> Message {
    let headers = [("Appid", APP), ("Timestamp", time), ("Sign", sign)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    (headers.to_vec(), body.to_vec())
}

pub(super) fn mistakes() -> Vec<(String, Message, Cause)> {
    let time = NOW.to_string();
    let sign = sha(&[APP, SECRET, &time, BODY]);
    let mut mistakes: Vec<(String, Message, Cause)> = Vec::new();
    let mut plant = |name: &str, message: Message, cause| {
        mistakes.push((format!("ccpayment: {name}"), message, cause));
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
        let sign = sha(&[APP, SECRET, &at, BODY]);
        plant(name, message(&at, &sign, BODY.as_bytes()), cause);
    }
    let millis = format!("{NOW}123");
    plant(
        "milliseconds",
        message(
            &millis,
            &sha(&[APP, SECRET, &millis, BODY]),
            BODY.as_bytes(),
        ),
        Cause::Milliseconds,
    );
    plant(
        "milliseconds sent, seconds signed",
        message(&millis, &sign, BODY.as_bytes()),
        Cause::Milliseconds,
    );
    plant(
        "a date",
        message("now", &sha(&[APP, SECRET, "now", BODY]), BODY.as_bytes()),
        Cause::MalformedTimestamp,
    );
    plant(
        "HMAC of v2",
        signed(&hmac(&format!("{APP}{time}{BODY}"))),
        Cause::Hmac,
    );
    plant(
        "HMAC of v2 in upper case",
        signed(&hmac(&format!("{APP}{time}{BODY}")).to_uppercase()),
        Cause::Hmac,
    );
    plant("HMAC of the body", signed(&hmac(BODY)), Cause::Hmac);
    for pieces in [
        [SECRET, APP, &time, BODY],
        [APP, &time, BODY, SECRET],
        [APP, &time, SECRET, BODY],
        [APP, SECRET, BODY, ""],
        [APP, SECRET, &time, ""],
        [APP, SECRET, &time, "{}"],
    ] {
        plant(
            "parts in another order",
            signed(&sha(&pieces)),
            Cause::SignedText,
        );
    }
    for separator in ["&", ",", "\n", "|"] {
        plant(
            "parts with separators",
            signed(&sha(&[&[APP, SECRET, &time, BODY].join(separator)])),
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
            message(
                &time,
                &sha(&[APP, SECRET, &time, &indented]),
                compact.as_bytes(),
            ),
            Cause::Reserialised,
        );
    }
    let escaped = BODY.replace('ü', "\\u00FC");
    plant(
        "upper-case escapes signed",
        signed(&sha(&[APP, SECRET, &time, &escaped])),
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
        message(&time, &sha(&[APP, SECRET, &time, sorted]), BODY.as_bytes()),
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
        message(&time, &sha(&[APP, SECRET, &time, twice]), twice.as_bytes()),
        Cause::Repeated,
    );
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(70_000));
    plant(
        "70 kB, signed",
        message(&time, &sha(&[APP, SECRET, &time, &long]), long.as_bytes()),
        Cause::TooLarge,
    );
    plant(
        "altered amount",
        as_body(&BODY.replace("1.50", "9.50")),
        Cause::WrongSecretOrAltered,
    );
    plant(
        "another secret",
        signed(&sha(&[APP, "other", &time, BODY])),
        Cause::WrongSecretOrAltered,
    );
    mistakes
}

pub(super) fn good(random: &mut Random) -> Message {
    let time = (NOW - 120 + random.below(241)).to_string();
    let members: BTreeMap<String, String> = (0..random.below(8))
        .map(|at| (format!("f{at}"), random.text()))
        .collect();
    let body = serde_json::to_string(&members).unwrap();
    let sign = sha(&[APP, SECRET, &time, &body]);
    message(&time, &sign, body.as_bytes())
}
