//! What the text of a diagnosis says.

use payments_signing::cpay::Params;

use super::*;

fn of_body(body: impl AsRef<[u8]>) -> String {
    let found = key().diagnose_webhook(body.as_ref());
    found.unwrap().to_string()
}

fn of_sign(sign: &str) -> String {
    let found = key().diagnose([("amount", "1")], sign);
    found.unwrap().to_string()
}

#[test]
fn says_what_stands_in_the_place_of_a_signature() {
    let digits = |count| "A".repeat(count);
    for (sign, found) in [
        (String::new(), "is empty"),
        ("none".to_owned(), "is `none`"),
        ("z".repeat(60), &format!("is `{}`", "z".repeat(60))),
        (digits(1), "has one digit"),
        (
            digits(32),
            "has 32 digits, as an MD5 or half a signature has",
        ),
        (digits(40), "has 40 digits, as a SHA-1 has"),
        // In base64, these would be 32 bytes.
        (digits(43), "has 43 digits"),
        (digits(55), "has 55 digits"),
        (digits(65), "has 65 digits"),
        (digits(128), "has 128 digits, as a SHA-512 has"),
    ] {
        assert_eq!(
            of_sign(&sign),
            format!("sign {found}, not 64 hexadecimal digits in lower case")
        );
    }
}

#[test]
fn says_in_which_form_32_bytes_came() {
    use base64::Engine as _;

    let base64 = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    let short = "64 hexadecimal digits: its leading zeros are missing, or it was cut";
    for (sign, form) in [
        ("a".repeat(56), format!("has 56 digits, not {short}")),
        ("a".repeat(63), format!("has 63 digits, not {short}")),
        (
            base64,
            "is base64, not 64 hexadecimal digits in lower case".to_owned(),
        ),
        (
            format!("\"{}\"", "a".repeat(64)),
            "has other characters around its 64 digits".to_owned(),
        ),
    ] {
        assert_eq!(
            of_sign(&sign),
            format!("sign {form}; and it does not fit the body either")
        );
    }
}

#[test]
fn says_what_a_value_is_that_cannot_be_signed() {
    for (value, found) in [
        ("1e-8", "a number with an exponent"),
        ("-1E5", "a number with an exponent"),
        ("true", "true or false"),
        ("false", "true or false"),
        ("[1]", "a list"),
        ("{\"a\":1}", "an object"),
        ("\"\\ud800\"", "a text with half a surrogate pair"),
    ] {
        let body = format!("{{\"amount\":{value},\"sign\":\"ab\"}}");
        let text = format!(
            "the field `amount` is {found}; only texts, plain numbers and null can be signed"
        );
        assert_eq!(of_body(&body), text);
        assert_eq!(Params::read(body.as_bytes()).unwrap_err().to_string(), text);
    }
}

#[test]
fn says_which_limit_a_body_exceeds() {
    let of_fields = |count: usize| -> BTreeMap<String, String> {
        let names = (0..count).map(|at| format!("n{at:02}"));
        names.map(|name| (name, "v".to_owned())).collect()
    };
    for (count, text) in [
        (64, "wrong secret or altered body"),
        (66, "the message has more than 64 fields beside sign"),
    ] {
        let (fields, sign) = (of_fields(count), "0".repeat(64));
        for body in [json(&fields, &sign), form(&fields, &sign)] {
            let found = of_body(&body);
            assert!(found.starts_with(text), "{count}: {found}");
        }
    }
    for (len, text) in [
        (
            65_536,
            "there is no signature: the field `sign` is missing or empty",
        ),
        (65_537, "the body has 65537 bytes; at most 65536 are read"),
    ] {
        let mut body = b"{\"amount\":\"1\"}".to_vec();
        body.resize(len, b' ');
        assert_eq!(of_body(body), text);
    }
}

#[test]
fn says_where_a_body_is_not_utf_8_and_what_it_looks_like() {
    let latin = "perhaps it is Latin-1, or compressed";
    let utf_16 = "it looks like UTF-16";
    for (body, at, looks) in [
        (&b"{\"note\":\"M\xfcnchen\"}"[..], 11, latin),
        (b"\xe9\0a", 1, latin),
        (b"a\0\xe9\0", 3, utf_16),
        (b"\xfe\xff\0a", 1, utf_16),
    ] {
        assert_eq!(
            of_body(body),
            format!(
                "the body is not UTF-8 text from its byte {at} on ({looks}): pass the bytes as the provider sent them"
            )
        );
    }
}

#[test]
fn says_that_a_piece_of_a_form_has_no_value() {
    let note = "; a piece of the form has no `=`, which is the mark of an unencoded `&`";
    let sign = "0".repeat(64);
    for (body, has_note) in [
        (format!("note=Tee&Mug&amount=1&sign={sign}"), true),
        (format!("note=Tee&amount=1&sign={sign}"), false),
        (
            format!("{{\"note\":\"Tee&Mug\",\"sign\":\"{sign}\"}}"),
            false,
        ),
    ] {
        let found = of_body(&body);
        assert!(found.starts_with("wrong secret or altered body"), "{found}");
        assert_eq!(found.ends_with(note), has_note, "{found}");
    }
}
