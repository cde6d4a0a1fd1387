//! `payments db prune`.

use std::process::Command;
use std::time::SystemTime;

use super::Program;
use crate::inbox::database;

#[test]
fn prunes_old_bodies_after_a_question_and_keeps_the_rest() {
    let program = Program::new();
    program.with_dead_events();
    program.change("UPDATE pay_deliveries SET state = 'done' WHERE effect_key = 'cpay/main:71:14'");
    let young = program.json(&["db", "prune", "--dry-run"]).1;
    assert_eq!(
        (&young["dry_run"], &young["events"]),
        (&true.into(), &0.into())
    );
    program.change(&format!(
        "UPDATE pay_deliveries SET received_at = {}",
        days_ago(32)
    ));
    for (bodies, events) in [("30d", 1), ("40d", 0), ("768h", 1)] {
        let (status, counted) = program.json(&["db", "prune", "--dry-run", "--bodies", bodies]);
        assert_eq!(
            (status, &counted["events"]),
            (0, &events.into()),
            "{bodies}: {counted}"
        );
    }
    let unasked = program.run(&["db", "prune"]);
    assert_eq!(unasked.status, 2);
    assert!(
        unasked
            .stderr
            .contains("nothing was changed: to delete them"),
        "{}",
        unasked.stderr
    );
    for (bodies, expected) in [("a month", "as in 30d"), ("-1d", "must not be negative")] {
        let wrong = program.run(&["db", "prune", "--bodies", bodies]);
        assert_eq!(wrong.status, 2);
        assert!(wrong.stderr.contains(expected), "{}", wrong.stderr);
    }
    let pruned = program.run(&["db", "prune", "--yes"]);
    assert_eq!(pruned.status, 0, "{}", pruned.stderr);
    assert!(
        pruned
            .stdout
            .contains("deleted body and details of 1 event"),
        "{}",
        pruned.stdout
    );
    let shown = program.run(&["inbox", "show", "cpay/main:71:14", "--body"]);
    assert!(
        shown.stdout.contains("details were deleted"),
        "{}",
        shown.stdout
    );
    let dead = program.run(&["inbox", "show", "cpay/main:72:14"]);
    assert!(dead.stdout.contains("order-1001"), "{}", dead.stdout);
}

/// On a terminal, which `script` of util-linux makes.
#[test]
fn shows_on_a_terminal_how_far_it_is() {
    let program = Program::new();
    program.with_dead_events();
    program.change(&format!(
        "UPDATE pay_deliveries SET state = 'done', received_at = {}",
        days_ago(32)
    ));
    let (payments, database) = (env!("CARGO_BIN_EXE_payments"), database(&program.stage));
    let line = format!("'{payments}' db prune --yes --database '{database}'");
    let shown = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .env("TERM", "xterm")
        .output();
    let Ok(shown) = shown else {
        println!("skipped: `script` is not installed");
        return;
    };
    let text = String::from_utf8_lossy(&shown.stdout);
    assert_eq!(shown.status.code(), Some(0), "{text}");
    assert!(text.contains("2 of 2 events ["), "{text}");
    assert!(
        text.contains("deleted body and details of 2 events"),
        "{text}"
    );
}

/// The machine's time this many days ago, in milliseconds.
fn days_ago(days: u64) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = u64::try_from(now.unwrap().as_millis()).unwrap();
    millis - days * 86_400_000
}
