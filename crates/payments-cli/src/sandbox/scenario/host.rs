//! The sandbox of a scenario, through its JSON under `/_sandbox`: the same for one that the scenario starts and for one that runs.

use std::time::Duration;

use payments_core::MerchantRef;
use payments_sandbox::Sandbox;
use serde_json::{Map, Value, json};

use super::at::At;
use super::step::{Action, Fault, Found};
use crate::failure::Failure;
use crate::sandbox::actions::milliseconds;
use crate::sandbox::admin::{Admin, segment};
use crate::sandbox::records::text;

/// How often the sandbox is asked whether all webhooks were sent. It answers after five seconds at the latest.
const MOST_WAITS: u32 = 12;
/// How long the program under test may take to create an order, and how often that is looked for.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Host {
    admin: Admin,
    /// The sandbox that the scenario has started. It stops with it.
    own: Option<Sandbox>,
}

/// What the sandbox's clock shows.
pub(super) struct Time {
    pub(super) now_ms: u64,
    /// Whether messages have timestamps of this clock, and not of the machine's.
    pub(super) is_manual: bool,
}

impl Time {
    fn of(answer: &Value) -> Self {
        Self {
            now_ms: answer
                .get("now_ms")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
            is_manual: answer.get("manual") == Some(&Value::Bool(true)),
        }
    }
}

impl Host {
    pub(super) fn own(sandbox: Sandbox) -> Result<Self, Failure> {
        Ok(Self {
            admin: Admin::at(sandbox.base_url())?,
            own: Some(sandbox),
        })
    }

    pub(super) fn running(admin: Admin) -> Self {
        Self { admin, own: None }
    }

    pub(super) async fn stop(self) {
        if let Some(sandbox) = self.own {
            sandbox.shutdown().await;
        }
    }

    /// Says what to do if a sandbox that runs has an order with this reference from before.
    pub(super) async fn check_new(&self, reference: &MerchantRef) -> Result<(), String> {
        if self.own.is_some() {
            return Ok(());
        }
        let query = [("reference", reference.as_str()), ("limit", "500")];
        let (orders, _) = self.admin.list("orders", &query).await.map_err(sentence)?;
        let is_it = |order: &&Value| text(order, "merchant_ref") == reference.as_str();
        let Some(order) = orders.iter().find(is_it) else {
            return Ok(());
        };
        Err(format!(
            "the sandbox has {reference} from before, at {}; choose another reference, or forget all orders: \
             payments sandbox reset --yes --url {}",
            text(order, "gateway").replace('_', "-"),
            self.base_url()
        ))
    }

    pub(super) fn base_url(&self) -> &str {
        self.admin.base()
    }

    pub(super) async fn credentials(&self) -> Result<Value, Failure> {
        self.admin.get("/credentials").await
    }

    pub(super) async fn time(&self) -> Result<Time, Failure> {
        Ok(Time::of(&self.admin.get("/clock").await?))
    }

    pub(super) async fn advance(&self, by: Duration) -> Result<Time, String> {
        let body = json!({ "advance_ms": milliseconds(by) });
        let moved = self.post("/clock", &body).await?;
        Ok(Time::of(&moved))
    }

    /// Returns when no webhook is being sent and none is due.
    pub(super) async fn quiet(&self) -> Result<(), String> {
        for _ in 0..MOST_WAITS {
            let answer = self.get("/deliveries/quiet").await?;
            if answer.get("quiet") == Some(&Value::Bool(true)) {
                return Ok(());
            }
        }
        Err("the sandbox is still sending webhooks after a minute".to_owned())
    }

    /// Does something to an order, and returns its status.
    pub(super) async fn act(&self, order: &MerchantRef, action: Action) -> Found {
        self.order_post(order.as_str(), action.in_json(), &json!({}))
            .await
    }

    pub(super) async fn pay(&self, order: &MerchantRef, amount: Option<&str>) -> Found {
        let body = amount.map_or_else(|| json!({}), |amount| json!({ "amount": amount }));
        self.order_post(order.as_str(), "pay", &body).await
    }

