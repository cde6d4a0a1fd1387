//! Controls: the page, the addresses, and webhooks that come twice or in another order.

use payments_sandbox::{Fault, Gateway};
use serde_json::{Value, json};

use super::merchant::{EVM_ADDRESS, Merchant, POL, USDT, receiver, webhook};

fn payout(id: &str) -> Value {
    json!({ "orderId": id, "coinId": USDT, "chain": "POLYGON", "address": EVM_ADDRESS, "amount": "5" })
}

#[tokio::test]
async fn the_page_shows_switches_coins_addresses_and_works_by_its_forms() {
    let merchant =
        Merchant::with(|builder| builder.ccpayment_v2_webhook_url("http://127.0.0.1:9/")).await;
    let body = json!({ "referenceId": "customer-7", "chain": "XRP" });
    let made = merchant.ask("getOrCreateAppDepositAddress", &body).await;
    let page = merchant.look("ccpayment_v2").await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("Content-Type")
            .unwrap()
            .starts_with("text/html")
    );
    for text in [
        "customer-7",
        made["memo"].as_str().unwrap(),
        "/_sandbox/settings#setting-ccpayment_v2_risky",
        "Probe http://127.0.0.1:9/",
        "9558861",
        "ETH_SEPOLIA",
    ] {
        assert!(page.body.contains(text), "{text}");
    }
    let secret = &merchant.sandbox.credentials().ccpayment_v2.app_secret;
    assert!(!page.body.contains(secret.as_str()));
    let press = async |path: &str, form: &str| {
        let address = merchant.sandbox.local_addr();
        let headers = [crate::support::http::FORM, ("Accept", "text/html")];
        let path = format!("/_sandbox/{path}");
        crate::support::http::send(address, "POST", &path, &headers, form)
            .await
            .status
    };
    assert_eq!(press("settings", "ccpayment_v2_risky=true").await, 303);
    let deposit = "reference_id=customer-7&coin_id=9004&chain=XRP&amount=5";
    assert_eq!(press("ccpayment_v2/deposits", deposit).await, 303);
    let withdrawal = "coin_id=1280&chain=POLYGON&amount=5";
    assert_eq!(
        press("ccpayment_v2/auto_withdrawals", withdrawal).await,
        303
    );
    assert_eq!(press("ccpayment_v2/probe", "").await, 303);
    let page = merchant.look("ccpayment_v2").await.body;
    let refund = "Refund the risky deposit of 5 XRP";
    assert!(page.contains(refund));
    let orders = merchant.sandbox.orders();
    let risky = orders.iter().find(|order| order.user_id == "customer-7");
    let path = format!("orders/{}/refund", risky.unwrap().order_id);
    assert_eq!(press(&path, "amount=5").await, 303);
    let page = merchant.look("ccpayment_v2").await.body;
    assert!(!page.contains(refund));
    let overview = merchant.look("").await.body;
    assert!(overview.contains(r#"href="/_sandbox/ccpayment_v2""#));
}

#[tokio::test]
async fn every_address_that_cannot_be_unbound_is_refused_with_its_code() {
    let merchant = Merchant::open().await;
    let body = json!({ "referenceId": "customer-7", "chain": "TRX" });
    let made = merchant.ask("getOrCreateAppDepositAddress", &body).await;
    let list = merchant.look("ccpayment_v2/addresses").await.json();
    let rows = list["addresses"].as_array().unwrap();
    let first = json!({ "kind": "permanent", "reference_id": "customer-7", "chain": "TRX",
        "address": made["address"], "memo": "" });
    assert_eq!(rows[0], first);
    for (kind, code) in [("never_used", 17_000), ("other_merchant", 17_001)] {
        let rows = rows.iter().filter(|row| row["kind"] == kind);
        let rows: Vec<&Value> = rows.collect();
        assert_eq!(rows.len(), 6);
        for row in rows {
            let body = json!({ "chain": row["chain"], "address": row["address"] });
            assert_eq!(
                merchant.refused("addressUnbinding", &body).await,
                code,
                "{row}"
            );
        }
    }
    let body = json!({ "chain": "POLYGON", "address": EVM_ADDRESS });
    assert_eq!(merchant.refused("addressUnbinding", &body).await, 17_007);
    // 17006: whether the address was cut off is not known.
    let own = json!({ "chain": "TRX", "address": made["address"] });
    let fault = Fault::after(Gateway::CCPAYMENT_V2).code(17_006);
    merchant.sandbox.fault(fault).unwrap();
    assert_eq!(merchant.refused("addressUnbinding", &own).await, 17_006);
    assert_eq!(merchant.refused("addressUnbinding", &own).await, 17_003);
    let list = merchant.look("ccpayment_v2/addresses").await.json();
    assert_eq!(list["addresses"][0]["kind"], "unbound");
}

#[tokio::test]
async fn a_fault_with_a_published_code_has_its_name() {
    let merchant = Merchant::open().await;
    for (code, name) in [
        (11_018, "FrequentOperation"),
        (12_003, "MerchantApiDisabled"),
        (14_026, "RiskAddress"),
        (77, "Failed"),
    ] {
        let fault = Fault::instead(Gateway::CCPAYMENT_V2).code(code);
        merchant.sandbox.fault(fault).unwrap();
        let answer = merchant.send("getCoinList", "{}").await.json();
        assert_eq!(
            (&answer["code"], &answer["msg"]),
            (&json!(code), &json!(name))
        );
    }
}

#[tokio::test]
async fn a_webhook_is_pushed_twice_or_after_a_later_one() {
    let mut console = receiver(&[]).await;
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_webhook_url(console.url())).await;
    let quiet = async || merchant.sandbox.webhooks_quiet().await;
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1"))
        .await;
    quiet().await;
    merchant
        .control("orders/payout-1/complete", json!({}))
        .await;
    quiet().await;
    let again = merchant
        .control("ccpayment_v2/webhooks/payout-1", json!({}))
        .await;
    assert_eq!(
        (again.status, &again.json()["order_status"]),
        (200, &json!("completed"))
    );
    quiet().await;
    let late = json!({ "status": "Processing" });
    assert_eq!(
        merchant
            .control("ccpayment_v2/webhooks/payout-1", late)
            .await
            .status,
        200
    );
    quiet().await;
    let body = json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "1" });
    merchant.ask("createAppOrderDepositAddress", &body).await;
    merchant.control("orders/order-1/process", json!({})).await;
    quiet().await;
    merchant.control("orders/order-1/pay", json!({})).await;
    quiet().await;
    let info = merchant
        .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
        .await;
    let record = info["paidList"][0]["recordId"].as_str().unwrap();
    merchant
        .sandbox
        .ccpayment_v2_push(record, Some("Processing"))
        .await
        .unwrap();
    let got = console.wait_for(7).await;
    let got: Vec<Value> = got
        .iter()
        .map(|request| webhook(&merchant, request).1)
        .collect();
    let statuses: Vec<&str> = got
        .iter()
        .map(|body| body["msg"]["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        statuses,
        [
            "Processing",
            "Success",
            "Success",
            "Processing",
            "Processing",
            "Success",
            "Processing"
        ]
    );
    assert_eq!(got[1], got[2]);
    // The records are as they were.
    let body = json!({ "orderId": "payout-1" });
    let row = merchant.ask("getAppWithdrawRecord", &body).await;
    assert_eq!(row["record"]["status"], "Success");
    let row = merchant
        .ask("getAppDepositRecord", &json!({ "recordId": record }))
        .await;
    assert_eq!(row["record"]["status"], "Success");

    let cwallet =
        json!({ "orderId": "payout-2", "coinId": USDT, "cwalletUser": "9454818", "amount": "5" });
    merchant.ask("applyAppWithdrawToCwallet", &cwallet).await;
    for (id, body, status) in [
        ("payout-2", json!({}), 409),
        ("payout-1", json!({ "status": "Done" }), 422),
        (record, json!({ "status": "Rejected" }), 422),
        ("nothing", json!({}), 404),
    ] {
        let path = format!("ccpayment_v2/webhooks/{id}");
        let answer = merchant.control(&path, body).await;
        assert_eq!(answer.status, status, "{id}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_delivery_that_was_given_up_is_sent_again_by_its_number() {
    let bad = crate::support::http::reply(500, "");
    let script = vec![bad.as_str(); 7];
    let mut console = receiver(&script).await;
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_webhook_url(console.url())).await;
    merchant
        .ask("applyAppWithdrawToNetwork", &payout("payout-1"))
        .await;
    merchant.sandbox.webhooks_quiet().await;
    for wait in [30_000, 60_000, 120_000, 240_000, 480_000, 960_000] {
        merchant
            .control("clock", json!({ "advance_ms": wait }))
            .await;
        merchant.sandbox.webhooks_quiet().await;
    }
    let list = merchant.look("deliveries").await.json();
    let row = &list["deliveries"][0];
    assert_eq!(
        (&row["state"], row["attempts"].as_array().unwrap().len()),
        (&json!("given_up"), 7)
    );
    let path = format!("deliveries/{}/resend", row["id"]);
    assert_eq!(merchant.control(&path, json!({})).await.status, 200);
    let got = console.wait_for(8).await;
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(webhook(&merchant, &got[0]).1, webhook(&merchant, &got[7]).1);
    assert_eq!(merchant.sandbox.deliveries()[0].state.as_str(), "delivered");
}

#[tokio::test]
async fn approval_and_risk_are_decided_by_controls() {
    let merchant = Merchant::open().await;
    merchant
        .control(
            "settings",
            json!({ "ccpayment_v2_approval": true, "ccpayment_v2_risky": true }),
        )
        .await;
    for id in ["payout-1", "payout-2"] {
        merchant.ask("applyAppWithdrawToNetwork", &payout(id)).await;
    }
    let waiting = merchant.look("orders").await.json();
    assert_eq!(waiting["orders"][0]["gateway_state"], "WaitingApproval");
    for (path, state) in [
        ("orders/payout-1/process", "Processing"),
        ("orders/payout-1/complete", "Success"),
        ("orders/payout-2/reject", "Rejected"),
    ] {
        let order = merchant.control(path, json!({})).await.json();
        assert_eq!(order["gateway_state"], state, "{path}");
    }
    assert_eq!(
        merchant.balance("USDT"),
        ("99995".to_owned(), "0".to_owned())
    );
    let body = json!({ "orderId": "order-1", "coinId": USDT, "chain": "POLYGON", "price": "10" });
    merchant.ask("createAppOrderDepositAddress", &body).await;
    let paid = merchant
        .control("orders/order-1/pay", json!({}))
        .await
        .json();
    assert_eq!(paid["status"], "pending");
    assert_eq!(merchant.balance("USDT").0, "99995");
    let info = merchant
        .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
        .await;
    assert_eq!(info["paidList"][0]["isFlaggedAsRisky"], true);
    merchant
        .control("settings", json!({ "ccpayment_v2_risky": "false" }))
        .await;
    let paid = merchant
        .control("orders/order-1/pay", json!({}))
        .await
        .json();
    assert_eq!(paid["status"], "completed");
    assert_eq!(merchant.balance("USDT").0, "100004.95");
}
