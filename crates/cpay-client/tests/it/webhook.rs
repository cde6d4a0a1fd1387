//! Webhooks: which ones become an event, which are refused without a reason, and which are genuine but unreadable.

use crate::support;
use crate::support::text;
use cpay_client::{Event, OrderQuery, OrderStatus, Verified, WebhookError, Webhooks, ack, nack};
use payments_core::{ProviderRef, Timestamp};
use payments_signing::Secret;
use payments_signing::cpay::Key;

fn webhooks() -> Webhooks {
    Webhooks::new(&support::config())
}

/// A body of `fixtures/wire/cpay/webhooks.json`.
fn body(name: &str) -> Vec<u8> {
    let file = "webhooks";
    let all = support::json(&format!("wire/cpay/{file}.json"));
    let case = all
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == name);
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
fn every_recorded_webhook_has_the_recorded_result() {
    let all = support::json("wire/cpay/webhooks.json");
    let mut results = Vec::new();
    for case in all.as_array().unwrap() {
        let (name, expect) = (text(case, "name"), text(case, "expect"));
        let got = match webhooks().receive(text(case, "body").as_bytes()) {
            Ok(_) => "event",
            Err(WebhookError::Refused) => "refused",
            Err(WebhookError::Unreadable { field }) => field,
            Err(other) => panic!("{name}: {other}"),
        };
        assert_eq!(got, expect, "{name}");
        results.push(got);
    }
    assert!(results.len() > 20 && results.iter().filter(|got| **got == "refused").count() >= 10);
}

#[cfg(feature = "explain")]
#[test]
fn whatever_is_not_accepted_has_a_diagnosis() {
    use cpay_client::Cause;

    let all = support::json("wire/cpay/webhooks.json");
    for case in all.as_array().unwrap() {
        let (name, body) = (text(case, "name"), text(case, "body").as_bytes());
        let diagnosis = webhooks().diagnose(body);
        let error = webhooks().receive(body).err();
        assert_eq!(
            diagnosis.is_some(),
            error.is_some(),
            "{name}: {diagnosis:?}"
        );
        if let (Some(diagnosis), Some(WebhookError::Unreadable { field })) = (diagnosis, error) {
            assert_eq!(diagnosis.cause(), Cause::UnreadableField, "{name}");
            assert!(diagnosis.to_string().contains(field), "{name}");
        }
    }
    let config = cpay_client::Config::new(support::BASE_URL, "1", support::SECRET).unwrap();
    let completed = body("json");
    assert_eq!(webhooks().diagnose(&completed), None);
    let diagnosis = Webhooks::new(&config).diagnose(&completed).unwrap();
    assert_eq!(diagnosis.cause(), Cause::OtherAccount, "{diagnosis}");
    assert!(diagnosis.to_string().contains(support::MERCHANT));
}

/// The same bodies that the signing crate is held to, now through the client.
#[test]
fn the_shared_vectors_are_accepted_and_refused_alike() {
    let all = support::json("signatures/cpay/webhook.json");
    let mut accepted = 0;
    for case in all.as_array().unwrap() {
        let config =
            cpay_client::Config::new(support::BASE_URL, support::MERCHANT, text(case, "key"))
                .unwrap();
        let got = Webhooks::new(&config).receive(text(case, "body").as_bytes());
        let expected = text(case, "expect") == "accept";
        assert_eq!(got.is_ok(), expected, "{}: {got:?}", text(case, "name"));
        accepted += usize::from(expected);
    }
    assert!(accepted >= 5 && all.as_array().unwrap().len() - accepted >= 10);
}

