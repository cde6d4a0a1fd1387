use payments_sandbox::Gateway;
use serde_json::json;

use super::merchant::{Opay, POOR_USER_ID, UNLUCKY_USER_ID};
use crate::support::http::JSON;
use crate::support::shop::START_MS;

#[tokio::test]
async fn orders_can_be_paid_failed_and_closed_by_actions() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for number in ["pay", "fail", "close", "admin"] {
        opay.order(&json!({"appOrderId": number, "orderAmount": "1.50"}))
            .await;
    }
    let paid = sandbox.pay("pay", None).await.unwrap();
    assert_eq!(
        (paid.status.as_str(), paid.funds.as_str()),
        ("completed", "exact")
    );
    assert_eq!(
        (paid.actual_amount.as_str(), paid.settled_ms),
        ("1.50", Some(START_MS))
    );
    assert_eq!(opay.status(&paid.order_id).await, "3");
    let failed = sandbox.fail("fail").await.unwrap();
    assert_eq!(
        (
            failed.status.as_str(),
            opay.status(&failed.order_id).await.as_str()
        ),
        ("failed", "2")
    );
    let closed = sandbox.expire("close").await.unwrap();
    assert_eq!(
        (
            closed.status.as_str(),
            opay.status(&closed.order_id).await.as_str()
        ),
        ("closed", "0")
    );
    for (id, wish) in [
        ("pay", "pay"),
        ("fail", "pay"),
        ("close", "fail"),
        ("fail", "expire"),
    ] {
        let answer = opay
            .shop
            .post(&format!("/_sandbox/orders/{id}/{wish}"), &[], "")
            .await;
        assert_eq!(answer.status, 409, "{id} {wish}");
    }
    for (wish, body, status) in [
        ("process", "", 422),
        ("complete", "", 422),
        ("reject", "", 422),
        ("pay", r#"{"amount":"1"}"#, 422),
        ("fail", "", 200),
    ] {
        let answer = opay
            .shop
            .post(&format!("/_sandbox/orders/admin/{wish}"), &[JSON], body)
            .await;
        assert_eq!(answer.status, status, "{wish}: {}", answer.body);
    }
    assert_eq!(
        opay.shop
            .post("/_sandbox/orders/none/fail", &[], "")
            .await
            .status,
        404
    );
    let cpay = opay.shop.order_id(&[]).await;
    assert!(sandbox.fail(&cpay).await.is_err());
}

#[tokio::test]
async fn a_payment_moves_money_from_the_payer_to_the_merchant() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let balance = |currency: &str| {
        let rows = sandbox.balances_at(Gateway::CHAINUP_OPAY);
        rows.into_iter()
            .find(|row| row.currency == currency)
            .unwrap()
            .available
    };
    assert_eq!(balance("USDT1742"), "0");
    for (number, amount) in [("1", "0.1"), ("2", "0.20")] {
        let order =
            json!({"appOrderId": number, "payCoinSymbol": "USDT1742", "orderAmount": amount});
        opay.order(&order).await;
        sandbox.pay(number, None).await.unwrap();
    }
    assert_eq!(
        (balance("USDT1742").as_str(), balance("USDT").as_str()),
        ("0.3", "0")
    );
    let detail = opay
        .good(
            "orderDetail",
            &json!({"orderNum": sandbox.order("2").unwrap().order_id}),
        )
        .await;
    assert!(
        detail["totalAccount"]
            .as_str()
            .unwrap()
            .contains("\"999999.7\"")
    );
    assert_eq!(
        (&detail["showName"], &detail["payCoinSymbol"]),
        (&"USDT".into(), &"usdt1742".into())
    );

    let poor = json!({"appOrderId": "poor", "openId": null, "userId": POOR_USER_ID, "orderAmount": "1.00000001"});
    let order_num = opay.order(&poor).await;
    let error = sandbox.pay("poor", None).await.unwrap_err().to_string();
    assert!(
        error.contains("balance is too low: 1.00000001 BTC are needed and 1 are available"),
        "{error}"
    );
    assert_eq!(opay.status(&order_num).await, "1");
    let unlucky = json!({"appOrderId": "unlucky", "openId": null, "userId": UNLUCKY_USER_ID});
    opay.order(&unlucky).await;
    assert_eq!(
        sandbox.pay("unlucky", None).await.unwrap().status.as_str(),
        "failed"
    );
    assert_eq!(balance("BTC"), "0");

    let rows = opay.shop.get("/_sandbox/balances").await.json();
    let row = rows["balances"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["currency"] == "USDT1742")
        .unwrap();
    assert_eq!(
        *row,
        json!({"gateway": "chainup_opay", "currency": "USDT1742", "available": "0.3", "frozen": "0"})
    );
    assert!(
        opay.shop
            .get("/_sandbox")
            .await
            .body
            .contains("Balances at ChainUp OPay")
    );
    sandbox.reset();
    assert_eq!(balance("USDT1742"), "0");
}

#[tokio::test]
async fn shows_the_second_factor_of_each_payer() {
    let opay = Opay::open().await;
    let order_num = opay
        .order(&json!({"openId": "5b1c00000000000000000000000000000a"}))
        .await;
    let detail = opay
        .good("orderDetail", &json!({"orderNum": order_num}))
        .await;
    assert_eq!(
        (&detail["googleStatus"], &detail["isOpenMobileCheck"]),
        (&"1".into(), &"1".into())
    );
}
