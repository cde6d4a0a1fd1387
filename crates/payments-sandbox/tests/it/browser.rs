//! The pages in a real browser. Without Chromium these tests print that and pass.
//!
//! `CHROMIUM` is the browser's program if it is not in the `PATH`; `AXE` the file `axe.min.js` of the npm package `axe-core`, by
//! which accessibility is checked; `SCREENSHOTS` a folder for pictures of all pages.

mod keyboard;
mod live;

use payments_sandbox::OrderStatus;
use serde_json::json;

use crate::ccpayment::merchant::Merchant;
use crate::ccpayment_v2::merchant::{Merchant as MerchantV2, START_S};
use crate::chainup_opay::merchant::{OPEN_ID, Opay};
use crate::support::http::Receiver;
use crate::support::shop::Shop;
use crate::support::visitor::Visitor;

#[tokio::test]
async fn the_overview_shows_what_happens_without_a_reload() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let mut receiver = Receiver::start(&[]).await;
    let shop = Shop::open().await;
    visitor
        .open(&format!("{}/_sandbox", shop.sandbox.base_url()))
        .await;
    visitor.until_shown("Live").await;
    visitor.until_shown("No orders yet").await;

    // Another program creates an order while the page is open.
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    visitor.until_shown("test114").await;
    visitor.check("the overview").await;
    visitor
        .click(&format!("form[action^='/_sandbox/orders/{id}/pay'] button"))
        .await;
    visitor
        .until(&format!("location.hash === '#order-{id}'"))
        .await;
    receiver.wait_for(1).await;
    visitor.until_shown("delivered").await;
    visitor
        .click("form[action^='/_sandbox/deliveries/1/resend'] button")
        .await;
    receiver.wait_for(2).await;
    visitor.until_shown("2 attempts").await;

    // The search is in the address.
    shop.create(&[("merchantTradeNo", "other")]).await;
    visitor.fill("#reference", "test114").await;
    visitor.click("[role=search] button").await;
    visitor
        .until("new URLSearchParams(location.search).get('reference') === 'test114'")
        .await;
    visitor
        .until("document.querySelectorAll('#orders li').length === 1")
        .await;

    // Reset is behind a question.
    let is_open = visitor
        .value("document.querySelector('#reset details').open")
        .await;
    assert_eq!(is_open, false);
    visitor.click("#reset summary").await;
    visitor.click("#reset form button").await;
    visitor.until_shown("No order fits").await;
    assert!(shop.sandbox.orders().is_empty());
    visitor.leave(&[]);
}

#[tokio::test]
async fn the_pages_of_an_order_a_request_and_a_webhook_work_in_a_browser() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let mut receiver = Receiver::start(&[]).await;
    let shop = Shop::open().await;
    let base = shop.sandbox.base_url().to_owned();
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    shop.create(&[("merchantTradeNo", "test114")]).await;

    visitor.open(&format!("{base}/_sandbox/orders/{id}")).await;
    visitor.check("the page of an order").await;
    visitor.fill("#amount", "1.2.3").await;
    visitor.click("#act .fields button").await;
    visitor.until_shown("plain decimal").await;
    let kept = visitor
        .value("document.querySelector('#amount').value")
        .await;
    assert_eq!(kept, "1.2.3");
    visitor.fill("#amount", "60").await;
    visitor.click("#act .fields button").await;
    visitor.until_shown("6.12345678 USDT too little").await;
    receiver.wait_for(1).await;
    visitor.until_shown("Webhook: completed, attempt 1").await;

    visitor.open(&format!("{base}/_sandbox/requests/2")).await;
    visitor.until_shown("duplicate merchantTradeNo").await;
    // The script adds buttons to copy texts.
    visitor
        .until("document.querySelectorAll('.copier').length >= 3")
        .await;
    visitor.check("the page of a request").await;

    visitor.open(&format!("{base}/_sandbox/deliveries/1")).await;
    visitor.check("the page of a webhook").await;
    visitor
        .click("form[action^='/_sandbox/deliveries/1/resend'] button")
        .await;
    visitor.until_shown("Attempt 2").await;
    for path in [
        "/",
        "/_sandbox/ccpayment",
        "/_sandbox/ccpayment_v2",
        "/_sandbox/settings",
        "/_sandbox/nowhere",
        "/_sandbox?status=foo",
    ] {
        visitor.open(&format!("{base}{path}")).await;
        visitor.check(path).await;
    }
    // The browser writes a line for the refused amount, and for the pages that say that something does not exist.
    visitor.leave(&["422", "404", "400"]);
}

