//! Webhooks: read events, refused and unreadable ones.

mod fields;
mod refusals;

use crate::support::{self, STAMP, amount, some, sum, text};
use ccpayment_client::v1::{
    Event, Headers, OrderType, PayStatus, Verified, WebhookError, Webhooks, ack, nack,
};
use payments_core::Timestamp;
use serde_json::{Value, json};

fn webhooks() -> Webhooks {
    Webhooks::new(&support::config())
}

fn cases() -> Vec<Value> {
    match support::json("wire/ccpayment/webhooks.json") {
        Value::Array(cases) => cases,
        other => panic!("{other}"),
    }
}

fn case(name: &str) -> Value {
    let found = cases().into_iter().find(|case| case["name"] == name);
    found.unwrap_or_else(|| panic!("no case {name}"))
}

fn headers(case: &Value) -> http::HeaderMap {
    let all = case["headers"].as_object().unwrap();
    all.iter()
        .map(|(name, value)| {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            (name, value.as_str().unwrap().parse().unwrap())
        })
        .collect()
}

fn receive(case: &Value) -> Result<Verified<Event>, WebhookError> {
    webhooks().receive(
        &headers(case),
        text(case, "body").as_bytes(),
        support::now(),
    )
}

fn event(name: &str) -> Event {
    let event = receive(&case(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    event.into_inner()
}

/// Reads a body that is signed here.
fn read(body: &Value) -> Result<Event, WebhookError> {
    let answer = support::signed(body.to_string());
    let event = webhooks().receive(answer.headers(), answer.body(), support::now());
    event.map(Verified::into_inner)
}

#[cfg(feature = "explain")]
#[test]
fn whatever_is_not_accepted_has_a_diagnosis() {
    use ccpayment_client::v1::Cause;

    for case in cases() {
        let body = text(&case, "body").as_bytes();
        let diagnosis = webhooks().diagnose(&headers(&case), body, support::now());
        let error = receive(&case).err();
        assert_eq!(diagnosis.is_some(), error.is_some(), "{case}");
        if let (Some(diagnosis), Some(WebhookError::Unreadable { field })) = (diagnosis, error) {
            assert_eq!(diagnosis.cause(), Cause::UnreadableField);
            assert!(diagnosis.to_string().contains(field), "{case}");
        }
    }
}

#[test]
fn reads_or_refuses_every_recorded_webhook_as_recorded() {
    let mut refused = 0;
    for case in cases() {
        let (name, expect) = (text(&case, "name"), text(&case, "expect"));
        let got = match receive(&case) {
            Ok(event) => event.order_type().as_str().to_owned(),
            Err(WebhookError::Refused) => {
                refused += 1;
                "refused".to_owned()
            }
            Err(WebhookError::Unreadable { field }) => field.to_owned(),
            Err(other) => panic!("{name}: {other}"),
        };
        assert_eq!(got, expect, "{name}");
    }
    assert!(refused >= 12, "{refused}");
}

#[test]
fn reads_every_field_of_an_api_deposit() {
    for name in [
        "api deposit",
        "spaced and escaped as by Python",
        "numbers as JSON numbers",
    ] {
        let event = event(name);
        assert!(event.is_credit());
        assert_eq!(
            event.dedup_key(),
            ("20230313082144160187630123413504", "success")
        );
        let Event::ApiDeposit(deposit) = &event else {
            panic!("{event:?}")
        };
        assert_eq!(deposit.merchant_order_id, some("order-1001"));
        assert_eq!(event.merchant_order_id(), Some("order-1001"));
        let id = event.order_id().unwrap().as_str();
        assert_eq!(id, "CP202303130821441654321098765432109");
        assert_eq!(deposit.quote.product_price, sum("0.1"));
        assert_eq!(deposit.quote.denominated_currency, some("USD"));
        assert_eq!(
            (deposit.quote.fiat_rate, deposit.quote.token_rate),
            (sum("1"), sum("0.3582"))
        );
        assert_eq!(
            deposit.transfer.amount.unwrap().to_string(),
            "0.279173646007816863"
        );
        assert_eq!(
            deposit.transfer.amount, deposit.quote.order_amount,
            "paid in full"
        );
        assert_eq!(
            (&deposit.transfer.crypto, &deposit.transfer.chain),
            (&some("USDT"), &some("TRX"))
        );
        assert!(deposit.transfer.contract.is_some() && !deposit.transfer.is_internal());
        assert_eq!(deposit.custom_value, None);
        assert_eq!(event.raw(), text(&case(name), "body").as_bytes());
    }
    for name in ["custom value beside the others", "custom value in extend"] {
        let Event::ApiDeposit(deposit) = event(name) else {
            panic!("{name}")
        };
        assert_eq!(deposit.custom_value, some("cart 7"), "{name}");
    }
}

#[test]
fn reads_every_field_of_a_direct_deposit() {
    let event = event("direct deposit");
    let Event::DirectDeposit(deposit) = &event else {
        panic!("{event:?}")
    };
    assert!(event.is_credit() && deposit.transfer.is_internal());
    assert_eq!(deposit.user_id, some("customer-7"));
    assert_eq!(
        (deposit.transfer.amount, deposit.credit_amount),
        (sum("666"), sum("665.8002"))
    );
    let fee = deposit.service_fee.as_ref().unwrap();
    assert_eq!(
        fee.net(amount("666"), "USDT"),
        deposit.credit_amount,
        "amount less fee"
    );
    assert!(deposit.from_address.is_some() && deposit.to_address.is_some());
    assert_eq!(deposit.memo, some("12345"));
    assert_eq!((event.merchant_order_id(), event.order_id()), (None, None));
}

#[test]
fn reads_every_field_of_an_invoice() {
    let event = event("invoice");
    let Event::Invoice(invoice) = &event else {
        panic!("{event:?}")
    };
    assert_eq!(invoice.transfer.status, PayStatus::Pending);
    assert!(!event.is_credit() && !invoice.transfer.status.is_final());
    assert_eq!(invoice.invoice_id, some("I1677152490"));
    assert_eq!(invoice.user_email, some("payer@shop.example"));
    assert_eq!(
        (invoice.credit_amount, invoice.transfer.amount),
        (None, sum("0.2"))
    );
    assert_eq!(
        invoice.network_fee.as_ref().unwrap().parts(),
        (amount("0"), None)
    );
    assert_eq!(invoice.service_fee.as_ref().unwrap().crypto(), Some("USDT"));
    assert_eq!(invoice.quote.product_price, sum("0.1"));
    assert!(event.order_id().is_some() && invoice.memo.is_none());
    assert_eq!(event.merchant_order_id(), None);
}

/// Where the official PHP SDK and the Java SDK's test show the merchant's id.
#[test]
fn an_invoice_may_name_the_merchants_order() {
    let mut body: Value = serde_json::from_str(text(&case("invoice"), "body")).unwrap();
    body["extend"]["merchant_order_id"] = json!("order-1001");
    let event = read(&body).unwrap();
    assert_eq!(event.merchant_order_id(), Some("order-1001"));
    let Event::Invoice(invoice) = &event else {
        panic!("{event:?}")
    };
    assert_eq!(invoice.invoice_id, some("I1677152490"));

    body["extend"] = json!({"invoice_id": "I1677152490"});
    body["merchant_order_id"] = json!("order-1002");
    assert_eq!(read(&body).unwrap().merchant_order_id(), Some("order-1002"));
    body["extend"]["merchant_order_id"] = json!("a\nb");
    let error = read(&body).unwrap_err();
    assert_eq!(
        error,
        WebhookError::Unreadable {
            field: "merchant_order_id"
        }
    );
}

#[test]
fn reads_every_field_of_a_withdrawal_and_a_refund() {
    let event1 = event("api withdrawal");
    let Event::ApiWithdrawal(payout) = &event1 else {
        panic!("{event1:?}")
    };
    assert_eq!(
        (event1.merchant_order_id(), event1.is_credit()),
        (Some("payout-1001"), false)
    );
    assert_eq!(
        (payout.transfer.amount, payout.net_receivable),
        (sum("4"), sum("4"))
    );
    let fee = payout.network_fee.as_ref().unwrap();
    assert_eq!(
        (fee.parts(), fee.value()),
        ((amount("13.39"), Some("TRX")), sum("1"))
    );
    assert_eq!(fee.net(amount("4"), "USDT"), None, "another coin");
    assert_eq!(
        (payout.merchant_pays_fee, &payout.memo),
        (Some(true), &None)
    );
    assert!(payout.to_address.is_some() && event1.order_id().is_some());

    let event2 = event("refund");
    let Event::Refund(refund) = &event2 else {
        panic!("{event2:?}")
    };
    assert_eq!(
        (event2.merchant_order_id(), event2.is_credit()),
        (Some("order-1001"), false)
    );
    assert_eq!(
        (refund.transfer.amount, refund.net_receivable),
        (sum("0.1"), sum("0.05"))
    );
    let fee = refund.network_fee.as_ref().unwrap();
    assert_eq!(
        fee.net(amount("0.1"), "USDT"),
        refund.net_receivable,
        "one coin"
    );
    assert!(fee.coin_id().is_some() && event2.order_id().is_none());
}

#[test]
fn only_a_successful_incoming_payment_is_a_credit() {
    let unlisted = event("an unlisted status");
    assert!(!unlisted.is_credit());
    assert!(matches!(unlisted.transfer().status, PayStatus::Other(_)));
    // Written as on another page: the same event, under the same key.
    let capitals = event("a status in capitals");
    assert!(capitals.is_credit());
    assert_eq!(capitals.dedup_key(), event("api deposit").dedup_key());
    for (name, kind) in [
        ("api deposit", OrderType::ApiDeposit),
        ("direct deposit", OrderType::DirectDeposit),
        ("invoice", OrderType::Invoice),
        ("api withdrawal", OrderType::ApiWithdrawal),
        ("refund", OrderType::Refund),
        (
            "a kind that no page lists",
            OrderType::Other("Swap".to_owned()),
        ),
    ] {
        for status in [
            "success",
            "pending",
            "processing",
            "failed",
            "Success",
            "paid",
        ] {
            let mut body: Value = serde_json::from_str(text(&case(name), "body")).unwrap();
            body["pay_status"] = json!(status);
            let event = read(&body).unwrap();
            let incoming = ["api deposit", "direct deposit", "invoice"].contains(&name);
            let is_success = status.eq_ignore_ascii_case("success");
            assert_eq!(event.is_credit(), incoming && is_success, "{name} {status}");
            assert_eq!(event.order_type(), kind);
            let key = if is_success { "success" } else { status };
            assert_eq!(event.dedup_key().1, key, "each status is a separate event");
        }
    }
    let Event::Unlisted(unlisted) = event("a kind that no page lists") else {
        panic!()
    };
    assert_eq!(
        (unlisted.order_type.as_str(), unlisted.transfer.amount),
        ("Swap", sum("0.1"))
    );
}

#[test]
fn unknown_fields_are_in_raw() {
    let event = event("an unknown field");
    let raw: Value = serde_json::from_slice(event.raw()).unwrap();
    assert_eq!(raw["risk"], json!({"level": [1, null]}));
}

#[test]
fn accepts_headers_as_parts() {
    let case = case("api deposit");
    let header = |name| text(&case["headers"], name);
    let parts = Headers {
        app_id: header("Appid"),
        timestamp: header("Timestamp"),
        sign: header("Sign"),
    };
    let body = text(&case, "body").as_bytes();
    assert!(
        webhooks()
            .receive_parts(&parts, body, support::now())
            .is_ok()
    );
    let late = Timestamp::from_secs(STAMP + 121);
    let refused = webhooks().receive_parts(&parts, body, late).unwrap_err();
    assert_eq!(refused, WebhookError::Refused);
}

#[test]
fn acknowledges_with_exactly_success() {
    let (yes, no) = (ack(), nack());
    assert_eq!(
        (yes.status().as_u16(), yes.body().as_ref()),
        (200, &b"success"[..])
    );
    assert_eq!(no.status(), 500);
    let words = std::str::from_utf8(no.body()).unwrap();
    assert!(!words.contains("success"), "{words}");
    for reply in [yes, no] {
        assert_eq!(reply.headers()["content-type"], "text/plain; charset=utf-8");
    }
}
