//! Tickets on the disk: what ends the program, what ends a ticket, and what a ticket refuses.

use std::process::{Command, Stdio};

use payments_core::{MerchantRef, Timestamp};
use payments_facade::ticket::MoneyCall;
use payments_facade::{Money, Ticket};
use serde_json::Value;

use crate::money::{PAYOUT, payout};
use crate::support::{Stage, ended, silent, text};

fn open_tickets(stage: &Stage) -> Vec<Value> {
    let (status, listed) = stage.json(&["tickets", "list"]);
    assert_eq!(status, 0, "{listed}");
    listed["tickets"].as_array().unwrap().clone()
}

/// A payout whose gateway has the request and never answers, ended by a signal.
#[cfg(unix)]
fn ended_by(stage: &Stage, signal: &str) -> Option<i32> {
    let (silent, listener) = silent();
    stage.write_config(&stage.cpay_account_at("main", &silent));
    let mut command = stage.command(&payout(&["--yes"]));
    let mut child = command.spawn().unwrap();
    let (mut request, _) = listener.accept().unwrap();
    // The first byte of the request: the call is on its way.
    std::io::Read::read_exact(&mut request, &mut [0]).unwrap();
    // A closed output must not matter.
    drop((child.stdout.take(), child.stderr.take()));
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status().unwrap();
    assert!(sent.success());
    if signal == "-PIPE" {
        // This signal is ignored, so the call ends with the connection.
        drop(request);
    }
    child.wait().unwrap().code()
}

#[cfg(unix)]
#[test]
fn every_signal_leaves_the_ticket_on_the_disk() {
    use std::os::unix::fs::PermissionsExt as _;

    for signal in ["-HUP", "-INT", "-TERM", "-QUIT", "-PIPE", "-KILL"] {
        let stage = Stage::cpay();
        let status = ended_by(&stage, signal);
        if signal != "-KILL" {
            assert_eq!(status, Some(3), "{signal}");
        }
        let open = open_tickets(&stage);
        assert_eq!(open.len(), 1, "{signal}");
        let ticket: Ticket = open[0]["ticket"].as_str().unwrap().parse().unwrap();
        assert_eq!(ticket.reference().as_str(), "payout-7");
        let file = std::path::Path::new(open[0]["file"].as_str().unwrap());
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
    }
}

#[test]
fn a_known_outcome_removes_the_ticket() {
    let stage = Stage::cpay();
    let ran = stage.run(&payout(&["--yes"]));
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with("ticket of this call, kept until"),
        "{}",
        ran.stderr
    );
    assert!(open_tickets(&stage).is_empty());
    // Refused before anything is sent.
    assert_eq!(stage.run(&payout(&["--yes", "--memo", "7"])).status, 2);
    assert!(open_tickets(&stage).is_empty());
}

#[cfg(unix)]
#[test]
fn a_closed_output_leaves_the_ticket_and_resolve_ends_it() {
    let stage = Stage::cpay();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = stage.command(&payout(&["--yes"]));
    let ran = ended(command.stdout(writer).spawn().unwrap());
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("(outcome: applied)"), "{}", ran.stderr);
    let open = open_tickets(&stage);
    assert_eq!(stage.sandbox.requests().len(), 1);
    let file = open[0]["file"].as_str().unwrap();
    let ran = stage.run(&["resolve", file]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    // C-Pay does not state the amount that was ordered, so a person compares the order and ends the ticket.
    assert!(ran.stdout.contains("--close applied"), "{}", ran.stdout);
    let close = [
        "resolve", file, "--close", "applied", "--reason", "compared",
    ];
    assert_eq!(stage.json(&close).0, 0);
    assert!(open_tickets(&stage).is_empty());
}

