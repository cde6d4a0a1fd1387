//! Every group of C-Pay against the sandbox over real HTTP, its webhooks among them.

use crate::support::{by_pix, card_page, hosted, reference, sandbox, to_chain, usdt};
use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Asset, Kind, ProviderRef, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::cpay::{Config, Cpay};
use payments_facade::exchange::ExchangeOrder;
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::rate::RateRequest;
use payments_facade::{
    CustomerStep, Gateway, Lookup, Money, Phase, Received, Settlement, WebhookError, network,
};
use payments_sandbox::{Deposit, Sandbox};

/// The webhooks the sandbox would send, received in order.
fn webhooks(sandbox: &Sandbox, gateway: &Cpay) -> Vec<Received> {
    let deliveries = sandbox.deliveries();
    let bodies = deliveries.iter().map(|one| Bytes::from(one.body.clone()));
    bodies
        .map(|body| receive(gateway, &body).unwrap())
        .collect()
}

fn receive(gateway: &Cpay, body: &Bytes) -> Result<Received, WebhookError> {
    gateway
        .webhooks()
        .receive(&HeaderMap::new(), body, Timestamp::from_secs(100))
}

#[tokio::test]
async fn an_underpaid_order_is_reported_and_found() {
    let (sandbox, gateway) = sandbox().await;
    let checkout = gateway.checkout().unwrap();
    let order = hosted("order-1")
        .success_url("https://shop.example/thanks")
        .metadata("{}");
    let created = checkout.create(&order).await.unwrap();
    assert!(created.next.url().unwrap().starts_with(sandbox.base_url()));
    assert_eq!(
        (created.payment.phase(), created.payment.kind()),
        (Phase::Open, PaymentKind::Checkout)
    );
    let typed = created.provided::<cpay_client::CreatedOrder>().unwrap();
    assert_eq!(created.payment.provider_ref(), Some(&typed.order_id));
    let shown = format!("{created:?}");
    assert!(
        !shown.contains("cashier") && !shown.contains("http"),
        "{shown}"
    );

    sandbox.pay("order-1", Some("10")).await.unwrap();
    let received = webhooks(&sandbox, &gateway).remove(0);
    let event = received.event();
    assert_eq!(event.reference(), Some(&reference("order-1")));
    assert_eq!(event.provider_ref(), Some(&typed.order_id));
    assert_eq!(event.money().unwrap().amount, "10".parse().unwrap());
    assert_eq!(
        event.effect_key().as_str(),
        format!("cpay/main:{}:14", typed.order_id)
    );
    assert_eq!(received.ack().body(), "OK");
    assert_eq!(gateway.webhooks().nack().body(), "FAIL");
    assert!(event.provided::<cpay_client::Event>().is_some() && !event.raw().is_empty());

    let found = checkout
        .find(&reference("order-1").into())
        .await
        .unwrap()
        .unwrap();
    let mut payment = event.payment().clone();
    for other in [found.into_inner(), created.payment.clone()] {
        assert_eq!(payment.merge(other), Ok(true));
    }
    assert_eq!(payment.phase(), Phase::Completed);
    assert_eq!(
        payment.funds().settlement(),
        Settlement::Missing(usdt("0.5"))
    );
    assert!(!payment.is_contested() && !payment.status().is_paid_in_full());
    // The webhook and the query name one effect.
    let keys: Vec<_> = payment
        .observations()
        .iter()
        .filter_map(|one| one.effect_key())
        .collect();
    assert_eq!(
        keys.iter()
            .filter(|key| **key == event.effect_key())
            .count(),
        2
    );

    for by in [
        Lookup::Provider(typed.order_id.clone()),
        Lookup::Transaction(payment.transactions().next().unwrap().to_owned()),
    ] {
        let found = checkout.find(&by).await.unwrap().unwrap();
        assert_eq!(found.reference(), Some(&reference("order-1")));
    }
    let error = checkout
        .find(&reference("nobody").into())
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.ticket()), (Kind::Ambiguous, None));
}

