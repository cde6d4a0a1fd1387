//! What nobody knows yet: exit status 3, tickets, and `payments resolve`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a panic is a failed test

mod support;

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use payments_core::{MerchantRef, Timestamp};
use payments_facade::{Money, MoneyCall, Ticket};
use serde_json::Value;
use support::stage::{Stage, ended, silent};

const TO: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

/// A payout of four, of which three arrive.
const PAYOUT: [&str; 13] = [
    "payout",
    "create",
    "payout-7",
    "4",
    "USDT",
    "--arrives",
    "3",
    "--to",
    TO,
    "--network",
    "tron",
    "--customer",
    "customer-7",
];

fn payout(more: &[&'static str]) -> Vec<&'static str> {
    PAYOUT.iter().chain(more).copied().collect()
}

fn ticket(reference: &str) -> String {
    Ticket::new(
        "cpay/main".parse().unwrap(),
        MoneyCall::Payout,
        MerchantRef::new(reference).unwrap(),
        Money::of("4", "USDT").unwrap(),
        Timestamp::from_secs(1_700_000_000),
    )
    .export()
    .expose()
    .to_owned()
}

fn ticket_of(gateway: &str) -> String {
    let money = Money::of("4", "USDT").unwrap();
    let reference = MerchantRef::new("r").unwrap();
    let at = Timestamp::from_secs(1_700_000_000);
    Ticket::new(
        gateway.parse().unwrap(),
        MoneyCall::Payout,
        reference,
        money,
        at,
    )
    .export()
    .expose()
    .to_owned()
}

#[test]
fn a_refusal_that_proves_nothing_ends_with_a_ticket() {
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
    let (status, told) = stage.json(&arguments);
    assert_eq!(status, 3);
    let error = &told["error"];
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

    // C-Pay has no answer that proves an absence.
    let (status, still) = stage.json(&["resolve", ticket]);
    assert_eq!(
        (status, &still["resolution"]),
        (3, &"still".into()),
        "{still}"
    );
    assert!(
        still["ask_again_at_ms"].is_u64() && still["cause"]["message"].is_string(),
        "{still}"
    );
    let ran = stage.run(&["resolve", ticket]);
    assert_eq!(ran.status, 3);
    assert!(
        ran.stdout
            .starts_with("Nobody knows yet. Do not make it again"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_ticket_finds_what_was_made() {
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
        ran.stdout.starts_with("It took effect.\n"),
        "{}",
        ran.stdout
    );

    let damaged = ticket.replace("payout-7", "payout-1");
    let elsewhere = ticket_of("cpay/other");
    for (bad, why) in [
        (damaged.as_str(), "copy it once more"),
        ("hello", "no ticket"),
        (&elsewhere, "no gateway cpay/other"),
    ] {
        let ran = stage.run(&["resolve", bad]);
        assert_eq!(ran.status, 2);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}

#[test]
fn nobody_there_is_a_refusal_and_no_answer_is_unknown() {
    let stage = Stage::cpay();
    // A port that was taken and is free again.
    let (nobody, listener) = silent();
    drop(listener);
    stage.write_config(&stage.cpay_account_at("main", &nobody));
    let (status, told) = stage.json(&payout(&["--yes"]));
    assert_eq!(
        (status, &told["error"]["outcome"]),
        (1, &"not_applied".into()),
        "{told}"
    );
    assert_eq!(told["error"]["ticket"], Value::Null);

    let (silent, _listener) = silent();
    let calls = "[gateway.calls]\ndeadline = \"300ms\"\n";
    stage.write_config(&format!(
        "{}{calls}",
        stage.cpay_account_at("main", &silent)
    ));
    let (status, told) = stage.json(&payout(&["--yes"]));
    assert_eq!(
        (status, &told["error"]["kind"]),
        (3, &"timeout".into()),
        "{told}"
    );
    assert!(
        told["error"]["ticket"]
            .as_str()
            .unwrap()
            .parse::<Ticket>()
            .is_ok()
    );
    // A question moves nothing: it is not unknown, it failed.
    let (status, told) = stage.json(&["balances"]);
    assert_eq!(
        (status, &told["error"]["kind"]),
        (1, &"timeout".into()),
        "{told}"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_while_money_moves_leaves_a_ticket() {
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
        .args(["-INT", &id])
        .status()
        .unwrap();
    assert!(sent.success());
    let ran = ended(child);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let error = &ran.json()["error"];
    assert_eq!(error["kind"], "interrupted");
    assert!(error["ticket"].as_str().unwrap().parse::<Ticket>().is_ok());
}
