//! Webhooks that are refused.

use super::*;

#[test]
fn a_reflected_request_is_not_called_genuine() {
    let client = support::client();
    let request = client.prepare(&support::payout(), support::now()).unwrap();
    let error = webhooks()
        .receive(request.headers(), request.body(), support::now())
        .unwrap_err();
    assert_eq!(
        error,
        WebhookError::Unreadable {
            field: "order_type"
        }
    );
    let shown = error.to_string();
    assert!(
        !shown.contains("genuine") && shown.contains("request of your own"),
        "{shown}"
    );
}

#[test]
fn refuses_a_duplicate_signature_header() {
    let case = case("api deposit");
    for name in ["appid", "timestamp", "sign"] {
        let mut headers = headers(&case);
        let again = headers[name].clone();
        headers.append(name, again);
        let got = webhooks().receive(&headers, text(&case, "body").as_bytes(), support::now());
        assert_eq!(got.unwrap_err(), WebhookError::Refused, "{name}");
    }
}

#[test]
fn refuses_a_body_over_64_kib() {
    let genuine = |size: usize| {
        let written = |pad: &str| {
            json!({"pay_status": "success", "order_type": "Refund", "record_id": "1", "pad": pad})
                .to_string()
        };
        let body = written(&"x".repeat(size - written("").len()));
        assert_eq!(body.len(), size);
        support::signed(body)
    };
    let received = |size| {
        let push = genuine(size);
        webhooks()
            .receive(push.headers(), push.body(), support::now())
            .map(|_| ())
    };
    assert_eq!(received(64 * 1024), Ok(()));
    assert_eq!(received(64 * 1024 + 1), Err(WebhookError::Refused));
}

#[test]
fn refuses_a_body_with_any_single_bit_changed() {
    let case = case("api deposit");
    let (headers, good) = (headers(&case), text(&case, "body").as_bytes().to_vec());
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut changed = good.clone();
            changed[at] ^= 1 << bit;
            let got = webhooks().receive(&headers, &changed, support::now());
            assert_eq!(
                got.unwrap_err(),
                WebhookError::Refused,
                "byte {at} bit {bit}"
            );
        }
    }
}

#[test]
fn every_refusal_has_the_same_message() {
    let mut reasons: Vec<String> = cases()
        .iter()
        .filter(|case| case["expect"] == "refused")
        .map(|case| receive(case).unwrap_err().to_string())
        .collect();
    reasons.dedup();
    assert_eq!(
        reasons,
        [
            "the webhook was refused (wrong key or secret, altered body, another account, or outside the time window): ignore its content"
        ]
    );
}