#[test]
fn an_event_has_every_field() {
    for name in ["json", "form", "numbers as JSON numbers"] {
        let event = event(name);
        assert_eq!(event.status, OrderStatus::Completed, "{name}");
        assert_eq!(event.actual_amount.unwrap().to_string(), "10.50");
        assert_eq!(event.received_amount, Some("10".parse().unwrap()));
        assert_eq!(event.fee, Some("0.5".parse().unwrap()));
        assert_eq!(
            event.create_time,
            Some(Timestamp::from_millis(1_663_155_010_000))
        );
        assert_eq!(event.merchant_trade_no.as_deref().unwrap(), "order-1001");
        assert_eq!(event.merchant_user_id.as_deref(), Some("customer-7"));
        assert_eq!(
            event.order_id.as_ref().unwrap().as_str(),
            "2209141130105863014"
        );
        assert!(event.hash.as_deref().unwrap().starts_with("c4dbbf57"));
        assert_eq!(event.crypto_currency.as_deref(), Some("USDT"));
        assert_eq!(event.network.as_deref(), Some("TRON"));
        assert_eq!(event.remark, None, "an empty text is not set");
        assert_eq!(event.ext_info.as_deref(), Some(r#"{"reason":"x y"}"#));
        assert_eq!(event.fields().get("remark"), None, "empty is not signed");
        assert_eq!(event.fields().get("sign"), None);
    }
}

#[test]
fn a_deposit_without_an_order_has_no_reference() {
    let event = event("a deposit without an order");
    assert_eq!(
        (&event.merchant_trade_no, &event.merchant_user_id),
        (&None, &None)
    );
    assert_eq!(event.status, OrderStatus::Completed);
    assert!(event.hash.is_some(), "the way to ask about it");
}

#[test]
fn unknown_fields_and_states_stay_visible() {
    assert_eq!(
        event("an unknown field").fields().get("pledgeAmount"),
        Some("0")
    );
    let event = event("an unlisted status");
    assert_eq!(event.status, OrderStatus::Other("16".to_owned()));
    assert!(!event.status.is_final());
    assert_eq!(event.status.to_string(), "unlisted (16)");
}

#[test]
fn a_webhook_with_only_the_required_fields_is_accepted() {
    let event = event("only what the table demands");
    assert_eq!(event.order_id, None);
    assert_eq!(event.received_amount, Some("10".parse().unwrap()));
}

/// Signed here with our own code, for what is looked at is the size and not the signature.
#[test]
fn refuses_a_body_of_more_than_64_kib() {
    let key = Key::new(Secret::new(support::SECRET).unwrap());
    let genuine = |size: usize| {
        let written = |remark: &str| {
            let sign = key
                .sign([
                    ("merchantId", support::MERCHANT),
                    ("orderStatus", "14"),
                    ("remark", remark),
                ])
                .unwrap();
            let merchant = support::MERCHANT;
            format!(
                r#"{{"merchantId":"{merchant}","orderStatus":"14","remark":"{remark}","sign":"{sign}"}}"#
            )
        };
        let body = written(&"x".repeat(size - written("").len()));
        assert_eq!(body.len(), size);
        body
    };
    assert!(webhooks().receive(genuine(64 * 1024).as_bytes()).is_ok());
    let refused = webhooks()
        .receive(genuine(64 * 1024 + 1).as_bytes())
        .unwrap_err();
    assert_eq!(refused, WebhookError::Refused);
}

/// What an event says: its typed fields, and every field by its name. Those that came empty are not among them: they
/// are not signed, and an empty `remark` can be made an empty `semark` on the way.
fn said(event: &Event) -> (String, Vec<(String, String)>) {
    let typed = format!("{event:?}")
        .split(", fields: ")
        .next()
        .unwrap()
        .to_owned();
    (
        typed,
        event
            .fields()
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    )
}

#[test]
fn no_flipped_bit_gives_another_event() {
    for name in ["json", "form"] {
        let good = body(name);
        let before = said(&event(name));
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut changed = good.clone();
                changed[at] ^= 1 << bit;
                if let Ok(event) = webhooks().receive(&changed) {
                    assert_eq!(said(&event), before, "{name}: byte {at} bit {bit}");
                }
            }
        }
    }
}

#[test]
fn every_refusal_has_the_same_message() {
    let all = support::json("wire/cpay/webhooks.json");
    let mut reasons: Vec<String> = all
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["expect"] == "refused")
        .map(|case| {
            webhooks()
                .receive(text(case, "body").as_bytes())
                .unwrap_err()
                .to_string()
        })
        .collect();
    reasons.dedup();
    assert_eq!(
        reasons,
        [
            "the webhook was refused (wrong key or secret, altered body, another account, or outside the time window): ignore its content"
        ]
    );
}

#[test]
fn the_replies_are_ok_and_fail() {
    for (reply, word) in [(ack(), "OK"), (nack(), "FAIL")] {
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.body().as_ref(), word.as_bytes());
        assert_eq!(reply.headers()["content-type"], "text/plain; charset=utf-8");
    }
}

/// The units of `createTime`, and what is no time. A genuine webhook is not lost for a field that only informs.
#[test]
fn the_time_of_a_webhook_is_read_in_seconds_and_milliseconds() {
    let key = Key::new(Secret::new(support::SECRET).unwrap());
    let moment = Some(Timestamp::from_millis(1_663_155_010_000));
    for (time, read) in [
        ("1663155010000", moment),
        ("1663155010", moment),
        ("20220914113010", None),
        ("2022-09-14", None),
        ("soon", None),
    ] {
        let fields = [
            ("createTime", time),
            ("fee", "half"),
            ("merchantId", support::MERCHANT),
            ("orderId", "71"),
            ("orderStatus", "14"),
        ];
        let sign = key.sign(fields).unwrap();
        let form: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let body = format!("{}&sign={}", form.join("&"), sign.as_str());
        let event = webhooks().receive(body.as_bytes()).unwrap();
        assert_eq!((event.create_time, event.fee), (read, None), "{time}");
    }
}

