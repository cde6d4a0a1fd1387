//! What the admin API and the builder change about a sandbox: balances, addresses, the clock.

use std::net::SocketAddr;
use std::time::Duration;

use payments_sandbox::{Clock, Gateway, Sandbox, StartError};
use serde_json::json;

use crate::ccpayment::merchant::{receiver, sign};
use crate::support::http::{self, JSON};
use crate::support::shop::{Shop, order};

#[tokio::test]
async fn balances_can_be_set_at_every_gateway() {
    let shop = Shop::open().await;
    for (gateway, currency, amount) in [
        (Gateway::CPAY, "USDT", "5.5"),
        (Gateway::CHAINUP_OPAY, "BTC", "0.25"),
        (Gateway::CCPAYMENT, "ETH", "0"),
    ] {
        let body = json!({"gateway": gateway, "currency": currency, "available": amount});
        let answer = shop
            .post("/_sandbox/balances", &[JSON], &body.to_string())
            .await;
        assert_eq!(
            (answer.status, answer.json()),
            (
                200,
                json!({"currency": currency, "available": amount, "frozen": "0"})
            )
        );
        let rows = shop.sandbox.balances_at(gateway);
        assert!(
            rows.iter()
                .any(|row| row.currency == currency && row.available == amount)
        );
        let more = shop.sandbox.set_balance(gateway, currency, "7").unwrap();
        assert_eq!(more.available, "7");
    }
    for body in [
        json!({"gateway": "paypal", "currency": "USDT", "available": "1"}),
        json!({"gateway": "cpay", "currency": "DOGE", "available": "1"}),
        json!({"gateway": "cpay", "currency": "USDT", "available": "-1"}),
        json!({"gateway": "cpay", "currency": "USDT"}),
    ] {
        let answer = shop
            .post("/_sandbox/balances", &[JSON], &body.to_string())
            .await;
        assert_eq!(answer.status, 422, "{body}");
    }
    shop.sandbox.reset();
    assert_eq!(shop.sandbox.balance("USDT").unwrap().available, "100000");
}

#[tokio::test]
async fn a_balance_that_is_set_limits_the_next_payout() {
    let shop = Shop::open().await;
    shop.sandbox
        .set_balance(Gateway::CPAY, "USDT", "3.99")
        .unwrap();
    let answer = shop.ask("withdraw", &[]).await.json();
    assert_eq!(answer["msg"], "insufficient balance");
    shop.sandbox
        .set_balance(Gateway::CPAY, "USDT", "4")
        .unwrap();
    shop.data("withdraw", &[]).await;
    // What is frozen stays.
    let row = shop
        .sandbox
        .set_balance(Gateway::CPAY, "USDT", "1")
        .unwrap();
    assert_eq!((row.available.as_str(), row.frozen.as_str()), ("1", "4"));
}

#[tokio::test]
async fn links_have_the_public_url() {
    let shop = Shop::with(|builder| builder.public_url("http://sandbox:8420/")).await;
    assert_eq!(shop.sandbox.base_url(), "http://sandbox:8420");
    let created = shop.create(&[]).await.json();
    let link = created["data"]["cashierURL"].as_str().unwrap();
    assert!(link.starts_with("http://sandbox:8420/payment?"), "{link}");
    for wrong in [
        "",
        "sandbox:8420",
        "ftp://sandbox/",
        "http://sandbox/#a",
        "http://sandbox/?a",
    ] {
        let error = Sandbox::builder()
            .public_url(wrong)
            .start()
            .await
            .unwrap_err();
        assert!(matches!(error, StartError::PublicUrl), "{wrong}");
    }
}

#[tokio::test]
async fn a_wrong_balance_is_named_with_its_gateway() {
    let builder = Sandbox::builder;
    for (builder, gateway) in [
        (builder().cpay_balance("FOO", "1"), "C-Pay"),
        (builder().ccpayment_balance("FOO", "1"), "CCPayment"),
        (builder().ccpayment_v2_balance("FOO", "1"), "CCPayment v2"),
    ] {
        let error = builder.start().await.unwrap_err().to_string();
        let start = format!("{gateway}: the balance of FOO does not exist");
        assert!(error.starts_with(&start), "{error}");
    }
}

