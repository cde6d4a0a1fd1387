//! Addresses: what is refused before a payout is sent, and what a payer gets.

use crate::support::Stage;

const TRON: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
const MISTYPED: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnv";
const EVM: &str = "0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221";
const RIPPLE: &str = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh";

/// A payout at C-Pay.
fn cpay(address: &'static str, network: &'static str) -> Vec<&'static str> {
    let words = "payout create p-1 4 USDT --arrives 3 --customer c --yes --gateway cpay/main";
    let to = ["--to", address, "--network", network];
    words.split(' ').chain(to).collect()
}

/// A payout at CCPayment.
fn ccpayment(
    coin: &'static str,
    address: &'static str,
    network: &'static str,
) -> Vec<&'static str> {
    let words = "payout create p-1 40 --fee included --yes --gateway ccpayment/main";
    let mut all: Vec<&str> = words.split(' ').collect();
    all.insert(4, coin);
    all.extend(["--to", address, "--network", network]);
    all
}

#[test]
fn refuses_wrong_addresses_before_anything_is_sent() {
    let stage = Stage::all();
    let with_memo = |memo: &'static str| {
        let mut all = ccpayment("XRP", RIPPLE, "XRP Ledger");
        all.extend(["--memo", memo]);
        all
    };
    for (words, expected) in [
        (cpay(MISTYPED, "tron"), "--to has a wrong checksum"),
        (
            cpay("not-an-address", "TRC20"),
            "--to is not an address of TRON",
        ),
        (
            cpay(TRON, "erc20"),
            "--to is an address of TRON, not of Ethereum",
        ),
        (
            ccpayment("USDT", EVM, "tron"),
            "--to is an address of Ethereum or a network like it, not of TRON",
        ),
        (
            ccpayment("USDT", MISTYPED, "TRX"),
            "--to has a wrong checksum",
        ),
        (
            ccpayment("USDT", "not-an-address", "TRX"),
            "if the payee confirms it: --allow-unchecked-address",
        ),
        (with_memo("tag:12345"), "--memo has a label in front of it"),
        (with_memo("4294967296"), "--memo is too large"),
    ] {
        let ran = stage.run(&words);
        assert_eq!(ran.status, 2, "{words:?} {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{words:?} {}", ran.stderr);
    }
    assert!(stage.sandbox.requests().is_empty());
}

/// A network that the provider does not have explains more than the address.
#[test]
fn suggests_the_network_that_was_meant() {
    let stage = Stage::cpay();
    let words: Vec<&str> = cpay(TRON, "TRC");
    let ran = stage.run(&words[..words.len()]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    for expected in ["--network", "did you mean TRON(TRC-20)?"] {
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    assert!(stage.sandbox.requests().is_empty());
}

#[test]
fn sends_to_an_unchecked_address_only_if_it_is_allowed() {
    let stage = Stage::all();
    let mut words = cpay(MISTYPED, "tron");
    words.push("--allow-unchecked-address");
    let ran = stage.run(&words);
    assert!(
        ran.stderr
            .contains("note: the form of the address is not checked"),
        "{}",
        ran.stderr
    );
    assert!(!stage.sandbox.requests().is_empty());
}

#[test]
fn notes_what_cannot_be_checked() {
    let stage = Stage::all();
    for (words, expected) in [
        (cpay(EVM, "erc20"), "note: this address has no checksum"),
        (
            ccpayment("USDT", "anything", "Stone"),
            "note: unknown network: the form of the address is not checked",
        ),
    ] {
        let ran = stage.run(&words);
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    let ran = stage.run(&cpay(TRON, "tron"));
    assert!(!ran.stderr.contains("note: "), "{}", ran.stderr);
}

#[test]
fn states_the_minimum_of_a_coin() {
    let stage = Stage::all();
    let mut words = ccpayment("TRX", TRON, "tron");
    words[3] = "0.1";
    let ran = stage.run(&words);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    let expected = "AMOUNT is less than the provider's minimum (allowed: 1 TRX or more)";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}

#[test]
fn prints_a_payment_uri_where_one_is_documented() {
    let stage = Stage::all();
    let create = |reference: &str, coin: &str| {
        let words = "checkout create R 25.50 USD --kind native --gateway ccpayment/main --pay-with";
        let mut all: Vec<&str> = words.split(' ').collect();
        all[2] = reference;
        all.push(coin);
        let (status, made) = stage.json(&all);
        assert_eq!(status, 0, "{made}");
        made["next"].clone()
    };
    let next = create("order-1", "USDT@ethereum");
    let (address, uri) = (&next["address"], next["payment_uri"].as_str().unwrap());
    let contract = "0xdac17f958d2ee523a2206206994597c13d831ec7";
    let prefix = format!(
        "ethereum:{contract}@1/transfer?address={}&uint256=",
        address.as_str().unwrap()
    );
    let units: u64 = uri.strip_prefix(&prefix).unwrap().parse().unwrap();
    let amount: f64 = next["money"]["amount"].as_str().unwrap().parse().unwrap();
    assert!((amount * 1e6 - units as f64).abs() < 1.0, "{next}");
    assert!(next["payment_uri_note"].is_null(), "{next}");
    // The payer needs address and amount.
    assert!(create("order-2", "USDT@tron")["payment_uri"].is_null());
}
