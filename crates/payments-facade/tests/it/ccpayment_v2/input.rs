//! What is refused before anything is sent, or before money moves.

use std::time::Duration;

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{InvalidRequest, Kind, Outcome};
use payments_facade::address::AddressRequest;
use payments_facade::{CheckoutOrder, Destination, Fee, Gateway as _, Payee, PayoutOrder, network};
use serde_json::json;

use super::support::*;

fn fields(invalid: &InvalidRequest) -> Vec<&'static str> {
    invalid.problems().map(InvalidRequest::field).collect()
}

#[test]
fn orders_that_the_provider_cannot_make_are_refused_without_a_request() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let usdt_on = |network: &str| asset("USDT").on_network(network).unwrap();
    let priced = |price| CheckoutOrder::native(reference("order-1"), price);
    let day = Duration::from_secs(86_400);
    for (order, field) in [
        (hosted("order-1").customer("customer-7"), "customer"),
        (
            CheckoutOrder::hosted(reference("order-1"), usdt("25")),
            "network",
        ),
        (
            CheckoutOrder::card_page(reference("order-1"), dollars("1")),
            "card_page",
        ),
        (hosted("order-1").valid_for(Duration::ZERO), "valid_for"),
        (
            CheckoutOrder::hosted(reference("order-1"), dollars("1.001")),
            "amount",
        ),
        (
            CheckoutOrder::hosted(reference("or"), dollars("1")),
            "reference",
        ),
        (priced(dollars("25")), "pay_with"),
        (priced(money("25", "USDT")), "network"),
        (
            priced(usdt("25")).pay_with(usdt_on(network::TRON)),
            "network",
        ),
        (
            priced(usdt("25")).pay_with(asset("POL").on_network(network::POLYGON).unwrap()),
            "asset",
        ),
        (
            priced(dollars("25.001")).pay_with(usdt_on(network::TRON)),
            "amount",
        ),
        (native("order-1").valid_for(11 * day), "valid_for"),
        (native("order-1").title("Teapot"), "title"),
    ] {
        let invalid = checkout.check(&order).unwrap_err();
        assert_eq!(fields(&invalid), [field], "{invalid}");
        let error = block_on(checkout.create(&order)).unwrap_err();
        assert_eq!((error.attempts(), error.ticket()), (0, None), "{field}");
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn one_refusal_names_every_problem() {
    let gateway = scripted(&ScriptedTransport::new());
    let checkout = gateway.checkout().unwrap();
    let payouts = gateway.payouts().unwrap();
    let on_tron = Destination::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", network::TRON).unwrap();
    let to = |payee, money| PayoutOrder::new(reference("p1"), payee, money, Fee::OnTop);
    for (payout, expected) in [
        (
            to(Payee::Chain(on_tron), usdt("0")).note("x"),
            vec!["note", "asset network", "reference", "amount"],
        ),
        (
            to(Payee::Account("ana".into()), money("4", "USDT")).note("x"),
            vec!["note", "account", "reference"],
        ),
    ] {
        let invalid = payouts.check(&payout).unwrap_err();
        assert_eq!(fields(&invalid), expected, "{invalid}");
    }
    let never = Duration::ZERO;
    let in_dollars = CheckoutOrder::native(reference("o1"), dollars("1.001"));
    for (order, expected) in [
        (
            CheckoutOrder::hosted(reference("o1"), usdt("0"))
                .note("x")
                .notify_url("/hook")
                .valid_for(never),
            vec![
                "note",
                "network",
                "valid_for",
                "amount",
                "reference",
                "notify_url",
            ],
        ),
        (
            in_dollars
                .clone()
                .pay_with(asset("USDT"))
                .title("Teapot")
                .valid_for(never),
            vec!["title", "amount", "network", "valid_for", "reference"],
        ),
        (
            in_dollars.notify_url("/hook"),
            vec!["pay_with", "reference", "notify_url"],
        ),
    ] {
        let invalid = checkout.check(&order).unwrap_err();
        assert_eq!(fields(&invalid), expected, "{invalid}");
    }
}

#[test]
fn an_address_needs_a_network_and_a_customer_of_three_characters() {
    let gateway = scripted(&ScriptedTransport::new());
    let addresses = gateway.addresses().unwrap();
    let short = AddressRequest::new("ab").network(network::TRON);
    assert_eq!(fields(&addresses.check(&short).unwrap_err()), ["customer"]);
    let nowhere = AddressRequest::new("customer-7");
    assert_eq!(fields(&addresses.check(&nowhere).unwrap_err()), ["network"]);
}

#[test]
fn payouts_that_the_provider_cannot_make_are_refused_without_a_request() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let payouts = gateway.payouts().unwrap();
    let split = Fee::Split {
        arrives: "3".parse().unwrap(),
    };
    let mistyped = EVM_ADDRESS.replace("0xdac", "0xDac");
    let mistyped = Destination::new(&mistyped, network::POLYGON).unwrap();
    let to = |payee| PayoutOrder::new(reference("payout-1"), payee, money("4", "USDT"), Fee::OnTop);
    for (order, expected) in [
        (to_chain("payout-1", split), vec!["fee_split"]),
        (to(Payee::Chain(mistyped)), vec!["address"]),
        (to(Payee::Account("ana".into())), vec!["account"]),
        (
            to_account("payout-1").notify_url("https://shop.example/hook"),
            vec!["notify_url"],
        ),
        (to_chain("p1", Fee::OnTop), vec!["reference"]),
        (
            to_chain("payout-1", Fee::OnTop).metadata("a note"),
            vec!["metadata"],
        ),
    ] {
        let invalid = payouts.check(&order).unwrap_err();
        assert_eq!(fields(&invalid), expected, "{invalid}");
        assert!(block_on(payouts.create(&order)).is_err());
    }
    assert!(transport.requests().is_empty());
}