#[tokio::test]
async fn payouts_complete_within_thirty_days() {
    let most = Duration::from_secs(30 * 24 * 60 * 60);
    let more = most + Duration::from_millis(1);
    for refused in [
        Sandbox::builder().cpay_payouts_complete_after(more),
        Sandbox::builder().ccpayment_payouts_complete_after(Duration::MAX),
        Sandbox::builder().ccpayment_v2_payouts_complete_after(more),
    ] {
        let error = refused.start().await.unwrap_err();
        assert!(error.to_string().contains("30 days"), "{error}");
    }
    let sandbox = Sandbox::builder().cpay_payouts_complete_after(most);
    let sandbox = sandbox.start().await.unwrap();
    let name = "cpay_payouts_complete_after_ms";
    for text in ["2592000001", "18446744073709551615"] {
        let error = sandbox.change_settings(&[(name, text)]).unwrap_err();
        assert!(error.to_string().contains("up to 2592000000"), "{error}");
    }
}

#[tokio::test]
async fn an_attempt_of_a_webhook_ends_after_an_hour_at_the_latest() {
    for refused in [Duration::ZERO, Duration::from_secs(3_601), Duration::MAX] {
        let started = Sandbox::builder().webhook_timeout(refused).start().await;
        let error = started.unwrap_err();
        assert!(matches!(error, StartError::WebhookTimeout), "{refused:?}");
    }
    let hour = Sandbox::builder().webhook_timeout(Duration::from_secs(3_600));
    hour.start().await.unwrap();
}

#[tokio::test]
async fn answers_other_hosts_only_if_remote_listening_is_allowed() {
    let own = Shop::open().await;
    let headers = [("Host", "sandbox:8420")];
    let refused = http::send(
        own.sandbox.local_addr(),
        "GET",
        "/_sandbox/health",
        &headers,
        "",
    )
    .await;
    assert_eq!(refused.status, 403);
    let all: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let error = Sandbox::builder().listen(all).start().await.unwrap_err();
    assert!(error.to_string().contains("--allow-remote"), "{error}");
    let remote = Shop::with(|builder| builder.listen(all).allow_remote_listen(true)).await;
    let address = SocketAddr::from(([127, 0, 0, 1], remote.sandbox.local_addr().port()));
    let answer = http::send(address, "GET", "/_sandbox/health", &headers, "").await;
    assert_eq!(answer.status, 200);
}

/// The time of the header `Timestamp`.
fn timestamp(head: &str) -> u64 {
    let value = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("timestamp")
            .then(|| value.trim().parse().unwrap())
    };
    head.lines().find_map(value).unwrap()
}

#[tokio::test]
async fn webhooks_keep_the_machines_time_when_the_clock_is_advanced() {
    let mut receiver = receiver(&[]).await;
    let url = receiver.url();
    let sandbox = Sandbox::builder()
        .ccpayment_webhook_url(&url)
        .start()
        .await
        .unwrap();
    let machine = Clock::system();
    let account = &sandbox.credentials().ccpayment;
    let body =
        json!({"merchant_order_id": "1", "product_price": "1", "denominated_currency": "USD",
        "token_id": crate::ccpayment::merchant::USDT_TRC20})
        .to_string();
    let stamp = (machine.now_ms() / 1_000).to_string();
    let sign = sign(&account.app_id, &account.app_secret, &stamp, &body);
    let headers = [
        JSON,
        ("Appid", &account.app_id),
        ("Timestamp", &stamp),
        ("Sign", &sign),
    ];
    let path = "/ccpayment/v1/bill/create";
    let answer = http::send(sandbox.local_addr(), "POST", path, &headers, &body).await;
    assert_eq!(answer.json()["code"], 10_000);
    sandbox.clock().advance(Duration::from_secs(7_200));
    sandbox.pay("1", None).await.unwrap();
    let (head, _) = receiver.wait_for(1).await.remove(0);
    // Far less than the two hours that the sandbox's clock is ahead.
    let now_s = machine.now_ms() / 1_000;
    let stamp = timestamp(&head);
    assert!(stamp <= now_s + 1, "{stamp} {now_s}");
    let order = sandbox.order("1").unwrap();
    assert!(
        order.settled_ms.unwrap() / 1_000 >= now_s + 7_000,
        "orders are on the sandbox's clock"
    );
}

