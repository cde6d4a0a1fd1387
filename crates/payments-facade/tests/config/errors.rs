//! Everything that is refused, with its place and without a secret.

use payments_facade::config::{GatewaysConfig, Unobtainable};

use super::support::{Fixed, TWO, read, secrets, told};

/// One line of the good file replaced, and what is then told.
#[test]
fn every_place_of_an_error_is_told() {
    let cases = [
        (
            "provider = \"cpay\"\naccount = \"main\"",
            "account = \"main\"",
            "line 2, gateway 1, provider: is missing",
        ),
        (
            "provider = \"cpay\"\naccount = \"main\"",
            "provider = \"stripe\"\naccount = \"main\"",
            "line 3, gateway 1, provider: is none of those known here: ",
        ),
        (
            "account = \"main\"",
            "",
            "line 2, gateway 1, account: is missing",
        ),
        (
            "account = \"main\"",
            "account = \"Main account\"",
            "line 4, gateway 1, account: ",
        ),
        (
            "account = \"main\"",
            "account = \"second\"",
            "line 18, cpay/second, account: there are two of this name",
        ),
        (
            "account = \"main\"",
            "account = 7",
            "line 4, gateway 1, account: must be text in quotes",
        ),
        (
            "base_url = \"https://api.cpay.ltd\"",
            "",
            "line 2, cpay/main, base_url: is missing",
        ),
        (
            "https://api.cpay.ltd",
            "http://api.cpay.ltd",
            "line 5, cpay/main, base_url: must be https",
        ),
        (
            "https://api.cpay.ltd",
            "https://user@api.cpay.ltd",
            "line 5, cpay/main, base_url: must be like",
        ),
        (
            "https://api.cpay.ltd",
            "https://api.cpay.ltd/?a=1",
            "line 5, cpay/main, base_url: must be like",
        ),
        (
            "https://api.cpay.ltd",
            "api",
            "line 5, cpay/main, base_url: must be like",
        ),
        (
            "\"20003092\"",
            "\"M-7\"",
            "line 6, cpay/main, merchant_id: the merchant id must be 1 to 19 decimal digits",
        ),
        (
            "\"20003092\"",
            "20003092",
            "line 6, cpay/main, merchant_id: must be text in quotes",
        ),
        (
            "secret = { env = \"CPAY_SECRET\" }",
            "",
            "line 2, cpay/main, secret: is missing",
        ),
        (
            "\"CPAY_SECRET\"",
            "\"CPAY_SEKRET\"",
            "line 7, cpay/main, secret: the environment variable CPAY_SEKRET is not there",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ file = \"/run/x\" }",
            "line 7, cpay/main, secret: the file /run/x is not there",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = \"A\", file = \"B\" }",
            "line 7, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ vault = \"A\" }",
            "line 7, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = \"s3cret itself\" }",
            "line 7, cpay/main, secret: env must be the name of a variable",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = 7 }",
            "line 7, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "7",
            "line 7, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "\"s3cret-inline\"",
            "line 7, cpay/main, secret: a secret in the file itself is refused",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ inline = \"s3cret-inline\" }",
            "line 7, cpay/main, secret: a secret in the file itself is refused",
        ),
        (
            ", until = 2023-11-14T22:13:20Z",
            "",
            "line 8, cpay/main, previous_secret: needs an end",
        ),
        (
            "2023-11-14T22:13:20Z",
            "2023-11-14",
            "line 8, cpay/main, previous_secret: needs an end",
        ),
        (
            "2023-11-14T22:13:20Z",
            "\"tomorrow\"",
            "line 8, cpay/main, previous_secret: needs an end",
        ),
        (
            "{ env = \"CPAY_OLD\", until = 2023-11-14T22:13:20Z }",
            "7",
            "line 8, cpay/main, previous_secret: must be a table",
        ),
        (
            "\"500ms\"",
            "\"500\"",
            "line 11, cpay/main, calls.connect_timeout: must be a time like",
        ),
        (
            "\"500ms\"",
            "5",
            "line 11, cpay/main, calls.connect_timeout: must be a time like",
        ),
        (
            "\"9s\"",
            "\"0s\"",
            "line 12, cpay/main, calls.attempt_timeout: must be a time like",
        ),
        (
            "\"2m\"",
            "\"61m\"",
            "line 13, cpay/main, calls.deadline: must be a time like",
        ),
        (
            "max_attempts = 1",
            "max_attempts = 11",
            "line 14, cpay/main, calls.max_attempts: must be a whole number from 1 to 10",
        ),
        (
            "max_attempts = 1",
            "attempts = 1",
            "line 14, cpay/main, calls.attempts: is no key here",
        ),
        (
            "[gateway.calls]",
            "[gateway.call]",
            "line 10, cpay/main, call: is no key here",
        ),
        (
            "merchant_id = \"20003092\"",
            "merchant_id = \"20003092\"\nregion = \"eu\"",
            "line 7, cpay/main, region: is no key here: known are provider, account, calls, base_url, merchant_id, secret, previous_secret",
        ),
        (
            "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "colour = true\n[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "line 2, colour: is no key here: known are inline_secrets, gateway",
        ),
        (
            "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "inline_secrets = 1\n[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "line 2, inline_secrets: must be true or false",
        ),
        (
            "base_url = \"https://api.cpay.ltd\"",
            "base_url = \"https://api.cpay.ltd",
            "line 5: no TOML: ",
        ),
    ];
    for (good, bad, expected) in cases {
        assert!(TWO.contains(good), "{good}");
        let told = told(&TWO.replacen(good, bad, 1));
        assert!(
            told.iter().any(|problem| problem.starts_with(expected)),
            "{bad}\nwanted {expected}\ngot {told:#?}"
        );
        let text = told.join("\n");
        assert!(!text.contains("s3cret"), "{text}");
    }
    assert_eq!(
        told("gateway = 7"),
        ["line 1, gateway: must be a list of tables: begin each with [[gateway]]"]
    );
    assert_eq!(
        told("# nothing"),
        ["line 1: there is no gateway: begin one with [[gateway]]"]
    );
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let bad = TWO
        .replace("https://api.cpay.ltd", "ftp://api.cpay.ltd")
        .replace("\"20003092\"", "\"M-7\"")
        .replace("CPAY_SECRET", "CPAY_NOT")
        .replace("\"500ms\"", "\"soon\"")
        .replace("/run/secrets/second", "/run/secrets/third");
    let problems = read(&bad).unwrap_err();
    let places: Vec<_> = problems
        .iter()
        .map(|problem| {
            (
                problem.line(),
                problem.account().unwrap(),
                problem.field().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (5, "cpay/main", "base_url"),
            (6, "cpay/main", "merchant_id"),
            (7, "cpay/main", "secret"),
            (11, "cpay/main", "calls.connect_timeout"),
            (21, "cpay/second", "secret"),
        ]
    );
    assert_eq!(problems.to_string().lines().count(), 1);
}

#[test]
fn what_cannot_be_a_secret_is_refused_with_its_place_alone() {
    let file = TWO.replacen("{ env = \"CPAY_SECRET\" }", "{ env = \"WRONG\" }", 1);
    let told = |secrets: Fixed| {
        let problems = GatewaysConfig::read(&file, &secrets).unwrap_err();
        problems.iter().next().unwrap().to_string()
    };
    let place = "line 7, cpay/main, secret: the environment variable WRONG";
    for (bad, expected) in [
        ("", "is empty"),
        ("s3cret \u{7}", ": the secret cannot be used"),
        (" s3cret", ": the secret cannot be used"),
    ] {
        let mut secrets = secrets();
        secrets.0.insert("WRONG", Ok(bad));
        let told = told(secrets);
        assert!(told.starts_with(place) && told.contains(expected), "{told}");
        assert!(!told.contains("s3cret"), "{told}");
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
            told(secrets().but("WRONG", why)),
            format!("{place} {expected}")
        );
    }
}

/// The secret itself may stand where the name of its variable, its file or a key belongs.
#[test]
fn a_secret_in_the_place_of_a_name_is_not_repeated() {
    for secret in [
        "9f86d081884c7d659a2feaa0c55ad015",
        "A94A8FE5CCB19BA61C4C0873D391E987",
        "DEADBEEFDEADBEEFDEADBEEFDEADBEEF",
        "hT7qLw2ZkVb9XcR4nPmD",
        "QwErTyUiOpAsDfGh",
    ] {
        for (way, whence) in [
            ("env", "the variable named there is not there"),
            ("file", "the file named there is not there"),
        ] {
            let place = format!("{{ {way} = \"{secret}\" }}");
            let text = told(&TWO.replacen("{ env = \"CPAY_SECRET\" }", &place, 1)).join("\n");
            assert!(
                text.contains(whence) && !text.contains(secret),
                "{way}: {text}"
            );
        }
        let key = format!("merchant_id = \"20003092\"\n{secret} = 1");
        let text = told(&TWO.replacen("merchant_id = \"20003092\"", &key, 1)).join("\n");
        assert!(
            text.contains("cpay/main, a key: is no key here") && !text.contains(secret),
            "{text}"
        );
    }
}

/// A line that is no TOML may hold a secret, and a parser likes to quote it.
#[test]
fn a_broken_line_is_not_quoted() {
    for bad in [
        "secret = s3cret-unquoted",
        "secret = \"s3cret-unclosed",
        "s3cret-as-key-of-its-own",
        "[s3cret",
        "a = 1\na = \"s3cret\"",
        "\"s3cret with blanks\" = 1",
    ] {
        let text = told(&TWO.replacen("secret = { env = \"CPAY_SECRET\" }", bad, 1)).join("\n");
        assert!(
            !text.contains("s3cret-un") && !text.contains("s3cret "),
            "{text}"
        );
    }
}

#[test]
fn a_file_too_large_is_not_read() {
    let text = format!("# {}\n{TWO}", "x".repeat(1024 * 1024));
    assert_eq!(told(&text), ["line 1: the file has more than a mebibyte"]);
}
