//! What can be paid after its time, and what the page of an order offers for it.

use payments_sandbox::{
    ActionError, CcpaymentDeposit, CcpaymentInvoice, OrderKind, OrderStatus, Sandbox,
};
use serde_json::json;

use crate::ccpayment::merchant::{EVM_ADDRESS, Merchant, TRON_ADDRESS, USDT_TRC20};
use crate::ccpayment_v2::merchant::{Merchant as MerchantV2, USDT};
use crate::support::http::{self, FORM, HTML};

/// The page of an order as a browser gets it.
async fn page(sandbox: &Sandbox, id: &str) -> String {
    let target = format!("/_sandbox/orders/{id}");
    let address = sandbox.local_addr();
    let answer = http::send(address, "GET", &target, &[HTML], "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

async fn is_refused_and_stays(sandbox: &Sandbox, id: &str) {
    let before = sandbox.order(id).unwrap();
    let webhooks = sandbox.deliveries().len();
    let error = sandbox.pay_late(id).await.unwrap_err();
    assert!(matches!(error, ActionError::Conflict(_)), "{error}");
    let after = sandbox.order(id).unwrap();
    assert_eq!(
        (after.status, after.gateway_state, after.settled_ms),
        (before.status, before.gateway_state, before.settled_ms),
        "{error}"
    );
    assert_eq!(sandbox.deliveries().len(), webhooks, "{error}");
    let page = page(sandbox, id).await;
    assert!(!page.contains("/pay_late?"), "{page}");
}

#[tokio::test]
async fn a_withdrawal_is_not_paid_late_and_stays_as_it_is() {
    let merchant = Merchant::with(|b| b.ccpayment_webhook_url("http://127.0.0.1:9/")).await;
    let out = json!({"merchant_order_id": "w1", "address": TRON_ADDRESS, "token_id": USDT_TRC20, "value": "100"});
    merchant.ask("withdraw", &out).await;
    let balance = merchant.balance("USDT");
    is_refused_and_stays(&merchant.sandbox, "w1").await;
    assert_eq!(merchant.balance("USDT"), balance);

    let merchant = MerchantV2::with(|b| b.ccpayment_v2_webhook_url("http://127.0.0.1:9/")).await;
    let out = json!({"orderId": "w-2", "coinId": USDT, "chain": "POLYGON", "address": EVM_ADDRESS, "amount": "5"});
    merchant.ask("applyAppWithdrawToNetwork", &out).await;
    let balance = merchant.balance("USDT");
    is_refused_and_stays(&merchant.sandbox, "w-2").await;
    assert_eq!(merchant.balance("USDT"), balance);
}

#[tokio::test]
async fn an_invoice_of_version_1_is_not_paid_late() {
    let merchant = Merchant::open().await;
    let invoice = CcpaymentInvoice::new("payer@shop.test", USDT_TRC20, "20");
    let invoice = merchant.sandbox.ccpayment_invoice(&invoice).await.unwrap();
    let id = &invoice.order_id;
    is_refused_and_stays(&merchant.sandbox, id).await;
    let closed = merchant.sandbox.expire(id).await.unwrap();
    assert_eq!(
        (closed.kind, closed.status),
        (OrderKind::Invoice, OrderStatus::Closed)
    );
    is_refused_and_stays(&merchant.sandbox, id).await;
    let page = page(&merchant.sandbox, id).await;
    assert!(!page.contains("Pay late"), "{page}");
}

#[tokio::test]
async fn a_deposit_that_was_seen_does_not_expire() {
    let merchant = Merchant::open().await;
    let address = json!({"user_id": "user-1", "chain": "TRX"});
    merchant.ask("payment/address/get", &address).await;
    let deposit = CcpaymentDeposit::new("user-1", USDT_TRC20, "5").seen_only();
    let deposit = merchant.sandbox.ccpayment_deposit(&deposit).await.unwrap();
    let id = &deposit.order_id;
    let error = merchant.sandbox.expire(id).await.unwrap_err().to_string();
    assert!(error.contains("A deposit has no time to pay"), "{error}");
    is_refused_and_stays(&merchant.sandbox, id).await;
    let page = page(&merchant.sandbox, id).await;
    assert!(
        page.contains("Payment seen") && page.contains("Pay exactly"),
        "{page}"
    );
    assert!(!page.contains("Let it expire"), "{page}");
}

/// Each form of the page keeps what was typed into it, and no other.
#[tokio::test]
async fn a_refused_amount_stays_in_its_form() {
    let merchant = Merchant::open().await;
    merchant.create("order-1", json!({})).await;
    merchant.pay("order-1", "").await;
    let received = merchant.sandbox.order("order-1").unwrap().received_amount;
    let address = merchant.sandbox.local_addr();
    let field = |page: &str, id: &str| {
        let start = format!("<input id=\"{id}\"");
        let field = page
            .split(&start)
            .nth(1)
            .and_then(|rest| rest.split('>').next());
        let field = field.unwrap_or_else(|| panic!("{id}: {page}")).to_owned();
        let value = field
            .split("value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        (value.unwrap().to_owned(), field.contains("aria-invalid"))
    };
    for (action, pay, refund) in [
        ("pay", ("1.2.3", true), (received.as_str(), false)),
        ("refund", ("", false), ("1.2.3", true)),
    ] {
        let target = format!("/_sandbox/orders/order-1/{action}?at=act");
        let refused = http::send(address, "POST", &target, &[FORM, HTML], "amount=1.2.3").await;
        assert_eq!(refused.status, 422, "{action}");
        let (pay_value, pay_is_wrong) = field(&refused.body, "amount");
        let (refund_value, refund_is_wrong) = field(&refused.body, "refund");
        assert_eq!((pay_value.as_str(), pay_is_wrong), pay, "{action}");
        assert_eq!((refund_value.as_str(), refund_is_wrong), refund, "{action}");
    }
}
