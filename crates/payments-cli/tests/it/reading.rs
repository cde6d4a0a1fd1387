//! The commands that only read: their JSON, and the tables for people.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use crate::support::Stage;
use serde_json::Value;

#[test]
fn lists_gateways_with_their_capabilities() {
    let stage = Stage::all();
    let (status, mut printed) = stage.json(&["gateways"]);
    assert_eq!(status, 0);
    for one in printed["gateways"].as_array_mut().unwrap() {
        let names = one["capabilities"].as_array().unwrap();
        let groups: Vec<Value> = names
            .iter()
            .filter(|name| !name.as_str().unwrap().contains('.'))
            .cloned()
            .collect();
        assert!(names.len() > groups.len());
        one["capabilities"] = groups.into();
    }
    insta::assert_json_snapshot!("gateways", printed);
    let ran = stage.run(&["gateways", "--gateway", "cpay/main"]);
    assert_eq!(ran.status, 0);
    assert!(
        ran.stdout.contains("\ncheckout.hosted.notify_url\n"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("ccpayment/main"), "{}", ran.stdout);
}

#[test]
fn prints_balances_rates_and_addresses() {
    let stage = Stage::cpay();
    let json = |arguments: &[&str]| {
        let (status, printed) = stage.json(arguments);
        assert_eq!(status, 0, "{arguments:?}: {printed}");
        printed
    };
    insta::assert_json_snapshot!("balances", json(&["balances"]));
    insta::assert_json_snapshot!("rates", json(&["rates", "100", "USDT", "BRL"]));
    insta::assert_json_snapshot!(
        "rates_get_card",
        json(&["rates", "100", "BRL", "USDT", "--get", "--card"])
    );
    insta::assert_json_snapshot!(
        "address",
        json(&["address", "customer-7", "--network", "tron"])
    );
    insta::assert_snapshot!("balances_table", stage.run(&["balances"]).stdout);
    insta::assert_snapshot!(
        "rates_table",
        stage.run(&["rates", "100", "USDT", "BRL"]).stdout
    );
}

#[test]
fn refuses_calls_that_a_gateway_does_not_support() {
    let stage = Stage::all();
    let (status, printed) = stage.json(&["statement", "2026-11-22", "--gateway", "cpay/main"]);
    assert_eq!(status, 2);
    let message = printed["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("cpay/main does not support statements; it supports addresses, "),
        "{message}"
    );
    for (command, gateway) in [
        (["balances"].as_slice(), "chainup-opay/main"),
        (
            ["rates", "1", "USDT", "BRL"].as_slice(),
            "chainup-opay/main",
        ),
        (["address", "c"].as_slice(), "chainup-opay/main"),
        (
            ["exchange", "r", "1", "USDT", "BRL"].as_slice(),
            "ccpayment/main",
        ),
        (["payout", "show", "r"].as_slice(), "chainup-opay/main"),
        (["checkout", "cancel", "r"].as_slice(), "cpay/main"),
        (["checkout", "show", "r"].as_slice(), "chainup-opay/main"),
        (["statement", "2026-02-30"].as_slice(), "chainup-opay/main"),
    ] {
        let all: Vec<&str> = command
            .iter()
            .copied()
            .chain(["--gateway", gateway])
            .collect();
        assert_eq!(stage.run(&all).status, 2, "{all:?}");
    }
    assert!(stage.sandbox.requests().is_empty());
}

/// The platform's calendar is some hours ahead of UTC, so the order is in one of two days.
/// The day in UTC and that in UTC+8.
fn days_of(now: jiff::Timestamp) -> [String; 2] {
    [0, 8].map(|hours| {
        let there = jiff::tz::TimeZone::fixed(jiff::tz::offset(hours));
        now.to_zoned(there).date().to_string()
    })
}

#[test]
fn a_statement_lists_the_rows_of_its_day() {
    let stage = Stage::all();
    let (status, made) = stage.json(&[
        "checkout",
        "create",
        "order-1",
        "10",
        "USDT",
        "--gateway",
        "chainup-opay/main",
        "--customer",
        "22033390",
        "--title",
        "Teapot",
        "--notify-url",
        "http://127.0.0.1:9/hook",
        "--success-url",
        "http://127.0.0.1:9/thanks",
    ]);
    assert_eq!(status, 0, "{made}");
    let number = made["payment"]["provider_id"].as_str().unwrap();
    stage.block_on(stage.sandbox.pay(number, None)).unwrap();
    let now = jiff::Timestamp::now();
    let printed = days_of(now).map(|day| {
        let (status, printed) = stage.json(&["statement", &day, "--gateway", "chainup-opay/main"]);
        assert_eq!(status, 0, "{printed}");
        assert_eq!(
            (&printed["day"], &printed["complete"]),
            (&day.into(), &false.into()),
            "a day that is not over is never complete"
        );
        assert_eq!(printed["day_zone"], "UTC+08:00 (assumed)");
        assert_eq!(printed["error"], Value::Null);
        printed
    });
    let mut rows = printed
        .iter()
        .flat_map(|printed| printed["rows"].as_array().unwrap());
    let row = rows.next().unwrap();
    assert_eq!(row["reference"], "order-1");
    assert_eq!(row["phase"], "completed");
    assert_eq!(row["received"]["amount"], "10");
    for (kind, rows) in [("checkout", 1), ("refund", 0)] {
        let found = days_of(now).map(|day| {
            let words = [
                "statement",
                &day,
                "--gateway",
                "chainup-opay",
                "--kind",
                kind,
            ];
            let (status, printed) = stage.json(&words);
            assert_eq!((status, &printed["kind"]), (0, &kind.into()));
            printed["rows"].as_array().unwrap().len()
        });
        assert!(found.iter().max() == Some(&rows), "{kind}: {found:?}");
    }
    let words = [
        "statement",
        "2020-01-01",
        "--gateway",
        "chainup-opay",
        "--kind",
        "payout",
    ];
    let ran = stage.run(&words);
    assert_eq!(
        (ran.status, ran.stderr.as_str()),
        (
            2,
            "error: --kind payout is not supported by ChainUp OPay (supported: checkout, refund)\n"
        )
    );
    let ran = stage.run(&["statement", "2020-01-01", "--gateway", "chainup-opay/main"]);
    let end = "0 rows; the day is counted in UTC+08:00 (assumed)\n";
    assert_eq!(ran.stdout, end);
    let (_, past) = stage.json(&["statement", "2020-01-01", "--gateway", "chainup-opay/main"]);
    assert_eq!(past["complete"], true);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[test]
fn shows_an_order_by_reference_id_and_transaction() {
    let stage = Stage::cpay();
    let (_, made) = stage.json(&[
        "checkout",
        "create",
        "order-1",
        "10.50",
        "USDT",
        "--customer",
        "customer-7",
    ]);
    insta::assert_json_snapshot!("checkout_create", made);
    stage
        .block_on(stage.sandbox.pay("order-1", Some("10")))
        .unwrap();
    let (status, by_reference) = stage.json(&["checkout", "show", "order-1"]);
    assert_eq!(status, 0);
    insta::assert_json_snapshot!("checkout_show", by_reference);
    let payment = &by_reference["payment"];
    let id = payment["provider_id"].as_str().unwrap();
    let hash = payment["transactions"][0].as_str().unwrap();
    let (_, by_id) = stage.json(&["checkout", "show", "--provider-id", id]);
    let (_, by_hash) = stage.json(&["checkout", "show", "--transaction", hash]);
    assert_eq!((&by_id, &by_hash), (&by_reference, &by_reference));
    insta::assert_snapshot!(
        "checkout_show_details",
        stage.run(&["checkout", "show", "order-1"]).stdout
    );
    // Exactly one of them is required.
    assert_eq!(stage.run(&["checkout", "show"]).status, 2);
    assert_eq!(
        stage
            .run(&["checkout", "show", "r", "--provider-id", "1"])
            .status,
        2
    );
}

#[test]
fn prints_how_long_a_busy_gateway_asks_to_wait() {
    let stage = Stage::cpay();
    let gateway = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", gateway.local_addr().unwrap());
    stage.write_config(&stage.cpay_account_at("main", &url));
    let answered = std::thread::spawn(move || {
        let (mut stream, _) = gateway.accept().unwrap();
        let mut request = [0; 4096];
        assert_ne!(stream.read(&mut request).unwrap(), 0);
        let answer = b"HTTP/1.1 429 x\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(answer).unwrap();
    });
    let (status, printed) = stage.json(&["balances"]);
    answered.join().unwrap();
    let error = &printed["error"];
    assert_eq!((status, &error["retry_after_seconds"]), (1, &3_600.into()));
    assert_eq!(error["kind"], "busy");
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with("try again in 3600 s"), "{message}");
}
