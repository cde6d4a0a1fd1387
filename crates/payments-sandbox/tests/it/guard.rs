use crate::support::http::{self, FORM};
use crate::support::shop::{Shop, order};

#[tokio::test]
async fn refuses_requests_for_other_hosts() {
    let shop = Shop::open().await;
    let address = shop.sandbox.local_addr();
    for target in ["/", "/_sandbox/credentials", "/openapi/v1/getOrderDetail"] {
        for host in ["evil.example", "127.0.0.1.evil.example", "192.168.0.9"] {
            let answer = http::send(address, "GET", target, &[("Host", host)], "").await;
            assert_eq!(answer.status, 403, "{target} for {host}");
            assert!(
                answer.json()["error"]
                    .as_str()
                    .unwrap()
                    .contains("this machine")
            );
        }
    }
    for host in ["localhost", "127.0.0.1", "[::1]:8080"] {
        assert_eq!(
            http::send(address, "GET", "/", &[("Host", host)], "")
                .await
                .status,
            200,
            "{host}"
        );
    }
    let doubled = [("Host", "localhost"), ("Host", "evil.example")];
    assert_ne!(
        http::send(address, "GET", "/", &doubled, "").await.status,
        200
    );
    let none = http::raw(address, b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    assert_eq!(none.status, 403);
    let absolute =
        b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(http::raw(address, absolute).await.unwrap().status, 403);
}

#[tokio::test]
async fn answers_any_host_if_remote_listening_is_allowed() {
    let shop = Shop::with(|builder| builder.allow_remote_listen(true)).await;
    let answer = http::send(
        shop.sandbox.local_addr(),
        "GET",
        "/_sandbox/health",
        &[("Host", "sandbox.team:8080")],
        "",
    )
    .await;
    assert_eq!(answer.status, 200);
}

/// A proxy in front of the sandbox ends https; its pages are those of the public URL.
#[tokio::test]
async fn the_pages_of_the_public_url_work_behind_a_proxy() {
    let shop = Shop::with(|builder| {
        let builder = builder.allow_remote_listen(true);
        builder.public_url("https://pay.test:443/sandbox/")
    })
    .await;
    let post = async |origin: &str| {
        let headers = [FORM, ("Host", "pay.test"), ("Origin", origin)];
        let answer = shop.post("/_sandbox/clock", &headers, "advance_ms=1").await;
        answer.status
    };
    assert_eq!(post("https://pay.test").await, 200);
    for other in ["https://pay.test:8443", "https://evil.test", "null"] {
        assert_eq!(post(other).await, 403, "{other}");
    }
}

#[tokio::test]
async fn refuses_posts_of_other_sites() {
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    let path = format!("/_sandbox/orders/{id}/pay");
    for header in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://localhost:1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        for target in [
            &path,
            "/_sandbox/reset",
            "/payment/pay",
            "/openapi/v1/createOrder",
        ] {
            let answer = shop.post(target, &[FORM, header], "").await;
            assert_eq!(answer.status, 403, "{target} {header:?}");
        }
    }
    assert_eq!(shop.sandbox.order(&id).unwrap().status.as_str(), "pending");
    let own = shop.sandbox.base_url().to_owned();
    let answer = shop
        .post(
            &path,
            &[("Origin", &own), ("Sec-Fetch-Site", "same-origin")],
            "",
        )
        .await;
    assert_eq!(answer.status, 200);
    // A signed call of a program carries neither header.
    assert_eq!(
        shop.call(
            "/openapi/v1/createOrder",
            &order(&[("merchantTradeNo", "2")])
        )
        .await
        .json()["code"],
        0
    );
}
