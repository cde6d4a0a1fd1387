//! Rates, balances and addresses.

use ccpayment_client::v1;
use payments_core::Kind;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::address::AddressRequest;
use payments_facade::rate::RateRequest;
use payments_facade::{Gateway, network};
use serde_json::json;

use super::support::*;

#[test]
fn quotes_both_sides_of_a_rate() {
    let answer = r#"{"price":"16944.3","value":"0.0590168965374787"}"#;
    let transport = ScriptedTransport::new()
        .says(COINS)
        .says(answer)
        .says(answer);
    let gateway = scripted(&transport);
    let rates = gateway.rates().unwrap();
    let quote =
        block_on(rates.quote(&RateRequest::spending(dollars("1000"), asset("XRP")))).unwrap();
    assert_eq!(
        (quote.source.as_ref(), quote.rate.to_string()),
        (Some(&dollars("1000")), "16944.3".to_owned())
    );
    assert_eq!(quote.target, Some(money("0.0590168965374787", "XRP")));
    assert!(quote.provided::<v1::TokenRate>().is_some());

    let quote =
        block_on(rates.quote(&RateRequest::getting(money("0.05", "XRP"), asset("USD")))).unwrap();
    assert_eq!(
        (quote.source.clone(), quote.target.clone()),
        (Some(dollars("847.215")), Some(money("0.05", "XRP")))
    );
    let reported = sent_requests(&transport);
    assert_eq!(reported[1].1, json!({"amount": "1000", "token_id": "xrp"}));
    assert_eq!(reported[2].1["amount"], "1");
}

#[test]
fn refuses_unsupported_rates_before_any_request() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let rates = gateway.rates().unwrap();
    let spending =
        |amount: &str, coin: &str| RateRequest::spending(money(amount, coin), asset("XRP"));
    for (request, kind, field) in [
        (spending("1", "USD").by_card(), Kind::Unsupported, "card"),
        (spending("1", "EUR"), Kind::Invalid, "source"),
        (
            RateRequest::getting(dollars("1"), asset("XRP")),
            Kind::Invalid,
            "source",
        ),
        (spending("0", "USD"), Kind::Invalid, "amount"),
    ] {
        let error = block_on(rates.quote(&request)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.attempts()),
            (kind, Some(field), 0)
        );
        assert_eq!(rates.check(&request).unwrap_err().field(), field);
    }
    assert_eq!(transport.requests().len(), 0);
}

#[test]
fn lists_one_balance_per_coin() {
    let rows = r#"{"list":[{"coin_id":"c-1","crypto":"USDT","value":"665.8002"},{"coin_id":"c-2","crypto":"XRP","value":"-1"}]}"#;
    let gateway = scripted(&ScriptedTransport::new().says(rows));
    let balances = block_on(gateway.balances().unwrap().list()).unwrap();
    assert_eq!(balances.len(), 2);
    assert_eq!(
        (&balances[0].asset, balances[0].available),
        (&asset("USDT"), Some("665.8002".parse().unwrap()))
    );
    assert_eq!((balances[1].available, balances[1].held), (None, None));
    assert!(balances.provided::<v1::Assets>().is_some());
}

#[test]
fn a_deposit_address_belongs_to_a_customer_and_a_network() {
    let answer = format!(r#"{{"address":"{ADDRESS}","memo":""}}"#);
    let transport = ScriptedTransport::new().says(&answer);
    let gateway = scripted(&transport);
    let addresses = gateway.addresses().unwrap();
    let request = AddressRequest::new("customer-7")
        .network(network::TRON)
        .notify_url("https://shop.example/hook");
    let told_rows = block_on(addresses.get(&request)).unwrap();
    let row = &told_rows[0];
    assert_eq!(
        (row.address.expose(), row.network.as_str()),
        (ADDRESS, network::TRON)
    );
    assert_eq!(
        (row.memo.as_ref(), row.symbol.as_ref(), told_rows.len()),
        (None, None, 1)
    );
    let expected =
        json!({"user_id": "customer-7", "chain": "TRX", "notify_url": "https://shop.example/hook"});
    assert_eq!(
        sent_requests(&transport),
        [("payment/address/get".to_owned(), expected)]
    );

    let anywhere = AddressRequest::new("customer-7");
    let no_one = AddressRequest::new("7").network(network::TRON);
    for (request, field) in [(anywhere, "network"), (no_one, "user_id")] {
        let error = block_on(addresses.get(&request)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.attempts()),
            (Kind::Invalid, Some(field), 0)
        );
    }
    assert_eq!(transport.requests().len(), 1);
}
