//! A merchant's server: signs by the published rule, sends, and reads.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use payments_sandbox::{Clock, Sandbox, SandboxBuilder};
use serde_json::Value;
use sha2::Sha256;

use crate::support::http::{self, Answer, FORM};

/// 2022-11-16 11:26:37.123 UTC
pub(crate) const START_MS: u64 = 1_668_597_997_123;

/// Sorted `name=value&` of what is not empty and not `sign`, then `key=`; HMAC-SHA256 with the same secret.
pub(crate) fn sign(params: &[(&str, &str)], secret: &str) -> String {
    let sorted: BTreeMap<_, _> = params.iter().copied().collect();
    let mut text = String::new();
    for (name, value) in sorted {
        if !value.is_empty() && name != "sign" {
            text += &format!("{name}={value}&");
        }
    }
    text += &format!("key={secret}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn encode(params: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    char::from(byte).to_string()
                }
                b' ' => "+".to_owned(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    params
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(settings: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let builder = Sandbox::builder().clock(Clock::manual(START_MS)).seed(7);
        // The tests of card payments need no KYC, except those about it.
        let builder = builder.cpay_kyc_required(false);
        let sandbox = settings(builder).start().await.unwrap();
        Self { sandbox }
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        http::send(self.sandbox.local_addr(), "GET", target, &[], "").await
    }

    /// A page as a browser gets it.
    pub(crate) async fn page(&self, target: &str) -> Answer {
        let browser = [("Accept", "text/html,application/xhtml+xml")];
        http::send(self.sandbox.local_addr(), "GET", target, &browser, "").await
    }

    pub(crate) async fn post(&self, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        http::send(self.sandbox.local_addr(), "POST", target, headers, body).await
    }

    pub(crate) fn signed(&self, params: &[(&str, &str)]) -> String {
        let sign = sign(params, &self.sandbox.credentials().cpay.secret);
        format!("{}&sign={sign}", encode(params))
    }

    /// Signs and posts a form.
    pub(crate) async fn call(&self, path: &str, params: &[(&str, &str)]) -> Answer {
        self.post(path, &[FORM], &self.signed(params)).await
    }

    /// `createOrder` with the usual parameters, each replaced or (by `-`) left out, and more added.
    pub(crate) async fn create(&self, changes: &[(&str, &str)]) -> Answer {
        self.call("/openapi/v1/createOrder", &order(changes)).await
    }

    /// The order id of a newly created order.
    pub(crate) async fn order_id(&self, changes: &[(&str, &str)]) -> String {
        let answer = self.create(changes).await.json();
        answer["data"]["orderId"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"))
            .to_owned()
    }

    pub(crate) async fn detail(&self, params: &[(&str, &str)]) -> Answer {
        let all = [&[("merchantId", "20003092")], params].concat();
        self.get(&format!("/openapi/v1/getOrderDetail?{}", self.signed(&all)))
            .await
    }

    /// The reason the sandbox keeps for itself about the last request.
    pub(crate) fn reason(&self) -> String {
        self.sandbox
            .requests()
            .last()
            .unwrap()
            .reason
            .clone()
            .unwrap_or_default()
    }
}

pub(crate) fn order<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut params = vec![
        ("merchantId", "20003092"),
        ("merchantTradeNo", "test114"),
        ("createTime", "1668597997000"),
        ("userId", "1001"),
        ("amount", "66.12345678"),
        ("cryptoCurrency", "USDT"),
    ];
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        if *value != "-" {
            params.push((name, value));
        }
    }
    params
}

/// Asserts the gateway's error shape and gives its message.
pub(crate) fn refused(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer.body.starts_with(r#"{"code":1,"msg":""#),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains(r#""data":null,"traceid":""#),
        "{}",
        answer.body
    );
    let json = answer.json();
    assert_eq!(json.as_object().unwrap().len(), 4);
    match &json["msg"] {
        Value::String(message) => message.clone(),
        other => panic!("{other}"),
    }
}