#[test]
fn sends_nothing_if_the_ticket_cannot_be_stored() {
    let stage = Stage::cpay();
    std::fs::write(stage.folder.join("a-file"), "").unwrap();
    let words = payout(&["--yes", "--state-dir", "a-file/below"]);
    let ran = stage.run(&words);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("nothing was sent") && ran.stderr.contains("--state-dir"),
        "{}",
        ran.stderr
    );
    let mut command = stage.command(&payout(&["--yes"]));
    command.env_remove("XDG_STATE_HOME").env_remove("HOME");
    let ran = ended(command.spawn().unwrap());
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(stage.sandbox.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn an_open_ticket_blocks_a_second_payout_until_a_person_closes_it() {
    let stage = Stage::cpay();
    ended_by(&stage, "-KILL");
    // The gateway works again.
    stage.write_config(&stage.cpay_account("main"));
    let (status, refused) = stage.json(&payout(&["--yes"]));
    assert_eq!(status, 3, "{refused}");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("nothing was sent"), "{message}");
    assert!(stage.sandbox.requests().is_empty());

    let open = open_tickets(&stage);
    let file = open[0]["file"].as_str().unwrap();
    let incomplete = stage.run(&["resolve", file, "--close", "not-applied"]);
    assert_eq!(incomplete.status, 2, "{}", incomplete.stdout);
    let close = [
        "resolve",
        file,
        "--close",
        "not-applied",
        "--reason",
        "support case 4711",
        "--name",
        "Ana",
    ];
    let (status, closed) = stage.json(&close);
    assert_eq!(
        (status, &closed["outcome"]),
        (0, &"not_applied".into()),
        "{closed}"
    );
    assert!(stage.sandbox.requests().is_empty());
    assert!(open_tickets(&stage).is_empty());
    let (_, all) = stage.json(&["tickets", "list", "--all"]);
    let record = &all["tickets"][0]["closed"];
    assert_eq!(
        (&record["because"], &record["by"]),
        (&"support case 4711".into(), &"Ana".into())
    );
    assert!(record["at_ms"].as_u64().unwrap() > 0);
    // A record is not changed afterwards.
    assert_eq!(stage.json(&close).0, 2);
    assert_eq!(stage.run(&payout(&["--yes"])).status, 0);
}

