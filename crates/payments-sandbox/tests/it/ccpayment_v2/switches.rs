//! Switches: where documents contradict each other, limits and bans.

use serde_json::json;

use super::merchant::{Merchant, START_S, receiver, refusal, sign, webhook};
use crate::support::http::reply;

/// Sends `getCoinList` with these credentials and gives the code.
async fn code(merchant: &Merchant, app_id: &str, secret: &str, timestamp: &str, body: &str) -> i64 {
    let sign = sign(app_id, secret, timestamp, body);
    let headers = [("Appid", app_id), ("Timestamp", timestamp), ("Sign", &sign)];
    let answer = merchant.post("getCoinList", &headers, body).await;
    answer.json()["code"].as_i64().unwrap()
}

#[tokio::test]
async fn timestamps_of_13_digits_are_accepted_only_if_switched_on() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment_v2.clone();
    let (id, secret) = (account.app_id.as_str(), account.app_secret.as_str());
    let millis = format!("{START_S}123");
    assert_eq!(code(&merchant, id, secret, &millis, "{}").await, 11_001);
    merchant
        .sandbox
        .ccpayment_v2_switch(|switches| switches.millisecond_timestamps = true);
    for body in ["{}", "", "[]", r#"{"a":1}"#] {
        assert_eq!(code(&merchant, id, secret, &millis, body).await, 10_000);
        let seconds = START_S.to_string();
        assert_eq!(code(&merchant, id, secret, &seconds, body).await, 10_000);
    }
    let record = merchant.sandbox.requests().pop().unwrap();
    assert_eq!(
        record.canonical.unwrap(),
        format!("{id}{START_S}{{\"a\":1}}")
    );
    for (timestamp, body, wanted) in [
        (format!("{START_S}12"), "{}", 11_001),
        (format!("{START_S}1234"), "{}", 11_001),
        (format!("{START_S}12x"), "{}", 11_001),
        (format!("{}000", START_S - 121), "{}", 11_006),
        // Signed, and still not one JSON object.
        (millis.clone(), "{}{}", 11_000),
    ] {
        let found = code(&merchant, id, secret, &timestamp, body).await;
        assert_eq!(found, wanted, "{timestamp} {body}");
    }
    assert_eq!(code(&merchant, id, "other", &millis, "{}").await, 11_005);
    // The signature of ten digits is not that of thirteen.
    let sign = sign(id, secret, &START_S.to_string(), "{}");
    let headers = [("Appid", id), ("Timestamp", &millis), ("Sign", &sign)];
    let answer = merchant.post("getCoinList", &headers, "{}").await;
    assert_eq!(refusal(&answer), 11_005);
}

#[tokio::test]
async fn answers_are_signed_only_if_switched_on_refusals_too() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment_v2.clone();
    let plain = merchant.send("getCoinList", "{}").await;
    assert!(plain.header("Sign").is_none() && plain.header("Timestamp").is_none());
    merchant
        .sandbox
        .ccpayment_v2_switch(|switches| switches.signed_answers = true);
    for call in ["getCoinList", "getCoin"] {
        let answer = merchant.send(call, "{}").await;
        let timestamp = answer.header("Timestamp").unwrap();
        assert_eq!(timestamp, START_S.to_string());
        assert_eq!(answer.header("Appid"), Some(account.app_id.as_str()));
        let right = sign(
            &account.app_id,
            &account.app_secret,
            timestamp,
            &answer.body,
        );
        assert_eq!(answer.header("Sign"), Some(right.as_str()), "{call}");
    }
}

