//! What holds for every call: headers, time, signature, and the form of the answer.

use payments_sandbox::Gateway;
use serde_json::json;

use super::merchant::{Merchant, START_S, refusal, sign};
use crate::support::http;

const CALLS: [&str; 31] = [
    "createAppOrderDepositAddress",
    "getAppOrderInfo",
    "createInvoiceUrl",
    "getInvoiceOrderInfo",
    "getOrCreateAppDepositAddress",
    "addressUnbinding",
    "getAppDepositRecord",
    "getAppDepositRecordList",
    "applyAppWithdrawToNetwork",
    "applyAppWithdrawToCwallet",
    "getAppWithdrawRecord",
    "getAppWithdrawRecordList",
    "getAutoWithdrawRecordList",
    "getRiskyRefundRecordList",
    "getSwapCoinList",
    "estimate",
    "swap",
    "getSwapRecord",
    "getSwapRecordList",
    "getCoinList",
    "getCoin",
    "getCoinUSDTPrice",
    "getFiatList",
    "getChainList",
    "getAppCoinAssetList",
    "getAppCoinAsset",
    "getCwalletUserId",
    "checkWithdrawalAddressValidity",
    "getWithdrawFee",
    "rescanLostTransaction",
    "webhook/resend",
];

#[tokio::test]
async fn every_call_refuses_wrong_headers_and_signatures() {
    let merchant = Merchant::open().await;
    let all = merchant.sandbox.credentials().clone();
    let (id, secret) = (
        all.ccpayment_v2.app_id.as_str(),
        all.ccpayment_v2.app_secret.as_str(),
    );
    let now = START_S.to_string();
    let millis = format!("{now}000");
    let late = (START_S - 121).to_string();
    let early = (START_S + 121).to_string();
    let right = sign(id, secret, &now, "{}");
    let upper = right.to_uppercase();
    let other = sign(id, "another secret", &now, "{}");
    let of_more = sign(id, secret, &now, "{} ");
    let of_late = sign(id, secret, &late, "{}");
    let of_early = sign(id, secret, &early, "{}");
    let of_millis = sign(id, secret, &millis, "{}");
    // A character that moves from the app id to the timestamp leaves the signed text as it is.
    let (shorter, longer) = (&id[..id.len() - 1], format!("{}{now}", &id[id.len() - 1..]));
    for name in CALLS {
        for (app_id, timestamp, sign, code) in [
            (None, Some(&now), Some(&right), 11_001),
            (Some(id), None, Some(&right), 11_001),
            (Some(id), Some(&now), None, 11_001),
            (Some("2"), Some(&now), Some(&right), 12_001),
            (Some(shorter), Some(&longer), Some(&right), 12_001),
            (
                Some(all.ccpayment.app_id.as_str()),
                Some(&now),
                Some(&right),
                11_013,
            ),
            (Some(id), Some(&millis), Some(&of_millis), 11_001),
            (Some(id), Some(&late), Some(&of_late), 11_006),
            (Some(id), Some(&early), Some(&of_early), 11_006),
            (Some(id), Some(&now), Some(&upper), 11_005),
            (Some(id), Some(&now), Some(&other), 11_005),
            (Some(id), Some(&now), Some(&of_more), 11_005),
        ] {
            let mut headers = Vec::new();
            headers.extend(app_id.map(|value| ("Appid", value)));
            headers.extend(timestamp.map(|value| ("Timestamp", value.as_str())));
            headers.extend(sign.map(|value| ("Sign", value.as_str())));
            let answer = merchant.post(name, &headers, "{}").await;
            assert_eq!(refusal(&answer), code, "{name} {headers:?}");
            let record = merchant.sandbox.requests().pop().unwrap();
            assert_eq!(record.gateway, Gateway::CCPAYMENT_V2);
            assert!(!record.canonical.unwrap_or_default().contains(secret));
        }
    }
}

