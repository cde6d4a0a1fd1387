//! Permanent addresses, their deposits, and the lists of deposits.

use payments_sandbox::CcpaymentV2Deposit;
use serde_json::{Value, json};

use super::merchant::{EVM_ADDRESS, Merchant, POL, USDT, merged};

async fn address(merchant: &Merchant, reference: &str, chain: &str) -> Value {
    let body = json!({ "referenceId": reference, "chain": chain });
    merchant.ask("getOrCreateAppDepositAddress", &body).await
}

#[tokio::test]
async fn a_reference_keeps_its_address_and_evm_chains_share_one() {
    let merchant = Merchant::open().await;
    let made = address(&merchant, "customer-7", "TRX").await;
    assert_eq!(made, address(&merchant, "customer-7", "TRX").await);
    assert_ne!(made, address(&merchant, "customer-8", "TRX").await);
    let polygon = address(&merchant, "customer-7", "POLYGON").await;
    assert_eq!(polygon, address(&merchant, "customer-7", "ETH").await);
    let one = address(&merchant, "customer-7", "XRP").await;
    let other = address(&merchant, "customer-8", "XRP").await;
    assert_eq!(one["address"], other["address"]);
    assert_ne!(one["memo"], other["memo"]);
    let body = json!({ "referenceId": "customer-7", "chain": "BSC" });
    let code = merchant
        .refused("getOrCreateAppDepositAddress", &body)
        .await;
    assert_eq!(code, 15_003);
}

#[tokio::test]
async fn a_deposit_is_credited_without_its_fee_and_found_by_its_record() {
    let merchant = Merchant::open().await;
    let made = address(&merchant, "customer-7", "TRX").await;
    let deposit = CcpaymentV2Deposit::new("customer-7", USDT, "TRX", "6.97841");
    let order = merchant
        .sandbox
        .ccpayment_v2_deposit(&deposit)
        .await
        .unwrap();
    let body = json!({ "recordId": order.order_id });
    let record = &merchant.ask("getAppDepositRecord", &body).await["record"];
    assert_eq!(record["referenceId"], "customer-7");
    assert!(record.get("orderId").is_none());
    assert_eq!(
        (&record["amount"], &record["serviceFee"]),
        (&json!("6.97841"), &json!("0.034893"))
    );
    assert_eq!(record["toAddress"], made["address"]);
    assert_eq!(merchant.balance("USDT").0, "100006.943517");

    let seen = CcpaymentV2Deposit::new("customer-7", USDT, "TRX", "5").seen_only();
    let order = merchant.sandbox.ccpayment_v2_deposit(&seen).await.unwrap();
    assert_eq!(order.status.as_str(), "processing");
    assert_eq!(merchant.balance("USDT").0, "100006.943517");
    merchant.pay(&order.order_id, "").await;
    assert_eq!(merchant.balance("USDT").0, "100011.918517");
    assert!(merchant.sandbox.pay(&order.order_id, None).await.is_err());
}

