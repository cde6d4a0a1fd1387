use std::time::Duration;

use payments_sandbox::{Delivery, DeliveryState};
use serde_json::json;

use super::merchant::Opay;
use crate::support::http::{Receiver, reply};
use crate::support::shop::START_MS;

fn only(opay: &Opay) -> Delivery {
    let deliveries = opay.shop.sandbox.deliveries();
    assert_eq!(deliveries.len(), 1);
    deliveries.into_iter().next().unwrap()
}

#[tokio::test]
async fn sends_an_encrypted_callback_for_every_final_state() {
    let opay = Opay::open().await;
    let receiver = Receiver::start(&[
        &reply(200, "success"),
        &reply(200, "success"),
        &reply(200, "success"),
        &reply(200, "success"),
    ])
    .await;
    let sandbox = &opay.shop.sandbox;
    for number in ["paid", "failed", "closed", "cancelled"] {
        opay.order(
            &json!({"appOrderId": number, "orderAmount": "1.50", "notifyPage": receiver.url()}),
        )
        .await;
    }
    sandbox.pay("paid", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    sandbox.fail("failed").await.unwrap();
    sandbox.webhooks_quiet().await;
    sandbox.expire("closed").await.unwrap();
    sandbox.webhooks_quiet().await;
    let order_num = sandbox.order("cancelled").unwrap().order_id;
    opay.call("cancelOrder", &json!({"orderNum": order_num}))
        .await;
    sandbox.webhooks_quiet().await;
    let requests = receiver.requests();
    assert_eq!(requests.len(), 4);
    for ((head, body), (number, status)) in requests.iter().zip([
        ("paid", "3"),
        ("failed", "2"),
        ("closed", "0"),
        ("cancelled", "0"),
    ]) {
        assert!(head.starts_with("POST /callback?shop=1 "));
        assert!(
            head.to_lowercase()
                .contains("content-type: application/json"),
            "{head}"
        );
        assert_eq!(
            opay.callback(body),
            json!({
                "outOrderId": number,
                "orderNum": sandbox.order(number).unwrap().order_id,
                "orderStatus": status,
                "payAmount": "1.50",
                "returnUrl": "https://shop.example/return?a=1",
            })
        );
    }
    for delivery in sandbox.deliveries() {
        assert_eq!(
            (delivery.state, delivery.gateway.as_str()),
            (DeliveryState::Delivered, "chainup_opay")
        );
        assert!(
            delivery.body.contains("\"outOrderId\""),
            "the text inside: {}",
            delivery.body
        );
    }
}

#[tokio::test]
async fn accepts_every_form_of_success() {
    let opay = Opay::open().await;
    let (sealed, sign) = (opay.encrypt(b"success"), opay.sign(b"success"));
    let good = [
        "success".to_owned(),
        " success\n".to_owned(),
        json!({"code": "0", "msg": "success", "data": "success", "sign": sign}).to_string(),
        json!({"code": "", "msg": "", "data": "success", "sign": ""}).to_string(),
        json!({"data": "success"}).to_string(),
        json!({"data": sealed, "sign": sign}).to_string(),
        json!({"data": sealed, "sign": ""}).to_string(),
        json!({"code": 0, "data": sealed}).to_string(),
    ];
    let script: Vec<String> = good.iter().map(|body| reply(200, body)).collect();
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    let receiver = Receiver::start(&script).await;
    for (at, body) in good.iter().enumerate() {
        let number = at.to_string();
        opay.order(&json!({"appOrderId": number, "notifyPage": receiver.url()}))
            .await;
        opay.shop.sandbox.pay(&number, None).await.unwrap();
        opay.shop.sandbox.webhooks_quiet().await;
        let delivery = opay.shop.sandbox.deliveries().pop().unwrap();
        assert_eq!(
            delivery.state,
            DeliveryState::Delivered,
            "{body}: {:?}",
            delivery.attempts
        );
    }
}

#[tokio::test]
async fn sends_other_replies_again_with_a_new_envelope() {
    let opay = Opay::open().await;
    let (sealed, sign) = (opay.encrypt(b"success"), opay.sign(b"success"));
    let other = opay.encrypt(b"failure");
    let bad = [
        reply(200, "OK"),
        reply(200, "SUCCESS"),
        reply(500, "success"),
        reply(200, &json!({"data": "fail"}).to_string()),
        reply(200, &json!({"msg": "success"}).to_string()),
        reply(200, &json!({"data": "success", "sign": "AAAA"}).to_string()),
        reply(
            200,
            &json!({"data": sealed, "sign": opay.sign(b"failure")}).to_string(),
        ),
        reply(
            200,
            &json!({"data": other, "sign": opay.sign(b"failure")}).to_string(),
        ),
        reply(200, &json!({"data": other}).to_string()),
    ];
    let last = reply(200, &json!({"data": sealed, "sign": sign}).to_string());
    let mut script: Vec<&str> = bad.iter().map(String::as_str).collect();
    script.push(&last);
    let receiver = Receiver::start(&script).await;
    opay.order(&json!({"notifyPage": receiver.url()})).await;
    opay.shop.sandbox.pay("order-1", None).await.unwrap();
    opay.shop.sandbox.webhooks_quiet().await;
    let mut due = START_MS;
    for (tries, wait) in [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600]
        .into_iter()
        .enumerate()
    {
        let delivery = only(&opay);
        assert_eq!(
            (delivery.state, delivery.attempts.len()),
            (DeliveryState::Waiting, tries + 1)
        );
        assert!(delivery.attempts[tries].problem.is_some());
        due += wait * 1_000;
        assert_eq!(delivery.due_ms, Some(due), "try {tries}");
        opay.shop.sandbox.clock().advance(Duration::from_secs(wait));
        opay.shop.sandbox.webhooks_quiet().await;
    }
    let delivery = only(&opay);
    assert_eq!(
        (delivery.state, delivery.attempts.len()),
        (DeliveryState::Delivered, 10)
    );
    let bodies: Vec<String> = receiver
        .requests()
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    let first = opay.callback(&bodies[0]);
    for pair in bodies.windows(2) {
        assert_ne!(pair[0], pair[1]);
        assert_eq!(opay.callback(&pair[1]), first);
    }
    let time = |body: &str| {
        serde_json::from_str::<serde_json::Value>(body).unwrap()["time"]
            .as_u64()
            .unwrap()
    };
    assert_eq!((time(&bodies[0]), time(&bodies[9])), (START_MS, due));
    // A resend has all its tries again.
    opay.shop.sandbox.resend(delivery.id).await.unwrap();
    opay.shop.sandbox.webhooks_quiet().await;
    assert_eq!(only(&opay).state, DeliveryState::Waiting);
}

#[tokio::test]
async fn gives_up_a_callback_after_ten_attempts() {
    let opay = Opay::open().await;
    opay.order(&json!({})).await;
    opay.shop.sandbox.pay("order-1", None).await.unwrap();
    opay.shop.sandbox.webhooks_quiet().await;
    for _ in 0..9 {
        opay.shop
            .sandbox
            .clock()
            .advance(Duration::from_secs(3_600));
        opay.shop.sandbox.webhooks_quiet().await;
    }
    let delivery = only(&opay);
    assert_eq!(
        (delivery.state, delivery.attempts.len()),
        (DeliveryState::GivenUp, 10)
    );
    let elsewhere = json!({"appOrderId": "2", "notifyPage": "https://www.google.com"});
    opay.order(&elsewhere).await;
    opay.shop.sandbox.pay("2", None).await.unwrap();
    opay.shop.sandbox.webhooks_quiet().await;
    assert_eq!(
        opay.shop.sandbox.deliveries()[1].state,
        DeliveryState::Refused
    );
}
