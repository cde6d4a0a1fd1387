//! Callbacks: which are accepted, which are refused, and the replies.
use std::collections::HashSet;

use chainup_opay_client::{
    AckForm, Confirmed, Event, OrderDetailMode, OrderStatus, Verified, WebhookError, Webhooks, nack,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Kind, Outcome};
use serde_json::{Value, json};

use crate::support::{self, NUMBER, cases, text};

fn webhooks() -> Webhooks {
    Webhooks::new(&support::config())
}

fn recorded() -> Vec<Value> {
    cases("wire/chainup_opay/callbacks.json")
}

/// Some recorded callbacks are too long for these.
fn four_blocks() -> Webhooks {
    Webhooks::new(&support::config().callback_blocks(4).unwrap())
}

/// The body of a case of `callbacks.json`.
fn body(name: &str) -> Vec<u8> {
    let all = recorded();
    let case = all.iter().find(|case| case["name"] == name);
    text(case.unwrap_or_else(|| panic!("no case {name}")), "body")
        .as_bytes()
        .to_vec()
}

fn event(name: &str) -> Verified<Event> {
    webhooks()
        .receive(&body(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn recorded_callbacks_are_accepted_or_refused_as_recorded() {
    let mut results = Vec::new();
    for case in recorded() {
        let (name, expect) = (text(&case, "name"), text(&case, "expect"));
        let got = match four_blocks().receive(text(&case, "body").as_bytes()) {
            Ok(_) => "event",
            Err(_) => "refused",
        };
        assert_eq!(got, expect, "{name}");
        results.push(got);
    }
    for mistake in [
        "data by OAEP",
        "sign by PSS",
        "sign by md5",
        "sign by sha1",
        "sign by sha512",
    ] {
        assert!(recorded().iter().any(|case| case["name"] == mistake));
    }
    assert!(results.len() > 60 && results.iter().filter(|got| **got == "refused").count() >= 40);
}

#[test]
fn messages_that_are_not_authentic_get_the_same_error() {
    let keys = support::merchant();
    let (mut refused, mut unreadable) = (0, 0);
    for case in recorded() {
        let body = text(&case, "body").as_bytes();
        let Err(error) = four_blocks().receive(body) else {
            continue;
        };
        if keys.open_callback(support::APP, body).is_ok() {
            assert!(matches!(error, WebhookError::Unreadable { .. }), "{case}");
            unreadable += 1;
        } else {
            assert_eq!(error, WebhookError::Refused, "{case}");
            refused += 1;
        }
    }
    assert!(refused > 20 && unreadable > 5, "{refused}, {unreadable}");
}

#[test]
fn names_the_field_of_a_genuine_callback_that_cannot_be_read() {
    let full = json!({"outOrderId": "1", "orderNum": "2", "orderStatus": "3", "payAmount": "4", "returnUrl": "https://a.example"});
    for field in [
        "outOrderId",
        "orderNum",
        "orderStatus",
        "payAmount",
        "returnUrl",
    ] {
        for value in [
            None,
            Some(json!(null)),
            Some(json!({"a": 1})),
            Some(json!([])),
        ] {
            let mut fields = full.clone();
            match &value {
                None => drop(fields.as_object_mut().unwrap().remove(field)),
                Some(value) => fields[field] = value.clone(),
            }
            let body = support::callback(&fields.to_string());
            let error = webhooks().receive(body.as_bytes()).unwrap_err();
            assert_eq!(error, WebhookError::Unreadable { field }, "{value:?}");
        }
    }
}

/// `time` is not signed and is ignored.
#[test]
fn accepts_a_genuine_callback_with_any_time() {
    let body = String::from_utf8(body("paid")).unwrap();
    let mut envelope: serde_json::Value = serde_json::from_str(&body).unwrap();
    for time in [
        json!(null),
        json!(""),
        json!(1715310032123.5),
        json!("2024-05-10 03:00:32"),
        json!([1]),
    ] {
        envelope["time"] = time;
        let event = webhooks().receive(envelope.to_string().as_bytes()).unwrap();
        assert_eq!(event.status, OrderStatus::Paid);
    }
}

#[cfg(feature = "explain")]
#[test]
fn diagnoses_what_is_not_accepted() {
    use chainup_opay_client::Cause;

    assert_eq!(webhooks().diagnose(&body("paid")), None);
    let missing =
        support::callback(r#"{"outOrderId":"1","orderNum":"2","orderStatus":"3","payAmount":"4"}"#);
    let diagnosis = webhooks().diagnose(missing.as_bytes()).unwrap();
    assert_eq!(diagnosis.cause(), Cause::UnreadableField);
    assert!(diagnosis.to_string().contains("returnUrl"), "{diagnosis}");
    let paid = String::from_utf8(body("paid")).unwrap();
    let other = paid.replace(support::APP, "other");
    let diagnosis = webhooks().diagnose(other.as_bytes()).unwrap();
    assert_eq!(diagnosis.cause(), Cause::OtherAccount);
}

#[test]
fn opens_every_recorded_text() {
    for case in cases("wire/chainup_opay/sealed.json") {
        let opened = support::merchant().open(text(&case, "data"), text(&case, "sign"));
        assert_eq!(
            opened.unwrap().as_slice(),
            text(&case, "plaintext").as_bytes()
        );
    }
}

#[test]
fn an_event_has_all_fields() {
    let event = event("paid");
    assert_eq!(event.app_order_id, "11321");
    assert_eq!(event.order_num.as_str(), NUMBER);
    assert_eq!(event.status, OrderStatus::Paid);
    assert_eq!(event.amount.to_string(), "10");
    assert_eq!(event.return_page, "https://shop.example/return");
    assert!(
        event
            .plaintext()
            .as_bytes()
            .starts_with(br#"{"outOrderId":"#)
    );
    let same = support::fixture("signatures/chainup_opay/envelope_notify_paid.json");
    let provider = webhooks().receive(&same).unwrap();
    assert_eq!(provider.app_order_id, event.app_order_id);
}

#[test]
fn only_status_3_is_paid() {
    for (name, status) in [
        ("paid", OrderStatus::Paid),
        ("pending", OrderStatus::Pending),
        ("closed", OrderStatus::Closed),
        ("failed", OrderStatus::Failed),
        ("unlisted status", OrderStatus::Other("4".to_owned())),
    ] {
        let event = event(name);
        assert_eq!(event.status, status, "{name}");
        assert_eq!(event.status == OrderStatus::Paid, name == "paid");
    }
    assert!(OrderStatus::Paid.is_final() && !OrderStatus::Failed.is_final());
    assert!(!OrderStatus::from("4").is_final());
}

#[test]
fn reads_numbers_and_exponents_exactly() {
    let numbers = event("numbers");
    assert_eq!(numbers.app_order_id, "11321");
    assert_eq!(numbers.order_num.as_str(), "10000000002");
    assert_eq!(
        (numbers.amount.to_string().as_str(), &numbers.status),
        ("10.50", &OrderStatus::Paid)
    );
    assert_eq!(event("an exponent").amount.to_string(), "0.00000001");
}

#[test]
fn refuses_callbacks_with_too_many_blocks() {
    let text = |length: usize| {
        format!(
            r#"{{"outOrderId":"1","orderNum":"2","orderStatus":"3","payAmount":"4","returnUrl":"{}"}}"#,
            "r".repeat(length)
        )
    };
    let overhead = text(0).len();
    // Eight are the default.
    for (blocks, webhooks) in [(4, four_blocks()), (8, webhooks())] {
        let fits = support::callback(&text(blocks * 245 - overhead));
        let over = support::callback(&text(blocks * 245 - overhead + 1));
        assert!(webhooks.receive(fits.as_bytes()).is_ok(), "{blocks}");
        let refused = webhooks.receive(over.as_bytes()).unwrap_err();
        assert_eq!(refused, WebhookError::Refused, "{blocks}");
    }
}

/// The negative vectors are messages to the platform, so the platform receives them here.
#[test]
fn refuses_the_shared_negative_vectors() {
    let config = chainup_opay_client::Config::new(
        support::BASE_URL,
        support::APP,
        &support::key("platform.pri.pem"),
        &support::key("merchant.pub.pem"),
    )
    .unwrap();
    let platform = Webhooks::new(&config);
    let mut refused = HashSet::new();
    for file in ["negative", "negative_more"] {
        for case in cases(&format!("signatures/chainup_opay/{file}.json")) {
            let body = json!({"app_id": support::APP, "data": case["data"], "sign": case["sign"], "time": 1});
            // Even the authentic ones are orders, not callbacks.
            assert!(platform.receive(body.to_string().as_bytes()).is_err());
            if !text(&case, "expect").starts_with("accept") {
                refused.insert(text(&case, "name").to_owned());
            }
        }
    }
    for mistake in [
        "sign_by_pss",
        "sign_by_md5_with_rsa",
        "blocks_dropped",
        "blocks_repeated",
        "blocks_exchanged",
    ] {
        assert!(refused.contains(mistake), "{mistake}");
    }
}

#[test]
fn confirm_returns_the_coin_and_compares_the_other_fields() {
    let confirm = |name: &str, answer: &str| -> Result<Confirmed, Error> {
        let body = support::fixture(&format!("wire/chainup_opay/{answer}.answer.json"));
        let transport = ScriptedTransport::new().answer(200, body);
        block_on(support::scripted(&transport).confirm(&event(name)))
    };
    let confirmed = confirm("paid", "order-detail").unwrap();
    assert!(confirmed.is_paid() && confirmed.is_verified());
    assert_eq!(confirmed.coin, "btc");
    assert!(confirmed.is_for("10.0".parse().unwrap(), "BTC"));
    assert!(!confirmed.is_for("10".parse().unwrap(), "BTC1"));
    assert!(!confirmed.is_for("11".parse().unwrap(), "BTC"));

    // The status is the current one, not that of the event.
    let pending = confirm("paid", "order-detail-live").unwrap();
    assert!(!pending.is_paid() && pending.coin == "USDT1742");
    let ahead = confirm("pending", "order-detail").unwrap();
    assert!(ahead.is_paid());

    for (name, field) in [
        ("another order", "appOrderId"),
        ("an exponent", "orderAmount"),
        ("numbers", "orderNum"),
    ] {
        let error = confirm(name, "order-detail").unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (Kind::Integrity, Outcome::NotApplied),
            "{name}"
        );
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn confirm_fails_if_a_field_is_missing() {
    for (field, wire) in [
        ("coin", "payCoinSymbol"),
        ("amount", "orderAmount"),
        ("id", "appOrderId"),
    ] {
        let mut detail: Value = support::json("wire/chainup_opay/order-detail-live.inside.json");
        detail[wire] = Value::Null;
        let transport = ScriptedTransport::new().answer(200, support::sealed(&detail.to_string()));
        let error = block_on(support::scripted(&transport).confirm(&event("paid"))).unwrap_err();
        assert_eq!(error.kind(), Kind::Undecodable, "{field}");
        assert!(error.to_string().contains(wire), "{error}");
    }
}

#[test]
fn a_plain_confirmation_is_not_verified() {
    let config = support::config().order_detail_mode(OrderDetailMode::Plain);
    let body = support::fixture("wire/chainup_opay/order-detail-plain.answer.json");
    let transport = ScriptedTransport::new().answer(200, body);
    let confirmed = block_on(support::with(&config, &transport).confirm(&event("paid"))).unwrap();
    assert!(!confirmed.is_verified());
}

#[test]
fn replies_have_the_recorded_form() {
    let ack = |form| Webhooks::new(&support::config().ack_form(form)).ack();
    let signed = ack(AckForm::Signed);
    assert_eq!(
        signed.body(),
        &support::fixture("wire/chainup_opay/ack.reply.json")
    );
    assert_eq!(
        (signed.status().as_u16(), &signed.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    assert_eq!(webhooks().ack().body(), signed.body(), "the default");

    let encrypted: Value = serde_json::from_slice(ack(AckForm::Encrypted).body()).unwrap();
    let opened = support::platform().open(text(&encrypted, "data"), text(&encrypted, "sign"));
    assert_eq!(opened.unwrap().as_slice(), b"success");
    assert_eq!(
        (text(&encrypted, "code"), text(&encrypted, "msg")),
        ("0", "success")
    );

    let bare = ack(AckForm::Bare);
    assert_eq!(
        (bare.status().as_u16(), bare.body().as_ref()),
        (200, &b"success"[..])
    );
    assert_eq!(bare.headers()["content-type"], "text/plain; charset=utf-8");

    let refusal = nack();
    assert_eq!(
        (refusal.status().as_u16(), refusal.body().as_ref()),
        (500, &br#"{"code":"10015","msg":"fail","data":"fail"}"#[..])
    );
    assert!(!String::from_utf8_lossy(refusal.body()).contains("success"));
}
