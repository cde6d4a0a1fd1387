//! What errors state about an answer that is not the API's.

use crate::support::{Gateway, Look, reference};
use bytes::Bytes;
use payments_core::redact::Confidential;
use payments_core::{Fault, Kind, Timestamp, open_answer, wire};
use proptest::prelude::*;

fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> http::Response<Bytes> {
    let mut answer = http::Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(body.into()).unwrap()
}

fn fault(answer: &http::Response<Bytes>) -> Fault {
    open_answer(
        &Gateway,
        &Look(reference()),
        answer,
        Timestamp::from_secs(0),
    )
    .unwrap_err()
}

#[track_caller]
fn shows(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>, expected: &str) {
    let shown = fault(&answer(status, headers, body)).to_string();
    assert_eq!(shown, expected);
}

#[test]
fn names_a_page_and_its_title() {
    let page = "<!DOCTYPE html>\n<html><head>\n<TITLE class=x>\n Attention Required! | Cloudflare </TITLE>";
    shows(
        403,
        &[],
        page,
        "the provider's application did not answer: an HTML page, title \"Attention Required! | Cloudflare\"",
    );
    shows(
        502,
        &[],
        "\u{feff} <html><h1>502 Bad Gateway</h1><hr>nginx</html>",
        "the provider's application did not answer: an HTML page, heading \"502 Bad Gateway\"",
    );
    shows(
        200,
        &[],
        "<html><head><title></title></head><body>Welcome",
        "the provider's application did not answer: an HTML page (maintenance, or a wrong base_url)",
    );
    shows(
        200,
        &[],
        "<html><title>Ben &amp; Ana&#39;s</title>",
        "the provider's application did not answer: an HTML page (maintenance, or a wrong base_url), title \"Ben & Ana's\"",
    );
}

#[test]
fn names_the_target_of_a_redirect_without_its_query() {
    let target = "https://me:pw@www.gateway.example:8443/login?sign=5e1f#top";
    shows(
        301,
        &[("location", target)],
        "",
        "the provider's application did not answer: a redirect to \"https://www.gateway.example:8443/login\"",
    );
    shows(
        302,
        &[("location", "/login?sign=5e1f")],
        "<html><title>Moved</title>",
        "the provider's application did not answer: a redirect to \"/login\"",
    );
    shows(
        307,
        &[("location", "not a target")],
        "moved",
        "the provider's application did not answer: a redirect",
    );
}

#[test]
fn quotes_the_beginning_of_a_text() {
    shows(
        403,
        &[],
        "error code: 1020",
        "the answer cannot be read: not JSON, starts with \"error code: 1020\"",
    );
    shows(
        502,
        &[],
        "Bad\r\ngateway",
        "the provider's application did not answer: not JSON, starts with \"Bad\\r\\ngateway\"",
    );
    // The first word alone would be JSON.
    for text in ["404 page not found", "502 Bad Gateway", "null pointer"] {
        let quoted = format!("the answer cannot be read: not JSON, starts with \"{text}\"");
        shows(404, &[], text, &quoted);
    }
    let notice = "<br />\n<b>Notice</b>: Undefined index: foo in <b>/var/www/x.php</b>";
    shows(
        200,
        &[],
        notice,
        "the provider's application did not answer: a PHP message before or instead of JSON, starts with \
         \"<br />\\n<b>Notice</b>: Undefined index: foo in <b>/var/www/x.php</b>\"",
    );
    shows(
        200,
        &[],
        "<?xml version='1.0'?><Error/>",
        "the provider's application did not answer: XML, starts with \"<?xml version='1.0'?><Error/>\"",
    );
}

#[test]
fn quotes_the_message_of_other_json() {
    shows(
        401,
        &[],
        r#"{"message": "Unauthorized"}"#,
        "the answer cannot be read: missing field `says` at line 1 column 27, its message is \"Unauthorized\"",
    );
    shows(
        503,
        &[],
        r#"{"error": {"code": 3}, "detail": "maintenance"}"#,
        "the provider's application did not answer: missing field `says` at line 1 column 47, \
         its message is \"maintenance\"",
    );
    shows(
        200,
        &[],
        r#"{"status": "ok"}"#,
        "the answer cannot be read: missing field `says` at line 1 column 16",
    );
}

