//! Everything that is printed fits into 80 columns. URLs, addresses and keys are never cut: they have their own lines.

use std::process::Stdio;

use crate::money::TO;
use crate::support::{Ran, Stage, command, ended};

pub(crate) fn in_80_columns(stage: &Stage, line: &[&str]) -> Ran {
    let child = stage.command(line).env("COLUMNS", "80").spawn().unwrap();
    let ran = ended(child);
    fits(&line.join(" "), &ran);
    ran
}

fn fits(what: &str, ran: &Ran) {
    for line in ran.stdout.lines().chain(ran.stderr.lines()) {
        let is_word = !line.trim().contains(' ');
        // A command to copy, with a ticket that is not cut.
        let is_command = line.starts_with("  payments resolve '");
        let width = line.chars().count();
        assert!(
            width <= 80 || is_word || is_command,
            "{what}: {width} columns: {line}"
        );
    }
}

#[test]
fn the_demo_fits() {
    let child = command(&["demo"]).env("COLUMNS", "80").spawn().unwrap();
    let ran = ended(child);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    fits("demo", &ran);
}

#[test]
fn every_command_fits() {
    let stage = Stage::all();
    let run = |line: &str, more: &[&str]| {
        let words = line.split(' ').filter(|word| !word.is_empty());
        let all: Vec<&str> = words.chain(more.iter().copied()).collect();
        in_80_columns(&stage, &all)
    };
    run("gateways", &[]);
    for gateway in ["cpay", "chainup-opay", "ccpayment"] {
        let at = ["--gateway", gateway];
        run("gateways", &at);
        run(&format!("api {gateway} --list"), &[]);
        for line in [
            "balances",
            "address customer-7",
            "address customer-7 --network tron",
            "statement 2026-11-22",
        ] {
            run(line, &at);
        }
        run("checkout create r-0 10 USDT --memo", &at);
        run(
            "checkout create r-0 10 USDT --note n --title t --valid-for 5m",
            &at,
        );
        run("rates 10 USDT BRL", &at);
        run(
            "webhook send http://127.0.0.1:9/webhooks --reference order-1001 --status completed",
            &at,
        );
    }
    let long = "order-with-a-reference-that-is-as-long-as-allowed-0123456789abcd";
    for reference in ["order-1001", long] {
        let create =
            format!("checkout create {reference} 10.50 USDT --customer customer-7 --gateway cpay");
        run(&create, &[]);
        run(&create, &[]);
        run(&format!("checkout show {reference} --gateway cpay"), &[]);
        run(
            &format!("checkout create {reference} 10.50 USD --title Teapot --gateway ccpayment"),
            &[],
        );
    }
    run(
        "checkout create o-2 25.50 USD --kind native --pay-with USDT@tron --gateway ccpayment",
        &[],
    );
    run("checkout create o-3 10 USDT --gateway chainup-opay", &[]);
    run(
        "checkout create o-3 10 USDT --gateway chainup-opay --customer 22033390 --title Teapot \
         --success-url http://127.0.0.1:9/thanks --notify-url http://127.0.0.1:9/hook",
        &[],
    );
    let day = jiff::Zoned::now().date().to_string();
    run(&format!("statement {day} --gateway chainup-opay"), &[]);
    let payout = format!(
        "payout create payout-7 4 USDT --arrives 3 --to {TO} --network tron --customer customer-7 --gateway cpay"
    );
    run(&payout, &[]);
    run(&payout, &["--yes"]);
    run("payout show payout-7 --gateway cpay", &[]);
    let large = payout
        .replace("payout-7 4 ", "payout-8 4000000 ")
        .replace("--arrives 3 ", "--arrives 3000000 ");
    run(&large, &["--yes"]);
    run("tickets list", &[]);
    let (_, list) = stage.json(&["tickets", "list"]);
    for one in list["tickets"].as_array().unwrap() {
        let ticket = one["ticket"].as_str().unwrap();
        run("resolve", &[ticket]);
    }
    run(
        "exchange swap-1 100 USDT BRL --customer customer-7 --gateway cpay",
        &["--yes"],
    );
    run("config check", &[]);
    run("checkout show no-such-order --gateway ccpayment", &[]);
    run("checkout show", &[]);
    stage.write_config("[[gateway]]\nprovider = \"cpay\"\naccount = \"a very wrong name\"\nsecret = 1\nmerchant = 2\n");
    run("config check", &[]);
    run("balances", &[]);
}

#[test]
fn the_sandbox_and_every_help_fit() {
    let mut child = command(&["sandbox", "--listen", "127.0.0.1:0"])
        .env("COLUMNS", "80")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("CHAINUP_OPAY_PLATFORM_KEY") {
        std::io::BufRead::read_line(&mut out, &mut text).unwrap();
    }
    let _ = child.kill();
    let _ = child.wait();
    let ran = Ran {
        status: 0,
        stdout: text,
        stderr: String::new(),
    };
    fits("sandbox", &ran);
    let mut all = Vec::new();
    crate::secrets::leaves(Vec::new(), &mut all);
    for (path, _) in all {
        let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
        let ran = ended(command(&words).env("COLUMNS", "80").spawn().unwrap());
        fits(&words.join(" "), &ran);
        assert!(ran.stdout.contains("Usage: payments "), "{words:?}");
        // A newcomer copies the example.
        let is_shown = ran.stdout.contains("Example") || ran.stdout.contains("Standard input is");
        assert!(is_shown, "{words:?}");
    }
}

#[test]
fn addresses_and_urls_are_never_cut() {
    let stage = Stage::all();
    let address = in_80_columns(&stage, &["address", "customer-7", "--gateway", "cpay"]).stdout;
    let printed: Vec<&str> = address
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() >= 34)
        .collect();
    assert!(printed.len() >= 7, "{address}");
    let made = in_80_columns(
        &stage,
        &[
            "checkout",
            "create",
            "o-1",
            "10",
            "USDT",
            "--customer",
            "c",
            "--gateway",
            "cpay",
        ],
    );
    let url = made.stdout.lines().last().unwrap().trim().to_owned();
    assert!(
        url.starts_with("http://127.0.0.1:") && url.contains("&sign="),
        "{url}"
    );
}
