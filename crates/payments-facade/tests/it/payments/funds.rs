//! What several statements about money come to.

use payments_facade::payment::{Closure, Funds, PaymentKind};
use payments_facade::{Money, Phase, Settlement};

use super::{money, of, said};

#[test]
fn of_two_statements_about_a_transfer_the_greater_counts() {
    let transfer = |amount| {
        let observation = said(PaymentKind::Checkout, Some("o"), None);
        of(observation
            .transfer("transfer-1")
            .paid(money(amount, "USDT")))
    };
    for (first, second, greater) in [("2", "3", "3"), ("3", "2", "3"), ("9", "10", "10")] {
        let mut payment = transfer(first);
        payment.merge(transfer(second)).unwrap();
        assert_eq!(payment.funds().received, money(greater, "USDT"));
    }
}

#[test]
fn a_refund_in_another_coin_leaves_the_settlement_open() {
    let usdt = |amount| Money::of(amount, "USDT").unwrap();
    let funds = |refunded| Funds {
        expected: Some(usdt("10")),
        received: Some(usdt("10")),
        refunded: Some(refunded),
        ..Funds::default()
    };
    let in_same = funds(usdt("4")).settlement();
    assert_eq!(in_same, Settlement::Missing(usdt("4")));
    let in_other = funds(Money::of("4", "BTC").unwrap()).settlement();
    assert_eq!(in_other, Settlement::Unstated);
}

#[test]
fn only_a_refund_that_did_not_fail_is_one_of_its_order() {
    let sent = |kind, phase| {
        let payment = of(said(kind, Some("o"), Some("r-1"))
            .phase(phase, "any")
            .paid(money("4", "USDT")));
        let order = payment.refund_of_order()?;
        order.funds().refunded
    };
    let failed = Phase::Closed(Closure::Failed);
    let refunded = sent(PaymentKind::Refund, Phase::Completed);
    assert_eq!(refunded, money("4", "USDT"));
    assert_eq!(sent(PaymentKind::Refund, failed), None);
    assert_eq!(sent(PaymentKind::Payout, Phase::Completed), None);
}

#[test]
fn a_refund_of_an_unknown_amount_is_known_as_one() {
    let order = || said(PaymentKind::Checkout, Some("o"), None).paid(money("10", "USDT"));
    assert!(
        of(order().with_unknown_refund(true))
            .funds()
            .has_unknown_refund
    );
    assert!(
        !of(order().refunded(money("4", "USDT")))
            .funds()
            .has_unknown_refund
    );
    assert!(!of(order()).funds().has_unknown_refund);
}

#[test]
fn statements_that_differ_in_an_amount_are_different() {
    let paid = |amount| said(PaymentKind::Checkout, Some("o"), None).paid(money(amount, "USDT"));
    assert_eq!(paid("1"), paid("1"));
    assert_ne!(paid("1"), paid("2"));
}

#[test]
fn a_customer_that_two_sources_name_is_known_and_two_customers_are_none() {
    let named = |customer: &str, phase| {
        let observation = said(PaymentKind::Checkout, Some("o"), None);
        of(observation.customer(Some(customer.into())).phase(phase, ""))
    };
    for (second, expected) in [("customer-7", Some("customer-7")), ("customer-8", None)] {
        let mut payment = named("customer-7", Phase::Open);
        payment.merge(named(second, Phase::Completed)).unwrap();
        assert_eq!(payment.customer(), expected);
    }
}
