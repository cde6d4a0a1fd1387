//! Planted mistakes are named, good messages get no diagnosis, and random forgeries get the honest one.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit as _, Mac as _};
use payments_signing::cpay::Rules;
use payments_signing::{Cause, Diagnosis, Secret, ccpayment, cpay};
use sha2::{Digest as _, Sha256};

use crate::support::{cases, reference_sign};

/// A sequence of numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn text(&mut self) -> String {
        const PARTS: [&str; 12] = [
            "a", "Z", "7", "0", " ", "+", "%", "ü", "充", "/", "\"", "\\",
        ];
        let len = self.below(20);
        (0..len)
            .map(|_| PARTS[self.below(PARTS.len() as u64) as usize])
            .collect()
    }
}

#[track_caller]
fn assert_cause(name: &str, found: Option<Diagnosis>, expected: Cause) {
    let found = found.unwrap_or_else(|| panic!("{name}: no diagnosis"));
    assert_eq!(found.cause(), expected, "{name}: {found}");
    assert!(!found.to_string().contains('\n'), "{name}: one line");
}

mod of_cpay {
    use super::*;

    const SECRET: &str = "k3y-of-merchant";

    pub(super) fn key() -> cpay::Key {
        cpay::Key::new(Secret::new(SECRET).unwrap())
    }

