//! `payments demo`, `payments sandbox`, and the help.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{command, fixture, http, payments};
use serde_json::{Value, json};

#[test]
fn the_demo_runs_96_steps() {
    let ran = payments(&["demo"], "");
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    let passed = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("ok "))
        .count();
    assert_eq!(passed, 96, "{}", ran.stdout);
    for passed in [
        "17 of 17", "12 of 12", "26 of 26", "22 of 22", "10 of 10", "9 of 9",
    ] {
        assert!(ran.stdout.contains(passed), "{}", ran.stdout);
    }
}

#[test]
fn the_demo_reports_in_json() {
    let ran = payments(&["demo", "--json"], "");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let report = ran.json();
    let providers = report["providers"].as_object().unwrap();
    let mut names = serde_json::Map::new();
    let others = ["facade", "store"].map(|name| (name.to_owned(), report[name].clone()));
    for (provider, story) in providers.clone().into_iter().chain(others) {
        let steps = story["steps"].as_array().unwrap();
        for step in steps {
            assert_eq!(step["ok"], true, "{step}");
            assert!(step["ms"].is_u64(), "{step}");
        }
        let steps = steps.iter().map(|step| step["name"].clone()).collect();
        names.insert(provider, Value::Array(steps));
    }
    insta::assert_json_snapshot!("demo_steps", names);
}

#[test]
fn the_help_lists_the_commands() {
    let ran = payments(&["--help"], "");
    assert_eq!(ran.status, 0);
    insta::assert_snapshot!("help", ran.stdout);
    let ran = payments(&["sign", "--help"], "");
    insta::assert_snapshot!("sign_help", ran.stdout);
}

#[test]
fn refuses_an_unknown_command_with_a_suggestion() {
    let ran = payments(&["sing", "cpay"], "");
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("sign"),
        "it should suggest the similar name: {}",
        ran.stderr
    );
    // There is no option for a secret.
    assert_eq!(payments(&["sign", "cpay", "--key", "secret"], "").status, 2);
}

