//! Changed envelopes are refused, and limits are exact.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use payments_signing::SignError;
use payments_signing::chainup_opay::{Envelope, Keys, Limits, Sealed};

use crate::support::{BLOCK, keys};

fn sides() -> (Keys, Keys) {
    (keys("platform", "merchant"), keys("merchant", "platform"))
}

fn blocks(sealed: &Sealed) -> Vec<Vec<u8>> {
    URL_SAFE_NO_PAD
        .decode(&sealed.data)
        .unwrap()
        .chunks(BLOCK)
        .map(<[u8]>::to_vec)
        .collect()
}

fn joined(blocks: &[Vec<u8>]) -> String {
    URL_SAFE_NO_PAD.encode(blocks.concat())
}

#[test]
fn splits_a_text_at_block_borders() {
    let (platform, merchant) = sides();
    for (len, count) in [
        (0, 0),
        (1, 1),
        (244, 1),
        (245, 1),
        (246, 2),
        (490, 2),
        (491, 3),
        (4096, 17),
    ] {
        let text: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
        let sealed = platform.seal(&text).unwrap();
        assert_eq!(blocks(&sealed).len(), count, "{len} bytes");
        assert_eq!(
            merchant
                .open(&sealed.data, &sealed.sign)
                .unwrap()
                .as_slice(),
            text,
            "{len} bytes"
        );
    }
}

#[test]
fn opens_a_character_split_across_two_blocks() {
    let (platform, merchant) = sides();
    for lead in 241..=246 {
        let text = format!("{}é充🧾{}", "x".repeat(lead), "y".repeat(300));
        let sealed = platform.seal(text.as_bytes()).unwrap();
        assert_eq!(
            merchant
                .open(&sealed.data, &sealed.sign)
                .unwrap()
                .as_slice(),
            text.as_bytes()
        );
    }
}

#[test]
fn refuses_swapped_dropped_and_repeated_blocks() {
    let (platform, merchant) = sides();
    let sealed = platform
        .seal(&[[b'a'; 245], [b'b'; 245], [b'c'; 245]].concat())
        .unwrap();
    let original = blocks(&sealed);
    let (a, b, c) = (&original[0], &original[1], &original[2]);
    let other = blocks(&platform.seal(&[b'z'; 245]).unwrap());
    for (what, changed) in [
        ("swapped", vec![b, a, c]),
        ("first dropped", vec![b, c]),
        ("last dropped", vec![a, b]),
        ("all dropped", vec![]),
        ("repeated", vec![a, b, c, c]),
        ("appended from another text", vec![a, b, c, &other[0]]),
        ("replaced from another text", vec![a, b, &other[0]]),
    ] {
        let changed: Vec<Vec<u8>> = changed.into_iter().cloned().collect();
        assert!(
            merchant.open(&joined(&changed), &sealed.sign).is_err(),
            "{what}"
        );
    }
    assert!(merchant.open(&joined(&original), &sealed.sign).is_ok());
}

#[test]
fn refuses_flipped_bits() {
    let (platform, merchant) = sides();
    let sealed = platform.seal(&[b'a'; 300]).unwrap();
    let (data, sign) = (
        URL_SAFE_NO_PAD.decode(&sealed.data).unwrap(),
        URL_SAFE_NO_PAD.decode(&sealed.sign).unwrap(),
    );
    // A prime stride samples every bit position of a byte and all regions of the text.
    for bit in (0..data.len() * 8).step_by(61) {
        let mut changed = data.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(
            merchant
                .open(&URL_SAFE_NO_PAD.encode(changed), &sealed.sign)
                .is_err(),
            "data, bit {bit}"
        );
    }
    for bit in (0..sign.len() * 8).step_by(13) {
        let mut changed = sign.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(
            merchant
                .open(&sealed.data, &URL_SAFE_NO_PAD.encode(changed))
                .is_err(),
            "sign, bit {bit}"
        );
    }
}

