//! Requests that are refused before they are sent: every problem at once, in the words of the command line.

mod fields;

use crate::money::TO;
use crate::support::{Ran, Stage};

/// A command at a gateway that is complete, and the options that the provider requires, each with its value.
struct Case {
    gateway: &'static str,
    command: Vec<&'static str>,
    required: Vec<(&'static str, &'static str)>,
}

fn case(
    gateway: &'static str,
    command: &'static str,
    required: &[(&'static str, &'static str)],
) -> Case {
    Case {
        gateway,
        command: command.split(' ').collect(),
        required: required.to_vec(),
    }
}

fn cases() -> Vec<Case> {
    let payout = Box::leak(
        format!("payout create r 4 USDT --arrives 3 --to {TO} --network tron").into_boxed_str(),
    );
    vec![
        case("cpay", "checkout create r 10 USDT", &[("--customer", "c")]),
        case(
            "cpay",
            "checkout create r 10 USD --kind card-page",
            &[
                ("--customer", "c"),
                ("--item", "teapot=10"),
                ("--country", "BR"),
                ("--email", "ana@cliente.example"),
                ("--ip", "203.0.113.7"),
            ],
        ),
        case("cpay", payout, &[("--customer", "c")]),
        case(
            "cpay",
            "payout create r 5 BRL --fee on-top --pix email:ana@cliente.example",
            &[("--customer", "c")],
        ),
        case("cpay", "exchange r 1 USDT BRL", &[("--customer", "c")]),
        case(
            "chainup-opay",
            "checkout create r 10 USDT --title Teapot",
            &[
                ("--customer", "22033390"),
                ("--success-url", "http://127.0.0.1:9/thanks"),
                ("--notify-url", "http://127.0.0.1:9/hook"),
            ],
        ),
        case(
            "ccpayment",
            "checkout create r 10 USD",
            &[("--title", "Teapot")],
        ),
        case(
            "ccpayment",
            "checkout create r 10 USD --kind native",
            &[("--pay-with", "USDT@tron")],
        ),
        case(
            "ccpayment",
            "checkout create r 10 USDT --kind native",
            &[("--network", "tron")],
        ),
        case("ccpayment", "address customer-7", &[("--network", "tron")]),
    ]
}

/// No field or method of the libraries is named.
fn speaks_of_arguments_only(ran: &Ran) {
    let words = ran
        .stderr
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for word in words {
        assert!(!word.contains('_'), "{word}: {}", ran.stderr);
    }
    assert!(
        !ran.stderr.contains("()") && !ran.stderr.contains("(true)"),
        "{}",
        ran.stderr
    );
}

