//! Messages of C-Pay, good and with a planted mistake.

mod message;
mod readings;
mod texts;

use super::*;
use message::*;
pub(super) use message::{good, key};

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
    let of_escaped = self::sign(&changed(&params, |value| value.replace('&', "&amp;")));
    plant(
        "values with HTML escapes signed",
        &with_sign(&of_escaped),
        Cause::EncodedValues,
    );
    plant(
        "values with HTML escapes sent",
        json(
            &changed(&params, |value| value.replace('&', "&amp;")),
            &sign,
        )
        .as_bytes(),
        Cause::EncodedValues,
    );
    let with_zeros = changed(&params, |value| value.replace("10.50", "10.50000000"));
    plant(
        "zeros added to a number",
        json(&with_zeros, &sign).as_bytes(),
        Cause::NumberFormat,
    );
    let with_another = params.clone().into_iter();
    let with_another = with_another.chain([("route".to_owned(), "webhooks".to_owned())]);
    let with_another: BTreeMap<String, String> = with_another.collect();
    plant(
        "a field added, JSON",
        json(&with_another, &sign).as_bytes(),
        Cause::AddedField,
    );
    plant(
        "a field added, form",
        form(&with_another, &sign).as_bytes(),
        Cause::AddedField,
    );
    plant(
        "a PHP warning in HTML before the JSON",
        format!("<br />\n<b color='red'>Warning</b>: x\n{good}").as_bytes(),
        Cause::TextAround,
    );
    let of_encoded = self::sign(&changed(&params, encoded));
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
            &self::sign(&changed(&params, |value| match value {
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
    let of_raw = self::sign(&changed(&params, |value| value.replace('%', "")));
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
        let sign = self::sign(&one);
        let body = format!("amount=1.5&{name}={value}&userId=7&sign={sign}");
        plant(
            &format!("unencoded & in {name}"),
            body.as_bytes(),
            Cause::UnencodedAmpersand,
        );
    }
    let mixed = |email: &str| -> BTreeMap<String, String> {
        let fields = [("email", email), ("note", "Tee Mug"), ("title", "A B")];
        fields
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    };
    plant(
        "plus turned into a blank beside a real blank",
        json(&mixed("a b@c"), &self::sign(&mixed("a+b@c"))).as_bytes(),
        Cause::PlusAsBlank,
    );
    plant(
        "escape decoded twice",
        json(&mixed("50%"), &self::sign(&mixed("50%25"))).as_bytes(),
        Cause::DecodedTwice,
    );
    let one: BTreeMap<String, String> =
        [("email".to_owned(), "a+b@shop.example".to_owned())].into();
    let body = format!("email=a+b@shop.example&sign={}", self::sign(&one));
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
        "JSON encoded for URLs in lower case",
        b"%7b%22note%22:%22Tee%22%7d",
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
        json(&moved, &self::sign(&moved)).as_bytes(),
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
