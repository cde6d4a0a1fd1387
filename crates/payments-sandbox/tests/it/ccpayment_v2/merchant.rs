//! A merchant's server at CCPayment v2: signs by the published rule, sends, and reads.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use payments_sandbox::{Clock, Gateway, Sandbox, SandboxBuilder};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::http::{self, Answer, Receiver};

/// 2027-01-15 08:00:00 UTC
pub(crate) const START_S: u64 = 1_800_000_000;
pub(crate) const USDT: u64 = 1280;
pub(crate) const POL: u64 = 1329;

/// The addresses of real contracts.
pub(crate) const TRON_ADDRESS: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
pub(crate) const EVM_ADDRESS: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";

/// HMAC-SHA256 of app id, timestamp and body, one after the other.
pub(crate) fn sign(app_id: &str, secret: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{app_id}{timestamp}{body}").as_bytes());
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_tests_signature_matches_one_that_another_program_made() {
    let sign = sign(
        "ccpv2TestAppId01",
        "0123456789abcdef0123456789abcdef",
        "1800000000",
        r#"{"type":"ActivateWebhookURL","msg":{}}"#,
    );
    assert_eq!(
        sign,
        "f2bfc824a9c6dac38897dec76778736d50022e44e98fb81a78db606f16d2a9ab"
    );
}

pub(crate) struct Merchant {
    pub(crate) sandbox: Sandbox,
}

impl Merchant {
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(settings: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let clock = Clock::manual(START_S * 1_000);
        let builder = Sandbox::builder().clock(clock).seed(7);
        let sandbox = settings(builder).start().await.unwrap();
        Self { sandbox }
    }

    pub(crate) async fn wait(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
        self.sandbox.webhooks_quiet().await;
    }

    /// Signs a text with the right secret and sends it.
    pub(crate) async fn send(&self, call: &str, body: &str) -> Answer {
        let account = &self.sandbox.credentials().ccpayment_v2;
        let timestamp = (self.sandbox.clock().now_ms() / 1_000).to_string();
        let sign = sign(&account.app_id, &account.app_secret, &timestamp, body);
        let headers = [
            ("Content-Type", "application/json"),
            ("Appid", account.app_id.as_str()),
            ("Timestamp", &timestamp),
            ("Sign", &sign),
        ];
        self.post(call, &headers, body).await
    }

    pub(crate) async fn post(&self, call: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let path = format!("/ccpayment/v2/{call}");
        http::send(self.sandbox.local_addr(), "POST", &path, headers, body).await
    }

    /// Calls and gives the `data` of the success.
    pub(crate) async fn ask(&self, call: &str, body: &Value) -> Value {
        let answer = self.send(call, &body.to_string()).await;
        let json = answer.json();
        assert_eq!(
            (answer.status, &json["code"], &json["msg"]),
            (200, &json!(10_000), &json!("success")),
            "{call} {}: {:?}",
            answer.body,
            self.reason()
        );
        json["data"].clone()
    }

    /// Calls, checks the shape of a refusal, and gives its code.
    pub(crate) async fn refused(&self, call: &str, body: &Value) -> i64 {
        let answer = self.send(call, &body.to_string()).await;
        refusal(&answer)
    }

    /// Uses a control of the admin API.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Answer {
        let path = format!("/_sandbox/{path}");
        let address = self.sandbox.local_addr();
        http::send(address, "POST", &path, &[http::JSON], &body.to_string()).await
    }

    /// Reads a page or a list of the admin API.
    pub(crate) async fn look(&self, path: &str) -> Answer {
        let path = format!("/_sandbox/{path}");
        http::send(self.sandbox.local_addr(), "GET", &path, &[], "").await
    }

    /// The reason the sandbox keeps for itself about the last request.
    pub(crate) fn reason(&self) -> String {
        let record = self.sandbox.requests().pop().unwrap();
        record.reason.unwrap_or_default()
    }

    /// What the merchant has of a coin: available and frozen.
    pub(crate) fn balance(&self, coin: &str) -> (String, String) {
        let rows = self.sandbox.balances_at(Gateway::CCPAYMENT_V2);
        let row = rows.into_iter().find(|row| row.currency == coin).unwrap();
        (row.available, row.frozen)
    }

    pub(crate) async fn pay(&self, id: &str, amount: &str) {
        let amount = Some(amount).filter(|amount| !amount.is_empty());
        self.sandbox.pay(id, amount).await.unwrap();
    }
}

/// The code of a refusal in its form: HTTP 200, a name, `data` null.
pub(crate) fn refusal(answer: &Answer) -> i64 {
    let json = answer.json();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(json["data"].is_null() && json["msg"].is_string(), "{json}");
    assert_eq!(json.as_object().unwrap().len(), 3, "{json}");
    let code = json["code"].as_i64().unwrap();
    assert_ne!(code, 10_000, "{json}");
    code
}

pub(crate) fn merged(mut fields: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        fields[name] = value.clone();
    }
    fields
}

/// A webhook endpoint that acknowledges as the document says.
pub(crate) async fn receiver(script: &[&str]) -> Receiver {
    Receiver::with_usual(script, "Success").await
}

/// Timestamp and body of a webhook, its signature checked.
pub(crate) fn webhook(merchant: &Merchant, (head, body): &(String, String)) -> (String, Value) {
    let header = |name: &str| {
        let line = |line: &str| {
            let (known, value) = line.split_once(':')?;
            let same = known.eq_ignore_ascii_case(name);
            same.then(|| value.trim().to_owned())
        };
        head.lines().find_map(line).unwrap()
    };
    let account = &merchant.sandbox.credentials().ccpayment_v2;
    let (app_id, timestamp) = (header("Appid"), header("Timestamp"));
    assert_eq!(app_id, account.app_id);
    let right = sign(&app_id, &account.app_secret, &timestamp, body);
    assert_eq!(header("Sign"), right);
    (timestamp, serde_json::from_str(body).unwrap())
}
