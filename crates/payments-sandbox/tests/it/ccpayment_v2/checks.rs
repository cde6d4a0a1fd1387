//! What every call checks, and in which order (assumed): headers, app id, timestamp, signature, arguments, coin, chain,
//! duplicate, limits, balance.

use payments_sandbox::Gateway;
use serde_json::{Value, json};

use super::merchant::{EVM_ADDRESS, Merchant, POL, START_S, USDT, merged, sign};

fn payout(changes: Value) -> Value {
    let usual = json!({ "orderId": "payout-1", "coinId": USDT, "chain": "POLYGON", "address": EVM_ADDRESS, "amount": "5" });
    merged(usual, changes)
}

#[tokio::test]
async fn of_two_mistakes_in_the_headers_the_first_in_the_order_is_refused() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment_v2.clone();
    let (id, secret) = (account.app_id.as_str(), account.app_secret.as_str());
    let (now, late) = (START_S.to_string(), (START_S - 121).to_string());
    let right = |timestamp: &str| sign(id, secret, timestamp, "{}");
    for (app_id, timestamp, sign, code) in [
        // No signature and an unknown app id.
        ("2", now.as_str(), String::new(), 11_001),
        // An unknown app id and a late timestamp.
        ("2", late.as_str(), right(&late), 12_001),
        // A late timestamp and a wrong signature.
        (id, late.as_str(), "0".repeat(64), 11_006),
        // A wrong signature and a missing argument.
        (id, now.as_str(), "0".repeat(64), 11_005),
        (id, now.as_str(), right(&now), 11_000),
    ] {
        let headers = [("Appid", app_id), ("Timestamp", timestamp), ("Sign", &sign)];
        let answer = merchant.post("getCoin", &headers, "{}").await;
        assert_eq!(answer.json()["code"], code, "{headers:?}");
    }
}

#[tokio::test]
async fn a_timestamp_is_valid_for_120_seconds_in_both_directions() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment_v2.clone();
    for (timestamp, code) in [
        (START_S - 121, 11_006),
        (START_S - 120, 10_000),
        (START_S + 120, 10_000),
        (START_S + 121, 11_006),
    ] {
        let text = timestamp.to_string();
        let sign = sign(&account.app_id, &account.app_secret, &text, "");
        let headers = [
            ("Appid", account.app_id.as_str()),
            ("Timestamp", &text),
            ("Sign", &sign),
        ];
        let answer = merchant.post("getFiatList", &headers, "").await;
        assert_eq!(answer.json()["code"], code, "{timestamp}");
    }
}

#[tokio::test]
async fn of_two_mistakes_in_the_body_the_first_in_the_order_is_refused() {
    let merchant = Merchant::open().await;
    merchant
        .ask("applyAppWithdrawToNetwork", &payout(json!({})))
        .await;
    for (changes, code) in [
        (json!({ "amount": "-1", "coinId": 7 }), 11_000),
        (json!({ "coinId": 7, "chain": "MOON" }), 13_000),
        (json!({ "chain": "MOON", "address": "x" }), 13_001),
        (json!({ "address": "x" }), 14_007),
        (json!({ "amount": "0.5" }), 11_011),
        (
            json!({ "orderId": "payout-2", "chain": "ETH", "amount": "0.5" }),
            14_005,
        ),
        (
            json!({ "orderId": "payout-2", "chain": "ETH", "amount": "100000" }),
            14_000,
        ),
    ] {
        let body = payout(changes);
        let found = merchant.refused("applyAppWithdrawToNetwork", &body).await;
        assert_eq!(found, code, "{body}");
    }
    let swap = |changes| {
        let usual =
            json!({ "orderId": "swap-1", "coinIdIn": USDT, "amountIn": "100", "coinIdOut": POL });
        merged(usual, changes)
    };
    merchant.ask("swap", &swap(json!({}))).await;
    for (changes, code) in [
        (json!({ "amountIn": "0", "coinIdIn": 7 }), 11_000),
        (json!({ "coinIdIn": 7, "amountIn": "0.1" }), 13_000),
        (json!({ "amountIn": "0.1" }), 11_011),
        (json!({ "amountOutMinimum": "1000" }), 11_011),
        (
            json!({ "orderId": "swap-2", "amountIn": "1000000", "amountOutMinimum": "10000000" }),
            16_003,
        ),
        (
            json!({ "orderId": "swap-2", "amountIn": "1000000" }),
            14_000,
        ),
    ] {
        let body = swap(changes);
        assert_eq!(merchant.refused("swap", &body).await, code, "{body}");
    }
}

