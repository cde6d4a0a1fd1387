//! Orders at the sandbox: native and hosted, paid exactly, too little, too much, late and not at all.

use payments_core::{Amount, Kind, Outcome};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::{CheckoutOrder, CustomerStep, Gateway as _, Phase, Settlement, network};

use super::support::*;

#[tokio::test]
async fn a_native_order_is_paid_in_two_parts() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    let created = checkout.create(&native("order-1")).await.unwrap();
    let CustomerStep::Send { to, money } = &created.next else {
        panic!("{created:?}")
    };
    assert_eq!((to.network(), money), (network::POLYGON, &Some(usdt("25"))));
    assert!(to.check().is_ok(), "{:?}", to.check());
    assert_eq!(created.payment.phase(), Phase::Open);
    assert_eq!(shop.found("order-1").await.phase(), Phase::Open);

    shop.sandbox.pay("order-1", Some("10")).await.unwrap();
    let mut payment = created.payment.clone();
    payment.merge(shop.found("order-1").await).unwrap();
    assert_eq!(
        (payment.phase(), payment.funds().settlement()),
        (Phase::Processing, Settlement::Missing(usdt("15")))
    );

    shop.sandbox.pay("order-1", Some("15")).await.unwrap();
    payment.merge(shop.found("order-1").await).unwrap();
    assert!(payment.status().is_paid_in_full() && !payment.is_contested());
    assert_eq!(payment.funds().settlement(), Settlement::Exact);
    // 0.5 % of it is the provider's.
    assert_eq!(payment.funds().credited, Some(usdt("24.875")));
    assert_eq!(payment.transactions().count(), 2);
    // Each payment has a key to book under.
    let keys = payment.observations().iter();
    assert_eq!(keys.filter(|one| one.effect_key().is_some()).count(), 2);
}

#[tokio::test]
async fn a_price_in_a_currency_becomes_an_amount_of_the_coin() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    let usdt_on_tron = asset("USDT").on_network(network::TRON).unwrap();
    // 0.80 euros for a dollar.
    let order = CheckoutOrder::native(reference("order-1"), money("8", "EUR"));
    let created = checkout
        .create(&order.pay_with(usdt_on_tron.clone()))
        .await
        .unwrap();
    let CustomerStep::Send { to, money } = &created.next else {
        panic!("{created:?}")
    };
    let due = payments_facade::Money::new("10".parse().unwrap(), usdt_on_tron);
    assert_eq!((to.network(), money), (network::TRON, &Some(due.clone())));
    shop.sandbox.pay("order-1", Some("12.5")).await.unwrap();
    let mut payment = created.payment.clone();
    payment.merge(shop.found("order-1").await).unwrap();
    assert_eq!(payment.funds().expected, Some(due));
    assert!(matches!(
        payment.funds().settlement(),
        Settlement::Excess(more) if more.amount == "2.5".parse::<Amount>().unwrap()
    ));
    assert!(payment.status().is_paid_in_full() && !payment.is_contested());
}

#[tokio::test]
async fn an_invoice_is_paid_in_two_coins_and_counts_in_its_currency() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    let created = checkout.create(&hosted("page-1")).await.unwrap();
    let url = created.next.url().unwrap();
    assert!(url.starts_with(shop.sandbox.base_url()), "{url}");
    let unpaid = shop.found("page-1").await;
    assert_eq!(
        (unpaid.phase(), unpaid.funds().expected),
        (Phase::Open, Some(dollars("25.50")))
    );

    let sandbox = &shop.sandbox;
    sandbox
        .ccpayment_v2_choose("page-1", USDT, "POLYGON")
        .await
        .unwrap();
    sandbox.pay("page-1", Some("20")).await.unwrap();
    let part = shop.found("page-1").await;
    assert_eq!(
        (part.phase(), part.funds().settlement()),
        (Phase::Processing, Settlement::Missing(dollars("5.50")))
    );
    // 24 POL at a quarter of a dollar.
    sandbox
        .ccpayment_v2_choose("page-1", 1329, "POLYGON")
        .await
        .unwrap();
    sandbox.pay("page-1", Some("24")).await.unwrap();
    let mut payment = created.payment.clone();
    payment.merge(shop.found("page-1").await).unwrap();
    assert_eq!(
        payment.funds().settlement(),
        Settlement::Excess(dollars("0.50"))
    );
    assert!(payment.status().is_paid_in_full() && !payment.is_contested());
}