#[test]
fn a_coin_out_of_service_is_refused_after_the_list_and_before_the_call() {
    let usdt_on = |network: &str| asset("USDT").on_network(network).unwrap();
    let on_tron = Destination::new("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", network::TRON).unwrap();
    let to = |destination, amount: &str| {
        PayoutOrder::new(
            reference("payout-1"),
            Payee::Chain(destination),
            money(amount, "USDT"),
            Fee::OnTop,
        )
    };
    let on_polygon = || Destination::new(EVM_ADDRESS, network::POLYGON).unwrap();
    for (order, kind) in [
        // No withdrawals on TRON, at least one on Polygon, with 6 decimals.
        (to(on_tron, "4"), Kind::Busy),
        (to(on_polygon(), "0.5"), Kind::Invalid),
        (to(on_polygon(), "4.0000001"), Kind::Invalid),
    ] {
        let transport = ScriptedTransport::new().says(COINS);
        let gateway = scripted(&transport);
        let error = block_on(gateway.payouts().unwrap().create(&order)).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.ticket()),
            (kind, Outcome::NotApplied, None),
            "{error}"
        );
        assert_eq!(transport.requests().len(), 1);
    }
    let transport = ScriptedTransport::new().says(COINS);
    let gateway = scripted(&transport);
    let order = CheckoutOrder::native(reference("order-1"), dollars("1"))
        .pay_with(usdt_on(network::ETHEREUM));
    let error = block_on(gateway.checkout().unwrap().create(&order)).unwrap_err();
    assert!(error.to_string().contains("POLYGON, TRX"), "{error}");
}

#[test]
fn the_lists_are_kept_and_the_options_arrive() {
    let transport = ScriptedTransport::new()
        .says(r#"{"fiats":[{"fiatId":9101,"symbol":"EUR","usdRate":"0.8"}]}"#)
        .says(COINS)
        .says(r#"{"address":"0xdac17f958d2ee523a2206206994597c13d831ec7","amount":"31.25","memo":""}"#)
        .says(r#"{"address":"0xdac17f958d2ee523a2206206994597c13d831ec7","amount":"31.25","memo":""}"#);
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let order = |text: &str| {
        CheckoutOrder::native(reference(text), money("25.00", "EUR"))
            .pay_with(usdt("1").asset)
            .notify_url("https://shop.example/hook")
            .valid_for(Duration::from_secs(3_600))
    };
    let email = payments_core::SensitiveString::from("ana@cliente.example");
    block_on(checkout.create(&order("order-1").email(email))).unwrap();
    block_on(checkout.create(&order("order-2"))).unwrap();
    let requests = sent(&transport);
    let paths: Vec<&str> = requests.iter().map(|(path, _)| path.as_str()).collect();
    let create = "createAppOrderDepositAddress";
    assert_eq!(paths, ["getFiatList", "getCoinList", create, create]);
    let expected = json!({ "orderId": "order-1", "coinId": 1280, "chain": "POLYGON", "price": "25", "fiatId": 9101,
        "expiredAt": START + 3_600, "notifyUrl": "https://shop.example/hook", "buyerEmail": "ana@cliente.example" });
    let mut body = requests[2].1.clone();
    body["price"] = json!(body["price"].as_str().unwrap().trim_end_matches(".00"));
    assert_eq!(body, expected);
}

#[test]
fn a_symbol_of_a_currency_and_of_a_coin_is_ambiguous() {
    let transport = ScriptedTransport::new()
        .says(r#"{"fiats":[{"fiatId":9999,"symbol":"POL"}]}"#)
        .says(COINS);
    let gateway = scripted(&transport);
    let order = CheckoutOrder::hosted(reference("order-1"), money("1", "POL"));
    let error = block_on(gateway.checkout().unwrap().create(&order)).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (Kind::Invalid, Some("asset"))
    );
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn an_account_of_version_1_and_wrong_credentials_are_named_and_stop_the_client() {
    let shop = Shop::open().await;
    let v1 = shop.sandbox.credentials().ccpayment.clone();
    let of_v1 = at(&shop.sandbox, &v1.app_id, &v1.app_secret);
    let error = of_v1.balances().unwrap().list().await.unwrap_err();
    assert_eq!(error.code(), Some("11013"), "{error}");

    let own = shop.sandbox.credentials().ccpayment_v2.clone();
    let mistyped = at(&shop.sandbox, &own.app_id, "mistyped-secret");
    let before = shop.sandbox.requests().len();
    for _ in 0..5 {
        let error = mistyped.balances().unwrap().list().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotApplied);
    }
    // After three refusals in a row nothing more is sent.
    assert_eq!(shop.sandbox.requests().len() - before, 3);
    let payouts = mistyped.payouts().unwrap();
    let error = payouts.create(&to_account("payout-1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts(), error.ticket()),
        (Kind::Configuration, 0, None)
    );
}