#[tokio::test]
async fn the_clock_says_what_it_does_to_timestamps() {
    let manual = Shop::open().await;
    let system = Shop::with(|builder| builder.clock(Clock::system())).await;
    for (shop, words) in [
        (&manual, "give clients and receivers the same time"),
        (&system, "keep the machine's time"),
    ] {
        let moved = shop
            .post("/_sandbox/clock", &[JSON], r#"{"advance_ms":60000}"#)
            .await
            .json();
        assert!(moved["note"].as_str().unwrap().contains(words), "{moved}");
        let page = shop.get("/_sandbox").await.body.replace("&#39;", "'");
        assert!(page.contains(words));
    }
}

#[tokio::test]
async fn an_unknown_path_names_the_known_ones_and_the_call_that_was_meant() {
    let shop = Shop::open().await;
    let params = shop.signed(&order(&[]));
    for (path, meant) in [
        ("/createOrder", Some("/openapi/v1/createOrder")),
        ("/api/bill/create", Some("/ccpayment/v1/bill/create")),
        ("/opay/v2/orderDetail", None),
        (
            "/x/withdraw",
            Some("/openapi/v1/withdraw or /ccpayment/v1/withdraw"),
        ),
        ("/nothing?secret=4242424242424242", None),
    ] {
        let answer = shop.post(path, &[http::FORM], &params).await;
        let sentence = answer.json()["error"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if path.starts_with("/opay/") {
            continue; // ChainUp's own prefix: its own answer.
        }
        assert_eq!(answer.status, 404, "{path}");
        for base in [
            "/openapi/v1/",
            "/platformapi/chainup/open/opay/",
            "/ccpayment/v1/",
        ] {
            assert!(sentence.contains(base), "{sentence}");
        }
        let recorded = shop
            .sandbox
            .requests()
            .pop()
            .and_then(|record| record.reason);
        assert_eq!(
            recorded.as_ref() == Some(&sentence),
            meant.is_some(),
            "{path}"
        );
        match meant {
            Some(meant) => assert!(
                sentence.contains(&format!("Is {meant} meant?")),
                "{sentence}"
            ),
            None => assert!(!sentence.contains("meant"), "{sentence}"),
        }
        assert!(!sentence.contains("4242"), "{sentence}");
    }
    let page = http::send(
        shop.sandbox.local_addr(),
        "GET",
        "/nothing",
        &[("Accept", "text/html")],
        "",
    )
    .await;
    assert_eq!(
        (page.status, page.header("Content-Type")),
        (404, Some("text/html; charset=utf-8"))
    );
}

#[tokio::test]
async fn records_mask_values_in_paths() {
    let shop = Shop::open().await;
    for path in [
        "/openapi/v1/pwpp&cardNumber=4242424242424242&cvv=123",
        "/openapi/v1/pwpp/4242424242424242",
        "/platformapi/chainup/open/opay/orderDetail%3Ftoken%3Dsecret-token",
        "/ccpayment/v1/bill/create;sign=b746622a",
        &format!(
            "/openapi/v1/getOrderDetail?{}",
            shop.signed(&[
                ("merchantId", "20003092"),
                ("cardNo", "4242424242424242"),
                ("authToken", "secret-token")
            ])
        ),
    ] {
        shop.get(path).await;
    }
    let page = shop.get("/_sandbox/requests").await.body;
    for secret in ["4242424242424242", "secret-token", "b746622a"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    assert!(page.contains("/openapi/v1/pwpp***"), "{page}");
}
