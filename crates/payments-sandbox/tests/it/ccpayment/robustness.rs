//! Nothing that is sent makes it stumble.

use serde_json::{Value, json};

use super::merchant::{Merchant, TRON_ADDRESS, USDT_TRC20, merged, order};
use crate::support::http;

const KEYS: [(&str, &[&str]); 14] = [
    (
        "bill/create",
        &[
            "merchant_order_id",
            "product_price",
            "token_id",
            "denominated_currency",
            "order_valid_period",
            "custom_value",
            "notify_url",
            "remark",
        ],
    ),
    (
        "concise/url/get",
        &[
            "merchant_order_id",
            "product_price",
            "product_name",
            "order_valid_period",
            "return_url",
            "notify_url",
            "custom_value",
        ],
    ),
    ("bill/info", &["merchant_order_ids"]),
    ("payment/address/get", &["user_id", "chain", "notify_url"]),
    (
        "withdraw",
        &[
            "merchant_order_id",
            "address",
            "token_id",
            "value",
            "memo",
            "merchant_pays_fee",
        ],
    ),
    ("coin/all", &["x"]),
    ("token/rate", &["amount", "token_id"]),
    ("assets", &["coin_id"]),
    ("network/fee", &["token_id", "address", "memo"]),
    ("get/network/height/info", &["x"]),
    ("check/user", &["c_id"]),
    (
        "webhook/resend",
        &[
            "start_timestamp",
            "end_timestamp",
            "webhook_result",
            "transaction_type",
        ],
    ),
    ("support/token", &["x"]),
    ("token/chain", &["token_id"]),
];

/// Fields with which every call works.
fn works(number: usize) -> Value {
    merged(
        order(&format!("m{number}"), json!({})),
        json!({
            "product_name": "Tea", "user_id": format!("user-{number}"), "chain": "TRX", "address": TRON_ADDRESS,
            "value": "20", "amount": "5", "c_id": "9558861", "merchant_order_ids": ["m1"], "start_timestamp": 1,
        }),
    )
}

