//! The pages of orders, requests and webhooks, their JSON, and the events that keep them up to date.

mod events;
mod lists;

use std::time::Duration;

use serde_json::{Value, json};

use crate::ccpayment::merchant::Merchant;
use crate::ccpayment_v2::merchant::Merchant as MerchantV2;
use crate::chainup_opay::merchant::Opay;
use crate::support::http::{self, FORM, HTML, JSON, Receiver, reply};
use crate::support::shop::Shop;

/// The values of one field in the rows of a list.
fn column(list: &Value, name: &str, field: &str) -> Vec<String> {
    let rows = list[name].as_array().unwrap();
    let text = |row: &Value| match &row[field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(text).collect()
}

#[tokio::test]
async fn the_page_of_an_order_shows_its_history() {
    let mut receiver = Receiver::start(&[&reply(500, "down")]).await;
    let shop = Shop::open().await;
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    shop.sandbox.process(&id).await.unwrap();
    shop.sandbox.clock().advance(Duration::from_secs(60));
    shop.sandbox.pay(&id, Some("60")).await.unwrap();
    receiver.wait_for(1).await;
    shop.sandbox.webhooks_quiet().await;

    let detail = shop.get(&format!("/_sandbox/orders/{id}")).await.json();
    assert_eq!(
        column(&detail, "events", "status"),
        ["pending", "processing", "completed"]
    );
    assert_eq!(detail["events"][2]["actual_amount"], "60");
    assert_eq!(detail["requests"][0]["operation"], "createOrder");
    assert_eq!(detail["deliveries"][0]["attempts"][0]["http_status"], 500);
    // The merchant's reference finds it too.
    assert_eq!(
        shop.get("/_sandbox/orders/test114").await.json()["order"]["order_id"],
        id
    );

    let page = shop.page(&format!("/_sandbox/orders/{id}")).await.body;
    for text in [
        "60 arrived: 6.12345678 USDT too little",
        "/_sandbox/requests/1",
        "/_sandbox/deliveries/1",
        "60 USDT in all",
        "next attempt",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let none = shop.page("/_sandbox/orders/none").await;
    assert_eq!(none.status, 404);
    assert!(none.body.contains("No order has the id"));
    let json = shop
        .page(&format!("/_sandbox/orders/{id}?format=json"))
        .await;
    assert_eq!(json.json()["order"]["order_id"], id);
}

#[tokio::test]
async fn a_browser_returns_to_where_it_was_and_keeps_what_it_typed() {
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    let address = shop.sandbox.local_addr();
    let press = async |path: &str, from: &str, body: &str| {
        let from = format!("http://{address}{from}");
        let headers = [FORM, HTML, ("Referer", from.as_str())];
        let target = format!("/_sandbox/{path}");
        http::send(address, "POST", &target, &headers, body).await
    };
    let order = format!("/_sandbox/orders/{id}");
    for (path, from, want) in [
        (
            "clock?at=clock",
            "/_sandbox?reference=x",
            "/_sandbox?reference=x#clock",
        ),
        ("clock", order.as_str(), order.as_str()),
        ("clock?at=a.b", order.as_str(), order.as_str()),
        ("clock?at=x", "/pay?key=1", "/_sandbox#x"),
        ("clock", "/_sandboxes", "/_sandbox"),
    ] {
        let answer = press(path, from, "advance_ms=1").await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some(want)),
            "{path}"
        );
    }
    let bad = press(&format!("orders/{id}/pay?at=act"), &order, "amount=1.2.3").await;
    assert_eq!(bad.status, 422);
    assert!(bad.body.contains("value=\"1.2.3\"") && bad.body.contains("role=\"alert\""));
    assert!(bad.body.contains("aria-invalid"), "{}", bad.body);
    let other = press(&format!("orders/{id}/reject?at=act"), &order, "").await;
    assert_eq!(other.status, 409);
    assert!(!other.body.contains("aria-invalid"), "{}", other.body);
    // The page about the mistake has the address of the action; its own form leads to the order.
    let good = press(
        &format!("orders/{id}/pay?at=act"),
        &format!("{order}/pay?at=act"),
        "amount=1",
    )
    .await;
    assert_eq!(
        good.header("location"),
        Some(format!("{order}#act").as_str())
    );
}

#[tokio::test]
async fn the_page_of_a_request_compares_the_signatures() {
    let shop = Shop::open().await;
    let form = shop.signed(&crate::support::shop::order(&[]));
    let (start, sign) = form.split_at(form.len() - 64);
    let other = if sign.ends_with('0') { '1' } else { '0' };
    let cut = sign.get(..63).unwrap();
    let wrong = format!("{start}{cut}{other}");
    shop.post("/openapi/v1/createOrder", &[FORM], &wrong).await;
    let detail = shop.get("/_sandbox/requests/1").await.json();
    assert_eq!(detail["sign_differs_at"], 63);
    assert_eq!(detail["request"]["expected_sign"], sign);
    let page = shop.page("/_sandbox/requests/1").await.body;
    assert!(
        page.contains(&format!("{cut}<mark>{other}</mark>")),
        "{page}"
    );
    assert!(page.contains("from character 64 on"));
    assert!(page.contains("verify sign fail"));
    assert_eq!(shop.get("/_sandbox/requests/2").await.status, 404);
    assert_eq!(shop.page("/_sandbox/requests/x").await.status, 404);
}

