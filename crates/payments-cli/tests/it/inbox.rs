//! `payments db` and `payments inbox`.

mod exec;
mod metrics;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::listener::{shop, signed};
use crate::support::{Stage, http};

/// The text of `--database` for a file in the stage's folder.
pub(crate) fn database(stage: &Stage) -> String {
    format!("sqlite:{}", stage.folder.join("payments.db").display())
}

/// A server of the inbox, killed at the end.
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
}

impl Serving {
    pub(crate) fn start(stage: &Stage, more: &[&str]) -> Self {
        let database = database(stage);
        let mut line = vec![
            "inbox",
            "serve",
            "--database",
            &database,
            "--listen",
            "127.0.0.1:0",
            "--json",
        ];
        line.extend(more);
        let mut child = stage.command(&line).stdin(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let first: Value =
            serde_json::from_str(&first).unwrap_or_else(|error| panic!("{error}: {first:?}"));
        let url = first["url"].as_str().unwrap();
        let receives = first["webhooks"][0]["url"].as_str().unwrap();
        assert!(
            receives.starts_with(&format!("{url}/webhooks/")),
            "{receives}"
        );
        let address = url.strip_prefix("http://").unwrap().to_owned();
        Self { child, address }
    }

    /// Kills it, and returns what it wrote to standard error.
    pub(crate) fn stop(mut self) -> String {
        let _ = self.child.kill();
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
        said
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn webhook(stage: &Stage, id: &str) -> String {
    signed(stage, &[("merchantTradeNo", "order-1001"), ("orderId", id)])
}

pub(crate) fn deliveries(stage: &Stage) -> Vec<Value> {
    let (status, listed) = stage.json(&[
        "inbox",
        "list",
        "--database",
        &database(stage),
        "--limit",
        "10",
    ]);
    assert_eq!(status, 0);
    listed["deliveries"].as_array().unwrap().clone()
}

pub(crate) fn migrate(stage: &Stage) {
    let ran = stage.run(&["db", "migrate", "--database", &database(stage)]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("applied "), "{}", ran.stdout);
}

#[test]
fn makes_and_checks_the_tables() {
    let stage = Stage::cpay();
    let database = database(&stage);
    let check = stage.run(&["db", "check", "--database", &database]);
    assert_eq!(check.status, 2);
    assert!(
        check.stderr.contains("payments db migrate"),
        "{}",
        check.stderr
    );
    migrate(&stage);
    let again = stage.json(&["db", "migrate", "--database", &database]);
    assert_eq!(again, (0, json!({"applied": 0})));
    let check = stage.json(&["db", "check", "--database", &database]);
    assert_eq!(check, (0, json!({"current": true})));
    for dialect in ["sqlite", "postgres"] {
        let schema = stage.run(&["db", "schema", dialect]);
        assert_eq!(schema.status, 0);
        assert!(
            schema.stdout.contains("CREATE TABLE pay_deliveries"),
            "{}",
            schema.stdout
        );
    }
}

#[test]
fn stores_and_acknowledges_a_webhook_and_lists_it() {
    let stage = Stage::cpay();
    migrate(&stage);
    let serving = Serving::start(&stage, &[]);
    let body = webhook(&stage, "71");
    for _ in 0..2 {
        let reply = http(&serving.address, "POST /webhooks/cpay/main", &body);
        assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
        assert!(reply.ends_with("\r\n\r\nOK"), "{reply}");
    }
    // C-Pay sends again after any other body than "OK".
    let forged = body.replace("10.50", "99");
    let reply = http(&serving.address, "POST /webhooks/cpay/main", &forged);
    assert!(reply.ends_with("\r\n\r\nFAIL"), "{reply}");
    for (line, body, status) in [
        ("POST /webhooks/cpay/other", body.as_str(), "HTTP/1.1 404"),
        ("GET /webhooks/cpay/main", "", "HTTP/1.1 405"),
        ("GET /healthz", "", "HTTP/1.1 200"),
        ("GET /readyz", "", "HTTP/1.1 200"),
    ] {
        let reply = http(&serving.address, line, body);
        assert!(reply.starts_with(status), "{line}: {reply}");
        let allows = reply.to_lowercase().contains("\r\nallow: post\r\n");
        assert_eq!(allows, status.ends_with("405"), "{reply}");
    }
    let line = [
        "inbox",
        "serve",
        "--database",
        &database(&stage),
        "--listen",
        &serving.address,
    ];
    let second = stage.run(&line);
    assert_eq!(second.status, 1, "{}", second.stderr);
    let said = second.stderr.replace('\n', " ");
    assert!(said.contains("choose a free port with --listen"), "{said}");
    let stored = deliveries(&stage);
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["effect_key"], "cpay/main:71:14");
    assert_eq!(stored[0]["state"], "pending");
    assert_eq!(stored[0]["repeats"], 1);
}

#[test]
fn forwards_each_event_with_its_effect_key_and_survives_a_kill() {
    let stage = Stage::cpay();
    migrate(&stage);
    // A server that stores the event only, and is killed.
    let serving = Serving::start(&stage, &[]);
    let body = webhook(&stage, "71");
    let reply = http(&serving.address, "POST /webhooks/cpay/main", &body);
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    drop(serving);

    let (url, answered) = shop(b"HTTP/1.1 204 No Content\r\n\r\n");
    let _serving = Serving::start(&stage, &["--forward", &url]);
    let request = answered.join().unwrap();
    let head = request.to_lowercase();
    assert!(
        head.contains("idempotency-key: cpay/main:71:14"),
        "{request}"
    );
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["effect_key"], "cpay/main:71:14");
    assert_eq!(body["payment"]["reference"], "order-1001");
    for _ in 0..2_000 {
        if deliveries(&stage)[0]["state"] == "done" {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{:?}", deliveries(&stage));
}

#[test]
fn names_a_missing_accounts_file_and_a_missing_database_at_once() {
    let stage = Stage::cpay();
    for line in [["inbox", "serve"], ["reconcile", "run"]] {
        let ran = stage.run(&[&line[..], &["--config", "absent.toml"]].concat());
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        for part in ["absent.toml", "missing --database"] {
            assert!(ran.stderr.contains(part), "{line:?}: {}", ran.stderr);
        }
    }
}

/// The worker hands over whatever is in the database.
#[test]
fn a_server_that_hands_events_over_refuses_to_leave_out_an_account() {
    let stage = Stage::cpay();
    migrate(&stage);
    let one = ["--gateway", "cpay/main"];
    let forward = ["--forward", "http://127.0.0.1:9/events"];
    // With one account, nothing is left out.
    drop(Serving::start(&stage, &[one, forward].concat()));
    let both = format!(
        "{}{}",
        stage.cpay_account("main"),
        stage.cpay_account("other")
    );
    stage.write_config(&both);
    // It receives only, as it is asked to.
    let serving = Serving::start(&stage, &one);
    let reply = http(&serving.address, "POST /webhooks/cpay/other", "");
    assert!(reply.starts_with("HTTP/1.1 404"), "{reply}");
    drop(serving);
    let database = database(&stage);
    for handler in [forward, ["--exec", "true"]] {
        let line = ["inbox", "serve", "--database", &database];
        let refused = stage.run(&[&line[..], &one, &handler].concat());
        assert_eq!(refused.status, 2, "{}", refused.stderr);
        assert!(
            refused
                .stderr
                .contains("an accounts file and a database for this account alone"),
            "{}",
            refused.stderr
        );
    }
}
