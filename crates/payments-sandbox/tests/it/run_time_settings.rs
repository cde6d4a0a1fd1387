//! Settings that change while the sandbox runs: all of them, and what each part of the sandbox makes of a change.

use payments_sandbox::{Sandbox, SettingValue};
use serde_json::{Value, json};

use crate::support::http::{FORM, JSON, Receiver, reply};
use crate::support::shop::Shop;

async fn listed(shop: &Shop) -> Vec<Value> {
    let answer = shop.get("/_sandbox/settings").await.json();
    answer["settings"].as_array().unwrap().clone()
}

/// Another value than the present one.
fn other(setting: &Value) -> Value {
    let name = setting["name"].as_str().unwrap();
    match &setting["value"] {
        Value::Bool(on) => json!(!on),
        Value::Number(_) => json!(7),
        Value::Array(_) => json!(["12", "34"]),
        _ if name.ends_with("_ms") => json!(250),
        _ if name.ends_with("_ips") => json!(["127.0.0.1", "::1"]),
        _ => json!("http://127.0.0.1:9/hook"),
    }
}

#[tokio::test]
async fn every_setting_is_changed_by_its_name_and_a_reset_restores_the_start() {
    let shop = Shop::with(|builder| builder.ccpayment_v2_approval(true)).await;
    let start = listed(&shop).await;
    let (live, fixed): (Vec<&Value>, Vec<&Value>) =
        start.iter().partition(|row| row["changes"] == true);
    assert_eq!((live.len(), fixed.len()), (32, 10));
    let approval = start
        .iter()
        .find(|row| row["name"] == "ccpayment_v2_approval");
    assert_eq!(approval.unwrap()["value"], true);
    for row in &live {
        let name = row["name"].as_str().unwrap();
        assert!(!row["about"].as_str().unwrap().is_empty());
        let change = json!({ name: other(row) }).to_string();
        let changed = shop.post("/_sandbox/settings", &[JSON], &change).await;
        assert_eq!(changed.status, 200, "{change}: {}", changed.body);
        let rows = listed(&shop).await;
        let now = rows.iter().find(|row| row["name"] == name).unwrap();
        assert_eq!((&now["value"], &now["start"]), (&other(row), &row["value"]));
        // What is shown can be set.
        let rows = shop.sandbox.settings();
        let row = rows.iter().find(|row| row.name == name).unwrap();
        let text = row.value.to_string();
        shop.sandbox.change_settings(&[(name, &text)]).unwrap();
    }
    shop.sandbox.reset();
    assert_eq!(listed(&shop).await, start);
}

