//! Webhooks: what is accepted means what a recorded webhook means, and the owner's diagnosis agrees with the verdict.

use std::fmt::Debug;
use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue};
use payments_core::{Timestamp, WebhookError};
use payments_signing::Verified;
use serde_json::Value;

use crate::corpus;

/// What an accepted event must not change: everything that decides what is booked.
fn same_as_recorded<E: Debug>(accepted: &str, recorded: &[String], event: &E) {
    assert!(
        recorded.iter().any(|known| known == accepted),
        "a forged webhook was accepted: {event:?}"
    );
}

fn agrees<T>(result: &Result<T, WebhookError>, diagnosed: bool) {
    assert_eq!(
        result.is_err(),
        diagnosed,
        "the verdict and the diagnosis disagree"
    );
}

static CPAY: LazyLock<cpay_client::Webhooks> = LazyLock::new(|| {
    let config = cpay_client::Config::new("https://api.cpay.ltd", "20003092", "k3y-of-merchant");
    cpay_client::Webhooks::new(&config.unwrap())
});

fn cpay_meaning(event: &Verified<cpay_client::Event>) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        event.status,
        event.received_amount,
        event.crypto_currency,
        event.merchant_trade_no,
        event.order_id,
        event.hash
    )
}

pub(crate) fn cpay(body: &[u8]) {
    static RECORDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let bodies = corpus::bodies("wire/cpay/webhooks.json");
        let events = bodies.iter().filter_map(|body| CPAY.receive(body).ok());
        events.map(|event| cpay_meaning(&event)).collect()
    });
    let result = CPAY.receive(body);
    if let Ok(event) = &result {
        same_as_recorded(&cpay_meaning(event), &RECORDED, &**event);
    }
    agrees(&result, CPAY.diagnose(body).is_some());
    // A body with a signature is never a hint, whether the signature is right or wrong.
    if CPAY.hint(body).is_ok() {
        assert!(result.is_err());
    }
}

static CHAINUP: LazyLock<chainup_opay_client::Webhooks> = LazyLock::new(|| {
    let private = corpus::text("signatures/chainup_opay/merchant.pri.pem");
    let platform = corpus::text("signatures/chainup_opay/platform.pub.pem");
    let url = "https://service.exchange.example";
    let config = chainup_opay_client::Config::new(url, "xxx_xxx", &private, &platform);
    chainup_opay_client::Webhooks::new(&config.unwrap())
});

pub(crate) fn chainup(body: &[u8]) {
    static RECORDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let bodies = corpus::bodies("wire/chainup_opay/callbacks.json");
        let events = bodies.iter().filter_map(|body| CHAINUP.receive(body).ok());
        events
            .map(|event| format!("{:?}", event.plaintext()))
            .collect()
    });
    let result = CHAINUP.receive(body);
    if let Ok(event) = &result {
        same_as_recorded(&format!("{:?}", event.plaintext()), &RECORDED, &**event);
    }
    agrees(&result, CHAINUP.diagnose(body).is_some());
}

/// The signature's headers of a recorded webhook with this body; of the first one for any other body.
fn headers(recorded: &[(HeaderMap, Vec<u8>)], body: &[u8]) -> HeaderMap {
    let same = recorded.iter().find(|(_, known)| known == body);
    same.or(recorded.first()).unwrap().0.clone()
}

fn recorded(path: &str) -> Vec<(HeaderMap, Vec<u8>)> {
    let with_headers = |case: Value| {
        let mut headers = HeaderMap::new();
        for name in ["Appid", "Timestamp", "Sign"] {
            let value = HeaderValue::from_str(case.get("headers")?.get(name)?.as_str()?).ok()?;
            headers.insert(name, value);
        }
        Some((headers, case.get("body")?.as_str()?.as_bytes().to_vec()))
    };
    corpus::cases(path)
        .into_iter()
        .filter_map(with_headers)
        .collect()
}

pub(crate) fn ccpayment(body: &[u8]) {
    use ccpayment_client::v1::{Config, DEFAULT_BASE_URL, Webhooks};
    static RECORDED: LazyLock<Vec<(HeaderMap, Vec<u8>)>> =
        LazyLock::new(|| recorded("wire/ccpayment/webhooks.json"));
    static RECEIVER: LazyLock<Webhooks> = LazyLock::new(|| {
        let app = "202302010636261620672405236006912";
        let secret = "0123456789abcdef0123456789abcdef";
        Webhooks::new(&Config::new(DEFAULT_BASE_URL, app, secret).unwrap())
    });
    let headers = headers(&RECORDED, body);
    let now = Timestamp::from_secs(1_677_152_500);
    let result = RECEIVER.receive(&headers, body, now);
    if result.is_ok() {
        assert!(
            RECORDED.iter().any(|(_, known)| known == body),
            "a changed body was accepted"
        );
    }
    agrees(&result, RECEIVER.diagnose(&headers, body, now).is_some());
}

pub(crate) fn ccpayment_v2(body: &[u8]) {
    use ccpayment_client::v2::{Config, DEFAULT_BASE_URL, Webhooks};
    static RECORDED: LazyLock<Vec<(HeaderMap, Vec<u8>)>> =
        LazyLock::new(|| recorded("wire/ccpayment_v2/webhooks.json"));
    static RECEIVER: LazyLock<Webhooks> = LazyLock::new(|| {
        let secret = "0123456789abcdef0123456789abcdef";
        Webhooks::new(&Config::new(DEFAULT_BASE_URL, "ccpv2TestAppId01", secret).unwrap())
    });
    let headers = headers(&RECORDED, body);
    let now = Timestamp::from_secs(1_800_000_005);
    let result = RECEIVER.receive(&headers, body, now);
    if result.is_ok() {
        assert!(
            RECORDED.iter().any(|(_, known)| known == body),
            "a changed body was accepted"
        );
    }
    agrees(&result, RECEIVER.diagnose(&headers, body, now).is_some());
}
