//! Unknown outcomes: exit status 3, tickets, and `payments resolve`.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use crate::money::{TO, payout};
use crate::support::{Stage, ended, silent, without_note};
use payments_core::{MerchantRef, Timestamp};
use payments_facade::ticket::MoneyCall;
use payments_facade::{Money, Ticket};
use serde_json::Value;

fn ticket(reference: &str) -> String {
    ticket_of("cpay/main", reference, "4")
}

fn ticket_of(gateway: &str, reference: &str, amount: &str) -> String {
    let ticket = Ticket::new(
        gateway.parse().unwrap(),
        MoneyCall::Payout,
        MerchantRef::new(reference).unwrap(),
        Money::of(amount, "USDT").unwrap(),
        Timestamp::from_secs(1_700_000_000),
    );
    ticket.export().expose().to_owned()
}

#[test]
fn an_ambiguous_refusal_prints_a_ticket() {
    let stage = Stage::cpay();
    let arguments = [
        "payout",
        "create",
        "payout-9",
        "4000000",
        "USDT",
        "--arrives",
        "3000000",
        "--to",
        TO,
        "--network",
        "tron",
        "--customer",
        "customer-7",
        "--yes",
    ];
    let (status, printed) = stage.json(&arguments);
    assert_eq!(status, 3);
    let error = &printed["error"];
    assert_eq!(
        [
            &error["exit"],
            &error["kind"],
            &error["outcome"],
            &error["next_step"],
            &error["code"]
        ],
        [
            &Value::from(3),
            &"ambiguous".into(),
            &"unknown".into(),
            &"query".into(),
            &"1".into()
        ]
    );
    let ticket = error["ticket"].as_str().unwrap();
    assert_eq!(
        ticket.parse::<Ticket>().unwrap().reference().as_str(),
        "payout-9"
    );

    let ran = stage.run(&arguments);
    assert_eq!((ran.status, ran.stdout.as_str()), (3, ""));
    assert!(
        ran.stderr
            .contains("\n  payments resolve 'pt1:cpay/main:payout:payout-9:"),
        "{}",
        ran.stderr
    );

    // C-Pay has no response that proves an absence.
    let (status, pending) = stage.json(&["resolve", ticket]);
    assert_eq!(
        (status, &pending["resolution"]),
        (3, &"pending".into()),
        "{pending}"
    );
    assert!(
        pending["ask_again_at_ms"].is_u64() && pending["cause"]["message"].is_string(),
        "{pending}"
    );
    assert_eq!(pending["cause"]["answer"], Value::Null);
    let (_, pending) = stage.json(&["resolve", ticket, "--show-answer"]);
    let answer = &pending["cause"]["answer"];
    assert_eq!(answer["status"], 200, "{pending}");
    assert!(answer["body"].as_str().unwrap().contains("order not found"));
    let ran = stage.run(&["resolve", ticket, "--show-answer"]);
    let shown = "The answer: HTTP status 200, application/json";
    assert!(ran.stdout.contains(shown), "{}", ran.stdout);
    let ran = stage.run(&["resolve", ticket]);
    assert_eq!(ran.status, 3);
    assert!(
        ran.stdout
            .starts_with("The outcome is still unknown. Do not retry."),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_ticket_finds_the_payout() {
    let stage = Stage::cpay();
    assert_eq!(stage.run(&payout(&["--yes"])).status, 0);
    let ticket = ticket("payout-7");
    let (status, found) = stage.json(&["resolve", &ticket]);
    assert_eq!(status, 0, "{found}");
    insta::assert_json_snapshot!("resolve", found);
    let mut child = stage
        .command(&["resolve", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{ticket}").unwrap();
    let ran = ended(child);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with(
            "There is an order under this reference. The provider does not state its amount"
        ),
        "C-Pay states no amount before the end: {}",
        ran.stdout
    );
    // At the end it does, which reveals another payout under the same reference.
    let done = stage.block_on(stage.sandbox.complete("payout-7"));
    assert!(done.is_ok());
    let ran = stage.run(&["resolve", &ticket]);
    assert_eq!(ran.status, 0);
    assert!(
        ran.stdout.starts_with(
            "The order under this reference has the ticket's amount. The payee was not compared"
        ),
        "{}",
        ran.stdout
    );
    let other = ticket_of("cpay/main", "payout-7", "500");
    let ran = stage.run(&["resolve", &other]);
    assert_eq!(ran.status, 4, "{}", ran.stdout);
    assert!(
        ran.stdout
            .starts_with("Another order exists under this reference: it has another amount"),
        "{}",
        ran.stdout
    );

    let damaged = ticket.replace("payout-7", "payout-1");
    let elsewhere = ticket_of("cpay/other", "r", "4");
    for (bad, why) in [
        (damaged.as_str(), "copy it again"),
        ("hello", "not a ticket"),
        (&elsewhere, "gateway cpay/other is not configured"),
    ] {
        let ran = stage.run(&["resolve", bad]);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}

#[test]
fn a_refused_connection_has_no_effect_and_a_timeout_is_unknown() {
    let stage = Stage::cpay();
    // A port that is free again.
    let (closed, listener) = silent();
    drop(listener);
    stage.write_config(&stage.cpay_account_at("main", &closed));
    let (status, printed) = stage.json(&payout(&["--yes"]));
    assert_eq!(
        (status, &printed["error"]["outcome"]),
        (1, &"not_applied".into()),
        "{printed}"
    );
    assert_eq!(printed["error"]["ticket"], Value::Null);

    let (silent, _listener) = silent();
    let calls = "[gateway.calls]\ndeadline = \"300ms\"\n";
    stage.write_config(&format!(
        "{}{calls}",
        stage.cpay_account_at("main", &silent)
    ));
    let (status, printed) = stage.json(&payout(&["--yes"]));
    assert_eq!(
        (status, &printed["error"]["kind"]),
        (3, &"timeout".into()),
        "{printed}"
    );
    assert!(
        printed["error"]["ticket"]
            .as_str()
            .unwrap()
            .parse::<Ticket>()
            .is_ok()
    );
    // A read moves no money, so its outcome is a failure and not unknown.
    let (status, printed) = stage.json(&["balances"]);
    assert_eq!(
        (status, &printed["error"]["kind"]),
        (1, &"timeout".into()),
        "{printed}"
    );
}

#[cfg(unix)]
#[test]
fn a_signal_during_a_payout_prints_a_ticket() {
    for signal in ["-INT", "-TERM"] {
        let stage = Stage::cpay();
        let (silent, listener) = silent();
        stage.write_config(&stage.cpay_account_at("main", &silent));
        let child = stage
            .command(&payout(&["--yes", "--json"]))
            .spawn()
            .unwrap();
        let _request = listener.accept().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let id = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args([signal, &id])
            .status()
            .unwrap();
        assert!(sent.success());
        let ran = ended(child);
        assert_eq!(ran.status, 3, "{signal}: {}", ran.stderr);
        let error = &ran.json()["error"];
        assert_eq!(error["kind"], "interrupted");
        assert!(error["ticket"].as_str().unwrap().parse::<Ticket>().is_ok());
    }
}

/// The payout is made, but the disk is full when the result is printed.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_printed_leaves_a_ticket() {
    for json in [false, true] {
        let stage = Stage::cpay();
        let full = || std::fs::File::options().write(true).open("/dev/full");
        let more: &[&str] = if json {
            &["--yes", "--json"]
        } else {
            &["--yes"]
        };
        let mut command = stage.command(&payout(more));
        let ran = ended(command.stdout(full().unwrap()).spawn().unwrap());
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        assert_eq!(stage.sandbox.requests().len(), 1);
        let ticket = if json {
            let printed: Value = serde_json::from_str(without_note(&ran.stderr)).unwrap();
            assert_eq!(
                (&printed["error"]["exit"], &printed["error"]["outcome"]),
                (&3.into(), &"applied".into())
            );
            printed["error"]["ticket"].as_str().unwrap().to_owned()
        } else {
            assert!(ran.stderr.contains("(outcome: applied)"), "{}", ran.stderr);
            ran.stderr.split('\'').nth(1).unwrap().to_owned()
        };
        assert_eq!(stage.run(&["resolve", &ticket]).status, 0);
        // Status 1 would mean a proven absence.
        let mut words = vec!["resolve", &ticket];
        words.extend(json.then_some("--json"));
        let mut command = stage.command(&words);
        let ran = ended(command.stdout(full().unwrap()).spawn().unwrap());
        assert_eq!(ran.status, 3, "{}", ran.stderr);
    }
    // An order, an exchange, and a call that failed with a ticket.
    let stage = Stage::cpay();
    for arguments in [
        "checkout create order-1 10.50 USDT --customer customer-7",
        "exchange swap-1 100 USDT BRL --customer customer-7 --yes",
        "payout create payout-9 4000000 USDT --arrives 3000000 --to TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw --network tron --customer c --yes --json",
    ] {
        let words: Vec<&str> = arguments.split(' ').collect();
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut command = stage.command(&words);
        let ran = ended(command.stdout(full.unwrap()).spawn().unwrap());
        assert_eq!(ran.status, 3, "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains("pt1:cpay/main:"), "{}", ran.stderr);
    }
}

/// An earlier run of the same program may have made the order.
#[test]
fn a_reference_in_use_prints_a_ticket() {
    let stage = Stage::all();
    let words = "checkout create order-1 10 USDT --customer 22033390 --title Teapot \
                 --notify-url http://127.0.0.1:9/hook --success-url http://127.0.0.1:9/thanks \
                 --gateway chainup-opay/main";
    let create: Vec<&str> = words.split_whitespace().collect();
    assert_eq!(stage.json(&create).0, 0);
    let (status, printed) = stage.json(&create);
    assert_eq!(
        (status, &printed["error"]["kind"]),
        (3, &"duplicate".into()),
        "{printed}"
    );
    // 70002 again proves nothing about this call, which was refused.
    let ticket = printed["error"]["ticket"].as_str().unwrap();
    let (status, resolved) = stage.json(&["resolve", ticket]);
    assert_eq!(
        (status, &resolved["resolution"], &resolved["differences"]),
        (4, &"conflict".into(), &serde_json::json!(["earlier_call"])),
        "{resolved}"
    );
    assert_eq!(resolved["payment"]["expected"], Value::Null, "{resolved}");
    // The stored ticket is the refused one as well.
    let (_, listed) = stage.json(&["tickets", "list"]);
    let file = listed["tickets"][0]["file"].as_str().unwrap();
    let ran = stage.run(&["resolve", file]);
    assert_eq!(ran.status, 4, "{}", ran.stdout);
    for text in ["An order of another call", "that call took no effect"] {
        assert!(ran.stdout.contains(text), "{}", ran.stdout);
    }
}

#[test]
fn only_the_account_of_the_ticket_can_be_selected() {
    let stage = Stage::cpay();
    let both = format!(
        "{}{}",
        stage.cpay_account("main"),
        stage.cpay_account("other")
    );
    stage.write_config(&both);
    let ticket = ticket("payout-7");
    for more in [
        &[][..],
        &["--close", "not-applied", "--reason", "case 4711"],
    ] {
        let resolve = ["resolve", &ticket, "--gateway", "cpay/other"];
        let resolve = [&resolve[..], more].concat();
        let refused = stage.run(&resolve);
        assert_eq!(refused.status, 2, "{}", refused.stdout);
        assert!(
            refused.stderr.contains("a call of cpay/main"),
            "{}",
            refused.stderr
        );
    }
    assert!(stage.sandbox.requests().is_empty());
    let (_, all) = stage.json(&["tickets", "list", "--all"]);
    assert_eq!(all["tickets"], serde_json::json!([]), "nothing was closed");
    let own = stage.run(&["resolve", &ticket, "--gateway", "cpay/main"]);
    assert_eq!(own.status, 3, "{}", own.stderr);
}