#[tokio::test]
async fn refuses_all_problems_at_once_and_changes_nothing() {
    let shop = Shop::open().await;
    let before = listed(&shop).await;
    let body = json!({
        "cpay_kyc": false,
        "seed": 8,
        "webhook_timeout_ms": "soon",
        "ccpayment_webhook_pushes": 8,
        "cpay_callback_url": "shop",
        "cpay_card_storage": false,
    });
    let refused = shop
        .post("/_sandbox/settings", &[JSON], &body.to_string())
        .await;
    assert_eq!(refused.status, 422);
    let error = refused.json()["error"].as_str().unwrap().to_owned();
    for part in [
        "Nothing was changed",
        "no setting is called cpay_kyc;",
        "seed is decided when the sandbox starts",
        "webhook_timeout_ms is a number of milliseconds from 1 to 3600000, not `soon`",
        "ccpayment_webhook_pushes is a number from 1 to 7, not `8`",
        "cpay_callback_url is a URL that begins with http:// or https://, or none, not `shop`",
        "The settings are allow_remote_webhooks, ",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    for bad in [r#"{"cpay_card_storage":{}}"#, r#"["cpay_card_storage"]"#] {
        let answer = shop.post("/_sandbox/settings", &[JSON], bad).await;
        assert_eq!(answer.status, 422, "{bad}");
    }
    assert_eq!(listed(&shop).await, before);
}

#[tokio::test]
async fn the_page_has_a_form_for_each_setting() {
    let shop = Shop::open().await;
    let page = shop.page("/_sandbox/settings").await;
    assert_eq!(page.status, 200);
    for setting in shop.sandbox.settings() {
        assert!(page.body.contains(setting.name), "{}", setting.name);
    }
    let secret = &shop.sandbox.credentials().cpay.secret;
    assert!(!page.body.contains(secret.as_str()));
    let browser = [FORM, ("Accept", "text/html")];
    let target = "/_sandbox/settings?at=setting-cpay_card_storage";
    let pressed = shop.post(target, &browser, "cpay_card_storage=false").await;
    assert_eq!(pressed.status, 303);
    let page = shop.page("/_sandbox/settings").await.body;
    assert!(
        page.contains("The account stores cards; at the start true"),
        "{page}"
    );
}

#[tokio::test]
async fn the_next_request_meets_what_was_changed() {
    let shop = Shop::open().await;
    let change = |name: &str, text: &str| {
        let changes = [(name, text)];
        shop.sandbox.change_settings(&changes).unwrap();
    };
    change("cpay_allowed_ips", "10.0.0.1");
    let answer = shop.create(&[]).await;
    assert!(
        answer.body.contains("illegal ip") || answer.body.contains("illegal IP"),
        "{answer:?}"
    );
    change("cpay_allowed_ips", "none");

    let mut receiver = Receiver::start(&[]).await;
    change("cpay_callback_url", &receiver.url());
    change("cpay_push_every_state", "true");
    let id = shop.order_id(&[]).await;
    assert_eq!(receiver.wait_for(1).await.len(), 1);
    change("cpay_push_every_state", "false");
    shop.sandbox.process(&id).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(receiver.requests().len(), 1);

    // Webhooks to other machines, and how long an attempt takes.
    change("cpay_callback_url", "http://192.0.2.1:9/");
    let away = shop.order_id(&[("merchantTradeNo", "away")]).await;
    shop.sandbox.pay(&away, None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(
        shop.sandbox.deliveries().pop().unwrap().state.as_str(),
        "refused"
    );
    let (silent, _open) = silent().await;
    change("cpay_callback_url", &silent);
    change("webhook_timeout_ms", "20");
    let slow = shop.order_id(&[("merchantTradeNo", "slow")]).await;
    shop.sandbox.pay(&slow, None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let problem = shop
        .sandbox
        .deliveries()
        .pop()
        .unwrap()
        .attempts
        .remove(0)
        .problem;
    assert!(problem.unwrap().contains("20 ms"));
}

/// The URL of a socket that takes connections and never replies.
async fn silent() -> (String, tokio::net::TcpListener) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    (url, listener)
}

#[tokio::test]
async fn a_webhook_is_sent_as_often_as_the_setting_says() {
    let failure = reply(500, "");
    let receiver = Receiver::start(&[&failure, &failure, &failure]).await;
    let sandbox = Sandbox::builder().clock(payments_sandbox::Clock::manual(1_700_000_000_000));
    let sandbox = sandbox.start().await.unwrap();
    let changes = [
        ("ccpayment_webhook_url", &*receiver.url()),
        ("ccpayment_webhook_pushes", "2"),
    ];
    sandbox.change_settings(&changes).unwrap();
    let token = "0912e09a-d8e2-41d7-a0bc-a25530892988";
    let invoice = payments_sandbox::CcpaymentInvoice::new("ana@cliente.example", token, "10");
    let invoice = sandbox.ccpayment_invoice(&invoice).await.unwrap();
    sandbox.pay(&invoice.order_id, None).await.unwrap();
    while sandbox.deliveries()[0].due_ms.is_some() {
        sandbox.webhooks_quiet().await;
        sandbox.advance_to_next();
    }
    assert_eq!(receiver.requests().len(), 2);
    let settings = sandbox.settings();
    let pushes = settings
        .iter()
        .find(|row| row.name == "ccpayment_webhook_pushes");
    assert_eq!(pushes.unwrap().value, SettingValue::Number(2));
}