#[tokio::test]
async fn only_the_exact_word_acknowledges_if_switched_on() {
    let script = ["success", "Success.", r#"{"msg":"Success"}"#].map(|text| reply(200, text));
    let script = script.each_ref().map(String::as_str);
    let mut console = receiver(&script).await;
    let merchant = Merchant::with(|builder| builder.ccpayment_v2_webhook_url(console.url())).await;
    merchant
        .sandbox
        .ccpayment_v2_switch(|switches| switches.exact_acknowledgement = true);
    let body = json!({ "orderId": "order-1", "coinId": 1329, "chain": "POLYGON", "price": "1" });
    merchant.ask("createAppOrderDepositAddress", &body).await;
    merchant.pay("order-1", "").await;
    merchant.sandbox.webhooks_quiet().await;
    for wait in [30, 60, 120] {
        merchant.wait(wait).await;
    }
    let got = console.wait_for(4).await;
    webhook(&merchant, &got[3]);
    let delivery = &merchant.sandbox.deliveries()[0];
    assert_eq!(delivery.state.as_str(), "delivered");
    let problems = delivery.attempts.iter().map(|row| row.problem.is_some());
    assert_eq!(problems.collect::<Vec<_>>(), [true, true, true, false]);
}

#[tokio::test]
async fn requests_beyond_the_limit_of_a_second_are_refused_and_not_carried_out() {
    let merchant = Merchant::open().await;
    for _ in 0..200 {
        merchant.ask("getFiatList", &json!({})).await;
    }
    merchant
        .sandbox
        .ccpayment_v2_switch(|switches| switches.requests_per_second = 2);
    let swap =
        |id: &str| json!({ "orderId": id, "coinIdIn": 1280, "amountIn": "100", "coinIdOut": 1329 });
    merchant.ask("swap", &swap("swap-1")).await;
    merchant.ask("swap", &swap("swap-2")).await;
    assert_eq!(merchant.refused("swap", &swap("swap-3")).await, 11_004);
    assert!(merchant.reason().contains("requests_per_second"));
    assert!(merchant.sandbox.order("swap-3").is_none());
    merchant.wait(1).await;
    merchant.ask("swap", &swap("swap-3")).await;
}

#[tokio::test]
async fn wrong_credentials_in_a_row_ban_an_address_for_five_days() {
    let merchant = Merchant::open().await;
    let account = merchant.sandbox.credentials().ccpayment_v2.clone();
    let (id, secret) = (account.app_id.as_str(), account.app_secret.as_str());
    let now = START_S.to_string();
    for _ in 0..20 {
        assert_eq!(code(&merchant, "2", secret, &now, "{}").await, 12_001);
    }
    merchant
        .sandbox
        .ccpayment_v2_switch(|switches| switches.ban_after = 3);
    // Two wrong ones and a right one, again and again, are no attack.
    for _ in 0..3 {
        assert_eq!(code(&merchant, "2", secret, &now, "{}").await, 12_001);
        assert_eq!(code(&merchant, id, "other", &now, "{}").await, 11_005);
        assert_eq!(code(&merchant, id, secret, &now, "{}").await, 10_000);
    }
    // What is refused before its signature is looked at neither counts nor forgives.
    let stale = (START_S - 121).to_string();
    for (timestamp, wanted) in [
        (&now, 11_005),
        (&stale, 11_006),
        (&now, 11_005),
        (&stale, 11_006),
        (&now, 11_005),
        (&stale, 11_014),
    ] {
        let found = code(&merchant, id, "other", timestamp, "{}").await;
        assert_eq!(found, wanted);
    }
    assert_eq!(code(&merchant, id, secret, &now, "{}").await, 11_014);
    merchant.wait(5 * 86_400 - 1).await;
    let later = (START_S + 5 * 86_400 - 1).to_string();
    assert_eq!(code(&merchant, id, secret, &later, "{}").await, 11_014);
    merchant.wait(1).await;
    assert_eq!(code(&merchant, id, secret, &later, "{}").await, 10_000);
    for _ in 0..3 {
        assert_eq!(code(&merchant, id, "other", &later, "{}").await, 11_005);
    }
    assert_eq!(code(&merchant, id, secret, &later, "{}").await, 11_014);
    merchant.sandbox.reset();
    assert_eq!(code(&merchant, id, secret, &later, "{}").await, 10_000);
}