#[test]
fn quotes_nothing_of_json() {
    shows(
        200,
        &[],
        "{\"says\": \"done\"}\n\n<!-- cached -->",
        "the answer cannot be read: not JSON at line 3 column 1",
    );
    shows(
        200,
        &[],
        "{\"says\": \"do",
        "the provider's application did not answer: the JSON breaks off at line 1 column 12",
    );
    shows(
        204,
        &[],
        "",
        "the provider's application did not answer: an empty body",
    );
    shows(
        200,
        &[],
        &b"\x00\x01\x02"[..],
        "the answer cannot be read: binary data",
    );
}

#[test]
fn names_a_compression_that_was_not_requested() {
    let gzip = &b"\x1f\x8b\x08\x00\x00\xff\xff"[..];
    let other = &b"\x8b\x05\x80\xff"[..];
    for (headers, body, name) in [
        (&[][..], gzip, "gzip"),
        (&[("content-encoding", "gzip")][..], gzip, "gzip"),
        (&[("content-encoding", " BR ")][..], other, "br"),
        (&[("content-encoding", "lzma")][..], other, "another method"),
    ] {
        for status in [200, 403] {
            let fault = fault(&answer(status, headers, body));
            assert_eq!(fault.kind(), Kind::Undecodable);
            let expected = format!(
                "the answer cannot be read: it is compressed with {name}, which was not requested"
            );
            assert_eq!(fault.to_string(), expected);
        }
    }
    // A stack that decompresses may keep the header.
    let decompressed = answer(200, &[("content-encoding", "gzip")], r#"{"says": "done"}"#);
    let read = open_answer(
        &Gateway,
        &Look(reference()),
        &decompressed,
        Timestamp::from_secs(0),
    );
    assert_eq!(read.unwrap(), "done");
    shows(
        200,
        &[("content-encoding", "identity")],
        other,
        "the answer cannot be read: binary data",
    );
}

#[test]
fn a_missing_signature_is_not_a_wrong_one() {
    for (fault, text) in [
        (Fault::unverified(), "the answer's signature is wrong"),
        (Fault::not_signed(), "the answer is not signed"),
        (
            Fault::not_encrypted(),
            "the answer is neither encrypted nor signed",
        ),
    ] {
        assert_eq!(fault.kind(), Kind::Unverified);
        assert_eq!(fault.to_string(), text);
    }
}

#[test]
fn masks_the_values_of_the_request_in_a_quotation() {
    let confidential = Confidential::of_fields([("email", "ana@cliente.example")], &[]);
    for answer in [
        answer(403, &[], "<html><title>No: ana%40cliente.example</title>"),
        answer(403, &[], "<html><h1>ana&#64;cliente.example</h1>"),
        answer(502, &[], "no upstream for ANA@CLIENTE.EXAMPLE"),
        answer(401, &[], r#"{"message": "ana@cliente.example"}"#),
        answer(301, &[("location", "/u/ana%40cliente.example/")], ""),
    ] {
        let shown = fault(&answer)
            .masked(&confidential, |text| text)
            .to_string();
        let lower = shown.to_lowercase();
        assert!(
            shown.contains("***") && !lower.contains("cliente"),
            "{shown}"
        );
    }
    // What a call hides beside that.
    let page = answer(403, &[], "<html><title>card 4111</title>");
    let shown = fault(&page).masked(&confidential, |text| text.replace("4111", "***"));
    assert!(shown.to_string().ends_with("\"card ***\""), "{shown}");
}

proptest! {
    #[test]
    fn any_answer_has_a_fault_of_one_bounded_line(
        status in 200_u16..600,
        start in "(<html><title>|<|\\{\"message\":\"|)",
        body in proptest::collection::vec(any::<u8>(), 0..2_000),
        location in "[ -~]{0,200}",
    ) {
        let mut bytes = start.into_bytes();
        bytes.extend(body);
        let answer = answer(status, &[("location", &location)], bytes);
        let fault = wire::read_answer::<serde_json::Map<String, serde_json::Value>>(&answer);
        if let Err(fault) = fault {
            let line = fault.to_string();
            prop_assert!(!line.chars().any(char::is_control), "{line}");
            prop_assert!(line.len() < 1_500);
        }
    }
}