#[test]
fn names_every_missing_option_at_once() {
    let stage = Stage::all();
    for case in cases() {
        let count = case.required.len();
        // Each of them, then all of them.
        let mut left_out: Vec<Vec<usize>> = (0..count).map(|place| vec![place]).collect();
        left_out.push((0..count).collect());
        for missing in left_out {
            let mut line = case.command.clone();
            line.extend(["--gateway", case.gateway]);
            for (place, (option, value)) in case.required.iter().enumerate() {
                if !missing.contains(&place) {
                    line.extend([*option, *value]);
                }
            }
            let ran = stage.run(&line);
            assert_eq!(
                (ran.status, ran.stdout.as_str()),
                (2, ""),
                "{line:?}: {}",
                ran.stderr
            );
            assert!(
                ran.stderr.starts_with("error: missing --"),
                "{line:?}: {}",
                ran.stderr
            );
            for place in missing {
                let option = case.required[place].0;
                assert!(ran.stderr.contains(option), "{option}: {}", ran.stderr);
            }
            speaks_of_arguments_only(&ran);
        }
    }
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn a_complete_command_is_not_refused() {
    let stage = Stage::all();
    for (number, case) in cases().into_iter().enumerate() {
        let reference = format!("order-{number}");
        let command = case.command.iter();
        let mut line: Vec<&str> = command
            .map(|word| if *word == "r" { &reference } else { *word })
            .collect();
        line.extend(["--gateway", case.gateway]);
        line.extend(
            case.required
                .iter()
                .flat_map(|(option, value)| [*option, *value]),
        );
        if matches!(line[0], "payout" | "exchange") {
            line.push("--yes");
        }
        let ran = stage.run(&line);
        assert_eq!(ran.status, 0, "{line:?}: {}", ran.stderr);
    }
}

/// The parser's own checks come before the provider's, so none of these options is left to the parser.
#[test]
fn names_payee_network_fee_and_customer_of_a_payout_in_one_run() {
    let stage = Stage::all();
    for (line, wanted) in [
        (
            "",
            "2 problems:\n  missing one of --to, --pix and --account, and one of --fee and --arrives\n  \
             missing --customer (required by C-Pay)",
        ),
        (
            "--to x",
            "2 problems:\n  missing --network, and one of --fee and --arrives\n  missing --customer (required by C-Pay)",
        ),
        ("--to x --arrives 3 --customer c", "missing --network"),
        (
            "--memo 5 --network tron --arrives 3",
            "2 problems:\n  missing --to\n  missing --customer (required by C-Pay)",
        ),
        (
            "--pix email:ana@cliente.example --network tron --fee on-top",
            "2 problems:\n  --pix goes without --network\n  missing --customer (required by C-Pay)",
        ),
        (
            "--account ana@cliente.example --memo 5 --allow-unchecked-address --fee on-top --customer c",
            "--account goes without --memo and --allow-unchecked-address",
        ),
        (
            "--pix foo:x",
            "3 problems:\n  missing one of --fee and --arrives\n  --pix: write KIND:KEY, as in \
             email:ana@cliente.example; KIND is cpf, cnpj, email, mobile or random\n  \
             missing --customer (required by C-Pay)",
        ),
        (
            "--pix email:ana@cliente.example --customer c",
            "missing one of --fee and --arrives",
        ),
    ] {
        let words = "payout create r 4 USDT --gateway cpay".split(' ');
        let words: Vec<&str> = words.chain(line.split_whitespace()).collect();
        let ran = stage.run(&words);
        assert_eq!(ran.status, 2, "{line}: {}", ran.stderr);
        assert_eq!(ran.stderr, format!("error: {wanted}\n"), "{line}");
    }
    let ran = stage.run(&[
        "payout",
        "create",
        "r",
        "4",
        "USDT",
        "--gateway",
        "ccpayment",
    ]);
    assert!(!ran.stderr.contains("--customer"), "{}", ran.stderr);
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn names_missing_and_unsupported_options_in_one_run() {
    let stage = Stage::all();
    let ran = stage.run(&[
        "checkout",
        "create",
        "r",
        "10",
        "USDT",
        "--gateway",
        "chainup-opay",
        "--customer",
        "22033390",
        "--note",
        "x",
        "--valid-for",
        "5m",
        "--network",
        "tron",
    ]);
    assert_eq!(ran.status, 2);
    for part in [
        "missing --success-url and --notify-url (required by ChainUp OPay)",
        "--valid-for is not supported by ChainUp OPay, nor is --note (supported: --customer, --success-url",
        "--network is not supported by ChainUp OPay",
    ] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
    let ran = stage.run(&[
        "payout",
        "create",
        "r",
        "4",
        "USDT",
        "--fee",
        "included",
        "--to",
        TO,
        "--network",
        "tron",
        "--note",
        "x",
        "--gateway",
        "cpay",
    ]);
    for part in [
        "--fee included is not supported by C-Pay (try --arrives",
        "missing --customer",
        "--note is not",
    ] {
        assert!(ran.stderr.contains(part), "{}", ran.stderr);
    }
    speaks_of_arguments_only(&ran);
    assert!(stage.sandbox.requests().is_empty());
}

/// Before anything is sent, or with the place where the reason can be found.
#[test]
fn a_typing_error_is_refused_or_points_to_the_sandboxs_page() {
    let stage = Stage::all();
    let create = |asset: &'static str| {
        stage.run(&[
            "checkout",
            "create",
            "order-1",
            "10.50",
            asset,
            "--customer",
            "c",
            "--gateway",
            "cpay",
        ])
    };
    let ran = create("usdt");
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("10.50 USDT"), "{}", ran.stdout);
    let ran = create("FOO");
    assert!(
        ran.status == 2 && ran.stderr.contains("ASSET is not a listed one"),
        "{}",
        ran.stderr
    );
    // The reference is used already. No document of C-Pay says what its answer means.
    let ran = create("USDT");
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let page = format!("{}/_sandbox", stage.sandbox.base_url());
    assert!(ran.stderr.contains(&page), "{}", ran.stderr);
    let large = [
        "payout",
        "create",
        "payout-1",
        "4000000",
        "USDT",
        "--arrives",
        "3000000",
        "--to",
        TO,
        "--network",
        "tron",
        "--customer",
        "c",
        "--yes",
        "--gateway",
        "cpay",
    ];
    let ran = stage.run(&[&large[..], &["--check-balance"]].concat());
    assert!(
        ran.status == 1 && ran.stderr.contains("nothing was sent: the balance is"),
        "{}",
        ran.stderr
    );
    let ran = stage.run(&large);
    assert!(
        ran.status == 3 && ran.stderr.contains(&page),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_stopped_sandbox_is_named_with_its_address() {
    let stage = Stage::all();
    // Nothing listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let config = crate::support::text(&stage.config());
    let moved = config.replace(stage.sandbox.base_url(), &format!("http://{free}"));
    stage.write_config(&moved);
    for line in [
        "balances --gateway cpay",
        "balances --gateway ccpayment",
        "rates 1 USDT BRL --gateway cpay",
        "checkout show order-1 --gateway cpay",
        "payout show payout-1 --gateway ccpayment",
        "statement 2026-11-22 --gateway chainup-opay",
        "api cpay getMerchantBalance",
        "address c --gateway cpay",
        "checkout create order-1 10 USDT --customer c --gateway cpay",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = stage.run(&words);
        assert_eq!(ran.status, 1, "{line}: {}", ran.stderr);
        let refused = format!("connection refused by {free}");
        assert!(ran.stderr.contains(&refused), "{line}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("`payments sandbox`"),
            "{line}: {}",
            ran.stderr
        );
        assert!(
            !ran.stderr.contains("same reference"),
            "{line}: {}",
            ran.stderr
        );
    }
}

#[test]
fn an_asset_on_one_network_is_not_ordered_on_another() {
    let stage = Stage::all();
    for (network, is_refused) in [("tron", true), ("MATIC", false)] {
        let words =
            "checkout create o-1 25 USDT@polygon --gateway ccpayment/main --kind native --network";
        let words: Vec<&str> = words.split(' ').chain([network]).collect();
        let ran = stage.run(&words);
        let is_named = ran.stderr.contains("two different networks");
        assert_eq!(is_named, is_refused, "{network}: {}", ran.stderr);
        if is_refused {
            assert_eq!(ran.status, 2, "{}", ran.stderr);
            assert!(stage.sandbox.requests().is_empty());
        }
    }
}