#[tokio::test]
async fn reports_overpaid_and_closed_orders() {
    let (sandbox, gateway) = sandbox().await;
    let checkout = gateway.checkout().unwrap();
    for text in ["over", "never"] {
        checkout.create(&hosted(text)).await.unwrap();
    }
    sandbox.pay("over", Some("11")).await.unwrap();
    sandbox.expire("never").await.unwrap();
    let status = |text| {
        let order = hosted(text);
        async move {
            let books = payments_facade::Payment::asked_for(
                "cpay/main".parse().unwrap(),
                PaymentKind::Checkout,
                order.reference().clone(),
                order.money().clone(),
            );
            let mut payment = checkout
                .find(&reference(text).into())
                .await
                .unwrap()
                .unwrap()
                .into_inner();
            payment.merge(books).unwrap();
            payment.status()
        }
    };
    let over = status("over").await;
    assert!(over.is_paid_in_full());
    assert_eq!(
        over.funds.settlement(),
        Settlement::Excess(Money::of("0.5", "USDT").unwrap())
    );
    let never = status("never").await;
    assert_eq!(never.phase, Phase::Closed(Closure::Unstated));
    assert_eq!(never.funds.settlement(), Settlement::Nothing);
}

#[tokio::test]
async fn a_card_page_is_a_url_to_visit() {
    let (_sandbox, gateway) = sandbox().await;
    let page = gateway
        .checkout()
        .unwrap()
        .create(&card_page("page"))
        .await
        .unwrap();
    assert!(matches!(page.next, CustomerStep::Visit(_)));
    assert!(page.provided::<cpay_client::CardOrder>().unwrap().is_live());
}

#[tokio::test]
async fn payouts_are_accepted_completed_and_rejected() {
    let (sandbox, gateway) = sandbox().await;
    let payouts = gateway.payouts().unwrap();
    let accepted = payouts.create(&to_chain("coins")).await.unwrap();
    assert_eq!(
        (accepted.phase(), accepted.kind()),
        (Phase::Processing, PaymentKind::Payout)
    );
    assert_eq!(
        accepted.fee().map(|fee| fee.amount),
        Some("1".parse().unwrap())
    );
    assert!(accepted.provided::<cpay_client::Withdrawal>().is_some());
    let pix = payouts
        .create(&by_pix("pix").note("order 1001"))
        .await
        .unwrap();
    assert!(pix.provided::<cpay_client::CreatedFiatPayout>().is_some());

    sandbox.complete("coins").await.unwrap();
    sandbox.reject("pix").await.unwrap();
    let mut coins = accepted.into_inner();
    for received in webhooks(&sandbox, &gateway) {
        let of_coins = received.event().reference() == coins.reference();
        assert_eq!(
            coins.merge(received.into_event().into_payment()).is_ok(),
            of_coins
        );
    }
    // Four left, three arrived, and three were to arrive.
    assert_eq!(coins.funds().settlement(), Settlement::Exact);
    assert!(coins.status().is_paid_in_full() && !coins.is_contested());

    let found = payouts
        .find(&reference("pix").into())
        .await
        .unwrap()
        .unwrap();
    let mut pix = pix.into_inner();
    pix.merge(found.into_inner()).unwrap();
    assert_eq!(pix.phase(), Phase::Closed(Closure::Unstated));
    assert!(!pix.funds().late && !pix.status().is_paid_in_full());
}

