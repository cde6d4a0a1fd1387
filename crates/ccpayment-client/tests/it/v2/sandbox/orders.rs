//! Orders and invoices from creation to the payment that is booked from its record.

use ccpayment_client::v2::{CreateInvoice, CreateOrder, DepositStatus, OrderQuery, Price};
use payments_core::{Kind, NextStep, Outcome, Refusal};

use super::shop::{POL, START_S, Shop, USDT, XRP, in_an_hour, invoice, order};
use crate::v2::support::{amount, at, reference, some, sum};

#[tokio::test]
async fn an_order_is_paid_and_confirmed() {
    let shop = Shop::open().await;
    let new = order("order-1", "10.50").buyer_email("ana@cliente.example");
    let made = shop.client.create_order(new.clone()).await.unwrap();
    assert!(made.address.starts_with("0x"));
    assert_eq!(
        (
            made.amount,
            &made.memo,
            &made.checkout_url,
            made.confirms_needed
        ),
        (amount("10.5"), &None, &None, Some(50))
    );

    let open = shop.client.order(new.query()).await.unwrap();
    assert_eq!(open.amount_to_pay, amount("10.5"));
    assert_eq!((open.coin_id, &open.coin_symbol), (USDT, &some("USDT")));
    assert_eq!(open.chain, "POLYGON");
    assert!(
        open.to_address
            .as_deref()
            .unwrap()
            .eq_ignore_ascii_case(&made.address)
    );
    assert_eq!((&open.to_memo, &open.checkout_url), (&None, &None));
    assert_eq!(open.created_at, Some(at(START_S)));
    assert_eq!(open.expires_at, Some(in_an_hour()));
    assert_eq!((open.rate, open.fiat_id), (sum("1"), Some(Price::USD)));
    assert_eq!(open.fiat_symbol, some("USD"));
    assert_eq!(open.buyer_email, some("ana@cliente.example"));
    assert!(open.payments.is_empty() && !open.is_paid());

    // Seen, then confirmed: one payment under one record.
    let before = shop.balance(USDT).await;
    shop.sandbox.process("order-1").await.unwrap();
    let seen = shop.client.order(new.query()).await.unwrap();
    assert_eq!(seen.payments[0].status, DepositStatus::Processing);
    assert_eq!((seen.credited(), seen.is_paid()), (sum("0"), false));
    shop.advance(60);
    shop.sandbox.pay("order-1", None).await.unwrap();
    let paid = shop.client.confirm(&new).await.unwrap().unwrap();
    let [payment] = paid.payments.as_slice() else {
        panic!("{paid:?}")
    };
    assert_eq!(payment.record_id, seen.payments[0].record_id);
    assert_eq!(payment.status, DepositStatus::Success);
    assert_eq!(
        (payment.amount, payment.service_fee),
        (amount("10.5"), sum("0.0525"))
    );
    assert!(payment.txid.is_some() && payment.from_address.is_some());
    assert_eq!(payment.is_flagged_as_risky, Some(false));
    assert_eq!(
        (payment.arrived_at, payment.rate),
        (Some(at(START_S)), sum("1"))
    );
    assert_eq!((paid.credited(), paid.is_paid()), (sum("10.5"), true));
    let after = shop.balance(USDT).await;
    assert_eq!(after, before.checked_add(amount("10.4475")).unwrap());
}

#[tokio::test]
async fn an_order_priced_in_its_coin_has_a_page_and_a_memo() {
    let shop = Shop::open().await;
    let price = Price::coin(amount("12.345678"), XRP);
    let new = CreateOrder::new(reference("order-1"), XRP, "XRP", price, in_an_hour())
        .with_checkout_url()
        .product("Teapot")
        .return_url("https://shop.example/thanks")
        .close_url("https://shop.example/cart");
    let made = shop.client.create_order(new.clone()).await.unwrap();
    assert_eq!(made.amount, amount("12.345678"));
    let memo = made.memo.as_deref().unwrap();
    assert!(memo.parse::<u32>().is_ok(), "{memo}");
    assert!(
        made.checkout_url
            .as_deref()
            .unwrap()
            .starts_with(shop.sandbox.base_url())
    );
    let found = shop.client.confirm(&new).await.unwrap().unwrap();
    assert_eq!(found.checkout_url, made.checkout_url);
    assert_eq!(
        (found.to_memo, found.to_address),
        (made.memo, Some(made.address))
    );
    assert_eq!((found.fiat_id, found.rate), (None, None));
}

#[tokio::test]
async fn partial_and_risky_payments_do_not_pay_an_order() {
    let shop = Shop::open().await;
    let new = order("order-1", "10");
    shop.client.create_order(new.clone()).await.unwrap();
    shop.sandbox.pay("order-1", Some("4")).await.unwrap();
    let part = shop.client.order(new.query()).await.unwrap();
    assert_eq!((part.credited(), part.is_paid()), (sum("4"), false));
    shop.sandbox.ccpayment_v2_risky(true);
    shop.sandbox.pay("order-1", Some("6")).await.unwrap();
    let risky = shop.client.order(new.query()).await.unwrap();
    assert_eq!(risky.payments.len(), 2);
    assert_eq!(risky.payments[1].is_flagged_as_risky, Some(true));
    assert_eq!((risky.credited(), risky.is_paid()), (sum("4"), false));
    shop.sandbox.ccpayment_v2_risky(false);
    shop.sandbox.fail("order-1").await.unwrap();
    shop.sandbox.pay("order-1", Some("6.000001")).await.unwrap();
    let paid = shop.client.order(new.query()).await.unwrap();
    assert_eq!(paid.payments[2].status, DepositStatus::Failed);
    assert_eq!((paid.credited(), paid.is_paid()), (sum("10.000001"), true));
}

