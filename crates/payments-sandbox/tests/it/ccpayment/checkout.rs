//! What becomes of orders: the eight states.

use payments_sandbox::{Funds, OrderStatus};
use serde_json::json;

use super::merchant::{Merchant, START_S};

const DAY: u64 = 86_400;

#[tokio::test]
async fn bill_info_returns_an_order_before_and_after_a_payment() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    let want = json!({
        "order_detail": {
            "product_price": "25", "denominated_currency": "USD", "product_name": "",
            "merchant_order_id": "m1", "chain": "TRX", "contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
            "crypto": "USDT", "order_amount": "25", "status": "Pending", "token_rate": "1", "created": START_S,
        },
        "trade_list": [], "refund_list": [],
    });
    assert_eq!(merchant.info("m1").await, want);
    merchant.wait(60).await;
    let paid = merchant.pay("m1", "").await;
    assert_eq!(
        (paid.status, paid.funds),
        (OrderStatus::Completed, Funds::Exact)
    );
    let info = merchant.info("m1").await;
    assert_eq!(info["order_detail"]["status"], "Successful");
    assert_eq!(
        info["trade_list"],
        json!([{
            "amount": "25", "chain": "TRX", "contract": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "crypto": "USDT",
            "service_fee": "0.0075", "network_fee": "0", "txid": paid.hash, "pay_time": START_S + 60,
            "token_rate": "1", "status": "Successful",
        }])
    );
}

type Case = (
    &'static str,
    &'static [(u64, &'static str)],
    u64,
    &'static str,
    &'static str,
    OrderStatus,
    Funds,
);

#[tokio::test]
async fn an_order_reaches_all_eight_states() {
    use Funds::{Exact, None, Over, Under};
    use OrderStatus::{Closed, Completed, Pending};
    const CASES: [Case; 12] = [
        ("a", &[], 0, "Awaiting payment", "Pending", Pending, None),
        ("b", &[], DAY, "Expired", "Expired", Closed, None),
        (
            "c",
            &[(0, "10")],
            0,
            "Underpayment",
            "Successful",
            Pending,
            Under,
        ),
        // The rest never came, or came late and was not enough.
        (
            "d",
            &[(0, "10")],
            DAY,
            "Underpayment(Overdue)",
            "Successful",
            Closed,
            Under,
        ),
        (
            "e",
            &[(DAY, "10")],
            0,
            "Underpayment(Overdue)",
            "Successful",
            Closed,
            Under,
        ),
        ("f", &[(0, "25")], 0, "Paid", "Successful", Completed, Exact),
        (
            "g",
            &[(0, "10"), (0, "")],
            0,
            "Paid",
            "Successful",
            Completed,
            Exact,
        ),
        // Paid in time stays paid.
        (
            "h",
            &[(0, "25")],
            DAY,
            "Paid",
            "Successful",
            Completed,
            Exact,
        ),
        (
            "i",
            &[(0, "10"), (DAY, "15")],
            0,
            "Paid(Overdue)",
            "Successful",
            Completed,
            Exact,
        ),
        (
            "j",
            &[(0, "25.000000000000000001")],
            0,
            "Overpayment",
            "Successful",
            Completed,
            Over,
        ),
        (
            "k",
            &[(DAY, "26")],
            0,
            "Overpayment(Overdue)",
            "Successful",
            Completed,
            Over,
        ),
        (
            "l",
            &[(0, "25"), (DAY, "1")],
            0,
            "Overpayment(Overdue)",
            "Successful",
            Completed,
            Over,
        ),
    ];
    let (merchant, worded) = (
        Merchant::open().await,
        Merchant::with(|builder| builder.ccpayment_label_statuses(true)).await,
    );
    for (id, payments, then, state, word, status, funds) in CASES {
        for (merchant, word) in [(&merchant, word), (&worded, state)] {
            merchant.create(id, json!({})).await;
            for (wait, amount) in payments {
                merchant.wait(*wait).await;
                merchant.pay(id, amount).await;
            }
            merchant.wait(then).await;
            let order = merchant.sandbox.order(id).unwrap();
            assert_eq!(
                (order.gateway_state.as_str(), order.status, order.funds),
                (state, status, funds),
                "{id}"
            );
            let info = merchant.info(id).await;
            assert_eq!(info["order_detail"]["status"], word, "{id}");
            let trades = info["trade_list"].as_array().unwrap();
            assert_eq!(trades.len(), payments.len(), "{id}");
            assert!(trades.iter().all(|trade| trade["status"] == "Successful"));
        }
    }
}
#[tokio::test]
async fn an_order_expires_on_the_second_and_accepts_payments_for_seven_days() {
    let merchant = Merchant::open().await;
    let id = merchant
        .create("m1", json!({"order_valid_period": 60}))
        .await["order_id"]
        .clone();
    let id = id.as_str().unwrap();
    merchant.wait(59).await;
    assert_eq!(
        merchant.sandbox.order(id).unwrap().status,
        OrderStatus::Pending
    );
    merchant.wait(1).await;
    let expired = merchant.sandbox.order(id).unwrap();
    assert_eq!(
        (expired.status, expired.due_ms),
        (OrderStatus::Closed, None)
    );
    merchant.wait(7 * DAY - 1).await;
    assert_eq!(
        merchant.pay(id, "1").await.gateway_state,
        "Underpayment(Overdue)"
    );
    merchant.wait(1).await;
    let refused = merchant
        .sandbox
        .pay(id, None)
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("more than 7 days ago"), "{refused}");
}

#[tokio::test]
async fn expired_and_paid_orders_refuse_further_actions() {
    let merchant = Merchant::open().await;
    merchant.create("m1", json!({})).await;
    let expired = merchant.sandbox.expire("m1").await.unwrap();
    assert_eq!(expired.gateway_state, "Expired");
    assert!(merchant.sandbox.expire("m1").await.is_err());
    assert_eq!(merchant.pay("m1", "").await.gateway_state, "Paid(Overdue)");
    let more = merchant
        .sandbox
        .pay("m1", None)
        .await
        .unwrap_err()
        .to_string();
    assert!(more.contains("is paid in full"), "{more}");
    for bad in [
        "0",
        "-1",
        "1e1",
        "",
        "1.0000000000000000001",
        "999999999999999999999999",
    ] {
        assert!(
            merchant.sandbox.pay("m1", Some(bad)).await.is_err(),
            "{bad}"
        );
    }
    assert!(
        merchant
            .sandbox
            .complete("m1")
            .await
            .unwrap_err()
            .to_string()
            .contains("not a withdrawal")
    );
    assert!(merchant.sandbox.fail("m1").await.is_err());
}
