//! Webhooks while the secret changes.

use super::*;

#[test]
fn accepts_webhooks_under_the_current_and_the_previous_secret() {
    let body = Bytes::from(paid("r-1", "10").to_string());
    let headers = webhook_headers(APP_ID, SECRET, &body);
    let gateway = |secret: &str| {
        let transport = ScriptedTransport::new();
        let clock = payments_core::scripted::ManualClock::at(NOW);
        let executor = payments_core::Executor::new(
            std::sync::Arc::new(transport),
            std::sync::Arc::new(clock),
            std::sync::Arc::new(payments_core::scripted::FixedEntropy::new(0)),
        );
        Ccpayment::new("main", &config(secret), executor).unwrap()
    };
    let receive = |gateway: &Ccpayment, headers: &http::HeaderMap, body: &Bytes, now| {
        gateway
            .webhooks()
            .receive(headers, body, now)
            .map(|received| received.into_event())
    };
    let changed = gateway("the-new-secret");
    assert_eq!(
        receive(&changed, &headers, &body, NOW).unwrap_err(),
        WebhookError::Refused
    );
    let until = |end| changed.clone().with_previous_secret(&config(SECRET), end);
    let after = NOW.checked_add(std::time::Duration::from_secs(1)).unwrap();
    assert!(receive(&until(after), &headers, &body, NOW).is_ok());
    assert_eq!(
        receive(&until(NOW), &headers, &body, NOW).unwrap_err(),
        WebhookError::Refused
    );

    // The owner sees what the sender does not.
    let cause = |gateway: &Ccpayment, headers: &http::HeaderMap, body: &Bytes, now| {
        let diagnosis = gateway.webhooks().diagnose(headers, body, now);
        diagnosis.map(|diagnosis| diagnosis.cause())
    };
    let wrong = Some(Cause::WrongSecretOrAltered);
    assert_eq!(cause(&changed, &headers, &body, NOW), wrong);
    assert_eq!(cause(&until(after), &headers, &body, NOW), None);
    assert_eq!(
        cause(&until(NOW), &headers, &body, NOW),
        Some(Cause::EndedSecret)
    );

    let own = gateway(SECRET);
    assert!(receive(&own, &headers, &body, NOW).is_ok());
    assert_eq!(cause(&own, &headers, &body, NOW), None);
    let page = Bytes::from_static(b"<html><title>502</title>");
    assert_eq!(cause(&own, &headers, &page, NOW), Some(Cause::WebPage));
    // Under the previous secret only the age is wrong, which is more precise.
    let older = Timestamp::from_secs(NOW.as_secs() + 200);
    let open_end = changed
        .clone()
        .with_previous_secret(&config(SECRET), Timestamp::from_secs(u32::MAX.into()));
    assert_eq!(cause(&open_end, &headers, &body, older), Some(Cause::Stale));
    let late = Timestamp::from_secs(NOW.as_secs() + 121);
    assert_eq!(
        receive(&own, &headers, &body, late).unwrap_err(),
        WebhookError::Refused
    );
    for forged in [&b""[..], b"{}", b"success", &body[..body.len() - 1]] {
        let forged = Bytes::copy_from_slice(forged);
        assert_eq!(
            receive(&own, &headers, &forged, NOW).unwrap_err(),
            WebhookError::Refused
        );
    }
    // Genuine, but not what a webhook is.
    let order = Bytes::from_static(b"{\"merchant_order_ids\":[\"order-1\"]}");
    let headers = webhook_headers(APP_ID, SECRET, &order);
    let unreadable = WebhookError::Unreadable {
        field: "order_type",
    };
    assert_eq!(
        receive(&own, &headers, &order, NOW).unwrap_err(),
        unreadable
    );
    assert_eq!(
        cause(&own, &headers, &order, NOW),
        Some(Cause::UnreadableField)
    );
    assert_eq!(own.webhooks().nack().status(), 500);
}
