//! Withdrawals to chains and to Cwallet, and their records.

use std::time::Duration;

use serde_json::{Value, json};

use super::merchant::{EVM_ADDRESS, Merchant, TRON_ADDRESS, USDT, merged};

fn payout(id: &str, changes: Value) -> Value {
    let usual = json!({ "orderId": id, "coinId": USDT, "chain": "POLYGON", "address": EVM_ADDRESS, "amount": "5" });
    merged(usual, changes)
}

async fn record(merchant: &Merchant, id: &str) -> Value {
    let body = json!({ "orderId": id });
    merchant.ask("getAppWithdrawRecord", &body).await["record"].clone()
}

fn funds(available: &str, frozen: &str) -> (String, String) {
    (available.to_owned(), frozen.to_owned())
}

#[tokio::test]
async fn a_withdrawal_freezes_its_money_until_it_is_final() {
    let merchant = Merchant::open().await;
    let made = merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1", json!({})))
        .await;
    assert_eq!(merchant.balance("USDT"), funds("99995", "5"));
    let row = record(&merchant, "payout-1").await;
    assert_eq!(row["recordId"], made["recordId"]);
    assert_eq!(
        (&row["status"], &row["txId"], &row["withdrawType"]),
        (&json!("Processing"), &json!(""), &json!("Network"))
    );
    assert_eq!(
        row["fee"],
        json!({ "coinId": USDT, "coinSymbol": "USDT", "amount": "0.1" })
    );
    let done = merchant.sandbox.complete("payout-1").await.unwrap();
    assert_eq!(
        (done.received_amount.as_str(), done.fee.as_str()),
        ("4.9", "0.1")
    );
    assert_eq!(merchant.balance("USDT"), funds("99995", "0"));
    let row = record(&merchant, "payout-1").await;
    assert_eq!(
        (&row["status"], &row["amount"]),
        (&json!("Success"), &json!("5"))
    );
    assert!(merchant.sandbox.reject("payout-1").await.is_err());

    let both = json!({ "orderId": "payout-1", "recordId": made["recordId"] });
    merchant.ask("getAppWithdrawRecord", &both).await;
    let other = json!({ "orderId": "payout-2", "recordId": made["recordId"] });
    assert_eq!(
        merchant.refused("getAppWithdrawRecord", &other).await,
        11_003
    );
}

#[tokio::test]
async fn the_fee_is_paid_by_the_receiver_or_beside_the_amount() {
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_balance("TRX", "20")).await;
    let pays = json!({ "merchantPayNetworkFee": true });
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1", pays))
        .await;
    assert_eq!(merchant.balance("USDT"), funds("99994.9", "5.1"));
    // On TRX the fee is 14 TRX, worth 1.12 USDT.
    let on_tron = json!({ "chain": "TRX", "address": TRON_ADDRESS });
    merchant
        .ask(
            "applyAppWithdrawToNetwork",
            &payout("payout-2", on_tron.clone()),
        )
        .await;
    assert_eq!(
        merchant.sandbox.order("payout-2").unwrap().net_amount,
        "3.88"
    );
    let apart = merged(on_tron, json!({ "merchantPayNetworkFee": true }));
    merchant
        .ask(
            "applyAppWithdrawToNetwork",
            &payout("payout-3", apart.clone()),
        )
        .await;
    assert_eq!(merchant.balance("TRX"), funds("6", "14"));
    let before = merchant.balance("USDT");
    let code = merchant
        .refused("applyAppWithdrawToNetwork", &payout("payout-4", apart))
        .await;
    assert_eq!(code, 14_011);
    assert_eq!(merchant.balance("USDT"), before);
    merchant.sandbox.fail("payout-3").await.unwrap();
    assert_eq!(merchant.balance("TRX"), funds("20", "0"));
}

