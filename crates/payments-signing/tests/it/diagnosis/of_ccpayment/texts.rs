//! What the text of a diagnosis says about a message whose signature is right, or whose body is no message.

use super::*;

/// A genuine message with this body, seen `seconds` after it was signed.
fn genuine(version: Version, body: &[u8], seconds: u64) -> Message {
    let time = (NOW - seconds).to_string();
    let sign = match version {
        Version::V1 => {
            let text = [APP.as_bytes(), SECRET.as_bytes(), time.as_bytes(), body].concat();
            base16ct::lower::encode_string(&Sha256::digest(text))
        }
        Version::V2 => {
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(&[APP.as_bytes(), time.as_bytes(), body].concat());
            base16ct::lower::encode_string(&mac.finalize().into_bytes())
        }
    };
    message(&time, &sign, body)
}

#[test]
fn a_zero_byte_may_be_an_extension_of_a_plain_hash_only() {
    let body = b"{\"a\":1}\0";
    let text = |version: Version| {
        let found = version.diagnose(&genuine(version, body, 0));
        found.unwrap().to_string()
    };
    assert!(text(Version::V1).contains("it may be another message with a text added"));
    assert!(!text(Version::V2).contains("a text added"));
}

#[test]
fn a_request_may_be_larger_than_a_webhook() {
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    for version in Version::ALL {
        let good = genuine(version, body.as_bytes(), 0);
        assert_eq!(version.diagnose_request(&good), None);
        let stale = genuine(version, body.as_bytes(), 1_000);
        let found = version.diagnose_request(&stale);
        assert_cause("a large request", found, Cause::Stale);
        let large = version.diagnose(&good).unwrap();
        assert_ne!(large.cause(), Cause::Stale, "{large}");
    }
}

#[test]
fn milliseconds_are_not_named_twice() {
    for version in Version::ALL {
        let millis = mistakes(version)
            .into_iter()
            .filter(|(.., cause)| *cause == Cause::Milliseconds);
        for (name, message, _) in millis {
            let text = version.diagnose(&message).unwrap().to_string();
            assert!(!text.contains("also, "), "{name}: {text}");
        }
    }
}

#[test]
fn a_diagnosis_quotes_what_was_given_and_no_more_than_sixty_characters() {
    for version in Version::ALL {
        let mut other = genuine(version, BODY.as_bytes(), 0);
        other.0[0].1 = b"1234".to_vec();
        let text = version.diagnose(&other).unwrap().to_string();
        assert!(
            text.contains("`1234`") && text.contains(&format!("`{APP}`")),
            "{text}"
        );
        other.0[0].1 = "9".repeat(64).into_bytes();
        let text = version.diagnose(&other).unwrap().to_string();
        assert!(text.contains(&format!("`{}…`", "9".repeat(60))), "{text}");
    }
}

#[test]
fn names_the_headers_that_are_missing_and_the_one_in_their_place() {
    let behind = ": a program on the way may have removed what it does not know";
    for (renamed, expected) in [
        (
            &[("Sign", "X-Sign")][..],
            "the header Sign is missing or empty; there is one named `X-Sign`",
        ),
        (&[("Sign", "Host")], "the header Sign is missing or empty"),
        (
            &[("Appid", "Host"), ("Timestamp", "Date")],
            "the headers Appid, Timestamp are missing or empty",
        ),
    ] {
        for version in Version::ALL {
            let mut message = genuine(version, BODY.as_bytes(), 0);
            for (from, to) in renamed {
                let (name, _) = message.0.iter_mut().find(|(name, _)| name == from).unwrap();
                *name = (*to).to_owned();
            }
            let text = version.diagnose(&message).unwrap().to_string();
            assert_eq!(text, format!("{expected}{behind}"), "{version:?}");
        }
    }
}

#[test]
fn a_body_is_cut_only_if_it_is_shorter_than_stated() {
    for (stated, coding, cause) in [
        (6, None, Cause::WrongSecretOrAltered),
        (7, None, Cause::WrongSecretOrAltered),
        (8, None, Cause::CutBody),
        // The length of the compressed body.
        (8, Some("gzip"), Cause::WrongSecretOrAltered),
    ] {
        for version in Version::ALL {
            let (mut headers, _) = genuine(version, b"{\"a\":2}", 0);
            headers.push(("Content-Length".to_owned(), stated.to_string().into_bytes()));
            headers.extend(coding.map(|coding| ("Content-Encoding".to_owned(), coding.into())));
            let found = version.diagnose(&(headers, b"{\"a\":1}".to_vec()));
            assert_cause(&format!("{stated} bytes stated"), found, cause);
        }
    }
}

