//! A merchant's server at CCPayment: signs by the published rule, sends, and reads.

use std::time::Duration;

use payments_sandbox::{Clock, Order, Sandbox, SandboxBuilder};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::http::{self, Answer, Receiver};

/// 2023-02-23 11:41:30 UTC
pub(crate) const START_S: u64 = 1_677_152_490;

pub(crate) const USDT_TRC20: &str = "0912e09a-d8e2-41d7-a0bc-a25530892988";
pub(crate) const USDT_ERC20: &str = "264f4725-3cfd-4ff6-bc80-ff9d799d5fb2";
pub(crate) const USDT_BEP20: &str = "92b15088-7973-4813-b0f3-1895588a5df7";
pub(crate) const USDT_POLYGON: &str = "c30d8b76-28db-425e-a3b2-29f1c4069545";
pub(crate) const TRX: &str = "9e30691c-2386-42ea-926a-1e48cc11d357";
pub(crate) const BTC: &str = "f36ad1cf-222a-4933-9ad0-86df8069f916";
pub(crate) const XRP: &str = "2a9eba0c-df56-4d80-aa75-9159fb7ff337";
pub(crate) const SATS: &str = "32ea6928-f623-4bf2-904b-74ba4a0fe75d";
pub(crate) const FTM: &str = "a02fdaa1-ad86-4c44-a049-548e8a0a8c96";

/// The address of a real contract, valid on TRON.
pub(crate) const TRON_ADDRESS: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
pub(crate) const EVM_ADDRESS: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";