#[tokio::test]
async fn refuses_withdrawals_with_the_documented_codes_and_moves_nothing() {
    let merchant = Merchant::open().await;
    let order = json!({ "orderId": "order-1", "coinId": USDT, "chain": "POLYGON", "price": "1" });
    let own_order = merchant.ask("createAppOrderDepositAddress", &order).await;
    let reference = json!({ "referenceId": "customer-7", "chain": "POLYGON" });
    let own_reference = merchant
        .ask("getOrCreateAppDepositAddress", &reference)
        .await;
    for (changes, code) in [
        (json!({ "orderId": "ab" }), 11_000),
        (json!({ "amount": "0" }), 11_000),
        (json!({ "amount": 5 }), 11_000),
        (json!({ "amount": "1.0000001" }), 14_013),
        (json!({ "amount": "0.9" }), 14_005),
        (json!({ "amount": "50000.1" }), 14_006),
        (json!({ "address": TRON_ADDRESS }), 14_007),
        (json!({ "memo": "1" }), 14_009),
        (json!({ "coinId": 7 }), 13_000),
        (json!({ "chain": "MOON" }), 13_001),
        (json!({ "chain": "BSC" }), 14_004),
        (json!({ "chain": "ETH", "amount": "2" }), 14_019),
        (json!({ "chain": "ETH", "amount": "100001" }), 14_000),
        (
            json!({ "coinId": 9004, "chain": "XRP", "address": "rrrrrrrrrrrrrrrrrrrrrhoLvTp" }),
            14_003,
        ),
        (
            json!({ "coinId": 9004, "chain": "XRP", "address": "rrrrrrrrrrrrrrrrrrrrrhoLvTp", "memo": "tag 7" }),
            14_025,
        ),
        (json!({ "address": own_order["address"] }), 14_008),
        (json!({ "address": own_reference["address"] }), 14_008),
    ] {
        let body = payout("payout-1", changes);
        let got = merchant.refused("applyAppWithdrawToNetwork", &body).await;
        assert_eq!(got, code, "{body}: {}", merchant.reason());
    }
    assert_eq!(merchant.balance("USDT"), funds("100000", "0"));
    // A refusal does not use up the id.
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1", json!({})))
        .await;
    let again = payout("payout-1", json!({ "amount": "100001" }));
    assert_eq!(
        merchant.refused("applyAppWithdrawToNetwork", &again).await,
        11_011
    );
    let cwallet =
        json!({ "orderId": "payout-1", "coinId": USDT, "cwalletUser": "9454818", "amount": "1" });
    assert_eq!(
        merchant
            .refused("applyAppWithdrawToCwallet", &cwallet)
            .await,
        11_011
    );
}

#[tokio::test]
async fn a_withdrawal_to_cwallet_has_no_fee_and_no_webhook() {
    let merchant =
        Merchant::with(|builder| builder.ccpayment_v2_webhook_url("http://127.0.0.1:9/")).await;
    let body = json!({ "orderId": "payout-1", "coinId": USDT, "cwalletUser": "ANA@cwallet.test", "amount": "5" });
    merchant.ask("applyAppWithdrawToCwallet", &body).await;
    merchant.sandbox.complete("payout-1").await.unwrap();
    let row = record(&merchant, "payout-1").await;
    assert_eq!(
        (&row["chain"], &row["cwalletUser"]),
        (&json!("Cwallet OS"), &json!("ANA@cwallet.test"))
    );
    assert!(row.get("toAddress").is_none() && row.get("fee").is_none());
    assert!(merchant.sandbox.deliveries().is_empty());
    for (changes, code) in [
        (json!({ "cwalletUser": "1" }), 11_015),
        (json!({ "amount": "0.0009" }), 14_005),
    ] {
        let body = merged(
            merged(body.clone(), json!({ "orderId": "payout-2" })),
            changes,
        );
        assert_eq!(
            merchant.refused("applyAppWithdrawToCwallet", &body).await,
            code
        );
    }
}

#[tokio::test]
async fn approval_comes_first_if_it_is_switched_on() {
    let later = Duration::from_secs(60);
    let merchant = Merchant::with(|builder| {
        let builder = builder.ccpayment_v2_approval(true);
        builder.ccpayment_v2_payouts_complete_after(later)
    })
    .await;
    for id in ["payout-1", "payout-2"] {
        merchant
            .ask("applyAppWithdrawToNetwork", &payout(id, json!({})))
            .await;
    }
    merchant.wait(3_600).await;
    assert_eq!(
        record(&merchant, "payout-1").await["status"],
        "WaitingApproval"
    );
    merchant.sandbox.process("payout-1").await.unwrap();
    assert_eq!(record(&merchant, "payout-1").await["status"], "Processing");
    merchant.wait(60).await;
    assert_eq!(record(&merchant, "payout-1").await["status"], "Success");
    merchant.sandbox.reject("payout-2").await.unwrap();
    assert_eq!(record(&merchant, "payout-2").await["status"], "Rejected");
    assert_eq!(merchant.balance("USDT"), funds("99995", "0"));
    let page = merchant
        .ask(
            "getAppWithdrawRecordList",
            &json!({ "orderIds": ["payout-2"] }),
        )
        .await;
    assert_eq!(page["records"].as_array().unwrap().len(), 1);
    let page = merchant.ask("getAppWithdrawRecordList", &json!({})).await;
    let ids: Vec<&Value> = page["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["orderId"])
        .collect();
    assert_eq!(ids, ["payout-2", "payout-1"]);
}
