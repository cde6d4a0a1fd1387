//! What holds for every call: headers, time, signature, and the form of the answer.

use serde_json::json;

use super::merchant::{Merchant, START_S, order, sign};
use crate::support::http;

const CALLS: [&str; 14] = [
    "bill/create",
    "concise/url/get",
    "bill/info",
    "payment/address/get",
    "withdraw",
    "coin/all",
    "token/rate",
    "assets",
    "network/fee",
    "get/network/height/info",
    "check/user",
    "webhook/resend",
    "support/token",
    "token/chain",
];

#[tokio::test]
async fn refuses_every_call_without_valid_headers_and_signature() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment.clone();
    let (id, secret) = (account.app_id.as_str(), account.app_secret.as_str());
    let now = START_S.to_string();
    let body = "{}";
    let right = sign(id, secret, &now, body);
    let upper = right.to_uppercase();
    let other = sign(id, "another secret", &now, body);
    let of_more = sign(id, secret, &now, "{} ");
    for name in CALLS {
        let path = format!("/ccpayment/v1/{name}");
        for (headers, reason, words) in [
            (
                vec![("Timestamp", now.as_str()), ("Sign", &right)],
                "MerchantNotFound",
                "Appid is missing",
            ),
            (
                vec![("Appid", "2"), ("Timestamp", &now), ("Sign", &right)],
                "MerchantNotFound",
                "its only one is 202611210000000000000000000000001",
            ),
            (
                vec![
                    ("Appid", id),
                    ("Appid", id),
                    ("Timestamp", &now),
                    ("Sign", &right),
                ],
                "MerchantNotFound",
                "occurs twice",
            ),
            (
                vec![("Appid", id), ("Sign", &right)],
                "TimestampExpired",
                "Timestamp is missing",
            ),
            (
                vec![
                    ("Appid", id),
                    ("Timestamp", "16771524901"),
                    ("Sign", &right),
                ],
                "TimestampExpired",
                "not ten digits",
            ),
            (
                vec![("Appid", id), ("Timestamp", &now)],
                "SignInvalid",
                "Sign is missing",
            ),
            (
                vec![("Appid", id), ("Timestamp", &now), ("Sign", &other)],
                "SignInvalid",
                "is not the SHA-256",
            ),
            (
                vec![("Appid", id), ("Timestamp", &now), ("Sign", &of_more)],
                "SignInvalid",
                "is not the SHA-256",
            ),
            (
                vec![("Appid", id), ("Timestamp", &now), ("Sign", &upper)],
                "SignInvalid",
                "upper-case digits",
            ),
            (
                vec![("Appid", id), ("Timestamp", &now), ("Sign", "abc")],
                "SignInvalid",
                "not 64 hexadecimal digits",
            ),
        ] {
            let answer = merchant.post(&path, &headers, body).await;
            let (code, received) = merchant.refusal(&answer);
            assert_eq!(
                (code, received.as_str()),
                (224_066, reason),
                "{name} {headers:?}"
            );
            assert!(merchant.reason().contains(words), "{}", merchant.reason());
        }
    }
    assert!(merchant.sandbox.orders().is_empty());
}

#[tokio::test]
async fn accepts_timestamps_up_to_two_minutes_away() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment.clone();
    for (away, taken) in [
        (0, true),
        (-120, true),
        (120, true),
        (-121, false),
        (121, false),
    ] {
        let timestamp = (START_S as i64 + away).to_string();
        let sign = sign(&account.app_id, &account.app_secret, &timestamp, "");
        let headers = [
            ("Appid", account.app_id.as_str()),
            ("Timestamp", &timestamp),
            ("Sign", &sign),
        ];
        let answer = merchant.post("/ccpayment/v1/coin/all", &headers, "").await;
        if taken {
            assert_eq!(answer.json()["code"], 10_000, "{away}");
        } else {
            assert_eq!(merchant.refusal(&answer).1, "TimestampExpired");
            assert!(
                merchant.reason().contains("121 s away"),
                "{}",
                merchant.reason()
            );
        }
    }
}

#[tokio::test]
async fn records_the_reason_that_the_answer_omits() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment.clone();
    let now = START_S.to_string();
    let body = order("m1", json!({})).to_string();
    let wrong = "0".repeat(64);
    let headers = [
        ("Appid", account.app_id.as_str()),
        ("Timestamp", &now),
        ("Sign", &wrong),
    ];
    merchant
        .post("/ccpayment/v1/bill/create", &headers, &body)
        .await;
    let record = merchant.sandbox.requests().pop().unwrap();
    assert_eq!(record.operation, Some("bill/create"));
    assert_eq!(record.gateway.as_str(), "ccpayment");
    assert_eq!(record.verdict.as_str(), "refused");
    assert_eq!((record.code, record.message_assumed), (224_066, true));
    assert_eq!(record.received_sign.as_deref(), Some(wrong.as_str()));
    assert_eq!(
        record.expected_sign,
        Some(sign(&account.app_id, &account.app_secret, &now, &body))
    );
    let canonical = record.canonical.unwrap();
    assert_eq!(canonical, format!("{}***{now}{body}", account.app_id));
    assert!(!canonical.contains(&account.app_secret));

    merchant
        .ask("check/user", &json!({"c_id": "9558861", "cid": "1"}))
        .await;
    let record = merchant.sandbox.requests().pop().unwrap();
    assert_eq!(record.verdict.as_str(), "accepted");
    assert!(record.notes[0].contains("`cid` is no field of check/user"));
    assert!(record.notes[1].starts_with("Assumed: `nickname`"));
}

