//! Webhooks: bodies, signatures, retries, the probe and the resend.

use payments_sandbox::{CcpaymentV2Deposit, Gateway};
use serde_json::{Value, json};

use super::merchant::{EVM_ADDRESS, Merchant, POL, START_S, USDT, receiver, webhook};
use crate::support::http::reply;

fn payout(id: &str) -> Value {
    json!({ "orderId": id, "coinId": USDT, "chain": "POLYGON", "address": EVM_ADDRESS, "amount": "5" })
}

#[tokio::test]
async fn every_state_is_pushed_with_ids_and_without_amounts() {
    let mut console = receiver(&[]).await;
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_webhook_url(console.url())).await;
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1"))
        .await;
    merchant.sandbox.webhooks_quiet().await;
    merchant.sandbox.complete("payout-1").await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    let body = json!({ "referenceId": "customer-7", "chain": "POLYGON" });
    merchant.ask("getOrCreateAppDepositAddress", &body).await;
    let deposit = CcpaymentV2Deposit::new("customer-7", POL, "POLYGON", "1");
    let order = merchant
        .sandbox
        .ccpayment_v2_deposit(&deposit)
        .await
        .unwrap();
    merchant.sandbox.webhooks_quiet().await;
    let body = json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "1" });
    merchant.ask("createAppOrderDepositAddress", &body).await;
    merchant.sandbox.ccpayment_v2_risky(true);
    merchant.pay("order-1", "").await;
    let got = console.wait_for(4).await;
    let got: Vec<Value> = got
        .iter()
        .map(|request| webhook(&merchant, request).1)
        .collect();
    for (body, status) in got.iter().zip(["Processing", "Success"]) {
        assert_eq!(body["type"], "ApiWithdrawal");
        assert_eq!(
            (&body["msg"]["orderId"], &body["msg"]["status"]),
            (&json!("payout-1"), &json!(status))
        );
        assert_eq!(body["msg"].as_object().unwrap().len(), 5);
    }
    let direct = json!({ "recordId": order.order_id, "referenceId": "customer-7", "coinId": POL,
        "coinSymbol": "POL", "status": "Success", "isFlaggedAsRisky": false });
    assert_eq!(got[2], json!({ "type": "DirectDeposit", "msg": direct }));
    assert_eq!(
        (&got[3]["type"], &got[3]["msg"]["isFlaggedAsRisky"]),
        (&json!("ApiDeposit"), &json!(true))
    );
}

#[tokio::test]
async fn only_final_states_are_pushed_if_asked() {
    let mut console = receiver(&[]).await;
    let merchant = Merchant::with(|builder| {
        let builder = builder.ccpayment_v2_webhook_url(console.url());
        builder.ccpayment_v2_push_every_state(false)
    })
    .await;
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1"))
        .await;
    merchant.sandbox.complete("payout-1").await.unwrap();
    let got = console.wait_for(1).await;
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(webhook(&merchant, &got[0]).1["msg"]["status"], "Success");
    assert_eq!(merchant.sandbox.deliveries().len(), 1);
}

