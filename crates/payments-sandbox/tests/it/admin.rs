use payments_sandbox::Clock;

use crate::support::http::{self, FORM, JSON};
use crate::support::shop::{START_MS, Shop};

#[tokio::test]
async fn reports_health_and_credentials_without_the_platforms_private_key() {
    let shop = Shop::open().await;
    let health = shop.get("/_sandbox/health").await.json();
    assert_eq!(
        (&health["status"], &health["now_ms"]),
        (&"ok".into(), &START_MS.into())
    );
    let shown = shop.get("/_sandbox/credentials").await.json();
    let ours = shop.sandbox.credentials();
    assert_eq!(shown["cpay"]["merchant_id"], "20003092");
    assert_eq!(shown["cpay"]["secret"], ours.cpay.secret.as_str());
    assert_eq!(
        shown["ccpayment"]["app_secret"],
        ours.ccpayment.app_secret.as_str()
    );
    assert_eq!(
        shown["chainup_opay"]["merchant_private_key"],
        ours.chainup_opay.merchant_private_key.as_str()
    );
    assert_eq!(shown["chainup_opay"].get("platform_private_key"), None);
}

#[tokio::test]
async fn orders_are_paid_by_either_number_with_json_or_form() {
    let shop = Shop::open().await;
    for number in ["a", "b", "c"] {
        shop.order_id(&[("merchantTradeNo", number)]).await;
    }
    let b = shop.sandbox.order("b").unwrap().order_id;
    let full = shop.post("/_sandbox/orders/a/pay", &[], "").await;
    assert_eq!((full.status, &full.json()["funds"]), (200, &"exact".into()));
    let under = shop
        .post(
            &format!("/_sandbox/orders/{b}/pay"),
            &[JSON],
            r#"{"amount":"1.5"}"#,
        )
        .await;
    assert_eq!(
        (&under.json()["actual_amount"], &under.json()["funds"]),
        (&"1.5".into(), &"under".into())
    );
    let over = shop
        .post("/_sandbox/orders/c/pay", &[FORM], "amount=100")
        .await;
    assert_eq!(over.json()["funds"], "over");
    let all = shop.get("/_sandbox/orders").await.json();
    assert_eq!(all["orders"].as_array().unwrap().len(), 3);
    assert_eq!(all["orders"][1]["status"], "completed");
}

#[tokio::test]
async fn refuses_impossible_actions_with_one_sentence() {
    let shop = Shop::open().await;
    shop.order_id(&[("merchantTradeNo", "paid")]).await;
    shop.order_id(&[("merchantTradeNo", "seen")]).await;
    shop.order_id(&[("merchantTradeNo", "open")]).await;
    shop.sandbox.pay("paid", None).await.unwrap();
    assert_eq!(
        shop.post("/_sandbox/orders/seen/process", &[], "")
            .await
            .json()["status"],
        "processing"
    );
    for (path, headers, body, status, sentence) in [
        ("orders/none/pay", &[][..], "", 404, "No order has the id"),
        (
            "orders/paid/pay",
            &[],
            "",
            409,
            "completed and cannot be paid",
        ),
        (
            "orders/paid/expire",
            &[],
            "",
            409,
            "completed and cannot be expired",
        ),
        (
            "orders/seen/expire",
            &[],
            "",
            409,
            "processing and cannot be expired",
        ),
        (
            "orders/seen/process",
            &[],
            "",
            409,
            "cannot be put into processing",
        ),
        (
            "orders/open/pay",
            &[JSON],
            r#"{"amount":"0"}"#,
            422,
            "The amount is zero",
        ),
        (
            "orders/open/pay",
            &[JSON],
            r#"{"amount":[1]}"#,
            422,
            "JSON body cannot be used",
        ),
        (
            "orders/open/pay",
            &[FORM],
            "amount=-1",
            422,
            "plain decimal",
        ),
        (
            "orders/open/pay",
            &[FORM],
            "sum=1",
            422,
            "unknown field `sum`",
        ),
        (
            "orders/open/pay",
            &[FORM],
            "s%0Aum=1",
            422,
            r"unknown field `s\num`",
        ),
        (
            "orders/open/pay",
            &[FORM],
            "amount=1&amount=2",
            422,
            "duplicate field `amount`",
        ),
        (
            "orders/open/pay",
            &[JSON],
            r#"{"user_id":"1001"}"#,
            422,
            "unknown field `user_id`",
        ),
        (
            "orders/open/expire",
            &[JSON],
            r#"{"amount":"1"}"#,
            422,
            "unknown field `amount`",
        ),
        ("reset", &[FORM], "advance_ms=1", 422, "unknown field"),
        ("orders/open/pay", &[], "amount=1", 422, "Content-Type"),
        ("deliveries/x/resend", &[], "", 404, "positive integer"),
        (
            "deliveries/1/resend",
            &[],
            "",
            404,
            "No delivery has the number 1",
        ),
        ("clock", &[], "", 422, "advance_ms"),
        (
            "clock",
            &[FORM],
            "advance_ms=soon",
            422,
            "`soon` is not a valid value.",
        ),
        (
            "clock",
            &[FORM],
            "advance_ms=18446744073709551615",
            422,
            "beyond the year 9998",
        ),
        ("nowhere", &[], "", 404, "no such path"),
        ("orders", &[], "", 405, "another method"),
    ] {
        let answer = shop.post(&format!("/_sandbox/{path}"), headers, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(sentence), "{path}: {error}");
    }
    assert_eq!(
        shop.sandbox.order("open").unwrap().status.as_str(),
        "pending"
    );
    // A processing order can still be paid, with the hash it was seen under.
    let hash = shop.sandbox.order("seen").unwrap().hash;
    assert_eq!(shop.sandbox.pay("seen", None).await.unwrap().hash, hash);
}