#[test]
fn refuses_the_signature_of_another_text_or_sender() {
    let (platform, merchant) = sides();
    let (one, two) = (
        platform.seal(b"one").unwrap(),
        platform.seal(b"two").unwrap(),
    );
    assert!(merchant.open(&one.data, &two.sign).is_err());
    let echoed = Sealed {
        data: one.data.clone(),
        sign: merchant.sign(b"one").unwrap(),
    };
    assert!(
        merchant.open(&echoed.data, &echoed.sign).is_err(),
        "signed by ourselves"
    );
}

#[test]
fn enforces_block_limits_exactly() {
    let (platform, merchant) = sides();
    // The default of 4 blocks.
    let callback = |len: usize| {
        let sealed = platform.seal(&vec![b'x'; len]).unwrap();
        merchant
            .open_callback("app", sealed.envelope("app", 1).as_bytes())
            .is_ok()
    };
    assert!(callback(4 * 245));
    assert!(!callback(4 * 245 + 1));

    // With 16 blocks, the length of the base64 text alone does not distinguish 16 from 17.
    let limits = Limits {
        callback_blocks: 16,
        ..Limits::default()
    };
    let wider = merchant.clone().with_limits(limits);
    for (len, opens) in [(16 * 245, true), (16 * 245 + 1, false)] {
        let sealed = platform.seal(&vec![b'x'; len]).unwrap();
        let body = sealed.envelope("app", 1);
        assert_eq!(wider.open_callback("app", body.as_bytes()).is_ok(), opens);
    }

    let unlimited = merchant.clone().with_limits(Limits {
        callback_blocks: usize::MAX,
        answer_blocks: usize::MAX,
    });
    let sealed = unlimited.seal(b"{}").unwrap();
    let body = sealed.envelope("app", 1);
    let own = keys("platform", "merchant").with_limits(Limits {
        callback_blocks: usize::MAX,
        answer_blocks: usize::MAX,
    });
    assert!(own.open(&sealed.data, &sealed.sign).is_ok());
    assert!(own.open_callback("app", body.as_bytes()).is_ok());

    let merchant = merchant.clone().with_limits(Limits {
        callback_blocks: 2,
        answer_blocks: 3,
    });
    let body = |len: usize| platform.seal(&vec![b'x'; len]).unwrap();
    assert!(merchant.open(&body(735).data, &body(735).sign).is_ok());
    assert!(merchant.open(&body(736).data, &body(736).sign).is_err());
    assert!(
        merchant
            .open_callback("app", body(490).envelope("app", 1).as_bytes())
            .is_ok()
    );
    assert!(
        merchant
            .open_callback("app", body(491).envelope("app", 1).as_bytes())
            .is_err()
    );
    assert!(merchant.seal(&[b'x'; 735]).is_ok());
    assert_eq!(
        merchant.seal(&[b'x'; 736]).unwrap_err(),
        SignError::TooManyBlocks { limit: 3 }
    );
    // Refused by its length, before it is decoded: this is 96 MiB of text that is not even base64.
    assert!(merchant.open(&"*".repeat(96 << 20), &body(1).sign).is_err());
}

#[test]
fn opens_a_statement_of_two_thousand_rows() {
    let (platform, merchant) = sides();
    let text = vec![b'x'; 1_800 * 245];
    let sealed = platform.seal(&text).unwrap();
    assert_eq!(
        merchant
            .open(&sealed.data, &sealed.sign)
            .unwrap()
            .as_slice(),
        text
    );
}

#[test]
fn accepts_line_breaks_and_both_alphabets() {
    let (platform, merchant) = sides();
    let sealed = platform.seal(&[b'a'; 300]).unwrap();
    let standard = sealed.data.replace('-', "+").replace('_', "/");
    let wrapped: Vec<&str> = standard
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    assert!(
        merchant
            .open(&wrapped.join("\r\n"), &format!("{}==", sealed.sign))
            .is_ok()
    );
}

/// Line breaks take few characters. With one block allowed, 392 characters are read, although 342 contain it.
#[test]
fn refuses_a_text_that_white_space_makes_too_long() {
    let (platform, merchant) = sides();
    let merchant = merchant.with_limits(Limits {
        callback_blocks: 1,
        answer_blocks: 1,
    });
    let Sealed { data, sign } = platform.seal(b"{}").unwrap();
    for (len, opens) in [(342, true), (392, true), (393, false), (10_000, false)] {
        let padded = format!("{data:len$}");
        assert_eq!(merchant.open(&padded, &sign).is_ok(), opens, "{len}");
    }
}

