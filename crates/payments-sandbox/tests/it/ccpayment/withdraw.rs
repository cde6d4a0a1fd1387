//! Withdrawals, refunds and the balances.

use payments_sandbox::OrderStatus;
use serde_json::{Value, json};

use super::merchant::{
    EVM_ADDRESS, FTM, Merchant, SATS, TRON_ADDRESS, USDT_BEP20, USDT_POLYGON, USDT_TRC20, merged,
};

fn out(id: &str, changes: Value) -> Value {
    let fields = json!({"merchant_order_id": id, "address": TRON_ADDRESS, "token_id": USDT_TRC20, "value": "100"});
    merged(fields, changes)
}

#[tokio::test]
async fn charges_the_network_fee_to_the_merchant_or_the_receiver() {
    let merchant = Merchant::open().await;
    let bep20 = json!({"token_id": USDT_BEP20, "address": EVM_ADDRESS});
    let pays = |changes: &Value| merged(changes.clone(), json!({"merchant_pays_fee": true}));
    // Fields, net_receivable, fee and its coin, what leaves USDT and TRX.
    for (id, changes, net, fee, coin, usdt, trx) in [
        (
            "w1",
            bep20.clone(),
            "99.5",
            "0.5",
            "USDT",
            "99900",
            "100000",
        ),
        (
            "w2",
            pays(&bep20),
            "100",
            "0.5",
            "USDT",
            "99899.5",
            "100000",
        ),
        ("w3", pays(&json!({})), "100", "14", "TRX", "99900", "99986"),
    ] {
        let merchant = Merchant::open().await;
        let made = merchant.ask("withdraw", &out(id, changes)).await;
        assert_eq!(
            (
                &made["net_receivable"],
                &made["network_fee"],
                &made["network_fee_crypto"]
            ),
            (&json!(net), &json!(fee), &json!(coin)),
            "{id}"
        );
        assert_eq!(made["order_id"].as_str().unwrap().len(), 33);
        assert_ne!(made["order_id"], made["record_id"]);
        assert_eq!(merchant.balance("USDT").0, usdt, "{id}");
        assert_eq!(merchant.balance("TRX").0, trx, "{id}");
        merchant.sandbox.complete(id).await.unwrap();
        assert_eq!(merchant.balance("USDT"), (usdt.to_owned(), "0".to_owned()));
        assert_eq!(merchant.balance("TRX"), (trx.to_owned(), "0".to_owned()));
    }
    // The receiver pays a fee of another coin with as much of the token as it is worth.
    let made = merchant.ask("withdraw", &out("w4", json!({}))).await;
    let worth: f64 = 100.0
        - made["net_receivable"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap();
    let value: f64 = made["network_fee_value"].as_str().unwrap().parse().unwrap();
    assert!((worth - value).abs() < 0.01, "{made}");
    assert_eq!(
        (&made["network_fee"], &made["network_fee_crypto"]),
        (&json!("14"), &json!("TRX"))
    );
    assert_eq!(merchant.balance("TRX").0, "100000");
}

#[tokio::test]
async fn a_withdrawal_goes_from_pending_over_processing_to_its_end() {
    let merchant = Merchant::open().await;
    let made = merchant
        .ask("withdraw", &out("w1", json!({"memo": 17})))
        .await;
    assert_eq!(
        merchant.balance("USDT"),
        ("99900".to_owned(), "100".to_owned())
    );
    let info = async |id: &str| merchant.info(id).await;
    let waiting = info("w1").await;
    assert_eq!(waiting["order_detail"]["status"], "Pending");
    assert_eq!(waiting["order_detail"]["order_id"], made["order_id"]);
    assert!(waiting["order_detail"].get("product_price").is_none());
    assert_eq!(waiting["trade_list"], json!([]));
    merchant.sandbox.process("w1").await.unwrap();
    assert!(merchant.sandbox.process("w1").await.is_err());
    assert_eq!(info("w1").await["order_detail"]["status"], "Processing");
    merchant.sandbox.complete("w1").await.unwrap();
    let done = info("w1").await;
    assert_eq!(done["order_detail"]["status"], "Successful");
    assert_eq!(done["trade_list"].as_array().unwrap().len(), 1);
    assert_eq!(done["trade_list"][0]["txid"].as_str().unwrap().len(), 64);
    assert_eq!(done["trade_list"][0]["network_fee_crypto"], "TRX");
    assert!(merchant.sandbox.reject("w1").await.is_err());
    assert!(merchant.sandbox.complete("w1").await.is_err());

    merchant
        .ask("withdraw", &out("w2", json!({"merchant_pays_fee": true})))
        .await;
    merchant.sandbox.reject("w2").await.unwrap();
    let failed = info("w2").await;
    assert_eq!(failed["order_detail"]["status"], "Failed");
    assert_eq!(failed["trade_list"], json!([]));
    assert_eq!(
        merchant.balance("USDT"),
        ("99900".to_owned(), "0".to_owned())
    );
    assert_eq!(
        merchant.balance("TRX"),
        ("100000".to_owned(), "0".to_owned())
    );
    // Paying a withdrawal completes it.
    merchant.ask("withdraw", &out("w3", json!({}))).await;
    assert!(merchant.sandbox.pay("w3", Some("1")).await.is_err());
    assert_eq!(merchant.pay("w3", "").await.status, OrderStatus::Completed);
    merchant.ask("withdraw", &out("w4", json!({}))).await;
    assert_eq!(
        merchant.sandbox.expire("w4").await.unwrap().gateway_state,
        "Failed"
    );
}

#[tokio::test]
async fn transfers_inside_cwallet_have_no_fee() {
    let merchant = Merchant::open().await;
    for (id, to, token) in [
        ("w1", "9558861", USDT_TRC20),
        ("w2", "BOB@cwallet.test", USDT_POLYGON),
    ] {
        let made = merchant
            .ask(
                "withdraw",
                &out(id, json!({"address": to, "token_id": token})),
            )
            .await;
        assert_eq!(
            (&made["network_fee"], &made["net_receivable"]),
            (&json!("0"), &json!("100"))
        );
        merchant.sandbox.complete(id).await.unwrap();
        assert_eq!(merchant.info(id).await["trade_list"][0]["txid"], "");
    }
    assert_eq!(merchant.balance("USDT").0, "99800");
    let body = out("w3", json!({"address": "1"}));
    assert_eq!(
        merchant.refused("withdraw", &body).await,
        (224_083, "ToUserNotFound".to_owned())
    );
}

#[tokio::test]
async fn refused_withdrawals_change_nothing() {
    let merchant = Merchant::with(|builder| builder.ccpayment_balance("TRX", "13")).await;
    merchant.create("m1", json!({})).await;
    for (changes, reason) in [
        (json!({"merchant_order_id": "m1"}), "OrderDuplicate"),
        (json!({"merchant_order_id": null}), "ArgumentInvalid"),
        (json!({"address": ""}), "ArgumentInvalid"),
        (json!({"address": EVM_ADDRESS}), "ArgumentInvalid"),
        (
            json!({"address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"}),
            "ArgumentInvalid",
        ),
        (json!({"address": "nobody@cwallet.test"}), "ToUserNotFound"),
        (json!({"token_id": "x"}), "TokenNotAvailable"),
        (
            json!({"token_id": USDT_POLYGON, "address": EVM_ADDRESS}),
            "TokenNotAvailable",
        ),
        (json!({"value": "0.9"}), "ArgumentInvalid"),
        (json!({"value": "1.1"}), "ArgumentInvalid"),
        (json!({"value": "5.1234567"}), "ArgumentInvalid"),
        (json!({"value": "-5"}), "ArgumentInvalid"),
        (json!({"value": 5}), "ArgumentInvalid"),
        (json!({"value": "100001"}), "BalanceInsufficient"),
        // Enough to send, too little for the fee.
        (json!({"merchant_pays_fee": true}), "BalanceInsufficient"),
        (json!({"merchant_pays_fee": "true"}), "ArgumentInvalid"),
        (json!({"memo": 1.5}), "ArgumentInvalid"),
        (json!({"memo": ["x"]}), "ArgumentInvalid"),
    ] {
        let (_, received) = merchant
            .refused("withdraw", &out("w1", changes.clone()))
            .await;
        assert_eq!(received, reason, "{changes}: {}", merchant.reason());
    }
    assert_eq!(merchant.sandbox.orders().len(), 1);
    assert_eq!(
        merchant.balance("USDT"),
        ("100000".to_owned(), "0".to_owned())
    );
    assert_eq!(merchant.balance("TRX"), ("13".to_owned(), "0".to_owned()));
    // A coin on its way out is withdrawn all the same.
    merchant
        .ask(
            "withdraw",
            &out("w2", json!({"token_id": FTM, "address": EVM_ADDRESS})),
        )
        .await;
}

#[tokio::test]
async fn accepts_one_withdrawal_per_lightning_invoice() {
    let merchant = Merchant::open().await;
    let invoice = json!({"token_id": SATS, "address": "lnbc1sandbox0invoice", "value": "500"});
    merchant.ask("withdraw", &out("w1", invoice.clone())).await;
    let again = merchant
        .refused("withdraw", &out("w2", invoice.clone()))
        .await;
    assert_eq!(again.1, "ArgumentInvalid");
    merchant.sandbox.reject("w1").await.unwrap();
    merchant.ask("withdraw", &out("w2", invoice)).await;
}
