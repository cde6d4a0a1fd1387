//! Rows that cannot be read are listed, and hide no other.

use super::Program;

#[test]
fn lists_show_a_row_that_cannot_be_read_and_all_others() {
    let program = Program::new();
    program.with_dead_events();
    for reference in ["p-1", "p-2"] {
        program.stage_payout(reference);
    }
    program.change(
        "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at)
        VALUES ('refund', 'order-1', 'cpay/main', 'sent back', 1), ('refund', 'order-2', 'cpay/main', 'sent back', 2)",
    );
    let damage =
        "UPDATE pay_deliveries SET discarded = '{\"by\":' WHERE effect_key = 'cpay/main:71:14'";
    assert_eq!(program.change(damage), 1);
    let damage = "UPDATE pay_intents SET ticket = '7' WHERE reference = 'p-1'";
    assert_eq!(program.change(damage), 1);
    let damage = "UPDATE pay_findings SET money = 'much' WHERE subject = 'order-1'";
    assert_eq!(program.change(damage), 1);

    for (line, list, key) in [
        (["inbox", "list"], "deliveries", "cpay/main:71:14"),
        (["inbox", "dead"], "deliveries", "cpay/main:71:14"),
        (["intents", "list"], "intents", "payout p-1"),
        (
            ["reconcile", "report"],
            "findings",
            "refund:cpay/main:order-1",
        ),
    ] {
        let (status, printed) = program.json(&line);
        let is_report = line[0] == "reconcile";
        assert_eq!(status, if is_report { 5 } else { 0 }, "{printed}");
        assert_eq!(printed[list].as_array().unwrap().len(), 1, "{printed}");
        let unreadable = printed["unreadable"].as_array().unwrap();
        assert_eq!(unreadable.len(), 1, "{printed}");
        assert_eq!(unreadable[0]["key"], key);
        let problem = unreadable[0]["problem"].as_str().unwrap();
        assert!(problem.contains("cannot be read"), "{problem}");

        let shown = program.run(&line).stdout;
        assert!(shown.contains("unreadable"), "{shown}");
        assert!(shown.contains("of which 1 cannot be read"), "{shown}");
    }
}

#[test]
fn numbers_below_the_least_are_refused_as_what_they_are() {
    let program = Program::new();
    for line in [
        ["inbox", "list", "--limit", "-1"],
        ["inbox", "dead", "--limit", "-1"],
        ["intents", "list", "--limit", "-1"],
        ["reconcile", "report", "--limit", "-1"],
        ["reconcile", "report", "--since", "-1"],
    ] {
        let refused = program.run(&line);
        assert_eq!(refused.status, 2, "{line:?}");
        assert!(
            refused.stderr.contains("invalid value"),
            "{}",
            refused.stderr
        );
    }
}

#[test]
fn a_list_says_that_there_are_more() {
    let program = Program::new();
    program.with_dead_events();
    for reference in ["p-1", "p-2"] {
        program.stage_payout(reference);
    }
    program.change(
        "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at, resolved_at)
        VALUES ('refund', 'order-1', 'cpay/main', 'sent back', 1, NULL), ('refund', 'order-2', 'cpay/main', 'sent back', 2, 3)",
    );
    for (line, list) in [
        (&["inbox", "list"][..], "deliveries"),
        (&["inbox", "dead"], "deliveries"),
        (&["intents", "list"], "intents"),
        (&["reconcile", "report", "--all"], "findings"),
    ] {
        // The open finding is older than the closed one, and counts although it is not listed.
        let expected = if list == "findings" { 5 } else { 0 };
        for (limit, length, more) in [("1", 1, true), ("2", 2, false)] {
            let line = [line, &["--limit", limit]].concat();
            let (status, printed) = program.json(&line);
            assert_eq!(status, expected, "{printed}");
            assert_eq!(printed[list].as_array().unwrap().len(), length, "{printed}");
            assert_eq!(printed["more"], more, "{printed}");
            let shown = program.run(&line).stdout;
            assert_eq!(
                shown.contains("; more exist: raise --limit"),
                more,
                "{shown}"
            );
        }
    }
}