#[tokio::test]
async fn an_unbound_address_is_replaced_on_all_evm_chains() {
    let merchant = Merchant::open().await;
    let old = address(&merchant, "customer-7", "POLYGON").await;
    address(&merchant, "customer-7", "ETH").await;
    let upper = old["address"]
        .as_str()
        .unwrap()
        .to_uppercase()
        .replace("0X", "0x");
    let body = json!({ "chain": "POLYGON", "address": upper });
    let answer = merchant.ask("addressUnbinding", &body).await;
    assert_eq!(answer["unbound"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&answer["referenceID"], &answer["userID"]),
        (&json!("customer-7"), &json!(""))
    );
    assert_eq!(merchant.refused("addressUnbinding", &body).await, 17_003);
    let new = address(&merchant, "customer-7", "POLYGON").await;
    assert_ne!(new, old);
    assert_eq!(new, address(&merchant, "customer-7", "ETH").await);

    let order = json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "1" });
    let order = merchant.ask("createAppOrderDepositAddress", &order).await;
    let xrp = address(&merchant, "customer-7", "XRP").await;
    for (chain, address, code) in [
        ("POLYGON", &order["address"], 17_004),
        ("POLYGON", &json!("0x12"), 17_007),
        ("POLYGON", &json!(EVM_ADDRESS), 17_007),
        ("TRX", &new["address"], 17_005),
        ("XRP", &xrp["address"], 17_002),
    ] {
        let body = json!({ "chain": chain, "address": address });
        assert_eq!(
            merchant.refused("addressUnbinding", &body).await,
            code,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_deposit_to_an_unbound_address_is_credited_and_belongs_to_no_one() {
    let merchant = Merchant::open().await;
    let old = address(&merchant, "customer-7", "TRX").await["address"].clone();
    let body = json!({ "chain": "TRX", "address": old });
    merchant.ask("addressUnbinding", &body).await;
    let new = address(&merchant, "customer-7", "TRX").await["address"].clone();
    for (to, reference) in [(old, ""), (new, "customer-7")] {
        let body = json!({ "address": to, "coin_id": USDT, "chain": "TRX", "amount": "10" });
        let made = merchant.control("ccpayment_v2/deposits", body).await.json();
        assert_eq!(made["user_id"], reference);
        let body = json!({ "recordId": made["order_id"] });
        let record = &merchant.ask("getAppDepositRecord", &body).await["record"];
        assert_eq!(
            (&record["toAddress"], &record["referenceId"]),
            (&to, &json!(reference))
        );
    }
    assert_eq!(merchant.balance("USDT").0, "100019.9");
    for (body, status) in [
        (json!({ "address": EVM_ADDRESS }), 404),
        (json!({ "address": "x", "reference_id": "customer-7" }), 422),
        (json!({}), 422),
    ] {
        let usual = json!({ "coin_id": USDT, "chain": "TRX", "amount": "10" });
        let answer = merchant
            .control("ccpayment_v2/deposits", merged(usual, body))
            .await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn pages_of_deposits_cover_all_once_newest_first() {
    let merchant = Merchant::open().await;
    address(&merchant, "customer-7", "TRX").await;
    address(&merchant, "customer-8", "TRX").await;
    let mut made = Vec::new();
    for number in 1..=45 {
        let amount = number.to_string();
        let deposit = CcpaymentV2Deposit::new("customer-7", USDT, "TRX", amount);
        made.push(
            merchant
                .sandbox
                .ccpayment_v2_deposit(&deposit)
                .await
                .unwrap()
                .order_id,
        );
        merchant.wait(1).await;
    }
    let other = CcpaymentV2Deposit::new("customer-8", USDT, "TRX", "1");
    merchant.sandbox.ccpayment_v2_deposit(&other).await.unwrap();
    made.reverse();
    let (mut next, mut found, mut sizes) = (String::new(), Vec::new(), Vec::new());
    loop {
        let body = json!({ "referenceId": "customer-7", "nextId": next });
        let page = merchant.ask("getAppDepositRecordList", &body).await;
        let rows = page["records"].as_array().unwrap();
        sizes.push(rows.len());
        found.extend(
            rows.iter()
                .map(|row| row["recordId"].as_str().unwrap().to_owned()),
        );
        page["nextId"].as_str().unwrap().clone_into(&mut next);
        if next.is_empty() {
            break;
        }
    }
    assert_eq!(sizes, [20, 20, 5]);
    assert_eq!(found, made);
    let body = json!({ "limit": 100 });
    let page = merchant.ask("getAppDepositRecordList", &body).await;
    assert_eq!(page["records"].as_array().unwrap().len(), 46);
    let body = json!({ "recordIds": [made[3]] });
    let page = merchant.ask("getAppDepositRecordList", &body).await;
    assert_eq!(page["records"][0]["recordId"], made[3].as_str());
    for (body, code) in [
        (
            json!({ "nextId": "0123456789abcdef0123456789abcdef" }),
            11_000,
        ),
        (
            json!({ "referenceId": "customer-7", "orderId": "order-1" }),
            11_000,
        ),
        (json!({ "limit": 101 }), 11_010),
        (
            json!({ "startAt": 1_790_000_000, "endAt": 1_799_000_000 }),
            11_008,
        ),
        (json!({ "orderIds": vec!["x"; 51] }), 11_010),
    ] {
        assert_eq!(
            merchant.refused("getAppDepositRecordList", &body).await,
            code,
            "{body}"
        );
    }
}
