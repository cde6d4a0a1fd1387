//! Webhooks: what is accepted means what a recorded webhook means, and the owner's diagnosis agrees with the verdict.

use std::fmt::Debug;
use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue};
use payments_core::{Timestamp, WebhookError};
use payments_signing::Verified;
use serde_json::Value;

use crate::corpus;

/// What a receiver does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is refused.
    Refused,
    /// It is accepted, and means what a recorded message means.
    Genuine,
    /// It is accepted, and means something else: a forgery.
    Forged,
}

/// A message as a receiver gets it: headers and body.
pub type Message = (HeaderMap, Vec<u8>);

/// A receiver of webhooks.
#[derive(Debug)]
pub struct Scheme {
    /// The name of the provider, and of the version.
    pub name: &'static str,
    /// Receives a message.
    pub receive: fn(&HeaderMap, &[u8]) -> Verdict,
    /// The genuine messages. Where the signature is in the body, there are no headers.
    pub recorded: fn() -> Vec<Message>,
}

/// All schemes.
pub const SCHEMES: &[Scheme] = &[
    Scheme {
        name: "cpay",
        receive: |_, body| receive_cpay(body),
        recorded: || in_bodies("wire/cpay/webhooks.json"),
    },
    Scheme {
        name: "chainup_opay",
        receive: |_, body| receive_chainup(body),
        recorded: || in_bodies("wire/chainup_opay/callbacks.json"),
    },
    Scheme {
        name: "ccpayment",
        receive: receive_ccpayment,
        recorded: || recorded("wire/ccpayment/webhooks.json"),
    },
    Scheme {
        name: "ccpayment_v2",
        receive: receive_ccpayment_v2,
        recorded: || recorded("wire/ccpayment_v2/webhooks.json"),
    },
];

fn in_bodies(path: &str) -> Vec<Message> {
    let bodies = corpus::bodies(path).into_iter();
    bodies.map(|body| (HeaderMap::new(), body)).collect()
}

fn judge<T>(result: &Result<T, WebhookError>, is_known: impl FnOnce(&T) -> bool) -> Verdict {
    match result {
        Err(_) => Verdict::Refused,
        Ok(event) if is_known(event) => Verdict::Genuine,
        Ok(_) => Verdict::Forged,
    }
}

fn is_genuine(verdict: Verdict) {
    assert_ne!(verdict, Verdict::Forged, "a forged webhook was accepted");
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

/// What an accepted event must not change: everything that decides what is booked.
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

fn receive_cpay(body: &[u8]) -> Verdict {
    static RECORDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let bodies = corpus::bodies("wire/cpay/webhooks.json");
        let events = bodies.iter().filter_map(|body| CPAY.receive(body).ok());
        events.map(|event| cpay_meaning(&event)).collect()
    });
    judge(&CPAY.receive(body), |event| {
        RECORDED.contains(&cpay_meaning(event))
    })
}

pub(crate) fn cpay(body: &[u8]) {
    is_genuine(receive_cpay(body));
    let result = CPAY.receive(body);
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

fn receive_chainup(body: &[u8]) -> Verdict {
    fn meaning<E: Debug>(plaintext: E) -> String {
        format!("{plaintext:?}")
    }
    static RECORDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        let bodies = corpus::bodies("wire/chainup_opay/callbacks.json");
        let events = bodies.iter().filter_map(|body| CHAINUP.receive(body).ok());
        events.map(|event| meaning(event.plaintext())).collect()
    });
    judge(&CHAINUP.receive(body), |event| {
        RECORDED.contains(&meaning(event.plaintext()))
    })
}

pub(crate) fn chainup(body: &[u8]) {
    is_genuine(receive_chainup(body));
    agrees(&CHAINUP.receive(body), CHAINUP.diagnose(body).is_some());
}

/// The signature's headers of a recorded webhook with this body; of the first one for any other body.
fn headers(recorded: &[Message], body: &[u8]) -> HeaderMap {
    let same = recorded.iter().find(|(_, known)| known == body);
    same.or(recorded.first()).unwrap().0.clone()
}

fn recorded(path: &str) -> Vec<Message> {
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

fn is_recorded(recorded: &[Message], body: &[u8]) -> bool {
    recorded.iter().any(|(_, known)| known == body)
}

static CCPAYMENT: LazyLock<(ccpayment_client::v1::Webhooks, Vec<Message>)> = LazyLock::new(|| {
    use ccpayment_client::v1::{Config, DEFAULT_BASE_URL, Webhooks};
    let app = "202302010636261620672405236006912";
    let secret = "0123456789abcdef0123456789abcdef";
    let config = Config::new(DEFAULT_BASE_URL, app, secret).unwrap();
    let recorded = recorded("wire/ccpayment/webhooks.json");
    (Webhooks::new(&config), recorded)
});

/// Some seconds after the recorded webhooks.
const CCPAYMENT_NOW: Timestamp = Timestamp::from_secs(1_677_152_500);

fn receive_ccpayment(headers: &HeaderMap, body: &[u8]) -> Verdict {
    let (receiver, recorded) = &*CCPAYMENT;
    let result = receiver.receive(headers, body, CCPAYMENT_NOW);
    judge(&result, |_| is_recorded(recorded, body))
}

pub(crate) fn ccpayment(body: &[u8]) {
    let (receiver, recorded) = &*CCPAYMENT;
    let headers = headers(recorded, body);
    is_genuine(receive_ccpayment(&headers, body));
    let result = receiver.receive(&headers, body, CCPAYMENT_NOW);
    let diagnosis = receiver.diagnose(&headers, body, CCPAYMENT_NOW);
    agrees(&result, diagnosis.is_some());
}

static CCPAYMENT_V2: LazyLock<(ccpayment_client::v2::Webhooks, Vec<Message>)> =
    LazyLock::new(|| {
        use ccpayment_client::v2::{Config, DEFAULT_BASE_URL, Webhooks};
        let secret = "0123456789abcdef0123456789abcdef";
        let config = Config::new(DEFAULT_BASE_URL, "ccpv2TestAppId01", secret).unwrap();
        let recorded = recorded("wire/ccpayment_v2/webhooks.json");
        (Webhooks::new(&config), recorded)
    });

const CCPAYMENT_V2_NOW: Timestamp = Timestamp::from_secs(1_800_000_005);

fn receive_ccpayment_v2(headers: &HeaderMap, body: &[u8]) -> Verdict {
    let (receiver, recorded) = &*CCPAYMENT_V2;
    let result = receiver.receive(headers, body, CCPAYMENT_V2_NOW);
    judge(&result, |_| is_recorded(recorded, body))
}

pub(crate) fn ccpayment_v2(body: &[u8]) {
    let (receiver, recorded) = &*CCPAYMENT_V2;
    let headers = headers(recorded, body);
    is_genuine(receive_ccpayment_v2(&headers, body));
    let result = receiver.receive(&headers, body, CCPAYMENT_V2_NOW);
    let diagnosis = receiver.diagnose(&headers, body, CCPAYMENT_V2_NOW);
    agrees(&result, diagnosis.is_some());
}
