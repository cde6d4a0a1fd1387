//! Transfers without a call of the merchant: deposits to permanent addresses, invoices, refunds.

use std::time::Duration;

use ccpayment_client::v1::{AssignAddress, Event, OrderType, PayStatus};
use payments_core::{Kind, Outcome};
use payments_sandbox::{CcpaymentDeposit, CcpaymentInvoice};

use super::shop::{ETH, Shop, TRX, USDT, XRP, amount, order, proves_nothing, sum};

#[tokio::test]
async fn a_customer_has_one_address_per_chain() {
    let shop = Shop::open().await;
    let ask = async |user: &str, chain: &str| {
        let query = AssignAddress::new(user, chain).notify_url(shop.receiver.url());
        shop.client.deposit_address(query).await.unwrap()
    };
    let tron = ask("用户 7", "TRX").await;
    assert_eq!(tron.address, ask("用户 7", "TRX").await.address);
    assert_ne!(tron.address, ask("customer-8", "TRX").await.address);
    assert!(ask("用户 7", "ETH").await.address.starts_with("0x"));
    let (one, two) = (ask("用户 7", "XRP").await, ask("customer-8", "XRP").await);
    assert_eq!(one.address, two.address);
    assert!(one.memo.is_some() && one.memo != two.memo && tron.memo.is_none());
}

#[tokio::test]
async fn a_deposit_webhook_contains_fee_and_credited_amount() {
    let shop = Shop::open().await;
    let mut credited = amount("100000");
    for (user, chain, token, crypto) in [
        ("customer-7", "TRX", USDT, "USDT"),
        ("customer-7", "TRX", TRX, "TRX"),
        ("customer-8", "XRP", XRP, "XRP"),
    ] {
        let query = AssignAddress::new(user, chain).notify_url(shop.receiver.url());
        let place = shop.client.deposit_address(query).await.unwrap();
        let deposit = CcpaymentDeposit::new(user, token, "25.5");
        shop.sandbox.ccpayment_deposit(&deposit).await.unwrap();
        let event = shop.last_event().await;
        assert!(event.is_credit());
        assert_eq!(event.order_type(), OrderType::DirectDeposit);
        assert_eq!((event.merchant_order_id(), event.order_id()), (None, None));
        let Event::DirectDeposit(direct) = event.into_inner() else {
            panic!("no deposit");
        };
        assert_eq!(direct.user_id.as_deref(), Some(user));
        assert_eq!(direct.to_address, Some(place.address));
        assert_eq!(direct.memo, place.memo);
        let fee = direct.service_fee.unwrap();
        assert_eq!(fee.parts(), (amount("0.00765"), Some(crypto)));
        let net = fee.net(direct.transfer.amount.unwrap(), crypto);
        assert_eq!(
            (direct.credit_amount, net),
            (sum("25.49235"), sum("25.49235"))
        );
        if crypto == "USDT" {
            credited = credited.checked_add(net.unwrap()).unwrap();
        }
    }
    assert_eq!(shop.balance("USDT").await, credited);
}

#[tokio::test]
async fn a_refused_address_has_an_unknown_outcome() {
    let shop = Shop::with(|builder| builder.ccpayment_requests_per_second(u32::MAX)).await;
    let lightning = AssignAddress::new("customer-7", "LIGHTNING");
    proves_nothing(&shop.client.deposit_address(lightning).await.unwrap_err());
    let short = AssignAddress::new("me", "TRX");
    let error = shop.client.deposit_address(short).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Invalid, Outcome::NotApplied)
    );
    for n in 0..1_000 {
        let query = AssignAddress::new(format!("customer-{n}"), "TRX");
        shop.client.deposit_address(query).await.unwrap();
    }
    let one_more = AssignAddress::new("customer-1000", "TRX");
    proves_nothing(&shop.client.deposit_address(one_more).await.unwrap_err());
    assert!(shop.last_reason().contains("AddressQuotaExceeded"));
    let known = AssignAddress::new("customer-7", "TRX");
    shop.client.deposit_address(known).await.unwrap();
}

