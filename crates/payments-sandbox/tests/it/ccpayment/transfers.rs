//! Refunds, and the balances at the end of it all.

use std::time::Duration;

use serde_json::{Value, json};

use super::merchant::{Merchant, TRON_ADDRESS, USDT_BEP20, USDT_TRC20, merged};

fn out(id: &str, changes: Value) -> Value {
    let fields = json!({"merchant_order_id": id, "address": TRON_ADDRESS, "token_id": USDT_TRC20, "value": "100"});
    merged(fields, changes)
}

#[tokio::test]
async fn withdrawals_complete_after_the_delay_of_the_builder() {
    let delay = Duration::from_secs(30);
    let merchant = Merchant::with(|builder| builder.ccpayment_payouts_complete_after(delay)).await;
    merchant.ask("withdraw", &out("w1", json!({}))).await;
    merchant.create("m1", json!({})).await;
    merchant.pay("m1", "").await;
    let refund = merchant.sandbox.refund("m1", "5").await.unwrap();
    merchant.wait(29).await;
    let status = |id: &str| merchant.sandbox.order(id).unwrap().gateway_state;
    assert_eq!(
        (status("w1").as_str(), status(&refund.order_id).as_str()),
        ("Pending", "Pending")
    );
    merchant.wait(1).await;
    assert_eq!(
        (status("w1").as_str(), status(&refund.order_id).as_str()),
        ("Successful", "Successful")
    );
}

#[tokio::test]
async fn refunds_up_to_what_was_paid() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({"token_id": USDT_BEP20})).await;
    assert!(
        merchant
            .sandbox
            .refund("m1", "5")
            .await
            .unwrap_err()
            .to_string()
            .contains("was not paid")
    );
    merchant.pay("m1", "30").await;
    assert_eq!(merchant.balance("USDT").0, "100029.991");
    let first = merchant.sandbox.refund("m1", "5").await.unwrap();
    assert_eq!(
        (first.kind.as_str(), first.net_amount.as_str()),
        ("refund", "4.5")
    );
    assert_eq!(
        merchant.balance("USDT"),
        ("100024.991".to_owned(), "5".to_owned())
    );
    let row = merchant.info("m1").await["refund_list"][0].clone();
    assert_eq!(
        (&row["status"], &row["actual_received_amount"]),
        (&json!("Pending"), &json!("0"))
    );
    merchant.sandbox.complete(&first.order_id).await.unwrap();
    let second = merchant.sandbox.refund("m1", "25").await.unwrap();
    let more = merchant
        .sandbox
        .refund("m1", "1")
        .await
        .unwrap_err()
        .to_string();
    assert!(more.contains("less than would be refunded"), "{more}");
    merchant.sandbox.reject(&second.order_id).await.unwrap();
    merchant.sandbox.refund("m1", "1").await.unwrap();
    let list = merchant.info("m1").await["refund_list"].clone();
    let states: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["status"].clone())
        .collect();
    assert_eq!(states, ["Successful", "Failed", "Pending"]);
    assert_eq!(
        (
            &list[0]["refund_amount"],
            &list[0]["network_fee"],
            &list[0]["actual_received_amount"]
        ),
        (&json!("5"), &json!("0.5"), &json!("4.5"))
    );
    assert!(list[0]["address"].as_str().unwrap().starts_with("0x"));
    for (id, amount) in [
        ("m1", "0.5"),
        ("m1", "0"),
        ("m1", "x"),
        ("nobody", "1"),
        (&first.order_id, "1"),
    ] {
        assert!(
            merchant.sandbox.refund(id, amount).await.is_err(),
            "{id} {amount}"
        );
    }
}

/// Everything that moves money, and at the end the sum of what is there and what left.
#[tokio::test]
async fn assets_matches_the_balances() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    merchant.pay("m1", "10").await;
    merchant.pay("m1", "15").await;
    merchant
        .ask(
            "payment/address/get",
            &json!({"user_id": "abc", "chain": "TRX"}),
        )
        .await;
    let deposit = payments_sandbox::CcpaymentDeposit::new("abc", USDT_TRC20, "666");
    let direct = merchant.sandbox.ccpayment_deposit(&deposit).await.unwrap();
    assert_eq!(
        (direct.fee.as_str(), direct.received_amount.as_str()),
        ("0.1998", "665.8002")
    );
    merchant
        .ask("withdraw", &out("w1", json!({"merchant_pays_fee": true})))
        .await;
    merchant
        .ask(
            "withdraw",
            &out("w2", json!({"address": "9558861", "value": "50"})),
        )
        .await;
    merchant.sandbox.complete("w1").await.unwrap();
    // 25 - 0.0075, 666 - 0.1998, 100 gone, 50 held.
    assert_eq!(
        merchant.balance("USDT"),
        ("100540.7927".to_owned(), "50".to_owned())
    );
    assert_eq!(
        merchant.balance("TRX"),
        ("99986".to_owned(), "0".to_owned())
    );
    let assets = merchant.ask("assets", &json!({})).await;
    for row in assets["list"].as_array().unwrap() {
        let coin = row["crypto"].as_str().unwrap();
        assert_eq!(row["value"], merchant.balance(coin).0);
    }
    // The other gateways have balances of their own.
    assert_eq!(
        merchant.sandbox.balance("USDT").unwrap().available,
        "100000"
    );
    merchant.sandbox.reset();
    assert_eq!(
        merchant.balance("USDT"),
        ("100000".to_owned(), "0".to_owned())
    );
    assert!(merchant.sandbox.orders().is_empty());
    let fresh = merchant
        .sandbox
        .ccpayment_deposit(&deposit)
        .await
        .unwrap_err();
    assert!(fresh.to_string().contains("has no permanent address"));
}

#[tokio::test]
async fn refuses_invalid_opening_balances() {
    for (coin, amount) in [("DOGE", "1"), ("USDT", "-1"), ("USDT", "1e9"), ("USDT", "")] {
        let started = payments_sandbox::Sandbox::builder()
            .ccpayment_balance(coin, amount)
            .start()
            .await;
        assert!(started.is_err(), "{coin} {amount}");
    }
    let merchant = Merchant::with(|b| {
        b.ccpayment_balance("TRX", "1")
            .ccpayment_balance("TRX", "2")
    })
    .await;
    assert_eq!(merchant.balance("TRX").0, "2");
}
