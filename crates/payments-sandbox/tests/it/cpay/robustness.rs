use crate::cpay::calls::{NAMES, params};
use crate::support::http;
use crate::support::shop::{Shop, order};

/// A small generator, so that every run sends the same random bytes.
struct Rubbish(u64);

impl Rubbish {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        let length = self.next() % most;
        (0..length).map(|_| (self.next() >> 32) as u8).collect()
    }
}

async fn alive(shop: &Shop) {
    assert_eq!(shop.get("/_sandbox/health").await.json()["status"], "ok");
}

#[tokio::test]
async fn answers_random_bodies_in_the_error_shape() {
    let shop = Shop::open().await;
    let address = shop.sandbox.local_addr();
    let mut rubbish = Rubbish(0x9e37_79b9_7f4a_7c15);
    for _ in 0..200 {
        let body = rubbish.bytes(300);
        let mut request = format!(
            "POST /openapi/v1/createOrder HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        let answer = http::raw(address, &request).await.unwrap();
        crate::support::shop::refused(&answer);
    }
    assert!(shop.get("/_sandbox").await.body.contains("refused"));
    alive(&shop).await;
}

#[tokio::test]
async fn a_request_with_one_changed_byte_never_makes_an_order() {
    let shop = Shop::open().await;
    let good = shop.signed(&order(&[]));
    for at in 0..good.len() {
        let mut body = good.clone().into_bytes();
        body[at] = if body[at] == b'z' { b'y' } else { b'z' };
        let body = String::from_utf8(body).unwrap();
        crate::support::shop::refused(
            &shop
                .post("/openapi/v1/createOrder", &[http::FORM], &body)
                .await,
        );
    }
    assert!(shop.sandbox.orders().is_empty());
    assert_eq!(
        shop.post("/openapi/v1/createOrder", &[http::FORM], &good)
            .await
            .json()["code"],
        0
    );
}

#[tokio::test]
async fn random_bytes_instead_of_http_only_close_the_connection() {
    let shop = Shop::open().await;
    let address = shop.sandbox.local_addr();
    let mut rubbish = Rubbish(42);
    for _ in 0..50 {
        let mut bytes = rubbish.bytes(200);
        bytes.extend_from_slice(b"\r\n\r\n");
        http::raw(address, &bytes).await;
    }
    for bytes in [
        &b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"GET / HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n",
        b"POST /openapi/v1/createOrder HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /payment?orderId=%00&sign=\xc3\xbc HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /_sandbox/orders/%ff/pay HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ] {
        http::raw(address, bytes).await;
    }
    alive(&shop).await;
}

#[tokio::test]
async fn rubbish_in_admin_calls_and_forms_is_a_4xx() {
    let shop = Shop::open().await;
    shop.order_id(&[]).await;
    for kind in [http::JSON, http::FORM] {
        for body in [
            "{",
            "[]",
            "null",
            "\"",
            "%",
            "amount=%",
            "amount",
            "{\"amount\":{}}",
            "{\"advance_ms\":1e400}",
            "=",
            "\u{0}",
        ] {
            for path in ["/_sandbox/clock", "/payment/pay"] {
                let answer = shop.post(path, &[kind], body).await;
                assert!(
                    (400..500).contains(&answer.status),
                    "{path} {body:?}: {answer:?}"
                );
            }
        }
    }
    let large = "x".repeat(17 * 1024);
    assert_eq!(
        shop.post("/_sandbox/clock", &[http::FORM], &large)
            .await
            .status,
        413
    );
    assert_eq!(shop.sandbox.orders()[0].status.as_str(), "pending");
    alive(&shop).await;
}

#[tokio::test]
async fn works_with_a_clock_at_its_maximum() {
    let shop = Shop::open().await;
    let most = std::time::Duration::from_millis(u64::MAX);
    shop.sandbox.clock().advance(most);
    assert_eq!(shop.create(&[]).await.json()["code"], 0);
    assert_eq!(
        shop.detail(&[("merchantTradeNo", "test114")]).await.json()["code"],
        0
    );
    assert_eq!(shop.get("/_sandbox").await.status, 200);
}

/// Well signed, so that the values get past the signature to where they are read.
#[tokio::test]
async fn answers_unexpected_values_in_every_parameter_of_every_call() {
    let shop = Shop::open().await;
    let deep = "[".repeat(5_000);
    let digits = "9".repeat(128);
    let letters = "é".repeat(300);
    let strange = [
        "0",
        "-1",
        "1e9",
        "NaN",
        " ",
        "\u{0}",
        "%",
        "&=+",
        "null",
        "[]",
        "{}",
        "[{}]",
        "12/",
        "/",
        "\u{202e}😀",
        "http://",
        "@",
        &deep,
        &digits,
        &letters,
    ];
    for name in NAMES {
        for (param, _) in params(name, &[]) {
            for (number, value) in strange.iter().enumerate() {
                let own = format!("{name}-{param}-{number}");
                let answer = shop
                    .ask(name, &[("merchantTradeNo", &own), (param, value)])
                    .await;
                let json = answer.json();
                assert!(
                    answer.status == 200 && json["code"].is_i64() && json["msg"].is_string(),
                    "{own}"
                );
            }
        }
    }
    for path in [
        "/_sandbox",
        "/_sandbox/orders",
        "/_sandbox/users",
        "/_sandbox/balances",
    ] {
        assert_eq!(shop.get(path).await.status, 200, "{path}");
    }
    for balance in shop.sandbox.balances() {
        assert!(!balance.available.starts_with('-') && !balance.frozen.starts_with('-'));
    }
    alive(&shop).await;
}