#[tokio::test]
async fn requests_and_answers_are_kept_as_they_were_sent() {
    let shop = Shop::open().await;
    let answer = shop.create(&[]).await;
    let detail = shop.get("/_sandbox/requests/1").await.json();
    let record = &detail["request"];
    assert_eq!(record["answer"]["http_status"], 200);
    assert_eq!(record["answer"]["complete"], true);
    assert_eq!(record["answer"]["body"], answer.body.as_str());
    assert_eq!(
        record["request"]["bytes"],
        shop.signed(&crate::support::shop::order(&[])).len()
    );
    let id = answer.json()["data"]["orderId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(record["references"], serde_json::json!(["test114", id]));
    // The command sends the same request: its reference is in use now.
    let curl = detail["curl"].as_str().unwrap();
    assert!(
        curl.contains("-X 'POST'") && curl.contains("/openapi/v1/createOrder'"),
        "{curl}"
    );
    assert_eq!(detail["curl_is_partial"], false);
    let body = curl
        .split("--data-binary '")
        .nth(1)
        .unwrap()
        .trim_end_matches('\'');
    assert!(
        shop.post("/openapi/v1/createOrder", &[FORM], body)
            .await
            .body
            .contains("duplicate")
    );
}

/// What must not be shown anywhere, planted where clients put it, also by mistake.
#[tokio::test]
async fn secrets_and_card_data_are_never_shown() {
    let shop = &Shop::open().await;
    let secret = shop.sandbox.credentials().cpay.secret.clone();
    let app_secret = shop.sandbox.credentials().ccpayment.app_secret.clone();
    let sentinels = [
        "4111111111111111",
        "SENTINEL-CVV",
        "SENTINEL-TOKEN",
        "SENTINEL-BEARER",
        "SENTINEL-COOKIE",
        secret.as_str(),
        app_secret.as_str(),
    ];
    let card = "cardNumber=4111111111111111&CVV=SENTINEL-CVV&expDate=12/27";
    let headers = [
        FORM,
        ("Authorization", "Bearer SENTINEL-BEARER"),
        ("Cookie", "a=SENTINEL-COOKIE"),
    ];
    for path in [
        "/openapi/v1/pwpp",
        "/openapi/v1/createOrder",
        "/openapi/v1/nothing",
        "/ccpayment/v1/assets",
    ] {
        shop.post(path, &headers, &format!("merchantId=20003092&{card}&x=1"))
            .await;
        shop.post(&format!("{path}?{card}"), &headers, "").await;
        shop.post(
            path,
            &[JSON],
            r#"{"cardNumber":"4111111111111111","cvv":"SENTINEL-CVV","token":["SENTINEL-TOKEN"]}"#,
        )
        .await;
        shop.post(
            path,
            &[JSON],
            r#"{"cardNumber":"4111111111111111","token":{"a":"SENTINEL-TOKEN"#,
        )
        .await;
        shop.post(
            path,
            &[("Content-Type", "text/plain")],
            "card 4111111111111111 SENTINEL-CVV",
        )
        .await;
        shop.post(
            path,
            &[FORM],
            &format!("remark={secret}&key={secret}&y={app_secret}"),
        )
        .await;
        shop.post(path, &[("X-Note", &app_secret)], "4111111111111111")
            .await;
    }
    // A card in a field that no card belongs to is hidden where only some fields are shown.
    shop.post(
        "/openapi/v1/pwpp",
        &[FORM],
        "merchantId=20003092&userName=4111111111111111",
    )
    .await;
    let opay = Opay::open().await;
    let plain = r#"{"appKey":"x","orderNum":"1","token":"SENTINEL-TOKEN"}"#;
    opay.shop
        .post("/platformapi/chainup/open/opay/orderDetail", &[JSON], plain)
        .await;

    // Signed, so that the text to sign is shown.
    let merchant = Merchant::open().await;
    let body = serde_json::json!({"merchant_order_id": app_secret, "token": "x"});
    merchant.send("bill/create", &body.to_string()).await;
    let signed = merchant.sandbox.requests()[0].clone();
    assert!(signed.canonical.is_some());
    let shown = format!("{signed:?}{:?}", merchant.get("/_sandbox/requests/1").await);
    assert!(!shown.contains(&app_secret), "{shown}");

    let mut seen = 0;
    for shop in [shop, &opay.shop] {
        let count = shop.sandbox.requests().len();
        let mut texts = vec![
            shop.get("/_sandbox/requests?limit=500").await.body,
            shop.page("/_sandbox").await.body,
        ];
        for id in 1..=count {
            texts.push(shop.get(&format!("/_sandbox/requests/{id}")).await.body);
            texts.push(shop.page(&format!("/_sandbox/requests/{id}")).await.body);
            seen += 1;
        }
        for text in texts {
            for sentinel in sentinels {
                assert!(!text.contains(sentinel), "{sentinel} in {text}");
            }
        }
    }
    assert_eq!(seen, 4 * 7 + 2);
}

#[tokio::test]
async fn a_webhook_can_be_resent_duplicated_and_spoiled() {
    let mut receiver = Receiver::start(&[]).await;
    let shop = Shop::open().await;
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    shop.sandbox.pay(&id, None).await.unwrap();
    let sent = receiver.wait_for(1).await;
    shop.sandbox.webhooks_quiet().await;

    let copy = shop
        .post("/_sandbox/deliveries/1/duplicate", &[], "")
        .await
        .json();
    assert_eq!(copy["id"], 2);
    let sent_twice = receiver.wait_for(2).await;
    assert_eq!(sent_twice[1].1, sent[0].1, "the same body");
    shop.sandbox.webhooks_quiet().await;

    let spoiled = shop
        .post(
            "/_sandbox/deliveries/1/resend",
            &[FORM],
            "fault=webhook_altered",
        )
        .await;
    assert_eq!(spoiled.status, 200, "{}", spoiled.body);
    let all = receiver.wait_for(3).await;
    shop.sandbox.webhooks_quiet().await;
    assert_ne!(all[2].1, sent[0].1);
    assert_eq!(all[2].1.len(), sent[0].1.len());
    // Only that attempt is spoiled.
    shop.post("/_sandbox/deliveries/1/resend", &[], "").await;
    assert_eq!(receiver.wait_for(4).await[3].1, sent[0].1);
    shop.sandbox.webhooks_quiet().await;

    let delivery = shop.get("/_sandbox/deliveries/1").await.json()["delivery"].clone();
    assert_eq!(delivery["attempts"][1]["fault"], "webhook_altered");
    assert_eq!(delivery["attempts"][1]["sent"]["body"], all[2].1.as_str());
    let page = shop.page("/_sandbox/deliveries/1").await.body;
    assert!(
        page.contains("Fault: webhook altered") && page.contains("Attempt 3"),
        "{page}"
    );
    for (body, why) in [
        ("fault=webhook_drop", "The fault is one of"),
        ("fault=webhook_stale_timestamp", "has no timestamps"),
    ] {
        let refused = shop
            .post("/_sandbox/deliveries/1/resend", &[FORM], body)
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains(why), "{}", refused.body);
    }
}