    fn params() -> BTreeMap<String, String> {
        [
            ("Zone", "EU"),
            ("actualAmount", "10.50"),
            ("callBackURL", "https://shop.example/?a=1&c=2"),
            ("email", "a+b@shop.example"),
            ("fee", "0"),
            ("merchantId", "20003092"),
            ("note", "Tee & Mug 100%"),
            ("orderStatus", "14"),
            ("remark", ""),
            ("zip", "x y"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    fn sign(params: &BTreeMap<String, String>) -> String {
        reference_sign(SECRET, params, Rules::default())
    }

    fn hmac(text: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        base16ct::lower::encode_string(&mac.finalize().into_bytes())
    }

    fn json(params: &BTreeMap<String, String>, sign: &str) -> String {
        let mut all = params.clone();
        all.insert("sign".to_owned(), sign.to_owned());
        serde_json::to_string(&all).unwrap()
    }

    fn form(params: &BTreeMap<String, String>, sign: &str) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(params).append_pair("sign", sign).finish()
    }

    /// `name=value&` for each signed parameter, in the order given.
    fn text<'a>(params: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
        let signed = params.into_iter().filter(|(_, value)| !value.is_empty());
        signed
            .map(|(name, value)| format!("{name}={value}&"))
            .collect()
    }

    fn changed(
        params: &BTreeMap<String, String>,
        change: impl Fn(&str) -> String,
    ) -> BTreeMap<String, String> {
        let params = params.iter();
        params
            .map(|(name, value)| (name.clone(), change(value)))
            .collect()
    }

    fn encoded(value: &str) -> String {
        form_urlencoded::byte_serialize(value.as_bytes()).collect()
    }

    /// Name, body, cause.
    pub(super) fn mistakes() -> Vec<(String, Vec<u8>, Cause)> {
        let params = params();
        let sign = sign(&params);
        let good = json(&params, &sign);
        let good_form = form(&params, &sign);
        let mut mistakes: Vec<(String, Vec<u8>, Cause)> = Vec::new();
        let mut plant = |name: &str, body: &[u8], cause| {
            mistakes.push((format!("cpay: {name}"), body.to_vec(), cause));
        };
        let with_sign = |sign: &str| json(&params, sign).into_bytes();
        plant(
            "upper-case signature",
            &with_sign(&sign.to_uppercase()),
            Cause::UpperCaseSignature,
        );
        plant(
            "one digit in upper case",
            &with_sign(&{
                let at = sign.find(|char: char| char.is_ascii_lowercase()).unwrap();
                let (start, end) = sign.split_at(at + 1);
                start.to_uppercase() + end
            }),
            Cause::UpperCaseSignature,
        );
        plant(
            "blank behind the signature",
            &with_sign(&format!("{sign} ")),
            Cause::SignatureForm,
        );
        plant(
            "signature with 63 digits",
            &with_sign(&sign[1..]),
            Cause::SignatureForm,
        );
        plant(
            "signature as MD5",
            &with_sign(&sign[..32]),
            Cause::SignatureForm,
        );
        let bytes: Vec<u8> = (0..32)
            .map(|at| u8::from_str_radix(&sign[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let base64 = {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.encode(bytes)
        };
        plant(
            "signature in base64",
            &with_sign(&base64),
            Cause::SignatureForm,
        );
        plant("empty signature", &with_sign(""), Cause::MissingSignature);
        let unsigned = serde_json::to_string(&params).unwrap();
        plant("no signature", unsigned.as_bytes(), Cause::MissingSignature);
        plant(
            "field named Sign",
            good.replace("\"sign\"", "\"Sign\"").as_bytes(),
            Cause::MissingSignature,
        );
        let tail = format!("key={SECRET}");
        let sha = |text: &str| base16ct::lower::encode_string(&Sha256::digest(text));
        plant(
            "plain SHA-256",
            &with_sign(&sha(&(text(&params) + &tail))),
            Cause::PlainHash,
        );
        plant(
            "no key in the text",
            &with_sign(&hmac(text(&params).trim_end_matches('&'))),
            Cause::SignedText,
        );
        plant(
            "bare secret at the end",
            &with_sign(&hmac(&(text(&params) + SECRET))),
            Cause::SignedText,
        );
        let mut no_case: Vec<_> = params.iter().collect();
        no_case.sort_by_key(|(name, _)| name.to_lowercase());
        plant(
            "sorted without case",
            &with_sign(&hmac(&(text(no_case) + &tail))),
            Cause::Unsorted,
        );
        plant(
            "descending order",
            &with_sign(&hmac(&(text(params.iter().rev()) + &tail))),
            Cause::Unsorted,
        );
        let rules = |rules| reference_sign(SECRET, &params, rules);
        plant(
            "empty values signed",
            &with_sign(&rules(Rules {
                empty_values: cpay::EmptyValues::Sign,
                ..Rules::default()
            })),
            Cause::EmptyValues,
        );
        plant(
            "zeros left out",
            &with_sign(&rules(Rules {
                zero_values: cpay::ZeroValues::Drop,
                ..Rules::default()
            })),
            Cause::ZeroValues,
        );
        let of_encoded = super::of_cpay::sign(&changed(&params, encoded));
        plant(
            "encoded values signed, JSON",
            &with_sign(&of_encoded),
            Cause::EncodedValues,
        );
        plant(
            "encoded values signed, form",
            form(&params, &of_encoded).as_bytes(),
            Cause::EncodedValues,
        );
        plant(
            "values still encoded",
            json(&changed(&params, encoded), &sign).as_bytes(),
            Cause::EncodedValues,
        );
        plant(
            "plus turned into a blank",
            json(
                &changed(&params, |value| match value {
                    "a+b@shop.example" => "a b@shop.example".to_owned(),
                    "x y" => "xy".to_owned(),
                    value => value.replace(" & ", "&").replace(' ', ""),
                }),
                &super::of_cpay::sign(&changed(&params, |value| match value {
                    "x y" => "xy".to_owned(),
                    value => value.replace(" & ", "&").replace(' ', ""),
                })),
            )
            .as_bytes(),
            Cause::PlusAsBlank,
        );
        let raw: String = params
            .iter()
            .map(|(name, value)| format!("{name}={value}&"))
            .collect();
        let raw = raw.replace('%', "") + "sign=";
        let of_raw = super::of_cpay::sign(&changed(&params, |value| value.replace('%', "")));
        plant(
            "raw form with & in values",
            format!("{raw}{of_raw}").as_bytes(),
            Cause::UnencodedAmpersand,
        );
        for (name, value) in [
            ("note", "Tee & Mug"),
            ("callBackURL", "https://shop.example/?a=1&c=2&zz=3"),
            ("products", r#"[{"name":"A&B","price":"1.0"}]"#),
        ] {
            let one: BTreeMap<String, String> = [
                ("amount".to_owned(), "1.5".to_owned()),
                (name.to_owned(), value.to_owned()),
                ("userId".to_owned(), "7".to_owned()),
            ]
            .into();
            let sign = super::of_cpay::sign(&one);
            let body = format!("amount=1.5&{name}={value}&userId=7&sign={sign}");
            plant(
                &format!("unencoded & in {name}"),
                body.as_bytes(),
                Cause::UnencodedAmpersand,
            );
        }
        let mixed = |email: &str| -> BTreeMap<String, String> {
            let fields = [("email", email), ("note", "Tee Mug")];
            fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into()
        };
        plant(
            "plus turned into a blank beside a real blank",
            json(&mixed("a b@c"), &super::of_cpay::sign(&mixed("a+b@c"))).as_bytes(),
            Cause::PlusAsBlank,
        );
        plant(
            "escape decoded twice",
            json(&mixed("50%"), &super::of_cpay::sign(&mixed("50%25"))).as_bytes(),
            Cause::DecodedTwice,
        );
        let one: BTreeMap<String, String> =
            [("email".to_owned(), "a+b@shop.example".to_owned())].into();
        let body = format!("email=a+b@shop.example&sign={}", super::of_cpay::sign(&one));
        plant("unencoded + in a form", body.as_bytes(), Cause::PlusAsBlank);
        plant(
            "numbers written again",
            good.replace("\"10.50\"", "10.5").as_bytes(),
            Cause::NumberFormat,
        );
        for (value, what) in [
            ("true", "a truth value"),
            ("1e-8", "an exponent"),
            ("{\"a\":1}", "an object"),
            ("[1]", "a list"),
            ("\"\\ud800\"", "half a surrogate pair"),
        ] {
            let body = good.replace("\"EU\"", value);
            plant(what, body.as_bytes(), Cause::UnsignableValue);
        }
        plant(
            "repeated field",
            good.replacen('{', "{\"zip\":\"1\",", 1).as_bytes(),
            Cause::Repeated,
        );
        plant("empty body", b" \r\n", Cause::EmptyBody);
        plant(
            "gzip",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00",
            Cause::Compressed,
        );
        plant(
            "page",
            b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>",
            Cause::WebPage,
        );
        plant(
            "byte order mark",
            format!("\u{feff}{good}").as_bytes(),
            Cause::ByteOrderMark,
        );
        plant("Latin-1", b"{\"note\":\"M\xfcnchen\"}", Cause::NotUtf8);
        let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        plant("UTF-16", &[b"\xff\xfe", &*utf16].concat(), Cause::NotUtf8);
        plant(
            "too long",
            &[good.as_bytes(), &[b' '; 65536]].concat(),
            Cause::TooLarge,
        );
        for cut in [1, 20, 100, good.len() - 1] {
            plant(
                &format!("cut to {cut} bytes"),
                &good.as_bytes()[..cut],
                Cause::CutBody,
            );
        }
        plant(
            "cut form",
            &good_form.as_bytes()[..good_form.len() - 20],
            Cause::CutBody,
        );
        plant(
            "warning before the object",
            format!("Warning: x in y on line 3\n{good}").as_bytes(),
            Cause::TextAround,
        );
        plant(
            "text behind the object",
            format!("{good}OK").as_bytes(),
            Cause::TextAround,
        );
        plant(
            "JSON in a JSON text",
            serde_json::to_string(&good).unwrap().as_bytes(),
            Cause::EncodedTwice,
        );
        plant(
            "JSON encoded for URLs",
            encoded(&good).as_bytes(),
            Cause::EncodedTwice,
        );
        plant(
            "form encoded twice",
            encoded(&good_form).as_bytes(),
            Cause::EncodedTwice,
        );
        plant("list", b"[1,2]", Cause::NotAMessage);
        plant(
            "single quotes",
            good.replace('"', "'").as_bytes(),
            Cause::NotAMessage,
        );
        plant("bad escape", b"note=100%&sign=ab", Cause::NotAMessage);
        let moved: BTreeMap<String, String> =
            [("network".to_owned(), "TRON&orderId=7".to_owned())].into();
        plant(
            "field moved into a value",
            json(&moved, &super::of_cpay::sign(&moved)).as_bytes(),
            Cause::EmbeddedField,
        );
        plant(
            "altered amount",
            good.replace("10.50", "99.50").as_bytes(),
            Cause::WrongSecretOrAltered,
        );
        plant(
            "another secret",
            &with_sign(&reference_sign("other", &params, Rules::default())),
            Cause::WrongSecretOrAltered,
        );
        mistakes
    }

    /// A random good message, as JSON or as a form.
    pub(super) fn good(random: &mut Random) -> String {
        let count = random.below(8);
        let mut params: BTreeMap<String, String> = (0..count)
            .map(|at| (format!("f{at}"), random.text()))
            .collect();
        params.insert("merchantId".to_owned(), random.next().to_string());
        let sign = sign(&params);
        if random.below(2) == 0 {
            json(&params, &sign)
        } else {
            form(&params, &sign)
        }
    }
}

mod of_ccpayment {
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
}

#[test]
fn names_planted_mistakes_of_cpay() {
    let mistakes = of_cpay::mistakes();
    println!("{} planted mistakes of C-Pay", mistakes.len());
    for (name, body, cause) in mistakes {
        assert_cause(&name, of_cpay::key().diagnose_webhook(&body), cause);
    }
}

#[test]
fn names_planted_mistakes_of_ccpayment() {
    let mistakes = of_ccpayment::mistakes();
    println!("{} planted mistakes of CCPayment", mistakes.len());
    for (name, message, cause) in mistakes {
        assert_cause(&name, of_ccpayment::diagnose(&message), cause);
    }
}

#[test]
fn good_messages_have_no_diagnosis() {
    let mut random = Random(7);
    for _ in 0..5_000 {
        let body = of_cpay::good(&mut random);
        assert_eq!(
            of_cpay::key().diagnose_webhook(body.as_bytes()),
            None,
            "{body}"
        );
        let message = of_ccpayment::good(&mut random);
        assert_eq!(of_ccpayment::diagnose(&message), None, "{message:?}");
    }
}

#[test]
fn random_forgeries_get_no_specific_cause() {
    let mut random = Random(11);
    for _ in 0..500 {
        let body = of_cpay::good(&mut random);
        let sign = base16ct::lower::encode_string(&Sha256::digest(random.text()));
        let at = body.len() - if body.ends_with('}') { 66 } else { 64 };
        let body = format!("{}{sign}{}", &body[..at], &body[at + 64..]);
        let found = of_cpay::key().diagnose_webhook(body.as_bytes());
        assert_cause("forged", found, Cause::WrongSecretOrAltered);
        let mut message = of_ccpayment::good(&mut random);
        message.0[2].1 = sign.into_bytes();
        assert_cause(
            "forged",
            of_ccpayment::diagnose(&message),
            Cause::WrongSecretOrAltered,
        );
    }
}

/// Cases of the fixtures whose signature is wrong by a mistake that has a name.
#[test]
fn names_the_mistakes_of_the_golden_cases_of_cpay() {
    for (name, cause) in [
        ("empty-value-not-skipped", Cause::EmptyValues),
        ("plain-sha256", Cause::PlainHash),
        ("no-key-in-text", Cause::SignedText),
        ("not-sorted", Cause::Unsorted),
        ("zeros-dropped", Cause::ZeroValues),
        ("sorted-without-case", Cause::Unsorted),
        ("values-percent-encoded", Cause::EncodedValues),
        ("upper-case-digits", Cause::UpperCaseSignature),
        ("63-digits", Cause::SignatureForm),
        ("65-digits", Cause::SignatureForm),
        ("no-digits", Cause::SignatureForm),
        ("one-bit", Cause::WrongSecretOrAltered),
        ("another-key", Cause::WrongSecretOrAltered),
        ("another-value", Cause::WrongSecretOrAltered),
        ("one-more", Cause::WrongSecretOrAltered),
    ] {
        let case = cases("cpay/negative.json")
            .into_iter()
            .find(|case| case.text("name") == name)
            .unwrap_or_else(|| panic!("no case {name}"));
        let key = cpay::Key::new(Secret::new(case.text("key")).unwrap());
        let found = key.diagnose(case.pairs("params"), case.text("sign"));
        assert_cause(name, found, cause);
    }
}

#[test]
fn a_diagnosis_contains_neither_the_secret_nor_a_valid_signature() {
    let params = |amount: &str| -> BTreeMap<String, String> {
        [("amount".to_owned(), amount.to_owned())].into()
    };
    let valid = reference_sign("k3y-of-merchant", &params("9"), Rules::default());
    let given = reference_sign("k3y-of-merchant", &params("1"), Rules::default());
    let found = of_cpay::key()
        .diagnose(
            params("9").iter().map(|(name, value)| (&**name, &**value)),
            &given,
        )
        .unwrap();
    for hidden in ["k3y-of-merchant", &*valid] {
        assert!(!format!("{found} {found:?}").contains(hidden));
    }
}
