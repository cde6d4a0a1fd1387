//! The commands that move money: output, confirmation, and refusals.

use crate::support::{Stage, ended};
use std::io::Write as _;
use std::process::Stdio;

pub(crate) const TO: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

/// A payout of 4 USDT, of which 3 USDT arrive.
pub(crate) const PAYOUT: [&str; 13] = [
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

pub(crate) fn payout(more: &[&'static str]) -> Vec<&'static str> {
    PAYOUT.iter().chain(more).copied().collect()
}

#[test]
fn creates_and_shows_a_payout() {
    let stage = Stage::cpay();
    let (status, made) = stage.json(&payout(&["--yes"]));
    assert_eq!(status, 0, "{made}");
    insta::assert_json_snapshot!("payout_create", made);
    stage.block_on(stage.sandbox.complete("payout-7")).unwrap();
    let (status, shown) = stage.json(&["payout", "show", "payout-7"]);
    assert_eq!(status, 0);
    insta::assert_json_snapshot!("payout_show", shown);
    let (status, pix) = stage.json(&[
        "payout",
        "create",
        "payout-8",
        "5.00",
        "BRL",
        "--fee",
        "on-top",
        "--customer",
        "customer-7",
        "--pix",
        "email:ana@cliente.example",
        "-y",
    ]);
    assert_eq!(
        (status, &pix["payment"]["phase"]),
        (0, &"processing".into()),
        "{pix}"
    );
}

#[test]
fn a_payout_has_the_same_phase_in_both_commands() {
    let stage = Stage::all();
    for (gateway, fee) in [
        ("cpay/main", ["--arrives", "3"]),
        ("ccpayment/main", ["--fee", "on-top"]),
    ] {
        let to = [
            "payout",
            "create",
            "payout-7",
            "4",
            "USDT",
            "--to",
            TO,
            "--network",
            "tron",
            "--yes",
        ];
        let mut create = [&to[..], &fee, &["--gateway", gateway]].concat();
        if gateway == "cpay/main" {
            create.extend(["--customer", "customer-7"]);
        }
        let (status, made) = stage.json(&create);
        assert_eq!(status, 0, "{made}");
        let (status, shown) = stage.json(&["payout", "show", "payout-7", "--gateway", gateway]);
        assert_eq!(
            (status, &shown["payment"]["phase"]),
            (0, &made["payment"]["phase"]),
            "{gateway}"
        );
    }
}

#[test]
fn an_exchange_prints_the_amount_received() {
    let stage = Stage::cpay();
    let arguments = [
        "exchange",
        "swap-1",
        "100",
        "USDT",
        "BRL",
        "--customer",
        "customer-7",
    ];
    let (status, refused) = stage.json(&arguments);
    assert_eq!(status, 2, "{refused}");
    assert!(stage.sandbox.requests().is_empty());
    let all: Vec<&str> = arguments.into_iter().chain(["--yes"]).collect();
    let (status, done) = stage.json(&all);
    assert_eq!(status, 0, "{done}");
    insta::assert_json_snapshot!("exchange", done);
}

#[test]
fn sends_nothing_without_yes_or_a_terminal() {
    let stage = Stage::cpay();
    for input in ["", "y\n", "yes\n"] {
        let mut child = stage
            .command(&PAYOUT)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let ran = ended(child);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        assert!(
            ran.stderr.contains("nothing was sent") && ran.stderr.contains("--yes"),
            "{}",
            ran.stderr
        );
    }
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn refuses_unsupported_options_before_the_question() {
    let stage = Stage::cpay();
    for (more, message) in [
        (["--memo", "7"].as_slice(), "memo"),
        (["--metadata", "x"].as_slice(), "metadata"),
    ] {
        let ran = stage.run(&payout(more));
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        assert!(
            ran.stderr.contains(message) && !ran.stderr.contains("--yes"),
            "{}",
            ran.stderr
        );
    }
    let fee = "payout create r 4 USDT --fee included --network tron --customer c --to";
    let words: Vec<&str> = fee.split(' ').chain([TO]).collect();
    let ran = stage.run(&words);
    assert!(
        ran.stderr.contains("--fee included") && ran.stderr.contains("try --arrives"),
        "{}",
        ran.stderr
    );
    let ran = stage.run(&["checkout", "create", "r", "10.50", "USDT"]);
    assert!(ran.stderr.contains("missing --customer"), "{}", ran.stderr);
    for wrong in [
        [
            "payout",
            "create",
            "r",
            "4",
            "USDT",
            "--to",
            TO,
            "--network",
            "tron",
        ]
        .as_slice(),
        [
            "payout",
            "create",
            "r",
            "4",
            "USDT",
            "--fee",
            "included",
            "--network",
            "tron",
        ]
        .as_slice(),
        [
            "payout", "create", "r", "4", "USDT", "--fee", "included", "--to", TO,
        ]
        .as_slice(),
        [
            "payout",
            "create",
            "r",
            "4",
            "XRP",
            "--fee",
            "included",
            "--to",
            TO,
            "--network",
            "xrp",
        ]
        .as_slice(),
        [
            "payout", "create", "r", "4", "BRL", "--fee", "on-top", "--pix", "iban:1",
        ]
        .as_slice(),
        [
            "payout",
            "create",
            "r",
            "-4",
            "USDT",
            "--fee",
            "included",
            "--to",
            TO,
            "--network",
            "tron",
        ]
        .as_slice(),
        [
            "payout",
            "create",
            "r",
            "1e3",
            "USDT",
            "--fee",
            "included",
            "--to",
            TO,
            "--network",
            "tron",
        ]
        .as_slice(),
        ["checkout", "create", "r", "10.50", "USDT"].as_slice(),
        [
            "checkout",
            "create",
            "r",
            "10.50",
            "USDT",
            "--kind",
            "native",
            "--customer",
            "c",
        ]
        .as_slice(),
    ] {
        let ran = stage.run(wrong);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{wrong:?}");
    }
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn creates_and_cancels_an_order_at_chainup() {
    let stage = Stage::all();
    let at = ["--gateway", "chainup-opay/main"];
    let create = [
        "checkout",
        "create",
        "order-1",
        "10",
        "USDT",
        "--customer",
        "22033390",
        "--title",
        "Teapot",
        "--notify-url",
        "http://127.0.0.1:9/hook",
        "--success-url",
        "http://127.0.0.1:9/thanks",
    ];
    let with = |arguments: &[&str]| {
        let all: Vec<&str> = arguments.iter().chain(&at).copied().collect();
        stage.json(&all)
    };
    let (status, made) = with(&create);
    assert_eq!(
        (status, &made["next"]["step"]),
        (0, &"visit".into()),
        "{made}"
    );
    let number = made["payment"]["provider_id"].as_str().unwrap();
    let (status, cancelled) = with(&["checkout", "cancel", "--provider-id", number]);
    assert_eq!(
        (status, &cancelled["payment"]["phase"]),
        (0, &"closed".into()),
        "{cancelled}"
    );
}

#[test]
fn an_order_at_ccpayment_has_an_address() {
    let stage = Stage::all();
    let (status, made) = stage.json(&[
        "checkout",
        "create",
        "order-1",
        "25.50",
        "USD",
        "--kind",
        "native",
        "--pay-with",
        "USDT@tron",
        "--gateway",
        "ccpayment/main",
    ]);
    assert_eq!(
        (status, &made["next"]["step"]),
        (0, &"send".into()),
        "{made}"
    );
    assert_eq!(made["next"]["network"], "tron");
    let (status, shown) =
        stage.json(&["checkout", "show", "order-1", "--gateway", "ccpayment/main"]);
    assert_eq!(
        (status, &shown["payment"]["reference"]),
        (0, &"order-1".into()),
        "{shown}"
    );
    // An unknown reference.
    let ran = stage.run(&["checkout", "show", "order-2", "--gateway", "ccpayment/main"]);
    assert_eq!(ran.status, 1, "{}", ran.stdout);
}
