use serde_json::json;

use super::merchant::{Opay, order, path, refused};
use crate::support::http::{self, JSON};

const CALLS: [&str; 4] = [
    "createThirdOrder",
    "orderDetail",
    "merchantBillingDay",
    "cancelOrder",
];

async fn alive(opay: &Opay) {
    assert_eq!(
        opay.shop.get("/_sandbox/health").await.json()["status"],
        "ok"
    );
}

#[tokio::test]
async fn answers_random_bodies_in_the_error_shape() {
    let opay = Opay::open().await;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let good = opay.fields(&order(&json!({})).to_string()).to_string();
    for round in 0..200_usize {
        let mut body = good.clone().into_bytes();
        if round % 2 == 0 {
            let length = (next() % 300) as usize;
            body = (0..length).map(|_| (next() >> 32) as u8).collect();
        } else {
            // One byte of a good request changed, to the same byte never.
            let at = (next() as usize) % body.len();
            body[at] = if body[at] == b'#' { b'"' } else { b'#' };
        }
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            path(CALLS[round % 4]),
            body.len()
        );
        let bytes = [head.as_bytes(), &body].concat();
        refused(
            &http::raw(opay.shop.sandbox.local_addr(), &bytes)
                .await
                .unwrap(),
        );
    }
    assert!(opay.shop.sandbox.orders().is_empty());
    assert_eq!(opay.shop.get("/_sandbox").await.status, 200);
    alive(&opay).await;
}

#[tokio::test]
async fn refuses_huge_and_deep_bodies_and_many_blocks() {
    let opay = Opay::open().await;
    let base = opay.fields("{}");
    let with = |name: &str, value: serde_json::Value| {
        let mut body = base.clone();
        body[name] = value;
        body.to_string()
    };
    let deep = format!("{{\"app_id\":{}", "[".repeat(20_000));
    for (body, want) in [
        ("x".repeat(33 * 1024), "10020"),
        (deep, "10020"),
        (
            format!(
                "{{{}}}",
                (0..40)
                    .map(|n| format!("\"n{n}\":1"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
            "10020",
        ),
        // 33 blocks.
        (with("data", json!("A".repeat(33 * 1024 / 3))), "50005"),
        (with("data", json!("A".repeat(30 * 1024))), "50005"),
        (with("sign", json!("A".repeat(30 * 1024))), "50005"),
        (with("data", json!("\u{0}")), "50005"),
        (with("app_id", json!("\u{0}")), "50001"),
    ] {
        for call in CALLS {
            let answer = opay.shop.post(&path(call), &[JSON], &body).await;
            assert_eq!(refused(&answer), want, "{} bytes", body.len());
        }
    }
    alive(&opay).await;
}

#[tokio::test]
async fn answers_unexpected_values_in_every_field_of_every_call() {
    let opay = Opay::open().await;
    let letters = "é".repeat(300);
    let digits = "9".repeat(120);
    for (call, fields) in [
        (
            "createThirdOrder",
            &[
                "appOrderId",
                "openId",
                "userId",
                "orderAmount",
                "orderSceneType",
                "payCoinSymbol",
                "returnPage",
                "notifyPage",
                "token",
                "goods",
            ][..],
        ),
        ("orderDetail", &["appKey", "orderNum", "token"]),
        (
            "merchantBillingDay",
            &["orderType", "day", "pageNum", "pageSize"],
        ),
        ("cancelOrder", &["orderNum"]),
    ] {
        for field in fields {
            for strange in [
                "-1",
                "1e9",
                "NaN",
                "\u{0}",
                "\u{202e}",
                "[{}]",
                "[[[[",
                "2022-11-16T00:00",
                &letters,
                &digits,
            ] {
                let mut inside = if call == "createThirdOrder" {
                    order(&json!({}))
                } else {
                    json!({})
                };
                inside[*field] = json!(strange);
                let answer = opay.call(call, &inside).await;
                let code = answer.json()["code"].as_str().unwrap().to_owned();
                assert!(
                    [
                        "0", "10020", "50001", "50004", "70001", "70002", "70004", "70007",
                        "70008", "70009"
                    ]
                    .contains(&code.as_str()),
                    "{call} {field} {strange}: {code}"
                );
            }
        }
    }
    alive(&opay).await;
}

#[tokio::test]
async fn concurrent_requests_make_one_order_per_reference() {
    let opay = Opay::open().await;
    let bodies: Vec<_> = (0..12)
        .map(|at| {
            let number = if at < 6 {
                "same".to_owned()
            } else {
                at.to_string()
            };
            opay.fields(&order(&json!({"appOrderId": number})).to_string())
        })
        .collect();
    let create = path("createThirdOrder");
    let mut tasks = tokio::task::JoinSet::new();
    let address = opay.shop.sandbox.local_addr();
    for body in bodies {
        let create = create.clone();
        tasks.spawn(async move {
            http::send(address, "POST", &create, &[JSON], &body.to_string())
                .await
                .json()["code"]
                .as_str()
                .unwrap()
                .to_owned()
        });
    }
    let codes = tasks.join_all().await;
    let count = |code: &str| codes.iter().filter(|known| *known == code).count();
    assert_eq!((count("0"), count("70002")), (7, 5));
    assert_eq!(opay.shop.sandbox.orders().len(), 7);
}

#[tokio::test]
async fn works_with_a_clock_at_its_maximum() {
    let opay = Opay::open().await;
    opay.shop.sandbox.clock().advance(std::time::Duration::MAX);
    let order_num = opay.order(&json!({})).await;
    opay.shop.sandbox.pay(&order_num, None).await.unwrap();
    let statement = opay.good("merchantBillingDay", &json!({})).await;
    assert_eq!(statement["count"], 1);
    assert_eq!(opay.shop.get("/_sandbox").await.status, 200);
}
