//! Unusable secrets are refused, and no problem repeats one.

use super::*;

#[test]
fn refuses_an_unusable_secret_without_repeating_it() {
    let file = TWO.replacen("{ env = \"CPAY_SECRET\" }", "{ env = \"WRONG\" }", 1);
    let problem = |secrets: Fixed| {
        let problems = GatewaysConfig::read(&file, &secrets).unwrap_err();
        problems.iter().next().unwrap().to_string()
    };
    let place = "line 7, column 10, cpay/main, secret: the environment variable WRONG";
    for (bad, expected) in [
        ("", "is empty"),
        ("s3cret \u{7}", ": the secret cannot be used"),
        (" s3cret", ": the secret cannot be used"),
    ] {
        let mut secrets = secrets();
        secrets.0.insert("WRONG", Ok(bad));
        let problem = problem(secrets);
        assert!(
            problem.starts_with(place) && problem.contains(expected),
            "{problem}"
        );
        assert!(!problem.contains("s3cret"), "{problem}");
    }
    for (why, expected) in [
        (Unobtainable::NotText, "is not UTF-8 text"),
        (Unobtainable::TooLarge, "has more than 64 KiB"),
        (
            Unobtainable::Unreadable(std::io::ErrorKind::PermissionDenied),
            "cannot be read: permission denied",
        ),
    ] {
        assert_eq!(
            problem(secrets().but("WRONG", why)),
            format!("{place} {expected}")
        );
    }
}

/// Someone may paste the secret where the name of its variable, its file or a key belongs.
#[test]
fn does_not_repeat_a_secret_in_the_place_of_a_name() {
    for secret in [
        "9f86d081884c7d659a2feaa0c55ad015",
        "A94A8FE5CCB19BA61C4C0873D391E987",
        "DEADBEEFDEADBEEFDEADBEEFDEADBEEF",
        "hT7qLw2ZkVb9XcR4nPmD",
        "QwErTyUiOpAsDfGh",
    ] {
        for (way, origin) in [
            ("env", "the variable named there is not there"),
            ("file", "the file named there is not there"),
        ] {
            let place = format!("{{ {way} = \"{secret}\" }}");
            let text = problems(&TWO.replacen("{ env = \"CPAY_SECRET\" }", &place, 1)).join("\n");
            assert!(
                text.contains(origin) && !text.contains(secret),
                "{way}: {text}"
            );
        }
        let key = format!("merchant_id = \"20003092\"\n{secret} = 1");
        let text = problems(&TWO.replacen("merchant_id = \"20003092\"", &key, 1)).join("\n");
        assert!(
            text.contains("cpay/main, a key: is no key here") && !text.contains(secret),
            "{text}"
        );
    }
}

/// Base64 contains slashes, as a path does.
#[test]
fn does_not_repeat_a_base64_secret_in_the_place_of_a_file() {
    let secret = "q2V0/3Bh4ss7wd/bGs+Xw==";
    let place = format!("{{ file = \"{secret}\" }}");
    let text = problems(&TWO.replacen("{ env = \"CPAY_SECRET\" }", &place, 1)).join("\n");
    assert!(
        text.contains("the file named there is not there") && !text.contains(secret),
        "{text}"
    );
}

#[test]
fn does_not_quote_a_line_that_is_not_toml() {
    for bad in [
        "secret = s3cret-unquoted",
        "secret = \"s3cret-unclosed",
        "s3cret-as-key-of-its-own",
        "[s3cret",
        "a = 1\na = \"s3cret\"",
        "\"s3cret with blanks\" = 1",
    ] {
        let text = problems(&TWO.replacen("secret = { env = \"CPAY_SECRET\" }", bad, 1)).join("\n");
        assert!(
            !text.contains("s3cret-un") && !text.contains("s3cret "),
            "{text}"
        );
    }
}
