//! `payments dev`: accounts file, variables, webhooks and log in one command.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::listener::shop;
use crate::support::{Ran, command, ended, http, line_of, text};

/// A running `payments dev` in an empty folder, both removed when dropped.
struct Dev {
    folder: PathBuf,
    child: Option<Child>,
    lines: Option<BufReader<ChildStdout>>,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Dev {
    fn folder() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("payments-dev-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            folder,
            child: None,
            lines: None,
        }
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        let mut all = vec!["dev"];
        for option in ["--listen", "--listen-webhooks"] {
            if !arguments.contains(&option) {
                all.extend([option, "127.0.0.1:0"]);
            }
        }
        all.extend(arguments);
        command(&all)
            .current_dir(&self.folder)
            .env_remove("PAYMENTS_CONFIG")
            .stdin(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn start(&mut self, arguments: &[&str]) {
        let mut child = self.spawn(arguments);
        self.lines = Some(BufReader::new(child.stdout.take().unwrap()));
        self.child = Some(child);
    }

    fn line(&mut self) -> String {
        line_of(self.lines.as_mut().unwrap())
    }

    fn next(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Another command in the same folder.
    fn run(&self, arguments: &[&str]) -> Ran {
        let child = command(arguments)
            .current_dir(&self.folder)
            .env_remove("PAYMENTS_CONFIG")
            .env("XDG_STATE_HOME", self.folder.join("state"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        ended(child)
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn file(&self, name: &str) -> String {
        text(Path::new(&self.folder.join(name)))
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

const ORDER: [&str; 9] = [
    "checkout",
    "create",
    "order-1",
    "10.50",
    "USDT",
    "--customer",
    "customer-7",
    "--gateway",
    "cpay",
];

#[test]
fn forwards_the_webhook_of_an_order_without_a_url_and_logs_each_event() {
    let mut dev = Dev::folder();
    let (url, program) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess");
    dev.start(&["--json", "--forward", &url]);
    let ready = dev.next();
    let base_url = ready["ready"]["base_url"].as_str().unwrap().to_owned();
    assert_eq!(ready["ready"]["config"], "payments.toml");
    assert_eq!(
        ready["ready"]["credentials"]["cpay"]["merchant_id"],
        "20003092"
    );
    assert_eq!(ready["ready"]["listening"].as_array().unwrap().len(), 4);

    let made = dev.run(&ORDER);
    assert_eq!(made.status, 0, "{}", made.stderr);
    assert_eq!(dev.next()["request"]["operation"], "createOrder");
    let paid = dev.run(&[
        "sandbox", "pay", "order-1", "10", "--json", "--url", &base_url,
    ]);
    assert_eq!(paid.json()["funds"], "under");
    let webhook = dev.next();
    assert_eq!(webhook["webhook"]["gateway"], "cpay/sandbox");
    assert_eq!(webhook["webhook"]["payment"]["received"]["amount"], "10");
    assert_eq!(webhook["webhook"]["forwarded"]["answer"]["status"], 200);
    let request = program.join().unwrap();
    assert!(request.starts_with("POST /hook/cpay/sandbox "), "{request}");
}

#[test]
fn verifies_and_acknowledges_webhooks_of_every_gateway_without_a_program() {
    let mut dev = Dev::folder();
    dev.start(&["--json"]);
    let ready = dev.next()["ready"].clone();
    let address = ready["base_url"].as_str().unwrap()["http://".len()..].to_owned();
    // CCPayment v2 sends a webhook when its URL is saved.
    http(&address, "POST /_sandbox/ccpayment_v2/probe", "{}");
    let webhook = dev.next();
    assert_eq!(
        webhook["webhook"]["gateway"], "ccpayment/sandbox-v2",
        "{webhook}"
    );
    assert_eq!(webhook["webhook"]["refused"], Value::Null);
    assert_eq!(
        webhook["webhook"]["replied"],
        json!({"status": 200, "body": "Success"})
    );

    let places = ready["listening"].as_array().unwrap();
    let place = places
        .iter()
        .find(|one| one["gateway"] == "ccpayment/sandbox-v2");
    let url = place.unwrap()["url"].as_str().unwrap();
    let (listener, path) = url["http://".len()..].split_once('/').unwrap();
    let answer = http(
        listener,
        &format!("POST /{path}"),
        "{\"type\":\"ApiDeposit\"}",
    );
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    let refused = dev.next();
    assert!(refused["webhook"]["refused"].is_string(), "{refused}");
    assert!(refused["webhook"]["reason"].is_string(), "{refused}");
}

#[test]
fn shows_webhooks_that_go_elsewhere() {
    let mut dev = Dev::folder();
    dev.start(&["--json"]);
    let base_url = dev.next()["ready"]["base_url"].as_str().unwrap().to_owned();
    let (url, program) = shop(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
    let made = dev.run(&[&ORDER[..], &["--notify-url", &url]].concat());
    assert_eq!(made.status, 0, "{}", made.stderr);
    dev.run(&["sandbox", "pay", "order-1", "--url", &base_url]);
    program.join().unwrap();
    assert_eq!(dev.next()["request"]["operation"], "createOrder");
    let delivery = dev.next();
    assert_eq!(delivery["delivery"]["url"], url, "{delivery}");
    assert_eq!(delivery["delivery"]["state"], "delivered");
}

#[test]
fn shows_webhooks_that_the_sandbox_gets_no_reply_to() {
    let mut dev = Dev::folder();
    // A program that accepts a connection and never answers.
    let program = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", program.local_addr().unwrap());
    dev.start(&["--json", "--webhook-timeout", "300ms", "--forward", &url]);
    let base_url = dev.next()["ready"]["base_url"].as_str().unwrap().to_owned();
    let made = dev.run(&ORDER);
    assert_eq!(made.status, 0, "{}", made.stderr);
    dev.run(&["sandbox", "pay", "order-1", "--url", &base_url]);
    assert_eq!(dev.next()["request"]["operation"], "createOrder");
    let delivery = dev.next();
    let attempt = &delivery["delivery"]["attempts"][0];
    assert_eq!(attempt["http_status"], Value::Null, "{delivery}");
    assert!(attempt["problem"].is_string(), "{delivery}");
}

#[test]
fn keeps_other_accounts_and_variables() {
    let mut dev = Dev::folder();
    let mine = "# mine\ninline_secrets = true # for tests\n\n[[gateway]]\nprovider = \"cpay\"\naccount = \"main\" # real\nbase_url = \"https://api.cpay.example\"\nmerchant_id = \"77\"\nsecret = \"x\"\n";
    std::fs::write(dev.folder.join("payments.toml"), mine).unwrap();
    std::fs::write(dev.folder.join(".env"), "DATABASE=x\n").unwrap();
    for _ in 0..2 {
        dev.start(&["--write-env"]);
        let first = dev.line();
        assert!(first.starts_with("payments dev: ready in "), "{first}");
        dev.stop();
    }
    let config = dev.file("payments.toml");
    assert!(config.starts_with(mine), "{config}");
    assert_eq!(
        config.matches("account = \"sandbox\"").count(),
        3,
        "{config}"
    );
    let variables = dev.file(".env");
    assert!(
        variables.starts_with("DATABASE=x\n# Sandbox of"),
        "{variables}"
    );
    assert_eq!(variables.matches("CPAY_SECRET=").count(), 1, "{variables}");
    let check = dev.run(&["config", "check"]);
    assert_eq!(check.status, 0, "{}", check.stdout);
}

#[test]
fn changes_nothing_if_a_file_has_real_accounts_or_variables() {
    let dev = Dev::folder();
    let mine = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\n";
    std::fs::write(dev.folder.join("payments.toml"), mine).unwrap();
    std::fs::write(dev.folder.join(".env"), "CPAY_SECRET=sentinel\n").unwrap();
    for (arguments, problem) in [
        (&[] as &[&str], "begin it with inline_secrets = true"),
        (
            &["--config", "new.toml", "--write-env"],
            "already sets CPAY_SECRET",
        ),
        (
            &["--config", "new.toml", "--write-env", "./new.toml"],
            "is the accounts file",
        ),
        (&["--listen", "0.0.0.0:0"], "is not a loopback address"),
        (
            &["--forward", "http://shop.example/"],
            "for this machine only",
        ),
    ] {
        let ran = ended(dev.spawn(arguments));
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.stderr);
        let message = ran.stderr.replace('\n', " ");
        assert!(message.contains(problem), "{message}");
        assert!(!message.contains("sentinel"), "{message}");
    }
    assert_eq!(dev.file("payments.toml"), mine);
    assert_eq!(dev.file(".env"), "CPAY_SECRET=sentinel\n");
    assert!(!dev.folder.join("new.toml").exists());
}

/// What was acknowledged is there after `kill -9`, and what was due is sent.
#[test]
fn a_state_file_survives_a_kill() {
    let mut dev = Dev::folder();
    let arguments = ["--json", "--state", "state.db"];
    dev.start(&arguments);
    let url = dev.next()["ready"]["base_url"].as_str().unwrap().to_owned();
    let made = dev.run(&ORDER);
    assert_eq!(made.status, 0, "{}", made.stderr);
    let paid = dev.run(&["sandbox", "pay", "order-1", "4", "--url", &url]);
    assert_eq!(paid.status, 0, "{}", paid.stderr);
    dev.stop();

    dev.start(&arguments);
    let url = dev.next()["ready"]["base_url"].as_str().unwrap().to_owned();
    let shown = dev.run(&[
        "sandbox", "orders", "show", "order-1", "--json", "--url", &url,
    ]);
    let order = shown.json()["order"].clone();
    assert_eq!(
        (&order["status"], &order["actual_amount"]),
        (&json!("completed"), &json!("4"))
    );
    let listed = dev.run(&["sandbox", "deliveries", "list", "--json", "--url", &url]);
    assert_eq!(listed.json()["deliveries"].as_array().unwrap().len(), 1);
    // The reference is taken.
    let again = dev.run(&ORDER);
    assert_ne!(again.status, 0, "{}", again.stdout);

    // The file belongs to the one that runs.
    let second = ended(dev.spawn(&arguments));
    assert_eq!(second.status, 2, "{}", second.stderr);
    let refused = second.json();
    let message = refused["error"]["message"].as_str().unwrap();
    let said = "--state: the state file state.db is in use by another sandbox";
    assert!(message.contains(said), "{message}");
}

#[test]
fn says_what_to_do_about_a_missing_folder_and_how_chainups_orders_reach_it() {
    let mut dev = Dev::folder();
    let any = [
        "--listen",
        "127.0.0.1:0",
        "--listen-webhooks",
        "127.0.0.1:0",
    ];
    let ran = dev.run(&[&["dev", "--config", "missing/payments.toml"], &any[..]].concat());
    assert_eq!(ran.status, 1);
    let said = ran.stderr.replace('\n', " ");
    assert!(
        said.contains("cannot write missing/payments.toml"),
        "{said}"
    );
    assert!(said.contains("create the folder first"), "{said}");
    assert!(!said.contains("was written"), "{said}");

    let ran = dev.run(&[&["dev", "--write-env", "missing/env.txt"], &any[..]].concat());
    assert_eq!(ran.status, 1);
    let said = ran.stderr.replace('\n', " ");
    assert!(
        said.contains("--write-env: cannot write missing/env.txt"),
        "{said}"
    );
    assert!(
        said.ends_with("create the folder first; payments.toml was written "),
        "{said}"
    );

    dev.start(&[]);
    let block: String = (0..8).map(|_| dev.line()).collect();
    assert!(
        block.contains("orders name their URL: --notify-url"),
        "{block}"
    );
    assert!(block.contains("/chainup-opay/sandbox"), "{block}");
}
