//! Invalid files: every problem with its place and without a secret.

mod secrets;

use payments_facade::config::{GatewaysConfig, Unobtainable};

use super::support::{Fixed, TWO, problems, read, secrets};

/// A line of the valid file, its replacement, and the expected problem.
#[test]
fn reports_every_wrong_value_with_its_place() {
    let cases = [
        (
            "provider = \"cpay\"\naccount = \"main\"",
            "account = \"main\"",
            "line 2, column 1, gateway 1, provider: is missing",
        ),
        (
            "provider = \"cpay\"\naccount = \"main\"",
            "provider = \"stripe\"\naccount = \"main\"",
            "line 3, column 12, gateway 1, provider: is not known here: known are ",
        ),
        (
            "account = \"main\"",
            "",
            "line 2, column 1, gateway 1, account: is missing",
        ),
        (
            "account = \"main\"",
            "account = \"Main account\"",
            "line 4, column 11, gateway 1, account: ",
        ),
        (
            "account = \"main\"",
            "account = \"second\"",
            "line 18, column 11, cpay/second, account: there are two of this name",
        ),
        (
            "account = \"main\"",
            "account = 7",
            "line 4, column 11, gateway 1, account: must be text in quotes",
        ),
        (
            "base_url = \"https://api.cpay.ltd\"",
            "",
            "line 2, column 1, cpay/main, base_url: is missing",
        ),
        (
            "https://api.cpay.ltd",
            "http://api.cpay.ltd",
            "line 5, column 12, cpay/main, base_url: must be https",
        ),
        (
            "https://api.cpay.ltd",
            "https://user@api.cpay.ltd",
            "line 5, column 12, cpay/main, base_url: must be like",
        ),
        (
            "https://api.cpay.ltd",
            "https://api.cpay.ltd/?a=1",
            "line 5, column 12, cpay/main, base_url: must be like",
        ),
        (
            "https://api.cpay.ltd",
            "api",
            "line 5, column 12, cpay/main, base_url: must be like",
        ),
        (
            "\"20003092\"",
            "\"M-7\"",
            "line 6, column 15, cpay/main, merchant_id: the merchant id must be 1 to 19 decimal digits",
        ),
        (
            "\"20003092\"",
            "20003092",
            "line 6, column 15, cpay/main, merchant_id: must be text in quotes",
        ),
        (
            "secret = { env = \"CPAY_SECRET\" }",
            "",
            "line 2, column 1, cpay/main, secret: is missing",
        ),
        (
            "\"CPAY_SECRET\"",
            "\"CPAY_SEKRET\"",
            "line 7, column 10, cpay/main, secret: the environment variable CPAY_SEKRET is not there",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ file = \"/run/x\" }",
            "line 7, column 10, cpay/main, secret: the file /run/x is not there",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = \"A\", file = \"B\" }",
            "line 7, column 10, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ vault = \"A\" }",
            "line 7, column 10, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = \"s3cret itself\" }",
            "line 7, column 10, cpay/main, secret: env must be the name of a variable",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = \"CPAY_SECRET\", until = 2023-11-14T22:13:20Z }",
            "line 7, column 10, cpay/main, secret: must name where",
        ),
        (
            "CPAY_OLD\", until",
            "CPAY_OLD\", til = 1, until",
            "line 8, column 19, cpay/main, previous_secret: must be a table like",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ env = 7 }",
            "line 7, column 10, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "7",
            "line 7, column 10, cpay/main, secret: must name where",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "\"s3cret-inline\"",
            "line 7, column 10, cpay/main, secret: a secret in the file itself is refused",
        ),
        (
            "{ env = \"CPAY_SECRET\" }",
            "{ inline = \"s3cret-inline\" }",
            "line 7, column 10, cpay/main, secret: a secret in the file itself is refused",
        ),
        (
            ", until = 2023-11-14T22:13:20Z",
            "",
            "line 8, column 19, cpay/main, previous_secret: needs an end",
        ),
        (
            "2023-11-14T22:13:20Z",
            "2023-11-14",
            "line 8, column 19, cpay/main, previous_secret: needs an end",
        ),
        (
            "2023-11-14T22:13:20Z",
            "\"tomorrow\"",
            "line 8, column 19, cpay/main, previous_secret: needs an end",
        ),
        (
            "{ env = \"CPAY_OLD\", until = 2023-11-14T22:13:20Z }",
            "7",
            "line 8, column 19, cpay/main, previous_secret: must be a table",
        ),
        (
            "\"500ms\"",
            "\"500\"",
            "line 11, column 19, cpay/main, calls.connect_timeout: must be a time like",
        ),
        (
            "\"500ms\"",
            "5",
            "line 11, column 19, cpay/main, calls.connect_timeout: must be a time like",
        ),
        (
            "\"9s\"",
            "\"0s\"",
            "line 12, column 19, cpay/main, calls.attempt_timeout: must be a time like",
        ),
        (
            "\"2m\"",
            "\"61m\"",
            "line 13, column 12, cpay/main, calls.deadline: must be a time like",
        ),
        (
            "max_attempts = 1",
            "max_attempts = 11",
            "line 14, column 16, cpay/main, calls.max_attempts: must be a whole number from 1 to 10",
        ),
        (
            "max_attempts = 1",
            "attempts = 1",
            "line 14, column 1, cpay/main, calls.attempts: is no key here",
        ),
        (
            "[gateway.calls]",
            "[gateway.call]",
            "line 10, column 10, cpay/main, call: is no key here",
        ),
        (
            "merchant_id = \"20003092\"",
            "merchant_id = \"20003092\"\nregion = \"eu\"",
            "line 7, column 1, cpay/main, region: is no key here: known are provider, account, calls, proxy, root_certificates, base_url, merchant_id, secret, previous_secret, unsigned_webhooks",
        ),
        (
            "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "colour = true\n[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "line 2, column 1, colour: is no key here: known are inline_secrets, gateway",
        ),
        (
            "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "inline_secrets = 1\n[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"",
            "line 2, column 18, inline_secrets: must be true or false",
        ),
        (
            "base_url = \"https://api.cpay.ltd\"",
            "base_url = \"https://api.cpay.ltd",
            "line 5, column 33: invalid TOML: ",
        ),
    ];
    for (good, bad, expected) in cases {
        assert!(TWO.contains(good), "{good}");
        let found = problems(&TWO.replacen(good, bad, 1));
        assert!(
            found.iter().any(|problem| problem.starts_with(expected)),
            "{bad}\nwanted {expected}\ngot {found:#?}"
        );
        let text = found.join("\n");
        assert!(!text.contains("s3cret"), "{text}");
    }
    assert_eq!(
        problems("gateway = 7"),
        ["line 1, column 11, gateway: must be a list of tables: begin each with [[gateway]]"]
    );
    assert_eq!(
        problems("# nothing"),
        ["line 1, column 1: there is no gateway: begin one with [[gateway]]"]
    );
}

#[test]
fn reports_all_problems_in_the_order_of_the_file() {
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

/// A line that is not TOML may contain a secret.
#[test]
fn refuses_a_file_of_more_than_a_mebibyte() {
    let text = format!("# {}\n{TWO}", "x".repeat(1024 * 1024));
    assert_eq!(
        problems(&text),
        ["line 1, column 1: the file has more than a mebibyte"]
    );
}

#[test]
fn names_the_column_in_characters() {
    let file = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\n'ключ' = 1";
    let found = read(file).unwrap_err();
    let columns = |field: &str| {
        let mut all = found.iter();
        let problem = all.find(|problem| problem.field() == Some(field)).unwrap();
        (problem.line(), problem.column())
    };
    assert_eq!(columns("merchant_id"), (1, 1));
    assert_eq!(columns("a key"), (4, 1));
    let inline = "gateway = [{ provider = \"cpay\", account = \"é\", secret = 1 }]";
    let found = read(inline).unwrap_err();
    let account = found.iter().find(|it| it.field() == Some("account"));
    assert_eq!(account.map(|it| (it.line(), it.column())), Some((1, 43)));
}

/// A file of another kind has an error in every line.
#[test]
fn a_file_that_is_not_toml_has_one_problem() {
    let json =
        "{\n  \"gateway\": [\n    {\"provider\": \"cpay\", \"secret\": \"s3cret\"}\n  ]\n}\n";
    let yaml = "gateway:\n  - provider: cpay\n    secret: s3cret\n".repeat(20);
    let prose = include_str!("../../../README.md");
    let pem = "-----BEGIN PRIVATE KEY-----\ns3cret/s3cret+s3cret==\n-----END PRIVATE KEY-----\n";
    let environment =
        "CPAY_SECRET=s3cret\nexport CPAY_MERCHANT_ID=7\n# x\nURL=https://api.cpay.ltd\n";
    for text in [
        json,
        &yaml,
        prose,
        pem,
        environment,
        "s3cret",
        "[[gateway",
        "\u{0}",
    ] {
        let found = problems(text);
        let [one] = found.as_slice() else {
            panic!("{text}: {found:#?}");
        };
        assert!(
            one.starts_with("line ") && one.contains(": invalid TOML: "),
            "{one}"
        );
        assert!(one.len() <= 200 && !one.contains("s3cret"), "{one}");
    }
}

#[test]
fn names_all_lines_that_are_not_toml() {
    let bad = TWO
        .replacen("\"cpay\"", "cpay", 1)
        .replacen("[gateway.calls]", "[gateway.calls", 1);
    assert_eq!(
        problems(&bad),
        [
            "line 3, column 12: invalid TOML: string values must be quoted, expected literal string; more errors are in lines 10 and 16"
        ]
    );
}

/// The name, the provider and the keys are wrong at once.
#[test]
fn checks_the_values_of_an_account_without_a_usable_name() {
    let bad = TWO
        .replacen("account = \"main\"", "account = \"Main\"", 1)
        .replacen("\"20003092\"", "\"M-7\"", 1)
        .replacen("CPAY_SECRET", "CPAY_NOT", 1)
        .replacen("\"500ms\"", "\"soon\"", 1);
    let problems = read(&bad).unwrap_err();
    let fields: Vec<_> = problems
        .iter()
        .map(|one| (one.account().unwrap(), one.field().unwrap()))
        .collect();
    assert_eq!(
        fields,
        ["account", "merchant_id", "secret", "calls.connect_timeout"]
            .map(|field| ("gateway 1", field))
    );
}

/// Work per section that grew with the file would take minutes here.
#[test]
fn reports_all_problems_of_eight_thousand_sections() {
    const SECTIONS: usize = 8_000;
    let text = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\nsecret = 1\nregion = 2\n";
    let text = text.repeat(SECTIONS);
    let started = std::time::Instant::now();
    let found = read(&text).unwrap_err();
    println!("{SECTIONS} broken sections: {:?}", started.elapsed());
    // Each lacks two keys, has a wrong and an unknown one; all but the first repeat the account's name.
    assert_eq!(found.iter().count(), SECTIONS * 5 - 1);
    assert_eq!(found.iter().last().unwrap().line(), SECTIONS * 5);
}

/// Prints the processor's time, which a busy machine does not change.
#[test]
fn the_time_for_errors_grows_with_the_size_of_the_file() {
    const SIZES: [usize; 3] = [8_000, 16_000, 32_000];
    for (section, problems) in [
        ("[[gateway]]\n", [2 * 8_000, 2 * 16_000, 2 * 32_000]),
        ("not toml\n", [1, 1, 1]),
    ] {
        let mut times = Vec::new();
        for (size, expected) in SIZES.into_iter().zip(problems) {
            let text = section.repeat(size);
            let before = cpu_time::ThreadTime::now();
            let found = read(&text).unwrap_err();
            times.push(before.elapsed());
            assert_eq!(found.iter().count(), expected);
        }
        println!("{SIZES:?} times {section:?}: {times:?} of processor time");
    }
}
