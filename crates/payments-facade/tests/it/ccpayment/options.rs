//! What is carried is what the capabilities say, and all else is refused before anything is sent.

use std::net::IpAddr;
use std::time::Duration;

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{InvalidRequest, Kind, Outcome};
use payments_facade::checkout::{CheckoutKind, Item};
use payments_facade::facts::Basis;
use payments_facade::{
    Capabilities, CheckoutOrder, Fee, Gateway, Money, Payee, PayoutOrder, network,
};

use super::support::*;

const CHECKOUT: &[&str] = &[
    "customer",
    "notify_url",
    "success_url",
    "failure_url",
    "valid_for",
    "language",
    "title",
    "items",
    "metadata",
    "note",
    "pay_with",
    "country",
    "email",
    "ip",
];

fn set(order: CheckoutOrder, name: &str) -> CheckoutOrder {
    match name {
        "customer" => order.customer("customer-7"),
        "notify_url" => order.notify_url("https://shop.example/hook"),
        "success_url" => order.success_url("https://shop.example/thanks"),
        "failure_url" => order.failure_url("https://shop.example/sorry"),
        "valid_for" => order.valid_for(Duration::from_secs(600)),
        "language" => order.language("en-US"),
        "title" => order.title("Teapot"),
        "items" => order.items(vec![Item::new("Teapot", "25.50".parse().unwrap(), 1)]),
        "metadata" => order.metadata("cart 7"),
        "note" => order.note("cart 7"),
        "pay_with" => order.pay_with(usdt_on(network::TRON)),
        "country" => order.country("PT"),
        "email" => order.email("ana@cliente.example"),
        "ip" => order.ip(IpAddr::from([203, 0, 113, 7])),
        other => unreachable!("no test sets {other}"),
    }
}

fn set_on_payout(payout: PayoutOrder, name: &str) -> PayoutOrder {
    match name {
        "customer" => payout.customer("customer-7"),
        "notify_url" => payout.notify_url("https://shop.example/hook"),
        "metadata" => payout.metadata("{}"),
        "note" => payout.note("order 1001"),
        other => unreachable!("no test sets {other}"),
    }
}

#[test]
fn exactly_the_listed_options_are_accepted() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let capabilities = Capabilities::of(&gateway);
    let checkout = gateway.checkout().unwrap();
    let mut refused = 0;
    for order in [hosted("o-1"), native("o-1")] {
        assert_eq!(checkout.check(&order), Ok(()));
        for name in CHECKOUT {
            let order = set(order.clone(), name);
            let carried = capabilities.has(&format!("checkout.{}.{name}", order.kind().as_str()));
            assert_eq!(
                checkout.check(&order).is_ok(),
                carried,
                "{:?} {name}",
                order.kind()
            );
            if !carried {
                let error = block_on(checkout.create(&order)).unwrap_err();
                assert_eq!(
                    (error.kind(), error.field()),
                    (Kind::Unsupported, Some(*name))
                );
                assert_eq!(
                    (error.outcome(), error.attempts()),
                    (Outcome::NotApplied, 0)
                );
                refused += 1;
            }
        }
    }
    let payouts = gateway.payouts().unwrap();
    for payout in [to_chain("p-1", Fee::OnTop), to_account("p-1")] {
        assert_eq!(payouts.check(&payout), Ok(()));
        for name in ["customer", "notify_url", "metadata", "note"] {
            let error = block_on(payouts.create(&set_on_payout(payout.clone(), name))).unwrap_err();
            assert_eq!(
                (error.kind(), error.field()),
                (Kind::Unsupported, Some(name))
            );
            refused += 1;
        }
    }
    assert_eq!(
        refused,
        9 + 9 + 8,
        "options that CCPayment has no field for"
    );
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