#[tokio::test]
async fn no_parameters_are_an_empty_object_no_bytes_or_an_empty_list() {
    let merchant = Merchant::open().await;
    for body in ["", "{}", "[]", " { } \n"] {
        let answer = merchant.send("getCoinList", body).await;
        assert_eq!(answer.json()["code"], 10_000, "{body:?}");
        assert!(answer.header("Sign").is_none());
    }
    for body in [
        "[1]",
        "null",
        "{",
        "{}{}",
        r#"{"coinId":1280,"coinId":1280}"#,
    ] {
        let answer = merchant.send("getCoin", body).await;
        assert_eq!(refusal(&answer), 11_000, "{body:?}");
    }
}

#[tokio::test]
async fn every_spelling_of_a_json_body_means_the_same() {
    let merchant = Merchant::open().await;
    for body in [
        r#"{"coinId":1280,"chain":"TRX"}"#,
        r#"{ "coinId" : "1280", "chain" : "\u0054RX", "memo": null }"#,
        "{\n\t\"chain\":\"TRX\",\"coinId\":1280,\"extra\":{\"a\":[1]}}",
    ] {
        let answer = merchant.send("getWithdrawFee", body).await;
        assert_eq!(answer.json()["data"]["fee"]["coinSymbol"], "TRX", "{body}");
    }
    let record = merchant.sandbox.requests().pop().unwrap();
    assert!(record.notes[0].contains("`extra` is no field"));
}

#[tokio::test]
async fn a_path_or_method_that_is_no_call_is_refused() {
    let merchant = Merchant::open().await;
    for name in [
        "getWebhookInfo",
        // The user wallet system and batch withdrawals.
        "getUserCoinAssetList",
        "getUserCoinAsset",
        "getOrCreateUserDepositAddress",
        "getUserDepositRecord",
        "getUserDepositRecordList",
        "applyUserWithdrawToNetwork",
        "applyUserWithdrawToCwallet",
        "getUserWithdrawRecord",
        "getUserWithdrawRecordList",
        "userTransfer",
        "getUserTransferRecord",
        "getUserTransferRecordList",
        "userSwap",
        "getUserSwapRecord",
        "getUserSwapRecordList",
        "checkWithdrawAddress",
        "applyBatchWithdraw",
        "appendBatchWithdraw",
        "confirmBatchWithdraw",
        "abortBatchWithdraw",
        "getBatchWithdrawOrder",
        "getBatchWithdrawOrderRecordList",
        "createAppOrderDepositAddress/",
    ] {
        let answer = merchant.send(name, "{}").await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_i64()),
            (404, Some(11_000))
        );
    }
    let address = merchant.sandbox.local_addr();
    let answer = http::send(address, "GET", "/ccpayment/v2/getCoinList", &[], "").await;
    assert_eq!(answer.status, 404);
    assert!(merchant.reason().contains("POST"));
}

#[tokio::test]
async fn a_record_of_nothing_is_not_found() {
    let merchant = Merchant::open().await;
    for (call, body) in [
        ("getAppOrderInfo", json!({ "orderId": "nothing" })),
        ("getInvoiceOrderInfo", json!({ "orderId": "nothing" })),
        ("getAppDepositRecord", json!({ "recordId": "1" })),
        ("getAppWithdrawRecord", json!({ "orderId": "nothing" })),
        ("getAppWithdrawRecord", json!({ "recordId": "1" })),
        ("getSwapRecord", json!({ "orderId": "nothing" })),
    ] {
        assert_eq!(merchant.refused(call, &body).await, 11_003, "{call}");
    }
    for call in ["getAppWithdrawRecord", "getSwapRecord"] {
        assert_eq!(merchant.refused(call, &json!({})).await, 11_000, "{call}");
    }
}

#[tokio::test]
async fn answers_only_the_addresses_of_the_white_list() {
    let merchant =
        Merchant::with(|builder| builder.ccpayment_v2_allowed_ips(["10.0.0.1".parse().unwrap()]))
            .await;
    assert_eq!(merchant.refused("getCoinList", &json!({})).await, 12_002);
    assert!(
        merchant
            .reason()
            .contains("127.0.0.1 is not among the addresses")
    );
    let allowed = [("ccpayment_v2_allowed_ips", "10.0.0.1,127.0.0.1")];
    merchant.sandbox.change_settings(&allowed).unwrap();
    merchant.ask("getCoinList", &json!({})).await;
}
