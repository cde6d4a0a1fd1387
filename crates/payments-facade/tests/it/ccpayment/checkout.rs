//! Orders: what is sent, and what the customer does.

use std::time::Duration;

use ccpayment_client::v1;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::payment::PaymentKind;
use payments_facade::{CheckoutOrder, CustomerStep, Gateway, Phase, network};
use serde_json::json;

use super::support::*;

const CREATED: &str = r#"{"amount":"25.50","order_id":"71","network":"TRC20","pay_address":"TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
    "memo":"","token_id":"0912e09a-d8e2-41d7-a0bc-a25530892988","crypto":"USDT","order_valid_period":1800}"#;

/// `bill/info` about `order-1`: so much due, in this state, with these payments.
pub(crate) fn row(status: &str, trades: &str) -> String {
    format!(
        r#"[{{"order_detail":{{"product_price":"25.50","denominated_currency":"USD","merchant_order_id":"order-1",
            "chain":"TRX","contract":"TR7","crypto":"USDT","order_amount":"25.494901019796040792","status":"{status}",
            "token_rate":"1.0002","created":1677150000}},"trade_list":[{trades}],"refund_list":[]}}]"#
    )
}

#[test]
fn creates_a_page_with_all_supported_options() {
    let transport =
        ScriptedTransport::new().says(r#"{"payment_url":"https://ccpayment.com/pay?key=20230"}"#);
    let gateway = scripted(&transport);
    let order = hosted("order-1")
        .notify_url("https://shop.example/hook")
        .success_url("https://shop.example/thanks")
        .valid_for(Duration::from_secs(1_800))
        .metadata("cart 7");
    let created = block_on(gateway.checkout().unwrap().create(&order)).unwrap();
    assert_eq!(
        created.next.url(),
        Some("https://ccpayment.com/pay?key=20230")
    );
    assert!(created.provided::<v1::Checkout>().is_some());
    assert_eq!(
        (created.payment.phase(), created.payment.kind()),
        (Phase::Open, PaymentKind::Checkout)
    );
    assert_eq!(created.payment.funds().expected, Some(dollars("25.50")));
    assert!(!format!("{created:?}").contains("20230"));
    let expected = json!({
        "product_price": "25.50", "merchant_order_id": "order-1", "product_name": "Teapot", "order_valid_period": 1800,
        "return_url": "https://shop.example/thanks", "notify_url": "https://shop.example/hook", "custom_value": "cart 7",
    });
    assert_eq!(
        sent_requests(&transport),
        [("concise/url/get".to_owned(), expected)]
    );
}

#[test]
fn a_native_order_states_the_amount_fixed_by_the_provider() {
    let transport = ScriptedTransport::new()
        .says(CREATED)
        .says(&row("Pending", ""));
    let gateway = fixed(&transport);
    let order = native("order-1")
        .notify_url("https://shop.example/hook")
        .valid_for(Duration::from_secs(1_800))
        .metadata("cart 7")
        .note("teapot");
    let created = block_on(gateway.checkout().unwrap().create(&order)).unwrap();
    let CustomerStep::Send { to, money } = &created.next else {
        panic!("{created:?}")
    };
    assert_eq!(
        (to.address(), to.network(), to.memo()),
        (ADDRESS, network::TRON, None)
    );
    assert_eq!(*money, Some(usdt("25.494901019796040792")));
    assert_eq!(
        created
            .provided::<v1::CreatedOrder>()
            .unwrap()
            .order_id
            .as_str(),
        "71"
    );
    assert_eq!(created.payment.provider_ref().unwrap().as_str(), "71");
    assert!(!created.payment.is_contested());
    assert!(!format!("{created:?}").contains(ADDRESS));

    let expected = json!({
        "remark": "teapot", "token_id": USDT_TRON, "product_price": "25.50", "merchant_order_id": "order-1",
        "denominated_currency": "USD", "order_valid_period": 1800, "custom_value": "cart 7",
        "notify_url": "https://shop.example/hook",
    });
    assert_eq!(
        sent_requests(&transport)[0],
        ("bill/create".to_owned(), expected)
    );
    assert_eq!(paths(&transport), ["bill/create", "bill/info"]);
}

#[test]
fn estimates_the_amount_due_by_the_rate_if_the_order_does_not_state_it() {
    let rate = r#"{"price":"1.0002","value":"25.4949010197960408"}"#;
    for not_told in [
        "[]",
        &row("Pending", "").replace("25.494901019796040792", ""),
    ] {
        let transport = ScriptedTransport::new()
            .says(CREATED)
            .says(not_told)
            .says(rate);
        let created = block_on(
            fixed(&transport)
                .checkout()
                .unwrap()
                .create(&native("order-1")),
        )
        .unwrap();
        let CustomerStep::Send { money, .. } = &created.next else {
            panic!("{created:?}")
        };
        assert_eq!(*money, Some(usdt("25.494901019796040792")));
        // An estimate is no sum that the order is measured by.
        assert_eq!(created.payment.funds().expected, Some(dollars("25.50")));
        assert_eq!(
            paths(&transport),
            ["bill/create", "bill/info", "token/rate"]
        );
    }
    // Where no one states, the order stands all the same.
    let transport = ScriptedTransport::new()
        .says(CREATED)
        .answer(500, "")
        .answer(500, "");
    let created = block_on(
        fixed(&transport)
            .checkout()
            .unwrap()
            .create(&native("order-1")),
    )
    .unwrap();
    assert!(matches!(
        created.next,
        CustomerStep::Send { money: None, .. }
    ));
}

#[test]
fn a_price_in_the_coin_is_the_amount_due() {
    let priced = usdt("0.000001");
    let orders = [
        CheckoutOrder::native(reference("order-1"), priced.clone()),
        CheckoutOrder::native(reference("order-1"), priced.clone()).pay_with(asset("usdt")),
        CheckoutOrder::native(reference("order-1"), money("0.000001", "USDT"))
            .pay_with(usdt_on("TRC20")),
    ];
    for order in orders {
        let answer = CREATED.replace("25.50", "0.000001");
        let transport = ScriptedTransport::new().says(&answer);
        let created = block_on(fixed(&transport).checkout().unwrap().create(&order)).unwrap();
        let CustomerStep::Send { money, .. } = &created.next else {
            panic!("{created:?}")
        };
        assert_eq!(money.as_ref().unwrap().amount, priced.amount);
        let reported = sent_requests(&transport);
        assert_eq!(
            (reported.len(), &reported[0].1["denominated_currency"]),
            (1, &json!("token"))
        );
    }
}

#[test]
fn accepts_another_configured_currency() {
    let order = CheckoutOrder::native(reference("order-1"), money("25.50", "eur"))
        .pay_with(usdt_on(network::TRON));
    let transport = ScriptedTransport::new().says(CREATED).says("[]");
    let gateway = fixed(&transport);
    let refused = block_on(gateway.checkout().unwrap().create(&order)).unwrap_err();
    assert_eq!((refused.field(), refused.attempts()), (Some("asset"), 0));

    let gateway = gateway.with_currency("EUR").unwrap();
    let created = block_on(gateway.checkout().unwrap().create(&order)).unwrap();
    // Its rate is reported nowhere.
    assert!(matches!(
        created.next,
        CustomerStep::Send { money: None, .. }
    ));
    assert_eq!(
        sent_requests(&transport)[0].1["denominated_currency"],
        "EUR"
    );
    assert_eq!(paths(&transport).len(), 2);
}

#[test]
fn does_not_show_an_address_that_lacks_its_memo() {
    let coin = asset("XRP").on_network(network::XRP).unwrap();
    let order =
        CheckoutOrder::native(reference("order-1"), dollars("25.50")).pay_with(coin.clone());
    let answer = CREATED
        .replace(USDT_TRON, "xrp")
        .replace("TRC20", "XRP")
        .replace(r#""USDT""#, r#""XRP""#);
    for (memo, is_shown) in [("", false), ("7007", true)] {
        let answer = answer.replace(r#""memo":"""#, &format!(r#""memo":"{memo}""#));
        let transport = ScriptedTransport::new()
            .says(&answer)
            .says("[]")
            .says(r#"{"price":"0.5"}"#);
        let gateway = scripted(&transport).with_token(&coin, "xrp").unwrap();
        let created = block_on(gateway.checkout().unwrap().create(&order)).unwrap();
        match &created.next {
            CustomerStep::Send { to, money } if is_shown => {
                assert_eq!(to.memo(), Some("7007"));
                assert_eq!(money.as_ref().unwrap().amount, "51".parse().unwrap());
            }
            CustomerStep::Nothing => assert!(!is_shown),
            other => panic!("{other:?}"),
        }
    }
}

/// A row of the list of coins, and an order that is paid with it.
fn with_contract(contract: &str, chain: &str, symbol: &str) -> payments_facade::CustomerStep {
    let list = format!(
        r#"[{{"coin_id":"c","crypto":"{symbol}","tokens":[{{"token_id":"t","crypto":"{symbol}","network":"{chain}",
            "chain":"{chain}","contract":"{contract}","status":"Normal"}}]}}]"#
    );
    let created = format!(
        r#"{{"order_id":"71","amount":"25.5","crypto":"{symbol}","network":"{chain}",
            "pay_address":"0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221","token_id":"t","memo":""}}"#
    );
    let transport = ScriptedTransport::new().says(&list).says(&created);
    let gateway = scripted(&transport);
    let coin = asset(symbol).on_network(chain).unwrap();
    let price = money("25.50", symbol);
    let order = CheckoutOrder::native(reference("order-1"), price).pay_with(coin);
    let created = block_on(gateway.checkout().unwrap().create(&order)).unwrap();
    created.next.clone()
}