#[tokio::test]
async fn a_late_payment_is_marked_and_an_unpaid_order_expires_an_hour_after_its_end() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    let short = || std::time::Duration::from_secs(3_600);
    let created = checkout
        .create(&native("late").valid_for(short()))
        .await
        .unwrap();
    checkout
        .create(&hosted("never").valid_for(short()))
        .await
        .unwrap();
    shop.wait(3_600 + 1_800);
    assert_eq!(shop.found("late").await.phase(), Phase::Open);
    shop.wait(1_801);
    for text in ["late", "never"] {
        let expired = shop.found(text).await;
        assert_eq!(expired.phase(), Phase::Closed(Closure::Expired), "{text}");
        assert!(!expired.is_contested());
    }
    let mut payment = created.payment.clone();
    payment.merge(shop.found("late").await).unwrap();
    shop.sandbox.pay("late", None).await.unwrap();
    payment.merge(shop.found("late").await).unwrap();
    assert!(
        payment.funds().late && !payment.is_contested(),
        "{payment:?}"
    );
    assert!(payment.status().is_paid_in_full());
}

#[tokio::test]
async fn what_was_underpaid_when_an_order_ended_is_still_stated() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    checkout.create(&native("under")).await.unwrap();
    shop.sandbox.pay("under", Some("24.99")).await.unwrap();
    // The default is a day, and it expires an hour later.
    shop.wait(25 * 3_600 + 1);
    let payment = shop.found("under").await;
    assert_eq!(
        (payment.phase(), payment.funds().settlement()),
        (
            Phase::Closed(Closure::Expired),
            Settlement::Missing(usdt("0.01"))
        )
    );
    assert!(!payment.status().is_paid_in_full());
}

#[tokio::test]
async fn a_risky_payment_is_no_money_and_a_payment_under_way_neither() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    for text in ["risky", "seen"] {
        checkout.create(&native(text)).await.unwrap();
    }
    shop.sandbox.process("seen").await.unwrap();
    shop.sandbox.ccpayment_v2_risky(true);
    shop.sandbox.pay("risky", None).await.unwrap();

    let risky = shop.found("risky").await;
    assert_eq!(
        (risky.phase(), risky.funds().settlement()),
        (Phase::Unrecognised, Settlement::Nothing)
    );
    let texts: Vec<&str> = risky.status_texts().collect();
    assert_eq!(texts, ["Success (flagged as risky)"]);
    let seen = shop.found("seen").await;
    assert_eq!(
        (seen.phase(), seen.funds().settlement()),
        (Phase::Processing, Settlement::Nothing)
    );
}

#[tokio::test]
async fn a_lost_answer_to_an_order_loses_neither_address_nor_page() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    shop.lose_answer("createAppOrderDepositAddress");
    let created = checkout.create(&native("order-1")).await.unwrap();
    let CustomerStep::Send { to, money } = &created.next else {
        panic!("{created:?}")
    };
    assert_eq!((to.network(), money), (network::POLYGON, &Some(usdt("25"))));
    assert!(created.provided::<ccpayment_client::v2::Order>().is_some());
    assert_eq!(created.payment.kind(), PaymentKind::Checkout);
    shop.lose_answer("createInvoiceUrl");
    let page = checkout.create(&hosted("page-1")).await.unwrap();
    assert!(page.next.url().is_some());
    for call in ["createAppOrderDepositAddress", "createInvoiceUrl"] {
        assert_eq!(shop.count(call), 1, "{call}");
    }

    // Without confirmation it is an unknown outcome with a ticket.
    let careless = shop.gateway.clone().without_confirmation();
    shop.lose_answer("createInvoiceUrl");
    let checkout = careless.checkout().unwrap();
    let error = checkout.create(&hosted("page-2")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.ticket().is_some());
}

#[tokio::test]
async fn a_reference_is_used_once() {
    let shop = Shop::open().await;
    let checkout = shop.gateway.checkout().unwrap();
    checkout.create(&native("order-1")).await.unwrap();
    let error = checkout.create(&native("order-1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.code()),
        (Kind::Duplicate, Outcome::NotApplied, Some("11011"))
    );
    assert!(error.ticket().unwrap().was_refused());
}
