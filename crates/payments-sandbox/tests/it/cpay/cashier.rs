use crate::support::http::{self, Answer, FORM, Receiver, reply};
use crate::support::shop::Shop;

const HTML: (&str, &str) = ("Accept", "text/html,application/xhtml+xml");

fn assert_page(answer: &Answer) {
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe"), "{policy}");
    // Only the dashboard has a script, and only that of the sandbox.
    let own = "<script src=\"/_sandbox/dashboard.js\" defer></script>";
    let is_dashboard = answer.body.contains(own);
    assert_eq!(
        policy.contains("script-src 'self';"),
        is_dashboard,
        "{policy}"
    );
    let scripts = answer.body.to_lowercase().matches("<script").count();
    assert_eq!(scripts, usize::from(is_dashboard), "{}", answer.body);
    assert!(answer.body.contains("<html lang=\"en\">") && answer.body.contains("<h1"));
}

async fn cashier(shop: &Shop, changes: &[(&str, &str)]) -> String {
    let id = shop.order_id(changes).await;
    let url = shop.sandbox.order(&id).unwrap().cashier_url;
    url.strip_prefix(shop.sandbox.base_url())
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn serves_the_front_page_and_the_overview() {
    let shop = Shop::open().await;
    let front = shop.get("/").await;
    assert_page(&front);
    assert!(front.body.contains(shop.sandbox.base_url()) && front.body.contains("20003092"));
    assert!(!front.body.contains(&shop.sandbox.credentials().cpay.secret));
    let empty = shop.get("/_sandbox").await;
    assert_page(&empty);
    assert!(empty.body.contains("No orders yet"));
    for (path, kind) in [
        ("/_sandbox/style.css", "text/css"),
        ("/_sandbox/icon.svg", "image/svg"),
        ("/favicon.ico", "image/svg"),
    ] {
        let asset = shop.get(path).await;
        assert_eq!(asset.status, 200);
        assert!(asset.header("content-type").unwrap().starts_with(kind));
    }
    assert_eq!(shop.get("/_sandbox/").await.status, 200);
    for (answer, path) in [
        (shop.get("/payment/pay").await, "GET"),
        (shop.post("/", &[], "").await, "POST"),
    ] {
        assert_eq!(answer.status, 405, "{path}");
        assert_page(&answer);
    }
    assert!(
        shop.sandbox.requests().is_empty(),
        "pages are no gateway requests"
    );
}

#[tokio::test]
async fn the_cashier_shows_the_order_and_needs_its_sign() {
    let shop = Shop::open().await;
    let target = cashier(&shop, &[("amount", "12.50")]).await;
    let page = shop.get(&target).await;
    assert_page(&page);
    let order = &shop.sandbox.orders()[0];
    for text in [
        "12.50",
        "USDT",
        "TRON",
        "code 0",
        &order.address,
        &order.order_id,
        "test114",
        "<label for=\"paid\">",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    let (good, _) = target.split_at(target.len() - 1);
    for broken in [
        good.to_owned(),
        target.split("&sign").next().unwrap().to_owned(),
        target.replace(&order.order_id, "221116112637000000014"),
        "/payment".to_owned(),
        "/payment?orderId=%zz".to_owned(),
    ] {
        let answer = shop.get(&broken).await;
        assert_eq!(answer.status, 403, "{broken}");
        assert_page(&answer);
        assert!(!answer.body.contains(&order.address));
        let form = broken.split_once('?').map_or("", |(_, query)| query);
        assert_eq!(shop.post("/payment/pay", &[FORM], form).await.status, 403);
        assert_eq!(
            shop.post("/payment/expire", &[FORM], form).await.status,
            403
        );
    }
    assert_eq!(shop.sandbox.orders()[0].status.as_str(), "pending");
}

#[tokio::test]
async fn the_customer_pays_too_little_and_goes_back_to_the_shop() {
    let shop = Shop::open().await;
    let target = cashier(
        &shop,
        &[
            ("amount", "10"),
            ("successURL", "https://shop.example/?a=1&b=<2>"),
        ],
    )
    .await;
    let form = target.split_once('?').unwrap().1;
    let wrong = shop
        .post("/payment/pay", &[FORM], &format!("{form}&amount=1e3"))
        .await;
    assert_eq!(wrong.status, 422);
    assert_page(&wrong);
    assert!(wrong.body.contains("role=\"alert\"") && wrong.body.contains("plain decimal"));
    let paid = shop
        .post("/payment/pay", &[FORM], &format!("{form}&amount=+9.99+"))
        .await;
    assert_eq!(
        (paid.status, paid.header("location")),
        (303, Some(target.as_str()))
    );
    let page = shop.get(&target).await.body;
    assert!(
        page.contains("completed")
            && page.contains("9.99 USDT")
            && page.contains("less than the order asks for")
    );
    assert!(!page.contains("<form"), "nothing left to do");
    // `<` is no character of a URI, so that address is not offered as a link.
    assert!(!page.contains("Back to the shop"));
    assert_eq!(shop.post("/payment/pay", &[FORM], form).await.status, 409);
}

#[tokio::test]
async fn the_customer_lets_the_order_expire() {
    let shop = Shop::open().await;
    let target = cashier(&shop, &[("failURL", "http://shop.example/sorry?a=1&b=2")]).await;
    let answer = shop
        .post(
            "/payment/expire",
            &[FORM],
            target.split_once('?').unwrap().1,
        )
        .await;
    assert_eq!(answer.status, 303);
    let page = shop.get(&target).await.body;
    assert!(page.contains("closed") && page.contains("Back to the shop"));
    assert!(
        page.contains("http://shop.example/sorry?a=1&#38;b=2"),
        "{page}"
    );
    shop.sandbox.reset();
    assert_eq!(shop.get(&target).await.status, 404);
}

#[tokio::test]
async fn escapes_received_text_on_every_page() {
    let shop = Shop::open().await;
    let evil = "\"><img src=x onerror=alert(1)>";
    let receiver = Receiver::start(&[&reply(500, evil)]).await;
    let callback = format!("{}&q={evil}", receiver.url());
    let target = cashier(
        &shop,
        &[
            ("merchantTradeNo", evil),
            ("userId", evil),
            ("successURL", "javascript:alert(1)"),
            ("callBackURL", &callback),
        ],
    )
    .await;
    shop.create(&[("cryptoCurrency", evil), ("merchantTradeNo", "2")])
        .await;
    shop.get("/openapi/v1/<img>?sign=<img>").await;
    let id = shop
        .order_id(&[("merchantTradeNo", "3"), ("callBackURL", &receiver.url())])
        .await;
    shop.sandbox.pay(&id, None).await.unwrap();
    shop.sandbox.pay(evil, None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    for path in [target.as_str(), "/_sandbox"] {
        let page = shop.get(path).await;
        assert_page(&page);
        assert_eq!(
            page.body.matches("<img").count(),
            1,
            "only the sandbox's own icon: {}",
            page.body
        );
        assert!(!page.body.contains("href=\"javascript"));
    }
}

#[tokio::test]
async fn the_buttons_of_the_overview_return_to_it() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[]).await;
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    shop.order_id(&[("merchantTradeNo", "2")]).await;
    let page = shop.get("/_sandbox").await.body;
    assert!(page.contains(&format!(
        "action=\"/_sandbox/orders/{id}/pay?at=order-{id}\""
    )));
    for (path, body) in [
        (format!("orders/{id}/pay"), ""),
        ("orders/2/expire".to_owned(), ""),
        ("clock".to_owned(), "advance_ms=60000"),
    ] {
        let answer = http::send(
            shop.sandbox.local_addr(),
            "POST",
            &format!("/_sandbox/{path}"),
            &[FORM, HTML],
            body,
        )
        .await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/_sandbox")),
            "{path}"
        );
    }
    shop.sandbox.webhooks_quiet().await;
    let page = shop.get("/_sandbox").await;
    assert_page(&page);
    for text in [
        "completed",
        "closed",
        "delivered",
        "action=\"/_sandbox/deliveries/1/resend?at=delivery-1\"",
        "accepted",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    let again = shop
        .post(&format!("/_sandbox/orders/{id}/pay"), &[HTML], "")
        .await;
    assert_eq!(again.status, 409);
    assert_page(&again);
}