#[tokio::test]
async fn refuses_unknown_paths_and_methods_in_the_same_shape() {
    let merchant = Merchant::open().await;
    for path in ["bill/creat", "", "v1", "bill/create/", "../v1/coin/all"] {
        let answer = merchant.send(path, "{}").await;
        merchant.signed(&answer);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json()["reason"], "PathNotFound", "{path}");
    }
    let answer = merchant.get("/ccpayment/v1/coin/all").await;
    assert_eq!(answer.status, 404);
    assert!(merchant.reason().contains("called with POST"));
}

#[tokio::test]
async fn calls_without_fields_accept_an_empty_body_and_an_empty_object() {
    let merchant = Merchant::open().await;
    for name in [
        "coin/all",
        "assets",
        "get/network/height/info",
        "support/token",
    ] {
        for body in ["", "{}", " { } "] {
            let answer = merchant.send(name, body).await;
            merchant.signed(&answer);
            assert_eq!(answer.json()["code"], 10_000, "{name} {body:?}");
        }
    }
    // Whatever the label: an official SDK calls its empty body a form.
    let account = merchant.sandbox.credentials().ccpayment.clone();
    let now = START_S.to_string();
    let sign = sign(&account.app_id, &account.app_secret, &now, "");
    let headers = [
        http::FORM,
        ("appid", account.app_id.as_str()),
        ("timestamp", &now),
        ("sign", &sign),
    ];
    let answer = merchant.post("/ccpayment/v1/coin/all", &headers, "").await;
    assert_eq!(answer.json()["code"], 10_000);
}

/// The official Node SDK writes the parsed answer again before it checks the signature: keys in their order, no spaces,
/// raw letters and slashes, no `.0`.
#[tokio::test]
async fn answers_stay_the_same_when_serialised_again() {
    let merchant = Merchant::open().await;
    merchant.create("m-é/1", json!({"remark": "a/b"})).await;
    for (name, body) in [
        ("coin/all", json!({})),
        ("support/token", json!({})),
        ("token/chain", json!({"token_id": super::merchant::TRX})),
        ("get/network/height/info", json!({})),
        ("check/user", json!({"c_id": "9558863"})),
        ("assets", json!({})),
        ("bill/info", json!({"merchant_order_ids": ["m-é/1"]})),
        ("check/user", json!({"c_id": "none"})),
    ] {
        let text = merchant.send(name, &body.to_string()).await.body;
        assert!(!text.contains("\\/") && !text.contains("\\u"), "{text}");
        assert!(!text.contains(": ") && !text.contains(", \""), "{text}");
        assert!(!text.contains(".0,") && !text.contains(".0}"), "{text}");
        assert!(text.starts_with(r#"{"code":"#), "{text}");
    }
    let text = merchant
        .send("check/user", r#"{"c_id":"9558863"}"#)
        .await
        .body;
    assert_eq!(
        text,
        r#"{"code":10000,"msg":"success","data":{"c_id":"9558863","nickname":"Chloé 🌊"}}"#
    );
    let text = merchant.send("check/user", r#"{"c_id":"1"}"#).await.body;
    assert_eq!(
        text,
        r#"{"code":224083,"msg":"Service error, please try again","data":null,"reason":"ToUserNotFound"}"#
    );
    // Some pages print failures without `data`.
    let text = merchant.send("token/rate", "{}").await.body;
    assert_eq!(
        text,
        r#"{"code":224066,"msg":"Service error, please try again","reason":"ArgumentInvalid"}"#
    );
}

#[tokio::test]
async fn the_numbers_of_version_2_on_demand() {
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_codes(true)).await;
    merchant.create("m1", json!({})).await;
    for (name, body, code) in [
        ("bill/create", order("m1", json!({})), 11_011),
        (
            "bill/create",
            order("m2", json!({"product_price": "x"})),
            11_000,
        ),
        ("bill/create", order("m2", json!({"token_id": "x"})), 13_000),
        ("check/user", json!({"c_id": "1"}), 224_083),
    ] {
        assert_eq!(merchant.refused(name, &body).await.0, code, "{body}");
    }
}

#[tokio::test]
async fn refuses_more_than_a_hundred_requests_within_a_second_of_the_clock() {
    let merchant = Merchant::with(|builder| builder.ccpayment_requests_per_second(100)).await;
    for _ in 0..100 {
        merchant.ask("assets", &json!({})).await;
    }
    let (_, reason) = merchant.refused("assets", &json!({})).await;
    assert_eq!(reason, "TooManyRequests");
    assert!(merchant.reason().contains("more than 100 requests"));
    merchant
        .sandbox
        .clock()
        .advance(std::time::Duration::from_millis(999));
    assert_eq!(
        merchant.refused("assets", &json!({})).await.1,
        "TooManyRequests"
    );
    merchant
        .sandbox
        .clock()
        .advance(std::time::Duration::from_millis(1));
    merchant.ask("assets", &json!({})).await;
}
