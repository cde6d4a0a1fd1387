//! The five kinds of webhooks.

use payments_sandbox::{CcpaymentDeposit, CcpaymentInvoice};
use serde_json::{Value, json};

use super::merchant::{
    BTC, EVM_ADDRESS, Merchant, TRON_ADDRESS, USDT_BEP20, USDT_TRC20, XRP, receiver, webhook,
};

const CONTRACT: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

/// An id that was made up, checked by its look and taken out.
fn take(body: &mut Value, name: &str, length: usize) -> String {
    let value = body.as_object_mut().unwrap().remove(name).unwrap();
    let text = value.as_str().unwrap().to_owned();
    assert_eq!(text.len(), length, "{name} {text}");
    text
}

#[tokio::test]
async fn sends_an_api_deposit_webhook() {
    let merchant = Merchant::open().await;
    let shop = receiver(&[]).await;
    let made = merchant
        .create("m1", json!({"notify_url": shop.url(), "custom_value": "c"}))
        .await;
    merchant.pay("m1", "10").await;
    merchant.sandbox.webhooks_quiet().await;
    merchant.pay("m1", "").await;
    merchant.sandbox.webhooks_quiet().await;
    let (_, mut first) = webhook(&merchant, &shop, 0);
    let (_, second) = webhook(&merchant, &shop, 1);
    assert_ne!(first["record_id"], second["record_id"]);
    assert_eq!(second["paid_amount"], "15");
    take(&mut first, "record_id", 33);
    take(&mut first, "txid", 64);
    assert_eq!(
        first,
        json!({
            "pay_status": "success", "order_type": "API Deposit", "order_id": made["order_id"],
            "extend": {"merchant_order_id": "m1", "custom_value": "c"},
            "product_price": "25", "denominated_currency": "USD", "order_amount": "25",
            "fiat_rate": "1", "token_rate": "1", "paid_amount": "10",
            "chain": "TRX", "contract": CONTRACT, "crypto": "USDT",
        })
    );
    // In the order of the page, and compact.
    let body = &shop.requests()[0].1;
    assert!(
        body.starts_with(r#"{"pay_status":"success","order_type":"API Deposit","record_id":""#),
        "{body}"
    );
    // An order that expires sends no webhook.
    merchant
        .create("m2", json!({"notify_url": shop.url()}))
        .await;
    merchant.sandbox.expire("m2").await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(shop.requests().len(), 2);
}

#[tokio::test]
async fn a_price_in_coins_has_two_equal_rates() {
    let merchant = Merchant::open().await;
    let shop = receiver(&[]).await;
    let changes = json!({"notify_url": shop.url(), "token_id": BTC, "product_price": "0.5", "denominated_currency": "token"});
    merchant.create("m1", changes).await;
    merchant.pay("m1", "").await;
    merchant.sandbox.webhooks_quiet().await;
    let (_, body) = webhook(&merchant, &shop, 0);
    assert_eq!(
        (&body["order_amount"], &body["denominated_currency"]),
        (&json!("0.5"), &json!("token"))
    );
    assert_eq!(body["fiat_rate"], body["token_rate"]);
    assert!(body["extend"].get("custom_value").is_none());
}

#[tokio::test]
async fn sends_a_direct_deposit_webhook() {
    let merchant = Merchant::open().await;
    let shop = receiver(&[]).await;
    for chain in ["TRX", "BTC", "XRP"] {
        let body = json!({"user_id": "user-1", "chain": chain, "notify_url": shop.url()});
        merchant.ask("payment/address/get", &body).await;
    }
    let place = merchant
        .ask(
            "payment/address/get",
            &json!({"user_id": "user-1", "chain": "TRX"}),
        )
        .await;
    for token in [USDT_TRC20, BTC, XRP] {
        let deposit = CcpaymentDeposit::new("user-1", token, "666");
        merchant.sandbox.ccpayment_deposit(&deposit).await.unwrap();
        merchant.sandbox.webhooks_quiet().await;
    }
    let (_, mut body) = webhook(&merchant, &shop, 0);
    take(&mut body, "record_id", 33);
    take(&mut body, "txid", 64);
    let from = take(&mut body, "from_address", 34);
    assert_ne!(json!(from), place["address"]);
    assert_eq!(
        body,
        json!({
            "pay_status": "success", "order_type": "Direct Deposit", "user_id": "user-1",
            "paid_amount": "666", "credit_amount": "665.8002", "service_fee": "0.1998",
            "chain": "TRX", "contract": CONTRACT, "crypto": "USDT", "to_address": place["address"], "memo": "",
        })
    );
    assert!(webhook(&merchant, &shop, 1).1.get("from_address").is_none());
    assert!(
        !webhook(&merchant, &shop, 2).1["memo"]
            .as_str()
            .unwrap()
            .is_empty()
    );
    for (user, token, amount) in [
        ("user-2", USDT_TRC20, "1"),
        ("user-1", "x", "1"),
        ("user-1", USDT_TRC20, "0"),
        ("user-1", USDT_BEP20, "1"),
    ] {
        let deposit = CcpaymentDeposit::new(user, token, amount);
        assert!(
            merchant.sandbox.ccpayment_deposit(&deposit).await.is_err(),
            "{user} {token} {amount}"
        );
    }
}

#[tokio::test]
async fn sends_an_invoice_webhook_for_a_payment_or_a_failure() {
    let shop = receiver(&[]).await;
    let url = shop.url();
    let merchant = Merchant::with(|builder| builder.ccpayment_webhook_url(url)).await;
    let invoice = CcpaymentInvoice::new("payer@shop.test", USDT_TRC20, "20");
    let paid = merchant.sandbox.ccpayment_invoice(&invoice).await.unwrap();
    merchant.pay(&paid.order_id, "").await;
    merchant.sandbox.webhooks_quiet().await;
    let unpaid = merchant.sandbox.ccpayment_invoice(&invoice).await.unwrap();
    merchant.wait(86_400).await;
    let (_, mut body) = webhook(&merchant, &shop, 0);
    take(&mut body, "record_id", 33);
    take(&mut body, "txid", 64);
    take(&mut body["extend"], "invoice_id", 33);
    assert_eq!(
        body,
        json!({
            "pay_status": "success", "order_type": "Invoice", "order_id": paid.order_id,
            "extend": {"user_email": "payer@shop.test"},
            "product_price": "20", "denominated_currency": "USD", "order_amount": "20", "fiat_rate": "1", "token_rate": "1",
            "paid_amount": "20", "credit_amount": "19.994", "network_fee": "0", "service_fee": "0.006",
            "chain": "TRX", "contract": CONTRACT, "crypto": "USDT", "memo": "",
        })
    );
    let (_, failed) = webhook(&merchant, &shop, 1);
    assert_eq!(
        (&failed["pay_status"], &failed["order_id"]),
        (&json!("failed"), &json!(unpaid.order_id))
    );
    assert_eq!(
        (&failed["paid_amount"], &failed["credit_amount"]),
        (&json!(""), &json!(""))
    );
    assert!(merchant.sandbox.pay(&unpaid.order_id, None).await.is_err());
    for (email, token, price) in [
        ("nobody", USDT_TRC20, "1"),
        ("a@b c", USDT_TRC20, "1"),
        ("a@b", "x", "1"),
        ("a@b", USDT_TRC20, "1.001"),
    ] {
        let invoice = CcpaymentInvoice::new(email, token, price);
        assert!(
            merchant.sandbox.ccpayment_invoice(&invoice).await.is_err(),
            "{email} {token} {price}"
        );
    }
}

#[tokio::test]
async fn sends_an_api_withdrawal_webhook() {
    let shop = receiver(&[]).await;
    let url = shop.url();
    let merchant = Merchant::with(|builder| builder.ccpayment_webhook_url(url)).await;
    let mut made = Vec::new();
    for (id, to, memo) in [
        ("w1", TRON_ADDRESS, "7"),
        ("w2", "9558861", ""),
        ("w3", TRON_ADDRESS, ""),
    ] {
        let body = json!({
            "merchant_order_id": id, "address": to, "token_id": USDT_TRC20, "value": "100", "memo": memo,
            "merchant_pays_fee": id == "w1",
        });
        made.push(merchant.ask("withdraw", &body).await);
    }
    merchant.sandbox.complete("w1").await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    merchant.sandbox.complete("w2").await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    merchant.sandbox.reject("w3").await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    let (_, mut body) = webhook(&merchant, &shop, 0);
    take(&mut body, "txid", 64);
    assert_eq!(
        body,
        json!({
            "pay_status": "success", "order_type": "API Withdrawal", "record_id": made[0]["record_id"],
            "order_id": made[0]["order_id"], "merchant_order_id": "w1", "withdraw_amount": "100",
            "net_receivable": "100", "network_fee": "14", "network_fee_crypto": "TRX",
            "network_coin_id": made[0]["network_coin_id"], "network_fee_value": made[0]["network_fee_value"],
            "chain": "TRX", "contract": CONTRACT, "crypto": "USDT", "to_address": TRON_ADDRESS, "memo": "7",
            "merchant_pays_fee": true,
        })
    );
    let (_, inside) = webhook(&merchant, &shop, 1);
    assert_eq!(
        (&inside["txid"], &inside["network_fee"]),
        (&json!("internal transfer"), &json!("0"))
    );
    assert_eq!(inside["merchant_pays_fee"], false);
    let (_, failed) = webhook(&merchant, &shop, 2);
    assert_eq!(
        (&failed["pay_status"], &failed["txid"]),
        (&json!("failed"), &json!(""))
    );
}

#[tokio::test]
async fn sends_a_refund_webhook() {
    let merchant = Merchant::open().await;
    let shop = receiver(&[]).await;
    merchant
        .create(
            "m1",
            json!({"token_id": USDT_BEP20, "notify_url": shop.url()}),
        )
        .await;
    merchant.pay("m1", "").await;
    merchant.sandbox.webhooks_quiet().await;
    for end in ["complete", "reject"] {
        let refund = merchant.sandbox.refund("m1", "5").await.unwrap();
        match end {
            "complete" => merchant.sandbox.complete(&refund.order_id).await.unwrap(),
            _ => merchant.sandbox.reject(&refund.order_id).await.unwrap(),
        };
        merchant.sandbox.webhooks_quiet().await;
    }
    let (_, mut body) = webhook(&merchant, &shop, 1);
    take(&mut body, "record_id", 33);
    take(&mut body, "txid", 64);
    take(&mut body, "network_coin_id", 36);
    let to = take(&mut body, "to_address", EVM_ADDRESS.len());
    assert_eq!(
        json!(to),
        merchant.info("m1").await["refund_list"][0]["address"]
    );
    assert_eq!(
        body,
        json!({
            "pay_status": "success", "order_type": "Refund", "merchant_order_id": "m1", "amount": "5",
            "net_receivable": "4.5", "network_fee": "0.5", "network_crypto": "USDT", "chain": "BSC",
            "contract": "0x55d398326f99059ff775485246999027b3197955", "crypto": "USDT", "memo": "",
        })
    );
    assert_eq!(webhook(&merchant, &shop, 2).1["pay_status"], "failed");
}

#[tokio::test]
async fn pushes_every_state_only_if_asked_for() {
    let merchant = Merchant::with(|builder| builder.ccpayment_push_every_state(true)).await;
    let shop = receiver(&[]).await;
    let quiet = Merchant::open().await;
    let silence = receiver(&[]).await;
    for (merchant, shop) in [(&merchant, &shop), (&quiet, &silence)] {
        merchant
            .create("m1", json!({"notify_url": shop.url()}))
            .await;
        for _ in 0..2 {
            let seen = merchant.sandbox.process("m1").await.unwrap();
            assert_eq!(seen.status.as_str(), "processing");
            assert_eq!(
                merchant.info("m1").await["order_detail"]["status"],
                "Processing"
            );
            assert_eq!(merchant.info("m1").await["trade_list"], json!([]));
            merchant.sandbox.webhooks_quiet().await;
        }
        assert!(merchant.sandbox.process("m1").await.is_err());
        // Another payment on the way of the one that was seen.
        assert_eq!(merchant.pay("m1", "3").await.gateway_state, "Underpayment");
        merchant.sandbox.webhooks_quiet().await;
        assert_eq!(merchant.pay("m1", "").await.gateway_state, "Overpayment");
        merchant.sandbox.webhooks_quiet().await;
    }
    let received: Vec<_> = (0..4).map(|at| webhook(&merchant, &shop, at).1).collect();
    let states: Vec<_> = received
        .iter()
        .map(|body| body["pay_status"].clone())
        .collect();
    assert_eq!(states, ["pending", "processing", "success", "success"]);
    for at in [1, 3] {
        assert_eq!(received[0]["record_id"], received[at]["record_id"]);
        assert_eq!(received[0]["txid"], received[at]["txid"]);
    }
    assert_ne!(received[0]["record_id"], received[2]["record_id"]);
    assert_eq!(silence.requests().len(), 2, "final states only");
}

#[tokio::test]
async fn a_deposit_that_was_only_seen_is_credited_when_it_is_final() {
    let mut receiver = receiver(&[]).await;
    let merchant = Merchant::with(|builder| {
        let builder = builder.ccpayment_webhook_url(receiver.url());
        builder.ccpayment_push_every_state(true)
    })
    .await;
    let address = json!({"user_id": "1001", "chain": "TRX"});
    merchant.ask("payment/address/get", &address).await;
    let before = merchant.balance("USDT");
    let body =
        json!({"user_id": "1001", "token_id": USDT_TRC20, "amount": "10", "seen_only": true});
    let path = "/_sandbox/ccpayment/deposits";
    let headers = [("Content-Type", "application/json")];
    let made = merchant
        .post(path, &headers, &body.to_string())
        .await
        .json();
    assert_eq!(
        (&made["status"], &made["received_amount"]),
        (&json!("pending"), &json!("0"))
    );
    let id = made["order_id"].as_str().unwrap();
    merchant.sandbox.webhooks_quiet().await;
    assert!(merchant.sandbox.pay(id, Some("10")).await.is_err());
    merchant.sandbox.process(id).await.unwrap();
    assert!(merchant.sandbox.process(id).await.is_err());
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(merchant.balance("USDT"), before);
    merchant.sandbox.pay(id, None).await.unwrap();
    assert!(merchant.sandbox.pay(id, None).await.is_err());
    assert_ne!(merchant.balance("USDT"), before);
    receiver.wait_for(3).await;
    let bodies: Vec<Value> = (0..3)
        .map(|at| webhook(&merchant, &receiver, at).1)
        .collect();
    let states: Vec<_> = bodies
        .iter()
        .map(|body| body["pay_status"].clone())
        .collect();
    assert_eq!(states, ["pending", "processing", "success"]);
    assert!(
        bodies
            .iter()
            .all(|body| body["record_id"] == bodies[0]["record_id"])
    );
}