#[tokio::test]
async fn payers_pay_on_the_page_of_every_gateway() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    visitor
        .open(&shop.sandbox.order(&id).unwrap().cashier_url)
        .await;
    visitor.check("C-Pay's cashier").await;
    visitor.click("form[action='/payment/pay'] button").await;
    visitor.until_shown("The full amount arrived").await;

    let card = shop
        .data("createOrderByCreditCard", &[("merchantTradeNo", "card")])
        .await;
    visitor.open(card["cashierURL"].as_str().unwrap()).await;
    visitor.check("C-Pay's card page").await;
    visitor.fill("#number", "4242 4242 4242 4242").await;
    visitor.fill("#expiry", "12/27").await;
    visitor.fill("#cvv", "737").await;
    visitor.click("form[action='/card/pay'] button").await;
    visitor.until_shown("Paid.").await;

    let back = Receiver::start(&[]).await;
    let changes = [("merchantTradeNo", "direct"), ("successURL", &back.url())];
    let page = shop.data("pwpp", &changes).await;
    let order = page["orderId"].as_str().unwrap();
    visitor
        .open(&shop.sandbox.order(order).unwrap().cashier_url)
        .await;
    visitor.check("the bank's page").await;
    visitor.until_shown("Is this payment yours?").await;
    visitor.click("form[action='/3ds/confirm'] button").await;
    // Back at the shop.
    visitor
        .until(&format!("location.search.includes('txnRef={order}')"))
        .await;
    assert_eq!(
        shop.sandbox.order(order).unwrap().status.as_str(),
        "completed"
    );

    let opay = Opay::open().await;
    let number = opay.order(&json!({})).await;
    let (base, app) = (opay.shop.sandbox.base_url(), &opay.app_id);
    visitor
        .open(&format!(
            "{base}/platform/pay.html?appKey={app}&openId={OPEN_ID}&orderNum={number}"
        ))
        .await;
    visitor.check("ChainUp's page").await;
    visitor.click("form[action='/platform/pay'] button").await;
    visitor.until_shown("Paid in full").await;

    let merchant = Merchant::open().await;
    let hosted = json!({"merchant_order_id": "1", "product_price": "10", "product_name": "Tea"});
    let answer = merchant.ask("concise/url/get", &hosted).await;
    visitor.open(answer["payment_url"].as_str().unwrap()).await;
    visitor.check("CCPayment's choice of coins").await;
    visitor.click("input[name=token_id]").await;
    visitor.click("form[action='/pay/choose'] button").await;
    visitor.until_shown("Send exactly this amount").await;
    visitor.check("CCPayment's page").await;
    visitor.click("form[action='/pay/pay'] button").await;
    visitor.until_shown("Thank you").await;

    let merchant = MerchantV2::open().await;
    let invoice = json!({"orderId": "invoice-1", "price": "0.12345678", "priceCoinId": 1891, "product": "Tea",
        "expiredAt": START_S + 3_600});
    let answer = merchant.ask("createInvoiceUrl", &invoice).await;
    visitor.open(answer["invoiceUrl"].as_str().unwrap()).await;
    visitor.until_shown("Choose the coin").await;
    visitor.check("CCPayment v2's choice of coins").await;
    visitor
        .click("form[action='/ccpayment_v2/pay/choose'] button")
        .await;
    visitor.until_shown("Send the amount to the address").await;
    visitor.check("CCPayment v2's page").await;
    // A sum is not broken in the middle, also on a narrow screen.
    visitor.screen(400, 900, "light").await;
    let lines = "(() => { const sum = document.querySelector('#amount'); const range = document.createRange();
        range.selectNodeContents(sum); return new Set(Array.from(range.getClientRects(), (box) => Math.round(box.top))).size; })()";
    assert_eq!(visitor.value(lines).await, 1, "the sum has one line");
    visitor
        .click("form[action='/ccpayment_v2/pay/pay'] button")
        .await;
    visitor.until_shown("Thank you").await;
    visitor.leave(&["favicon"]);
}

#[tokio::test]
async fn an_expired_order_is_paid_late_by_one_click() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let merchant = Merchant::open().await;
    let order =
        json!({"merchant_order_id": "late-1", "product_price": "10", "product_name": "Tea"});
    merchant.ask("concise/url/get", &order).await;
    let sandbox = &merchant.sandbox;
    sandbox.choose("late-1", "USDT", "TRC20").await.unwrap();
    let merchant_v2 = MerchantV2::open().await;
    let order = json!({"orderId": "late-2", "price": "10", "coinId": 1280, "chain": "TRX", "fiatId": 1033,
        "expiredAt": START_S + 3_600});
    merchant_v2
        .ask("createAppOrderDepositAddress", &order)
        .await;
    for (sandbox, id) in [
        (&merchant.sandbox, "late-1"),
        (&merchant_v2.sandbox, "late-2"),
    ] {
        let base = sandbox.base_url();
        visitor.open(&format!("{base}/_sandbox/orders/{id}")).await;
        visitor.click("form[action*='/pay_late?'] button").await;
        visitor.until_shown("completed").await;
        visitor.check("an order that was paid late").await;
        let order = sandbox.order(id).unwrap();
        assert_eq!(order.status, OrderStatus::Completed, "{order:?}");
    }
    // Version 1 names it; of version 2 the record of the payment is later than the end of the order.
    let paid = merchant.sandbox.order("late-1").unwrap();
    assert_eq!(paid.gateway_state, "Paid(Overdue)");
    let info = json!({ "orderId": "late-2" });
    let paid = merchant_v2.ask("getAppOrderInfo", &info).await;
    assert!(
        paid["paidList"][0]["arrivedAt"].as_u64() >= paid["expiredAt"].as_u64(),
        "{paid}"
    );
    visitor.leave(&["favicon"]);
}