#[tokio::test]
async fn an_invoice_is_paid_in_several_coins() {
    let shop = Shop::open().await;
    let new = invoice("invoice-1", "10")
        .product("Teapot")
        .buyer_email("ana@cliente.example");
    let made = shop.client.create_invoice(new.clone()).await.unwrap();
    assert!(made.invoice_url.starts_with(shop.sandbox.base_url()));
    let open = shop.client.invoice(new.query()).await.unwrap();
    assert_eq!((&*open.order_id, open.price), ("invoice-1", amount("10")));
    assert_eq!(
        (open.price_fiat_id, open.price_coin_id),
        (Some(Price::USD), None)
    );
    assert_eq!(open.price_symbol, some("USD"));
    assert_eq!(open.invoice_url.as_deref(), Some(&*made.invoice_url));
    assert_eq!(
        (open.product, open.buyer_email),
        (some("Teapot"), some("ana@cliente.example"))
    );
    assert_eq!(
        (open.created_at, open.expires_at),
        (Some(at(START_S)), Some(in_an_hour()))
    );
    assert_eq!(open.total_paid_value, sum("0"));
    assert!(open.payments.is_empty());

    for (coin, chain, value) in [(USDT, "TRX", "4"), (POL, "POLYGON", "24")] {
        shop.sandbox
            .ccpayment_v2_choose("invoice-1", coin, chain)
            .await
            .unwrap();
        shop.sandbox.pay("invoice-1", Some(value)).await.unwrap();
    }
    let paid = shop.client.confirm(&new).await.unwrap().unwrap();
    let [first, second] = paid.payments.as_slice() else {
        panic!("{paid:?}")
    };
    assert_eq!((first.coin_id, &first.chain), (Some(USDT), &some("TRX")));
    assert_eq!(
        (second.coin_id, &second.coin_symbol),
        (Some(POL), &some("POL"))
    );
    assert_eq!(
        (second.paid_amount, second.paid_value),
        (sum("24"), sum("6"))
    );
    assert_eq!(second.service_fee, sum("0.12"));
    assert_eq!(second.status, DepositStatus::Success);
    assert!(second.record_id.is_some() && second.txid.is_some());
    assert!(second.from_address.is_some() && second.to_address.is_some());
    assert_eq!(second.to_memo, None);
    assert_eq!(second.is_flagged_as_risky, Some(false));
    assert!(second.arrived_at.is_some() && second.rate.is_some());
    assert_eq!(paid.total_paid_value, sum("10"));
    assert_eq!((paid.credited(), paid.is_paid()), (sum("10"), true));
}

#[tokio::test]
async fn an_invoice_may_be_priced_in_a_coin() {
    let shop = Shop::open().await;
    let price = Price::coin(amount("2.5"), POL);
    let new = CreateInvoice::new(reference("invoice-1"), price, in_an_hour());
    shop.client.create_invoice(new.clone()).await.unwrap();
    let found = shop.client.confirm(&new).await.unwrap().unwrap();
    assert_eq!(
        (found.price_coin_id, found.price_fiat_id),
        (Some(POL), None)
    );
    assert_eq!(
        (found.price, found.price_symbol),
        (amount("2.5"), some("POL"))
    );
}

#[tokio::test]
async fn an_order_id_that_exists_is_a_duplicate_and_is_looked_up() {
    let shop = Shop::open().await;
    let first = order("order-1", "10");
    shop.client.create_order(first.clone()).await.unwrap();
    let error = shop.client.create_order(first.clone()).await.unwrap_err();
    assert_eq!(
        (error.code(), error.kind()),
        (Some("11011"), Kind::Duplicate),
        "{error}"
    );
    assert_eq!(
        (error.outcome(), error.next_step()),
        (Outcome::NotApplied, NextStep::Query)
    );
    assert!(shop.client.confirm(&first).await.unwrap().is_some());
    // Another order under that id is found, and is not the one that was asked for.
    let price = Price::coin(amount("10"), POL);
    let other = CreateOrder::new(reference("order-1"), POL, "POLYGON", price, in_an_hour());
    let error = shop.client.create_order(other.clone()).await.unwrap_err();
    assert_eq!(error.code(), Some("11011"));
    let error = shop.client.confirm(&other).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Integrity, "{error}");
    // Ids of invoices are apart (assumed by the sandbox).
    shop.client
        .create_invoice(invoice("order-1", "10"))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_unknown_order_is_not_found() {
    let shop = Shop::open().await;
    let query = OrderQuery::new(reference("order-1"));
    let error = shop.client.order(query).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::NotFound));
    assert_eq!(error.code(), Some("11003"));
    assert_eq!(
        shop.client.confirm(&order("order-1", "10")).await.unwrap(),
        None
    );
    assert_eq!(
        shop.client
            .confirm(&invoice("order-1", "10"))
            .await
            .unwrap(),
        None
    );
}
