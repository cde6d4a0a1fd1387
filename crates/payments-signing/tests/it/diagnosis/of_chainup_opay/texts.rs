//! What the text of a diagnosis says about keys, lengths and base64.

use payments_signing::Diagnosis;

use super::*;

fn large_private() -> PrivateKey {
    let keys = cases("chainup_opay/keys.json");
    let case = keys
        .iter()
        .find(|case| case.text("name") == "large private")
        .unwrap();
    PrivateKey::parse(case.text("text")).unwrap()
}

#[test]
fn says_which_key_does_not_fit() {
    let merchant = || keys("merchant", "platform");
    let mirrored = || Keys::new(private("merchant"), public("merchant"));
    let from = |own| Keys::new(own, public("merchant"));
    for (sender, receiver, expected) in [
        (
            mirrored(),
            merchant(),
            "data opens with your private key, but sign is made with your private key as well: the message was sealed with one key for both sides",
        ),
        (
            from(other_private()),
            merchant(),
            "data opens with your private key, but sign is not made with the private key of the other side's public key: take the public key that the other side shows, or sign was changed",
        ),
        (
            from(private("platform")),
            mirrored(),
            "data opens with your private key, but sign is not made with the private key of the other side's public key (which is your own public key): take the public key that the other side shows, or sign was changed",
        ),
        (
            from(large_private()),
            merchant(),
            "sign has 384 bytes, a signature by a key of 3072 bits, but the other side's public key has 2048 bits: it is another key",
        ),
    ] {
        let Sealed { data, sign } = sender.seal(b"{}").unwrap();
        let found = receiver.diagnose(&data, &sign).unwrap();
        assert_eq!(found.cause(), Cause::WrongPeerKey);
        assert_eq!(found.to_string(), expected);
    }
}

/// What `merchant` finds if this text comes with the signature of another.
fn with_another_signature(text: &str) -> Option<Diagnosis> {
    let platform = keys("platform", "merchant");
    let data = platform.seal(text.as_bytes()).unwrap().data;
    keys("merchant", "platform").diagnose(&data, &platform.sign(b"{}").unwrap())
}

#[test]
fn white_space_is_text() {
    let text = format!("{{\"a\":[{}1]}}", "\t\r\n".repeat(30));
    assert_cause(&text, with_another_signature(&text), Cause::AlteredText);
}

/// A block has 245 bytes of the text.
#[test]
fn a_character_split_across_two_blocks_is_text() {
    for lead in 241..=245 {
        let text = format!("{}ü🧾", "x".repeat(lead));
        assert_cause(&text, with_another_signature(&text), Cause::AlteredText);
    }
}

#[test]
fn says_why_a_text_is_not_base64() {
    let Sealed { data, sign } = sealed();
    for (data, expected) in [
        (
            &data[..data.len() - 2],
            "data is not complete base64: it was cut, or characters were added",
        ),
        (
            &*format!("{data}!"),
            "data contains characters that base64 does not have",
        ),
    ] {
        let found = keys("merchant", "platform").diagnose(data, &sign);
        assert_eq!(found.unwrap().to_string(), expected);
    }
}

#[test]
fn names_a_sha_256_in_hexadecimal_digits() {
    let found = keys("merchant", "platform").diagnose(&sealed().data, &"0f".repeat(32));
    let expected = "sign is hexadecimal digits; expected base64";
    assert_eq!(found.unwrap().to_string(), expected);
}

#[test]
fn names_a_plus_sent_as_a_blank_wherever_it_stands() {
    let Sealed { sign, .. } = sealed();
    let (leading, inside) = (
        STANDARD_NO_PAD.encode([0xfb; 256]).replace('+', " "),
        STANDARD_NO_PAD
            .encode([&[0][..], &[0xfb; 255]].concat())
            .replace('+', " "),
    );
    assert!(leading.starts_with(' ') && !inside.starts_with(' ') && inside.contains(' '));
    for data in [leading, format!(" {inside} "), format!("\r\n{inside}\r\n")] {
        let found = keys("merchant", "platform").diagnose(&data, &sign);
        assert_cause(&data, found, Cause::PlusAsBlank);
    }
}

#[test]
fn blanks_around_complete_base64_are_no_plus() {
    let data = sealed().data;
    let another = keys("platform", "merchant").sign(b"{}").unwrap();
    for data in [format!(" {data}"), format!("{data} ")] {
        let found = keys("merchant", "platform").diagnose(&data, &another);
        assert_cause(&data, found, Cause::AlteredText);
    }
    for sign in [format!(" {another}"), format!("{another} ")] {
        let found = keys("merchant", "platform").diagnose(&data, &sign);
        assert_cause(&sign, found, Cause::AlteredText);
    }
    let found = keys("merchant", "platform").diagnose(&data, " ");
    assert_cause("blank", found, Cause::MissingSignature);
}
