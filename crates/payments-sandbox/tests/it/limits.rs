//! Values at the length that the documents, or else the widest reader, allow, and one more.

use serde_json::{Value, json};

use crate::ccpayment::merchant::{Merchant, SATS, TRON_ADDRESS, USDT_TRC20, order as bill};
use crate::chainup_opay::merchant::{Opay, order};
use crate::support::shop::Shop;

fn url(length: usize) -> String {
    let start = "http://127.0.0.1:9/";
    format!("{start}{}", "x".repeat(length - start.len()))
}

#[tokio::test]
async fn chainup_accepts_values_up_to_their_limit() {
    let opay = Opay::open().await;
    let goods = |length: usize| format!("[\"{}\"]", "g".repeat(length - 4));
    let mut number = 0;
    for (name, most, make) in [
        ("returnPage", 1_024, &url as &dyn Fn(usize) -> String),
        ("notifyPage", 1_024, &url),
        ("token", 2_048, &|length| "t".repeat(length)),
        ("goods", 4_096, &goods),
        ("appOrderId", 64, &|length| "a".repeat(length)),
    ] {
        for (length, fits) in [(most, true), (most + 1, false)] {
            number += 1;
            let mut changes = json!({ "appOrderId": number.to_string() });
            changes[name] = json!(make(length));
            let answer = opay.call("createThirdOrder", &order(&changes)).await;
            let want = if fits { "0" } else { "10020" };
            assert_eq!(answer.json()["code"], want, "{name} {length}");
        }
    }
    // Unusually long, but valid ids.
    for name in ["openId", "userId"] {
        for (length, want) in [(256, "70004"), (257, "10020")] {
            let mut changes = json!({ "openId": null });
            changes[name] = json!("1".repeat(length));
            let code = opay.code("createThirdOrder", &order(&changes)).await;
            assert_eq!(code, want, "{name} {length}");
        }
    }
    let all = json!({
        "appOrderId": "\u{e4}".repeat(64),
        "returnPage": url(1_024),
        "notifyPage": url(1_024),
        "token": "\u{e4}".repeat(2_048),
        "goods": format!("[\"{}\"]", "\u{e4}".repeat(4_092)),
    });
    opay.order(&all).await;
}

#[tokio::test]
async fn ccpayment_accepts_values_up_to_their_limit() {
    let merchant = Merchant::open().await;
    let text = |length: usize| "x".repeat(length);
    let invoice = |length: usize| format!("lnbc{}", "x".repeat(length - 4));
    let hosted = json!({"product_price": "1", "product_name": "Tea"});
    let payout = json!({"address": TRON_ADDRESS, "token_id": USDT_TRC20, "value": "5"});
    let sats = json!({"token_id": SATS, "value": "100"});
    let address = json!({"chain": "TRX"});
    let mut number = 0;
    for (call, fields, name, most, make) in [
        (
            "bill/create",
            bill("", json!({})),
            "notify_url",
            2_048,
            &url as &dyn Fn(usize) -> String,
        ),
        (
            "bill/create",
            bill("", json!({})),
            "custom_value",
            1_024,
            &text,
        ),
        ("bill/create", bill("", json!({})), "remark", 1_024, &text),
        (
            "bill/create",
            bill("", json!({})),
            "merchant_order_id",
            64,
            &text,
        ),
        ("concise/url/get", hosted.clone(), "return_url", 2_048, &url),
        ("concise/url/get", hosted, "product_name", 512, &text),
        ("withdraw", sats, "address", 2_048, &invoice),
        ("withdraw", payout, "memo", 256, &text),
        ("payment/address/get", address, "user_id", 64, &text),
    ] {
        for (length, fits) in [(most, true), (most + 1, false)] {
            number += 1;
            let mut body = fields.clone();
            body["merchant_order_id"] = json!(number.to_string());
            body[name] = json!(make(length));
            let answer = merchant.send(call, &body.to_string()).await.json();
            let want: Value = if fits { 10_000 } else { 224_066 }.into();
            assert_eq!(
                answer["code"],
                want,
                "{call} {name} {length}: {}",
                merchant.reason()
            );
        }
    }
}

#[tokio::test]
async fn cpay_rates_accept_as_many_decimals_as_a_result_has() {
    let shop = Shop::open().await;
    for name in ["getExchangeRate", "getExchangeRateForCreditCard"] {
        for (amount, code) in [("0.12345678901", 0), ("0.123456789012", 1)] {
            let answer = shop.ask(name, &[("amount", amount)]).await.json();
            assert_eq!(answer["code"], code, "{name} {amount}: {}", shop.reason());
        }
    }
}