#[test]
fn refuses_unsupported_orders_before_any_request() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let order = |kind, money| CheckoutOrder::new(kind, reference("o"), money);
    let (page, address) = (CheckoutKind::Hosted, CheckoutKind::Native);
    let on_tron = |money: payments_facade::Money| money.on_network(network::TRON).unwrap();
    let bitcoin = money("1", "BTC").on_network(network::BITCOIN).unwrap();
    for (order, field, kind) in [
        (
            order(CheckoutKind::CardPage, dollars("1")),
            "card_page",
            Kind::Unsupported,
        ),
        (order(page, dollars("1")), "title", Kind::Invalid),
        (
            order(page, money("1", "EUR")).title("t"),
            "asset",
            Kind::Invalid,
        ),
        (
            order(page, on_tron(money("1", "USD"))).title("t"),
            "network",
            Kind::Unsupported,
        ),
        (
            order(page, dollars("1.005")).title("t"),
            "product_price",
            Kind::Invalid,
        ),
        (order(address, dollars("1")), "pay_with", Kind::Invalid),
        (
            order(address, dollars("1")).pay_with(asset("USDT")),
            "network",
            Kind::Invalid,
        ),
        (order(address, money("1", "USDT")), "network", Kind::Invalid),
        (
            order(address, usdt("1")).pay_with(usdt_on(network::BSC)),
            "network",
            Kind::Invalid,
        ),
        (
            order(address, bitcoin).pay_with(usdt_on(network::TRON)),
            "asset",
            Kind::Invalid,
        ),
        (
            order(address, dollars("1.005")).pay_with(usdt_on("TRC20")),
            "price",
            Kind::Invalid,
        ),
        (
            order(address, dollars("0")).pay_with(usdt_on("TRC20")),
            "price",
            Kind::Invalid,
        ),
    ] {
        let error = block_on(checkout.create(&order)).unwrap_err();
        assert_eq!(
            (error.field(), error.kind(), error.attempts()),
            (Some(field), kind, 0),
            "{error}"
        );
        assert_eq!(checkout.check(&order).unwrap_err().field(), field);
    }
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

#[test]
fn the_capabilities_and_facts_of_ccpayment() {
    let gateway = scripted(&ScriptedTransport::new());
    let capabilities: Vec<String> = Capabilities::of(&gateway)
        .iter()
        .map(|one| one.to_string())
        .collect();
    let expected = "addresses, addresses.get, addresses.get.network, addresses.get.notify_url, balances, checkout, \
        checkout.find.by_reference, checkout.hosted, checkout.hosted.metadata, checkout.hosted.notify_url, \
        checkout.hosted.success_url, checkout.hosted.title, checkout.hosted.valid_for, checkout.native, \
        checkout.native.metadata, checkout.native.note, checkout.native.notify_url, checkout.native.pay_with, \
        checkout.native.valid_for, payouts, payouts.account, payouts.account.fee_included, payouts.account.fee_on_top, \
        payouts.chain, payouts.chain.fee_included, payouts.chain.fee_on_top, payouts.chain.memo, \
        payouts.find.by_reference, rates, rates.conversion, webhooks.resend";
    assert_eq!(capabilities.join(", "), expected);

    let facts = gateway.facts();
    let limit = facts.rate_limit.unwrap();
    assert_eq!(
        (limit.value.requests, limit.value.per),
        (100, Duration::from_secs(1))
    );
    assert!(matches!(limit.source, Basis::Documented(_)));
    assert!(!facts.not_found_proves.value);
    assert!(matches!(facts.not_found_proves.source, Basis::Assumed(_)));
    assert!(matches!(facts.quiet_period.source, Basis::Assumed(_)));
}

#[test]
fn one_refusal_names_every_problem() {
    let fields = |invalid: &InvalidRequest| -> Vec<&str> {
        invalid.problems().map(InvalidRequest::field).collect()
    };
    let gateway = scripted(&ScriptedTransport::new());
    let on_ethereum = Money::new("0".parse().unwrap(), usdt_on(network::ETHEREUM));
    let payee = Payee::Chain(tron());
    let payout = PayoutOrder::new(reference("p-1"), payee, on_ethereum, Fee::OnTop).note("x");
    let invalid = gateway.payouts().unwrap().check(&payout).unwrap_err();
    assert_eq!(fields(&invalid), ["note", "asset network", "value"]);

    let checkout = gateway.checkout().unwrap();
    let page = CheckoutOrder::hosted(reference("o-1"), dollars("0"))
        .note("x")
        .notify_url("/hook");
    let invalid = checkout.check(&page).unwrap_err();
    assert_eq!(
        fields(&invalid),
        ["note", "title", "product_price", "notify_url"]
    );
    let address = CheckoutOrder::native(reference("o-1"), money("1", "XYZ"))
        .pay_with(asset("USDT"))
        .title("Teapot")
        .notify_url("/hook");
    let invalid = checkout.check(&address).unwrap_err();
    assert_eq!(
        fields(&invalid),
        ["title", "asset", "network", "notify_url"]
    );
}
