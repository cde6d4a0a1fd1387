//! Orders with an address, and invoices with a page.

use serde_json::{Value, json};

use super::merchant::{Merchant, POL, START_S, USDT, merged, refusal};
use crate::support::http;

fn order(id: &str, changes: Value) -> Value {
    let usual = json!({ "orderId": id, "coinId": USDT, "chain": "POLYGON", "price": "10.5", "fiatId": 1033 });
    merged(usual, changes)
}

fn invoice(id: &str, changes: Value) -> Value {
    merged(
        json!({ "orderId": id, "price": "10", "priceFiatId": 1033 }),
        changes,
    )
}

#[tokio::test]
async fn an_order_is_paid_in_parts_and_the_merchant_adds_up() {
    let merchant = Merchant::open().await;
    let made = merchant
        .ask(
            "createAppOrderDepositAddress",
            &order("order-1", json!({ "coinId": POL })),
        )
        .await;
    assert_eq!(made["amount"], "42");
    assert_eq!(
        (&made["memo"], &made["confirmsNeeded"]),
        (&json!(""), &json!(50))
    );
    assert!(made.get("checkoutUrl").is_none());
    let ask = json!({ "orderId": "order-1" });
    let info = merchant.ask("getAppOrderInfo", &ask).await;
    assert_eq!(info["toAddress"], made["address"]);
    assert_eq!(info["expiredAt"], START_S + 86_400);
    assert_eq!(
        (&info["rate"], &info["fiatId"]),
        (&json!("0.25"), &json!(1033))
    );
    assert_eq!(info["paidList"], json!([]));

    merchant.pay("order-1", "2").await;
    assert_eq!(
        merchant.sandbox.order("order-1").unwrap().funds.as_str(),
        "under"
    );
    merchant.pay("order-1", "").await;
    merchant.pay("order-1", "1").await;
    let info = merchant.ask("getAppOrderInfo", &ask).await;
    let amounts: Vec<&Value> = info["paidList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["amount"])
        .collect();
    assert_eq!(amounts, ["2", "40", "1"]);
    let first = &info["paidList"][0];
    assert_eq!(
        (&first["serviceFee"], &first["status"]),
        (&json!("0.01"), &json!("Success"))
    );
    assert_eq!(first["recordId"].as_str().unwrap().len(), 32);
    // 43 without a fee of 0.5 %.
    assert_eq!(merchant.balance("POL").0, "100042.785");
    assert_eq!(
        merchant.sandbox.order("order-1").unwrap().funds.as_str(),
        "over"
    );
}

#[tokio::test]
async fn a_payment_is_noticed_until_seven_days_after_the_order_expired() {
    let merchant = Merchant::open().await;
    let at = START_S + 3_600;
    let body = order("order-1", json!({ "expiredAt": at }));
    merchant.ask("createAppOrderDepositAddress", &body).await;
    merchant.wait(3_600 + 7 * 86_400 - 1).await;
    assert_eq!(
        merchant.sandbox.order("order-1").unwrap().status.as_str(),
        "closed"
    );
    merchant.pay("order-1", "1").await;
    merchant.wait(1).await;
    assert!(merchant.sandbox.pay("order-1", Some("1")).await.is_err());
    let info = merchant
        .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
        .await;
    assert_eq!(info["paidList"].as_array().unwrap().len(), 1);
    assert!(info["paidList"][0]["arrivedAt"].as_u64().unwrap() > at);
}

#[tokio::test]
async fn seen_failed_and_risky_payments_are_listed_and_not_credited() {
    let merchant = Merchant::open().await;
    merchant
        .ask("createAppOrderDepositAddress", &order("order-1", json!({})))
        .await;
    let before = merchant.balance("USDT");
    merchant.sandbox.process("order-1").await.unwrap();
    let ask = json!({ "orderId": "order-1" });
    let info = merchant.ask("getAppOrderInfo", &ask).await;
    assert_eq!(info["paidList"][0]["status"], "Processing");
    merchant.sandbox.fail("order-1").await.unwrap();
    merchant.sandbox.ccpayment_v2_risky(true);
    merchant.pay("order-1", "10.5").await;
    let info = merchant.ask("getAppOrderInfo", &ask).await;
    let rows = info["paidList"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["status"], "Failed");
    assert_eq!(
        (&rows[1]["status"], &rows[1]["isFlaggedAsRisky"]),
        (&json!("Success"), &json!(true))
    );
    assert_eq!(merchant.balance("USDT"), before);
    assert_ne!(
        merchant.sandbox.order("order-1").unwrap().status.as_str(),
        "completed"
    );
}

#[tokio::test]
async fn refuses_orders_with_the_documented_codes_and_keeps_no_trace() {
    let merchant = Merchant::open().await;
    for (changes, code) in [
        (json!({ "orderId": "ab" }), 11_000),
        (json!({ "orderId": "x".repeat(65) }), 11_000),
        (json!({ "orderId": null }), 11_000),
        (json!({ "price": "0" }), 11_000),
        (json!({ "price": "-1" }), 11_000),
        (json!({ "price": "1e3" }), 11_000),
        (json!({ "price": "abc" }), 11_000),
        (json!({ "price": 10.5 }), 11_000),
        (json!({ "price": "10.501" }), 11_000),
        (json!({ "fiatId": 7 }), 11_000),
        (json!({ "expiredAt": START_S }), 11_000),
        (json!({ "expiredAt": START_S + 864_001 }), 11_012),
        (json!({ "coinId": 7 }), 13_000),
        (json!({ "chain": "MOON" }), 13_001),
        (json!({ "chain": "BSC" }), 15_003),
        (json!({ "returnUrl": "ftp://x" }), 11_000),
    ] {
        let body = order("order-1", changes);
        let code_of = merchant
            .refused("createAppOrderDepositAddress", &body)
            .await;
        assert_eq!(code_of, code, "{body}: {}", merchant.reason());
    }
    assert!(merchant.sandbox.orders().is_empty());
    merchant
        .ask("createAppOrderDepositAddress", &order("order-1", json!({})))
        .await;
    let again = order("order-1", json!({ "price": "11" }));
    assert_eq!(
        merchant
            .refused("createAppOrderDepositAddress", &again)
            .await,
        11_011
    );
    // An invoice is of another kind.
    merchant
        .ask("createInvoiceUrl", &invoice("order-1", json!({})))
        .await;
    let again = invoice("order-1", json!({}));
    assert_eq!(merchant.refused("createInvoiceUrl", &again).await, 11_011);
}

#[tokio::test]
async fn an_invoice_is_priced_in_exactly_one_unit() {
    let merchant = Merchant::open().await;
    for changes in [
        json!({ "priceCoinId": USDT }),
        json!({ "priceFiatId": null }),
        json!({ "price": "10.001" }),
        json!({ "product": "x".repeat(121) }),
    ] {
        let body = invoice("invoice-1", changes);
        assert_eq!(
            merchant.refused("createInvoiceUrl", &body).await,
            11_000,
            "{body}"
        );
    }
    let by_text = invoice("invoice-1", json!({ "priceFiatId": "1033" }));
    merchant.ask("createInvoiceUrl", &by_text).await;
    let in_coins = json!({ "orderId": "invoice-2", "price": "0.123456", "priceCoinId": POL });
    merchant.ask("createInvoiceUrl", &in_coins).await;
    let info = merchant
        .ask("getInvoiceOrderInfo", &json!({ "orderId": "invoice-2" }))
        .await;
    assert_eq!(
        (&info["priceCoinId"], &info["priceSymbol"]),
        (&json!(POL), &json!("POL"))
    );
    assert!(info.get("priceFiatId").is_none());
}

#[tokio::test]
async fn an_invoice_is_paid_in_several_coins() {
    let merchant = Merchant::open().await;
    let body = invoice(
        "invoice-1",
        json!({ "returnUrl": "https://shop.example/done" }),
    );
    let made = merchant.ask("createInvoiceUrl", &body).await;
    assert!(merchant.sandbox.pay("invoice-1", None).await.is_err());
    merchant
        .sandbox
        .ccpayment_v2_choose("invoice-1", USDT, "TRX")
        .await
        .unwrap();
    merchant.pay("invoice-1", "4").await;
    merchant
        .sandbox
        .ccpayment_v2_choose("invoice-1", POL, "POLYGON")
        .await
        .unwrap();
    merchant.pay("invoice-1", "").await;
    let info = merchant
        .ask("getInvoiceOrderInfo", &json!({ "orderId": "invoice-1" }))
        .await;
    assert_eq!(info["invoiceUrl"], made["invoiceUrl"]);
    assert_eq!(info["totalPaidValue"], "10");
    let last = &info["paidList"][1];
    assert_eq!(
        (&last["paidAmount"], &last["paidValue"], &last["rate"]),
        (&json!("24"), &json!("6"), &json!("4"))
    );
    assert_eq!(
        merchant.sandbox.order("invoice-1").unwrap().status.as_str(),
        "completed"
    );
}

#[tokio::test]
async fn the_payer_chooses_and_pays_on_the_page() {
    let merchant = Merchant::open().await;
    let made = merchant
        .ask("createInvoiceUrl", &invoice("invoice-1", json!({})))
        .await;
    let base = merchant.sandbox.base_url().to_owned();
    let path = made["invoiceUrl"]
        .as_str()
        .unwrap()
        .strip_prefix(&base)
        .unwrap()
        .to_owned();
    let key = path.split_once("key=").unwrap().1.to_owned();
    let address = merchant.sandbox.local_addr();
    let show = async || http::send(address, "GET", &path, &[], "").await.body;
    assert!(show().await.contains("Choose the coin and the network"));
    for (button, fields) in [("choose", "choice=1280+TRX"), ("pay", "amount=4")] {
        let form = format!("key={key}&{fields}");
        let to = format!("/ccpayment_v2/pay/{button}");
        let answer = http::send(address, "POST", &to, &[http::FORM], &form).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
    assert!(show().await.contains("6 USDT"));
    let info = merchant
        .ask("getInvoiceOrderInfo", &json!({ "orderId": "invoice-1" }))
        .await;
    assert_eq!(info["totalPaidValue"], "4");
    let gone = http::send(address, "GET", "/ccpayment_v2/pay?key=", &[], "").await;
    assert_eq!(gone.status, 403);
}

#[tokio::test]
async fn an_order_with_a_page_has_its_link_in_both_answers() {
    let merchant = Merchant::open().await;
    let body = order("order-1", json!({ "generateCheckoutURL": true }));
    let made = merchant.ask("createAppOrderDepositAddress", &body).await;
    let info = merchant
        .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
        .await;
    assert_eq!(made["checkoutUrl"], info["checkoutUrl"]);
    assert!(
        made["checkoutUrl"]
            .as_str()
            .unwrap()
            .starts_with(merchant.sandbox.base_url())
    );
    let wrong = order("order-2", json!({ "generateCheckoutURL": "yes" }));
    let answer = merchant
        .send("createAppOrderDepositAddress", &wrong.to_string())
        .await;
    assert_eq!(refusal(&answer), 11_000);
}
