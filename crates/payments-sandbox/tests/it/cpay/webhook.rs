use std::time::Duration;

use payments_sandbox::{Delivery, DeliveryState};

use crate::support::http::{self, FORM, Receiver, reply};
use crate::support::shop::{START_MS, Shop};

async fn paid(shop: &Shop, url: &str) -> u64 {
    let id = shop.order_id(&[("callBackURL", url)]).await;
    shop.sandbox.pay(&id, None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    shop.sandbox.deliveries()[0].id
}

fn only(shop: &Shop) -> Delivery {
    let deliveries = shop.sandbox.deliveries();
    assert_eq!(deliveries.len(), 1);
    deliveries.into_iter().next().unwrap()
}

async fn advance(shop: &Shop, seconds: u64) {
    shop.sandbox.clock().advance(Duration::from_secs(seconds));
    shop.sandbox.webhooks_quiet().await;
}

#[tokio::test]
async fn sends_again_when_due_until_acknowledged() {
    let shop = Shop::open().await;
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let failures = [
        &reply(200, "FAIL"),
        &reply(200, "FAIL"),
        &reply(500, "OK"),
        redirect,
        "",
        &reply(201, "OK"),
        &reply(200, "okay"),
    ];
    let receiver = Receiver::start(&failures.map(|text| text as &str)).await;
    paid(&shop, &receiver.url()).await;

    let first = only(&shop);
    assert_eq!(
        (first.state, first.due_ms),
        (DeliveryState::Waiting, Some(START_MS + 5_000))
    );
    advance(&shop, 4).await;
    assert_eq!(receiver.requests().len(), 1, "not before its time");
    for (tries, wait) in [
        (2, 1),
        (3, 15),
        (4, 30),
        (5, 60),
        (6, 120),
        (7, 300),
        (8, 600),
    ] {
        advance(&shop, wait).await;
        assert_eq!(receiver.requests().len(), tries);
    }
    let done = only(&shop);
    assert_eq!(
        (done.state, done.due_ms, done.tries_left),
        (DeliveryState::Delivered, None, 2)
    );
    let problems: Vec<_> = done
        .attempts
        .iter()
        .map(|a| a.problem.clone().unwrap_or_default())
        .collect();
    for (problem, words) in problems.iter().zip([
        "waits for HTTP 200 with `OK` or `success`, and got HTTP 200 with `FAIL`",
        "waits for HTTP 200",
        "got HTTP 500",
        "HTTP 302",
        "no reply",
        "HTTP 201",
        "waits for HTTP 200",
        "",
    ]) {
        assert!(problem.contains(words), "{problem:?} / {words:?}");
    }
    assert_eq!(done.attempts[0].answer.as_deref(), Some("FAIL"));
    // Every try carries the same bytes, and the redirect was not followed.
    let requests = receiver.requests();
    assert!(
        requests
            .iter()
            .all(|(head, body)| *body == requests[0].1 && head.starts_with("POST /callback"))
    );
    advance(&shop, 100_000).await;
    assert_eq!(receiver.requests().len(), 8, "delivered is the end");
}

#[tokio::test]
async fn gives_up_after_ten_attempts_until_a_resend() {
    let shop = Shop::open().await;
    let no = reply(200, "FAIL");
    let receiver = Receiver::start(&[no.as_str(); 10]).await;
    let id = paid(&shop, &receiver.url()).await;
    for wait in [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600] {
        assert_eq!(only(&shop).state, DeliveryState::Waiting);
        advance(&shop, wait).await;
    }
    let given_up = only(&shop);
    assert_eq!(
        (given_up.state, given_up.attempts.len(), given_up.due_ms),
        (DeliveryState::GivenUp, 10, None)
    );
    shop.sandbox.resend(id).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let done = only(&shop);
    assert_eq!(
        (done.state, done.attempts.len()),
        (DeliveryState::Delivered, 11)
    );
}

#[tokio::test]
async fn accepts_acknowledgements_in_any_case_with_white_space() {
    for text in ["OK", "ok", " Ok\r\n", "success", "SUCCESS\n"] {
        let shop = Shop::open().await;
        let receiver = Receiver::start(&[&reply(200, text)]).await;
        paid(&shop, &receiver.url()).await;
        assert_eq!(only(&shop).state, DeliveryState::Delivered, "{text:?}");
    }
}

#[tokio::test]
async fn a_resend_sends_the_same_webhook() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[]).await;
    let id = paid(&shop, &receiver.url()).await;
    let answer = shop
        .post(&format!("/_sandbox/deliveries/{id}/resend"), &[], "")
        .await;
    assert_eq!(answer.status, 200);
    shop.sandbox.webhooks_quiet().await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].1, requests[1].1);
    assert!(
        shop.sandbox
            .resend(99)
            .await
            .unwrap_err()
            .to_string()
            .contains("No delivery has the number 99")
    );
}

#[tokio::test]
async fn a_closed_order_sends_a_webhook_with_zero_amounts() {
    let shop = Shop::with(|builder| builder).await;
    let receiver = Receiver::start(&[]).await;
    let id = shop.order_id(&[("callbackURL", &receiver.url())]).await;
    shop.sandbox.expire(&id).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let received: serde_json::Value = serde_json::from_str(&receiver.requests()[0].1).unwrap();
    assert_eq!(received["orderStatus"], "15");
    assert_eq!(
        (&received["actualAmount"], &received["hash"]),
        (&"0".into(), &"".into())
    );
    assert_eq!(
        shop.detail(&[("cpayOrderId", &id)]).await.json()["data"]["status"],
        "15"
    );
}