#[test]
fn refuses_an_envelope_with_missing_doubled_or_wrong_fields() {
    let parse = |body: &str| Envelope::parse(body.as_bytes()).is_ok();
    assert!(parse(r#"{"app_id":"a","data":"d","sign":"s","time":1}"#));
    assert!(parse(
        r#" {"time":"1715310032123","sign":"s","data":"","app_id":"a\u0062"} "#
    ));
    assert!(parse(r#"{"app_id":"a","data":"d","sign":"s"}"#));
    assert!(parse(
        r#"{"app_id":"a","data":"d","sign":"s","more":{"sign":[null,1.5]}}"#
    ));
    for body in [
        "",
        "{}",
        "null",
        r#"["a","d","s",1]"#,
        r#"{"app_id":"a","data":"d","time":1}"#,
        r#"{"app_id":"a","sign":"s","time":1}"#,
        r#"{"data":"d","sign":"s","time":1}"#,
        r#"{"app_id":"a","data":"d","sign":"s","more":1,"more":1}"#,
        r#"{"app_id":"a","data":"d","sign":"s","time":1,"time":2}"#,
        r#"{"app_id":"a","app_id":"a","data":"d","sign":"s","time":1}"#,
        r#"{"app_id":"a","data":"d","sign":"s","s\u0069gn":"s","time":1}"#,
        r#"{"app_id":"a","data":null,"sign":"s","time":1}"#,
        r#"{"app_id":"a","data":"d","sign":["s"],"time":1}"#,
        r#"{"app_id":1,"data":"d","sign":"s","time":1}"#,
        r#"{"app_id":"a","data":"d","sign":"s","time":1}x"#,
        r#"{"app_id":"a","data":"d","sign":"s","time":1"#,
    ] {
        assert!(!parse(body), "{body}");
    }
    assert!(!parse(&format!(
        r#"{{"app_id":"a","data":"{}","sign":"s","time":1}}"#,
        "d".repeat(64 * 1024)
    )));
}

#[test]
fn accepts_every_time_because_it_takes_part_in_nothing() {
    for time in [
        "null",
        "\"\"",
        "1715310032123.0",
        "-1",
        "1e3",
        "\"2024-05-10 03:00:32\"",
        "true",
        "[1]",
        "{\"s\":1}",
    ] {
        let body = format!(r#"{{"app_id":"a","data":"d","sign":"s","time":{time}}}"#);
        let envelope = Envelope::parse(body.as_bytes());
        assert_eq!(envelope.map(|envelope| envelope.time()), Ok(None), "{time}");
    }
}

#[test]
fn reads_the_envelope_it_wrote() {
    let (platform, merchant) = sides();
    let sealed = platform.seal(b"{}").unwrap();
    let body = sealed.envelope("quote\"and\\backslash", 1_715_310_032_123);
    let envelope = Envelope::parse(body.as_bytes()).unwrap();
    assert_eq!(envelope.app_id(), "quote\"and\\backslash");
    assert_eq!(envelope.time(), Some("1715310032123"));
    assert_eq!(
        (envelope.data(), envelope.sign()),
        (&*sealed.data, &*sealed.sign)
    );
    assert!(
        merchant
            .open_callback("quote\"and\\backslash", body.as_bytes())
            .is_ok()
    );
    assert_eq!(
        format!("{envelope:?}"),
        r#"Envelope { app_id: "quote\"and\\backslash", time: Some("1715310032123"), .. }"#
    );
}

#[test]
fn opens_an_answer_as_a_callback() {
    let (platform, merchant) = sides();
    let sealed = platform.seal(b"{}").unwrap();
    let answer = merchant.open(&sealed.data, &sealed.sign).unwrap();
    let callback = sealed.envelope("app", 1);
    let callback = merchant.open_callback("app", callback.as_bytes()).unwrap();
    assert_eq!(*answer, *callback);
}