#[test]
fn an_unsigned_webhook_is_a_hint_that_shows_no_status_and_no_amount() {
    let by_id = OrderQuery::by_order_id(ProviderRef::new("2209141130105863014").unwrap());
    let by_reference = OrderQuery::by_trade_no(support::reference("order-1001"));
    let by_hash = OrderQuery::by_hash("c4dbbf57");
    for (body, query) in [
        (
            r#"{"merchantId":"20003092","orderId":"2209141130105863014","merchantTradeNo":"order-1001",
            "orderStatus":"14","receivedAmount":"99999","hash":"c4dbbf57"}"#,
            &by_id,
        ),
        (
            r#"{"merchantId":20003092,"merchantTradeNo":"order-1001","sign":""}"#,
            &by_reference,
        ),
        (
            r#"{"merchantId":"20003092","hash":"c4dbbf57","sign":null}"#,
            &by_hash,
        ),
        (
            "merchantId=20003092&orderId=&merchantTradeNo=order-1001&sign=",
            &by_reference,
        ),
    ] {
        assert_eq!(
            webhooks().receive(body.as_bytes()).unwrap_err(),
            WebhookError::Refused
        );
        let hint = webhooks().hint(body.as_bytes()).unwrap();
        assert_eq!(&hint.query(), query);
        let shown = format!("{hint:?}");
        assert!(
            !shown.contains("99999") && !shown.contains("status"),
            "{shown}"
        );
    }
}

#[test]
fn a_webhook_with_a_signature_is_never_a_hint() {
    let mut signed = 0;
    for case in support::json("wire/cpay/webhooks.json").as_array().unwrap() {
        let body = text(case, "body");
        // An empty signature counts as missing.
        if !body.contains("sign") || body.contains("\"sign\": \"\"") {
            continue;
        }
        assert_eq!(
            webhooks().hint(body.as_bytes()),
            Err(WebhookError::Refused),
            "{body}"
        );
        signed += 1;
    }
    assert!(signed > 15);
    for body in [
        r#"{"merchantId":"20003092","orderId":"71","sign":"0"}"#,
        r#"{"merchantId":"20003092","orderId":"71","Sign":"5becd887"}"#,
        r#"{"merchantId":"20003092","orderId":"71"," SIGN ":"5becd887"}"#,
        r#"{"merchantId":"20003092","orderId":"71","sign":"","sign":"5becd887"}"#,
        "merchantId=20003092&orderId=71&sign=5becd887",
    ] {
        assert_eq!(
            webhooks().hint(body.as_bytes()),
            Err(WebhookError::Refused),
            "{body}"
        );
    }
}

#[test]
fn a_hint_for_another_merchant_or_about_no_order_is_refused() {
    for body in [
        r#"{"merchantId":"20003093","orderId":"71"}"#,
        r#"{"orderId":"71"}"#,
        r#"{"merchantId":"20003092"}"#,
        r#"{"merchantId":"20003092","orderId":""}"#,
        r#"{"merchantId":"20003092","orderId":"7&1"}"#,
        r#"{"merchantId":"20003092","orderId":["71"]}"#,
        "",
        "{}",
        "<html>",
    ] {
        assert_eq!(
            webhooks().hint(body.as_bytes()),
            Err(WebhookError::Refused),
            "{body}"
        );
    }
    let long = format!(
        r#"{{"merchantId":"20003092","orderId":"{}"}}"#,
        "7".repeat(65)
    );
    assert_eq!(webhooks().hint(long.as_bytes()), Err(WebhookError::Refused));
}

/// C-Pay signs requests and webhooks with one key, so an own request that is sent back verifies.
#[test]
fn a_reflected_request_is_not_called_genuine() {
    let config = support::config();
    let client = support::scripted(&payments_core::scripted::ScriptedTransport::new());
    let request = client.prepare(&support::order(), support::now()).unwrap();
    let error = Webhooks::new(&config).receive(request.body()).unwrap_err();
    assert_eq!(
        error,
        WebhookError::Unreadable {
            field: "orderStatus"
        }
    );
    let shown = error.to_string();
    assert!(
        !shown.contains("genuine") && shown.contains("request of your own"),
        "{shown}"
    );
}
