//! `payments inbox dead`, `show`, `retry` and `discard`.

use serde_json::json;

use super::{BY_ANA, Program};
use crate::inbox::deliveries;

#[test]
fn shows_retries_and_discards_dead_events() {
    let program = Program::new();
    program.with_dead_events();
    let (status, dead) = program.json(&["inbox", "dead"]);
    assert_eq!(
        (status, dead["deliveries"].as_array().unwrap().len()),
        (0, 2)
    );
    let shown = program.run(&["inbox", "show", "cpay/main:71:14"]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    for part in ["the ledger is closed", "order-1001", "dead", "12"] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    assert!(!shown.stdout.contains("\"sign\""), "{}", shown.stdout);
    let body = program.run(&["inbox", "show", "cpay/main:71:14", "--body"]);
    assert!(body.stdout.contains("\"sign\""), "{}", body.stdout);
    let (_, shown) = program.json(&["inbox", "show", "cpay/main:71:14"]);
    assert_eq!(shown["payment"]["reference"], "order-1001");
    assert_eq!(
        (&shown["source"], &shown["body"]),
        (&"webhook".into(), &json!(null))
    );

    // All problems at once, and nothing is changed.
    let wrong = program.run(&[
        "inbox",
        "retry",
        "cpay/main:71:14",
        "cpay/main:1:1",
        "cpay/main:2:2",
    ]);
    assert_eq!(wrong.status, 1);
    assert!(
        wrong.stderr.contains("key 2") && wrong.stderr.contains("key 3"),
        "{}",
        wrong.stderr
    );
    assert_eq!(program.json(&["inbox", "dead"]).1, dead);
    let (status, retried) = program.json(&["inbox", "retry", "cpay/main:71:14"]);
    assert_eq!(
        (status, retried),
        (0, json!({"revived": ["cpay/main:71:14"]}))
    );

    let discard = ["inbox", "discard", "cpay/main:72:14"];
    let unnamed = program.run(&[&discard[..], &["--name", " "]].concat());
    assert_eq!(unnamed.status, 2);
    assert!(
        unnamed.stderr.contains("missing --name and --reason"),
        "{}",
        unnamed.stderr
    );
    let unasked = program.run(&[&discard[..], &BY_ANA].concat());
    assert_eq!(unasked.status, 2);
    assert!(
        unasked
            .stderr
            .contains("nothing was changed: to discard the event"),
        "{}",
        unasked.stderr
    );
    let pending = ["inbox", "discard", "cpay/main:71:14"];
    let pending = program.run(&[&pending[..], &BY_ANA, &["--yes"]].concat());
    assert_eq!(pending.status, 1);
    assert!(
        pending.stderr.contains("is not dead but pending"),
        "{}",
        pending.stderr
    );
    let (status, ended) = program.json(&[&discard[..], &BY_ANA, &["--yes"]].concat());
    assert_eq!(
        (status, &ended["delivery"]["state"]),
        (0, &"discarded".into()),
        "{ended}"
    );
    assert_eq!(ended["delivery"]["discarded"]["by"], "Ana");
    let shown = program.run(&["inbox", "show", "cpay/main:72:14"]);
    assert!(shown.stdout.contains("case 4711"), "{}", shown.stdout);
    let absent = program.run(&["inbox", "show", "cpay/main:9:9"]);
    assert_eq!(
        (absent.status, absent.stderr.as_str()),
        (
            1,
            "error: there is no event with this effect key; `payments inbox list` prints them\n"
        )
    );
    assert_eq!(deliveries(&program.stage).len(), 2);
}
