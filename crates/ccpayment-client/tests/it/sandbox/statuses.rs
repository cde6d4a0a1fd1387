//! Partial, excess and late payments: the eight statuses of the provider's table, and the amounts that distinguish them.

use std::time::Duration;

use ccpayment_client::v1::DepositStatus;

use super::shop::{Shop, amount, order, sum};

const HOUR: u64 = 3_600;

/// The status after payments before and after the order's expiry.
async fn state(
    shop: &Shop,
    id: &str,
    in_time: &[&str],
    late: &[&str],
    over: bool,
) -> DepositStatus {
    let made = order(id, "10").valid_for(Duration::from_secs(HOUR));
    shop.client.create_order(made).await.unwrap();
    for paid in in_time {
        shop.sandbox.pay(id, Some(paid)).await.unwrap();
    }
    if over {
        shop.advance(HOUR);
    }
    for paid in late {
        shop.sandbox.pay(id, Some(paid)).await.unwrap();
    }
    shop.order(id).await.unwrap().status
}

#[tokio::test]
async fn reads_every_documented_status() {
    let shop = Shop::with(|builder| builder.ccpayment_label_statuses(true)).await;
    for (id, in_time, late, over, expected) in [
        ("a", &[][..], &[][..], false, DepositStatus::AwaitingPayment),
        ("b", &[], &[], true, DepositStatus::Expired),
        ("c", &["3"], &[], false, DepositStatus::Underpayment),
        ("d", &["3"], &[], true, DepositStatus::UnderpaymentOverdue),
        ("e", &["3", "7"], &[], false, DepositStatus::Paid),
        ("f", &["3"], &["7"], true, DepositStatus::PaidOverdue),
        ("g", &["10.5"], &[], true, DepositStatus::Overpayment),
        ("h", &["3"], &["8"], true, DepositStatus::OverpaymentOverdue),
    ] {
        let status = state(&shop, id, in_time, late, over).await;
        assert_eq!(status, expected, "{id}");
    }
}

#[tokio::test]
async fn default_statuses_do_not_distinguish_amounts() {
    let shop = Shop::open().await;
    for (id, in_time, late, over, expected) in [
        ("a", &[][..], &[][..], false, DepositStatus::Pending),
        ("b", &[], &[], true, DepositStatus::Expired),
        ("c", &["3"], &[], true, DepositStatus::Successful),
        ("d", &["11"], &[], false, DepositStatus::Successful),
        ("e", &[], &["10"], true, DepositStatus::Successful),
    ] {
        let status = state(&shop, id, in_time, late, over).await;
        assert_eq!(status, expected, "{id}");
    }
    let paid = |order: ccpayment_client::v1::DepositOrder| {
        let due = order.order_amount.unwrap();
        let payments = order.payments.iter();
        let sum = payments.fold(amount("0"), |sum, payment| {
            sum.checked_add(payment.amount.unwrap()).unwrap()
        });
        sum.cmp(&due)
    };
    for (id, expected) in [
        ("c", std::cmp::Ordering::Less),
        ("d", std::cmp::Ordering::Greater),
        ("e", std::cmp::Ordering::Equal),
    ] {
        assert_eq!(paid(shop.order(id).await.unwrap()), expected, "{id}");
    }
}

#[tokio::test]
async fn a_late_payment_is_credited_and_sends_a_webhook() {
    let shop = Shop::open().await;
    let made = order("order-1", "10")
        .valid_for(Duration::from_secs(HOUR))
        .notify_url(shop.receiver.url());
    shop.client.create_order(made).await.unwrap();
    shop.advance(2 * HOUR);
    shop.sandbox.webhooks_quiet().await;
    assert!(
        shop.receiver.received().is_empty(),
        "an expiry sends no webhook"
    );
    shop.sandbox.pay("order-1", None).await.unwrap();
    let event = shop.last_event().await;
    assert!(event.is_credit());
    assert_eq!(event.transfer().amount, sum("10"));
    let payment = shop.order("order-1").await.unwrap().payments.remove(0);
    assert_eq!(
        payment.pay_time.unwrap().as_secs(),
        1_700_000_000 + 2 * HOUR
    );
    assert_eq!(shop.balance("USDT").await, amount("100009.997"));
}
