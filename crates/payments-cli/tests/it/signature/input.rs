//! Input that `sign`, `verify` and `open` refuse, and what they never print.

use super::*;

#[test]
fn bad_input_is_one_line_and_exit_status_2() {
    let case = |text: &str| payments(&["verify", "cpay"], text);
    for (input, message) in [
        ("", "standard input is empty"),
        ("{", "standard input is not the JSON object"),
        ("[]", "standard input is not the JSON object"),
        (r#"{"params":{}}"#, "the input has no \"key\""),
        (
            r#"{"key":{"a":1},"params":{},"sign":"x"}"#,
            "\"key\" must be a text, but is an object",
        ),
        (
            r#"{"key":"k","key":"k","params":{},"sign":"x"}"#,
            "\"key\" occurs more than once",
        ),
        (
            r#"{"key":"","params":{},"sign":"x"}"#,
            "\"key\" cannot be used: the secret is empty",
        ),
        (
            r#"{"key":"half\na key","params":{},"sign":"x"}"#,
            "control character",
        ),
        (
            r#"{"key":"k","params":{"a":"1"}}"#,
            "the input has no \"sign\"",
        ),
        (
            r#"{"key":"k","params":{"a":{"b":"1"}},"sign":"x"}"#,
            "the field `a` is an object",
        ),
    ] {
        let ran = case(input);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{input}");
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.contains(message),
            "{input}: {}",
            ran.stderr
        );
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn refuses_to_sign_a_repeated_parameter() {
    let ran = payments(
        &["sign", "cpay"],
        r#"{"key":"k","params":{"a":"1","a":"2"}}"#,
    );
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("the field `a` occurs more than once"),
        "{}",
        ran.stderr
    );
}

/// A key given for its file, in each place where a file is expected.
#[test]
fn does_not_print_a_key_that_is_given_for_its_file() {
    let [own, own_file, peer, peer_file] = keys("merchant.pri.pem", "platform.pub.pem");
    let pem = fs::read_to_string(&own_file).unwrap();
    let lines: Vec<&str> = pem.lines().filter(|line| !line.starts_with("--")).collect();
    for key in [pem.clone(), lines.concat()] {
        for command in ["sign", "open"] {
            for (own_value, peer_value) in [(&key, &peer_file), (&own_file, &key)] {
                let values = [&own, own_value, &peer, peer_value].map(String::as_str);
                let joined = [format!("{own}={own_value}"), format!("{peer}={peer_value}")];
                for words in [values.to_vec(), joined.iter().map(String::as_str).collect()] {
                    let words = [vec![command, "chainup-opay"], words].concat();
                    let ran = payments(&words, r#"{"plaintext":"x"}"#);
                    assert_eq!(ran.status, 2, "{}", ran.stderr);
                    let text = ran.stdout + &ran.stderr;
                    assert!(!text.contains(&lines[1][..16]), "{command}");
                }
            }
        }
    }
}

#[test]
fn names_the_option_of_an_unusable_key() {
    let sealed = r#"{"plaintext":"x"}"#;
    let ran = payments(&["sign", "chainup-opay"], sealed);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("chainup-opay needs --own-key FILE"),
        "{}",
        ran.stderr
    );

    let [own, own_file, peer, _] = keys("merchant.pri.pem", "platform.pub.pem");
    let ran = payments(
        &[
            "sign",
            "chainup-opay",
            &own,
            &own_file,
            &peer,
            "/no/such/file.pem",
        ],
        sealed,
    );
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("--peer-key /no/such/file.pem"),
        "{}",
        ran.stderr
    );

    let ran = payments(
        &["sign", "chainup-opay", &own, &own_file, &peer, &own_file],
        sealed,
    );
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("--peer-key: ") && !ran.stderr.contains("MII"),
        "{}",
        ran.stderr
    );
}

#[test]
fn prints_no_secret() {
    const SECRET: &str = "s3cret-that-must-not-show";
    let inputs = [
        json!({"key": SECRET, "params": {"a": "1"}, "sign": "x"}).to_string(),
        json!({"key": SECRET, "params": 7}).to_string(),
        json!({"key": [SECRET], "params": {}}).to_string(),
        json!({"app_id": "a b", "app_secret": SECRET, "timestamp": "1677152490", "sign": "x"})
            .to_string(),
    ];
    for input in &inputs {
        for command in ["sign", "verify"] {
            for provider in ["cpay", "ccpayment"] {
                let ran = payments(&[command, provider], input);
                assert!(
                    !ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET),
                    "{command} {provider} {input}"
                );
            }
        }
    }
}