/// A running `payments sandbox`, stopped when dropped.
struct Running {
    child: std::process::Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut all = vec!["sandbox", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        let mut child = command(&all).stdin(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        // The first lines have the credentials on purpose, so they are not looked through.
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_sandbox_prints_its_credentials_as_json() {
    let mut running = Running::start(&["--json"]);
    let first: Value = serde_json::from_str(&running.line()).unwrap();
    let shape: Vec<String> = ["cpay", "ccpayment", "chainup_opay"]
        .iter()
        .flat_map(|name| {
            first[name]
                .as_object()
                .unwrap()
                .keys()
                .map(move |key| format!("{name}.{key}"))
        })
        .collect();
    assert_eq!(
        shape,
        [
            "cpay.merchant_id",
            "cpay.secret",
            "ccpayment.app_id",
            "ccpayment.app_secret",
            "chainup_opay.app_id",
            "chainup_opay.merchant_private_key",
            "chainup_opay.merchant_public_key",
            "chainup_opay.platform_public_key",
        ]
    );
    assert!(
        first["chainup_opay"]["merchant_private_key"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN PRIVATE KEY-----")
    );
    let base_url = first["base_url"].as_str().unwrap();
    let address = base_url.strip_prefix("http://").unwrap();
    let response = http(address, "GET /_sandbox/health", "");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");

    // Every request to a gateway is one more line.
    let unsigned = "GET /openapi/v1/getOrderDetail?merchantId=1&sign=x";
    http(address, unsigned, "");
    let record: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(record["verdict"], "refused");
}

#[test]
fn the_sandbox_prints_a_ready_env() {
    let mut running = Running::start(&[]);
    let mut text = String::new();
    while !text.contains("CPAY_SECRET=") {
        text.push_str(&running.line());
    }
    assert!(text.contains("\nCPAY_BASE_URL=http://127.0.0.1:"), "{text}");
    assert!(text.contains("\nCPAY_MERCHANT_ID=20003092\n"), "{text}");
}

#[test]
fn the_sandbox_takes_credentials_from_a_file() {
    let pem =
        |name: &str| std::fs::read_to_string(fixture(&format!("chainup_opay/{name}.pem"))).unwrap();
    let mut credentials = json!({
        "base_url": "http://127.0.0.1:1",
        "cpay": {"merchant_id": "77", "secret": "of-my-own"},
        "ccpayment": {"app_id": "app-7", "app_secret": "of-my-own-too"},
        "ccpayment_v2": {"app_id": "App7", "app_secret": "of-my-own-as-well"},
        "chainup_opay": {
            "app_id": "shop_7",
            "merchant_private_key": pem("merchant.pri"),
            "merchant_public_key": pem("merchant.pub"),
            "platform_public_key": pem("platform.pub"),
            "platform_private_key": pem("platform.pri"),
        },
    });
    let file =
        std::env::temp_dir().join(format!("payments-credentials-{}.json", std::process::id()));
    std::fs::write(&file, credentials.to_string()).unwrap();
    let mut running = Running::start(&["--json", "--credentials", file.to_str().unwrap()]);
    let mut first: Value = serde_json::from_str(&running.line()).unwrap();
    first["base_url"] = credentials["base_url"].clone();
    credentials["chainup_opay"]
        .as_object_mut()
        .unwrap()
        .remove("platform_private_key");
    assert_eq!(first, credentials);

    std::fs::write(&file, r#"{"cpay":{"merchant_id":"77"}}"#).unwrap();
    let ran = payments(&["sandbox", "--credentials", file.to_str().unwrap()], "");
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("missing field `secret`"),
        "{}",
        ran.stderr
    );
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn fails_if_the_output_cannot_be_written() {
    // A device that is always full, which not every system has.
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else {
        return;
    };
    let full = || full.try_clone().unwrap();
    let mut demo = command(&["demo", "--json"]).stdout(full()).spawn().unwrap();
    assert_eq!(demo.wait().unwrap().code(), Some(1));
    let mut sign = command(&["sign", "cpay"])
        .stdin(Stdio::null())
        .stderr(full())
        .spawn()
        .unwrap();
    assert_eq!(sign.wait().unwrap().code(), Some(2));
}

#[test]
fn a_port_in_use_is_exit_status_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ran = payments(
        &[
            "sandbox",
            "--listen",
            &taken.local_addr().unwrap().to_string(),
        ],
        "",
    );
    assert_eq!(ran.status, 1);
    assert!(
        ran.stderr.contains("cannot listen on 127.0.0.1:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_program_for_development_reports_its_failure_as_json_too() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for line in [
        ["sandbox", "--listen", &address, "--json"],
        ["dev", "--listen-webhooks", &address, "--json"],
    ] {
        let ran = payments(&line, "");
        assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{line:?}");
        let error = &ran.json()["error"];
        assert_eq!(
            (&error["exit"], &error["kind"]),
            (&1.into(), &"failed".into())
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&address), "{message}");
    }
}

#[test]
fn the_sandbox_listens_on_loopback_only() {
    let ran = payments(&["sandbox", "--listen", "0.0.0.0:0"], "");
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("not a loopback address"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_sandbox_listens_to_other_machines_only_if_asked_and_says_so() {
    let refused = payments(&["sandbox", "--listen", "0.0.0.0:0"], "");
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("add --allow-remote"),
        "{}",
        refused.stderr
    );
    let arguments = [
        "sandbox",
        "--listen",
        "0.0.0.0:0",
        "--allow-remote",
        "--json",
    ];
    let url = ["--public-url", "http://sandbox:8420"];
    let mut child = command(&[&arguments[..], &url].concat())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut warning = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut warning).unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        warning.starts_with("warning: --allow-remote: everyone"),
        "{warning}"
    );
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["base_url"], "http://sandbox:8420");
}

#[test]
fn the_sandbox_has_an_option_for_each_switch() {
    let mut running = Running::start(&[
        "--json",
        "--cpay-allowed-ip",
        "203.0.113.7",
        "--cpay-no-kyc",
        "--cpay-no-card-storage",
        "--cpay-push-every-state",
        "--chainup-opay-scene-type",
        "70",
        "--chainup-opay-plain-order-detail",
        "--ccpayment-push-every-state",
        "--ccpayment-label-statuses",
        "--ccpayment-amounts-in-usd",
        "--ccpayment-requests-per-second",
        "0",
        "--ccpayment-balance",
        "ETH=7",
        "--allow-remote-webhooks",
        "--callback-url",
        "http://shop:3000/webhooks",
    ]);
    let first: Value = serde_json::from_str(&running.line()).unwrap();
    let address = first["base_url"].as_str().unwrap();
    let address = address.strip_prefix("http://").unwrap();
    http(address, "GET /openapi/v1/getMerchantBalance", "");
    let record: Value = serde_json::from_str(&running.line()).unwrap();
    assert_eq!(record["message"], "illegal IP");
    let answer = http(address, "POST /ccpayment/v1/assets", "{}");
    assert!(answer.contains("TooManyRequests"), "{answer}");
    let balances = http(address, "GET /_sandbox/balances", "");
    assert!(
        balances.contains(r#""available":"7","currency":"ETH""#),
        "{balances}"
    );
}
