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

/// What consoles, editors, shells and web pages do to a key.
#[test]
fn takes_a_key_that_was_changed_without_doubt() {
    let pem = read("chainup_opay/merchant.pri.pem");
    let lines: Vec<&str> = pem.trim().lines().collect();
    let (body, half) = (lines[1..lines.len() - 1].concat(), lines.len() / 2);
    let (first, last) = (lines[..half].join("\n"), lines[half..].join("\n"));
    for (name, text) in [
        ("no-break blanks", pem.replace('\n', "\u{a0}\n")),
        ("a blank without width", format!("{first}\u{200b}\n{last}")),
        (
            "a blank without width in base64",
            format!("{}\u{200b}{}", &body[..99], &body[99..]),
        ),
        ("ideographic blanks", format!("\u{3000}{body}\u{3000}")),
        (
            "byte order mark in the middle",
            format!("{first}\u{feff}\n{last}"),
        ),
        (
            "text before and after",
            format!("Bag Attributes\n  a: b\n{pem}\n--\nbye"),
        ),
        ("double quotes", format!("\"{pem}\"")),
        (
            "single quotes and literal line ends",
            format!("'{}'", lines.join("\\n")),
        ),
        ("line ends escaped twice", lines.join("\\\\n")),
        ("escaped quotes", format!("\\\"{}\\\"", lines.join("\\n"))),
        ("lines continued in a shell", lines.join("\\\n")),
    ] {
        let key = PrivateKey::parse(&text).map(|key| key.bits());
        assert_eq!(key, Ok(2048), "{name}");
    }
}

#[test]
fn refuses_a_broken_key_with_the_true_reason() {
    let pem = read("chainup_opay/merchant.pri.pem");
    let pem = pem.trim();
    let line = |from: &str, to: &str| pem.replace(from, to);
    let lines: Vec<&str> = pem.lines().collect();
    let body = lines[1..lines.len() - 1].concat();
    let other = |found| KeyError::WrongFormat {
        expected: "an RSA private key",
        found,
    };
    for (text, reason) in [
        (String::new(), KeyError::EmptyKey),
        ("\u{feff} \r\n\u{200b}".to_owned(), KeyError::EmptyKey),
        ("\"\"".to_owned(), KeyError::EmptyKey),
        ("${PRIVATE_KEY}".to_owned(), KeyError::Placeholder),
        ("/etc/keys/merchant.pem".to_owned(), KeyError::Path),
        ("/etc/keys/merchant".to_owned(), KeyError::Path),
        ("./merchant".to_owned(), KeyError::Path),
        ("~/keys/merchant.key".to_owned(), KeyError::Path),
        ("C:\\keys\\merchant.pem".to_owned(), KeyError::Path),
        ("C:\\keys\\merchant".to_owned(), KeyError::Path),
        ("D:/keys/merchant".to_owned(), KeyError::Path),
        ("/".repeat(1023), KeyError::Path),
        ("/".repeat(1024), KeyError::Damaged),
        ("/* my key */\nnot a key!".to_owned(), KeyError::NotBase64),
        ("merchant.pri.pem".to_owned(), KeyError::Path),
        (line("-----BEGIN", "----BEGIN"), KeyError::Armour),
        (
            line("-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY----"),
            KeyError::Armour,
        ),
        (
            line(
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY------",
            ),
            KeyError::Armour,
        ),
        (line("-----END", "----END"), KeyError::Armour),
        (
            line("-----END PRIVATE KEY-----", "-----END PRIVATE KEY----"),
            KeyError::Armour,
        ),
        (line("-----BEGIN", "\u{2014}BEGIN"), KeyError::Armour),
        (pem.to_ascii_lowercase(), KeyError::Armour),
        (pem[..pem.len() - 30].to_owned(), KeyError::MissingEnd),
        ("C:\\keys\\new.pem".to_owned(), KeyError::Path),
        (format!("PRIVATE_KEY={body}"), KeyError::Assignment),
        ("undefined".to_owned(), KeyError::Placeholder),
        (
            line("\n", "\n> "),
            KeyError::ForeignCharacter { found: '>' },
        ),
        (line("\n", "%0A"), KeyError::ForeignCharacter { found: '%' }),
        (
            line("\n", "&#10;"),
            KeyError::ForeignCharacter { found: '&' },
        ),
        (line("\n", "…\n"), KeyError::ForeignCharacter { found: '…' }),
        (
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----"
                .to_owned(),
            other("an elliptic-curve key"),
        ),
        // A sequence of one number.
        ("MAMCAQE=".to_owned(), other("an unknown structure")),
        (
            "ssh-rsa AAAAB3NzaC1yc2E= a@b".to_owned(),
            other("an OpenSSH public key"),
        ),
        ("{\"kty\":\"RSA\"}".to_owned(), other("JSON, perhaps a JWK")),
        ("not a key!".to_owned(), KeyError::NotBase64),
    ] {
        assert_eq!(PrivateKey::parse(&text).unwrap_err(), reason, "{text:.60}");
    }
}