#[tokio::test]
async fn an_order_id_is_unique_in_its_family_and_free_in_the_others() {
    let merchant = Merchant::open().await;
    let id = "same-id";
    let order = json!({ "orderId": id, "coinId": POL, "chain": "POLYGON", "price": "1" });
    let invoice = json!({ "orderId": id, "price": "1", "priceFiatId": 1033 });
    let swap = json!({ "orderId": id, "coinIdIn": USDT, "amountIn": "100", "coinIdOut": POL });
    let cwallet = json!({ "orderId": id, "coinId": USDT, "cwalletUser": "9454818", "amount": "1" });
    let payout = payout(json!({ "orderId": id }));
    let families = [
        ("createAppOrderDepositAddress", order),
        ("createInvoiceUrl", invoice),
        ("applyAppWithdrawToNetwork", payout),
        ("swap", swap),
    ];
    for (call, body) in &families {
        merchant.ask(call, body).await;
    }
    let before = merchant.sandbox.balances_at(Gateway::CCPAYMENT_V2);
    // Ten years later, too.
    merchant.wait(10 * 365 * 86_400).await;
    for (call, body) in &families {
        assert_eq!(merchant.refused(call, body).await, 11_011, "{call}");
    }
    let code = merchant
        .refused("applyAppWithdrawToCwallet", &cwallet)
        .await;
    assert_eq!(code, 11_011);
    assert_eq!(merchant.sandbox.balances_at(Gateway::CCPAYMENT_V2), before);
}

#[tokio::test]
async fn bad_arguments_of_every_call_are_refused_with_11000() {
    let merchant = Merchant::open().await;
    let long = "x".repeat(65);
    for (call, bodies) in [
        (
            "getAppOrderInfo",
            vec![json!({}), json!({ "orderId": long })],
        ),
        ("getInvoiceOrderInfo", vec![json!({ "orderId": "ab" })]),
        (
            "getOrCreateAppDepositAddress",
            vec![
                json!({ "chain": "TRX" }),
                json!({ "referenceId": "ab", "chain": "TRX" }),
                json!({ "referenceId": "customer-7" }),
                json!({ "referenceId": "customer-7", "chain": "TRX", "notifyUrl": format!("http://a.example/{}", "x".repeat(150)) }),
            ],
        ),
        (
            "addressUnbinding",
            vec![json!({ "chain": "TRX" }), json!({ "address": EVM_ADDRESS })],
        ),
        (
            "getAppDepositRecord",
            vec![json!({}), json!({ "recordId": 7 })],
        ),
        (
            "getAppWithdrawRecord",
            vec![json!({}), json!({ "orderId": "", "recordId": null })],
        ),
        ("getSwapRecord", vec![json!({})]),
        (
            "applyAppWithdrawToCwallet",
            vec![
                json!({ "orderId": "payout-1", "coinId": USDT, "amount": "1" }),
                json!({ "orderId": "payout-1", "coinId": USDT, "cwalletUser": "9454818", "amount": "1e1" }),
            ],
        ),
        (
            "estimate",
            vec![
                json!({ "coinIdIn": USDT, "coinIdOut": POL }),
                json!({ "coinIdIn": USDT, "coinIdOut": POL, "amountIn": "+1" }),
                json!({ "coinIdIn": USDT, "amountIn": "1" }),
            ],
        ),
        (
            "getCoin",
            vec![json!({}), json!({ "coinId": -1 }), json!({ "coinId": 1.5 })],
        ),
        (
            "getCoinUSDTPrice",
            vec![json!({}), json!({ "coinIds": "1280" })],
        ),
        ("getAppCoinAsset", vec![json!({})]),
        ("getCwalletUserId", vec![json!({})]),
        (
            "checkWithdrawalAddressValidity",
            vec![json!({ "chain": "TRX" }), json!({ "address": EVM_ADDRESS })],
        ),
        (
            "getWithdrawFee",
            vec![json!({ "coinId": USDT }), json!({ "chain": "TRX" })],
        ),
        (
            "rescanLostTransaction",
            vec![
                json!({ "chain": "TRX", "txId": "ab" }),
                json!({ "chain": "TRX", "toAddress": EVM_ADDRESS }),
            ],
        ),
        (
            "webhook/resend",
            vec![
                json!({}),
                json!({ "startTimestamp": START_S, "webhookResult": "All" }),
                json!({ "startTimestamp": START_S, "transactionType": "Deposit" }),
                json!({ "startTimestamp": START_S, "endTimestamp": START_S - 1 }),
            ],
        ),
        (
            "getAppWithdrawRecordList",
            vec![
                json!({ "startAt": START_S, "endAt": START_S - 1 }),
                json!({ "orderIds": "payout-1" }),
            ],
        ),
        ("getSwapRecordList", vec![json!({ "coinIdIn": "x" })]),
        ("getAutoWithdrawRecordList", vec![json!({ "coinId": "x" })]),
        ("getChainList", vec![json!({ "chains": "TRX" })]),
    ] {
        for body in bodies {
            assert_eq!(merchant.refused(call, &body).await, 11_000, "{call} {body}");
        }
    }
    assert!(merchant.sandbox.orders().is_empty());
}
