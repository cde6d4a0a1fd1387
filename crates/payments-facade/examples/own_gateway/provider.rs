//! Tinypay in memory: it answers the adapter and is the environment of the conformance suite.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode};
use payments_core::scripted::ManualClock;
use payments_core::{
    Amount, Clock as _, InvalidRequest, MerchantRef, Reach, Timestamp, Transport, TransportError,
};
use payments_facade::checkout::CheckoutKind;
use payments_facade::{CheckoutOrder, GatewayId, Money};
use payments_testkit::conformance::{Act, Delivery, Env, InjectedFault, Op, Order};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::gateway::Tinypay;

const SECRET: &str = "tiny-secret";
const SIGNATURE: HeaderName = HeaderName::from_static("x-tiny-signature");

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Invoice {
    #[serde(default)]
    id: String,
    reference: String,
    #[serde(default)]
    state: String,
    amount: Amount,
    asset: String,
    #[serde(default)]
    paid: Option<Amount>,
    #[serde(default)]
    late: bool,
    #[serde(default)]
    url: String,
}

#[derive(Debug, Default)]
struct State {
    invoices: Vec<Invoice>,
    deliveries: Vec<(String, Delivery)>,
    received: Vec<String>,
    requests: u64,
    references: u64,
    fault: Option<InjectedFault>,
}

/// Clones share one provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Provider {
    state: Arc<Mutex<State>>,
    clock: ManualClock,
}

impl Provider {
    /// A gateway to it.
    pub(crate) fn gateway(&self) -> Result<Tinypay, InvalidRequest> {
        Ok(Tinypay {
            id: GatewayId::new("tinypay", "main")?,
            secret: SECRET.into(),
            transport: Arc::new(self.clone()),
            clock: Arc::new(self.clock.clone()),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self, request: &Request<Bytes>) -> (StatusCode, String) {
        self.requests += 1;
        if request.method() == Method::POST {
            return self.create(request.body());
        }
        let reference = request.uri().path().trim_start_matches("/invoices/");
        match self
            .invoices
            .iter()
            .find(|invoice| invoice.reference == reference)
        {
            Some(invoice) => (StatusCode::OK, json(invoice)),
            None => (StatusCode::NOT_FOUND, String::new()),
        }
    }

    fn create(&mut self, body: &Bytes) -> (StatusCode, String) {
        self.received
            .push(String::from_utf8_lossy(body).into_owned());
        let Ok(mut invoice) = serde_json::from_slice::<Invoice>(body) else {
            return (StatusCode::BAD_REQUEST, String::new());
        };
        if self
            .invoices
            .iter()
            .any(|known| known.reference == invoice.reference)
        {
            return (StatusCode::CONFLICT, String::new());
        }
        invoice.id = format!("inv{}", self.invoices.len());
        invoice.state = "open".to_owned();
        invoice.paid = Some(Amount::ZERO);
        invoice.url = format!("https://tinypay.example/pay/{}", invoice.id);
        self.invoices.push(invoice.clone());
        (StatusCode::CREATED, json(&invoice))
    }

    fn act(&mut self, reference: &str, act: Act) -> Option<()> {
        let mut invoices = self.invoices.iter_mut();
        let invoice = invoices.find(|invoice| invoice.reference == reference)?;
        let half: Amount = "0.5".parse().ok()?;
        let paid = match act {
            Act::PayExactly | Act::PayLate => Some(invoice.amount),
            Act::PayLess => invoice.amount.checked_sub(half),
            Act::PayMore => invoice.amount.checked_add(half),
            Act::Expire => None,
            _ => return None,
        };
        invoice.late = act == Act::PayLate;
        invoice.state = if paid.is_some() { "paid" } else { "expired" }.to_owned();
        invoice.paid = paid.or(invoice.paid);
        let delivery = signed(json(invoice), SECRET);
        self.deliveries.push((reference.to_owned(), delivery));
        Some(())
    }
}

fn json(invoice: &Invoice) -> String {
    serde_json::to_string(invoice).unwrap_or_default()
}

fn signed(body: String, secret: &str) -> Delivery {
    let mut headers = HeaderMap::new();
    if let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        let mut sign = String::new();
        for byte in mac.chain_update(&body).finalize().into_bytes() {
            let _ = write!(sign, "{byte:02x}");
        }
        headers.extend(sign.parse().map(|value| (SIGNATURE, value)));
    }
    let mut delivery = Delivery::new(headers, body.into());
    delivery.proof.push(SIGNATURE);
    delivery
}

#[async_trait]
impl Transport for Provider {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let fault = self.state().fault.take();
        let lost = || TransportError::io(Reach::MaybeSent, std::io::Error::other("reset by peer"));
        if fault == Some(InjectedFault::RequestLost) {
            return Err(lost());
        }
        let (status, body) = self.state().answer(&request);
        if fault == Some(InjectedFault::AnswerLost) {
            return Err(lost());
        }
        let mut answer = Response::new(Bytes::from(body));
        *answer.status_mut() = status;
        Ok(answer)
    }
}

#[async_trait]
impl Env for Provider {
    fn reference(&self) -> MerchantRef {
        let mut state = self.state();
        state.references += 1;
        MerchantRef::new(format!("order-{}.", state.references)).unwrap_or_else(|_| unreachable!())
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    fn requests(&self) -> u64 {
        self.state().requests
    }

    async fn count(&self, reference: &MerchantRef) -> usize {
        let state = self.state();
        let matches = |invoice: &&Invoice| invoice.reference == reference.as_str();
        state.invoices.iter().filter(matches).count()
    }

    async fn received(&self, reference: &MerchantRef) -> String {
        let state = self.state();
        let matching = state
            .received
            .iter()
            .filter(|text| text.contains(reference.as_str()));
        matching.cloned().collect()
    }

    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order> {
        let money = Money::of("10.50", "USDT").ok()?;
        let hosted = CheckoutOrder::hosted(reference, money);
        (op == Op::Checkout(CheckoutKind::Hosted)).then_some(Order::Checkout(hosted))
    }

    async fn act(&self, reference: &MerchantRef, act: Act) -> bool {
        self.state().act(reference.as_str(), act).is_some()
    }

    async fn deliveries(&self, reference: &MerchantRef) -> Vec<Delivery> {
        let state = self.state();
        let deliveries = state
            .deliveries
            .iter()
            .filter(|(order, _)| order == reference.as_str());
        deliveries.map(|(_, delivery)| delivery.clone()).collect()
    }

    async fn redelivery(&self, reference: &MerchantRef) -> Option<Delivery> {
        self.deliveries(reference).await.pop()
    }

    async fn foreign(&self) -> Delivery {
        let body = r#"{"id":"inv0","reference":"order-1.","state":"paid","amount":"10.50","asset":"USDT","paid":"10.50","late":false,"url":""}"#;
        signed(body.to_owned(), "another-secret")
    }

    async fn acknowledges(&self, reply: &Response<Bytes>) -> bool {
        reply.body() == "thanks"
    }

    fn inject(&self, fault: InjectedFault) -> bool {
        self.state().fault = Some(fault);
        true
    }
}