#[test]
fn only_thirteen_digits_are_milliseconds() {
    for (time, cause) in [
        ("1677152490123", Cause::Milliseconds),
        ("167715249012", Cause::MalformedTimestamp),
        ("2023-02-23T12", Cause::MalformedTimestamp),
    ] {
        for version in Version::ALL {
            let sign = version.sign([APP, SECRET, time, BODY]);
            let found = version.diagnose(&message(time, &sign, BODY.as_bytes()));
            assert_cause(time, found, cause);
        }
    }
}

#[test]
fn a_wrong_signature_comes_before_the_clock() {
    for version in Version::ALL {
        let mut stale = genuine(version, BODY.as_bytes(), 1_000);
        stale.1 = BODY.replace("1.50", "9.50").into_bytes();
        let found = version.diagnose(&stale).unwrap();
        assert_eq!(found.cause(), Cause::WrongSecretOrAltered);
        let text = found.to_string();
        assert!(
            text.contains("also, Timestamp is 1000 seconds behind this machine's clock"),
            "{text}"
        );
    }
}

/// The limit is 16 KiB; a usual message has 500 bytes.
#[test]
fn larger_bodies_are_not_written_in_other_ways() {
    for (len, cause) in [
        (16 * 1024, Cause::Reserialised),
        (16 * 1024 + 1, Cause::WrongSecretOrAltered),
    ] {
        for version in Version::ALL {
            let signed = format!("{{\"a\":\"{}\"}}", "x".repeat(len - 9));
            let (headers, _) = genuine(version, signed.as_bytes(), 0);
            let written_again = signed.replace(':', ": ").into_bytes();
            assert_eq!(written_again.len(), len);
            let found = version.diagnose(&(headers, written_again));
            assert_cause(&format!("{len} bytes"), found, cause);
        }
    }
}

#[test]
fn says_what_a_body_is_instead_of_a_message() {
    let deflated: &[u8] = &[0x78, 0x9c, 0xff, 0xff, 0x00];
    for (body, expected) in [
        (&[0x1f, 0x8b, 8, 0, 0xff][..], "gzip"),
        (&[0x28, 0xb5, 0x2f, 0xfd, 0xff], "zstd"),
        (deflated, "deflate"),
        // Not a header of deflate: 0x789d is no multiple of 31.
        (&[0x78, 0x9d, 0xff, 0xff, 0x00], "not UTF-8"),
        (b"{\0\"\0a\0\"\0\xff\0", "it looks like UTF-16"),
        (b"\xff\xfe{}", "it looks like UTF-16"),
        (b"{\"name\":\"M\xfcller\"}", "perhaps it is Latin-1"),
        (
            b"<html><TITLE lang=en> Bad gateway </title></html>",
            "with the title `Bad gateway`",
        ),
        (b"<h1>No</h1><p>", "with the title `No`"),
        (b"<p>no title</p>", "a page of HTML or XML, not a message"),
        (b"%7B%22a%22%3A1%7D", "URL encoding"),
        (b"%22a%22", "URL encoding"),
        (b"\"{}\"", "encoded as JSON twice"),
        (b"[1]", "JSON, but not one JSON object"),
        (b"{\"a\":1", "breaks off after 6 bytes"),
        (b"payload={\"a\":1}", "`payload=` stands before"),
        (b"{\"a\":1} end", "`end` stands behind"),
        (b"{\"a\":1,\n \"b\":x}", "not valid JSON from line 2"),
        (b"hello", "is not a JSON object"),
    ] {
        for version in Version::ALL {
            let found = version.diagnose(&genuine(version, body, 0));
            let text = found.unwrap().to_string();
            let shown = String::from_utf8_lossy(body);
            assert!(text.contains(expected), "{version:?}, {shown:?}: {text}");
        }
    }
}
