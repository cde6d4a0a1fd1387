//! Lists: filters, pages, and a sandbox full of records.

use std::time::Instant;

use super::*;

#[tokio::test]
async fn lists_are_filtered_and_come_in_pages() {
    let shop = Shop::open().await;
    for number in ["a-1", "a-2", "b-3", "b-4"] {
        shop.order_id(&[("merchantTradeNo", number)]).await;
    }
    shop.sandbox.pay("a-2", None).await.unwrap();
    shop.create(&[("merchantTradeNo", "a-1")]).await;
    let list = async |query: &str| shop.get(&format!("/_sandbox/{query}")).await.json();

    let all = list("orders").await;
    let newest_first = ["b-4", "b-3", "a-2", "a-1"];
    assert_eq!(column(&all, "orders", "merchant_ref"), newest_first);
    for (query, want) in [
        ("reference=a-", &["a-2", "a-1"][..]),
        ("status=completed", &["a-2"]),
        ("status=pending&reference=a-", &["a-1"]),
        ("gateway=ccpayment", &[]),
        ("kind=pay_in&limit=1", &["b-4"]),
    ] {
        let found = list(&format!("orders?{query}")).await;
        assert_eq!(column(&found, "orders", "merchant_ref"), want, "{query}");
    }
    let refused = list("requests?verdict=refused&call=createOrder").await;
    assert_eq!(column(&refused, "requests", "id"), ["5"]);
    let about = list("requests?reference=a-1").await;
    assert_eq!(column(&about, "requests", "id"), ["5", "1"]);

    // Back from the newest, and on from what was seen.
    let first = list("orders?limit=3").await;
    let older = list(&format!("orders?limit=3&before={}", first["next"])).await;
    assert_eq!(column(&older, "orders", "merchant_ref"), ["a-1"]);
    assert_eq!(older["next"], Value::Null);
    let newer = list("requests?after=3&limit=1").await;
    assert_eq!(column(&newer, "requests", "id"), ["4"]);
    let rest = list(&format!("requests?after={}", newer["next"])).await;
    assert_eq!(column(&rest, "requests", "id"), ["5"]);

    for (query, sentence) in [
        (
            "orders?colour=red",
            "unknown field `colour`, expected one of `gateway`",
        ),
        ("orders?limit=x", "The query cannot be used"),
        ("requests?before=1&after=2", "not both"),
        (
            "orders?status=foo",
            "status cannot be `foo`; it is one of pending, processing, completed,",
        ),
        (
            "deliveries?state=paid",
            "it is one of waiting, sending, delivered, given_up, refused, dropped.",
        ),
        (
            "requests?verdict=no&call=pay",
            "verdict cannot be `no`; it is one of accepted, refused.",
        ),
        ("orders?gateway=stripe&kind=x", "gateway cannot be `stripe`"),
    ] {
        let answer = shop.get(&format!("/_sandbox/{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        let said = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(said.contains(sentence), "{query}: {said}");
    }
    // All problems at once, and the same on the page.
    let page = shop.page("/_sandbox?verdict=no&status=foo").await;
    assert_eq!(page.status, 400);
    assert!(page.body.contains("verdict cannot be") && page.body.contains("status cannot be"));
}

#[tokio::test]
async fn the_overview_filters_like_the_lists() {
    let shop = Shop::open().await;
    for number in 0..25 {
        shop.order_id(&[("merchantTradeNo", &format!("order-{number}."))])
            .await;
    }
    shop.create(&[("merchantTradeNo", "order-1.")]).await;
    let page = shop.page("/_sandbox?reference=order-1.").await.body;
    assert!(
        page.contains("order-1.") && !page.contains("order-2."),
        "{page}"
    );
    assert!(
        page.contains("value=\"order-1.\""),
        "the field keeps its text"
    );
    let refused = shop.page("/_sandbox?verdict=refused").await.body;
    assert!(refused.contains("id=\"request-26\"") && !refused.contains("id=\"request-25\""));
    let first = shop.page("/_sandbox").await.body;
    assert!(first.contains("id=\"request-26\"") && !first.contains("id=\"request-6\""));
    let link = first
        .split("href=\"")
        .find(|part| part.contains("Older orders"))
        .unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let older = shop.page(&link).await.body;
    assert!(
        older.contains("order-0.") && !older.contains("order-24."),
        "{link}"
    );
    assert_eq!(shop.page("/_sandbox?before=x").await.status, 400);
}

#[tokio::test]
async fn webhooks_are_found_by_the_merchants_reference_at_every_gateway() {
    let shop = Shop::open().await;
    let id = shop
        .order_id(&[
            ("merchantTradeNo", "mine-1"),
            ("callBackURL", "http://127.0.0.1:9/"),
        ])
        .await;
    shop.sandbox.pay(&id, None).await.unwrap();
    let deliveries = shop
        .get("/_sandbox/deliveries?reference=mine-1")
        .await
        .json();
    assert_eq!(
        column(&deliveries, "deliveries", "merchant_ref"),
        ["mine-1"]
    );
    assert_eq!(column(&deliveries, "deliveries", "order_id"), [id]);

    // At version 2 a webhook is about the record of a payment; the page of the order has it anyway.
    let merchant =
        MerchantV2::with(|builder| builder.ccpayment_v2_webhook_url("http://127.0.0.1:9/")).await;
    let order = json!({ "orderId": "mine-2", "price": "10", "fiatId": 1033, "coinId": 1280, "chain": "TRX" });
    merchant.ask("createAppOrderDepositAddress", &order).await;
    merchant.pay("mine-2", "").await;
    let deliveries = merchant.look("deliveries?reference=mine-2").await.json();
    assert_eq!(
        column(&deliveries, "deliveries", "merchant_ref"),
        ["mine-2"]
    );
    let order = merchant.look("orders/mine-2").await.json();
    assert_eq!(column(&order, "deliveries", "merchant_ref"), ["mine-2"]);
}

/// Prints how long the lists take when the sandbox is full: `-- --ignored --nocapture full_sandbox`.
#[tokio::test]
#[ignore = "makes 10,000 orders; prints figures"]
async fn lists_of_a_full_sandbox() {
    let shop = Shop::open().await;
    let order = crate::support::shop::order(&[]);
    for number in 0..10_000 {
        let number = number.to_string();
        let mut order = order.clone();
        order[1].1 = &number;
        shop.call("/openapi/v1/createOrder", &order).await;
    }
    for target in [
        "/_sandbox",
        "/_sandbox/orders",
        "/_sandbox/orders?reference=9999",
        "/_sandbox/orders?reference=nowhere",
        "/_sandbox/orders/5000",
    ] {
        let start = Instant::now();
        let answer = shop.page(target).await;
        println!(
            "{target} with 10,000 orders: {:?}, {} bytes",
            start.elapsed(),
            answer.body.len()
        );
        assert_eq!(answer.status, 200);
    }
}
