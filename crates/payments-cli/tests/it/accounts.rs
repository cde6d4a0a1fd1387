//! The accounts file: where it is found, what is wrong with it, and that no secret is printed; help and completions.

use std::io::{BufRead as _, BufReader};

use crate::support::{Stage, ended, payments, text};

#[test]
fn a_valid_file_prints_one_line() {
    let stage = Stage::all();
    let ran = stage.run(&["config", "check"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        ran.stdout,
        "payments.toml is valid: ccpayment/main, chainup-opay/main, cpay/main\n"
    );
    let (status, printed) = stage.json(&["config", "check"]);
    assert_eq!(status, 0);
    insta::assert_json_snapshot!("config_check_good", printed);
}

#[test]
fn names_an_account_that_does_not_write_out_its_version() {
    let stage = Stage::all();
    let without = text(&stage.config()).replace("version = \"v1\"\n", "");
    stage.write_config(&without);
    let ran = stage.run(&["config", "check"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[1].starts_with("line 16, ccpayment/main, version: is not given, so it is v1"),
        "{lines:?}"
    );
    let (status, printed) = stage.json(&["config", "check"]);
    assert_eq!((status, &printed["usable"]), (0, &true.into()));
    assert_eq!(printed["notices"][0]["field"], "version");
}

#[test]
fn prints_every_problem_with_its_line() {
    let stage = Stage::all();
    let bad = text(&stage.config())
        .replace("\"20003092\"", "\"M-7\"")
        .replace("CPAY_SECRET", "CPAY_SEKRET")
        .replace("own.pem", "owm.pem")
        .replace(
            "app_secret = { env = \"CCPAYMENT_APP_SECRET\" }",
            "app_secret = \"s3cret-inline\"\ntoken = 7",
        );
    stage.write_config(&bad);
    let (status, printed) = stage.json(&["config", "check"]);
    assert_eq!(status, 2);
    insta::assert_json_snapshot!("config_check_bad", printed);
    let ran = stage.run(&["config", "check"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (2, ""));
    insta::assert_snapshot!("config_check_table", ran.stdout);
    assert!(!ran.stdout.contains("s3cret"));
    // Another command prints the same problems and does nothing.
    let ran = stage.run(&["gateways"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains(
            "\n  line 6, column 10, cpay/main, secret: the environment variable CPAY_SEKRET is not there"
        ),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
}

#[test]
fn finds_the_file_by_option_variable_or_default() {
    let stage = Stage::cpay();
    let other = stage.folder.join("other.toml");
    std::fs::write(&other, stage.cpay_account("other")).unwrap();
    let other = other.to_str().unwrap();
    let listed = |command: &mut std::process::Command| {
        let ran = ended(command.spawn().unwrap());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        ran.json()["gateways"][0]["gateway"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        listed(&mut stage.command(&["gateways", "--json"])),
        "cpay/main"
    );
    assert_eq!(
        listed(&mut stage.command(&["gateways", "--json", "--config", other])),
        "cpay/other"
    );
    // The options work before the command name as well.
    assert_eq!(
        listed(&mut stage.command(&["--json", "--config", other, "gateways"])),
        "cpay/other"
    );
    let mut by_variable = stage.command(&["gateways", "--json"]);
    assert_eq!(
        listed(by_variable.env("PAYMENTS_CONFIG", other)),
        "cpay/other"
    );
    let mut both = stage.command(&["gateways", "--json", "--config", "payments.toml"]);
    assert_eq!(listed(both.env("PAYMENTS_CONFIG", other)), "cpay/main");
    assert_eq!(stage.run(&["--json", "sign", "cpay"]).status, 2);

    let ran = stage.run(&["gateways", "--config", "none.toml"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("none.toml: ") && ran.stderr.contains("`payments dev`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn requires_gateway_if_there_are_several_accounts() {
    let stage = Stage::cpay();
    let two = format!(
        "{}\n{}",
        stage.cpay_account("main"),
        stage.cpay_account("second")
    );
    stage.write_config(&two);
    let ran = stage.run(&["balances"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr
            .contains("add --gateway with one of cpay/main, cpay/second"),
        "{}",
        ran.stderr
    );
    let (status, printed) = stage.json(&["balances", "--gateway", "cpay/second"]);
    assert_eq!((status, &printed["gateway"]), (0, &"cpay/second".into()));
    for wrong in ["cpay/third", "cpay", "CPAY/main"] {
        assert_eq!(
            stage.run(&["balances", "--gateway", wrong]).status,
            2,
            "{wrong}"
        );
    }
}

#[test]
fn a_wrong_secret_is_refused_and_not_printed() {
    let stage = Stage::cpay();
    let mut command = stage.command(&["balances", "--json"]);
    let ran = ended(command.env("CPAY_SECRET", "s3cret-wrong").spawn().unwrap());
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    assert!(!ran.stdout.contains("s3cret") && !ran.stderr.contains("s3cret"));
}

#[test]
fn does_not_print_a_secret_given_instead_of_its_name() {
    let stage = Stage::cpay();
    let good = text(&stage.config());
    for secret in ["9f86d081884c7d659a2feaa0c55ad015", "hT7qLw2ZkVb9XcR4nPmD"] {
        for way in ["env", "file"] {
            let place = format!("{{ {way} = \"{secret}\" }}");
            stage.write_config(&good.replace("{ env = \"CPAY_SECRET\" }", &place));
            for arguments in [["config", "check"].as_slice(), &["balances"]] {
                let ran = stage.run(arguments);
                assert_eq!(ran.status, 2);
                let all = format!("{}{}", ran.stdout, ran.stderr);
                assert!(all.contains(" named there is not there"), "{all}");
                assert!(!all.contains(secret), "{all}");
            }
        }
    }
}

/// Neither `config check` nor another command prints a secret that stands where something else belongs.
#[test]
fn does_not_print_a_secret_in_the_place_of_any_value() {
    let stage = Stage::cpay();
    let good = text(&stage.config());
    for secret in [
        "9f86d081884c7d659a2feaa0c55ad015",
        "deadbeefdeadbeefdeadbeefdeadbeef",
        "JBSWY3DPEHPK3PXP",
        "/3Bh4ss7wdq2V0bGsXw=",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r",
        "550e8400-e29b-41d4-a716-446655440000",
        "CPAY_SECRET=hT7qLw2ZkVb9XcR4nPmD",
        "-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0BAQ-----END PRIVATE KEY-----",
    ] {
        let parts = secret.split(|c: char| !c.is_ascii_alphanumeric());
        let core = parts.max_by_key(|part| part.len()).unwrap();
        let lines = [
            "account = '§'",
            "base_url = '§'",
            "base_url = 'https://§/openapi/v1'",
            "merchant_id = '§'",
            "secret = '§'",
            "secret = { env = '§' }",
            "secret = { file = '§' }",
            "previous_secret = { env = '§', until = '§' }",
            "proxy = '§'",
            "root_certificates = '§'",
            "unsigned_webhooks = '§'",
            "calls.deadline = '§'",
            "'§' = 1",
            "§",
        ];
        for line in lines.map(|line| line.replace('§', secret)) {
            let key = line.split(" = ").next().unwrap();
            let kept = good
                .lines()
                .filter(|kept| !kept.starts_with(&format!("{key} = ")));
            let all: Vec<&str> = kept.chain([line.as_str()]).collect();
            stage.write_config(&all.join("\n"));
            for arguments in [["config", "check"].as_slice(), &["gateways", "--json"]] {
                let ran = stage.run(arguments);
                let printed = format!("{}{}", ran.stdout, ran.stderr);
                assert_eq!(ran.status, 2, "{line}: {printed}");
                assert!(!printed.contains(core), "{line}: {printed}");
            }
        }
    }
}

#[test]
fn the_sandbox_writes_a_valid_file() {
    let stage = Stage::cpay();
    let mut child = stage
        .command(&[
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--write-config",
            "written.toml",
        ])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("CHAINUP_OPAY_PLATFORM_KEY=")));
    let at = ["--config", "written.toml"];
    let check = stage.run(&["config", "check", at[0], at[1]]);
    assert_eq!(
        check.stdout,
        "written.toml is valid: ccpayment/sandbox, ccpayment/sandbox-v2, chainup-opay/sandbox, cpay/sandbox\n"
    );
    for gateway in ["cpay/sandbox", "ccpayment/sandbox", "ccpayment/sandbox-v2"] {
        let ran = stage.run(&["balances", "--gateway", gateway, at[0], at[1]]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
    let statement = [
        "statement",
        "2026-11-22",
        "--gateway",
        "chainup-opay/sandbox",
        at[0],
        at[1],
    ];
    assert_eq!(stage.run(&statement).status, 0);
    let _ = child.kill();
    let _ = child.wait();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(stage.folder.join("written.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // A file that the sandbox did not write is not overwritten.
    let ran = stage.run(&[
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--write-config",
        "payments.toml",
    ]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(text(&stage.config()).starts_with("[[gateway]]"));
}

#[test]
fn writing_the_accounts_file_again_keeps_accounts_that_were_added_to_it() {
    let stage = Stage::cpay();
    let serve = || {
        let mut child = stage
            .command(&[
                "sandbox",
                "--listen",
                "127.0.0.1:0",
                "--write-config",
                "written.toml",
            ])
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().starts_with("CHAINUP_OPAY_PLATFORM_KEY=")));
        let _ = child.kill();
        let _ = child.wait();
    };
    serve();
    let path = stage.folder.join("written.toml");
    let first = text(&path);
    let own = "\n# mine\n[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\nbase_url = \"https://cpay.example\"\nmerchant_id = \"1\"\nsecret = { env = \"CPAY_SECRET\" }\n";
    std::fs::write(&path, format!("{first}{own}")).unwrap();
    serve();
    let second = text(&path);
    assert!(second.ends_with(own), "{second}");
    assert_eq!(
        second.matches("[[gateway]]").count(),
        first.matches("[[gateway]]").count() + 1
    );
}

const COMMANDS: [&[&str]; 31] = [
    &["dev"],
    &["logs", "tail"],
    &["sandbox"],
    &["sandbox", "orders", "list"],
    &["sandbox", "orders", "show"],
    &["sandbox", "pay"],
    &["sandbox", "refund"],
    &["sandbox", "fault"],
    &["sandbox", "clock"],
    &["sandbox", "resend"],
    &["sandbox", "reset"],
    &["sandbox", "run"],
    &["sandbox", "process"],
    &["sandbox", "expire"],
    &["sandbox", "complete"],
    &["sandbox", "reject"],
    &["gateways"],
    &["checkout", "create"],
    &["checkout", "show"],
    &["checkout", "cancel"],
    &["payout", "create"],
    &["payout", "show"],
    &["address"],
    &["rates"],
    &["exchange"],
    &["balances"],
    &["statement"],
    &["resolve"],
    &["webhook", "listen"],
    &["webhook", "send"],
    &["config", "check"],
];

#[test]
fn every_help_has_an_example_and_fits_80_columns() {
    for command in COMMANDS {
        let all: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let ran = payments(&all, "");
        assert_eq!(ran.status, 0);
        let example = format!("\nExample:\n  payments {}", command.join(" "));
        assert!(ran.stdout.contains(&example), "{}", ran.stdout);
        for line in ran.stdout.lines() {
            assert!(line.chars().count() <= 80, "{command:?}: {line}");
        }
        let secret = |line: &str| line.contains("--secret") || line.contains("--key ");
        assert!(!ran.stdout.lines().any(secret), "{}", ran.stdout);
    }
}

#[test]
fn prints_completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = payments(&["completions", shell], "");
        assert_eq!(ran.status, 0);
        for word in ["checkout", "resolve", "write-config"] {
            assert!(ran.stdout.contains(word), "{shell} lacks {word}");
        }
    }
    assert_eq!(payments(&["completions", "cmd"], "").status, 2);
}