#[test]
fn makes_a_payment_uri_from_the_contract_in_the_list_of_coins() {
    let to = "0xcb5e6bc3699d1a92f80d9e1de129e500a58b5221";
    let usdt = "0x55d398326f99059ff775485246999027b3197955";
    let other = "0x27b1fdb04752bbc536007a920d24acb045561c26";
    for (contract, symbol, expected, has_note) in [
        // USDT has 18 decimals on this network, whatever precision the provider has.
        (
            usdt,
            "USDT",
            format!("ethereum:{usdt}@56/transfer?address={to}&uint256=25500000000000000000"),
            false,
        ),
        (
            other,
            "CAKE",
            format!("ethereum:{other}@56/transfer?address={to}"),
            true,
        ),
        (
            "56",
            "BNB",
            format!("ethereum:{to}@56?value=25500000000000000000"),
            false,
        ),
    ] {
        let next = with_contract(contract, "BSC", symbol);
        let uri = next.payment_uri().unwrap();
        assert_eq!((uri.as_str(), uri.note().is_some()), (&*expected, has_note));
    }
    // Without a contract it is not known which coin is meant.
    assert_eq!(with_contract("", "BSC", "USDT").payment_uri(), None);
    // No document describes URIs of this network.
    assert_eq!(with_contract("1", "Stone", "STN").payment_uri(), None);
}