#[tokio::test]
async fn the_accounts_url_is_the_fallback_and_no_url_means_no_webhook() {
    let account = Receiver::start(&[]).await;
    let url = account.url();
    let shop = Shop::with(|builder| builder.cpay_callback_url(url)).await;
    paid(&shop, "").await;
    assert_eq!(account.requests().len(), 1);

    let silent = Shop::open().await;
    let id = silent.order_id(&[]).await;
    silent.sandbox.pay(&id, None).await.unwrap();
    assert!(silent.sandbox.deliveries().is_empty());
}

#[tokio::test]
async fn sends_webhooks_to_other_machines_only_if_allowed() {
    for (url, reason) in [
        ("http://192.0.2.1/cb", "allow_remote_webhooks"),
        ("http://shop.example/cb", "allow_remote_webhooks"),
        ("https://127.0.0.1/cb", "plain http only"),
        ("not a url", "not a URL"),
    ] {
        let shop = Shop::open().await;
        paid(&shop, url).await;
        let refused = only(&shop);
        assert_eq!(
            (refused.state, refused.due_ms),
            (DeliveryState::Refused, None),
            "{url}"
        );
        assert!(
            refused.attempts[0]
                .problem
                .as_ref()
                .unwrap()
                .contains(reason),
            "{refused:?}"
        );
    }
    // If allowed, the sandbox tries the same target, which does not answer.
    let shop = Shop::with(|b| {
        b.allow_remote_webhooks(true)
            .webhook_timeout(Duration::from_millis(50))
    })
    .await;
    paid(&shop, "http://192.0.2.1/cb").await;
    assert_eq!(only(&shop).state, DeliveryState::Waiting);
}

#[tokio::test]
async fn gives_up_receivers_that_never_answer_or_never_end() {
    let shop = Shop::with(|builder| builder.webhook_timeout(Duration::from_millis(100))).await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    paid(&shop, &format!("http://{}/", silent.local_addr().unwrap())).await;
    assert!(
        only(&shop).attempts[0]
            .problem
            .as_ref()
            .unwrap()
            .contains("no complete reply within 100 ms")
    );

    let shop = Shop::open().await;
    let flood = Receiver::start(&[&reply(200, &"OK".repeat(10_000))]).await;
    paid(&shop, &flood.url()).await;
    assert!(
        only(&shop).attempts[0]
            .problem
            .as_ref()
            .unwrap()
            .contains("longer than 16384 bytes")
    );

    let shop = Shop::open().await;
    let closed = silent.local_addr().unwrap();
    drop(silent);
    paid(&shop, &format!("http://{closed}/")).await;
    assert!(
        only(&shop).attempts[0]
            .problem
            .as_ref()
            .unwrap()
            .starts_with("no connection")
    );
}

#[tokio::test]
async fn sends_to_localhost_by_name() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[]).await;
    paid(
        &shop,
        &format!("http://localhost:{}/cb", receiver.address.port()),
    )
    .await;
    assert_eq!(only(&shop).state, DeliveryState::Delivered);
    assert!(
        receiver.requests()[0]
            .0
            .contains(&format!("localhost:{}", receiver.address.port()))
    );
}

#[tokio::test]
async fn sends_to_a_url_with_only_a_query() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[]).await;
    paid(&shop, &format!("http://{}?shop=1", receiver.address)).await;
    assert_eq!(only(&shop).state, DeliveryState::Delivered);
    let (head, _) = &receiver.requests()[0];
    assert!(head.starts_with("POST /?shop=1 HTTP/1.1"), "{head}");
}

#[tokio::test]
async fn advancing_the_clock_over_http_sends_what_is_due() {
    let shop = Shop::open().await;
    let mut receiver = Receiver::start(&[&reply(200, "FAIL")]).await;
    paid(&shop, &receiver.url()).await;
    let moved = shop
        .post("/_sandbox/clock", &[FORM], "advance_ms=5000")
        .await;
    assert_eq!(moved.json()["now_ms"], START_MS + 5_000);
    receiver.wait_for(2).await;
}

#[tokio::test]
async fn a_reset_removes_webhooks() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(&[&reply(200, "FAIL")]).await;
    paid(&shop, &receiver.url()).await;
    shop.sandbox.reset();
    advance(&shop, 100_000).await;
    assert_eq!(receiver.requests().len(), 1);
    assert!(shop.sandbox.deliveries().is_empty());
}

#[tokio::test]
async fn delivers_many_webhooks_at_once() {
    let shop = Shop::open().await;
    let mut receiver = Receiver::start(&[]).await;
    let url = receiver.url();
    for number in 0..40 {
        let id = shop
            .order_id(&[
                ("merchantTradeNo", &format!("m{number}")),
                ("callBackURL", &url),
            ])
            .await;
        let path = format!("/_sandbox/orders/{id}/pay");
        assert_eq!(
            http::send(shop.sandbox.local_addr(), "POST", &path, &[], "")
                .await
                .status,
            200
        );
    }
    receiver.wait_for(40).await;
    shop.sandbox.webhooks_quiet().await;
    assert!(
        shop.sandbox
            .deliveries()
            .iter()
            .all(|d| d.state == DeliveryState::Delivered && d.attempts.len() == 1)
    );
}