#[tokio::test]
async fn rates_balances_exchange_addresses_and_deposits() {
    let (sandbox, gateway) = sandbox().await;
    let balances = gateway.balances().unwrap().list().await.unwrap();
    let usdt_row = balances
        .iter()
        .find(|row| row.asset.symbol() == "USDT")
        .unwrap();
    assert_eq!(usdt_row.available, Some("100000".parse().unwrap()));

    let rates = gateway.rates().unwrap();
    let eth = Asset::new("ETH").unwrap();
    let dollars = Money::of("100", "USD").unwrap();
    let spend = RateRequest::spending(dollars.clone(), eth.clone());
    for request in [spend.clone(), spend.by_card()] {
        let quote = rates.quote(&request).await.unwrap();
        assert_eq!(quote.source, Some(dollars.clone()));
        assert_eq!(
            quote.target,
            Some(Money::of("0.03334064604", "ETH").unwrap())
        );
    }
    let get = RateRequest::getting(
        Money::new("2".parse().unwrap(), eth),
        Asset::new("USD").unwrap(),
    );
    let quote = rates.quote(&get).await.unwrap();
    assert_eq!(quote.source, Some(Money::of("5998.684", "USD").unwrap()));

    let exchange = gateway.exchange().unwrap();
    let order = ExchangeOrder::new(reference("x-1"), usdt("40000"), Asset::new("BTC").unwrap());
    let exchanged = exchange
        .execute(&order.customer("customer-7"))
        .await
        .unwrap();
    assert_eq!(exchanged.target, Money::of("0.997", "BTC").unwrap());
    let mut payment = exchanged.payment.clone();
    let found = exchange
        .find(&reference("x-1").into())
        .await
        .unwrap()
        .unwrap();
    payment.merge(found.into_inner()).unwrap();
    assert_eq!(payment.phase(), Phase::Completed);
    assert_eq!(
        payment.funds().credited,
        Some(Money::of("0.997", "BTC").unwrap())
    );
    assert!(!payment.is_contested());

    let addresses = gateway.addresses().unwrap();
    let all = addresses
        .get(&AddressRequest::new("customer-7"))
        .await
        .unwrap();
    let request = AddressRequest::new("customer-7").network(network::TRON);
    let tron = addresses.get(&request).await.unwrap();
    assert!(all.len() > tron.len() && tron.iter().all(|row| row.network == network::TRON));
    assert!(!format!("{tron:?}").contains(tron[0].address.expose()));

    // Coins come to that address without an order.
    let deposit = Deposit::new("customer-7", "USDT", "TRON(TRC-20)", "7.5");
    sandbox.deposit(&deposit).await.unwrap();
    let received = webhooks(&sandbox, &gateway).pop().unwrap();
    assert_eq!(
        (received.event().kind(), received.event().reference()),
        (PaymentKind::Deposit, None)
    );
    let money = usdt("7.5").on_network(network::TRON).unwrap();
    assert_eq!(received.event().money(), Some(money));
}

#[tokio::test]
async fn accepts_webhooks_under_the_current_and_the_previous_secret() {
    let (sandbox, gateway) = sandbox().await;
    gateway
        .checkout()
        .unwrap()
        .create(&hosted("order-1"))
        .await
        .unwrap();
    sandbox.pay("order-1", None).await.unwrap();
    let body = Bytes::from(sandbox.deliveries()[0].body.clone());
    let own = &sandbox.credentials().cpay;
    let made = |secret: &str| {
        let config = Config::new(sandbox.base_url(), &own.merchant_id, secret).unwrap();
        (
            Cpay::new(
                "main",
                &config,
                payments_facade::standard_executor().unwrap(),
            )
            .unwrap(),
            config,
        )
    };
    let (_, old) = made(&own.secret);
    let (stranger, _) = made("another-secret");
    assert_eq!(
        receive(&stranger, &body).unwrap_err(),
        WebhookError::Refused
    );
    let until = |secs| {
        stranger
            .clone()
            .with_previous_secret(&old, Timestamp::from_secs(secs))
    };
    assert!(receive(&until(101), &body).is_ok());
    assert_eq!(
        receive(&until(100), &body).unwrap_err(),
        WebhookError::Refused
    );

    for forged in [
        &b""[..],
        b"{}",
        b"orderStatus=14",
        b"{\"sign\":\"00\"}",
        &body[..body.len() - 2],
    ] {
        let forged = Bytes::copy_from_slice(forged);
        assert_eq!(
            receive(&gateway, &forged).unwrap_err(),
            WebhookError::Refused
        );
    }
    // A genuine event of an order this process has never heard of is an event like any other.
    let received = receive(&gateway, &body).unwrap();
    let unknown = ProviderRef::new(sandbox.orders()[0].order_id.clone()).unwrap();
    assert_eq!(received.event().provider_ref(), Some(&unknown));
    assert_eq!(received.ack().body(), "OK");
}