/// The digest of app id, secret, timestamp and body, one after the other.
pub(crate) fn sign(app_id: &str, secret: &str, timestamp: &str, body: &str) -> String {
    let digest = Sha256::digest(format!("{app_id}{secret}{timestamp}{body}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_tests_signature_matches_a_published_one() {
    let sign = sign(
        "202302010636261620672405236006912",
        "0123456789abcdef0123456789abcdef",
        "1677152490",
        "{}",
    );
    assert_eq!(
        sign,
        "da75e5716782aedace10c441398b4470f71486ae9e9573b83d485a419c68e743"
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
        // The clock stands still, and so would a second of the limit.
        let builder = builder.ccpayment_requests_per_second(u32::MAX);
        let sandbox = settings(builder).start().await.unwrap();
        Self { sandbox }
    }

    pub(crate) fn now_s(&self) -> u64 {
        self.sandbox.clock().now_ms() / 1_000
    }

    pub(crate) async fn wait(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
        self.sandbox.webhooks_quiet().await;
    }

    /// Signs a text with the right secret and sends it.
    pub(crate) async fn send(&self, path: &str, body: &str) -> Answer {
        let account = &self.sandbox.credentials().ccpayment;
        let timestamp = self.now_s().to_string();
        let sign = sign(&account.app_id, &account.app_secret, &timestamp, body);
        let headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Appid", account.app_id.as_str()),
            ("Timestamp", &timestamp),
            ("Sign", &sign),
        ];
        let path = format!("/ccpayment/v1/{path}");
        self.post(&path, &headers, body).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        http::send(self.sandbox.local_addr(), "POST", path, headers, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        http::send(self.sandbox.local_addr(), "GET", path, &[], "").await
    }

    /// Calls, checks the signature of the answer, and gives its `data`.
    pub(crate) async fn ask(&self, path: &str, body: &Value) -> Value {
        let answer = self.send(path, &body.to_string()).await;
        self.signed(&answer);
        let json = answer.json();
        assert_eq!(
            (answer.status, &json["code"], &json["msg"]),
            (200, &json!(10_000), &json!("success")),
            "{path} {}: {:?}",
            answer.body,
            self.reason()
        );
        json["data"].clone()
    }

    /// Calls, checks the shape of a refusal, and gives its code and reason.
    pub(crate) async fn refused(&self, path: &str, body: &Value) -> (i64, String) {
        let answer = self.send(path, &body.to_string()).await;
        self.refusal(&answer)
    }

    pub(crate) fn refusal(&self, answer: &Answer) -> (i64, String) {
        self.signed(answer);
        let json = answer.json();
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(json["msg"], "Service error, please try again", "{json}");
        assert!(json.get("data").is_none_or(Value::is_null), "{json}");
        let reason = json["reason"].as_str().unwrap().to_owned();
        (json["code"].as_i64().unwrap(), reason)
    }

    /// Every answer is signed over its exact bytes, with its own timestamp.
    pub(crate) fn signed(&self, answer: &Answer) {
        let account = &self.sandbox.credentials().ccpayment;
        assert_eq!(answer.header("Appid"), Some(account.app_id.as_str()));
        let timestamp = answer.header("Timestamp").unwrap();
        assert_eq!(timestamp, self.now_s().to_string());
        let sign = sign(
            &account.app_id,
            &account.app_secret,
            timestamp,
            &answer.body,
        );
        assert_eq!(answer.header("Sign"), Some(sign.as_str()));
    }

    /// The reason the sandbox keeps for itself about the last request.
    pub(crate) fn reason(&self) -> String {
        let record = self.sandbox.requests().pop().unwrap();
        record.reason.unwrap_or_default()
    }

    /// `bill/create` with the usual fields, each replaced or (by null) left out, and more added.
    pub(crate) async fn create(&self, id: &str, changes: Value) -> Value {
        self.ask("bill/create", &order(id, changes)).await
    }

    /// `bill/info` of one order.
    pub(crate) async fn info(&self, id: &str) -> Value {
        let data = self
            .ask("bill/info", &json!({ "merchant_order_ids": [id] }))
            .await;
        assert_eq!(data.as_array().unwrap().len(), 1, "{data}");
        data[0].clone()
    }

    pub(crate) async fn pay(&self, id: &str, amount: &str) -> Order {
        let amount = Some(amount).filter(|amount| !amount.is_empty());
        self.sandbox.pay(id, amount).await.unwrap()
    }

    /// What the merchant has of a coin: available and frozen.
    pub(crate) fn balance(&self, coin: &str) -> (String, String) {
        let rows = self
            .sandbox
            .balances_at(payments_sandbox::Gateway::CCPAYMENT);
        let row = rows.into_iter().find(|row| row.currency == coin).unwrap();
        (row.available, row.frozen)
    }
}

/// The fields of `bill/create`: 25 USD, to be paid in USDT on TRC20.
pub(crate) fn order(id: &str, changes: Value) -> Value {
    merged(
        json!({
            "merchant_order_id": id,
            "product_price": "25",
            "token_id": USDT_TRC20,
            "denominated_currency": "USD",
        }),
        changes,
    )
}

pub(crate) fn merged(mut fields: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        fields[name] = value.clone();
    }
    fields
}

/// A webhook endpoint that acknowledges as the documents say.
pub(crate) async fn receiver(script: &[&str]) -> Receiver {
    Receiver::with_usual(script, "success").await
}

/// Head and body of the n-th webhook, its signature checked.
pub(crate) fn webhook(merchant: &Merchant, receiver: &Receiver, at: usize) -> (String, Value) {
    let (head, body) = receiver.requests().remove(at);
    let header = |name: &str| {
        let line = |line: &str| {
            let (known, value) = line.split_once(':')?;
            known
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        };
        head.lines().find_map(line).unwrap()
    };
    let account = &merchant.sandbox.credentials().ccpayment;
    let (app_id, timestamp) = (header("Appid"), header("Timestamp"));
    assert_eq!(app_id, account.app_id);
    assert_eq!(
        header("Sign"),
        sign(&app_id, &account.app_secret, &timestamp, &body)
    );
    assert_eq!(header("Content-Type"), "application/json; charset=utf-8");
    (timestamp, serde_json::from_str(&body).unwrap())
}