/// Also before any handler sees the request.
#[tokio::test]
async fn a_program_gets_every_refusal_as_json_and_a_browser_as_a_page() {
    let shop = Shop::open().await;
    let long = format!("amount={}", "1".repeat(16 * 1024));
    for (method, path, body, status, sentence) in [
        ("POST", "orders/a/pay", long.as_str(), 413, "16384 bytes"),
        ("POST", "orders/%ff/pay", "", 400, "UTF-8"),
        ("GET", "requests/%ff", "", 400, "UTF-8"),
        ("POST", "", "", 405, "another method"),
        ("POST", "reset/more", "", 404, "no such path"),
        ("DELETE", "orders/a/pay", "", 405, "another method"),
        ("POST", "nowhere", "", 404, "no such path"),
        ("POST", "clock", "", 422, "."),
        ("POST", "orders/a/choose", "", 422, "missing field `coin`"),
    ] {
        let path = format!("/_sandbox/{path}");
        let address = shop.sandbox.local_addr();
        let answer = http::send(address, method, &path, &[FORM], body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(sentence), "{method} {path}: {error}");
        let page = [FORM, ("Accept", "text/html")];
        let page = http::send(address, method, &path, &page, body).await;
        assert_eq!(page.status, status, "{method} {path}");
        let kind = page.header("Content-Type").unwrap();
        assert!(kind.starts_with("text/html"), "{method} {path}: {kind}");
    }
}

#[tokio::test]
async fn reads_and_advances_the_clock() {
    let shop = Shop::open().await;
    let clock = shop.get("/_sandbox/clock").await.json();
    assert_eq!(
        (&clock["manual"], &clock["now"]),
        (&true.into(), &"2022-11-16 11:26:37 UTC".into())
    );
    let moved = shop
        .post("/_sandbox/clock", &[JSON], r#"{"advance_ms":60000}"#)
        .await
        .json();
    assert_eq!(moved["now_ms"], START_MS + 60_000);
    let id = shop.order_id(&[]).await;
    assert!(id.starts_with("221116112737"), "{id}");

    let system = Shop::with(|builder| builder.clock(Clock::system())).await;
    let before = system.sandbox.clock().now_ms();
    system
        .post("/_sandbox/clock", &[JSON], r#"{"advance_ms":3600000}"#)
        .await;
    assert!(system.sandbox.clock().now_ms() >= before + 3_600_000);
}

#[tokio::test]
async fn a_reset_removes_everything_and_frees_references() {
    let shop = Shop::open().await;
    let first = shop.order_id(&[]).await;
    assert_eq!(
        shop.post("/_sandbox/reset", &[], "").await.json()["status"],
        "reset"
    );
    assert_eq!(
        shop.get("/_sandbox/orders").await.body,
        r#"{"next":null,"orders":[]}"#
    );
    assert_eq!(
        shop.get("/_sandbox/requests").await.body,
        r#"{"next":null,"requests":[]}"#
    );
    assert_eq!(
        shop.get("/_sandbox/deliveries").await.body,
        r#"{"deliveries":[],"next":null}"#
    );
    assert!(shop.sandbox.order(&first).is_none());
    shop.order_id(&[]).await;
    assert_eq!(shop.sandbox.requests()[0].id, 2, "request numbers go on");
}

#[tokio::test]
async fn keeps_a_limited_number_of_short_records() {
    let shop = Shop::open().await;
    for _ in 0..510 {
        shop.get("/openapi/v1/nothing").await;
    }
    let records = shop.sandbox.requests();
    assert_eq!(
        (records.len(), records[0].id, records[499].id),
        (500, 11, 510)
    );
}

#[tokio::test]
async fn the_observer_sees_every_request() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let shop = Shop::with(|builder| {
        let seen = seen.clone();
        builder.observe(move |record| {
            seen.lock()
                .unwrap()
                .push((record.id, record.verdict.as_str()))
        })
    })
    .await;
    shop.create(&[]).await;
    shop.create(&[]).await;
    assert_eq!(*seen.lock().unwrap(), [(1, "accepted"), (2, "refused")]);
    let shown = format!("{:?}", shop.sandbox);
    assert!(!shown.contains(&shop.sandbox.credentials().cpay.secret));
}
