//! Tickets: after a crash, after a refusal, and against orders that are not the ticket's.

use payments_core::Outcome;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::ticket::Difference;
use payments_facade::{
    CheckoutOrder, CustomerStep, Fee, Gateway as _, Gateways, Resolution, Ticket,
};

use super::support::*;

async fn resolved(shop: &Shop, ticket: &Ticket) -> Resolution {
    let mut gateways = Gateways::new();
    gateways.add(shop.gateway.clone()).unwrap();
    let stored: Ticket = ticket.export().expose().parse().unwrap();
    stored.resolve(&gateways, shop.now()).await.unwrap()
}

fn differences(resolution: &Resolution) -> Vec<Difference> {
    match resolution {
        Resolution::Conflict { differences, .. } => differences.clone(),
        other => panic!("no conflict: {other:?}"),
    }
}

#[tokio::test]
async fn a_ticket_from_before_a_crash_finds_its_call() {
    let shop = Shop::open().await;
    let (checkout, payouts, exchange) = (
        shop.gateway.checkout().unwrap(),
        shop.gateway.payouts().unwrap(),
        shop.gateway.exchange().unwrap(),
    );
    let chain = to_chain("chain", Fee::Included);
    let account = to_account("account");
    let (order, page, swapped) = (native("order"), hosted("page"), swap("swap"));
    let tickets = [
        payouts.ticket(&chain, shop.now()),
        payouts.ticket(&account, shop.now()),
        checkout.ticket(&order, shop.now()),
        checkout.ticket(&page, shop.now()),
        exchange.ticket(&swapped, shop.now()),
    ];
    for ticket in &tickets {
        assert!(matches!(
            resolved(&shop, ticket).await,
            Resolution::Pending(_)
        ));
    }
    payouts.create(&chain).await.unwrap();
    payouts.create(&account).await.unwrap();
    checkout.create(&order).await.unwrap();
    checkout.create(&page).await.unwrap();
    exchange.execute(&swapped).await.unwrap();
    for ticket in &tickets {
        match resolved(&shop, ticket).await {
            Resolution::Found(payment) => {
                assert_eq!(payment.reference(), Some(ticket.reference()));
                assert!(!payment.is_contested());
                assert!(ticket.is_confirmed_by(&payment), "{ticket}: {payment:?}");
            }
            other => panic!("{ticket}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn not_found_proves_nothing_however_late() {
    let shop = Shop::open().await;
    let ticket = shop
        .gateway
        .payouts()
        .unwrap()
        .ticket(&to_account("payout-1"), shop.now());
    shop.wait(30 * 86_400);
    let Resolution::Pending(pending) = resolved(&shop, &ticket).await else {
        panic!("nothing proves that")
    };
    assert!(pending.cause.is_none() && pending.until > shop.now());
}

#[tokio::test]
async fn another_order_under_the_reference_is_a_conflict() {
    let shop = Shop::open().await;
    let (checkout, payouts, exchange) = (
        shop.gateway.checkout().unwrap(),
        shop.gateway.payouts().unwrap(),
        shop.gateway.exchange().unwrap(),
    );
    payouts
        .create(&to_chain("payout-1", Fee::OnTop))
        .await
        .unwrap();
    let other = payouts.ticket(&to_account("payout-1"), shop.now());
    assert_eq!(
        differences(&resolved(&shop, &other).await),
        [Difference::Payee]
    );

    payouts.create(&to_account("account")).await.unwrap();
    let to = |account: &str| {
        let payee = payments_facade::Payee::Account(account.into());
        let order = payments_facade::PayoutOrder::new(
            reference("account"),
            payee,
            money("4", "USDT"),
            Fee::Included,
        );
        payouts.ticket(&order, shop.now())
    };
    assert_eq!(
        differences(&resolved(&shop, &to("9454819")).await),
        [Difference::Payee]
    );
    // An e-mail address cannot be compared with the id that the record names.
    let by_email = to("ana@cliente.example");
    let Resolution::Found(found) = resolved(&shop, &by_email).await else {
        panic!("the record may be of that account")
    };
    assert!(!by_email.is_confirmed_by(&found));

    checkout.create(&hosted("page-1")).await.unwrap();
    let native_ticket = checkout.ticket(&native("page-1"), shop.now());
    assert_eq!(
        differences(&resolved(&shop, &native_ticket).await),
        [Difference::Kind, Difference::Asset]
    );
    let cheaper = CheckoutOrder::hosted(reference("page-1"), dollars("1"));
    let cheaper = checkout.ticket(&cheaper, shop.now());
    assert_eq!(
        differences(&resolved(&shop, &cheaper).await),
        [Difference::Amount]
    );

    exchange.execute(&swap("swap-1")).await.unwrap();
    let into_trx = payments_facade::exchange::ExchangeOrder::new(
        reference("swap-1"),
        money("100", "USDT"),
        asset("TRX"),
    );
    let into_trx = exchange.ticket(&into_trx, shop.now());
    assert_eq!(
        differences(&resolved(&shop, &into_trx).await),
        [Difference::Asset]
    );
}

#[test]
fn a_native_order_in_another_currency_is_not_the_tickets() {
    let order = r#"{"amountToPay":"10","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON","fiatId":9101,"fiatSymbol":"EUR",
        "expiredAt":1800086400,"createAt":1800000000,"paidList":[]}"#;
    let transport = ScriptedTransport::new().says(order);
    let gateway = scripted(&transport);
    let usdt_on_polygon = usdt("1").asset;
    let order =
        CheckoutOrder::native(reference("order-1"), dollars("10")).pay_with(usdt_on_polygon);
    let now = payments_core::Timestamp::from_secs(START);
    let ticket = gateway.checkout().unwrap().ticket(&order, now);
    let resolution = block_on(ticket.resolve_at(&gateway, now));
    assert_eq!(differences(&resolution), [Difference::Asset]);
}

#[test]
fn a_price_is_compared_by_the_rate_if_its_currency_is_not_named() {
    let resolved = |asked: &str| {
        let order = r#"{"amountToPay":"5.00025001","coinId":1280,"coinSymbol":"USDT","chain":"POLYGON","fiatId":1033,
            "rate":"0.99995","expiredAt":1800086400,"createAt":1800000000,"paidList":[]}"#;
        let gateway = scripted(&ScriptedTransport::new().says(order));
        let order =
            CheckoutOrder::native(reference("order-1"), dollars(asked)).pay_with(usdt("1").asset);
        let now = payments_core::Timestamp::from_secs(START);
        let ticket = gateway.checkout().unwrap().ticket(&order, now);
        block_on(ticket.resolve_at(&gateway, now))
    };
    assert_eq!(differences(&resolved("500")), [Difference::Amount]);
    assert!(matches!(resolved("5"), Resolution::Found(_)));
}

/// The refusal of the reference may be lost, and what is found is the older order.
#[tokio::test]
async fn an_older_order_at_another_price_is_not_the_new_one() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    let priced = |price: &str| {
        CheckoutOrder::native(reference("order-1"), dollars(price)).pay_with(usdt("1").asset)
    };
    checkout.create(&priced("5")).await.unwrap();
    shop.lose_answer("createAppOrderDepositAddress");
    let error = checkout.create(&priced("500")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error}");
    let ticket = error.ticket().unwrap();
    assert_eq!(
        differences(&resolved(&shop, ticket).await),
        [Difference::Amount]
    );
    // One at the same price may be the new one.
    shop.lose_answer("createAppOrderDepositAddress");
    let created = checkout.create(&priced("5.00")).await.unwrap();
    assert!(matches!(created.next, CustomerStep::Send { .. }));
}
