//! Orders: created, paid on a page or in parts, with webhooks and queries.

use std::time::Duration;

use bytes::Bytes;
use ccpayment_client::v1::{
    CreateCheckout, CreateOrder, DepositQuery, DepositStatus, Event, OrderType, PayStatus, Price,
};
use payments_core::{NextStep, Outcome, Transport as _};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::DeliveryState;

use super::shop::{ETH, Shop, TRX, USDT, XRP, amount, order, reference, sum};

#[tokio::test]
async fn creates_pays_and_finds_an_order() {
    let shop = Shop::open().await;
    let order = order("order-1001", "25.50")
        .valid_for(Duration::from_secs(1_800))
        .custom_value("cart 42 & \"ü\"")
        .remark("für das Lager")
        .notify_url(shop.receiver.url());
    assert_eq!(
        shop.client.amount_due(&order).await.unwrap(),
        amount("25.5")
    );
    let query = order.query();
    let created = shop.client.create_order(order).await.unwrap();
    assert_eq!(created.product_price, sum("25.50"));
    assert_eq!(
        (created.crypto.as_deref(), created.network.as_deref()),
        (Some("USDT"), Some("TRC20"))
    );
    assert_eq!(created.token_id.as_deref(), Some(USDT));
    assert_eq!(created.valid_for, Some(Duration::from_secs(1_800)));
    assert!(created.pay_address.starts_with('T') && created.memo.is_none());
    assert_eq!(created.order_id.as_str().len(), 33);

    let open = shop.order("order-1001").await.unwrap();
    assert_eq!(
        (&open.status, open.payments.len()),
        (&DepositStatus::Pending, 0)
    );
    assert_eq!(
        (open.product_price, open.order_amount),
        (sum("25.5"), sum("25.5"))
    );
    assert_eq!(open.denominated_currency.as_deref(), Some("USD"));
    assert_eq!(open.created.unwrap().as_secs(), 1_700_000_000);

    let before = shop.balance("USDT").await;
    shop.sandbox
        .pay(created.order_id.as_str(), None)
        .await
        .unwrap();
    let event = shop.last_event().await;
    assert!(event.is_credit());
    assert_eq!(event.order_type(), OrderType::ApiDeposit);
    assert_eq!(event.order_id(), Some(&created.order_id));
    assert_eq!(event.merchant_order_id(), Some("order-1001"));
    let Event::ApiDeposit(deposit) = &*event else {
        panic!("{event:?}");
    };
    assert_eq!(deposit.custom_value.as_deref(), Some("cart 42 & \"ü\""));
    assert_eq!(deposit.transfer.amount, sum("25.5"));
    assert_eq!(deposit.quote.product_price, sum("25.50"));
    assert_eq!(deposit.quote.order_amount, sum("25.5"));
    assert_eq!(deposit.quote.token_rate, sum("1"));
    assert_eq!(deposit.transfer.chain.as_deref(), Some("TRX"));
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!(
        (delivery.state, delivery.attempts[0].answer.as_deref()),
        (DeliveryState::Delivered, Some("success"))
    );

    let found = shop.client.deposits(query).await.unwrap();
    let paid = found.find(&reference("order-1001")).unwrap();
    assert_eq!(paid.status, DepositStatus::Successful);
    let payment = &paid.payments[0];
    assert_eq!(payment.amount, sum("25.5"));
    assert_eq!(payment.txid, deposit.transfer.txid);
    assert_eq!(payment.pay_time.unwrap().as_secs(), 1_700_000_000);
    let fee = payment.service_fee.as_ref().unwrap();
    assert_eq!(fee.parts(), (amount("0.00765"), Some("USDT")));
    let credit = fee.net(amount("25.5"), "USDT").unwrap();
    assert_eq!(
        shop.balance("USDT").await,
        before.checked_add(credit).unwrap()
    );
}