    /// Sends money back, and completes that where it takes another step.
    pub(super) async fn refund(&self, order: &MerchantRef, amount: &str) -> Found {
        let path = format!("/orders/{}/refund", segment(order.as_str()));
        let refund = self.post(&path, &json!({ "amount": amount })).await?;
        if ["pending", "processing"].contains(&text(&refund, "status").as_str()) {
            self.order_post(&text(&refund, "order_id"), "complete", &json!({}))
                .await?;
        }
        Ok(format!("{amount} {}", text(&refund, "currency")))
    }

    pub(super) async fn choose(&self, order: &MerchantRef, coin: &str, network: &str) -> Found {
        let body = json!({ "coin": coin, "network": network });
        self.order_post(order.as_str(), "choose", &body).await
    }

    async fn order_post(&self, id: &str, action: &str, body: &Value) -> Found {
        let path = format!("/orders/{}/{action}", segment(id));
        Ok(text(&self.post(&path, body).await?, "status"))
    }

    /// Turns a switch of CCPayment v2 on or off.
    pub(super) async fn switch(&self, name: &str, on: bool) -> Found {
        let body = json!({ (format!("ccpayment_v2_{name}")): on });
        self.post("/settings", &body).await?;
        Ok(String::new())
    }

    pub(super) async fn fault(&self, at: At, fault: &Fault) -> Found {
        let members = [
            ("gateway", Some(json!(at.in_json()))),
            ("when", Some(json!(fault.when))),
            ("kind", fault.kind.map(|kind| json!(kind.as_str()))),
            ("call", fault.call.as_deref().map(Value::from)),
            ("code", fault.code.map(Value::from)),
            ("http_status", fault.http_status.map(Value::from)),
            ("field", fault.field.as_deref().map(Value::from)),
            ("bytes", fault.bytes.map(Value::from)),
            ("delay_ms", fault.delay.map(milliseconds)),
            ("times", Some(fault.times.into())),
        ];
        let members = members.into_iter();
        let body: Map<String, Value> = members
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        self.post("/faults", &Value::Object(body)).await?;
        Ok(String::new())
    }

    /// Sends the last webhook of an order again.
    pub(super) async fn resend(&self, order: &MerchantRef) -> Found {
        let deliveries = self.deliveries(order).await?;
        let last = deliveries.last().ok_or("the order has no webhooks")?;
        let id = text(last, "id");
        self.post(&format!("/deliveries/{id}/resend"), &json!({}))
            .await?;
        Ok(format!("webhook {id}"))
    }

    /// The webhooks of an order, with those of its refunds, oldest first.
    pub(super) async fn deliveries(&self, order: &MerchantRef) -> Result<Vec<Value>, String> {
        let mut page = self.get(&order_path(order)).await?;
        match page.get_mut("deliveries") {
            Some(Value::Array(deliveries)) => Ok(std::mem::take(deliveries)),
            _ => Ok(Vec::new()),
        }
    }

    /// What an order asks for, of the gateway of the scenario. Waits until the program under test has created it.
    pub(super) async fn created(&self, at: At, order: &MerchantRef) -> Result<String, String> {
        let looked_for = async {
            loop {
                if let Ok(page) = self.get(&order_path(order)).await
                    && page.pointer("/order/gateway") == Some(&json!(at.in_json()))
                {
                    return page.pointer("/order/amount").cloned().unwrap_or_default();
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looked_for).await;
        let amount = found.map_err(|_| {
            format!(
                "the program has created no order {order} at {} within 5 s; \
                 `payments sandbox requests list` shows what it sent",
                at.name()
            )
        })?;
        Ok(amount.as_str().unwrap_or_default().to_owned())
    }

    async fn get(&self, path: &str) -> Result<Value, String> {
        self.admin.get(path).await.map_err(sentence)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.admin.post(path, body).await.map_err(sentence)
    }
}

fn sentence(failure: Failure) -> String {
    match failure {
        Failure::Failed(sentence) | Failure::BadInput(sentence) => sentence,
        // No call to the admin API fails in another way.
        _ => "the sandbox did not do it".to_owned(),
    }
}

fn order_path(order: &MerchantRef) -> String {
    format!("/orders/{}", segment(order.as_str()))
}
