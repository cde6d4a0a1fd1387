//! `payments inbox serve --exec`.

use std::time::Duration;

use serde_json::Value;

use super::{Serving, database, deliveries, migrate, webhook};
use crate::support::{Stage, http};

/// Waits until the first delivery fulfils the condition.
fn wait(stage: &Stage, condition: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let first = deliveries(stage).remove(0);
        if condition(&first) {
            return first;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{:?}", deliveries(stage));
}

/// Writes a script for `sh` and returns the command line that runs it.
fn script(stage: &Stage, text: &str) -> String {
    let path = stage.folder.join("book.sh");
    std::fs::write(&path, text).unwrap();
    format!("sh '{}' '{}'", path.display(), stage.folder.display())
}

#[test]
fn runs_the_command_with_the_event_and_its_key_until_it_succeeds() {
    let stage = Stage::cpay();
    migrate(&stage);
    // The first run fails after it has read everything.
    let command = script(
        &stage,
        r#"cat >"$1/event.json"
        printf %s "$PAYMENTS_EFFECT_KEY" >"$1/key"
        printf %s "${PAYMENTS_DATABASE-unset}" >"$1/database"
        test -e "$1/again" && exit 0
        touch "$1/again"
        echo 'the ledger is closed' >&2
        exit 3"#,
    );
    let serving = Serving::start(&stage, &["--exec", &command]);
    let body = webhook(&stage, "71");
    let reply = http(&serving.address, "POST /webhooks/cpay/main", &body);
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    let failed = wait(&stage, |it| !it["problem"].is_null());
    let problem = "the command ended with exit status: 3: the ledger is closed";
    assert_eq!(failed["problem"], problem);
    assert_eq!(failed["state"], "pending");
    let done = wait(&stage, |it| it["state"] == "done");
    assert_eq!(done["attempts"], 2);

    let read = |name| std::fs::read_to_string(stage.folder.join(name)).unwrap();
    assert_eq!(read("key"), "cpay/main:71:14");
    assert_eq!(read("database"), "unset");
    let event: Value = serde_json::from_str(&read("event.json")).unwrap();
    assert_eq!(event["effect_key"], "cpay/main:71:14");
    assert_eq!(event["payment"]["reference"], "order-1001");
    assert_eq!(event["attempt"], 2);
}

/// It reads nothing, writes more than a pipe holds, and leaves a process behind that keeps its output open.
#[test]
fn a_command_that_ignores_its_input_and_writes_a_lot_is_done_when_it_ends() {
    let stage = Stage::cpay();
    migrate(&stage);
    let command = script(
        &stage,
        "sleep 20 & i=0; while [ $i -lt 5000 ]; do echo 'a line of thirty characters....'; i=$((i+1)); done",
    );
    let serving = Serving::start(&stage, &["--exec", &command]);
    let body = webhook(&stage, "71");
    http(&serving.address, "POST /webhooks/cpay/main", &body);
    let done = wait(&stage, |it| it["state"] == "done");
    assert_eq!(done["attempts"], 1);
}

#[test]
fn a_command_that_takes_too_long_is_killed_and_runs_again() {
    let stage = Stage::cpay();
    migrate(&stage);
    let command = script(
        &stage,
        r#"test -e "$1/again" && exit 0
        echo $$ >"$1/again"
        exec sleep 600"#,
    );
    let limits = ["--exec", &command, "--exec-limit", "1s"];
    let serving = Serving::start(&stage, &limits);
    let body = webhook(&stage, "71");
    http(&serving.address, "POST /webhooks/cpay/main", &body);
    let killed = wait(&stage, |it| !it["problem"].is_null());
    let problem = "the command took longer than 1s, and was killed";
    assert_eq!(killed["problem"], problem);
    let id = std::fs::read_to_string(stage.folder.join("again")).unwrap();
    let mut probe = std::process::Command::new("sh");
    let probe = probe.args(["-c", "kill -0 \"$1\" 2>/dev/null", "sh", id.trim()]);
    assert!(!probe.status().unwrap().success(), "it still runs");
    let done = wait(&stage, |it| it["state"] == "done");
    assert_eq!(done["attempts"], 2);
}

#[test]
fn refuses_a_command_that_cannot_be_run() {
    let stage = Stage::cpay();
    let database = database(&stage);
    std::fs::write(stage.folder.join("text"), "exit 0").unwrap();
    for (command, expected) in [
        ("no-such-program --live", "there is no such program"),
        ("./no/such/file", "there is no such program"),
        ("./text", "the program is not executable"),
        ("sh 'open", "a quotation mark is not closed"),
        ("", "write a program and its arguments"),
    ] {
        let ran = stage.run(&["inbox", "serve", "--database", &database, "--exec", command]);
        assert_eq!(ran.status, 2, "{command}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{command}: {}", ran.stderr);
    }
    for (limit, expected) in [
        ("0s", "from 1s to 50s"),
        ("60s", "from 1s to 50s"),
        ("1", "unit"),
    ] {
        let line = ["inbox", "serve", "--database", &database, "--exec", "true"];
        let ran = stage.run(&[&line[..], &["--exec-limit", limit]].concat());
        assert_eq!(ran.status, 2, "{limit}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{limit}: {}", ran.stderr);
    }
    let line = [
        "inbox",
        "serve",
        "--database",
        &database,
        "--exec",
        "sh",
        "--forward",
        "http://127.0.0.1:1/",
    ];
    let ran = stage.run(&line);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
}
