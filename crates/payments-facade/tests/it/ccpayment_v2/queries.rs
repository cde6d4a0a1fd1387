//! Addresses, rates, balances and lookups.

use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Kind, ProviderRef};
use payments_facade::address::AddressRequest;
use payments_facade::payment::PaymentKind;
use payments_facade::rate::RateRequest;
use payments_facade::{Fee, Gateway as _, Lookup, Phase, network};
use payments_sandbox::CcpaymentV2Deposit;

use super::support::*;

#[tokio::test]
async fn an_address_is_kept_and_its_deposits_are_found_by_id() {
    let shop = Shop::open().await;
    let addresses = shop.gateway.addresses().unwrap();
    let request = |network: &str| AddressRequest::new("customer-7").network(network);
    let tron = addresses.get(&request(network::TRON)).await.unwrap();
    assert_eq!(*tron, *addresses.get(&request("TRC20")).await.unwrap());
    assert_eq!(tron[0].network, network::TRON);
    let ripple = addresses.get(&request(network::XRP)).await.unwrap();
    assert!(ripple[0].memo.is_some());

    let deposit = CcpaymentV2Deposit::new("customer-7", USDT, "TRX", "7.5");
    let deposit = shop.sandbox.ccpayment_v2_deposit(&deposit).await.unwrap();
    let record = ProviderRef::new(deposit.order_id.as_str()).unwrap();
    let found = shop.try_find(record).await.unwrap();
    assert_eq!(
        (found.kind(), found.phase(), found.customer()),
        (PaymentKind::Deposit, Phase::Completed, Some("customer-7"))
    );
    let seven = money("7.5", "USDT").on_network(network::TRON).unwrap();
    assert_eq!(found.funds().received, Some(seven));
}

#[tokio::test]
async fn rates_are_in_tether_and_exact() {
    let shop = Shop::open().await;
    let rates = shop.gateway.rates().unwrap();
    let costs = RateRequest::getting(money("10", "POL"), asset("USDT"));
    let quote = rates.quote(&costs).await.unwrap();
    assert_eq!(quote.rate, "0.25".parse().unwrap());
    assert_eq!(quote.source, Some(money("2.5", "USDT")));
    let buys = RateRequest::spending(money("1", "USDT"), asset("POL"));
    assert_eq!(rates.quote(&buys).await.unwrap().target, None);
    // The provider has no price in dollars.
    let dollars = RateRequest::spending(dollars("1"), asset("POL"));
    let error = rates.quote(&dollars).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Invalid, 0));
}

#[tokio::test]
async fn balances_are_listed_by_coin() {
    let shop = Shop::open().await;
    let balances = shop.gateway.balances().unwrap().list().await.unwrap();
    let row = balances
        .iter()
        .find(|row| row.asset.symbol() == "USDT")
        .unwrap();
    assert_eq!(row.available, Some("100000".parse().unwrap()));
}

#[tokio::test]
async fn nothing_is_found_under_a_reference_of_another_kind() {
    let shop = Shop::open().await;
    let (checkout, payouts) = (
        shop.gateway.checkout().unwrap(),
        shop.gateway.payouts().unwrap(),
    );
    payouts
        .create(&to_chain("payout-1", Fee::OnTop))
        .await
        .unwrap();
    checkout.create(&hosted("page-1")).await.unwrap();
    assert!(shop.try_find(reference("payout-1")).await.is_none());
    assert!(
        payouts
            .find(&reference("page-1").into())
            .await
            .unwrap()
            .is_none()
    );
    assert!(shop.try_find(reference("page-1")).await.is_some());
    let exchange = shop.gateway.exchange().unwrap();
    assert!(
        exchange
            .find(&reference("payout-1").into())
            .await
            .unwrap()
            .is_none()
    );
    let by_hash = Lookup::Transaction("0x1".to_owned());
    let error = checkout.find(&by_hash).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Kind::Unsupported, 0));
}

#[tokio::test]
async fn a_payout_is_found_by_the_providers_id() {
    let shop = Shop::open().await;
    let payouts = shop.gateway.payouts().unwrap();
    let made = payouts
        .create(&to_chain("payout-1", Fee::OnTop))
        .await
        .unwrap();
    let id = made.provider_ref().unwrap().clone();
    let found = payouts.find(&id.into()).await.unwrap().unwrap();
    assert_eq!(found.reference(), Some(&reference("payout-1")));
}

#[test]
fn an_empty_balance_is_not_zero() {
    let transport = ScriptedTransport::new()
        .says(r#"{"assets":[{"coinId":1280,"coinSymbol":"USDT","available":""}]}"#);
    let gateway = scripted(&transport);
    let rows = block_on(gateway.balances().unwrap().list()).unwrap();
    assert_eq!((rows.len(), rows[0].available), (1, None));
}
