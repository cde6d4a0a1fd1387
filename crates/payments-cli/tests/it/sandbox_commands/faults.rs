//! Faults of a running sandbox: how they are described, listed and removed.

use serde_json::Value;

use super::{json, sandbox};
use crate::support::Stage;

#[test]
fn a_fault_is_described_once_and_lists_take_no_description() {
    let stage = Stage::cpay();
    for other in [
        &["--list"] as &[&str],
        &["--kinds"],
        &["--clear"],
        &["--remove", "1"],
    ] {
        for more in [
            &["--times", "3"] as &[&str],
            &["--kind", "cut"],
            &["--call", "withdraw"],
            &["--when", "after"],
            &["--code", "1"],
            &["--http-status", "502"],
            &["--delay", "1s"],
            &["--set", "bytes=1"],
            &["cpay"],
            &["--list", "--kinds"],
        ] {
            let ran = sandbox(&stage, &[&["fault"], other, more].concat());
            assert_eq!(ran.status, 2, "{other:?} {more:?}: {}", ran.stdout);
            let said = ran.stderr.contains("cannot be used");
            assert!(said, "{other:?} {more:?}: {}", ran.stderr);
        }
    }
    for (more, fields) in [
        (&["--set", "gateway=ccpayment"] as &[&str], "gateway"),
        (&["--code", "1", "--set", "code=2"], "code"),
        (
            &[
                "--set",
                "bytes=1",
                "--set",
                "bytes=2",
                "--delay",
                "1s",
                "--set",
                "delay_ms=1",
            ],
            "bytes, delay_ms",
        ),
    ] {
        let ran = sandbox(&stage, &[&["fault", "cpay"], more].concat());
        assert_eq!(ran.status, 2, "{more:?}: {}", ran.stdout);
        let said = format!("set twice: {fields};");
        assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    }
    assert_eq!(stage.sandbox.waiting_faults(), 0);
}

#[test]
fn removes_faults_that_wait() {
    let stage = Stage::cpay();
    for _ in 0..3 {
        json(&stage, &["fault", "cpay"]);
    }
    let removed = sandbox(&stage, &["fault", "--remove", "2"]);
    assert_eq!(
        (removed.status, removed.stdout.as_str()),
        (0, "removed: 1\n")
    );
    let again = sandbox(&stage, &["fault", "--remove", "2"]);
    assert_eq!(again.status, 1);
    assert!(
        again.stderr.contains("No fault with this number"),
        "{}",
        again.stderr
    );
    let faults = json(&stage, &["fault", "--list"]);
    let left: Vec<&Value> = faults["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["id"])
        .collect();
    assert_eq!(left, [1, 3]);
    assert_eq!(json(&stage, &["fault", "--clear"])["removed"], 2);
    assert_eq!(stage.sandbox.waiting_faults(), 0);
}
