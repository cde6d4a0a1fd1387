//! Bounds and networks of rules in every spelling.

use std::sync::Arc;

use payments_core::scripted::ManualClock;
use payments_facade::router::{Router, Rule, SkipReason};
use payments_facade::{CheckoutOrder, Gateways, Money, network};

use super::support::{Three, rule, skipped};
use crate::layer::support::{money, reference};

/// Why an order does not pass this rule.
fn reason(rule: Rule, asked: &Money) -> Option<SkipReason> {
    let three = Three::new();
    let mut gateways = Gateways::new();
    gateways.add(three.fakes[0].clone()).unwrap();
    let router = Router::in_memory_only(gateways, Arc::new(ManualClock::new()))
        .then(rule)
        .unwrap();
    let order = CheckoutOrder::native(reference("o-1"), asked.clone());
    let route = router.why_checkout(&order);
    skipped(&route).remove(0).1
}

fn on(amount: &str, network: &str) -> Money {
    money(amount, "USDT").on_network(network).unwrap()
}

#[test]
fn applies_a_bound_to_every_spelling_of_its_network() {
    let cap = on("5000", network::TRON);
    let refused = Some(SkipReason::TooMuch(cap.clone()));
    let capped = || rule("one").at_most(cap.clone());
    for name in ["tron", "TRON", "TRX", "trc20", "TRC-20", "TRON(TRC-20)"] {
        assert_eq!(reason(capped(), &on("5000.01", name)), refused, "{name}");
        assert_eq!(reason(capped(), &on("5000", name)), None, "{name}");
    }
    // Without a network or with an unknown one, it may be TRON.
    assert_eq!(reason(capped(), &money("5000.01", "usdt")), refused);
    assert_eq!(reason(capped(), &on("5000.01", "Trn20")), refused);
    // Certainly another network, and another coin.
    assert_eq!(reason(capped(), &on("5000.01", "ERC20")), None);
    assert_eq!(reason(capped(), &money("5000.01", "BTC")), None);

    // A bound with an unknown network applies to every network.
    let unknown = on("5000", "Trn20");
    let rule_of = || rule("one").at_most(unknown.clone());
    for name in ["Trn20", "tron", "ERC20"] {
        let over = reason(rule_of(), &on("5000.01", name));
        assert_eq!(over, Some(SkipReason::TooMuch(unknown.clone())), "{name}");
    }

    let least = on("10", "TRC20");
    assert_eq!(
        reason(rule("one").at_least(least.clone()), &on("9", network::TRON)),
        Some(SkipReason::TooLittle(least))
    );
}

#[test]
fn accepts_every_spelling_of_a_network() {
    let rule = || rule("one").assets(["usdt"]).networks(["TRC20", "Base"]);
    for name in [network::TRON, "TRX", "TRON(TRC-20)", "BASE"] {
        assert_eq!(reason(rule(), &on("1", name)), None, "{name}");
    }
    for name in [network::ETHEREUM, "ERC20", "Trn20"] {
        assert_eq!(
            reason(rule(), &on("1", name)),
            Some(SkipReason::Network),
            "{name}"
        );
    }
}

/// The coin in which an order is to be paid decides on its network, if its price has none.
#[test]
fn looks_at_the_network_of_the_coin_that_an_order_is_paid_with() {
    let asked = |network| {
        let coin = on("1", network).asset;
        CheckoutOrder::native(reference("o-1"), money("25.50", "USD")).pay_with(coin)
    };
    let on_tron = || rule("one").networks([network::TRON]);
    let skips = |order: &CheckoutOrder| {
        let three = Three::new();
        let mut gateways = Gateways::new();
        gateways.add(three.fakes[0].clone()).unwrap();
        let router = Router::in_memory_only(gateways, Arc::new(ManualClock::new()))
            .then(on_tron())
            .unwrap();
        skipped(&router.why_checkout(order)).remove(0).1
    };
    assert_eq!(skips(&asked("polygon")), Some(SkipReason::Network));
    assert_ne!(skips(&asked("TRC20")), Some(SkipReason::Network));
}

#[test]
fn compares_money_in_every_spelling_of_its_network() {
    let asked = on("5", network::TRON);
    for name in ["TRC20", "TRX", "TRON(TRC-20)"] {
        assert!(asked.is_comparable(&on("5", name)), "{name}");
        let sum = asked.checked_add(&on("5", name));
        assert_eq!(sum, Some(on("10", network::TRON)));
    }
    for name in ["ERC20", "Trn20"] {
        assert!(!asked.is_comparable(&on("5", name)), "{name}");
    }
}