#[tokio::test]
async fn a_webhook_is_sent_seven_times_with_a_fresh_signature() {
    let bad = reply(200, "ok");
    let script = vec![bad.as_str(); 7];
    let mut own = receiver(&script).await;
    let merchant =
        Merchant::with(|builder| builder.ccpayment_v2_webhook_url("http://127.0.0.1:9/")).await;
    let body = json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "1", "notifyUrl": own.url() });
    merchant.ask("createAppOrderDepositAddress", &body).await;
    merchant.pay("order-1", "").await;
    merchant.sandbox.webhooks_quiet().await;
    for wait in [30, 60, 120, 240, 480, 960] {
        merchant.wait(wait).await;
    }
    let got = own.wait_for(7).await;
    let stamps = got.iter().map(|request| webhook(&merchant, request).0);
    let stamps: Vec<u64> = stamps
        .map(|stamp| stamp.parse::<u64>().unwrap() - START_S)
        .collect();
    assert_eq!(stamps, [0, 30, 90, 210, 450, 930, 1_890]);
    assert_eq!(merchant.sandbox.deliveries()[0].state.as_str(), "given_up");

    let resend = json!({ "startTimestamp": START_S, "transactionType": "ApiDeposit" });
    let answer = merchant.ask("webhook/resend", &resend).await;
    assert_eq!(answer, json!({ "resendCount": 1 }));
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(merchant.sandbox.deliveries()[0].state.as_str(), "delivered");
    assert_eq!(merchant.refused("webhook/resend", &resend).await, 11_009);
    merchant.wait(60).await;
    assert_eq!(
        merchant.ask("webhook/resend", &resend).await["resendCount"],
        0
    );
    merchant.wait(60).await;
    let all = json!({ "startTimestamp": START_S, "webhookResult": "AllResult" });
    assert_eq!(merchant.ask("webhook/resend", &all).await["resendCount"], 1);
    let long = json!({ "startTimestamp": START_S, "endTimestamp": START_S + 3_601 });
    assert_eq!(merchant.refused("webhook/resend", &long).await, 11_008);
}

#[tokio::test]
async fn the_probe_is_signed_and_has_no_record() {
    let mut console = receiver(&[]).await;
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_webhook_url(console.url())).await;
    merchant.sandbox.ccpayment_v2_probe().await.unwrap();
    let got = console.wait_for(1).await;
    let (_, body) = webhook(&merchant, &got[0]);
    assert_eq!(body, json!({ "type": "ActivateWebhookURL", "msg": {} }));
    assert!(
        Merchant::open()
            .await
            .sandbox
            .ccpayment_v2_probe()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn every_documented_acknowledgement_is_accepted() {
    let credentials = payments_sandbox::Credentials::test();
    let judge = async |status, body: &str| {
        let judged = credentials.judge_reply(Gateway::CCPAYMENT_V2, status, body.as_bytes());
        judged.await.is_ok()
    };
    for body in ["Success", "success", r#"{"msg":"success"}"#, " SUCCESS\n"] {
        assert!(judge(200, body).await, "{body}");
    }
    assert!(!judge(200, "ok").await && !judge(500, "Success").await);
}

#[tokio::test]
async fn the_controls_do_the_same_over_http() {
    let merchant = Merchant::open().await;
    let address = merchant.sandbox.local_addr();
    let control = async |path: &str, body: Value| {
        let path = format!("/_sandbox/{path}");
        let headers = [crate::support::http::JSON];
        crate::support::http::send(address, "POST", &path, &headers, &body.to_string()).await
    };
    let invoice = json!({ "orderId": "invoice-1", "price": "10", "priceFiatId": 1033 });
    merchant.ask("createInvoiceUrl", &invoice).await;
    let choice = json!({ "coin_id": USDT, "chain": "TRX" });
    assert_eq!(
        control("ccpayment_v2/choose/invoice-1", choice)
            .await
            .status,
        200
    );
    let paid = control("orders/invoice-1/pay", json!({})).await.json();
    assert_eq!(
        (&paid["status"], &paid["gateway"]),
        (&json!("completed"), &json!("ccpayment_v2"))
    );
    let deposit =
        json!({ "reference_id": "customer-7", "coin_id": USDT, "chain": "TRX", "amount": "1" });
    assert_eq!(
        control("ccpayment_v2/deposits", deposit.clone())
            .await
            .status,
        404
    );
    let body = json!({ "referenceId": "customer-7", "chain": "TRX" });
    merchant.ask("getOrCreateAppDepositAddress", &body).await;
    assert_eq!(control("ccpayment_v2/deposits", deposit).await.status, 200);
    let approval = json!({ "ccpayment_v2_approval": true });
    assert_eq!(control("settings", approval).await.status, 200);
    assert_eq!(control("ccpayment_v2/probe", json!({})).await.status, 409);
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1"))
        .await;
    let failed = control("orders/payout-1/fail", json!({})).await.json();
    assert_eq!(failed["gateway_state"], "Failed");
}
