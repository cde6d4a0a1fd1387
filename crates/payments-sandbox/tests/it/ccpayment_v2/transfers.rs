//! Automatic withdrawals and refunds of risky deposits: they happen without a call, and their lists.

use payments_sandbox::CcpaymentV2Deposit;
use serde_json::{Value, json};

use super::merchant::{Merchant, POL, START_S, TRON_ADDRESS, USDT};

async fn records(merchant: &Merchant, call: &str, body: Value) -> Vec<Value> {
    let data = merchant.ask(call, &body).await;
    data["records"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_automatic_withdrawal_leaves_the_balance_and_is_only_in_its_own_list() {
    let merchant =
        Merchant::with(|builder| builder.ccpayment_v2_webhook_url("http://127.0.0.1:9/")).await;
    let made = merchant
        .sandbox
        .ccpayment_v2_auto_withdrawal(USDT, "POLYGON", "25.5")
        .await
        .unwrap();
    assert_eq!(
        (made.kind.as_str(), made.status.as_str()),
        ("payout", "completed")
    );
    assert_eq!(
        (made.net_amount.as_str(), made.fee.as_str()),
        ("25.4", "0.1")
    );
    assert_eq!(
        merchant.balance("USDT"),
        ("99974.5".to_owned(), "0".to_owned())
    );
    let rows = records(&merchant, "getAutoWithdrawRecordList", json!({})).await;
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    let wanted = json!({
        "recordId": made.order_id, "coinId": USDT, "coinSymbol": "USDT", "chain": "POLYGON", "orderId": "",
        "toAddress": made.address, "toMemo": "", "amount": "25.5", "txId": made.hash, "status": "Success",
        "fee": { "coinId": USDT, "coinSymbol": "USDT", "amount": "0.1" },
        "createdAt": START_S, "nextId": row["nextId"], "serviceFee": "0",
    });
    assert_eq!(*row, wanted);
    assert!(merchant.sandbox.deliveries().is_empty());
    for call in ["getAppWithdrawRecordList", "getRiskyRefundRecordList"] {
        assert!(
            records(&merchant, call, json!({})).await.is_empty(),
            "{call}"
        );
    }
    assert!(merchant.sandbox.complete(&made.order_id).await.is_err());
}

#[tokio::test]
async fn automatic_withdrawals_are_listed_in_pages_by_every_condition() {
    let merchant = Merchant::open().await;
    let mut made = Vec::new();
    for number in 0..23 {
        let (coin, chain) = if number % 2 == 0 {
            (USDT, "TRX")
        } else {
            (POL, "POLYGON")
        };
        let order = merchant
            .sandbox
            .ccpayment_v2_auto_withdrawal(coin, chain, "20")
            .await
            .unwrap();
        made.push(order);
        merchant.wait(1).await;
    }
    let call = "getAutoWithdrawRecordList";
    let page = merchant.ask(call, &json!({})).await;
    let last = &page["records"][19];
    // Each record has the cursor of what follows it.
    assert_eq!(page["nextId"], last["nextId"]);
    let rest = records(&merchant, call, json!({ "nextId": page["nextId"] })).await;
    assert_eq!(rest.len(), 3);
    assert_eq!(rest[2]["recordId"], made[0].order_id.as_str());
    for (body, count) in [
        (json!({ "coinId": POL }), 11),
        (json!({ "chain": "TRX" }), 12),
        (json!({ "toAddress": made[0].address }), 12),
        (json!({ "toAddress": TRON_ADDRESS }), 0),
        (
            json!({ "recordIds": [made[3].order_id, made[4].order_id, "x"] }),
            2,
        ),
        (json!({ "startAt": START_S + 20 }), 3),
        (json!({ "endAt": START_S + 2 }), 3),
    ] {
        assert_eq!(
            records(&merchant, call, body.clone()).await.len(),
            count,
            "{body}"
        );
    }
    for (body, code) in [
        (json!({ "recordIds": vec!["x"; 51] }), 11_010),
        (json!({ "startAt": 1, "endAt": START_S }), 11_008),
        (json!({ "nextId": "x" }), 11_000),
    ] {
        assert_eq!(merchant.refused(call, &body).await, code, "{body}");
    }
}

#[tokio::test]
async fn an_automatic_withdrawal_that_cannot_be_paid_changes_nothing() {
    let merchant = Merchant::open().await;
    for (body, status) in [
        (
            json!({ "coin_id": USDT, "chain": "POLYGON", "amount": "100001" }),
            422,
        ),
        (
            json!({ "coin_id": USDT, "chain": "POLYGON", "amount": "0.1" }),
            422,
        ),
        (
            json!({ "coin_id": USDT, "chain": "BSC", "amount": "5" }),
            409,
        ),
        (json!({ "coin_id": 7, "chain": "TRX", "amount": "5" }), 422),
        (json!({ "coin_id": USDT, "chain": "TRX" }), 422),
    ] {
        let answer = merchant
            .control("ccpayment_v2/auto_withdrawals", body.clone())
            .await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    assert_eq!(merchant.balance("USDT").0, "100000");
    let good = json!({ "coin_id": "1280", "chain": "POLYGON", "amount": 5 });
    let made = merchant
        .control("ccpayment_v2/auto_withdrawals", good)
        .await
        .json();
    assert_eq!(
        (&made["amount"], &made["net_amount"]),
        (&json!("5"), &json!("4.9"))
    );
}

#[tokio::test]
async fn a_risky_deposit_is_refunded_once_in_full_and_was_never_credited() {
    let merchant = Merchant::open().await;
    let body = json!({ "referenceId": "customer-7", "chain": "POLYGON" });
    merchant.ask("getOrCreateAppDepositAddress", &body).await;
    let deposit = CcpaymentV2Deposit::new("customer-7", POL, "POLYGON", "25.5");
    let good = merchant
        .sandbox
        .ccpayment_v2_deposit(&deposit)
        .await
        .unwrap();
    assert!(
        merchant
            .sandbox
            .refund(&good.order_id, "25.5")
            .await
            .is_err()
    );
    merchant
        .control("settings", json!({ "ccpayment_v2_risky": true }))
        .await;
    let risky = merchant
        .sandbox
        .ccpayment_v2_deposit(&deposit)
        .await
        .unwrap();
    let before = merchant.balance("POL");
    let path = format!("orders/{}/refund", risky.order_id);
    for (amount, status) in [("25.4", 422), ("0", 422)] {
        let answer = merchant.control(&path, json!({ "amount": amount })).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let refund = merchant
        .control(&path, json!({ "amount": "25.50" }))
        .await
        .json();
    assert_eq!(
        (&refund["kind"], &refund["status"]),
        (&json!("refund"), &json!("completed"))
    );
    assert_eq!(
        merchant
            .control(&path, json!({ "amount": "25.5" }))
            .await
            .status,
        409
    );
    assert_eq!(merchant.balance("POL"), before);

    let rows = records(&merchant, "getRiskyRefundRecordList", json!({})).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0]["fromDeposit"],
        json!([{ "recordId": risky.order_id }])
    );
    assert_eq!(
        (&rows[0]["amount"], &rows[0]["orderId"]),
        (&json!("25.5"), &json!(""))
    );
    assert!(rows[0].get("serviceFee").is_none());
    let record = merchant
        .ask(
            "getAppDepositRecord",
            &json!({ "recordId": risky.order_id }),
        )
        .await;
    assert_eq!(record["record"]["fromAddress"], rows[0]["toAddress"]);
    assert!(
        records(&merchant, "getAutoWithdrawRecordList", json!({}))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn the_risky_payment_of_an_order_is_refunded_by_its_record() {
    let merchant = Merchant::open().await;
    let body = json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "5" });
    merchant.ask("createAppOrderDepositAddress", &body).await;
    merchant.sandbox.ccpayment_v2_risky(true);
    merchant.pay("order-1", "5").await;
    let info = merchant
        .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
        .await;
    let record = info["paidList"][0]["recordId"].as_str().unwrap();
    merchant.sandbox.refund(record, "5").await.unwrap();
    let rows = records(
        &merchant,
        "getRiskyRefundRecordList",
        json!({ "coinId": POL }),
    )
    .await;
    assert_eq!(rows[0]["orderId"], "order-1");
    assert_eq!(rows[0]["fromDeposit"][0]["recordId"], record);
}