#[cfg(unix)]
#[test]
fn a_stored_ticket_that_is_damaged_blocks_every_payout() {
    let stage = Stage::cpay();
    ended_by(&stage, "-KILL");
    stage.write_config(&stage.cpay_account("main"));
    let open = open_tickets(&stage);
    let file = std::path::Path::new(open[0]["file"].as_str().unwrap());
    let stored = text(file);
    for damaged in [stored.replace(":4:USDT:", ":5:USDT:"), "{".to_owned()] {
        assert_ne!(damaged, stored);
        std::fs::write(file, damaged).unwrap();
        let refused = stage.run(&payout(&["--yes"]));
        assert_eq!(refused.status, 2, "{}", refused.stderr);
        for part in ["nothing was sent", "is damaged"] {
            assert!(refused.stderr.contains(part), "{}", refused.stderr);
        }
    }
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn the_ticket_that_a_failed_call_prints_closes_the_stored_one() {
    let stage = Stage::cpay();
    let (silent, listener) = silent();
    stage.write_config(&stage.cpay_account_at("main", &silent));
    let child = stage
        .command(&payout(&["--yes", "--json"]))
        .spawn()
        .unwrap();
    let (mut request, _) = listener.accept().unwrap();
    std::io::Read::read_exact(&mut request, &mut [0]).unwrap();
    // The printed ticket gets another time than the stored one.
    std::thread::sleep(std::time::Duration::from_millis(20));
    drop((request, listener));
    let ran = ended(child);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let printed = ran.json()["error"]["ticket"].as_str().unwrap().to_owned();
    assert_ne!(open_tickets(&stage)[0]["ticket"], printed.as_str());

    stage.write_config(&stage.cpay_account("main"));
    let close = [
        "resolve",
        &printed,
        "--close",
        "not-applied",
        "--reason",
        "case 4711",
    ];
    assert_eq!(stage.json(&close).0, 0);
    assert!(open_tickets(&stage).is_empty());
    let (_, all) = stage.json(&["tickets", "list", "--all"]);
    assert_eq!(all["tickets"].as_array().unwrap().len(), 1);
    assert_eq!(stage.run(&payout(&["--yes"])).status, 0);
}

#[cfg(unix)]
#[test]
fn a_payout_closed_as_applied_is_not_sent_again() {
    let stage = Stage::cpay();
    ended_by(&stage, "-KILL");
    stage.write_config(&stage.cpay_account("main"));
    let open = open_tickets(&stage);
    let ticket = open[0]["ticket"].as_str().unwrap();
    let close = [
        "resolve",
        ticket,
        "--close",
        "applied",
        "--reason",
        "on the chain",
    ];
    assert_eq!(stage.json(&close).0, 0);
    assert_eq!(stage.json(&payout(&["--yes"])).0, 3);
    assert!(stage.sandbox.requests().is_empty());
}

/// The ticket of a call made in 2023.
fn old_ticket(gateway: &str) -> String {
    let ticket = Ticket::new(
        gateway.parse().unwrap(),
        MoneyCall::Payout,
        MerchantRef::new("payout-8").unwrap(),
        Money::of("4", "USDT").unwrap(),
        Timestamp::from_secs(1_700_000_000),
    );
    ticket.export().expose().to_owned()
}

#[cfg(unix)]
#[test]
fn not_found_counts_as_absent_only_by_the_operators_rule() {
    let stage = Stage::cpay();
    ended_by(&stage, "-KILL");
    stage.write_config(&stage.cpay_account("main"));
    let open = open_tickets(&stage);
    let file = open[0]["file"].as_str().unwrap();
    let (status, pending) = stage.json(&["resolve", file]);
    assert_eq!(
        (status, &pending["resolution"]),
        (3, &"pending".into()),
        "{pending}"
    );
    // The call is only seconds old.
    let (status, _) = stage.json(&["resolve", file, "--assume-absent-after", "48h"]);
    assert_eq!(status, 3);
    assert_eq!(open_tickets(&stage).len(), 1);

    // C-Pay's answer has a code whose meaning no document states, so the rule does not apply.
    let old = old_ticket("cpay/main");
    let words = ["resolve", &old, "--assume-absent-after", "48h"];
    assert_eq!(stage.json(&words).0, 3);

    let stage = Stage::all();
    let old = old_ticket("ccpayment/main");
    let words = ["resolve", &old, "--assume-absent-after", "48h"];
    assert_eq!(stage.json(&words[..2]).0, 3);
    // A gateway that does not answer has not said that there is no order.
    let config = text(&stage.config());
    stage.write_config(&config.replace(stage.sandbox.base_url(), "http://127.0.0.1:9"));
    assert_eq!(stage.json(&words).0, 3);
    stage.write_config(&config);
    let (status, assumed) = stage.json(&words);
    assert_eq!(
        (status, &assumed["resolution"]),
        (1, &"absent_assumed".into()),
        "{assumed}"
    );
    assert!(
        assumed.get("payment").is_some_and(Value::is_null),
        "{assumed}"
    );
    let (_, all) = stage.json(&["tickets", "list", "--all"]);
    let records = all["tickets"].as_array().unwrap();
    let record = records.iter().find(|one| one["ticket"] == *old).unwrap();
    let because = record["closed"]["because"].as_str().unwrap();
    assert!(because.starts_with("assumed: not found"), "{because}");
}

#[test]
fn checks_the_balance_before_a_payout_if_asked() {
    let stage = Stage::cpay();
    let mut words = payout(&["--yes", "--check-balance"]);
    words[3] = "4000000";
    words[6] = "3000000";
    let ran = stage.run(&words);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("nothing was sent: the balance is"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        stage.sandbox.requests().len(),
        1,
        "only the query of the balances"
    );
    assert!(open_tickets(&stage).is_empty());
    assert_eq!(stage.run(&payout(&["--yes", "--check-balance"])).status, 0);
}

#[test]
fn an_underpaid_order_is_seen() {
    let stage = Stage::cpay();
    let create = "checkout create order-1 10.50 USDT --customer customer-7";
    let words: Vec<&str> = create.split(' ').collect();
    assert_eq!(stage.run(&words).status, 0);
    stage
        .block_on(stage.sandbox.pay("order-1", Some("10")))
        .unwrap();
    let ran = stage.run(&["checkout", "show", "order-1"]);
    assert!(
        ran.stdout.contains("expected") && ran.stdout.contains("unknown here"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("--expect"), "{}", ran.stdout);
    let ran = stage.run(&["checkout", "show", "order-1", "--expect", "10.50"]);
    assert!(ran.stdout.contains("missing 0.5"), "{}", ran.stdout);
    let (_, shown) = stage.json(&["checkout", "show", "order-1", "--expect", "10.50 USDT"]);
    assert_eq!(
        shown["payment"]["settlement"]["state"], "missing",
        "{shown}"
    );
    // On a terminal neither is green.
    for more in [&[][..], &["--expect", "10.50"]] {
        let mut words = vec!["checkout", "show", "order-1"];
        words.extend(more);
        let mut command = stage.command(&words);
        command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
        let ran = ended(command.stdin(Stdio::null()).spawn().unwrap());
        assert!(ran.stdout.contains("\u{1b}["), "{:?}", ran.stdout);
        assert!(!ran.stdout.contains("\u{1b}[32m"), "{:?}", ran.stdout);
    }
}

#[test]
fn a_provider_selects_its_only_account() {
    let stage = Stage::cpay();
    let shown = |gateway| stage.run(&["balances", "--gateway", gateway]);
    assert_eq!(shown("cpay").status, 0);
    let refused = shown("ccpayment");
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("cpay/main"), "{}", refused.stderr);
    let both = format!("{}\n{}", text(&stage.config()), stage.cpay_account("other"));
    stage.write_config(&both);
    let refused = shown("cpay");
    assert_eq!(refused.status, 2);
    assert!(
        refused.stderr.contains("cpay/main, cpay/other"),
        "{}",
        refused.stderr
    );
    assert_eq!(PAYOUT.len(), 13);
}