/// Well signed, so that the values get past the signature to where they are read.
#[tokio::test]
async fn answers_unexpected_values_in_every_field_of_every_call() {
    let merchant = Merchant::open().await;
    let strange = [
        json!(null),
        json!(""),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        json!(false),
        json!([]),
        json!({}),
        json!([[]]),
        json!(["m1", 1]),
        json!("0"),
        json!("-0"),
        json!("1e9"),
        json!("NaN"),
        json!("\u{0}"),
        json!("\u{202e}😀"),
        json!("é".repeat(2_000)),
        json!("9".repeat(64)),
        json!("0.000000000000000001"),
        json!("http://"),
        json!("@"),
        json!("lnbc"),
        json!("0x"),
        json!("bc1é"),
    ];
    let mut number = 0;
    for (name, fields) in KEYS {
        for field in fields {
            for value in &strange {
                number += 1;
                let body = merged(works(number), json!({ *field: value }));
                let answer = merchant.send(name, &body.to_string()).await;
                merchant.signed(&answer);
                let json = answer.json();
                assert!(
                    answer.status == 200 && json["code"].is_i64(),
                    "{name} {field} {value}: {answer:?}"
                );
            }
        }
    }
    for row in merchant
        .sandbox
        .balances_at(payments_sandbox::Gateway::CCPAYMENT)
    {
        assert!(
            !row.available.starts_with('-') && !row.frozen.starts_with('-'),
            "{row:?}"
        );
    }
    for path in [
        "/_sandbox",
        "/_sandbox/ccpayment",
        "/_sandbox/orders",
        "/_sandbox/requests",
    ] {
        assert_eq!(merchant.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn refuses_bodies_that_are_not_objects_after_checking_the_signature() {
    let merchant = Merchant::open().await;
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let very_deep = "[".repeat(50_000);
    let many = format!(
        "{{{}\"z\":1}}",
        (0..300).map(|n| format!("\"n{n}\":1,")).collect::<String>()
    );
    for body in [
        "null",
        "[]",
        "1",
        "\"x\"",
        "{",
        "{}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1}x",
        "\u{0}",
        "{\"a\":1e999}",
        &deep,
        &very_deep,
        &many,
    ] {
        let answer = merchant.send("bill/create", body).await;
        let (code, _) = merchant.refusal(&answer);
        assert_eq!(code, 224_066, "{}", &body[..body.len().min(40)]);
    }
    let large = format!("{{\"remark\":\"{}\"}}", "x".repeat(300 * 1_024));
    let answer = merchant.send("bill/create", &large).await;
    assert_eq!(merchant.refusal(&answer).1, "ArgumentInvalid");
    assert!(merchant.sandbox.orders().is_empty());
    assert_eq!(
        merchant.get("/_sandbox/health").await.json()["status"],
        "ok"
    );
}

#[tokio::test]
async fn a_request_with_one_changed_byte_never_makes_an_order() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment.clone();
    let good = order("m1", json!({})).to_string();
    let now = merchant.now_s().to_string();
    let sign = super::merchant::sign(&account.app_id, &account.app_secret, &now, &good);
    let headers = [
        ("Appid", account.app_id.as_str()),
        ("Timestamp", &now),
        ("Sign", &sign),
    ];
    for at in 0..good.len() {
        let mut body = good.clone().into_bytes();
        body[at] = if body[at] == b'z' { b'y' } else { b'z' };
        let body = String::from_utf8(body).unwrap();
        let answer = merchant
            .post("/ccpayment/v1/bill/create", &headers, &body)
            .await;
        assert_eq!(merchant.refusal(&answer).1, "SignInvalid");
    }
    assert!(merchant.sandbox.orders().is_empty());
    let answer = merchant
        .post("/ccpayment/v1/bill/create", &headers, &good)
        .await;
    assert_eq!(answer.json()["code"], 10_000);
}

#[tokio::test]
async fn answers_bodies_and_headers_that_are_not_text() {
    let merchant = Merchant::open().await;
    let address = merchant.sandbox.local_addr();
    for (header, body) in [
        ("Appid: \u{fc}", &b"\xff\xfe"[..]),
        ("Sign: \u{fc}", b"{}"),
        ("X: y", b"\xc3\x28\x00"),
    ] {
        let mut request = format!(
            "POST /ccpayment/v1/withdraw HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        let answer = http::raw(address, &request).await.unwrap();
        assert_eq!(merchant.refusal(&answer).0, 224_066);
    }
}

#[tokio::test]
async fn works_with_a_clock_at_its_maximum() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    merchant.sandbox.clock().advance(std::time::Duration::MAX);
    let answer = merchant.post("/ccpayment/v1/coin/all", &[], "").await;
    assert_eq!(answer.json()["reason"], "MerchantNotFound");
    assert_eq!(answer.header("Timestamp"), Some("9999999999"));
    assert!(merchant.sandbox.pay("m1", None).await.is_err());
    assert_eq!(merchant.get("/_sandbox/ccpayment").await.status, 200);
}

#[tokio::test]
async fn concurrent_payments_and_withdrawals_add_up() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    let paths = (0..40).map(|_| "/_sandbox/orders/m1/pay");
    let pays = paths.map(|path| merchant.post(path, &[http::JSON], r#"{"amount":"1"}"#));
    for pay in pays {
        assert_eq!(pay.await.status, 200);
    }
    let withdraw = |number: usize| {
        let body = json!({"merchant_order_id": format!("w{number}"), "address": "9558861", "token_id": USDT_TRC20, "value": "30000"});
        let merchant = &merchant;
        async move { merchant.send("withdraw", &body.to_string()).await.json()["code"].clone() }
    };
    let codes = tokio::join!(
        withdraw(1),
        withdraw(2),
        withdraw(3),
        withdraw(4),
        withdraw(5)
    );
    let taken = [codes.0, codes.1, codes.2, codes.3, codes.4]
        .iter()
        .filter(|code| **code == 10_000)
        .count();
    assert_eq!(taken, 3, "the fourth finds too little");
    assert_eq!(
        merchant.balance("USDT"),
        ("10039.988".to_owned(), "90000".to_owned())
    );
}