#[tokio::test]
async fn the_forms_ask_for_faults_and_move_the_clock() {
    let shop = Shop::open().await;
    let page = shop.page("/_sandbox").await.body;
    for kind in payments_sandbox::FaultKind::ALL {
        assert!(
            page.contains(&format!("value=\"{}\"", kind.as_str())),
            "{kind:?}"
        );
    }
    // What the form sends if only the kind is changed: empty fields count as not set.
    let form = "kind=half&gateway=cpay&call=&when=&times=&code=&http_status=&delay_ms=&field=&bytes=&rate=&seed=";
    let answer = shop
        .post("/_sandbox/faults?at=faults", &[FORM, HTML], form)
        .await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let page = shop.page("/_sandbox").await.body;
    assert!(
        page.contains("C-Pay, every call: The answer breaks off"),
        "{page}"
    );
    assert!(page.contains("/_sandbox/faults/1/remove?at=faults"));
    shop.create(&[]).await;
    let answer = shop.get("/_sandbox/requests/1").await.json()["request"]["answer"].clone();
    assert_eq!(answer["complete"], false);
    assert!(
        answer["body"].as_str().unwrap().starts_with("{\"code\":"),
        "{answer}"
    );
    assert!(page.contains("Reset the sandbox"));
}

#[tokio::test]
async fn unknown_addresses_get_a_page_in_a_browser_and_json_elsewhere() {
    let shop = Shop::open().await;
    for path in [
        "/_sandbox/nowhere",
        "/openapi/v1/nothing",
        "/ccpayment/v1/x",
        "/ccpayment/v2/x",
        "/opay/x",
        "/x",
    ] {
        let page = shop.page(path).await;
        assert_eq!(page.status, 404, "{path}: {}", page.body);
        assert!(
            page.header("content-type")
                .unwrap()
                .starts_with("text/html"),
            "{path}"
        );
        assert!(page.body.contains("href=\"/_sandbox\""), "{path}");
        let json = shop.get(path).await;
        assert!(
            json.header("content-type")
                .unwrap()
                .starts_with("application/json"),
            "{path}"
        );
    }
}
