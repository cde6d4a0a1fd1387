//! Webhooks: every recorded case, and what an event offers.

use super::support::{self, RECORD, record, some, text};
use ccpayment_client::v2::{
    Call, DepositStatus, Event, WebhookError, WebhookType, Webhooks, WithdrawalStatus, ack, nack,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use payments_signing::Verified;
use serde_json::{Value, json};

fn cases() -> Vec<Value> {
    support::json("wire/ccpayment_v2/webhooks.json")
        .as_array()
        .unwrap()
        .clone()
}

fn headers(case: &Value) -> HeaderMap {
    let headers = case["headers"].as_object().unwrap().iter();
    headers
        .map(|(name, value)| {
            (
                name.parse::<HeaderName>().unwrap(),
                value.as_str().unwrap().parse::<HeaderValue>().unwrap(),
            )
        })
        .collect()
}

fn receive(case: &Value) -> Result<Verified<Event>, WebhookError> {
    Webhooks::new(&support::config()).receive(
        &headers(case),
        text(case, "body").as_bytes(),
        support::now(),
    )
}

fn named(name: &str) -> Event {
    let cases = cases();
    let case = cases.iter().find(|case| case["name"] == name).unwrap();
    receive(case).unwrap().into_inner()
}

#[test]
fn reads_or_refuses_every_recorded_webhook() {
    let cases = cases();
    for case in &cases {
        let found = match receive(case) {
            Ok(event) => match &*event {
                Event::Unlisted(unlisted) => match &unlisted.kind {
                    Some(kind) => format!("unlisted: {kind}"),
                    None => "unlisted".to_owned(),
                },
                listed => listed.kind().unwrap().as_str().to_owned(),
            },
            Err(WebhookError::Refused) => "refused".to_owned(),
            Err(WebhookError::Unreadable { field }) => field.to_owned(),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, text(case, "expect"), "{}", text(case, "name"));
    }
    assert!(cases.len() >= 45, "{}", cases.len());
}

#[cfg(feature = "explain")]
#[test]
fn whatever_is_not_accepted_has_a_diagnosis() {
    use payments_signing::Cause;

    for case in cases() {
        let (body, now) = (text(&case, "body").as_bytes(), support::now());
        let webhooks = Webhooks::new(&support::config());
        let diagnosis = webhooks.diagnose(&headers(&case), body, now);
        let error = receive(&case).err();
        assert_eq!(diagnosis.is_some(), error.is_some(), "{case}");
        if let (Some(diagnosis), Some(WebhookError::Unreadable { field })) = (diagnosis, error) {
            assert_eq!(diagnosis.cause(), Cause::UnreadableField);
            assert!(diagnosis.to_string().contains(field), "{case}");
        }
    }
}

/// The console still sends v1.
#[cfg(feature = "explain")]
#[test]
fn a_webhook_of_v1_is_refused_and_named() {
    use payments_signing::ccpayment::{Key, Timestamp};
    use payments_signing::{Cause, Secret};

    let key = Key::new(support::APP_ID, Secret::new(support::SECRET).unwrap()).unwrap();
    let stamp = Timestamp::from_secs(support::STAMP).unwrap();
    let body = br#"{"pay_status":"success","record_id":"1"}"#;
    let sign = key.sign(stamp, body);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("appid", support::APP_ID),
        ("timestamp", stamp.as_str()),
        ("sign", sign.as_str()),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    let webhooks = Webhooks::new(&support::config());
    let found = webhooks.diagnose(&headers, body, support::now()).unwrap();
    assert_eq!(found.cause(), Cause::PlainHash);
    assert!(found.to_string().contains("v1"), "{found}");
}

#[test]
fn events_name_record_reference_and_status() {
    let Event::ApiDeposit(event) = named("ApiDeposit") else {
        panic!("another kind");
    };
    assert_eq!(event.record_id, record(RECORD));
    assert_eq!(
        (event.order_id.clone(), event.coin_id),
        (some("order-1001"), Some(1280))
    );
    assert_eq!(event.status, DepositStatus::Success);
    assert_eq!(event.is_flagged_as_risky, Some(false));
    let query = support::client()
        .prepare(&event.query(), support::now())
        .unwrap();
    assert_eq!(query.body(), &format!(r#"{{"recordId":"{RECORD}"}}"#));

    let Event::DirectDeposit(event) = named("DirectDeposit") else {
        panic!("another kind");
    };
    assert_eq!(event.reference_id, some("customer-7"));
    let Event::ApiWithdrawal(event) = named("ApiWithdrawal") else {
        panic!("another kind");
    };
    assert_eq!(event.status, WithdrawalStatus::WaitingApproval);
    let query = support::client()
        .prepare(&event.query(), support::now())
        .unwrap();
    assert_eq!(query.body(), &format!(r#"{{"recordId":"{RECORD}"}}"#));
    let Event::UserDeposit(event) = named("UserDeposit") else {
        panic!("another kind");
    };
    assert_eq!(
        (event.user_id, event.is_flagged_as_risky),
        (some("customer-7"), Some(true))
    );
    let Event::UserWithdrawal(event) = named("UserWithdrawal") else {
        panic!("another kind");
    };
    assert_eq!(event.status, WithdrawalStatus::Rejected);
    let Event::ApiDeposit(event) = named("no risk flag, as in 2024") else {
        panic!("another kind");
    };
    assert_eq!(event.is_flagged_as_risky, None);
}

#[test]
fn the_identity_of_an_event_is_its_record_and_status() {
    assert_eq!(named("ApiDeposit").dedup_key(), Some((RECORD, "Success")));
    assert_eq!(
        named("numbers as text").dedup_key(),
        named("ApiDeposit").dedup_key()
    );
    assert_eq!(
        named("an unlisted status").dedup_key(),
        Some((RECORD, "Pending"))
    );
    for name in ["activation probe", "a kind that no page lists"] {
        assert_eq!(named(name).dedup_key(), None, "{name}");
    }
    assert_eq!(
        named("activation probe").kind(),
        Some(WebhookType::ActivateWebhookUrl)
    );
    let Event::Unlisted(unlisted) = named("no kind: the notice of a risky address") else {
        panic!("another kind");
    };
    assert!(unlisted.raw().starts_with(br#"{"chainId":"POLYGON""#));
}

#[test]
fn replies_are_exact() {
    let reply = ack();
    assert_eq!(
        (reply.status().as_u16(), &reply.body()[..]),
        (200, &b"Success"[..])
    );
    let kind = reply.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/plain"), "{kind}");
    let reply = nack();
    assert_eq!(reply.status().as_u16(), 500);
    let text = String::from_utf8(reply.body().to_vec()).unwrap();
    assert!(!text.to_lowercase().contains("success"), "{text}");
}

#[test]
fn events_do_not_print_people() {
    let cases = cases();
    for case in &cases {
        if let Ok(event) = receive(case) {
            let shown = format!("{:?} {:#?}", *event, *event);
            for hidden in ["customer-7", "0x0000", support::SECRET] {
                assert!(!shown.contains(hidden), "{shown}");
            }
        }
    }
}

/// Each event with a record leads to the call that returns it, by the record's id.
#[test]
fn events_query_their_records() {
    fn sent(call: &impl Call) -> (String, Value) {
        let request = support::client().prepare(call, support::now()).unwrap();
        let path = request.uri().path().to_owned();
        (path, serde_json::from_slice(request.body()).unwrap())
    }
    for (kind, path) in [
        ("ApiDeposit", "getAppDepositRecord"),
        ("DirectDeposit", "getAppDepositRecord"),
        ("ApiWithdrawal", "getAppWithdrawRecord"),
        ("UserDeposit", "getUserDepositRecord"),
        ("UserWithdrawal", "getUserWithdrawRecord"),
    ] {
        let asked = match named(kind) {
            Event::ApiDeposit(event) => sent(&event.query()),
            Event::DirectDeposit(event) => sent(&event.query()),
            Event::ApiWithdrawal(event) => sent(&event.query()),
            Event::UserDeposit(event) => sent(&event.query()),
            Event::UserWithdrawal(event) => sent(&event.query()),
            other => panic!("{other:?}"),
        };
        let expected = (
            format!("/ccpayment/v2/{path}"),
            json!({ "recordId": RECORD }),
        );
        assert_eq!(asked, expected, "{kind}");
    }
}