#[tokio::test]
async fn an_invoice_sends_webhooks_when_paid_and_when_failed() {
    let shop = Shop::open().await;
    let invoice = CcpaymentInvoice::new("payer@shop.test", ETH, "25");
    let made = shop.sandbox.ccpayment_invoice(&invoice).await.unwrap();
    shop.sandbox.pay(&made.order_id, None).await.unwrap();
    let event = shop.last_event().await;
    assert!(event.is_credit());
    assert_eq!(event.order_id().unwrap().as_str(), made.order_id);
    let Event::Invoice(paid) = event.into_inner() else {
        panic!("no invoice");
    };
    assert_eq!(paid.user_email.as_deref(), Some("payer@shop.test"));
    assert!(paid.invoice_id.is_some());
    assert_eq!(
        (paid.quote.product_price, paid.transfer.amount),
        (sum("25"), paid.quote.order_amount)
    );
    let net = paid
        .service_fee
        .unwrap()
        .net(paid.transfer.amount.unwrap(), "ETH");
    assert_eq!(paid.credit_amount, net);

    let late = CcpaymentInvoice::new("payer@shop.test", USDT, "25");
    shop.sandbox.ccpayment_invoice(&late).await.unwrap();
    shop.advance(24 * 3_600);
    let event = shop.last_event().await;
    assert_eq!(event.order_type(), OrderType::Invoice);
    assert_eq!(event.transfer().status, PayStatus::Failed);
    assert_eq!((event.transfer().amount, event.is_credit()), (None, false));
}

#[tokio::test]
async fn a_refund_sends_a_webhook_and_appears_in_its_order() {
    let shop = Shop::open().await;
    let made = order("order-1", "40").notify_url(shop.receiver.url());
    shop.client.create_order(made).await.unwrap();
    shop.sandbox.pay("order-1", Some("50")).await.unwrap();
    let before = shop.balance("USDT").await;
    let refund = shop.sandbox.refund("order-1", "10").await.unwrap();
    let pending = shop.order("order-1").await.unwrap().refunds.remove(0);
    let arrived = pending.actual_received_amount;
    assert_eq!(
        (pending.refund_amount, arrived),
        (sum("10"), sum("0")),
        "so far"
    );
    shop.sandbox.complete(&refund.order_id).await.unwrap();
    let event = shop.last_event().await;
    assert!(!event.is_credit());
    assert_eq!(event.merchant_order_id(), Some("order-1"));
    let Event::Refund(refund) = event.into_inner() else {
        panic!("no refund");
    };
    assert_eq!(
        (&refund.transfer.status, refund.transfer.amount),
        (&PayStatus::Success, sum("10"))
    );
    let fee = refund.network_fee.unwrap();
    assert_eq!(
        (fee.parts(), fee.net(amount("10"), "USDT")),
        ((amount("14"), Some("TRX")), None)
    );
    let shown = shop.order("order-1").await.unwrap().refunds.remove(0);
    assert_eq!(shown.actual_received_amount, refund.net_receivable);
    assert_eq!(
        (shown.txid, shown.address),
        (refund.transfer.txid, refund.to_address)
    );
    assert_eq!(
        shop.balance("USDT").await,
        before.checked_sub(amount("10")).unwrap()
    );

    let again = shop.sandbox.refund("order-1", "40").await.unwrap();
    shop.sandbox.reject(&again.order_id).await.unwrap();
    let event = shop.last_event().await;
    assert_eq!(event.order_type(), OrderType::Refund);
    assert_eq!(event.transfer().status, PayStatus::Failed);
    assert_eq!(
        shop.balance("USDT").await,
        before.checked_sub(amount("10")).unwrap()
    );
}

#[tokio::test]
async fn orders_expire_after_their_validity() {
    let shop = Shop::open().await;
    let day = Duration::from_secs(24 * 3_600);
    let made = |id| order(id, "1").notify_url(shop.receiver.url());
    let usual = shop.client.create_order(made("usual")).await.unwrap();
    assert_eq!(usual.valid_for, Some(day));
    let longest = made("longest").valid_for(10 * day);
    let longest = shop.client.create_order(longest).await.unwrap();
    assert_eq!(longest.valid_for, Some(10 * day));
    let longer = made("longer").valid_for(10 * day + Duration::from_secs(1));
    let error = shop.client.create_order(longer).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (Kind::Invalid, Some("valid_for"))
    );
}