#[tokio::test]
async fn the_customer_chooses_coin_and_network_on_the_page() {
    let shop = Shop::open().await;
    let checkout = CreateCheckout::new(reference("cart-1"), amount("25.50"), "One \"teapot\" <ü>")
        .valid_for(Duration::from_secs(3_600))
        .return_url("https://shop.example/thanks?a=1&b=2")
        .custom_value("cart 42")
        .notify_url(shop.receiver.url());
    let query = checkout.query();
    let made = shop.client.create_checkout(checkout).await.unwrap();
    assert!(made.payment_url.starts_with(shop.sandbox.base_url()));
    let open = shop.order("cart-1").await.unwrap();
    assert_eq!((open.crypto, open.order_amount), (None, None), "not chosen");
    assert_eq!(open.product_name.as_deref(), Some("One \"teapot\" <ü>"));

    let (_, key) = made.payment_url.split_once("key=").unwrap();
    let browser = ReqwestTransport::builder().build().unwrap();
    let get = || {
        http::Request::get(&made.payment_url)
            .body(Bytes::new())
            .unwrap()
    };
    let page = browser.send(get()).await.unwrap();
    let page = String::from_utf8(page.into_body().into()).unwrap();
    assert!(
        page.contains(TRX) && !page.contains("One \"teapot\" <ü>"),
        "escaped"
    );
    for (button, body) in [
        ("choose", format!("key={key}&token_id={TRX}")),
        ("pay", format!("key={key}&amount=")),
    ] {
        let request = http::Request::post(format!("{}/pay/{button}", shop.sandbox.base_url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .unwrap();
        let answer = browser.send(request).await.unwrap();
        assert!(answer.status().is_redirection(), "{}", answer.status());
    }

    let event = shop.last_event().await;
    assert!(event.is_credit());
    assert_eq!(event.merchant_order_id(), Some("cart-1"));
    assert_eq!(event.transfer().crypto.as_deref(), Some("TRX"));
    let found = shop.client.deposits(query).await.unwrap();
    let paid = found.find(&reference("cart-1")).unwrap();
    assert_eq!(paid.status, DepositStatus::Successful);
    assert_eq!(paid.order_amount, event.transfer().amount);
    let due = paid.token_rate.zip(paid.order_amount).unwrap();
    assert!(due.0 < amount("0.09") && due.1 > amount("300"), "{due:?}");
}

#[tokio::test]
async fn partial_payments_are_separate_events() {
    let shop = Shop::open().await;
    let made = order("order-1", "10").notify_url(shop.receiver.url());
    shop.client.create_order(made).await.unwrap();
    for part in ["2.5", "0.000001"] {
        shop.sandbox.pay("order-1", Some(part)).await.unwrap();
        let event = shop.last_event().await;
        assert!(event.is_credit());
        assert_eq!(event.transfer().amount, sum(part));
        let order = shop.order("order-1").await.unwrap();
        // The gateway sets this status after any payment: only the amounts show what is missing.
        assert_eq!(order.status, DepositStatus::Successful);
    }
    shop.sandbox.pay("order-1", None).await.unwrap();
    let last = shop.last_event().await;
    assert_eq!(last.transfer().amount, sum("7.499999"));

    let events = shop.receiver.events();
    let mut keys: Vec<_> = events.iter().map(|event| event.dedup_key()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!((events.len(), keys.len()), (3, 3), "one record each");
    assert!(
        events
            .iter()
            .all(|event| event.order_id() == events[0].order_id())
    );
    let order = shop.order("order-1").await.unwrap();
    let hashes: Vec<_> = order.payments.iter().map(|one| one.txid.clone()).collect();
    let found: Vec<_> = events
        .iter()
        .map(|one| one.transfer().txid.clone())
        .collect();
    assert_eq!(hashes, found);
    let error = shop.sandbox.pay("order-1", None).await.unwrap_err();
    assert!(error.to_string().contains("paid in full"));
}

#[tokio::test]
async fn amount_due_equals_the_order_amount_to_the_last_digit() {
    let shop = Shop::open().await;
    for minute in 0..4 {
        for (token, price) in [
            (TRX, "0.10"),
            (ETH, "18"),
            (ETH, "0.01"),
            (XRP, "999999.99"),
        ] {
            let id = format!("{token}-{price}-{minute}");
            let order = CreateOrder::new(reference(&id), Price::usd(amount(price)), token);
            let due = shop.client.amount_due(&order).await.unwrap();
            shop.client.create_order(order).await.unwrap();
            let found = shop.order(&id).await.unwrap();
            assert_eq!(found.order_amount, Some(due), "{id}");
        }
        shop.advance(60);
    }
}

#[tokio::test]
async fn a_price_in_the_token_is_the_amount_due() {
    let shop = Shop::open().await;
    let price = "0.012345678901234567";
    let order = CreateOrder::new(reference("order-1"), Price::in_token(amount(price)), ETH);
    assert_eq!(shop.client.amount_due(&order).await.unwrap(), amount(price));
    assert!(shop.sandbox.requests().is_empty(), "nothing was asked");
    shop.client
        .create_order(order.notify_url(shop.receiver.url()))
        .await
        .unwrap();
    shop.sandbox.pay("order-1", None).await.unwrap();
    let event = shop.last_event().await;
    assert_eq!(event.transfer().amount, sum(price));
    let found = shop.order("order-1").await.unwrap();
    assert_eq!(found.denominated_currency.as_deref(), Some("token"));
    assert_eq!(
        (found.product_price, found.order_amount),
        (sum(price), sum(price))
    );
}

#[tokio::test]
async fn returns_the_memo_of_chains_that_have_one() {
    let shop = Shop::open().await;
    let made = |id| CreateOrder::new(reference(id), Price::usd(amount("10")), XRP);
    let first = shop.client.create_order(made("order-1")).await.unwrap();
    let second = shop.client.create_order(made("order-2")).await.unwrap();
    assert_eq!(first.pay_address, second.pay_address);
    assert_ne!(first.memo, second.memo);
    assert!(first.memo.is_some());
}

#[tokio::test]
async fn queries_a_hundred_orders_at_once() {
    let shop = Shop::open().await;
    let ids: Vec<_> = (0..250).map(|n| reference(&format!("order-{n}"))).collect();
    for n in [0, 99, 100, 249] {
        let order = order(&format!("order-{n}"), "1");
        shop.client.create_order(order).await.unwrap();
    }
    let mut found = Vec::new();
    for query in DepositQuery::split(&ids) {
        let rows = shop.client.deposits(query).await.unwrap().deposits;
        found.extend(rows.into_iter().map(|order| order.merchant_order_id));
    }
    assert_eq!(found, ["order-0", "order-99", "order-100", "order-249"]);
    assert_eq!(shop.sandbox.requests().len(), 4 + 3);
}

#[tokio::test]
async fn a_pending_payment_is_not_a_credit() {
    let shop = Shop::with(|builder| builder.ccpayment_push_every_state(true)).await;
    let made = order("order-1", "10").notify_url(shop.receiver.url());
    shop.client.create_order(made).await.unwrap();
    shop.sandbox.process("order-1").await.unwrap();
    assert_eq!(
        shop.last_event().await.transfer().status,
        PayStatus::Pending
    );
    let seen = shop.order("order-1").await.unwrap();
    assert_eq!(seen.status, DepositStatus::Processing);
    assert!(seen.payments.is_empty());
    shop.sandbox.process("order-1").await.unwrap();
    assert_eq!(
        shop.last_event().await.transfer().status,
        PayStatus::Processing
    );
    shop.sandbox.pay("order-1", None).await.unwrap();
    shop.last_event().await;
    let events = shop.receiver.events();
    let credits: Vec<_> = events.iter().map(|event| event.is_credit()).collect();
    assert_eq!(credits, [false, false, true]);
    let record = |at: usize| &events[at].transfer().record_id;
    assert!(record(0) == record(1) && record(1) == record(2));
    assert_ne!(events[1].dedup_key(), events[2].dedup_key());
}

/// Which currency the echoed amount has is not documented. If it is not the price's, the order exists all the same.
#[tokio::test]
async fn an_order_in_euros_is_never_reported_as_not_made() {
    for in_usd in [false, true] {
        let shop = Shop::with(|builder| builder.ccpayment_amounts_in_usd(in_usd)).await;
        let price = Price::fiat(amount("20"), "EUR");
        let order = CreateOrder::new(reference("order-1"), price, USDT);
        let created = shop.client.create_order(order).await;
        match created {
            Ok(created) => assert_eq!((in_usd, created.product_price), (false, sum("20"))),
            Err(error) => {
                assert!(in_usd, "{error}");
                assert_eq!(
                    (error.outcome(), error.next_step()),
                    (Outcome::Applied, NextStep::Investigate)
                );
            }
        }
        let found = shop.order("order-1").await.unwrap();
        assert_eq!(found.order_amount, sum("25"));
    }
}
